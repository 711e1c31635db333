"""Settings as they were read last, so that an unchanged configuration is neither parsed nor checked again.

It goes as with Python's own compiled modules: what was made is kept with a key of all that it was made of, and is
used while that stays the same. The key covers the text of every file, the modules of the program by size and time,
and the libraries by version. JSON rather than pickle: it can run no code, and half a millisecond for 200 sources is
all that it costs.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from hashlib import blake2b
from pathlib import Path
from typing import Any, get_type_hints

from pipeline.config.lexicons import Lexicons
from pipeline.config.plain_data import NOT_PLAIN, Reader, plain, reader
from pipeline.config.settings import Settings
from pipeline.config.texts import ConfigTexts

PROGRAM = Path(__file__).resolve().parent.parent
_KEPT = tuple(each.name for each in fields(Settings) if each.name != "lexicons")


def key_of(texts: ConfigTexts, program: Path = PROGRAM, search_path: Sequence[str] | None = None) -> str | None:
    """What settings made of `texts` depend on, as a digest: the texts, the program, and the libraries on the path.

    None where the program cannot be looked at, as within an archive or while it is being replaced.
    """
    folders = sys.path if search_path is None else search_path
    digest = blake2b(digest_size=32)
    try:
        for part in (*_texts(texts), sys.version, *_modules(program), *_libraries(folders)):
            encoded = part.encode("utf-8", "surrogateescape")
            digest.update(b"%d:%b" % (len(encoded), encoded))
    except OSError:
        return None
    return digest.hexdigest()


def read_compiled(path: Path, key: str, lexicons: Lexicons, *, check_lexicons: bool) -> Settings | None:
    """The settings that `path` holds under `key`; None where it holds none, others, or is damaged.

    With `check_lexicons` only those that were made when the lexicons had been checked.
    """
    try:
        return _read(path.read_bytes(), key, lexicons, check_lexicons)
    except (OSError, RecursionError, *NOT_PLAIN):
        return None  # a fresh load takes its place, and says whatever there is to say


def write_compiled(path: Path, key: str, settings: Settings, *, lexicons_checked: bool) -> None:
    """Keeps `settings` under `key` at `path`, at once and whole; where that cannot be, nothing is kept."""
    kept = {name: plain(getattr(settings, name)) for name in _KEPT}
    body = json.dumps({"lexicons_checked": lexicons_checked, "settings": kept}, separators=(",", ":")).encode()
    content = b"%b %b\n%b" % (key.encode(), _checksum(body), body)
    if _read(content, key, settings.lexicons, lexicons_checked) == settings:
        with suppress(OSError):
            _replace(path, content)


def _read(content: bytes, key: str, lexicons: Lexicons, check_lexicons: bool) -> Settings | None:
    head, _, body = content.partition(b"\n")
    if head != b"%b %b" % (key.encode(), _checksum(body)):
        return None
    held: dict[str, Any] = json.loads(body)
    if check_lexicons and not held["lexicons_checked"]:
        return None
    readers = _readers()
    return Settings(lexicons=lexicons, **{name: readers[name](held["settings"][name]) for name in _KEPT})


def _readers() -> dict[str, Reader]:
    hints = get_type_hints(Settings)
    return {name: reader(hints[name]) for name in _KEPT}


def _checksum(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).hexdigest().encode()


def _replace(path: Path, content: bytes) -> None:
    """Two processes may do this at once: each writes a file of its own, and the later rename stands."""
    import tempfile  # only a changed configuration needs it

    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            Path(file.name).replace(path)
        except BaseException:  # an interrupt, too, must leave no half-written file behind
            Path(file.name).unlink(missing_ok=True)
            raise


def _texts(texts: ConfigTexts) -> Iterator[str]:
    for group in (texts.files, texts.lexicons):
        yield str(len(group))
        for name, file in group.items():
            yield from (name, file.text, file.broken or "")


def _modules(folder: Path | str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda each: each.name):
            if entry.is_dir():
                yield from _modules(entry.path) if entry.name != "__pycache__" else ()
            else:
                found = entry.stat()
                yield f"{entry.path} {found.st_size} {found.st_mtime_ns}"


def _libraries(search_path: Sequence[str]) -> Iterator[str]:
    """The names of what is installed, with their versions, in the folders that modules are looked for in."""
    for folder in search_path:
        # The path may name an archive, or nothing that is there.
        with suppress(OSError), os.scandir(folder or ".") as entries:
            yield from sorted(each.name for each in entries if each.name.endswith((".dist-info", ".egg-info")))
