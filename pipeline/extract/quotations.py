"""Who speaks where a sentence quotes somebody who says `I`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import PERSON, Marked
from pipeline.extract.page import Page
from pipeline.extract.persons import Person
from pipeline.extract.triggers import is_quoted

_SIGNED = re.compile(rf"(?:^|[\s.!?])[—–-]{{1,2}}\s?(?P<person>{PERSON})(?:\s?[(（][^()（）]{{1,30}}[)）])?$")


class QuotationReader:
    """The rules of one language for whose words stand in quotation marks."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._speech = lexicon.pattern("speech")

    def speaker(self, page: Page, place: int) -> Person | None:
        """Whose words the quotation in the sentence at `place` has: the one person beside it, with a word of saying.

        Looked for in the sentence itself, and then in those right behind and before it on the same line.
        """
        for near in self._on_the_line(page, place):
            if (person := self._says(page[near])) is not None:
                return person
        return None

    def signer(self, page: Page, place: int) -> Person | None:
        """Who signs the line of the sentence at `place`: the name behind a dash at its end."""
        line, last = page.sentences[place].line, place
        while last + 1 < len(page) and page.sentences[last + 1].line == line:
            last += 1
        signed = _SIGNED.search(page[last].masked)
        person = page[last].at(signed.start("person")).what if signed else None
        return person if isinstance(person, Person) else None

    def _on_the_line(self, page: Page, place: int) -> Iterator[int]:
        line = page.sentences[place].line
        for near in (place, place + 1, place - 1):
            if 0 <= near < len(page) and page.sentences[near].line == line:
                yield near

    def _says(self, marked: Marked) -> Person | None:
        outside = "".join("\0" if is_quoted(marked, at) else character for at, character in enumerate(marked.masked))
        if not self._speech.search(outside):
            return None
        named = [mark.what for mark in marked.of(PERSON) if outside[mark.at] == PERSON]
        persons = {person.key: person for person in named if isinstance(person, Person)}
        return next(iter(persons.values())) if len(persons) == 1 else None
