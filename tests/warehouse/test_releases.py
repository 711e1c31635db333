"""Where releases are told of: the place of a document, its lag behind the first, and what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from pipeline import ledger
from pipeline.categories import DocumentForm, EntityKind, EventStatus, EventType, Modality, Tier
from pipeline.errors import UnknownNameError
from pipeline.intervals import DateInterval
from pipeline.ledger import Entity
from pipeline.model import Claim, Document, Value
from tests.warehouse.records import NOW, claim, dated, document, fact, spoken, turn, version
from warehouse import Changes, LineChange, Published
from warehouse.releases import missing_places, release_places

PLACES = [
    ("huggingface", "hub_model", "https://huggingface.co/Tern/Tern3-8B", "official", "hugging face"),
    ("feed", "article", "https://huggingface.co/Tern", "community", "hugging face"),
    ("feed", "article", "https://hf.co/Tern/Tern3-8B", "press", "hugging face"),
    ("huggingface", "hub_model", "https://modelscope.cn/models/Tern/Tern3-8B", "official", "modelscope"),
    ("feed", "article", "https://www.modelscope.cn/models/Tern", "community", "modelscope"),
    ("model_library", "library_entry", "https://ollama.com/library/tern3", "aggregator", "ollama"),
    ("feed", "article", "https://ollama.com/blog/tern3", "official", "ollama"),
    ("github_releases", "release_note", "https://github.com/Tern/Tern3/releases/tag/v3", "official", "github"),
    ("feed", "article", "https://github.com/Tern/Tern3", "official", "github"),
    ("news_lines", "news_line", "https://raw.githubusercontent.com/Tern/Tern3/main/README.md", "official", "readme"),
    ("feed", "article", "https://github.com/Tern/Tern3/blob/main/README.md", "official", "readme"),
    ("news_lines", "news_line", "https://code.example/Tern3/README.md#news-1", "official", "readme"),
    ("feed", "article", "https://tern.example/blog/tern3", "official", "blog"),
    ("hackernews", "article", "https://tern.example/blog/tern3", "official", "blog"),
    ("feed", "article", "https://daily.example/huggingface.co/tern3", "press", "press"),
    ("feed", "article", "https://nothuggingface.co/tern3", "press", "press"),
    ("feed", "article", "https://roundup.example/tern3", "aggregator", "press"),
    ("hackernews", "article", "https://x.com/someone/status/1", "community", "community"),
    (None, "article", "https://tern.example/blog/tern3", "official", "blog"),
    ("github_releases", None, "https://code.example/releases/v3", "official", "github"),
]  # fmt: skip

FAMILY = Entity("m-0", EntityKind.MODEL, "Tern")
SERIES = Entity("m-1", EntityKind.MODEL, "Tern3", "m-0")
SMALL = Entity("m-2", EntityKind.MODEL, "Tern3 Small", "m-1")
EIGHT = Entity("m-3", EntityKind.MODEL, "Tern3-8B", "m-1")
OTHER = Entity("m-4", EntityKind.MODEL, "Wader1", "m-0")


@pytest.mark.parametrize(("kind", "form", "url", "tier", "place"), PLACES, ids=[f"{one[0]} {one[2]}" for one in PLACES])
def test_the_place_is_told_from_kind_form_and_host(
    database: duckdb.DuckDBPyConnection, kind: str, form: str, url: str, tier: str, place: str
) -> None:
    assert database.execute("SELECT release_place(?, ?, ?, ?)", [kind, form, url, tier]).fetchone() == (place,)


@dataclass(frozen=True)
class Told:
    """One document that tells of the release of a model: where, so many hours after NOW, and of which day."""

    model: Entity
    url: str
    hours: float
    day: str | None = "2026-03-04"
    tier: Tier = Tier.OFFICIAL
    form: DocumentForm = DocumentForm.ARTICLE
    modality: Modality = Modality.ASSERTED
    revision_of: str | None = None
    availability: str | None = None

    @property
    def document(self) -> Document:
        at = NOW + dt.timedelta(hours=self.hours)
        made = document(self.url, f"{self.model.name} is out, {self.day}.", fetched_at=at, published_at=at)
        return replace(made, tier=self.tier, form=self.form, revision_of=self.revision_of)

    def claims(self) -> list[Claim]:
        values = {"event": Value("true")}
        if self.day:
            values["date"] = dated(DateInterval.day(dt.date.fromisoformat(self.day)))
        return [
            claim(self.document, attribute, value, event_type=EventType.RELEASE, modality=self.modality)
            for attribute, value in values.items()
        ]

    def testimony(self) -> list[ledger.Testimony]:
        return [spoken(one, self.document, self.model.entity_id, None) for one in self.claims()]


def published(data_dir: Path, *told: Told, weights: tuple[Entity, ...] = (), sizes: str = "4B, 8B") -> Published:
    """A data directory with an event for each model, which holds everything told of it."""
    lines = []
    for model in dict.fromkeys(one.model for one in told):
        of_it = [one for one in told if one.model == model]
        day = min((one.day for one in of_it if one.day), default=None)
        dates = DateInterval.day(dt.date.fromisoformat(day)) if day else None
        event_id = f"event-{model.entity_id}"
        facts = [fact("sizes", Value(sizes), event_id)] if model == SMALL else []
        if model in weights:
            facts.append(fact("availability", Value("open weights"), event_id))
        known = min(one.document.fetched_at for one in of_it)
        held = version(
            event_id, type=EventType.RELEASE, subject_id=model.entity_id, object_id=None, dates=dates,
            status=EventStatus.CONFIRMED,
        )  # fmt: skip
        held = replace(held, event=replace(held.event, first_known_at=known))
        claims = {made.claim_id: event_id for one in of_it for made in one.claims()}
        lines.append(LineChange(EventType.RELEASE, model.entity_id, None, [held], facts, [], claims))
    turn(
        data_dir,
        Changes(
            documents=[one.document for one in told],
            entities=[FAMILY, SERIES, SMALL, EIGHT, OTHER],
            testimony=[one for each in told for one in each.testimony()],
            lines=lines,
        ),
    )
    return Published(data_dir)


BLOG = "https://tern.example/blog/tern3"
README = "https://raw.githubusercontent.com/Tern/Tern3/main/README.md#news-2026-03-04"
HUB = "https://huggingface.co/Tern/Tern3-8B"


def told_at(held: Published, model: str) -> dict[str, tuple[object, ...]]:
    query = "SELECT place, lag_days, said_lag_days, through FROM release_places WHERE model = ?"
    return {place: rest for place, *rest in held.query(query, [model]).rows}  # type: ignore[misc]


def test_each_place_has_its_lag_behind_the_first_seen_and_behind_the_first_day(data_dir: Path) -> None:
    held = published(
        data_dir,
        Told(SERIES, README, 0, "2026-03-05", form=DocumentForm.NEWS_LINE),
        Told(SERIES, BLOG, 36, "2026-03-04"),
        Told(SERIES, "https://daily.example/tern3", 60, None, Tier.PRESS),
    )
    assert told_at(held, "Tern3") == {"readme": [0.0, 1, None], "blog": [1.5, 0, None], "press": [2.5, None, None]}


def test_what_a_revision_took_back_is_not_the_day_that_the_place_gives(data_dir: Path) -> None:
    first = Told(SERIES, BLOG, 0, "2026-02-04")
    held = published(data_dir, first, Told(SERIES, BLOG, 20, "2026-03-04", revision_of=first.document.document_id))
    [row] = release_places(held).records()
    assert (row["first_seen"], row["said_from"], row["documents"]) == (NOW, dt.date(2026, 3, 4), 2)


def test_a_rumour_is_no_place(data_dir: Path) -> None:
    rumour = Told(SERIES, "https://daily.example/soon", -48, tier=Tier.PRESS, modality=Modality.SPECULATED)
    held = published(data_dir, rumour, Told(SERIES, BLOG, 0))
    assert told_at(held, "Tern3") == {"blog": [0.0, 0, None]}


def test_a_series_is_on_the_hub_through_its_members_and_a_member_on_the_blog_through_its_series(data_dir: Path) -> None:
    held = published(data_dir, Told(SMALL, BLOG, 0), Told(EIGHT, HUB, 12, form=DocumentForm.HUB_MODEL))
    assert told_at(held, "Tern3 Small")["hugging face"] == [0.5, 0, "Tern3-8B"]
    assert told_at(held, "Tern3-8B")["blog"] == [0.0, 0, "Tern3 Small"]


@pytest.mark.parametrize(
    ("other", "day", "sizes"),
    [(EIGHT, "2026-04-04", "4B, 8B"), (EIGHT, "2026-03-04", "4B"), (OTHER, "2026-03-04", "4B, 8B")],
    ids=["a month later", "not of its sizes", "another family"],
)
def test_but_not_through_what_is_no_member_of_it(data_dir: Path, other: Entity, day: str, sizes: str) -> None:
    held = published(
        data_dir, Told(SMALL, BLOG, 0), Told(other, HUB, 12, day, form=DocumentForm.HUB_MODEL), sizes=sizes
    )
    assert list(told_at(held, "Tern3 Small")) == ["blog"]


def missing(held: Published) -> list[tuple[str, str, str]]:
    return [(row["model"], row["missing"], row["why"]) for row in missing_places(held).records()]


def test_weights_that_are_announced_and_not_on_the_hub_are_missing(data_dir: Path) -> None:
    on_hub = Told(OTHER, HUB, 0, form=DocumentForm.HUB_MODEL)
    on_blog = Told(OTHER, "https://tern.example/blog/wader", 0)
    held = published(data_dir, Told(SMALL, BLOG, 0), on_hub, on_blog, weights=(SMALL,))
    assert missing(held) == [("Tern3 Small", "hugging face", "weights announced, and none on the hub")]


def test_they_are_not_once_a_member_is_there(data_dir: Path) -> None:
    held = published(
        data_dir, Told(SMALL, BLOG, 0), Told(EIGHT, HUB, 9, form=DocumentForm.HUB_MODEL), weights=(SMALL, EIGHT)
    )
    assert missing(held) == []


def test_a_model_that_is_out_without_a_post_misses_the_blog(data_dir: Path) -> None:
    held = published(data_dir, Told(EIGHT, HUB, 0, form=DocumentForm.HUB_MODEL), Told(OTHER, BLOG, 0))
    assert missing(held) == [("Tern3-8B", "blog", "out at hugging face, and no post")]


def test_a_release_that_only_outsiders_tell_of_misses_any_official_place(data_dir: Path) -> None:
    held = published(data_dir, Told(EIGHT, "https://daily.example/tern3", 0, tier=Tier.PRESS))
    assert missing(held) == [("Tern3-8B", "any official place", "told of by press alone")]


def test_nothing_is_missing_at_a_place_that_is_not_watched(data_dir: Path) -> None:
    held = published(data_dir, Told(EIGHT, HUB, 0, form=DocumentForm.HUB_MODEL))
    assert missing(held) == []


def test_what_was_old_when_we_learned_of_it_is_not_looked_for(data_dir: Path) -> None:
    held = published(data_dir, Told(EIGHT, HUB, 0, "2025-11-04", form=DocumentForm.HUB_MODEL), Told(OTHER, BLOG, 0))
    assert missing(held) == []


def test_one_model_is_asked_for_by_any_name_and_the_limit_counts_releases(data_dir: Path) -> None:
    held = published(
        data_dir, Told(SERIES, BLOG, 0), Told(SERIES, README, 1, form=DocumentForm.NEWS_LINE), Told(OTHER, BLOG, 2)
    )
    assert {row["model"] for row in release_places(held, model="tern3").records()} == {"Tern3"}
    assert [row["model"] for row in release_places(held, limit=1).records()] == ["Wader1"]
    with pytest.raises(UnknownNameError):
        release_places(held, model="nothing of the kind")
