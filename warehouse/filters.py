"""What narrows a question down: whom it is about, which kind, how sure, and of which time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.errors import UnknownNameError
from warehouse.published import Reader

ABOUT = """
    list_contains($ids::VARCHAR[], events.subject_id) OR list_contains($ids::VARCHAR[], events.object_id)
    """
"""A condition on `events`: about one of the entities `ids`."""

_NAMES = "SELECT entity_id, name FROM entity_names UNION SELECT entity_id, name FROM entities"
_LIKE_ENOUGH = 0.8


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrows a question down; what is None does not.

    `since` and `until` (not included) may be spans, which count back from the latest moment the copy knows of;
    `as_of` asks what was held at that moment. `offset` rows are passed over, and at most `limit` given.
    """

    entity: str | None = None
    event_type: str | None = None
    status: str | None = None
    since: dt.datetime | dt.timedelta | None = None
    until: dt.datetime | dt.timedelta | None = None
    as_of: dt.datetime | dt.timedelta | None = None
    limit: int | None = None
    offset: int = 0


NO_FILTERS = Filters()


class Conditions:
    """The SQL of some filters, and the values for it. Raises UnknownNameError for a name that nobody bears."""

    def __init__(self, reader: Reader, filters: Filters) -> None:
        self.values: dict[str, object] = {}
        self._reader = reader
        self._filters = filters
        self._conditions: list[str] = []
        self.as_of = self._moment("as_of", filters.as_of)

    def about(self) -> Conditions:
        """Keep what is about the entity asked for; on `events`."""
        if self._filters.entity is not None:
            self._conditions.append(f"({ABOUT})")
            self.values["ids"] = known_ids(self._reader, self._filters.entity)
        return self

    def of_type(self, column: str) -> Conditions:
        return self._equal(column, "event_type", self._filters.event_type)

    def of_status(self, column: str) -> Conditions:
        return self._equal(column, "status", self._filters.status)

    def between(self, first: str, last: str | None = None) -> Conditions:
        """Keep what lies in the time asked for: `first` and `last` are the ends of each row's own time."""
        if self._moment("since", self._filters.since):
            self._conditions.append(f"{last or first} >= $since::TIMESTAMPTZ")
        if self._moment("until", self._filters.until):
            self._conditions.append(f"{first} < $until::TIMESTAMPTZ")
        return self

    @property
    def sql(self) -> str:
        return " AND ".join(self._conditions) or "true"

    @property
    def page(self) -> str:
        limit = "" if self._filters.limit is None else f"LIMIT {int(self._filters.limit)}"
        return f"{limit} OFFSET {int(self._filters.offset)}" if self._filters.offset else limit

    def _equal(self, column: str, name: str, value: str | None) -> Conditions:
        if value is not None:
            self._conditions.append(f"{column} = ${name}")
            self.values[name] = value
        return self

    def _moment(self, name: str, asked: dt.datetime | dt.timedelta | None) -> bool:
        if isinstance(asked, dt.timedelta):
            asked = before(latest_moment(self._reader), asked)
        if asked is not None:
            self.values[name] = asked.isoformat()
        return asked is not None


def before(latest: dt.datetime | None, span: dt.timedelta) -> dt.datetime | None:
    """The moment that is `span` before `latest`; the first there is where that is too long ago."""
    try:
        return None if latest is None else latest - span
    except OverflowError:  # before the year 1: as long ago as can be told
        return dt.datetime.min.replace(tzinfo=dt.UTC)


def latest_moment(reader: Reader) -> dt.datetime | None:
    """The latest moment that the copy knows of: of a run, a document or a check; None for an empty one."""
    [(moment,)] = reader.query(
        """
        SELECT greatest(
            (SELECT max(started_at) FROM runs), (SELECT max(fetched_at) FROM documents),
            (SELECT max(last_checked_at) FROM sources)
        )
        """
    ).rows
    return moment if isinstance(moment, dt.datetime) else None


def entity_ids(reader: Reader, name: str) -> list[str]:
    """Ids of the entities that bear this name, or, where none does, whose name contains it."""
    wanted = _wanted(name)
    for condition in ("lower(name) = $wanted", "contains(lower(name), $wanted)"):
        found = reader.query(
            f"SELECT DISTINCT entity_id FROM ({_NAMES}) WHERE {condition} ORDER BY entity_id", {"wanted": wanted}
        ).rows
        if found:
            return [entity_id for (entity_id,) in found]
    return []


def known_ids(reader: Reader, name: str) -> list[str]:
    """As `entity_ids`, but raises UnknownNameError, with the nearest names, where there is none."""
    found = entity_ids(reader, name)
    if not found:
        raise UnknownNameError(name, nearest_names(reader, name))
    return found


def nearest_names(reader: Reader, name: str, most: int = 3) -> tuple[str, ...]:
    """The names most like a name that nobody bears, most alike first."""
    found = reader.query(
        f"""
        SELECT entities.name, max(jaro_winkler_similarity(lower(names.name), $wanted)) AS alike
        FROM ({_NAMES}) AS names JOIN entities ON entities.entity_id = names.entity_id
        GROUP BY entities.name HAVING alike >= $enough ORDER BY alike DESC, entities.name LIMIT $most
        """,
        {"wanted": _wanted(name), "enough": _LIKE_ENOUGH, "most": most},
    ).rows
    return tuple(found_name for found_name, _ in found)


def _wanted(name: str) -> str:
    return name.strip().removeprefix("@").lower()
