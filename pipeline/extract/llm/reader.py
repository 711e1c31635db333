"""The model's reader of one run: asks, keeps every answer in the archive, and spends no more than it may."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from pipeline.config.settings import LlmSettings
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.llm.client import ModelClient
from pipeline.extract.llm.names import Names
from pipeline.extract.llm.prompt import PROMPT_VERSION, Request, estimated_tokens, request
from pipeline.extract.llm.protocol import Answer, Unusable, read_completion
from pipeline.extract.llm.verify import verify
from pipeline.fetch.archive import Archive
from pipeline.fetch.post import NoReply, Reply
from pipeline.fetch.wording import status_line
from pipeline.model import Claim, Document, Problem
from pipeline.watchlist import Watchlist

MOST_FAILURES = 3
"""Failures of the endpoint in a row after which a run asks it no more."""
STAGE = "extract"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of one document; `claims` is None where it was not read, and `problems` say why.

    `asked` is false where the model is not asked any more in this run: that is told once, not with each document.
    `passing` is true where it was the endpoint that failed, which may answer another time.
    """

    claims: tuple[Claim, ...] | None
    problems: tuple[Problem, ...] = ()
    asked: bool = True
    passing: bool = False


class ModelReader:
    """Reads documents with the configured model; one thread at a time uses it.

    Answers go to `archive`; `now` is the moment of the run. With `unavailable`, why it cannot be asked in this
    run, it is not, and the first document that needs it is told so. Closing it leaves the archive open.
    """

    def __init__(
        self,
        settings: LlmSettings,
        key: str | None,
        lexicons: Mapping[str, Lexicon],
        watchlist: Watchlist,
        archive: Archive,
        now: dt.datetime,
        *,
        user_agent: str,
        unavailable: Problem | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.names = Names(lexicons, watchlist)
        self._settings = settings
        self._lexicons = lexicons
        self._archive = archive
        self._now = now
        self._client = ModelClient(settings, key, user_agent, sleep)
        self._left = settings.tokens_per_run
        self._failures = 0
        self._untold = unavailable
        self._stopped = unavailable is not None

    def close(self) -> None:
        self._client.close()

    def read(self, document: Document) -> Reading:
        """What the model claims of a document, as far as the document bears it out. Raises OSError where the
        archive cannot write."""
        if self._stopped:
            untold, self._untold = self._untold, None
            return Reading(None, (untold,) if untold else (), asked=False)
        asked = request(document, self._settings)
        if asked.tokens > self._left:
            self._stopped = True
            spent = self._settings.tokens_per_run - self._left
            return Reading(
                None,
                (
                    self._of_run(
                        f"{spent} of the run's {self._settings.tokens_per_run} tokens are spent; what is left does "
                        f"not do for {document.url}, so the rules read the rest of this run (llm: tokens_per_run)"
                    ),
                ),
                asked=False,
            )
        reply = self._client.ask(asked.body, self._now)
        return self._read(document, asked, reply)

    def _read(self, document: Document, asked: Request, reply: Reply | NoReply) -> Reading:
        if isinstance(reply, NoReply):
            # An answer that came too late was worked on all the same.
            self._left -= asked.tokens if reply.late else 0
            return self._failed(document, reply.reason)
        self._keep(document, reply)
        if reply.status != 200:
            return self._failed(document, status_line(reply.status, None))
        self._failures = 0
        answer = read_completion(reply.body)
        self._left -= answer.tokens or self._guess(asked, reply)
        if isinstance(answer, Unusable):
            return Reading(None, (self._problem(document, answer.reason),))
        return self._verified(document, asked, answer)

    def _verified(self, document: Document, asked: Request, answer: Answer) -> Reading:
        version = f"{self._settings.model}/{PROMPT_VERSION}"
        verified = verify(document, answer.rows, self.names, self._lexicons, version, sent=asked.kept)
        dropped = {
            **verified.dropped,
            **({"it does not keep to the schema": answer.malformed} if answer.malformed else {}),
        }
        problems = []
        if asked.kept is not None:
            share = f"the first {asked.kept} of {len(document.text)} characters"
            problems.append(self._problem(document, f"was sent only {share} (llm: max_document_tokens)"))
        if dropped:
            total = len(answer.rows) + answer.malformed
            reasons = ", ".join(f"{number} as {reason}" for reason, number in sorted(dropped.items()))
            told = f"{sum(dropped.values())} of its {total} claims were dropped: {reasons}"
            problems.append(self._problem(document, told, verb=""))
        return Reading(verified.claims, tuple(problems))

    def _failed(self, document: Document, reason: str) -> Reading:
        self._failures += 1
        problems = [self._problem(document, reason)]
        if self._failures >= MOST_FAILURES:
            self._stopped = True
            told = f"failed {self._failures} times in a row; the rules read the rest of this run"
            problems.append(self._of_run(told))
        return Reading(None, tuple(problems), passing=True)

    def _keep(self, document: Document, reply: Reply) -> None:
        if not reply.body:
            return
        # Of no web address, so that no ingest of the archive takes an answer for a page.
        model = quote(self._settings.model, safe="")
        url = f"urn:qwen-watch:llm:{model}:{document.document_id}"
        self._archive.store(url, reply.status, reply.headers, reply.body, self._now)

    def _guess(self, asked: Request, reply: Reply) -> int:
        answered = estimated_tokens(reply.body.decode("utf-8", "replace"))
        return asked.tokens - self._settings.max_answer_tokens + min(answered, self._settings.max_answer_tokens)

    def _problem(self, document: Document, reason: str, verb: str = " ") -> Problem:
        told = f"the language model at {self._settings.base_url}{verb or ': '}{reason}"
        return Problem(STAGE, document.url, told)

    def _of_run(self, reason: str) -> Problem:
        return Problem(STAGE, f"language model {self._settings.model} at {self._settings.base_url}", reason)
