"""What the rules hand over: one statement of a sentence about one event, before it becomes claims."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipeline.categories import EventType, Modality
from pipeline.extract.marking import PERSON, Marked
from pipeline.extract.modality import Stance
from pipeline.extract.page import Page
from pipeline.extract.persons import Person
from pipeline.intervals import DateInterval
from pipeline.model import Mention, Value

# Two tellings of one kind of event about one subject are one event when their dates lie this close.
SAME_EVENT_DAYS = 120
# A model that comes out again weeks later comes out in another form: as weights, or in further sizes.
SAME_RELEASE_DAYS = 14


_SPEAKS = re.compile(rf"{PERSON}\s?[:：]")


@dataclass(frozen=True, slots=True)
class Detail:
    """One attribute that a sentence gives an event, with the sentence that says so and how sure it is."""

    attribute: str
    value: Value
    marked: Marked
    stance: Stance
    rule: str


@dataclass(slots=True)
class Statement:
    """An event that a sentence tells of, with all details found for it; `dates` places it in time.

    `rule` names the rule that found it, and the words it found it by.
    """

    event_type: EventType
    subject: Mention
    object: Mention | None
    marked: Marked
    stance: Stance
    dates: DateInterval | None = None
    details: list[Detail] = field(default_factory=list)
    person: Person | None = None
    occurrence: int = 0
    background: bool = False
    rule: str = ""

    def tell_rule(self, rule: str) -> None:
        """Names the rule of the statement and of the details that were found by it."""
        self.details = [replace(each, rule=rule) if each.rule == self.rule else each for each in self.details]
        self.rule = rule

    def add(
        self,
        attribute: str,
        value: Value,
        marked: Marked | None = None,
        stance: Stance | None = None,
        rule: str | None = None,
    ) -> None:
        """One more attribute; what is not said of it is as in the statement itself."""
        detail = Detail(attribute, value, marked or self.marked, stance or self.stance, rule or self.rule)
        self.details.append(detail)


def who_left(told: list[Statement]) -> tuple[Person, ...] | None:
    """Whom a sentence told last as leaving, and not as somebody who stays: `left to found …`."""
    if not told or told[-1].event_type != EventType.DEPARTURE or told[-1].stance.modality == Modality.DENIED:
        return None
    return (told[-1].person,) if told[-1].person else None


def of_dates(dates: DateInterval) -> Value:
    return Value(str(dates), dates=dates)


@dataclass(slots=True)
class Discourse:
    """What the reader of a document holds in mind when he comes to the sentence `here`.

    Sentences that tell of no event are passed over; whom they speak of is looked up when a pronoun asks for it.
    """

    page: Page
    here: int = 0
    event_dates: list[DateInterval] = field(default_factory=list)
    dated_person: Person | None = None
    _person: Person | None = None
    _looked_up_to: int = 0

    @property
    def author(self) -> Person | None:
        return self.page.author

    @property
    def speaker(self) -> Person | None:
        """Who says `I` in an interview: the name that the line begins with, before a colon."""
        first, line = self.here, self.page.sentences[self.here].line
        while first > 0 and self.page.sentences[first - 1].line == line:
            first -= 1
        if not _SPEAKS.match(self.page[first].masked):
            return None
        named = self.page[first].at(0).what
        return named if isinstance(named, Person) else None

    @property
    def heading(self) -> Marked | None:
        """The heading that the sentence stands under, or is."""
        return self.page.heading(self.here)

    @property
    def person(self) -> Person | None:
        """Whom a pronoun means: the person that the sentences up to here speak of."""
        for place in range(self.here - 1, self._looked_up_to - 1, -1):
            if self.page.names_a_person(place) and (
                person := subject_of(self.page[place], self.page.lexicon.pattern("possessive"))
            ):
                self._person = person
                break
        self._looked_up_to = self.here
        return self._person

    def speak_of(self, person: Person) -> None:
        """The sentence here tells of `person`."""
        self._person, self._looked_up_to = person, self.here + 1

    @property
    def last_dates(self) -> DateInterval | None:
        """The days of the event told last, from its first to its last date."""
        if not self.event_dates:
            return None
        return DateInterval(min(d.first for d in self.event_dates), max(d.last for d in self.event_dates))


def subject_of(marked: Marked, owner: re.Pattern[str]) -> Person | None:
    """The first person that a sentence names outside quotations and not as an owner (`Name's …`), else the first."""
    people = [m for m in marked.of(PERSON) if not marked.sentence.is_quoted(m.start)]
    subjects = [m for m in people if not owner.match(marked.masked, m.at + 1)]
    first = next((m.what for m in subjects or people), None)
    return first if isinstance(first, Person) else None
