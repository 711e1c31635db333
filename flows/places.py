"""Where the parts of a data directory lie; the databases are the warehouse's own."""

ARCHIVE_FOLDER = "archive"
COMPILED_SETTINGS = "settings.compiled"
"""The configuration as it was read last; may be deleted at any time."""
