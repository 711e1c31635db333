"""Which role and organisation a sentence gives a person: appositions, titles before a name, `who led …`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, MODEL, ORGANISATION, PERSON, Marked
from pipeline.extract.organisations import Organisation
from pipeline.extract.persons import Person


@dataclass(frozen=True, slots=True)
class Role:
    """A role in words, with the narrowest organisation named beside it, and the sentence that says so."""

    person: Person
    text: str
    organisation: Organisation | None
    marked: Marked


class RoleReader:
    """The role rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._spaced = lexicon.file.spaced
        words = lexicon.words
        heads, led = lexicon.pattern("role_heads").pattern, lexicon.pattern("led").pattern
        self._head = lexicon.pattern("role_heads")
        self.bits = lexicon.bit("role_heads", "led")
        self._prefix = lexicon.pattern("role_prefix")
        self._leads = lexicon.pattern("takes_charge")
        bracket = r"(?:\s*[（(][^()（）]{0,60}[)）])?"
        if self._spaced:
            owner = rf"{ORGANISATION}(?:{words('possessive')})"
            who = rf", (?:{words('personal_relative')})(?: {words('formerly')})?"
            self._after = re.compile(
                rf"{PERSON}{bracket}\s?(?:,|:|[—–-]{{1,2}}|\()\s?(?P<role>[^,;:—–()|{PERSON}]{{3,140}})(?=[,;:—–()|.]|$)"
            )
            self._before = re.compile(
                rf"(?P<role>(?:(?:{owner}|{ORGANISATION}|[\w’'&/.-]+)\s){{0,6}}{heads}),?\s{PERSON}"
            )
            self._is = re.compile(
                rf"{PERSON}{bracket},?\s{words('role_verbs')}\s"
                rf"(?P<role>(?:{words('role_determiners')}|{owner})\s[^,;:—–(){PERSON}]{{3,120}})"
            )
            self._led = re.compile(
                rf"{PERSON}{bracket}(?:{who}|:|,)?\s(?:{led})\s"
                rf"(?P<area>[^,;:.—–(){PERSON}]{{3,80}})",
                re.IGNORECASE,
            )
        else:
            named = rf"(?P<role>[^，,。；：、（）|{PERSON}]{{2,40}})"
            self._after = re.compile(
                rf"{PERSON}{bracket}[，,]?{words('role_copula')}?{named}(?=[，,。；：、（）()|]|$)"
            )
            self._before = re.compile(
                rf"(?P<role>(?:{ORGANISATION}|[^，,。；：、（）|{PERSON}\s]){{0,24}}?{heads})\s?{PERSON}"
            )
            self._is = re.compile(rf"{PERSON}{bracket}[^，,。；{PERSON}]{{0,12}}{words('role_verbs')}{named}")
            self._led = re.compile(
                rf"{PERSON}{bracket}[^，。；{PERSON}]{{0,8}}(?:{led})(?P<area>[^，,。；：、（）|{PERSON}]{{2,30}})"
            )
        self._cut = re.compile(rf"\s{words('role_ends')}\s") if self._spaced else None
        # `has lost its lead architect, Name`: the role begins behind `its`.
        openings = (
            rf"{words('role_determiners')}|{words('possessive_pronouns')}|{words('of_the_past')}|{words('speech')}"
        )
        self._opened = re.compile(rf"(?P<opening>(?:.*\s)?(?:{openings})\s)(?=.*{heads})" if self._spaced else "(?!)")
        self._compile_trimming(lexicon)

    def _compile_trimming(self, lexicon: Lexicon) -> None:
        """The patterns by which words that are no part of a role or an area are cut away."""
        words = lexicon.words
        article, owner = rf"(?:{words('definite_article')} )?", f"(?:{words('possessive')})?"
        self._lead = next(iter(lexicon.file.words["leading_role"]), "")
        self._owned = re.compile(rf"{owner}\s?")
        self._openers = re.compile(rf"^{words('role_openers')}\s+", re.IGNORECASE)
        self._leftovers = re.compile(rf"^(?:\s+|{words('role_leftovers')})")
        self._trailers = re.compile(rf"\s{words('role_trailers')}$")
        self._conjoined = re.compile(rf"\s(?:{words('conjunction')}|&)\s")
        self._organisation = re.compile(rf"[{ORGANISATION}{MODEL}]{owner}")
        self._organisation_first = re.compile(rf"^{article}[{ORGANISATION}{MODEL}]{owner}\s?")
        self._around_name = article, rf"{owner}\s?"
        ends = rf"\s{words('area_ends')}\s" if self._spaced else words("area_ends")
        # `headed the work on coding models`
        self._area_opening = re.compile(rf"^{lexicon.words('area_openings')}\s?", re.IGNORECASE)
        self._area_end = re.compile(f"{ends}|{DATE}")

    def find(self, marked: Marked) -> tuple[Role, ...]:
        """Every role that the sentence gives to a person in it."""
        found = []
        for pattern in (self._after, self._is, self._before):
            for match in pattern.finditer(marked.masked):
                first, last = match.span("role")
                place = match.end() - 1 if pattern is self._before else match.start()
                if pattern is self._before and (opened := self._opened.match(marked.masked, first, last)):
                    first = opened.end("opening")
                role = self._role(marked, place, first, last)
                if role is not None:
                    found.append(role)
        for match in self._led.finditer(marked.masked):
            area = self.clean(marked.unmasked(*match.span("area")))
            person = marked.at(match.start()).what
            if area and isinstance(person, Person):
                organisation = narrowest(marked, match.start("area"), match.end("area"))
                found.append(Role(person, self._led_role(area), organisation, marked))
        return tuple(found)

    def in_words(self, marked: Marked, first: int, last: int) -> str | None:
        """The role named between two places of the masked text, or None when no role word stands there."""
        text = re.split(rf"[{DATE},，|]", marked.masked[first:last].lstrip(" ,，"))[0]
        first = marked.masked.index(text, first) if text else first
        head = self._head.search(text)
        if not head:
            return None
        kept = self._trimmed(text)
        return self.clean(self._unmask(marked, first, kept)) or None

    def clean(self, words: str) -> str:
        """Role words without articles, `former` and the organisation's own name."""
        words = words.strip(" ,，、:：.。-—–'’\"“”")
        previous = None
        while words != previous:
            previous = words
            words = self._openers.sub("", words)
            match = self._prefix.match(words)
            words = words[match.end() :].lstrip(" -") if match else words
            words = self._leftovers.sub("", words)
            words = self._trailers.sub("", words)
        return words

    def _role(self, marked: Marked, place: int, first: int, last: int) -> Role | None:
        person = marked.at(place).what
        text = self.in_words(marked, first, last)
        if not text or not isinstance(person, Person):
            return None
        return Role(person, text, narrowest(marked, first, min(last + 60, len(marked.masked))), marked)

    def _trimmed(self, text: str) -> str:
        """The part of a noun phrase that is the role: up to `of`, `for`, unless only `lead` would be left."""
        if self._cut is None:
            heads = list(self._head.finditer(text))
            return text[: heads[0].end()] if heads else text
        conjoined = self._conjoined.split(text)
        text = conjoined[0] if self._head.search(conjoined[0]) else text
        cut = self._cut.search(text)
        short = text[: cut.start()] if cut else text
        if not self._head.search(short):
            return text
        bare = self.clean(self._organisation.sub("", short))
        rest = self._organisation_first.sub("", text[cut.end() :]) if cut else ""
        if len(bare.split()) < 2 and self._head.fullmatch(bare) and re.match(r"[a-z]", rest):
            return " ".join(text.split()[:7])  # a bare `lead` says nothing: keep what is led
        return short

    def _unmask(self, marked: Marked, first: int, kept: str) -> str:
        words = marked.unmasked(first, first + len(kept))
        before, behind = self._around_name
        for char in (ORGANISATION, MODEL):
            for mark in marked.of(char):
                if first <= mark.at < first + len(kept):
                    name = marked.sentence.text[mark.start : mark.end]
                    words = re.sub(f"{before}{re.escape(name)}{behind}", "", words, count=1)
        return " ".join(words.split()) if self._spaced else words

    def leading(self, marked: Marked, first: int, last: int, end: int) -> str | None:
        """The role of leading what stands behind a verb of leading that ends at `last`: `take charge of research`."""
        if self._leads.search(marked.masked, first, last) is None:
            return None
        area = re.split(rf"[{PERSON}{ORGANISATION},，;；]", marked.masked[last:end])[0]
        words = self.clean(marked.unmasked(last, last + len(area)))
        return self._led_role(words) if words else None

    def _led_role(self, area: str) -> str:
        first = self._area_opening.sub("", self._area_end.split(area)[0].strip())
        return f"{first} {self._lead}".strip() if self._spaced else f"{first}{self._lead}"

    def directly_behind(self, marked: Marked, first: int, last: int) -> Organisation | None:
        """The narrowest of the first organisation behind a verb and those joined on to it: `Alibaba's Qwen team`."""
        found = [mark for mark in marked.of(ORGANISATION) if first <= mark.at < last]
        end = 1
        while end < len(found) and self._owned.fullmatch(marked.masked[found[end - 1].at + 1 : found[end].at]):
            end += 1
        return narrowest(marked, found[0].at, found[end - 1].at + 1) if found else None


def narrowest(marked: Marked, first: int, last: int) -> Organisation | None:
    """The organisation with the most wider ones above it between two places of the masked text."""
    found = [
        mark.what for mark in marked.of(ORGANISATION) if first <= mark.at < last and isinstance(mark.what, Organisation)
    ]
    return max(found, key=lambda organisation: organisation.depth, default=None)
