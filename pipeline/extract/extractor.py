"""The way through a document: sentences, names, marks, the readers of each kind of event, then claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.categories import EntityKind, EventType, Tier
from pipeline.extract.claims import claims_of
from pipeline.extract.completion import complete
from pipeline.extract.drafts import Discourse, Statement
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import MODEL, ORGANISATION, PERSON, Marked, Scanners, mark
from pipeline.extract.metrics import MetricReader
from pipeline.extract.modality import StanceReader
from pipeline.extract.model_mentions import ModelMention, ModelScanner
from pipeline.extract.organisations import Organisation, OrganisationScanner
from pipeline.extract.personnel import PersonnelReader
from pipeline.extract.persons import People, Person, latin_surnames
from pipeline.extract.releases import ReleaseReader
from pipeline.extract.roles import Role, RoleReader, narrowest
from pipeline.extract.segments import sentences
from pipeline.extract.successors import SuccessorReader
from pipeline.extract.tables import Table, cells, find_tables, people_of_list, people_of_table
from pipeline.model import Claim, Document, Mention
from pipeline.watchlist import Watchlist

EXTRACTOR_VERSION = "1"


def extract(document: Document, lexicons: Mapping[str, Lexicon], watchlist: Watchlist) -> tuple[Claim, ...]:
    """The claims of one document, by an `Extractor` that is kept while lexicons and watchlist stay the same."""
    return extractor_for(lexicons, watchlist).claims(document)


def extractor_for(lexicons: Mapping[str, Lexicon], watchlist: Watchlist) -> Extractor:
    """An extractor of these rules; the one made last is kept, since compiling them takes longer than an article."""
    if not _made or _made[0][0] is not lexicons or _made[0][1] is not watchlist:
        _made[:] = [(lexicons, watchlist, Extractor(lexicons, watchlist))]
    return _made[0][2]


_made: list[tuple[Mapping[str, Lexicon], Watchlist, Extractor]] = []


@dataclass(frozen=True, slots=True)
class _Readers:
    """The rules of one language."""

    lexicon: Lexicon
    personnel: PersonnelReader
    successors: SuccessorReader
    releases: ReleaseReader
    metrics: MetricReader
    roles: RoleReader
    stances: StanceReader


class Extractor:
    """Compiled lexicons and watchlist; `claims` is a pure function of a document."""

    def __init__(self, lexicons: Mapping[str, Lexicon], watchlist: Watchlist) -> None:
        self._watchlist = watchlist
        self._scanners = Scanners(
            ModelScanner(lexicons.values(), watchlist), OrganisationScanner(lexicons.values(), watchlist)
        )
        self._surnames = latin_surnames(lexicons.values())
        families = frozenset(entry.name for entry in watchlist.of_kind(EntityKind.MODEL))
        self._readers = {language: _readers(lexicon, families) for language, lexicon in lexicons.items()}

    @property
    def languages(self) -> frozenset[str]:
        """The languages there is a lexicon for; a document in another one has no claims."""
        return frozenset(self._readers)

    def claims(self, document: Document) -> tuple[Claim, ...]:
        """The claims of `document` in the order of its text; every quote is a slice of that text."""
        readers = self._readers.get(document.language.split("-")[0].lower())
        if readers is None:
            return ()
        marked, author = self._mark(document, readers.lexicon)
        return claims_of(document, self._statements(document, marked, readers, author), EXTRACTOR_VERSION)

    def _mark(self, document: Document, lexicon: Lexicon) -> tuple[tuple[Marked, ...], Person | None]:
        cut = sentences(document.text, lexicon)
        people = People(lexicon, self._surnames, self._watchlist)
        blocked = [
            [(m.start, m.end) for m in self._scanners.models.find(s.text)]
            + [(o.start, o.end) for o in self._scanners.organisations.find(s.text)]
            for s in cut
        ]
        people.learn(cut, blocked)
        author = people.author(document.author)
        published = document.published_at.date()
        marked = tuple(mark(sentence, people, lexicon, self._scanners, published) for sentence in cut)
        return marked, author

    def _statements(
        self, document: Document, marked: Sequence[Marked], readers: _Readers, author: Person | None
    ) -> list[Statement]:
        topics = self._topics(document, marked)
        topic = topics[0] if topics else None
        families = frozenset(topics)
        if document.tier == Tier.AGGREGATOR and (titled := self._scanners.models.find(document.title)):
            topic = titled[0].model.canonical  # a listing counts what its title names
        tables = find_tables(marked, readers.lexicon)
        roles = [role for sentence in marked for role in readers.roles.find(sentence)]
        statements: list[Statement] = []
        discourse = Discourse(author=author)
        for index, sentence in enumerate(marked):
            if sentence.sentence.kind == "heading":
                discourse.heading = sentence
            table = _table_at(tables, index)
            if table is not None and "table_event" not in table.columns and table.columns:
                continue
            told = readers.personnel.read(sentence, discourse)
            concerned = readers.successors.concerns(sentence, told)
            team = self._team(sentence, roles, discourse, marked, document.title) if concerned else None
            told += readers.successors.of_appointments(told, team, document.published_at.date())
            told += readers.successors.read(sentence, team)
            told += self._released(sentence, table, readers, discourse, families)
            told += readers.metrics.read(sentence, topic)
            statements += told
        for table in tables:
            statements += people_of_table(table, _context(marked, table.first), readers.lexicon)
            statements += readers.metrics.read_table(table, topic)
        statements += _listed_people(marked, readers)
        if document.tier == Tier.OFFICIAL and not any(s.event_type == EventType.RELEASE for s in statements):
            statements += readers.releases.read_title(self._scanners.models.find(document.title), marked)
        complete(statements, marked, roles, readers.lexicon, readers.stances, readers.releases, document)
        return statements

    def _released(
        self,
        sentence: Marked,
        table: Table | None,
        readers: _Readers,
        discourse: Discourse,
        families: frozenset[str],
    ) -> list[Statement]:
        told = readers.releases.read(sentence, discourse, families)
        if not told and table is not None and "table_event" in table.columns:
            spans = cells(sentence)
            place = table.columns["table_event"]
            if place < len(spans):
                told = readers.releases.read_row(sentence, spans[place], families)
        return told

    def _topics(self, document: Document, marked: Sequence[Marked]) -> list[str]:
        """The model families the document is about: those of its title, then the one named most."""
        in_title = [m.model.family for m in self._scanners.models.find(document.title)]
        in_title += [o.name for o in self._scanners.organisations.find(document.title) if self._is_family(o.name)]
        counts: Counter[str] = Counter()
        for sentence in marked:
            counts.update(m.what.model.family for m in sentence.of(MODEL) if isinstance(m.what, ModelMention))
            counts.update(
                m.what.name
                for m in sentence.of(ORGANISATION)
                if isinstance(m.what, Organisation) and self._is_family(m.what.name)
            )
        common = [family for family, count in counts.most_common(1) if count > 1]
        return list(dict.fromkeys([*in_title, *common]))

    def _is_family(self, name: str) -> bool:
        return any(entry.name == name for entry in self._watchlist.of_kind(EntityKind.MODEL))

    def _team(
        self, sentence: Marked, roles: Sequence[Role], discourse: Discourse, marked: Sequence[Marked], title: str
    ) -> Mention | None:
        """The team that a sentence about succession speaks of: the narrowest named there, by the person who
        is succeeded, in the heading above, or at the head of the document."""
        length = len(sentence.masked)
        here = narrowest(sentence, 0, length)
        persons = [mark.what for mark in sentence.of(PERSON)]
        of_person = [role.organisation for role in roles if role.person in persons and role.organisation]
        heading = narrowest(discourse.heading, 0, len(discourse.heading.masked)) if discourse.heading else None
        opening = [found for s in marked[:4] if (found := narrowest(s, 0, len(s.masked)))]
        counts = Counter(m.what.name for s in marked for m in s.of(ORGANISATION) if isinstance(m.what, Organisation))
        common = [name for name, count in counts.most_common(3) if count > 1]
        often = [
            m.what
            for s in marked
            for m in s.of(ORGANISATION)
            if isinstance(m.what, Organisation) and m.what.name in common and m.what.depth > 0
        ][:1]
        titled = self._scanners.organisations.find(title)
        candidates = [o for o in (here, *titled, *of_person, heading, *opening, *often) if o is not None]
        if not candidates:
            return None
        return max(candidates, key=lambda organisation: organisation.depth).mention()


def _readers(lexicon: Lexicon, families: frozenset[str]) -> _Readers:
    stances, roles = StanceReader(lexicon), RoleReader(lexicon)
    return _Readers(
        lexicon=lexicon,
        personnel=PersonnelReader(lexicon, stances, roles),
        successors=SuccessorReader(lexicon, stances),
        releases=ReleaseReader(lexicon, stances, families),
        metrics=MetricReader(lexicon, stances, families),
        roles=roles,
        stances=stances,
    )


def _table_at(tables: Sequence[Table], index: int) -> Table | None:
    return next((table for table in tables if table.first <= index < table.last), None)


def _context(marked: Sequence[Marked], first: int) -> list[Marked]:
    """The heading above a table and the lines between, which may say what the table is of."""
    context: list[Marked] = []
    for sentence in reversed(marked[max(0, first - 6) : first]):
        context.append(sentence)
        if sentence.sentence.kind == "heading":
            break
    return context


def _listed_people(marked: Sequence[Marked], readers: _Readers) -> list[Statement]:
    statements: list[Statement] = []
    index = 0
    while index < len(marked):
        if marked[index].sentence.kind != "item":
            index += 1
            continue
        last = index
        while last < len(marked) and marked[last].sentence.kind == "item":
            last += 1
        if index > 0 and (
            marked[index - 1].sentence.kind == "heading" or marked[index - 1].masked.rstrip().endswith((":", "："))
        ):
            statements += people_of_list(marked[index:last], marked[index - 1], readers.lexicon, readers.stances)
        index = last
    return statements
