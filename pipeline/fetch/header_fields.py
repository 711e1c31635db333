"""The header fields of an answer (RFC 9110, 5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


class HeaderFields(Mapping[str, str]):
    """Header fields by name, in any case; what came several times under one name is joined by commas.

    `raw` holds them as they came, names in lower case. Text that is neither ASCII nor UTF-8 is read as Latin-1.
    """

    __slots__ = ("_joined", "raw")

    def __init__(self, raw: Sequence[tuple[bytes, bytes]]) -> None:
        self.raw = raw
        self._joined: dict[str, str] = {}
        for name, value in self.items_as_text():
            before = self._joined.get(name)
            self._joined[name] = value if before is None else f"{before}, {value}"

    def items_as_text(self) -> list[tuple[str, str]]:
        """The fields in their order, those of one name apart."""
        return [(name.decode("latin-1").lower(), _text(value)) for name, value in self.raw]

    def __getitem__(self, name: str) -> str:
        return self._joined[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._joined)

    def __len__(self) -> int:
        return len(self._joined)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
