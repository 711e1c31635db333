"""The language model of one run, and which of the two extractors reads a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from flows.surprises import surprise
from pipeline.categories import DocumentForm, ExtractorKind
from pipeline.config import Settings, missing_key
from pipeline.fetch.archive import Archive
from pipeline.model import Claim, Document, Problem, Unread

if TYPE_CHECKING:
    from pipeline.extract.llm import ModelReader

TRY_AGAIN = "language model"
"""In place of the fingerprint of rules: no rules ever have this one, so that the next run tries again."""


@dataclass(frozen=True, slots=True)
class Said:
    """The claims of a document and what went wrong with the reading of it; `unread` where nothing was read."""

    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()
    unread: Unread | None = None


@contextmanager
def open_model(
    settings: Settings, archive_dir: Path, run_id: str, now: dt.datetime, secret: Callable[[str], str | None]
) -> Iterator[ModelReader | None]:
    """The configured language model for one run, or None where nobody asks for one.

    Its answers are kept in a file of their own in the archive. A key that is missing is told when the model is
    first needed, and the rules read instead.
    """
    llm = settings.llm
    if llm is None or not _is_wanted(settings):
        yield None
        return
    from pipeline.extract.llm import ModelReader

    key = (secret(llm.key_secret) or "").strip() if llm.key_secret else ""
    unavailable = None
    if llm.key_secret and not key:
        missing = missing_key(llm.key_secret)
        unavailable = replace(missing, message=f"{missing.message}; the rules read this run")
    elif not (key.isascii() and key.isprintable()):
        told = f"the secret {llm.key_secret} has characters that no key has; set it anew; the rules read this run"
        unavailable = Problem("secrets", "language model", told)
    with (
        Archive(archive_dir, f"{run_id}-llm") as archive,
        closing(
            ModelReader(
                llm,
                key or None,
                settings.lexicons,
                settings.watchlist,
                archive,
                now,
                user_agent=settings.fetch.user_agent,
                unavailable=unavailable,
            )
        ) as model,
    ):
        yield model


def read_document(document: Document, kind: ExtractorKind, settings: Settings, model: ModelReader | None) -> Said:
    """The claims of a document by the rules, the model or both.

    The rules take the model's place where it is not asked any more in this run. A document that it was asked
    for in vain has the rules' claims where both read it. Where the model alone does it stays unread: for the next
    run if the endpoint failed, until the rules change if the answer was of no use.
    """
    if kind is ExtractorKind.RULES or model is None or document.form is DocumentForm.SNAPSHOT:
        return Said(_by_rules(document, settings))
    from pipeline.extract.llm import Reading, combine

    try:
        reading = model.read(document)
    except Exception as error:  # noqa: BLE001 (an answer from outside found a defect: the rules are still there)
        reading = Reading(None, (surprise("extract", document.url, error),))
    if kind is ExtractorKind.BOTH or not reading.asked:
        rules = _by_rules(document, settings)
        claims = rules if reading.claims is None else combine(rules, reading.claims, model.names)
        return Said(claims, reading.problems)
    if reading.claims is not None:
        return Said(combine((), reading.claims, model.names), reading.problems)
    failed_by = TRY_AGAIN if reading.passing else settings.rules
    return Said((), reading.problems, Unread(document.document_id, failed_by, reading.problems[0].message))


def _by_rules(document: Document, settings: Settings) -> tuple[Claim, ...]:
    from pipeline.extract.extractor import extract  # a cycle that finds nothing new does without it

    return extract(document, settings.lexicons, settings.watchlist)


def extractor_kinds(settings: Settings) -> dict[str, ExtractorKind]:
    """What reads the documents of each source, by its id."""
    return {source.source_id: source.extractor for source in settings.sources}


def _is_wanted(settings: Settings) -> bool:
    asked = {settings.extractor, *extractor_kinds(settings).values()}
    return asked != {ExtractorKind.RULES}
