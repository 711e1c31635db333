"""Who acts: the person or list of persons that a trigger speaks of, by where they stand around it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, MODEL, ORGANISATION, PERSON, Marked
from pipeline.extract.persons import Person

_P, _D, _O, _M = PERSON, DATE, ORGANISATION, MODEL
# What stands behind a name that is told between commas or dashes.
_ENCLOSING = ", —–-"


@dataclass(frozen=True, slots=True)
class Found:
    """The persons of a trigger; `at` is where the first of them stands in the masked text, or -1 where none
    stands there: a pronoun means the discourse's person, `I` the author. `listed` are those of a crowd that are
    named behind the verb."""

    persons: tuple[Person, ...]
    at: int
    pronoun: bool = False
    author: bool = False
    listed: bool = False


class SubjectFinder:
    """The subject rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._spaced = lexicon.file.spaced
        source = {name: pattern.pattern for name, pattern in lexicon.patterns.items()}
        before, joint, others = source["before_verb"], source["list_joint"], source["others"]
        words = lexicon.words
        possessive = rf"(?:{words('possessive')})?"
        bracket = r"\s*[（(][^()（）]{0,80}[)）]"
        relative = rf",\s{words('relative_pronouns')}\s[^{_P}.;]{{1,140}}?(?=,|$)"
        apposition = rf"(?:,\s[^{_P}.;:]{{1,160}}?,|\s?[—–-]{{1,2}}\s[^{_P}.;]{{1,200}}?[—–-]{{1,2}}|{relative},?)"
        self._tail = re.compile(
            rf"(?:\s|,(?=\s*{_D})|(?<={_D})\s*,|{before}|(?:{words('before_date')} )?{_D}"
            rf"|{words('before_organisation')}\s*{_O}|{bracket})+$",
            re.IGNORECASE,
        )
        self._tail_unspaced = re.compile(
            rf"(?:\s|{before}|{_D}|{words('before_organisation')}\s*{_O}|{_O}|{bracket}|，(?={_D}))+$"
        )
        self._apposition = re.compile(rf"(?<={_P})(?:{bracket})?(?:{apposition})\s*$")
        self._joint = re.compile(
            rf"^{possessive}(?:{bracket})?(?:,\s[^{_P}.;:]{{1,140}}?(?=,|\s{words('conjunction')}\s|;))?"
            rf"\s*(?:{joint})\s*(?:{joint})?\s*[^{_P}.;:,，。]{{0,70}}?(?:{bracket})?$",
            re.IGNORECASE,
        )
        self._group_tail = re.compile(
            rf"(?<={_P})(?:{bracket})?(?:{joint}|\s)+(?:[^{_P},.;:]{{0,20}})(?:{others})\b[^{_P},.;:，。]{{0,40}}$",
            re.IGNORECASE,
        )
        self._pronoun = re.compile(rf"(?:^|[\s,，。])(?:{source['pronouns']})\s*$", re.IGNORECASE)
        self._pronoun_any = re.compile(rf"(?<!\w)(?:{source['pronouns']})(?!\w)", re.IGNORECASE)
        self._coordinated = re.compile(
            rf"(?:,|;|\b{words('clause_joint')}\b)\s*(?:\w+\s){{0,2}}$"
            if self._spaced
            else rf"(?:[，,、]|{words('clause_joint')})\s*\S{{0,12}}$"
        )
        self._including = re.compile(
            rf"[,，:：;—]?\s*(?:{source['including']})|[:：]\s?(?=[^.;{_P}]{{0,30}}{_P})", re.IGNORECASE
        )
        # `Name, the head of research, who left`: the relative clause is about the name, whoever else is named.
        self._relative = re.compile(
            rf"{_P}(?:{bracket})?(?:,\s[^{_P},.;:]{{1,80}})?,?\s(?:{source['relative_pronouns']})\s(?:{before}\s)*$",
            re.IGNORECASE,
        )
        self._together = re.compile(rf"[^.;{_P}]{{0,30}}?(?:{source['together_with']})", re.IGNORECASE)
        self._tight = re.compile(rf"\s?(?:{joint})\s?(?:{joint})?\s?", re.IGNORECASE)
        # `Its leader, Name, left`: the comma behind the name closes what the one before it opened.
        self._enclosed = re.compile(rf"(?<={_P})(?:,|\s?[—–-]{{1,2}})\s*$")
        self._opened = re.compile(
            rf"(?:{words('role_heads')}|{others})[^,.;{_P}]{{0,40}}(?:,|\s?[—–-]{{1,2}})\s"
            rf"(?:{_P}\s?(?:{joint})\s?(?:{joint})?\s?)*{_P}$",
            re.IGNORECASE,
        )
        self._alias = re.compile(rf"(?<={_P})\s?[（(]\s?{_P}[^()（）]{{0,30}}[)）]")
        self._parting = re.compile(
            rf"[“”\"「」]|\b{words('clause_openers')}\b|{source['speech']}|{source['list_parting']}", re.IGNORECASE
        )
        self._first_person = re.compile(
            rf"(?:^|[\s,，。：:“\"「『])(?:{source['first_person_subject']})\s*$", re.IGNORECASE
        )
        self._definite = re.compile(
            rf"(?:^|[.。，,] ?)(?:{source['definite']})[^{_P},.;，。；]{{0,40}}?(?:{source['role_heads']})"
            rf"(?:\s{words('role_of')}\s[^{_P},.;]{{1,50}})?(?:,\s[^.;]{{1,90}},)?\s*$",
            re.IGNORECASE,
        )
        # Behind another's agent a person may stand at some distance where words are spaced: `by the team of Name`.
        apart = rf"\s+[^{_P}.;:,]{{0,40}}" if self._spaced else ""
        self._by = re.compile(rf"{words('agent_words')}{apart}$", re.IGNORECASE)
        self._possessed = re.compile(rf"{_P}(?:[（(][^)）]*[)）])?{possessive}\s?(?:[\w-]+\s){{0,3}}$")
        self._owner = lexicon.pattern("possessive")

    def before(self, marked: Marked, at: int) -> Found | None:
        """The persons that stand before a verb at `at`: directly, in a list, or as the clause's first subject."""
        if relative := self._relative.search(marked.masked[:at]):
            return self._listed_left(marked, relative.start(), self._tight)
        left = self._bare(marked.masked[:at])
        if left.endswith(_P):
            return self._listed_left(marked, len(left) - 1)
        if group := self._group_tail.search(left):
            return self._listed_left(marked, group.start() - 1)
        if pronoun := self._pronoun.search(left):
            return self._antecedent(marked, pronoun.start())
        if self._first_person.search(left):
            return Found((), -1, author=True)
        if self._definite.search(left):
            return Found((), -1, pronoun=True)
        return self._clause_subject(marked, marked.masked[:at])

    def after(self, marked: Marked, at: int, reach: int = 70) -> Found | None:
        """The persons that stand after an active verb or `departure of`, as a list, within `reach` characters."""
        match = re.match(rf"[^{_P}.;:。；]{{0,{reach}}}?{_P}", marked.masked[at:])
        return self._listed_right(marked, at + match.end() - 1) if match else None

    def possessor(self, marked: Marked, at: int) -> Found | None:
        """The person whose departure it is: `Lin Wei's sudden departure`, `林伟的离职`."""
        match = self._possessed.search(marked.masked[:at])
        return self._listed_left(marked, match.start()) if match else None

    def including(self, marked: Marked, at: int) -> Found | None:
        """The persons after `, including` that follows a verb whose own subject is a crowd."""
        for match in self._including.finditer(marked.masked, at):
            if re.search(r"[.。;；]", marked.masked[at : match.start()]):
                return None
            found = self.after(marked, match.end(), reach=80)
            return replace(found, listed=True) if found else None
        return None

    def together_with(self, marked: Marked, at: int) -> tuple[Person, ...]:
        """The persons behind a verb who did as its subject did: `left together with …`."""
        match = self._together.match(marked.masked, at)
        found = self.after(marked, match.end(), reach=60) if match else None
        return found.persons if found else ()

    def _bare(self, left: str) -> str:
        """`left` without what may stand between a subject and its verb: adverbs, dates, asides."""
        tail = self._tail if self._spaced else self._tail_unspaced
        for _ in range(4):
            shorter = tail.sub("", left)
            if self._enclosed.search(shorter) and self._opened.search(shorter.rstrip(_ENCLOSING)):
                shorter = shorter.rstrip(_ENCLOSING)
            if not shorter.endswith(_P):
                shorter = self._apposition.sub("", shorter)
            if shorter == left:
                break
            left = shorter
        return left

    def _listed_left(self, marked: Marked, at: int, joint: re.Pattern[str] | None = None) -> Found:
        places = [at]
        while True:
            earlier = marked.masked.rfind(_P, 0, places[0])
            gap = marked.masked[earlier + 1 : places[0]]
            if earlier < 0 or not (joint.fullmatch(gap) if joint else self._joins(gap)):
                break
            places.insert(0, earlier)
        return self._found(marked, places)

    def _listed_right(self, marked: Marked, at: int) -> Found:
        places = [at]
        while True:
            later = marked.masked.find(_P, places[-1] + 1)
            if later < 0 or not self._joins(marked.masked[places[-1] + 1 : later]):
                break
            places.append(later)
        return self._found(marked, places)

    def _clause_subject(self, marked: Marked, left: str) -> Found | None:
        """A verb further on shares the sentence's first subject: `He joined in 2019, became lead in 2023`."""
        if not self._coordinated.search(left) and not self._coordinated.search(left + " "):
            return None
        clause = max(left.rfind(stop) for stop in (";", "；", ": ", "：", "。"))
        left = self._alias.sub(lambda match: " " * len(match[0]), left)
        first = left.find(_P, clause + 1)
        pronoun = self._pronoun_any.search(left, clause + 1)
        if pronoun and (first < 0 or pronoun.start() < first):
            return Found((), -1, pronoun=True) if left.count(_P, clause + 1) == 0 else None
        if first < 0 or self._by.search(left[:first]) or self._owner.match(left, first + 1):
            return None
        found = self._listed_right(marked, first)
        others = left.count(_P, clause + 1) - len(found.persons)
        return (
            found if others == 0 and all(m.at < len(left) for m in marked.of(_P) if m.what in found.persons) else None
        )

    def _antecedent(self, marked: Marked, at: int) -> Found:
        """Whom a pronoun at `at` means: the only person named before it in the sentence, else the discourse's."""
        persons = [mark for mark in marked.of(_P) if mark.at < at]
        if len({id(mark.what) for mark in persons}) == 1:
            return self._found(marked, [persons[0].at])
        return Found((), -1, pronoun=True)

    def _joins(self, gap: str) -> bool:
        """True when two persons with `gap` between them stand in one list, and no verb or quotation parts them."""
        return bool(self._joint.match(gap)) and not self._parting.search(gap)

    def _found(self, marked: Marked, places: list[int]) -> Found:
        persons = [mark.what for place in places if isinstance((mark := marked.at(place)).what, Person)]
        unique = {person.key: person for person in persons if isinstance(person, Person)}
        return Found(tuple(unique.values()), places[0])
