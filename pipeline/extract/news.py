"""Dated news lines and release notes: what their sentences tell, judged by what such a line or note is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.model_mentions import ModelMention, ModelScanner, SizeScanner
from pipeline.extract.packaging import formats
from pipeline.extract.segments import Sentence, sentences
from pipeline.extract.specifications import parameters_of
from pipeline.intervals import DateInterval
from pipeline.model import Claim, Document, Mention, Value
from pipeline.naming.models import ModelName, parse_model
from pipeline.read.days import leading_day

_SOFTWARE_VERSION = re.compile(
    r"(?:^|[\s/@_-])v?\d+(?:\.\d+)+(?:[-.+]?(?:a|b|rc|dev|beta|alpha|post|nightly)[\w.+-]*)?$", re.I
)
_AFTER_VERSION = re.compile(r"[\s:-]*v?\d+\.\d+\.\d+|\s+v\d")
_CLAUSE = re.compile(r"[,;:，；：]|\s[-—–]\s")
_CONFIDENCE = 0.9


class NewsReader:
    """The rules of one language for lines and notes, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, models: ModelScanner, version: str) -> None:
        self._lexicon = lexicon
        self._models = models
        self._sizes = SizeScanner(lexicon)
        self._version = version
        self._releasing = [trigger.pattern for trigger in lexicon.triggers if trigger.entry.event == "release"]
        self._packaging = lexicon.pattern("packaging_words")
        self._packed_after = lexicon.pattern("packaged_after")
        self._others = lexicon.pattern("other_objects")
        other = f"(?:{self._packaging.pattern}|{self._others.pattern})"
        gap = r"[^,;]{0,30}?" if lexicon.file.spaced else ""
        joint = rf"\s{lexicon.words('about_model')}\s(?:{lexicon.words('model_determiners')}\s)?"
        self._of_model = re.compile(rf"{other}{gap}{joint}$", re.IGNORECASE)
        leading = rf"\s(?:{lexicon.pattern('attributive').pattern})\s(?:[\w-]+\s)?" if lexicon.file.spaced else "(?!)"
        self._object = re.compile(rf"{leading}{other}", re.IGNORECASE)
        self._fillers = lexicon.pattern("headline_fillers")
        self._future = lexicon.pattern("future")
        self._updated = lexicon.pattern("update_words")

    def line(self, document: Document, told: Sequence[Claim]) -> Iterator[Claim]:
        """The claims of a dated line: the releases it tells of on its day, or else one update of a model."""
        yield from (claim for claim in told if claim.event_type is not EventType.RELEASE)
        cut = sentences(document.text, self._lexicon)
        if not cut:
            return
        dated = leading_day(document.text.partition("\n")[0])
        day = DateInterval.day(dated[0] if dated else document.published_at.date())
        releases = [claim for claim in told if claim.event_type is EventType.RELEASE]
        said = {_who(claim): claim for claim in reversed(releases) if claim.attribute == "event"}
        packed = {who: claim for who, claim in said.items() if self._is_of_what_is_out(claim)}
        for who, event in said.items():
            if who not in packed:
                yield from self._release(document, event, [c for c in releases if _who(c) == who], cut[0], day)
        if len(said) > len(packed):
            return
        headline = None if said else self._headline(document, cut, day)
        if headline:
            yield from headline
        elif packed:
            for event in packed.values():
                kind = self._kind(event.quote)
                yield self._claim(document, event.subject, "update", Value(kind, dates=day), (event.start, event.end))
        else:
            yield from self._update(document, cut, day)

    def note(self, document: Document, told: Sequence[Claim]) -> Iterator[Claim]:
        """The claims of a repository's release: of models only, where a sentence says that one is out."""
        repository = self._repository(document)
        for claim in told:
            if claim.event_type is not EventType.RELEASE:
                yield claim
                continue
            if repository is not None and _key(claim.subject) == repository.key:
                continue
            if not self._is_software(claim) and not self._is_of_what_is_out(claim) and self._trigger(claim.quote):
                yield claim

    def _release(
        self, document: Document, event: Claim, claims: Sequence[Claim], first: Sentence, day: DateInterval
    ) -> Iterator[Claim]:
        """A release as its sentence tells it, on the day of the line, which stands in the line's first sentence."""
        for claim in claims:
            if claim.attribute != "date":
                yield replace(claim, occurrence=0)
        if event.modality is not Modality.DENIED:
            yield self._claim(
                document, event.subject, "date", Value(str(day), dates=day), (first.start, first.end), event.modality
            )

    def _headline(self, document: Document, cut: Sequence[Sentence], day: DateInterval) -> list[Claim]:
        """The release of a line that is only a model's name, with what it comes in: `2026.04.28: Name-9B!`."""
        sentence = next((s for s in cut if self._models.find(s.text)), None)
        if sentence is None:
            return []
        after = leading_day(sentence.text)
        text = after[1] if after else sentence.text
        named = self._models.find(text)
        spans = [(m.start, m.end) for m in named] + [(s.start, s.end) for s in self._sizes.find(text)]
        bare = "".join(" " if any(a <= at < b for a, b in spans) else letter for at, letter in enumerate(text))
        if re.search(r"\w", self._fillers.sub(" ", bare)) or all(m.bare for m in named):
            return []
        if any(formats(mention.model) for mention in named):
            return []
        place = (sentence.start, sentence.end)
        subjects = {m.model.key: m.model for m in reversed(named) if not m.bare}
        found = []
        for model in reversed(subjects.values()):
            mention = Mention(EntityKind.MODEL, model.canonical)
            found.append(self._claim(document, mention, "event", Value("true"), place))
            found.append(self._claim(document, mention, "date", Value(str(day), dates=day), (cut[0].start, cut[0].end)))
            for attribute, number in _parameters(model):
                value = Value(f"{number:.0f}", number=number, unit="parameters")
                found.append(self._claim(document, mention, attribute, value, place))
        return found

    def _update(self, document: Document, cut: Sequence[Sentence], day: DateInterval) -> Iterator[Claim]:
        """What a line tells of a model that is out: the first it names, or the one its page's address names."""
        named = next(((s, found[0].model) for s in cut if (found := self._models.find(s.text))), None)
        start = 1 if len(cut) > 1 and not (leading_day(cut[0].text) or (None, ""))[1] else 0
        sentence, model = named or (cut[start], self._page(document))
        if model is not None:
            mention = Mention(EntityKind.MODEL, model.canonical)
            value = Value(self._kind(sentence.text), dates=day)
            yield self._claim(document, mention, "update", value, (sentence.start, sentence.end))

    def _kind(self, text: str) -> str:
        """What an update is about, in the word the text has for it; `update` where it has none that is known."""
        if packed := self._packaging.search(text):
            return packed[0]
        match = self._updated.search(text)
        return match[0].lower() if match else "update"

    def _is_of_what_is_out(self, event: Claim) -> bool:
        """Whether what comes out is a packaging of the model or something about it, and not the model itself."""
        key, quote = _key(event.subject), event.quote
        own = [m for m in self._models.find(quote) if m.model.key == key or m.model.key.startswith(key + "-")]
        if own and all(formats(mention.model) for mention in own):
            return True
        verb = self._trigger(quote)
        if verb is None or not own:
            return False
        if own[-1].start >= verb.end():
            first = next(mention for mention in own if mention.start >= verb.end())
            behind = quote[own[-1].end :].lstrip()
            return bool(self._packaging.search(quote, verb.end(), first.start) or self._packed_after.match(behind))
        subject, last = quote[: own[-1].start], quote[own[-1].end : verb.start()]
        about = _CLAUSE.split(subject)[-1]
        if self._of_model.search(about) or self._is_other(_CLAUSE.split(last)[0]):
            return True
        return bool(self._object.match(quote, verb.end()))

    def _is_other(self, text: str) -> bool:
        return bool(self._packaging.search(text) or self._others.search(text))

    def _trigger(self, text: str) -> re.Match[str] | None:
        found = [match for pattern in self._releasing if (match := pattern.search(text))]
        return min(found, key=lambda match: match.start(), default=None)

    def _is_software(self, claim: Claim) -> bool:
        """Whether the name in a claim's words carries a program's version: `Name-Agent v0.0.31`."""
        key = _key(claim.subject)
        own = [m for m in self._models.find(claim.quote) if m.model.key.startswith(key)]
        return bool(own) and all(_AFTER_VERSION.match(claim.quote[m.end :]) or _is_versioned(m) for m in own)

    def _repository(self, document: Document) -> ModelName | None:
        """The repository as a model's name, where the release is of a version of its software."""
        parts = [unquote(part) for part in urlsplit(document.url).path.strip("/").split("/")]
        tag = parts[-1] if len(parts) > 2 else document.title
        return parse_model(parts[1]) if len(parts) > 1 and _SOFTWARE_VERSION.search(tag) else None

    def _page(self, document: Document) -> ModelName | None:
        """The model that a page's address names, in its narrowest part, or else its publisher's family."""
        parts = [unquote(part) for part in urlsplit(document.url).path.split("/")]
        for text in (*reversed(parts), document.publisher):
            mention = next((m for m in self._models.find(text) if m.start == 0), None)
            if mention is not None and mention.end == len(text):
                return mention.model
        return None

    def _claim(
        self,
        document: Document,
        subject: Mention,
        attribute: str,
        value: Value,
        place: tuple[int, int],
        modality: Modality = Modality.ASSERTED,
    ) -> Claim:
        start, end = place
        return Claim(
            document_id=document.document_id,
            event_type=EventType.RELEASE,
            subject=subject,
            object=None,
            occurrence=0,
            attribute=attribute,
            value=value,
            modality=modality,
            attributed_to=None,
            quote=document.text[start:end],
            start=start,
            end=end,
            extractor="rules",
            extractor_version=self._version,
            confidence=_CONFIDENCE,
            known_at=document.fetched_at,
            rule=f"record: {document.form}",
        )


def _who(claim: Claim) -> str:
    return _key(claim.subject)


def _key(subject: Mention) -> str:
    model = parse_model(subject.name)
    return model.key if model else subject.name.lower()


def _parameters(model: ModelName) -> Iterator[tuple[str, float]]:
    for size in model.sizes:
        for attribute, number in zip(("parameters", "parameters_active"), parameters_of(size), strict=True):
            if number is not None:
                yield attribute, number


def _is_versioned(mention: ModelMention) -> bool:
    return mention.model.version.count(".") > 1 or any(
        re.fullmatch(r"[vV]?\d+\.\d+\.\d+", t) for t in mention.model.tokens
    )
