"""The model's answer: the JSON schema it is asked to keep to, and how a chat completion is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError, WithJsonSchema
from pydantic_core import from_json

from pipeline.categories import Bound, EntityKind, EventType, Modality
from pipeline.extract.llm.attributes import ATTRIBUTES

MOST_ROWS = 400
_KNOWN = sorted(frozenset().union(*ATTRIBUTES.values()))
_SHOWN = 160


def _is_known(attribute: str) -> str:
    if attribute not in _KNOWN:
        raise ValueError("no attribute of any event")
    return attribute


Attribute = Annotated[str, AfterValidator(_is_known), WithJsonSchema({"type": "string", "enum": _KNOWN})]


class ClaimRow(BaseModel):
    """One claim as the model gives it; nothing of it is believed yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quote: str
    event: EventType
    event_number: Annotated[int, Field(ge=0, le=10_000), WithJsonSchema({"type": "integer"})]
    subject: str
    subject_kind: EntityKind
    object: str | None
    attribute: Attribute
    value: str
    date_from: dt.date | None
    date_to: dt.date | None
    number: Annotated[float | None, Field(allow_inf_nan=False)]
    bound: Bound | None
    modality: Modality
    attributed_to: str | None


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    claims: list[ClaimRow]


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Usage(BaseModel):
    total_tokens: Annotated[int, Field(ge=0, le=100_000_000)] | None = None


class _Completion(BaseModel):
    choices: Annotated[list[_Choice], Field(min_length=1)]
    usage: JsonValue = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that keep to the schema, how many did not, and the tokens spent if the server counts them."""

    rows: tuple[ClaimRow, ...]
    malformed: int
    tokens: int | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a completion holds no answer, in words that follow "the language model"."""

    reason: str
    tokens: int | None = None


@cache
def answer_schema() -> Mapping[str, Any]:
    """The JSON schema of the answer, strict: every key is there, none besides, and nothing is referred to."""
    schema = _Answer.model_json_schema()
    definitions = schema.pop("$defs")

    def plain(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                return plain(definitions[part["$ref"].rsplit("/", 1)[-1]])
            named = part.get("properties") or {}
            kept = {key: value for key, value in part.items() if key not in ("title", "description", "properties")}
            inner = {key: plain(value) for key, value in kept.items()}
            return inner | ({"properties": {key: plain(value) for key, value in named.items()}} if named else {})
        return [plain(each) for each in part] if isinstance(part, list) else part

    plained: Mapping[str, Any] = plain(schema)
    return plained


def read_completion(body: bytes) -> Answer | Unusable:
    """The answer in a chat completion's body, or why there is none in it."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError:
        return Unusable("answered with something that is no chat completion")
    tokens = _tokens(completion.usage)
    choice = completion.choices[0]
    if choice.message.refusal:
        return Unusable(f"refused: {_one_line(choice.message.refusal)}", tokens)
    if choice.finish_reason == "length":
        return Unusable("was cut off before its answer ended (llm: max_answer_tokens)", tokens)
    if choice.finish_reason == "content_filter":
        return Unusable("was stopped by the endpoint's content filter", tokens)
    if not choice.message.content or not choice.message.content.strip():
        return Unusable("answered with nothing", tokens)
    return _read_content(choice.message.content, tokens)


def _read_content(content: str, tokens: int | None) -> Answer | Unusable:
    try:
        data = from_json(_bare(content), allow_inf_nan=False)
    except ValueError:
        return Unusable(f"answered with what is no JSON: {_one_line(content)}", tokens)
    claims = data.get("claims") if isinstance(data, dict) else None
    if not isinstance(claims, list):
        return Unusable(f"did not keep to the schema: no list of claims in {_one_line(content)}", tokens)
    if len(claims) > MOST_ROWS:
        return Unusable(f"gave {len(claims)} claims, more than the {MOST_ROWS} that are read", tokens)
    rows = [row for each in claims if (row := _row(each)) is not None]
    if claims and not rows:
        return Unusable(f"did not keep to the schema: none of its {len(claims)} claims does", tokens)
    return Answer(tuple(rows), len(claims) - len(rows), tokens)


def _bare(content: str) -> str:
    """The JSON without what some servers leave around it although a schema was asked for: thoughts and a fence."""
    content = content.strip()
    if content.startswith("<think>"):
        content = content.partition("</think>")[2].strip()
    if content.startswith("```") and content.endswith("```"):
        content = content.partition("\n")[2].removesuffix("```")
    return content


def _row(data: object) -> ClaimRow | None:
    try:
        return ClaimRow.model_validate(data)
    except ValidationError:
        return None


def _tokens(usage: object) -> int | None:
    try:
        return _Usage.model_validate(usage).total_tokens
    except ValidationError:
        return None


def _one_line(text: str) -> str:
    """The beginning of what a model wrote, on one line and without control characters."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text[: 4 * _SHOWN]).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
