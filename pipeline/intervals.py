"""Closed intervals of calendar days: how the project holds a date and its precision at once."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

# Where the days begin of which only the last is known: no language model that people still use is older.
EARLIEST = dt.date(2018, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class DateInterval:
    """The days from `first` to `last`, both included; a day, a month or a year is an interval, too."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"interval ends before it begins: {self.first} to {self.last}")

    @classmethod
    def day(cls, day: dt.date) -> DateInterval:
        return cls(day, day)

    @classmethod
    def month(cls, year: int, month: int) -> DateInterval:
        return cls(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> DateInterval:
        return cls(cls.month(year, 3 * quarter - 2).first, cls.month(year, 3 * quarter).last)

    @classmethod
    def year(cls, year: int) -> DateInterval:
        return cls(dt.date(year, 1, 1), dt.date(year, 12, 31))

    @classmethod
    def by(cls, day: dt.date) -> DateInterval:
        """All the days up to `day`: it had happened by then, and nobody says when."""
        return cls(min(EARLIEST, day), day)

    @classmethod
    def parse(cls, text: str) -> DateInterval:
        """The interval that `str` writes so: `2026-03-04`, `2026-03`, `2026-Q1`, `2026`, `by …`, `… to …`.

        Raises ValueError for anything else.
        """
        text = text.strip()
        if text.startswith("by "):
            return cls.by(dt.date.fromisoformat(text[3:]))
        first, to, last = text.partition(" to ")
        if to:
            return cls(dt.date.fromisoformat(first), dt.date.fromisoformat(last))
        if re.fullmatch(r"\d{4}", text):
            return cls.year(int(text))
        if re.fullmatch(r"\d{4}-Q[1-4]", text):
            return cls.quarter(int(text[:4]), int(text[-1]))
        if re.fullmatch(r"\d{4}-\d\d", text):
            return cls.month(int(text[:4]), int(text[5:]))
        return cls.day(dt.date.fromisoformat(text))

    @property
    def days(self) -> int:
        """How many days it spans; a single day is 1."""
        return (self.last - self.first).days + 1

    def contains(self, other: DateInterval) -> bool:
        return self.first <= other.first and other.last <= self.last

    def overlaps(self, other: DateInterval) -> bool:
        return self.first <= other.last and other.first <= self.last

    def intersection(self, other: DateInterval) -> DateInterval | None:
        first, last = max(self.first, other.first), min(self.last, other.last)
        return DateInterval(first, last) if first <= last else None

    def gap_days(self, other: DateInterval) -> int:
        """Days between the two, 0 where they overlap, 1 for neighbouring days."""
        return max(0, (max(self.first, other.first) - min(self.last, other.last)).days)

    @property
    def precision(self) -> str:
        """`day`, `month`, `quarter`, `year`, `by` (only the last day is known), or `days` for any other span."""
        year, month = self.first.year, self.first.month
        if self.first == self.last:
            return "day"
        if self == DateInterval.month(year, month):
            return "month"
        if month % 3 == 1 and self == DateInterval.quarter(year, month // 3 + 1):
            return "quarter"
        if self == DateInterval.year(year):
            return "year"
        return "by" if self.first == EARLIEST else "days"

    def __str__(self) -> str:
        match self.precision:
            case "day":
                return self.first.isoformat()
            case "month":
                return f"{self.first:%Y-%m}"
            case "quarter":
                return f"{self.first.year}-Q{self.first.month // 3 + 1}"
            case "year":
                return str(self.first.year)
            case "by":
                return f"by {self.last.isoformat()}"
            case _:
                return f"{self.first} to {self.last}"
