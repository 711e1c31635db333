"""When two written names may be one person: either order, either script, with or without middle initials."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipeline.naming.chinese import COMPOUND_SURNAMES, HAN, fold_umlaut, romanised

_INITIAL = re.compile(r"^[a-z]$")
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "phd", "dr", "mr", "ms", "mrs", "prof"})


@lru_cache(maxsize=65536)
def person_key(name: str) -> str:
    """A key that is equal for both orders and both scripts of a name (`Lin Wei`, `Wei Lin`, `林伟`)."""
    name = name.strip().lstrip("@")
    if HAN.search(name):
        return " ".join(sorted(part for part in romanised("".join(HAN.findall(name))) if part))
    words = [word for word in _folded_words(name) if not _INITIAL.match(word) and word not in _SUFFIXES]
    words = [fold_umlaut(word) for word in (words or _folded_words(name))]
    if len(words) == 3 and all(is_syllable(word) for word in words):
        # A given name of two syllables written apart: the surname stands first, or last after a Western habit.
        words = [words[0], words[1] + words[2]]
    return " ".join(sorted(words))


def in_latin(name: str) -> str:
    """A person's name as readers of English see it: Han in pinyin, a pinyin name with the surname first.

    `Muye Qiao` and `乔牧野` both give `Qiao Muye`; a name that can be read either way (`Wei Lin`) stays as it is.
    """
    if HAN.search(name):
        return " ".join(part.capitalize() for part in romanised("".join(HAN.findall(name))) if part)
    words = name.split()
    if len(words) != 2 or not is_romanised_chinese(name) or _is_surname(words[0]):
        return name
    return f"{words[1]} {words[0]}" if _is_surname(words[1]) else name


def _is_surname(word: str) -> bool:
    """True for one syllable, which a given name seldom is, and for the surnames of two."""
    folded = fold_umlaut(word.lower())
    return is_syllable(folded) or folded in _compound_surnames()


@lru_cache(maxsize=1)
def _compound_surnames() -> frozenset[str]:
    return frozenset("".join(romanised(surname)) for surname in COMPOUND_SURNAMES)


def is_romanised_chinese(name: str) -> bool:
    """True when every word of a Latin name can be read as pinyin, and the name has two or three words."""
    words = _folded_words(name)
    return 2 <= len(words) <= 3 and all(is_pinyin(word) for word in words)


@lru_cache(maxsize=65536)
def is_pinyin(word: str) -> bool:
    """True when `word` is one, two or three pinyin syllables written together, such as `junyang`."""
    word = fold_umlaut(word.lower())
    if is_syllable(word):
        return True
    return any(is_syllable(word[:cut]) and is_pinyin(word[cut:]) for cut in range(1, min(7, len(word))))


def is_syllable(word: str) -> bool:
    return word in _syllables()


@lru_cache(maxsize=1)
def _syllables() -> frozenset[str]:
    from pypinyin.constants import PINYIN_DICT

    readings = {reading for entry in PINYIN_DICT.values() for reading in entry.split(",")}
    plain = {unicodedata.normalize("NFKD", reading) for reading in readings}
    stripped = {"".join(c for c in reading if not unicodedata.combining(c)) for reading in plain}
    return frozenset(fold_umlaut(syllable) for syllable in stripped if set(syllable) & set("aeiouüv"))


def _folded_words(name: str) -> list[str]:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    plain = re.sub(r"(?<=\w)['’\-‐](?=\w)", "", plain)
    return re.findall(r"[^\W_]+", plain.lower())
