"""What `serve` shows to a browser and to programs: the report page, a read-only API, and health."""
