"""Rewriting: many steps in one transaction, all kept at the end or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from pipeline.ledger import Alert, Delivery, Entity, EntityName, Run, Testimony
from warehouse import alerts, claims, ledger, reading_rules, rows, runs
from warehouse.changes import LineChange


class Rewrite:
    """What a rebuild writes; made by `Writer.rewriting`. The writer reads what was written so far."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.kept = False

    def replace_claims(
        self,
        gone: Collection[str],
        testimony: Sequence[Testimony],
        entities: Sequence[Entity],
        names: Sequence[EntityName],
    ) -> None:
        """Removes the claims of these ids, and writes others with those that they speak of."""
        rows.delete(self._connection, "claims", "claim_id", gone)
        claims.put_entities(self._connection, entities, names)
        claims.put_claims(self._connection, testimony)

    def put_lines(self, lines: Sequence[LineChange]) -> None:
        """Writes each line's ledger in place of what it held before."""
        ledger.put_lines(self._connection, lines)

    def read_again(self, document_ids: Collection[str]) -> None:
        """Strikes these documents off those that broke the extraction."""
        rows.delete(self._connection, "unread", "document_id", document_ids)

    def keep(
        self,
        alert: Alert | None,
        deliveries: Sequence[Delivery],
        summed_up: Collection[str],
        rules: str | None,
        run: Run | None,
    ) -> None:
        """Has all of it committed at the end, with one alert that tells of the changes of these keys."""
        if alert is not None:
            alerts.raise_alerts(self._connection, [alert])
            alerts.add_deliveries(self._connection, deliveries)
            alerts.sum_up(self._connection, dict.fromkeys(summed_up, alert.alert_id))
        if rules is not None:
            reading_rules.put_rules(self._connection, rules)
        if run is not None:
            runs.put_run(self._connection, run)
        self.kept = True
