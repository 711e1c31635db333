"""A claim in the words of one line, and text from outside without what does not show."""

from __future__ import annotations

import unicodedata

from pipeline.model import Claim, Value


def headline(claim: Claim) -> str:
    """`departure of Zhou Mingyuan (Qwen): role = staff engineer`."""
    of = f" ({claim.object.name})" if claim.object else ""
    second = f", occurrence {claim.occurrence}" if claim.occurrence else ""
    return f"{claim.event_type} of {claim.subject.name}{of}{second}: {claim.attribute} = {value_text(claim.value)}"


def value_text(value: Value) -> str:
    """The value's text, with the dates or number it stands for where these say more."""
    parts = [value.text]
    if value.dates is not None and str(value.dates) != value.text:
        parts.append(f"[{value.dates}]")
    if value.number is not None:
        unit = f" {value.unit}" if value.unit else ""
        stated = value.text == f"{value.number:.15g}"
        parts.append(unit.strip() if stated else f"[{value.number:,.15g}{unit}]")
    if value.bound != "exactly":
        parts.append(f"({value.bound})")
    return " ".join(filter(None, parts))


def standing(claim: Claim) -> str:
    """`asserted, by the rules 1, confidence 0.9`: how it is said, who says so, and who found it."""
    said = f", attributed to {claim.attributed_to}" if claim.attributed_to else ""
    return f"{claim.modality}{said}; {claim.extractor} {claim.extractor_version}, confidence {claim.confidence:.2g}"


def rule_of(claim: Claim) -> str:
    """The rule that made the claim, as it calls itself."""
    return claim.rule or "(the rule does not name itself)"


def visible(text: str) -> str:
    """The text on one line, without control, bidi, zero-width and other hidden characters."""
    spaced = (" " if unicodedata.category(char) == "Cc" else char for char in text)
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in spaced if _shows(char))


def visible_lines(text: str) -> str:
    """As `visible`, line by line."""
    return "\n".join(map(visible, text.split("\n")))


def _shows(char: str) -> bool:
    return unicodedata.category(char) != "Cf"
