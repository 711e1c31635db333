"""The words of one language: sentences of its catalogue, dates, numbers, values and standing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache

from pipeline.categories import Bound, EventStatus
from pipeline.intervals import DateInterval
from pipeline.model import Value
from pipeline.wording.catalogue import Text, fill, load

LANGUAGES = ("en", "zh")
# How claims write the answers to questions, by attribute.
_ANSWERS = {
    ("event", "true"): "yes",
    ("event", "false"): "no",
    ("successor", "not named"): "not_named",
    ("voluntary", "true"): "by_choice",
    ("voluntary", "false"): "not_by_choice",
}
_NAMED = "named: "
LARGE = 1e6  # figures from here on are rounded to three digits


class Words:
    """What is said in one language; `say` fills the sentences of its catalogue, which is a TOML file."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = load(language)
        self._spaced = bool(self._catalogue["spaced"])

    def say(self, key: str, /, **values: str | None) -> str:
        """The sentence `table.name` with its gaps filled. Raises KeyError for one that the catalogue lacks."""
        table, _, name = key.partition(".")
        text: Text = self._catalogue[table][name]
        return fill(text, values, spaced=self._spaced)

    def has(self, key: str) -> bool:
        table, _, name = key.partition(".")
        return name in self._catalogue.get(table, {})

    def term(self, text: str) -> str:
        """A role, kind of access or other term in this language, where the catalogue translates it."""
        return self.translated(text) or text

    def translated(self, text: str) -> str | None:
        """A term's translation; the text itself where it is in this language's script already."""
        folded = " ".join(text.casefold().split())
        found = self._catalogue["terms"].get(folded) or self._role(folded)
        if found is not None:
            return str(found)
        foreign = any(char.isascii() and char.isalpha() for char in text) == (self.language == "zh")
        return None if foreign else text

    def attribute(self, attribute: str) -> str:
        found = self._catalogue["attributes"].get(attribute)
        return str(found) if found else attribute.replace("_", " ")

    def listed(self, items: Sequence[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        if len(items) < 2:
            return "".join(items)
        comma, final = self._catalogue["lists"]["comma"], self._catalogue["lists"]["and"]
        return f"{comma.join(items[:-1])}{final}{items[-1]}"

    def date(self, dates: DateInterval) -> str:
        """`3 March 2026`, `March 2026`, `the first quarter of 2026`, `2026`, `by 3 March 2026`, `3 to 5 March 2026`."""
        first, last = dates.first, dates.last
        if dates.precision == "by":
            return self.say("dates.by", day=self.day(last))
        if dates.precision == "quarter":
            nth = self._catalogue["numbers"]["quarters"][first.month // 3]
            return self.say("dates.quarter", nth=nth, year=str(first.year))
        if dates.precision in ("day", "month", "year"):
            return self.say(f"dates.{dates.precision}", **self._parts(first, ""))
        same = "month" if (first.year, first.month) == (last.year, last.month) else "year"
        key = f"dates.within_{same}" if first.year == last.year else "dates.span"
        return self.say(key, **self._parts(first, ""), **self._parts(last, "_last"))

    def day(self, day: dt.date) -> str:
        return self.say("dates.day", **self._parts(day, ""))

    def moment(self, when: dt.datetime) -> str:
        """`4 March 2026, 09:12 UTC+8`; midnight stands for a date without a time and is left out."""
        if when.utcoffset() is None or (when.hour, when.minute, when.second) == (0, 0, 0):
            return self.day(when.date())
        offset = when.utcoffset() or dt.timedelta()
        hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
        sign = "-" if offset < dt.timedelta() else "+"
        zone = f"UTC{sign}{hours}{f':{minutes:02}' if minutes else ''}" if offset else "UTC"
        return self.say("dates.moment", day=self.day(when.date()), time=f"{when:%H:%M}", zone=zone)

    def dated(self, clause: str, dates: DateInterval) -> str:
        """A clause with its time: `Lin Wei left Qwen, 3 March 2026`, `… in March 2026`, `… by 3 March 2026`."""
        key = f"dated.{dates.precision}"
        return self.say(key if self.has(key) else "dated.span", clause=clause, date=self.date(dates))

    def number(self, number: float) -> str:
        """`600 million`, `1.2 billion`, `170,000`, `35.5`; `6亿`, `17万`."""
        for size, text in self._catalogue["numbers"]["scales"]:
            # Smaller figures are shortened only where nothing is lost: 17万, and 171,234.
            if abs(number) >= size and (abs(number) >= LARGE or float(_three_digits(number / size)) == number / size):
                return fill(text, {"n": _three_digits(number / size)}, spaced=self._spaced)
        return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}".rstrip("0")

    def cardinal(self, number: int) -> str:
        """Up to ten in words, above in digits."""
        numerals = self._catalogue["numbers"]["cardinals"]
        return str(numerals[number]) if number < len(numerals) else str(number)

    def counted(self, number: int, noun: str) -> str:
        """`one source`, `two sources`: `noun` names a sentence of the table `counts`."""
        key = f"counts.{noun}" if number == 1 else f"counts.{noun}s"
        return self.say(key, n=self.cardinal(number))

    def sources(self, origins: int) -> str:
        """`one source`, `two independent sources`."""
        return self.counted(origins, "source")

    def value(self, attribute: str, value: Value) -> str:
        """A value of an attribute in words: dates and numbers written out, the rest as its sources put it."""
        if value.dates is not None and value.number is None:
            return self.date(value.dates)
        if value.number is not None:
            if attribute == "arena_rank":
                return self.say("values.rank", n=f"{value.number:g}")
            number = tokens_words(value.number) if attribute == "context_tokens" else self.number(value.number)
            return number if value.bound is Bound.EXACTLY else self.say(f"bounds.{value.bound.name.lower()}", n=number)
        answer = _ANSWERS.get((attribute, value.text))
        if answer is not None:
            return self.say(f"values.{answer}")
        if attribute == "sizes":
            return str(self._catalogue["lists"]["comma"]).join(part.strip() for part in value.text.split(","))
        return value.text.removeprefix(_NAMED) if attribute == "successor" else self.term(value.text)

    def standing(self, status: EventStatus, origins: int, word_of: str | None) -> str:
        """On whose word something is held: `reported by one source`, `confirmed by Qwen`."""
        return self.say(f"standing.{status}", sources=self.sources(origins), by=word_of)

    def _role(self, folded: str) -> str | None:
        """A role that is made of an area, such as `head of evaluation`."""
        for written, translated in self._catalogue["roles"]["patterns"]:
            before, after = written.split("{area}")
            if folded.startswith(before) and folded.endswith(after):
                area = self._catalogue["areas"].get(folded.removeprefix(before).removesuffix(after))
                if area is not None:
                    return fill(translated, {"area": area}, spaced=self._spaced)
        return None

    def _parts(self, day: dt.date, ending: str) -> dict[str, str]:
        month = self._catalogue["numbers"]["months"][day.month - 1]
        return {f"day{ending}": str(day.day), f"month{ending}": month, f"year{ending}": str(day.year)}


@lru_cache(maxsize=8)
def words_in(language: str | None) -> Words:
    """The words of a language; English for None and for a language that has no catalogue."""
    return Words(language if language in LANGUAGES else "en")


def tokens_words(number: float) -> str:
    """A context length as the field writes it: `128K`, `1M`."""
    thousand = 1000 if number % 1000 == 0 else 1024
    for size, word in ((thousand**2, "M"), (thousand, "K")):
        if number >= size and number % size == 0:
            return f"{number / size:.0f}{word}"
    return f"{number:,.0f}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _three_digits(number: float) -> str:
    digits = 0 if abs(number) >= 100 else 1 if abs(number) >= 10 else 2
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
