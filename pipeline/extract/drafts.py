"""What the rules hand over: one statement of a sentence about one event, before it becomes claims."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.categories import EventType
from pipeline.extract.marking import Marked
from pipeline.extract.modality import Stance
from pipeline.extract.persons import Person
from pipeline.intervals import DateInterval
from pipeline.model import Mention, Value

# Two tellings of one kind of event about one subject are one event when their dates lie this close.
SAME_EVENT_DAYS = 120
# A model that comes out again weeks later comes out in another form: as weights, or in further sizes.
SAME_RELEASE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Detail:
    """One attribute that a sentence gives an event, with the sentence that says so and how sure it is."""

    attribute: str
    value: Value
    marked: Marked
    stance: Stance


@dataclass(slots=True)
class Statement:
    """An event that a sentence tells of, with all details found for it; `dates` places it in time."""

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

    def add(self, attribute: str, value: Value, marked: Marked | None = None, stance: Stance | None = None) -> None:
        self.details.append(Detail(attribute, value, marked or self.marked, stance or self.stance))


def of_dates(dates: DateInterval) -> Value:
    return Value(str(dates), dates=dates)


@dataclass(slots=True)
class Discourse:
    """What the reader of a document holds in mind from one sentence to the next."""

    person: Person | None = None
    event_dates: list[DateInterval] = field(default_factory=list)
    dated_person: Person | None = None
    heading: Marked | None = None
    author: Person | None = None

    @property
    def last_dates(self) -> DateInterval | None:
        """The days of the event told last, from its first to its last date."""
        if not self.event_dates:
            return None
        return DateInterval(min(d.first for d in self.event_dates), max(d.last for d in self.event_dates))
