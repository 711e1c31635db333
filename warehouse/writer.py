"""The writer's turn: one process at a time reads what it needs, commits, and publishes the read copy."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from pipeline.errors import WarehouseError
from pipeline.ledger import Alert, Conflict, Delivery, Entity, EntityName, Judgement, Mute, Testimony
from pipeline.memory import Memory
from pipeline.model import Document, HostState, RobotsFile, Source, SourceState
from warehouse import (
    alerts,
    claims,
    connect,
    documents,
    fetching,
    hosts,
    ledger,
    memory,
    mutes,
    quarantine,
    reading_rules,
    runs,
    stored_ledger,
    unread,
)
from warehouse.changes import Changes, CommitReport, LineChange
from warehouse.folding import finish_fold
from warehouse.migrate import change_token, mark_changed, migrate, next_step, up_to_date
from warehouse.publish import publish, published_token, set_aside
from warehouse.rewriting import Rewrite

notice = logging.getLogger("qwen_watch.warehouse")


@contextmanager
def writing(data_dir: Path, wait: dt.timedelta, now: dt.datetime) -> Iterator[Writer]:
    """Takes the writer's turn in `data_dir`, made if need be, and brings its database up to date.

    At the end of a turn without an error everything committed is published, also what an earlier turn
    committed and could not publish. Raises WarehouseBusyError when others hold the turn for all of `wait`,
    MigrationError when the database is of a newer version.
    """
    with connect.writers_turn(data_dir / connect.LOCK_FILE, wait, now):
        finish_fold(data_dir / connect.PRIVATE_FILE)
        writer = Writer(data_dir, wait, now)
        try:
            writer.migrate()
            yield writer
            writer.publish()
        finally:
            writer.close()


class Writer:
    """The private database, during one turn; made by `writing`. `now` stamps what the turn changes."""

    def __init__(self, data_dir: Path, wait: dt.timedelta, now: dt.datetime) -> None:
        self._private = data_dir / connect.PRIVATE_FILE
        self._published = data_dir / connect.PUBLISHED_FILE
        self._wait = wait
        self._now = now
        self._open: duckdb.DuckDBPyConnection | None = None
        self._attached = False
        self._published_token: str | None = None

    def migrate(self) -> None:
        """Brings the database to this program's version; one of an older version is kept aside as it was."""
        if up_to_date(self._connection):
            return
        lacking = next_step(self._connection)
        if lacking is not None:
            kept = set_aside(self._private, lacking, self._let_go())
            notice.warning("%s is brought up to date; as it was, it is kept as %s", self._private, kept.name)
        migrate(self._connection, self._now)

    def states(self) -> dict[str, SourceState]:
        """What the last checks left behind, by source id."""
        return fetching.states(self._connection)

    def sources(self) -> dict[str, Source]:
        """Every source that was ever configured, by id."""
        return fetching.stored_sources(self._connection)

    def hosts(self, now: dt.datetime) -> dict[str, HostState]:
        """What earlier requests to hosts left behind that may bear on one at `now`, by host."""
        return hosts.hosts(self._connection, now)

    def robots(self, now: dt.datetime) -> dict[str, RobotsFile]:
        """The robots.txt files that may bear on a request at `now`, by origin."""
        return hosts.robots(self._connection, now)

    def memory(self, since: dt.datetime | None = None) -> Memory:
        """What the next requests must know of what was fetched and read before.

        With `since` only what was new from then on is at hand, and the rest is recalled when it is asked for,
        from the published copy: that holds the same once this turn is over.
        """
        return memory.memory(self._connection, self._published, since)

    def put_sources(self, sources: Sequence[Source], *, retire_others: bool = False) -> None:
        """Writes the configuration of the sources; with `retire_others` all others are switched off."""
        held = self.sources()
        changed = [source for source in sources if held.get(source.source_id) != source]
        configured = {source.source_id for source in sources}
        others = [id for id, source in held.items() if id not in configured and source.enabled]
        if changed or (retire_others and others):
            with self._transaction() as connection:
                fetching.put_sources(connection, changed, ())
                if retire_others:
                    fetching.retire_sources(connection, configured)

    def near(self, documents_: Sequence[Document], fingerprints: Mapping[str, Sequence[int]]) -> list[Document]:
        """The stored documents that may belong to one story with a given one, each story whole.

        `fingerprints` are those of the given documents, by document id.
        """
        return documents.near(self._connection, documents_, fingerprints)

    def documents(self, ids: Collection[str]) -> dict[str, Document]:
        """The stored documents among `ids`, by id."""
        return documents.documents_by_id(self._connection, ids)

    def unread(self, rules: str) -> list[Document]:
        """The stored documents that broke the extraction by other rules than `rules`, oldest first."""
        return unread.unread(self._connection, rules)

    def testimony(self, lines: Collection[claims.Line]) -> list[Testimony]:
        """Every stored claim of these lines: (event type, subject id, metric or None) each."""
        return claims.testimony(self._connection, lines)

    def lines_of(self, document_ids: Collection[str]) -> set[claims.Line]:
        """The lines that the stored claims of these documents bear on."""
        return claims.lines_of(self._connection, document_ids)

    def judgements(self, event_ids: Collection[str] | None = None) -> list[Judgement]:
        """What people decided about these events and their conflicts; about any when no ids are given."""
        return ledger.judgements(self._connection, event_ids)

    def release_news(self, subject_ids: Collection[str]) -> dict[str, dt.datetime]:
        """When news of the latest release of each of these models was first known, by the model's id."""
        return ledger.release_news(self._connection, subject_ids)

    def rules(self) -> str | None:
        """The fingerprint of the rules that made every stored claim; None or MIXED where there is no such one."""
        return reading_rules.rules(self._connection)

    def all_lines(self, since: dt.datetime | None = None) -> list[tuple[claims.Line, int]]:
        """Every line with its number of claims; with `since` those of which something was learned from then on."""
        return stored_ledger.all_lines(self._connection, since)

    def stored_lines(self, lines: Collection[claims.Line]) -> dict[claims.Line, LineChange]:
        """What is stored of the ledger of these lines."""
        return stored_ledger.stored_lines(self._connection, lines)

    def events_beginning_with(self, prefix: str) -> list[stored_ledger.StoredEvent]:
        """The events, stored_ledger or part of another one, whose id begins like this."""
        return stored_ledger.events_beginning_with(self._connection, prefix)

    def conflicts_beginning_with(self, prefix: str) -> list[Conflict]:
        """The conflicts, open or not, whose id begins like this."""
        return stored_ledger.conflicts_beginning_with(self._connection, prefix)

    def document_ids(self, since: dt.datetime | None = None) -> list[str]:
        """The stored documents, oldest first; with `since` those learned of from then on."""
        return documents.document_ids(self._connection, since)

    def testimony_of_documents(self, ids: Collection[str]) -> list[Testimony]:
        """Every stored claim of these documents."""
        return claims.testimony_of_documents(self._connection, ids)

    def entities(self, ids: Collection[str]) -> dict[str, Entity]:
        """The stored entities among `ids` and everything they are part of, by id."""
        return claims.entities(self._connection, ids)

    def entity_names(self, ids: Collection[str]) -> list[EntityName]:
        """Every stored name of the entities among `ids`."""
        return claims.entity_names(self._connection, ids)

    def commit(self, changes: Changes) -> CommitReport:
        """Writes everything in one transaction, on disk when this returns; on an error nothing is written."""
        if changes.empty:
            return CommitReport()
        with self._transaction() as connection:
            if changes.rules:
                reading_rules.note_rules(connection, changes.rules)
            fetching.put_sources(connection, changes.sources, changes.states)
            fetching.put_fetches(connection, changes.fetches)
            hosts.put_hosts(connection, changes.hosts)
            hosts.put_robots(connection, changes.robots)
            memory.note_fetches(connection, changes.fetches)
            documents.put_documents(connection, changes.documents, changes.fingerprints)
            documents.put_stories(connection, changes.stories)
            claims.put_entities(connection, changes.entities, changes.entity_names)
            claims.put_claims(connection, changes.testimony)
            ledger.put_lines(connection, changes.lines)
            ledger.put_judgements(connection, changes.judgements)
            runs.put_problems(connection, changes.problems, changes.run, self._now)
            unread.put_unread(connection, changes.unread, changes.read_again, self._now)
            quarantine.put_broken(connection, changes.broken, changes.mended)
            if changes.run:
                runs.put_run(connection, changes.run)
            raised = alerts.raise_alerts(connection, changes.alerts)
            alerts.sum_up(connection, changes.summed_up)
            repeated = {alert.alert_id for alert in changes.alerts} - {alert.alert_id for alert in raised}
            fresh = [delivery for delivery in changes.deliveries if delivery.alert_id not in repeated]
            return CommitReport(raised, alerts.add_deliveries(connection, fresh))

    @contextmanager
    def rewriting(self) -> Iterator[Rewrite]:
        """One transaction of any number of steps; nothing of it stays unless it is told to `keep`.

        Raises WarehouseError where it cannot be written; then nothing is.
        """
        rewrite = Rewrite(self._connection)
        with self._transaction(wanted=lambda: rewrite.kept):
            yield rewrite

    def open_deliveries(self) -> list[tuple[Delivery, Alert]]:
        """Everything that is not settled: waiting, held and on its way, oldest alert first."""
        return alerts.open_deliveries(self._connection)

    def any_open_delivery(self) -> bool:
        """Whether `open_deliveries` would give anything."""
        return alerts.any_open_delivery(self._connection)

    def deliveries(self, ids: Sequence[str]) -> dict[str, Delivery]:
        """The stored deliveries among `ids`, by id."""
        return alerts.stored(self._connection, ids)

    def deliveries_since(self, since: dt.datetime) -> list[tuple[Delivery, Alert]]:
        """The deliveries of the alerts raised at `since` or later, with those alerts."""
        return alerts.deliveries_since(self._connection, since)

    def last_sent(self) -> dict[str, dt.datetime]:
        """When each channel last took something."""
        return alerts.last_sent(self._connection)

    def first_messages(self, thread_ids: Collection[str]) -> dict[tuple[str, str], tuple[tuple[Delivery, Alert], ...]]:
        """What the first message of each of these threads told of, what led it first, by channel and thread."""
        return alerts.first_messages(self._connection, thread_ids)

    def last_messages(self, thread_ids: Collection[str]) -> dict[tuple[str, str], tuple[Delivery, Alert]]:
        """The latest delivery of each of these threads, by channel and thread."""
        return alerts.last_messages(self._connection, thread_ids)

    def threads(self, event_ids: Collection[str]) -> dict[str, str]:
        """The thread in which each of these events was told of before, by event id."""
        return alerts.threads(self._connection, event_ids)

    def mutes(self) -> list[Mute]:
        """Every mute there ever was, oldest first."""
        return mutes.mutes(self._connection)

    def mute(self, mute: Mute) -> None:
        """Writes what is not to be told of for a while."""
        with self._transaction() as connection:
            mutes.put_mute(connection, mute)

    def lift(self, mute_ids: Collection[str]) -> None:
        """Ends these mutes now."""
        with self._transaction() as connection:
            mutes.lift_mutes(connection, mute_ids, self._now)

    def alerts_since(self, since: dt.datetime) -> list[Alert]:
        """The alerts raised at `since` or later, oldest first."""
        return alerts.alerts_since(self._connection, since)

    def lease(self, deliveries: Sequence[Delivery], until: dt.datetime) -> list[Delivery]:
        """Takes deliveries for sending: state `sending`, one more attempt, free again for others at `until`.

        One that somebody else took or settled since it was read is not among those given back.
        """
        # Not published: what is on its way for a moment is of no use to readers, and a copy costs time.
        with self._transaction(visible=False) as connection:
            return alerts.lease(connection, deliveries, until)

    def record(self, deliveries: Sequence[Delivery]) -> None:
        """Writes what came of the attempts; what was sent stays sent."""
        if deliveries:
            with self._transaction() as connection:
                alerts.record(connection, deliveries)

    def publish(self) -> bool:
        """Puts a copy of what is committed where people read; False when the copy there is the same."""
        token = change_token(self._connection)
        if self._published_token is None:
            self._published_token = published_token(self._published)
        if token == self._published_token:
            return False
        publish(self._private, self._published, str(token), self._let_go())
        self._published_token = token
        return True

    def close(self) -> None:
        """Lets go of the database file; the next use opens it again."""
        if self._open is not None:
            connection, self._open = self._open, None
            connection.close()

    def _let_go(self) -> duckdb.DuckDBPyConnection:
        """The connection without the database, which the next use opens again."""
        connection = self._connection
        connect.detach_private(connection)
        self._attached = False
        return connection

    @property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        if self._open is None:
            self._open = connect.open_private(self._private, self._wait)
        elif not self._attached:
            connect.attach_private(self._open, self._private, self._wait)
        self._attached = True
        return self._open

    @contextmanager
    def _transaction(
        self, *, visible: bool = True, wanted: Callable[[], bool] = lambda: True
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        connection = self._connection
        try:
            connection.execute("BEGIN")
            yield connection
            if not wanted():
                self._undo(connection)
                return
            if visible:
                mark_changed(connection, self._now)
            connection.execute("COMMIT")
        except duckdb.Error as error:
            self._undo(connection)
            raise WarehouseError(f"{self._private}: could not be written: {error}") from error
        except BaseException:  # an interrupt, too, must leave nothing half written
            self._undo(connection)
            raise

    def _undo(self, connection: duckdb.DuckDBPyConnection) -> None:
        with suppress(duckdb.Error):  # nothing to undo once the commit is through
            connection.execute("ROLLBACK")
