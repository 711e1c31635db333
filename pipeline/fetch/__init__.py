"""The room that talks HTTP: a bounded client, the archive of bodies, and replay from an archive."""
