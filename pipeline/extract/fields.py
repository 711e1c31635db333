"""Named values of a model: a table's cell under its header, a list's `Context: 128K tokens`."""

from __future__ import annotations

import re

from pipeline.extract.counts import CountReader
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.model_mentions import SizeScanner
from pipeline.extract.specifications import LEAST, SpecificationReader, count_value, parameter_values
from pipeline.model import Value

# The word list that a header or key is a word of, and the attribute it gives.
_ATTRIBUTES = {
    "table_context": "context_tokens",
    "table_parameters": "parameters",
    "table_active": "parameters_active",
    "table_training": "training_tokens",
    "table_license": "license",
    "table_availability": "availability",
}
_LINE = re.compile(r"^(?:[-*•·▪◦]\s*|\d{1,2}[.)、]\s*)?(?P<key>[^:：|]{1,40}?)\s?(?:[:：]|\s\|)\s?(?P<value>\S.*)$")
_PART = re.compile(r"\s*[/／、,，(（)）]\s*")
_LONGEST_VALUE = 80


class FieldReader:
    """The named values of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, specifications: SpecificationReader) -> None:
        self._names = tuple((lexicon.pattern(words), attribute) for words, attribute in _ATTRIBUTES.items())
        self._specifications = specifications
        self._scanner = SizeScanner(lexicon)
        self._counts = CountReader(lexicon)
        self._unknown = lexicon.pattern("table_unknown")
        self._availability = (
            (lexicon.pattern("table_open"), "open weights"),
            (lexicon.pattern("table_api"), "API"),
            (lexicon.pattern("table_preview"), "preview"),
        )

    def attributes(self, name: str) -> tuple[str, ...]:
        """What a header or key is of; `Parameters (total / active)` is of two, and most headers are of nothing."""
        found = [self._attribute(part) for part in (name.strip(), *_PART.split(name)) if part.strip()]
        return tuple(dict.fromkeys(attribute for attribute in found if attribute))

    def of_line(self, text: str) -> list[tuple[str, Value]] | None:
        """The values of a line such as `- Context: 128K tokens`; None when it is no line of a known name."""
        match = _LINE.match(text)
        if match is None or len(match["value"]) > _LONGEST_VALUE or "|" in match["value"].rstrip("| "):
            return None
        attributes = self.attributes(match["key"].strip("* "))
        return self.values(attributes, match["value"].strip("*| ")) if attributes else None

    def values(self, attributes: tuple[str, ...], text: str) -> list[tuple[str, Value]]:
        """The values of `attributes` that a cell or a line gives."""
        if len(attributes) > 1:
            parts = [part for part in re.split(r"\s*[/／,，(（)）]\s*", text) if part]
            if len(parts) > 1:
                return [
                    found
                    for attribute, part in zip(attributes, parts, strict=False)
                    for found in self._values(attribute, part)
                ]
        return self._values(attributes[0], text) if attributes else []

    def _attribute(self, name: str) -> str | None:
        return next((attribute for pattern, attribute in self._names if pattern.fullmatch(name.strip())), None)

    def _values(self, attribute: str, text: str) -> list[tuple[str, Value]]:
        text = text.strip()
        if not text or self._unknown.fullmatch(text):
            return []
        if attribute == "license":
            licence = self._specifications.license(text)
            return [("license", Value(licence))] if licence else []
        if attribute == "availability":
            stated = self._specifications.availability(text)
            stated = stated or next((value for pattern, value in self._availability if pattern.fullmatch(text)), None)
            return [("availability", Value(stated))] if stated else []
        return self._sizes(text) if attribute == "parameters" else self._count(attribute, text)

    def _sizes(self, text: str) -> list[tuple[str, Value]]:
        """`480B-A35B`, `96B (6B active)`, `1.1 trillion`, or several sizes of one family."""
        active = self._specifications.active(text)
        counts = [number for number, _ in self._counts.all_in(text, LEAST["parameters"])]
        if active is not None:
            totals = [number for number in counts if number != active]
            found = [("parameters", count_value("parameters", totals[0]))] if len(totals) == 1 else []
            return [*found, ("parameters_active", count_value("parameters_active", active))]
        written = [size for mention in self._scanner.find(text) for size in mention.sizes]
        if len(written) == 1 and (len(counts) == 1 or "-" in written[0]):
            return parameter_values(written[0])
        if len(written) > 1:
            return [("sizes", Value(", ".join(written)))]
        return [("parameters", count_value("parameters", counts[0]))] if len(counts) == 1 else []

    def _count(self, attribute: str, text: str) -> list[tuple[str, Value]]:
        counts = self._counts.all_in(text, LEAST[attribute])
        return [(attribute, count_value(attribute, counts[0][0]))] if counts else []
