"""Who is named in a document: names in both scripts and orders, gathered into one mention a person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from pipeline.categories import EntityKind
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.names import NameFinder, Span, short_forms, without_nickname
from pipeline.extract.person_evidence import PersonEvidence
from pipeline.extract.segments import Sentence
from pipeline.model import Mention
from pipeline.naming.chinese import HAN
from pipeline.naming.persons import person_key

_BRACKET = re.compile(r"[（(]([^()（）]{2,40})[)）]")
_HANDLE = re.compile(r"@[A-Za-z0-9_]{3,30}")
_ITEM_NAME = re.compile(r"\s?[,:：（(—–-]")


@dataclass(eq=False, slots=True)
class Person:
    """One person of a document: the first full name, and every form seen."""

    name: str
    key: str
    forms: list[str] = field(default_factory=list)

    def mention(self) -> Mention:
        others = tuple(dict.fromkeys(form for form in self.forms if form != self.name))
        return Mention(EntityKind.PERSON, self.name, others)


@dataclass(frozen=True, slots=True)
class PersonRules:
    """What finds and judges names in one language."""

    lexicon: Lexicon
    names: NameFinder
    evidence: PersonEvidence


class People:
    """The persons of one document and where each sentence names them."""

    def __init__(self, rules: PersonRules) -> None:
        self._rules = rules
        self._people: dict[str, Person] = {}
        self._parts: dict[str, list[str]] = {}
        self._full = _Forms(())
        self._partial = _Forms(())

    def learn(self, text: str, sentences: Sequence[Sentence], taken: Sequence[Sequence[Span]]) -> None:
        """Gather full names from the sentences of `text`; `taken` are the spans of models and organisations."""
        unsure: list[str] = []
        for place, (sentence, spans) in enumerate(zip(sentences, taken, strict=True)):
            latin, han = self._rules.names.latin(sentence.text, spans), self._rules.names.han(sentence.text)
            han = [span for span in han if _free(span, spans)]
            if latin or han:
                listed = self._listed(sentences, place) if latin else None
                unsure += self._learn(sentence, latin, han, listed, spans)
            self._link_brackets(sentence.text)
        for name in dict.fromkeys(unsure):
            known = self._key(without_nickname(name)[0]) in self._people
            if not known and self._rules.evidence.stands_alone(text, name.split()[-1], self._rules.names):
                self._add(name)
        self._full = _Forms(form for person in self._people.values() for form in person.forms)
        self._partial = _Forms(self._parts)

    def named_in(self, text: str) -> bool:
        """True when `text` holds a known person's name, or a part of one."""
        return bool(self._full.spans(text) or self._partial.spans(text))

    def find(self, text: str, spans: Iterable[Span]) -> tuple[tuple[int, int, Person], ...]:
        """Where the known persons stand in `text`: full names, then surnames and given names alone, then handles."""
        taken = list(spans)
        found: list[tuple[int, int, Person]] = []
        for start, end in self._full.spans(text):
            person = self._people.get(self._key(without_nickname(text[start:end])[0]))
            if person and _free((start, end), taken):
                start = self._with_honorific(text, start)
                found.append((start, end, person))
                taken.append((start, end))
        for span in self._partial.spans(text):
            keys = set(self._parts[text[slice(*span)]])
            if len(keys) == 1 and _free(span, taken) and not self._within_longer_name(text, span):
                found.append((*span, self._people[keys.pop()]))
                taken.append(span)
        return tuple(sorted(found, key=lambda item: item[0]))

    def author(self, name: str | None) -> Person | None:
        """The document's author as a person, who is meant by `I`; None for an outlet's or an unnamed one."""
        name = re.sub(r"\s*[（(].*$", "", name or "")
        if not name or len(name.split()) > 3 or not self._rules.evidence.is_byline(name, self._rules.names):
            return None
        self._add(name)
        return self._people[self._key(name)]

    def _learn(
        self,
        sentence: Sentence,
        latin: Sequence[Span],
        han: Sequence[Span],
        listed: Span | None,
        spans: Sequence[Span],
    ) -> list[str]:
        """Add the names of one sentence that are surely persons', and give the others."""
        sure = [
            (*span, self._is_listed(sentence, span, listed) or self._is_person(sentence, span, spans)) for span in latin
        ]
        sure += [(*span, True) for span in han]
        unsure = []
        for start, end, known in sure:
            if known or any(
                other and self._rules.names.joins(sentence.text[min(end, b) : max(start, a)]) for a, b, other in sure
            ):
                self._add(sentence.text[start:end])
                self._add_listed(sentence.text, start, end)
            else:
                unsure.append(sentence.text[start:end])
        return unsure

    def _add_listed(self, text: str, start: int, end: int) -> None:
        """Add the names right beside a Chinese one in a list: their surnames may be too rare for any list."""
        for name in self._rules.names.beside(text, start, end) if HAN.match(text, start) else ():
            self._add(name)

    def _is_person(self, sentence: Sentence, span: Span, taken: Sequence[Span]) -> bool:
        name = without_nickname(sentence.text[slice(*span)])[0]
        return self._key(name) in self._people or self._rules.evidence.is_person(sentence, *span, taken)

    def _listed(self, sentences: Sequence[Sentence], place: int) -> Span | None:
        """Where a list item or table row names whom it is about, if its heading says that it is about people."""
        sentence, evidence = sentences[place], self._rules.evidence
        above = place - 1
        while above >= 0 and sentences[above].kind == sentence.kind:
            above -= 1
        if sentence.kind == "item" and above >= 0 and sentences[above].may_hold(evidence.personnel_bits):
            return (0, 6)
        if sentence.kind == "row" and (column := evidence.names_column(sentences[above + 1].text)) is not None:
            cells = sentence.text.strip("| ").split("|")
            begin = sentence.text.find(cells[column]) if column < len(cells) else -1
            return (begin, begin + len(cells[column])) if begin >= 0 else None
        return None

    def _is_listed(self, sentence: Sentence, span: Span, listed: Span | None) -> bool:
        if listed is None or not listed[0] <= span[0] < listed[1]:
            return False
        return sentence.kind == "row" or bool(_ITEM_NAME.match(sentence.text, span[1]))

    def _with_honorific(self, text: str, start: int) -> int:
        for match in self._rules.lexicon.pattern("honorifics").finditer(text, max(0, start - 12), start):
            if not text[match.end() : start].strip(" ."):
                return match.start()
        return start

    def _within_longer_name(self, text: str, span: Span) -> bool:
        """True when a capitalised word beside a short form makes it part of another, unknown name."""
        after = re.match(r"\s+([A-Z][a-z]+)\b(?!['’])", text[span[1] :])
        before = re.search(r"(?<=[\w,;] )([A-Z][a-z]+)\s$", text[: span[0]])
        return any(word and not self._rules.names.is_common(word[1]) for word in (after, before))

    def _add(self, written: str) -> None:
        name, nickname = without_nickname(written)
        key = self._key(name)
        person = self._people.get(key)
        if person is None:
            person = self._people[key] = Person(self._rules.evidence.watched.get(key, name), key)
            for part in (*short_forms(name), *([nickname] if nickname else [])):
                if not self._rules.names.is_common(part):
                    self._parts.setdefault(part, []).append(key)
        person.forms += [form for form in dict.fromkeys((name, written)) if form not in person.forms]

    def _key(self, name: str) -> str:
        key = person_key(name)
        watched = self._rules.evidence.watched.get(key)
        return person_key(watched) if watched else key

    def _link_brackets(self, text: str) -> None:
        """`Name (Other Form)` and `Name (@handle)`: the bracket is another name of the same person."""
        for match in _BRACKET.finditer(text) if "(" in text or "（" in text else ():
            before = text[: match.start()].rstrip()
            inner = re.split("[,，]", match[1])[0].strip()
            for person in list(self._people.values()):
                named = any(before.endswith(form) for form in person.forms) and inner not in person.forms
                if named and (_HANDLE.fullmatch(inner) or self._is_other_form(person, inner)):
                    person.forms.append(inner)
                    self._people.setdefault(self._key(inner), person)

    def _is_other_form(self, person: Person, inner: str) -> bool:
        """True for the same name in another script; behind a Han name any Latin name is one, and the reverse."""
        if person_key(inner) == person.key:
            return True
        scripts = bool(HAN.search(inner)), bool(HAN.search(person.name))
        latin = person.name if scripts[0] else inner
        name_like = re.fullmatch(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]*)+", latin) is not None
        return scripts[0] != scripts[1] and name_like and not any(map(self._rules.names.is_common, latin.split()))

    def __len__(self) -> int:
        return len(self._people)


class _Forms:
    """The names of one document, looked for all at once."""

    def __init__(self, forms: Iterable[str]) -> None:
        names = sorted(set(forms))
        self._automaton = AhoCorasick(names) if names else None

    def spans(self, text: str) -> list[Span]:
        """Where a name stands in `text` as a word of its own, the longest at each place, left to right."""
        if self._automaton is None:
            return []
        longest: dict[int, int] = {}
        for _, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if end > longest.get(start, 0) and _is_whole(text, start, end):
                longest[start] = end
        spans: list[Span] = []
        for span in sorted(longest.items()):
            if not spans or span[0] >= spans[-1][1]:
                spans.append(span)
        return spans


def _is_whole(text: str, start: int, end: int) -> bool:
    """True when a name in Latin letters is no part of a longer word; Han characters stand without spaces."""
    if HAN.search(text, start, end):
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (_joins(before) or before == "@" or _joins(after))


def _joins(char: str) -> bool:
    return (char.isalnum() and not HAN.match(char)) or char in {"_", "-"}


def _free(span: Span, taken: Iterable[Span]) -> bool:
    return all(span[1] <= first or span[0] >= last for first, last in taken)
