"""What makes a capitalised stretch a person's name: who it is known to be, and the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipeline.categories import EntityKind
from pipeline.extract.lexicon import MARKS, Lexicon
from pipeline.extract.names import NameFinder, without_nickname
from pipeline.extract.segments import Sentence
from pipeline.naming.chinese import HAN
from pipeline.naming.persons import is_romanised_chinese, person_key
from pipeline.watchlist import Watchlist

# No phrase is longer than this many characters.
_LONGEST_PHRASE = 90
_BRACKET_OR_CLAUSE = re.compile(r"\s*[,，—–(（]")
_APPOSITION = re.compile(r",\s[^,.;:]{3,90},")
_ENCLOSED = re.compile(r"\s?(?:,|[—–-]{1,2})\s")
_AGED = re.compile(r",\s\d\d,")
_BYLINE = re.compile(r"[^\W\d_a-z][\w.'’-]*(?: [^\W\d_a-z][\w.'’-]*){1,2}")
_DASH = re.compile(r"(?:^|[\s.!?])[—–-]{1,2}\s?$")
_SIGNATURE_END = re.compile(r"^\s?(?:[(（][^()（）]{1,30}[)）])?\s*$")
_CELL = re.compile(r"\|")


class PersonEvidence:
    """The tests of one language; all of them are about words, none about particular people but those watched."""

    def __init__(
        self, lexicon: Lexicon, lexicons: Iterable[Lexicon], surnames: frozenset[str], watchlist: Watchlist
    ) -> None:
        self._lexicon = lexicon
        self._surnames = surnames
        self._given = frozenset(name for one in lexicons for name in one.given_names)
        self._place = re.compile(rf"(?:{lexicon.pattern('place_prepositions').pattern})\s*$", re.IGNORECASE)
        self._alone = re.compile(rf"\s*(?:{lexicon.pattern('person_verbs').pattern})")
        self._who = lexicon.patterns.get("table_who", re.compile(r"(?!)"))
        words = lexicon.words
        self._auxiliaries = re.compile(rf"\s+(?:(?:{words('auxiliaries')}|\(\d\d\))\s+)*")
        self._clause = re.compile(rf"{words('personal_relative')}\s")
        self._plural = re.compile(rf"{words('plural_ending')}\b")
        self._possessed = re.compile(rf"{words('possessive')}\s+(?:[\w-]+\s){{0,2}}")
        self._article = lexicon.pattern("definite_article")
        self._said = re.compile(rf"[”\"’',]\s(?:{lexicon.pattern('speech').pattern})\s$", re.IGNORECASE)
        # `Its head of research, Name, …`
        self._role_opens = re.compile(
            rf"(?:{lexicon.pattern('role_heads').pattern})[^,.;:]{{0,40}}(?:,|\s[—–-]{{1,2}})\s$", re.IGNORECASE
        )
        self._of_noun = re.compile(rf"\s{words('noun_subject')}\s$")
        self._moves = tuple(trigger for trigger in lexicon.triggers if trigger.entry.event != "release")
        self.personnel_bits = lexicon.trigger_bits("departure", "hire", "appointment")
        self.watched = {
            person_key(name): entry.name
            for entry in watchlist.of_kind(EntityKind.PERSON)
            for name in (entry.name, *entry.aliases, *(f"@{handle}" for handle in entry.handles))
        }

    def is_person(self, sentence: Sentence, start: int, end: int, taken: Sequence[tuple[int, int]] = ()) -> bool:
        """True when the name itself or the words beside it say that it is a person's; `taken` are the spans of what
        else has a name there: organisations and models."""
        written = sentence.text[start:end]
        name, nickname = without_nickname(written)
        words = name.split()
        if person_key(name) in self.watched or nickname:
            return True
        if is_romanised_chinese(name) and {words[0].lower(), words[-1].lower()} & self._surnames:
            return True
        if self._place.search(sentence.text[max(0, start - 12) : start]):
            return False
        if words[0] in self._given or self._is_signed(sentence.text[:start], sentence.text[end:]):
            return True
        return sentence.kind != "heading" and self._has_context(sentence.text, start, end, taken)

    def is_byline(self, name: str, names: NameFinder) -> bool:
        """True when the author that a document names is a person and no outlet."""
        if is_romanised_chinese(name) or (HAN.search(name) and len(name) <= 4) or person_key(name) in self.watched:
            return True
        return name.split()[0] in self._given or (
            _BYLINE.fullmatch(name) is not None and not any(names.is_common(word) for word in name.split())
        )

    def stands_alone(self, text: str, surname: str, names: NameFinder) -> bool:
        """True when a surname stands alone elsewhere in `text` as a person's does: `Berg said`, `Ms Berg`, `Berg’s`."""
        for match in re.finditer(rf"(?<![\w-]){re.escape(surname)}(?![\w-])", text):
            before = text[max(0, match.start() - 20) : match.start()]
            if self._ends_with(self._lexicon.pattern("honorifics"), before):
                return True
            word = re.search(r"([\w.'’]+)\s$", before)
            if word and (self._article.fullmatch(word[1]) or (word[1][0].isupper() and not names.is_common(word[1]))):
                continue
            after = text[match.end() : match.end() + 90]
            if self._alone.match(after) or self._acts(after):
                return True
        return False

    def names_column(self, header: str) -> int | None:
        """Which column of a table's header is one of people."""
        for place, cell in enumerate(_CELL.split(header.strip("| "))):
            if self._who.fullmatch(cell.strip()):
                return place
        return None

    def _has_context(self, text: str, start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
        lexicon = self._lexicon
        before, after = text[:start], _with_marks(text, end, taken)
        role = lexicon.pattern("role_heads")
        if re.match(r"\s*[（(]@", after) or self._ends_with(role, before.rstrip(" ,，:：")) or _AGED.match(after):
            return True
        if self._ends_with(lexicon.pattern("honorifics"), before):
            return True
        if self._is_acted_on(before, after) or (_ENCLOSED.match(after) and self._role_opens.search(before)):
            return True
        if self._is_agent(before):
            return True
        if match := _BRACKET_OR_CLAUSE.match(after):
            clause = re.split(r"[,.;—–)）]", after[match.start() :].lstrip(" ,，—–(（"))[0][:80]
            singular = self._plural.sub("", clause)
            if role.search(clause) or role.search(singular) or self._clause.match(clause):
                return True
        possessed = self._possessed.match(after)
        if possessed and any(t.entry.form == "noun" and t.pattern.match(after, possessed.end()) for t in self._moves):
            return True
        apposition = _APPOSITION.match(after)
        return self._acts(after) or bool(apposition and self._acts(after[apposition.end() :]))

    def _is_acted_on(self, before: str, after: str) -> bool:
        """True right behind a verb that takes a person: `hired Name`, `welcome Name to the team`."""
        bare, begin = len(before.rstrip()), max(0, len(before) - _LONGEST_PHRASE)
        marked = f"{before}{MARKS['person']}{after}"
        return any(
            bare <= match.end() <= len(before)
            for trigger in self._lexicon.triggers
            if trigger.entry.form == "object"
            for match in trigger.pattern.finditer(marked, before.find(" ", begin) + 1, len(before) + _LONGEST_PHRASE)
        )

    def _is_agent(self, before: str) -> bool:
        """True behind `replaced by`, `the departure of` and `…,” said`: who stands there is somebody."""
        if self._said.search(before):
            return True
        cut = self._of_noun.sub("", before)
        return cut != before and any(t.entry.form == "noun" and self._ends_with(t.pattern, cut) for t in self._moves)

    def _is_signed(self, before: str, after: str) -> bool:
        """True for a name alone behind a dash at the end of a line."""
        return bool(_DASH.search(before)) and not _SIGNATURE_END.sub("", after)

    def _acts(self, after: str) -> bool:
        """True when what follows is a verb of saying, of leaving, of arriving or of working somewhere."""
        follows = self._auxiliaries.match(after)
        rest = after[follows.end() :] if follows else ""
        said = self._lexicon.pattern("speech").match(rest)
        plain = after.lstrip()
        if self._lexicon.pattern("employed_at").match(plain):
            return True
        return bool(rest and (said or any(t.pattern.match(rest) or t.pattern.match(plain) for t in self._moves)))

    def _ends_with(self, pattern: re.Pattern[str], before: str) -> bool:
        end = len(before.rstrip())
        # It begins at a word, so that none is cut in two.
        begin = before.find(" ", end - _LONGEST_PHRASE) + 1 if end > _LONGEST_PHRASE else 0
        return any(match.end() == end for match in pattern.finditer(before, begin))


def _with_marks(text: str, begin: int, taken: Sequence[tuple[int, int]]) -> str:
    """`text` from `begin` on, with a mark for what has a name there, so that phrases such as `moved to Name` match."""
    parts, at = [], begin
    for start, end in sorted(taken):
        if start >= at:
            parts += [text[at:start], MARKS["organisation"]]
            at = end
    return "".join([*parts, text[at:]])
