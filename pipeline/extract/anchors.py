"""Which words a regular expression cannot match without: the anchors by which most of a text is passed over.

Understands the dialect that the lexicons and readers are written in; of anything else it claims nothing, so a
pattern may be tried too often, and never too seldom.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

Anchors = frozenset[str]

# More alternatives than these are not spelled out.
_MOST = 400
_MOST_SPELLED = 64
_NOTHING: Anchors = frozenset()
_EMPTY: Anchors = frozenset({""})
_COUNTED = re.compile(r"\{(\d*)(?:,\d*)?\}")
_GROUP = re.compile(r"\?(?:P<\w+>|[aiLmsux-]*:)")
# The private use area holds the marks of names and dates, which stand in no text before it is marked.
_MARK = re.compile("[\ue000-\uf8ff]")


def anchors_of(pattern: str) -> Anchors | None:
    """Lower-case strings of which every match of `pattern` holds one; empty where it can match nothing, None
    where no such set can be told."""
    reader = _Reader(pattern)
    found = reader.alternatives()
    return found.anchors if reader.at == len(pattern) else None


@dataclass(frozen=True, slots=True)
class _Part:
    """What is known of a part of a pattern: all texts it matches, where they can be spelled out, and its anchors."""

    spelled: Anchors | None = None
    anchors: Anchors | None = None


@dataclass(slots=True)
class _Reader:
    """Recursive descent over alternatives, sequences and items (the grammar of `re`, as far as it is used here)."""

    pattern: str
    at: int = 0

    def alternatives(self) -> _Part:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        return _Part(
            _union([branch.spelled for branch in branches], _MOST_SPELLED),
            _union([branch.anchors for branch in branches], _MOST),
        )

    def _sequence(self) -> _Part:
        best: Anchors | None = None
        run, whole = _EMPTY, True
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            part = self._item()
            optional, repeated = self._quantifier()
            best = best if optional else _better(best, part.anchors)
            spelled = part.spelled
            if spelled is not None and not repeated:
                spelled |= _EMPTY if optional else _NOTHING
                if len(run) * len(spelled) <= _MOST_SPELLED:
                    run = frozenset(before + after for before in run for after in spelled)
                    continue
            best, run, whole = _better(best, _telling(run)), _EMPTY, False
            if spelled is not None and not repeated:
                run = spelled
        return _Part(run if whole else None, _better(best, _telling(run)))

    def _item(self) -> _Part:
        """The next character, class or group."""
        char = self.pattern[self.at]
        self.at += 1
        if char == "(":
            return self._group()
        if char == "[":
            return self._class()
        if char in "^$":
            return _Part(_EMPTY)
        if char == "\\":
            char = self.pattern[self.at]
            self.at += 1
            if char.isalnum():
                return _Part(_EMPTY) if char in "bBAZ" else _Part()
            return _of({char})
        return _Part() if char == "." or _MARK.match(char) else _of({char.lower()})

    def _group(self) -> _Part:
        negative = self._take("?!") or self._take("?<!")
        looks = negative or self._take("?=") or self._take("?<=")
        if not looks:
            match = _GROUP.match(self.pattern, self.at)
            self.at = match.end() if match else self.at
        begin = self.at
        found = self.alternatives()
        empty = self.at == begin
        self._take(")")
        if negative:
            return _Part(_NOTHING, _NOTHING) if empty else _Part(_EMPTY)
        return _Part(_EMPTY, found.anchors) if looks else found

    def _class(self) -> _Part:
        begin = self.at
        self._take("^")
        self._take("]")
        while self.pattern[self.at] != "]":
            self.at += 2 if self.pattern[self.at] == "\\" else 1
        chars = self.pattern[begin : self.at]
        self.at += 1
        plain = chars and not set(chars) & set("^\\") and "-" not in chars[1:-1] and not _MARK.search(chars)
        return _of(set(chars.lower())) if plain else _Part()

    def _quantifier(self) -> tuple[bool, bool]:
        """Whether the item before may be left out, and whether it may stand several times."""
        if counted := _COUNTED.match(self.pattern, self.at):
            self.at = counted.end()
            self._take("?")
            return counted[1] in ("", "0"), True
        for mark in "?*+":
            if self._take(mark):
                self._take("?")
                return mark != "+", mark != "?"
        return False, False

    def _take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.at):
            self.at += len(text)
            return True
        return False


def _of(texts: set[str]) -> _Part:
    return _Part(frozenset(texts), frozenset(texts))


def _telling(texts: Anchors) -> Anchors | None:
    """The texts as anchors; nothing is told by them where one is empty."""
    return None if "" in texts else texts


def _union(sets: list[Anchors | None], most: int) -> Anchors | None:
    known = [each for each in sets if each is not None]
    if len(known) < len(sets):
        return None
    union = _NOTHING.union(*known)
    return union if len(union) <= most else None


def _better(one: Anchors | None, other: Anchors | None) -> Anchors | None:
    """The set that lets fewer texts through: the one with longer words, then the smaller one."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other, key=_strength)


def _strength(anchors: Anchors) -> tuple[float, int]:
    # A Han character says about as much as four Latin letters.
    least = min((sum(1 if char.isascii() else 4 for char in anchor) for anchor in anchors), default=float("inf"))
    return min(least, 8), -len(anchors)
