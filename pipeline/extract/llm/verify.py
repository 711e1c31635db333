"""From the rows of an answer to claims: only what the document's own words bear out is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.categories import EntityKind, EventType, ExtractorKind, Modality
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.llm.attributes import AS_OF, ATTRIBUTES, EVENT, NOT_NAMED, SUBJECTS, SUCCESSOR
from pipeline.extract.llm.names import Names
from pipeline.extract.llm.protocol import ClaimRow
from pipeline.extract.llm.quotes import Span, StoredText
from pipeline.extract.llm.values import Bearings, read_value
from pipeline.model import Claim, Document, Mention, Value

# What a model says alone is worth less than what a rule says, however plainly: that the words stand there is
# checked, that they mean it is not.
CONFIDENCE: Mapping[Modality, float] = {
    Modality.ASSERTED: 0.5,
    Modality.REPORTED: 0.45,
    Modality.DENIED: 0.45,
    Modality.SPECULATED: 0.25,
}
_LONGEST_SOURCE = 80


@dataclass(frozen=True, slots=True)
class Verified:
    """The claims that are borne out, each with the model's own number of its event; why the others are not."""

    claims: tuple[Claim, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A row whose quote, names and value are in the document."""

    row: ClaimRow
    span: Span
    value: Value
    subject: Mention
    object: Mention | None

    @property
    def event(self) -> tuple[EventType, int, str]:
        return self.row.event, self.row.event_number, self.subject.name


def verify(
    document: Document,
    rows: Iterable[ClaimRow],
    names: Names,
    lexicons: Mapping[str, Lexicon],
    version: str,
    *,
    sent: int | None = None,
) -> Verified:
    """The claims among `rows` that the document bears out; `occurrence` is the row's own number of its event.

    An event that is not borne out itself takes its attributes with it. Where only the first `sent` characters
    were sent, only they count.
    """
    bearings = Bearings(StoredText(document.text[:sent]), document.published_at.date(), names, lexicons)
    dropped: Counter[str] = Counter()
    checked: list[_Checked] = []
    for row in rows:
        found = _check(row, bearings)
        if isinstance(found, str):
            dropped[found] += 1
        else:
            checked.append(found)
    told = {one.event for one in checked if _tells_event(one.row)}
    kept = [one for one in checked if one.event in told]
    if len(kept) < len(checked):
        dropped["its event is not borne out"] += len(checked) - len(kept)
    claims = {claim.claim_id: claim for claim in _claims(document, kept, version)}
    return Verified(tuple(sorted(claims.values(), key=lambda claim: (claim.start, claim.attribute))), dropped)


def _check(row: ClaimRow, bearings: Bearings) -> _Checked | str:
    if row.attribute not in ATTRIBUTES[row.event] or row.subject_kind not in SUBJECTS[row.event]:
        return "the attribute or subject does not belong to its event"
    if row.attribute == SUCCESSOR and row.subject_kind is not EntityKind.ORGANISATION:
        return "the attribute or subject does not belong to its event"
    span = bearings.stored.find(row.quote)
    if isinstance(span, str):
        return span
    subject = _subject(row, bearings)
    if subject is None:
        return "the subject is not in the text"
    about = row.object if row.event not in (EventType.RELEASE, EventType.METRIC) else None
    concerned = _named(EntityKind.ORGANISATION, about, bearings) if about else None
    if about and concerned is None:
        return "the organisation is not in the text"
    if row.attributed_to and not _is_source(row.attributed_to, bearings):
        return "the source it is attributed to is not in the text"
    value = read_value(row, bearings.stored.text[span.start : span.end], bearings)
    return value if isinstance(value, str) else _Checked(row, span, value, subject, concerned)


def _tells_event(row: ClaimRow) -> bool:
    return row.attribute in (EVENT, SUCCESSOR) or row.event is EventType.METRIC


def _subject(row: ClaimRow, bearings: Bearings) -> Mention | None:
    if row.event is EventType.METRIC and bearings.stored.names(row.subject):
        # What counts for a family is booked on the model, as the rules have it, whoever is said to own it.
        return bearings.names.family(row.subject) or bearings.names.mention(row.subject_kind, row.subject)
    return _named(row.subject_kind, row.subject, bearings)


def _is_source(written: str, bearings: Bearings) -> bool:
    source = " ".join(written.split())
    return len(source) <= _LONGEST_SOURCE and source.isprintable() and bearings.stored.names(source)


def _named(kind: EntityKind, written: str, bearings: Bearings) -> Mention | None:
    return bearings.names.mention(kind, written) if bearings.stored.names(written) else None


def _claims(document: Document, checked: Sequence[_Checked], version: str) -> Iterable[Claim]:
    objects = _objects(checked)
    for one in checked:
        about = objects.get(one.event)
        yield _claim(document, one, about, one.row.attribute, one.value, version)
        if one.row.event is EventType.METRIC and one.value.dates is not None:
            as_of = Value(str(one.value.dates), dates=one.value.dates, unit=one.row.attribute)
            yield _claim(document, one, about, AS_OF, as_of, version)


def _objects(checked: Sequence[_Checked]) -> dict[tuple[EventType, int, str], Mention]:
    """The organisation of each event: what its rows call so, else its attribute; a team that is led is its own."""
    found: dict[tuple[EventType, int, str], Mention] = {}
    for one in checked:
        if one.object is not None:
            found.setdefault(one.event, one.object)
    for one in checked:
        if one.row.attribute == "organisation":
            found.setdefault(one.event, Mention(EntityKind.ORGANISATION, one.value.text))
        if one.row.event is EventType.APPOINTMENT and one.subject.kind is EntityKind.ORGANISATION:
            found[one.event] = one.subject
    return found


def _claim(
    document: Document, one: _Checked, about: Mention | None, attribute: str, value: Value, version: str
) -> Claim:
    row = one.row
    # That no successor is named is itself asserted, as the rules have it.
    modality = Modality.ASSERTED if value.text == NOT_NAMED and attribute == SUCCESSOR else row.modality
    return Claim(
        document_id=document.document_id,
        event_type=row.event,
        subject=one.subject,
        object=about,
        occurrence=row.event_number,
        attribute=attribute,
        value=value,
        modality=modality,
        attributed_to=" ".join(row.attributed_to.split()) if row.attributed_to else None,
        quote=document.text[one.span.start : one.span.end],
        start=one.span.start,
        end=one.span.end,
        extractor=ExtractorKind.LLM,
        extractor_version=version,
        confidence=CONFIDENCE[modality],
        known_at=document.fetched_at,
        rule="language model",
    )
