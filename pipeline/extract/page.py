"""A document on its way through extraction: its sentences, each marked with what it names when it is first read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import groupby

from pipeline.extract.marking import Marked, Marker, Scanners
from pipeline.extract.model_mentions import ModelMention
from pipeline.extract.organisations import Organisation
from pipeline.extract.persons import People, Person, PersonRules
from pipeline.extract.reading_text import reading_text
from pipeline.extract.roles import Role
from pipeline.extract.segments import LineKind, Sentence, sentences
from pipeline.model import Document


class Page:
    """The marked sentences of one document. Marking costs more than all else, so most sentences are never marked."""

    def __init__(self, document: Document, rules: PersonRules, scanners: Scanners, marker: Marker) -> None:
        lexicon = rules.lexicon
        self.document = document
        self.lexicon = lexicon
        self._scanners = scanners
        self._marker = marker
        self._read = reading_text(document.text, spaced=lexicon.file.spaced)
        text = self._read.text
        self.sentences: tuple[Sentence, ...] = sentences(text, lexicon)
        language = lexicon.language
        self._models = scanners.models.of_document(self.sentences, language)
        self._organisations = [scanners.organisations.find_in(sentence, language) for sentence in self.sentences]
        self._people = People(rules)
        self._people.learn(text, self.sentences, [self._taken(place) for place in range(len(self))])
        self.author: Person | None = self._people.author(document.author)
        self.roles: list[Role] | None = None  # filled by the first who asks for them
        self._marked: list[Marked | None] = [None] * len(self.sentences)

    def as_written(self, words: str) -> str:
        """Words found in the text in the characters they are written in there."""
        return self._read.as_written(words)

    def quoted(self, sentence: Sentence) -> tuple[int, int]:
        """Where a sentence begins and ends in the document's own text."""
        return self._read.span(sentence.start, sentence.end)

    def __len__(self) -> int:
        return len(self.sentences)

    def __getitem__(self, place: int) -> Marked:
        marked = self._marked[place]
        if marked is None:
            marked = self._marked[place] = self._marker.mark(
                self.sentences[place],
                self._people,
                self._models[place],
                self._organisations[place],
                self.document.published_at.date(),
            )
        return marked

    def __iter__(self) -> Iterator[Marked]:
        return (self[place] for place in range(len(self)))

    def places_with(self, bits: int) -> Iterator[int]:
        """The places of the sentences in which a pattern with one of these bits may match."""
        return (place for place, sentence in enumerate(self.sentences) if sentence.scan.bits & bits)

    def runs_of(self, kind: LineKind) -> Iterator[tuple[int, int]]:
        """First place and end of each run of sentences of one kind: the rows of a table, the items of a list."""
        for alike, run in groupby(range(len(self)), lambda place: self.sentences[place].kind == kind):
            places = list(run)
            if alike:
                yield places[0], places[-1] + 1

    def first(self, count: int) -> Iterator[Marked]:
        return (self[place] for place in range(min(count, len(self))))

    def heading(self, place: int) -> Marked | None:
        """The heading that the sentence at `place` stands under, or is; None where there is none."""
        above = self._heading_places[place]
        return self[above] if above >= 0 else None

    @cached_property
    def _heading_places(self) -> list[int]:
        places: list[int] = []
        for place, sentence in enumerate(self.sentences):
            places.append(place if sentence.kind == "heading" else places[-1] if places else -1)
        return places

    def names_a_person(self, place: int) -> bool:
        return self._people.named_in(self.sentences[place].text)

    def names_the_field(self) -> bool:
        """True when the document or its title names a model, or an organisation that makes some."""
        return any(self._models) or any(self._organisations) or bool(self.titled_models or self.titled_organisations)

    def models(self, place: int) -> tuple[ModelMention, ...]:
        """The model names of a sentence, also where it is not marked."""
        return self._models[place]

    def organisations(self, place: int) -> tuple[Organisation, ...]:
        """The organisations of a sentence, also where it is not marked, without those that name a model there."""
        return self._organisations[place]

    @cached_property
    def titled_models(self) -> tuple[ModelMention, ...]:
        """The model names of the document's title."""
        return self._scanners.models.find(self.document.title)

    @cached_property
    def titled_organisations(self) -> tuple[Organisation, ...]:
        """The organisations of the document's title."""
        return self._scanners.organisations.find(self.document.title)

    def _taken(self, place: int) -> list[tuple[int, int]]:
        models, organisations = self._models[place], self._organisations[place]
        return [(m.start, m.end) for m in models] + [(o.start, o.end) for o in organisations]
