"""A mistake in a configuration file: where it stands, what is wrong, and the fix."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.config.secrets import looks_secret

KeyPath = tuple[str | int, ...]

EXPECTED = {
    "string_type": "a text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "list_type": "a list (lines that begin with -)",
    "dict_type": "keys with values below it",
    "model_type": "keys with values below it",
    "model_attributes_type": "keys with values below it",
}


@dataclass(frozen=True, slots=True)
class Mistake:
    """`path` leads to the place within the file; for a missing key it ends with that key."""

    path: KeyPath
    message: str


def key_path(path: KeyPath) -> str:
    """`sources[3].kind` for `("sources", 3, "kind")`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def unknown(what: str, value: object, known: Iterable[str]) -> str:
    """`unknown kind 'feeed'; did you mean 'feed'? Known: feed, page.`"""
    names = sorted(name for name in known if not looks_secret(name))
    folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(str(value).casefold(), folded, n=1, cutoff=0.6)
    meant = folded[near[0]] if near else None
    question = f"did you mean {meant!r}? " if meant else ""
    listed = f"one of: {', '.join(names)}" if names else "none is known here"
    return f"unknown {what} {shown(value)}; {question}{listed}"


def shown(value: object) -> str:
    """The value as written, short, and never a secret."""
    text = repr(str(value)) if not isinstance(value, (int, float, bool)) else str(value)
    if looks_secret(str(value)):
        return "(not shown: it looks like a secret)"
    return text if len(text) <= 60 else text[:57] + "…'"


def of_model(model: type[BaseModel], data: object, at: KeyPath = ()) -> list[Mistake]:
    """Every mistake that `model` finds in `data`, with paths that begin with `at`."""
    try:
        model.model_validate(data)
    except ValidationError as error:
        schema = model.model_json_schema()
        return [_of_error(details, schema, data, at) for details in error.errors(include_url=False)]
    return []


def _of_error(details: ErrorDetails, schema: Mapping[str, Any], data: object, at: KeyPath) -> Mistake:
    path: KeyPath = tuple(part for part in details["loc"] if part != "[key]")
    kind, value, last = details["type"], details["input"], path[-1] if path else ""
    match kind:
        case "missing":
            message = f"this is missing; add `{last}:`{_meaning(schema, path)}"
        case "extra_forbidden":
            message = unknown("key", last, _known_keys(schema, path[:-1]))
        case "enum" | "literal_error":
            message = unknown("value", value, _known_values(schema, path))
        case "value_error":
            message = "this is not valid here" if looks_secret(str(value)) else str(details["ctx"]["error"])
        case "greater_than_equal" | "less_than_equal":
            wanted = details["msg"].removeprefix("Input should be ")
            message = f"{shown(value)} is out of range; it must be {wanted}"
        case "too_short":
            message = "this list is empty; write at least one entry"
        case _ if kind in EXPECTED:
            message = f"this must be {EXPECTED[kind]}, not {_kind_of(value)}{_quoting(kind, value)}"
        case _:
            message = details["msg"]
    return Mistake(at + _within(data, path), message)


def _within(data: object, path: KeyPath) -> KeyPath:
    """The path without the parts that name no place in the data (members of a union)."""
    kept: list[str | int] = []
    for place, part in enumerate(path):
        last = place == len(path) - 1
        if isinstance(data, Mapping) and (part in data or last):
            data = data.get(part)
        elif isinstance(data, Sequence) and not isinstance(data, str) and isinstance(part, int):
            data = data[part] if part < len(data) else None
        else:
            continue
        kept.append(part)
    return tuple(kept)


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return f"{str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"the text {shown(value)}"
        case list():
            return "a list"
        case dict():
            return "keys with values"
        case _:
            return f"a {type(value).__name__}"


def _quoting(kind: str, value: object) -> str:
    plain = kind == "string_type" and not isinstance(value, (list, dict)) and value is not None
    return f'; put it in quotes: "{value}"' if plain else ""


def _at(schema: Mapping[str, Any], path: KeyPath) -> list[Mapping[str, Any]]:
    """The parts of a JSON schema that speak of the place `path`."""
    definitions = schema.get("$defs", {})

    def resolved(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        if "$ref" in part:
            return [part, *resolved(definitions[part["$ref"].rsplit("/", 1)[-1]])]
        inner = [*part.get("anyOf", ()), *part.get("oneOf", ()), *part.get("allOf", ())]
        return [part, *(found for each in inner for found in resolved(each))]

    places = resolved(schema)
    for step in path:
        deeper = [
            part["items"]
            if isinstance(step, int)
            else part.get("properties", {}).get(step) or part.get("additionalProperties")
            for part in places
            if (isinstance(step, int) and "items" in part) or isinstance(step, str)
        ]
        places = [found for part in deeper if isinstance(part, Mapping) for found in resolved(part)]
    return places


def _known_keys(schema: Mapping[str, Any], path: KeyPath) -> list[str]:
    return [key for part in _at(schema, path) for key in part.get("properties", {})]


def _known_values(schema: Mapping[str, Any], path: KeyPath) -> list[str]:
    return [str(value) for part in _at(schema, path) for value in part.get("enum", ())]


def _meaning(schema: Mapping[str, Any], path: KeyPath) -> str:
    description = next((part["description"] for part in _at(schema, path) if "description" in part), "")
    return f" ({description.splitlines()[0].rstrip('.')})" if description else ""
