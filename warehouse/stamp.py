"""A note beside the published copy that says which change it holds, so that few turns open the copy to know.

It counts only while the copy is the very file that the note was made of. A kill before the note, a copy put there by
hand or a note that cannot be read cost one look into the copy, and nothing else.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

STAMP_FILE = "published.json"

Identity = dict[str, int]


def identity(published: Path) -> Identity | None:
    """What tells the file at `published` from any other that was or will be there; None where there is none."""
    try:
        status = published.stat()
    except FileNotFoundError:
        return None
    # Nobody can set the time of change: it tells a file that was written over from what it was before.
    return {
        "inode": status.st_ino,
        "size": status.st_size,
        "modified_ns": status.st_mtime_ns,
        "changed_ns": status.st_ctime_ns,
    }


def stamped_token(published: Path, of: Identity) -> str | None:
    """The change token noted of just this file; None where there is no note of it."""
    try:
        stamp = json.loads(published.with_name(STAMP_FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(stamp, dict) or stamp.get("copy") != of:
        return None
    token = stamp.get("token")
    return token if isinstance(token, str) else None


def stamp_token(published: Path, of: Identity, token: str) -> None:
    """Notes that the file `of` that identity holds the change `token`."""
    stamp = published.with_name(STAMP_FILE)
    draft = stamp.with_name(stamp.name + ".tmp")
    # Without a note the copy is asked, so that one that cannot be written is no reason to fail.
    with suppress(OSError):
        draft.write_text(json.dumps({"copy": of, "token": token}), "utf-8")
        draft.replace(stamp)
