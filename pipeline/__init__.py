"""The work itself: fetch, read, dedupe, extract, reconcile, notify. No Prefect, no DuckDB, no clock reads."""
