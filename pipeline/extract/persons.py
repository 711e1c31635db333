"""Who is named in a document: names in both scripts and orders, gathered into one mention a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.categories import EntityKind
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.segments import Sentence
from pipeline.model import Mention
from pipeline.naming.chinese import HAN, romanised, split_name
from pipeline.naming.persons import is_pinyin, is_romanised_chinese, person_key
from pipeline.watchlist import Watchlist

_WORD = r"[A-Z][a-zà-öø-ÿ]+(?:[-‐'’][A-Za-zà-öø-ÿ][a-zà-öø-ÿ]+)*|[A-Z]{2}[a-z]+"
_LATIN_RUN = re.compile(
    rf"(?<![\w@/.-])(?:{_WORD})(?:\s+(?:[A-Z]\.|de|van|von|der|bin|al|el|la|le|du|{_WORD}))*(?![\w@])"
)
# Two names with only this between them stand in one list: where one is a person's, so is the other.
_NAME_JOINT = re.compile(r"(?:,| and|, and| &)\s|、|和|与|及")
_HANDLE = re.compile(r"@[A-Za-z0-9_]{3,30}")


@dataclass(eq=False, slots=True)
class Person:
    """One person of a document: the first full name, and every form seen."""

    name: str
    key: str
    forms: list[str] = field(default_factory=list)

    def mention(self) -> Mention:
        others = tuple(dict.fromkeys(form for form in self.forms if form != self.name))
        return Mention(EntityKind.PERSON, self.name, others)


class People:
    """The persons of one document and where each sentence names them."""

    def __init__(self, lexicon: Lexicon, latin_surnames: frozenset[str], watchlist: Watchlist) -> None:
        self._lexicon = lexicon
        self._people: dict[str, Person] = {}
        self._parts: dict[str, list[str]] = {}
        self._watched: dict[str, str] = {}
        words = lexicon.file.words
        self._not_names = {word.lower() for word in words.get("not_names", ())}
        self._verb_shape = lexicon.patterns.get("opening_verb_shapes", re.compile(r"(?!)"))
        self._surnames_latin = latin_surnames
        self._full: re.Pattern[str] | None = None
        self._partial: re.Pattern[str] | None = None
        for entry in watchlist.of_kind(EntityKind.PERSON):
            for name in (entry.name, *entry.aliases, *(f"@{handle}" for handle in entry.handles)):
                self._watched[person_key(name)] = entry.name

    def learn(self, sentences: Sequence[Sentence], blocked: Sequence[Sequence[tuple[int, int]]]) -> None:
        """Gather full names from `sentences`; `blocked` are the spans already taken by models and organisations."""
        for sentence, spans in zip(sentences, blocked, strict=True):
            candidates = self._candidates(sentence, spans)
            for start, end, sure in candidates:
                beside = sure or any(
                    known and _NAME_JOINT.fullmatch(sentence.text[min(end, b) : max(start, a)])
                    for a, b, known in candidates
                )
                if beside:
                    self._add(sentence.text[start:end])
            self._link_brackets(sentence.text)
        self._full = _any_of(form for person in self._people.values() for form in person.forms)
        self._partial = _any_of(self._parts)

    def find(self, text: str, spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int, Person], ...]:
        """Where the known persons stand in `text`: full names, then surnames and given names alone, then handles."""
        taken = list(spans)
        found: list[tuple[int, int, Person]] = []
        for match in self._full.finditer(text) if self._full else ():
            person = self._people.get(self._key(match[0]))
            if person and _free(match.span(), taken):
                start = self._with_honorific(text, match.start())
                found.append((start, match.end(), person))
                taken.append((start, match.end()))
        for match in self._partial.finditer(text) if self._partial else ():
            keys = set(self._parts[match[0]])
            if len(keys) == 1 and _free(match.span(), taken) and not self._within_longer_name(text, match.span()):
                found.append((*match.span(), self._people[keys.pop()]))
                taken.append(match.span())
        return tuple(sorted(found, key=lambda item: item[0]))

    def _with_honorific(self, text: str, start: int) -> int:
        for match in self._lexicon.pattern("honorifics").finditer(text, max(0, start - 12), start):
            if not text[match.end() : start].strip(" ."):
                return match.start()
        return start

    def _within_longer_name(self, text: str, span: tuple[int, int]) -> bool:
        """True when a capitalised word beside a short form makes it part of another, unknown name."""
        after = re.match(r"\s+([A-Z][a-z]+)\b(?!['’])", text[span[1] :])
        before = re.search(r"(?<=[\w,;] )([A-Z][a-z]+)\s$", text[: span[0]])
        return any(word and self._looks_like_name(word[1]) for word in (after, before))

    def _looks_like_name(self, word: str) -> bool:
        return word.strip().lower() not in self._not_names

    def _candidates(self, sentence: Sentence, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, bool]]:
        """Stretches that may be names, and whether each is sure to be a person's."""
        found = []
        for match in _LATIN_RUN.finditer(sentence.text):
            for start, end in self._name_runs(sentence.text, match.span(), spans):
                found.append((start, end, self._is_person(sentence, start, end)))
        found += [(*span, True) for span in self._han_names(sentence.text) if _free(span, spans)]
        return found

    def _name_runs(self, text: str, run: tuple[int, int], spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """The stretches of a capitalised run that hold no word which is never part of a name."""
        pieces: list[tuple[int, int]] = []
        current: list[tuple[int, int]] = []
        for word in re.finditer(r"\S+", text[run[0] : run[1]]):
            span = (run[0] + word.start(), run[0] + word.end())
            opens = span[0] == 0 and self._verb_shape.fullmatch(word[0]) and not is_pinyin(word[0])
            common = word[0].lower().rstrip(".") in self._not_names and not self._is_surname(text, span, run)
            if opens or common or not _free(span, spans):
                pieces += [(current[0][0], current[-1][1])] if len(current) > 1 else []
                current = []
            else:
                current.append(span)
        pieces += [(current[0][0], current[-1][1])] if len(current) > 1 else []
        return [piece for piece in pieces if len(text[piece[0] : piece[1]].split()) <= 4]

    def _is_surname(self, text: str, span: tuple[int, int], run: tuple[int, int]) -> bool:
        """True for a surname that is also a common word, beside a given name in pinyin: `He Ruolan`, `Xiaoyu An`."""
        beside = re.match(r"\s([A-Z][a-z]+)$", text[span[1] : run[1]]) or re.search(
            r"^([A-Z][a-z]+)\s$", text[run[0] : span[0]]
        )
        word = text[span[0] : span[1]].lower()
        return bool(beside and word in self._surnames_latin and is_pinyin(beside[1]) and len(beside[1]) > 4)

    def _is_person(self, sentence: Sentence, start: int, end: int) -> bool:
        name = sentence.text[start:end]
        words = name.split()
        if person_key(name) in self._watched:
            return True
        if is_romanised_chinese(name) and {words[0].lower(), words[-1].lower()} & self._surnames_latin:
            return True
        if words[0] in self._lexicon.given_names:
            return True
        return sentence.kind != "heading" and self._has_context(sentence.text, start, end)

    def _has_context(self, text: str, start: int, end: int) -> bool:
        lexicon = self._lexicon
        before, after = text[:start], text[end:]
        role = lexicon.pattern("role_heads")
        if re.match(r"\s*[（(]@", after) or self._ends_with(role, before):
            return True
        if self._ends_with(lexicon.pattern("honorifics"), before):
            return True
        if any(t.entry.form == "object" and self._ends_with(t.pattern, before) for t in lexicon.triggers):
            return True
        if match := re.match(r"\s*[,，—–(（]\s*(?:who|the|a|an|one of|[\w’' -]{0,30})", after):
            clause = re.split(r"[,.;—–)）]", after[match.start() :].lstrip(" ,，—–(（"))[0][:80]
            singular = re.sub(r"s\b", "", clause)
            if role.search(clause) or role.search(singular) or clause.startswith("who "):
                return True
        follows = re.match(
            r"\s+(?:(?:has|have|had|also|was|were|is|will|officially|formally|then|recently)\s+)*", after
        )
        rest = after[follows.end() :] if follows else ""
        said = lexicon.pattern("speech").match(rest)
        trigger = next((t for t in lexicon.triggers if t.entry.event != "release" and t.pattern.match(rest)), None)
        return bool(rest and (said or trigger))

    def _ends_with(self, pattern: re.Pattern[str], before: str) -> bool:
        return any(match.end() == len(before.rstrip()) for match in pattern.finditer(before))

    def _han_names(self, text: str) -> list[tuple[int, int]]:
        words = self._lexicon.file.words
        if not HAN.search(text) or "han_name" not in words:
            return []
        pattern = self._lexicon.patterns["han_name"]
        stop = set(words.get("han_not_names", ()))
        return [m.span("name") for m in pattern.finditer(text) if m["name"] not in stop and m["name"][:2] not in stop]

    def _add(self, name: str) -> None:
        key = self._key(name)
        person = self._people.get(key)
        if person is None:
            person = self._people[key] = Person(self._watched.get(key, name), key)
            for part in _short_forms(name):
                if part.lower() not in self._not_names:
                    self._parts.setdefault(part, []).append(key)
        if name not in person.forms:
            person.forms.append(name)

    def _key(self, name: str) -> str:
        key = person_key(name)
        watched = self._watched.get(key)
        return person_key(watched) if watched else key

    def _link_brackets(self, text: str) -> None:
        """`Name (Other Form)` and `Name (@handle)`: the bracket is another name of the same person."""
        for person in list(self._people.values()):
            for form in list(person.forms):
                for match in re.finditer(re.escape(form) + r"\s*[（(]([^()（）]{2,40})[)）]", text):
                    inner = match[1].split(",")[0].split("，")[0].strip()
                    if (_HANDLE.fullmatch(inner) or person_key(inner) == person.key) and inner not in person.forms:
                        person.forms.append(inner)
                        self._people.setdefault(self._key(inner), person)

    def author(self, name: str | None) -> Person | None:
        """The document's author as a person, who is meant by `I`; None for an outlet's or an unnamed one."""
        name = re.sub(r"\s*[（(].*$", "", name or "")
        if not name or len(name.split()) > 3:
            return None
        watched = person_key(name) in self._watched
        chinese = is_romanised_chinese(name) or bool(HAN.search(name) and len(name) <= 4)
        if not (watched or chinese or name.split()[0] in self._lexicon.given_names):
            return None
        self._add(name)
        return self._people[self._key(name)]

    def __len__(self) -> int:
        return len(self._people)


def _short_forms(name: str) -> tuple[str, ...]:
    """The parts of a full name that may stand for it later: the surname, and a Chinese given name."""
    if HAN.search(name):
        surname, given = split_name(name)
        return (name[len(surname) :],) if len(given) == 2 else ()
    words = [word for word in name.split() if not re.fullmatch(r"[A-Z]\.", word)]
    return (words[0], words[-1]) if len(words) > 1 else ()


def latin_surnames(lexicons: Iterable[Lexicon]) -> frozenset[str]:
    """The Chinese surnames of all lexicons in toneless pinyin."""
    return frozenset(romanised(f"{surname}一")[0] for lexicon in lexicons for surname in lexicon.file.surnames)


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    ordered = sorted(set(forms), key=len, reverse=True)
    return re.compile("|".join(_bounded(form) for form in ordered)) if ordered else None


def _bounded(form: str) -> str:
    escaped = re.escape(form)
    return escaped if HAN.search(form) else rf"(?<![\w@-]){escaped}(?![\w-])"


def _free(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> bool:
    return all(span[1] <= first or span[0] >= last for first, last in taken)
