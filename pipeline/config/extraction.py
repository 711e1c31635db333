"""What may stand in extraction.yaml, and which sources ask for a language model that is not configured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from pipeline.categories import ExtractorKind
from pipeline.config.channels import is_loopback
from pipeline.config.files import Strict
from pipeline.config.mistakes import Mistake
from pipeline.config.settings import DEFAULT_ANSWER_TOKENS, LlmSettings
from pipeline.config.texts import EXTRACTION_FILE
from pipeline.config.values import Duration, SecretName, Text, WebAddress, parse_duration

_NEED_A_MODEL = frozenset({ExtractorKind.LLM, ExtractorKind.BOTH})


def _without_call(url: str) -> str:
    base = url.rstrip("/")
    if urlsplit(base).query or urlsplit(base).fragment:
        raise ValueError(f"{url!r} has more than a path in it; write it up to its version, such as {_EXAMPLE}")
    if base.endswith("/chat/completions"):
        raise ValueError(f"leave out /chat/completions; write it up to its version, such as {_EXAMPLE}")
    return base


_EXAMPLE = "http://127.0.0.1:11434/v1"


class LlmSection(Strict):
    """A language model behind an OpenAI-compatible address (POST …/chat/completions)."""

    base_url: Annotated[WebAddress, AfterValidator(_without_call)]
    """The address up to its version, such as http://127.0.0.1:11434/v1."""
    model: Text
    """The model's name as the endpoint knows it."""
    key_secret: SecretName | None = None
    """The name of the secret with the endpoint's key; left out, none is sent."""
    timeout: Duration = parse_duration("2m")
    """The longest that one answer may take in all."""
    max_document_tokens: Annotated[int, Field(ge=200, le=1_000_000)] = 6000
    """How much of a document is sent; a longer one is cut at the end of a sentence."""
    max_answer_tokens: Annotated[int, Field(ge=100, le=100_000)] = DEFAULT_ANSWER_TOKENS
    """How long an answer may be; one that is cut off there is not used."""
    tokens_per_run: Annotated[int, Field(ge=1000)] = 200_000
    """How many tokens one run may spend, sent and answered; the rules read what is left."""

    @model_validator(mode="after")
    def _key_is_kept_from_listeners(self) -> LlmSection:
        parts = urlsplit(self.base_url)
        if self.key_secret and parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            raise ValueError("base_url is http: the key would cross the network readable; write https, or no key")
        return self


class ExtractionFile(Strict):
    """extraction.yaml: what reads the documents."""

    extractor: ExtractorKind = ExtractorKind.RULES
    """For sources that do not say, and for files of no configured source: rules, llm or both."""
    llm: LlmSection | None = None
    """The language model, where there is one."""


def llm_settings(section: LlmSection | None) -> LlmSettings | None:
    """The checked section as settings."""
    if section is None:
        return None
    return LlmSettings(**{key: getattr(section, key) for key in LlmSection.model_fields})


def missing_model(extraction: object, sources: object) -> Iterator[tuple[str, Mistake]]:
    """The places, by file, that ask for a language model while extraction.yaml configures none."""
    if isinstance(extraction, Mapping):
        if extraction.get("llm") is not None:
            return
        if extraction.get("extractor") in _NEED_A_MODEL:
            yield EXTRACTION_FILE, Mistake(("extractor",), _unserved(extraction["extractor"], "fill in llm below"))
    listed: Any = sources.get("sources") if isinstance(sources, Mapping) else None
    for place, entry in enumerate(listed if isinstance(listed, list) else ()):
        asked = entry.get("extractor") if isinstance(entry, Mapping) else None
        if asked in _NEED_A_MODEL:
            message = _unserved(asked, f"fill in llm in {EXTRACTION_FILE}")
            yield "sources.yaml", Mistake(("sources", place, "extractor"), message)


def _unserved(asked: object, fix: str) -> str:
    return f"{str(asked)!r} needs a language model, and none is configured; {fix}, or write rules here"
