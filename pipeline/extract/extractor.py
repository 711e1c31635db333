"""The way through a document: sentences, names, marks, the readers of each kind of event, then claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.categories import EntityKind, EventType, Tier
from pipeline.extract.claims import claims_of
from pipeline.extract.completion import Completion, completion_of
from pipeline.extract.drafts import Discourse, Statement
from pipeline.extract.fields import FieldReader
from pipeline.extract.hindsight import Hindsight
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import PERSON, Marked, Marker, Scanners
from pipeline.extract.metrics import MetricReader
from pipeline.extract.modality import StanceReader
from pipeline.extract.model_mentions import ModelScanner
from pipeline.extract.model_tables import ModelTableReader
from pipeline.extract.names import NameFinder, latin_surnames
from pipeline.extract.organisations import OrganisationScanner
from pipeline.extract.page import Page
from pipeline.extract.people_tables import PeopleTableReader, people_of_list
from pipeline.extract.person_evidence import PersonEvidence
from pipeline.extract.personnel import PersonnelReader
from pipeline.extract.persons import PersonRules
from pipeline.extract.records import RecordReader
from pipeline.extract.release_details import ReleaseDetails
from pipeline.extract.releases import ReleaseReader
from pipeline.extract.roles import RoleReader, narrowest
from pipeline.extract.specifications import SpecificationReader
from pipeline.extract.successors import SuccessorReader
from pipeline.extract.tables import Table, cells, find_tables
from pipeline.extract.triggers import Hit, hits
from pipeline.extract.version import EXTRACTOR_VERSION
from pipeline.model import Claim, Document, Mention
from pipeline.watchlist import Watchlist


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
    marker: Marker
    personnel: PersonnelReader
    successors: SuccessorReader
    releases: ReleaseReader
    metrics: MetricReader
    people_tables: PeopleTableReader
    model_tables: ModelTableReader
    stances: StanceReader
    persons: PersonRules
    completion: Completion
    hindsight: Hindsight
    bits: int


class Extractor:
    """Compiled lexicons and watchlist; `claims` is a pure function of a document."""

    def __init__(self, lexicons: Mapping[str, Lexicon], watchlist: Watchlist) -> None:
        self._scanners = Scanners(
            ModelScanner(lexicons.values(), watchlist), OrganisationScanner(lexicons.values(), watchlist)
        )
        self._records = RecordReader(lexicons, watchlist, self._scanners.models, EXTRACTOR_VERSION)
        self._families = frozenset(entry.name for entry in watchlist.of_kind(EntityKind.MODEL))
        surnames, every = latin_surnames(lexicons.values()), tuple(lexicons.values())
        self._readers: dict[str, _Readers] = {}
        for language, lexicon in lexicons.items():
            names = NameFinder(lexicon, every, surnames)
            persons = PersonRules(lexicon, names, PersonEvidence(lexicon, every, surnames, watchlist))
            self._readers[language] = _readers(lexicon, self._families, persons)

    @property
    def languages(self) -> frozenset[str]:
        """The languages there is a lexicon for; a document in another one has no claims."""
        return frozenset(self._readers)

    def claims(self, document: Document) -> tuple[Claim, ...]:
        """The claims of `document` in the order of its text; every quote is a slice of that text."""
        recorded = self._records.claims(document, lambda: self._told(document))
        return self._told(document) if recorded is None else recorded

    def _told(self, document: Document) -> tuple[Claim, ...]:
        """The claims of a document's sentences, tables and lists."""
        readers = self._readers.get(document.language.split("-")[0].lower())
        if readers is None:
            return ()
        page = Page(document, readers.persons, self._scanners, readers.marker)
        if not page.names_the_field():
            return ()  # the captain of a club has left it, and nobody here asked
        return claims_of(page, self._statements(page, readers), EXTRACTOR_VERSION)

    def _statements(self, page: Page, readers: _Readers) -> list[Statement]:
        topics = self._topics(page)
        topic = topics[0] if topics else None
        families = frozenset(topics)
        if page.document.tier == Tier.AGGREGATOR and page.titled_models:
            topic = page.titled_models[0].model.canonical  # a listing counts what its title names
        tables = find_tables(page, readers.lexicon)
        tabled = {place: table for table in tables for place in range(table.first, table.last)}
        statements: list[Statement] = []
        discourse = Discourse(page)
        for place, sentence in enumerate(page.sentences):
            table = tabled.get(place)
            lists_events = table is not None and "table_event" in table.columns
            if table is not None and not lists_events:
                continue
            if not (sentence.may_hold(readers.bits) or (lists_events and page.models(place))):
                continue
            discourse.here = place
            marked = page[place]
            found = hits(marked, readers.lexicon)
            told = readers.personnel.read(marked, found, discourse)
            team = self._team(page, place, readers) if readers.successors.concerns(marked, told) else None
            told += readers.successors.of_appointments(told, team, page.document.published_at.date())
            told += readers.successors.read(marked, team)
            told += self._released(marked, found, table, readers, discourse, families)
            told += readers.metrics.read(marked, topic)
            statements += told
        for table in tables:
            statements += readers.people_tables.read(table)
            statements += readers.model_tables.read(table, families | self._families)
            statements += readers.metrics.read_table(table, topic)
        statements += _listed_people(page, readers)
        if page.document.tier == Tier.OFFICIAL and not any(s.event_type == EventType.RELEASE for s in statements):
            statements += readers.releases.read_title(page)
        statements = readers.hindsight.without_old_news(statements, page)
        readers.completion.complete(statements, page)
        return statements

    def _released(
        self,
        marked: Marked,
        found: tuple[Hit, ...],
        table: Table | None,
        readers: _Readers,
        discourse: Discourse,
        families: frozenset[str],
    ) -> list[Statement]:
        told = readers.releases.read(marked, found, discourse, families)
        if not told and table is not None and "table_event" in table.columns:
            spans = cells(marked)
            place = table.columns["table_event"]
            if place < len(spans):
                told = readers.releases.read_row(marked, spans[place], families)
        return told

    def _topics(self, page: Page) -> list[str]:
        """The model families the document is about: those of its title, then the one named most."""
        in_title = [m.model.family for m in page.titled_models]
        in_title += [o.name for o in page.titled_organisations if o.name in self._families]
        counts: Counter[str] = Counter()
        for place in range(len(page)):
            found = {m.start: m.model.family for m in page.models(place)}
            named = {o.start: o.name for o in page.organisations(place) if o.name in self._families}
            counts.update((named | found).values())
        common = [family for family, count in counts.most_common(1) if count > 1]
        return list(dict.fromkeys([*in_title, *common]))

    def _team(self, page: Page, place: int, readers: _Readers) -> Mention | None:
        """The team that a sentence about succession speaks of: the narrowest named there, by the person who
        is succeeded, in the heading above, or at the head of the document."""
        marked, heading = page[place], page.heading(place)
        persons = [mark.what for mark in marked.of(PERSON)]
        roles = readers.completion.roles_of(page)
        opening = [narrowest(s, 0, len(s.masked)) for s in page.first(4)]
        every = [organisation for p in range(len(page)) for organisation in page.organisations(p)]
        common = [name for name, count in Counter(o.name for o in every).most_common(3) if count > 1]
        candidates = [
            narrowest(marked, 0, len(marked.masked)),
            *page.titled_organisations,
            *(role.organisation for role in roles if role.person in persons),
            narrowest(heading, 0, len(heading.masked)) if heading else None,
            *opening,
            *[o for o in every if o.name in common and o.depth > 0][:1],
        ]
        known = [organisation for organisation in candidates if organisation is not None]
        return max(known, key=lambda organisation: organisation.depth).mention() if known else None


def _readers(lexicon: Lexicon, families: frozenset[str], persons: PersonRules) -> _Readers:
    stances, roles = StanceReader(lexicon), RoleReader(lexicon)
    releases, metrics = ReleaseReader(lexicon, stances, families), MetricReader(lexicon, stances, families)
    personnel, successors = PersonnelReader(lexicon, stances, roles), SuccessorReader(lexicon, stances)
    fields = FieldReader(lexicon, SpecificationReader(lexicon))
    return _Readers(
        lexicon=lexicon,
        marker=Marker(lexicon),
        personnel=personnel,
        successors=successors,
        releases=releases,
        metrics=metrics,
        people_tables=PeopleTableReader(lexicon, stances),
        model_tables=ModelTableReader(lexicon, releases, fields),
        stances=stances,
        persons=persons,
        completion=completion_of(lexicon, stances, releases, roles, ReleaseDetails(lexicon, releases, fields)),
        hindsight=Hindsight(lexicon),
        bits=personnel.bits | successors.bits | releases.bits | metrics.bits,
    )


def _listed_people(page: Page, readers: _Readers) -> list[Statement]:
    statements: list[Statement] = []
    for first, last in page.runs_of("item"):
        if first == 0 or not page.sentences[first - 1].may_hold(readers.personnel.bits):
            continue
        lead_in = page.sentences[first - 1]
        if lead_in.kind == "heading" or lead_in.text.endswith((":", "：")):
            items = [page[place] for place in range(first, last)]
            statements += people_of_list(items, page[first - 1], readers.lexicon, readers.stances)
    return statements
