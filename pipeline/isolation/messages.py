"""What a worker and its owner say to each other: length-prefixed pickles, of which the answers are not trusted."""

from __future__ import annotations

import io
import pickle
import struct
import sys
from typing import IO, Any

_LENGTH = struct.Struct(">Q")
_OF_THE_LIBRARY = {
    "datetime": frozenset({"date", "datetime", "timedelta", "timezone"}),
    "builtins": frozenset({"set", "frozenset"}),
    "collections": frozenset({"OrderedDict"}),
}


def send(stream: IO[bytes], message: Any) -> None:
    """Writes one message. Raises OSError where nobody listens any more."""
    content = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream: IO[bytes], most: int = sys.maxsize) -> bytes | None:
    """The content of the next message; None where the other side is gone, in the middle of one or before it.

    None, too, where it announces more than `most` bytes.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    if length > most:
        return None
    content = stream.read(length)
    return content if len(content) == length else None


def plain_records(content: bytes) -> Any:
    """What an answer holds: the project's own records and plain values.

    A pickle can name any function to be called, and a page that took over the parser would choose one: only
    classes of the project and dates are taken. Raises pickle.UnpicklingError for all else.
    """
    return _Records(io.BytesIO(content)).load()


class _Records(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name in _OF_THE_LIBRARY.get(module, ()):
            return super().find_class(module, name)
        found = super().find_class(module, name) if module.startswith("pipeline.") and "." not in name else None
        if isinstance(found, type) and found.__module__ == module:
            return found
        raise pickle.UnpicklingError(f"{module}.{name} is no record of the project")
