"""Stretches of a text that have the shape of a person's name, in Latin letters and in Han characters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.extract.lexicon import Lexicon
from pipeline.naming.chinese import HAN, romanised, split_name
from pipeline.naming.persons import is_pinyin

Span = tuple[int, int]

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚ"
_LOWER = "a-zß-öø-ÿā-ɏ"
_WORD = (
    rf"(?:[{_UPPER}]['’])?(?:(?:Mc|Mac|De|Di|La|Le|Fitz|Van)(?=[{_UPPER}]))?[{_UPPER}][{_LOWER}]+"
    rf"(?:[-‐'’][A-Za-z{_UPPER}{_LOWER}][{_LOWER}]+)*|[A-Z]{{2}}[a-z]+"
)
_PARTICLE = r"de|da|dos|van|von|der|den|bin|ibn|al|el|la|le|du|di"
_NICKNAME = rf"[\"“‘'][{_UPPER}][{_LOWER}]+[\"”’']"
_RUN = re.compile(
    rf"(?<![A-Za-z0-9_@/.-])(?:(?:[A-Z]\.\s?){{1,3}})?(?:{_WORD})"
    rf"(?:\s+(?:[A-Z]\.|(?:{_PARTICLE})(?=\s)|{_NICKNAME}|{_WORD}))*(?![A-Za-z0-9_@])"
)
_MAY_RUN = re.compile(rf"[{_UPPER}]\S*\s+(?:(?:{_PARTICLE})\s+)*[\"“‘']?[{_UPPER}]")
_TOKEN = re.compile(r"\S+")
# Characters of roles, groups and function words, which stand in no name.
_NEVER_IN_NAMES = frozenset("的了在是和与及等们员人者家师长组部团队公司总监经理")
_INITIAL = re.compile(r"[A-Z]\.(?:[A-Z]\.)*")
_QUOTED = re.compile(r"\s*[\"“‘']([^\"“”‘’']+)[\"”’']")
_MOST_WORDS = 5


class NameFinder:
    """Finds what looks like a name, in the languages whose lexicons it is made from."""

    def __init__(self, lexicon: Lexicon, lexicons: Iterable[Lexicon], surnames: frozenset[str]) -> None:
        words = lexicon.file.words
        self._spaced = lexicon.file.spaced
        self._surnames = surnames
        self._common = {word.lower() for one in lexicons for word in one.file.words["not_names"]}
        self._verb_shape = lexicon.patterns.get("opening_verb_shapes", re.compile(r"(?!)"))
        self._han = lexicon.patterns.get("han_name")
        self._han_common = frozenset(words.get("han_not_names", ()))
        foreign = "".join(words.get("transliteration", ()))
        follows = "|".join(words.get("han_follows", ())) or "(?!)"
        ended = rf"(?=(?:{follows})|[^{foreign}]|$)"
        self._foreign = re.compile(rf"[{foreign}]{{1,6}}(?:·[{foreign}]{{1,7}}?{ended})+") if foreign else None

    def is_common(self, word: str) -> bool:
        """True for a capitalised word that is no part of a name."""
        return word.lower().rstrip(".") in self._common

    def is_common_han(self, word: str) -> bool:
        """True for a Chinese word that looks like a name and is none."""
        if word in self._han_common or word[:2] in self._han_common:
            return True
        surname, given = split_name(word)
        return not _NEVER_IN_NAMES.isdisjoint(given or surname)

    def latin(self, text: str, taken: Sequence[Span]) -> list[Span]:
        """Stretches of two to five capitalised words, cut at words which are never part of a name."""
        if not _MAY_RUN.search(text):
            return []
        return [span for match in _RUN.finditer(text) for span in self._pieces(text, match.span(), taken)]

    def han(self, text: str) -> list[Span]:
        """Chinese names between words that stand beside names, and foreign names written with a dot."""
        if self._han is None or not HAN.search(text):
            return []
        foreign = [match.span() for match in self._foreign.finditer(text)] if self._foreign and "·" in text else []
        return foreign + [
            match.span("name")
            for match in self._han.finditer(text)
            if not self.is_common_han(match["name"])
            if all(match.end("name") <= first or match.start("name") >= last for first, last in foreign)
        ]

    def _pieces(self, text: str, run: Span, taken: Sequence[Span]) -> list[Span]:
        pieces: list[list[Span]] = [[]]
        for word in _TOKEN.finditer(text, *run):
            span = word.span()
            opens = span[0] == 0 and self._verb_shape.fullmatch(word[0]) and not is_pinyin(word[0])
            common = self.is_common(word[0]) and not self._is_surname(text, span, run)
            if opens or common or any(span[0] < last and first < span[1] for first, last in taken):
                pieces.append([])
            else:
                pieces[-1].append(span)
        found = [(piece[0][0], piece[-1][1]) for piece in pieces if 1 < len(piece) <= _MOST_WORDS]
        return [span for span in found if not _INITIAL.fullmatch(text[slice(*span)].split()[-1])]

    def _is_surname(self, text: str, span: Span, run: Span) -> bool:
        """True for a surname that is also a common word, beside a given name in pinyin: `He Ruolan`, `Xiaoyu An`."""
        beside = re.match(r"\s([A-Z][a-z]+)$", text[span[1] : run[1]]) or re.search(
            r"^([A-Z][a-z]+)\s$", text[run[0] : span[0]]
        )
        word = text[slice(*span)].lower()
        return bool(beside and word in self._surnames and is_pinyin(beside[1]) and len(beside[1]) > 4)


def without_nickname(name: str) -> tuple[str, str | None]:
    """`Anna Berg` and `Annie` for `Anna "Annie" Berg`; the name itself and None where it holds no nickname."""
    match = _QUOTED.search(name)
    return (name[: match.start()] + name[match.end() :], match[1]) if match else (name, None)


def short_forms(name: str) -> tuple[str, ...]:
    """The parts of a full name that may stand for it later: the surname, and a given name."""
    if "·" in name:
        return (name.rpartition("·")[2],) if len(name.rpartition("·")[2]) > 1 else ()
    if HAN.search(name):
        _, given = split_name(name)
        return (name[-2:],) if len(given) == 2 else ()
    words = [word for word in name.split() if not _INITIAL.fullmatch(word)]
    return (words[0], words[-1]) if len(words) > 1 else (words[-1],) if words != name.split() else ()


def latin_surnames(lexicons: Iterable[Lexicon]) -> frozenset[str]:
    """The Chinese surnames of all lexicons in toneless pinyin."""
    return frozenset(romanised(f"{surname}一")[0] for lexicon in lexicons for surname in lexicon.file.surnames)
