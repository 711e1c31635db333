"""Where the parts of a data directory lie; the databases are the warehouse's own."""

ARCHIVE_FOLDER = "archive"
