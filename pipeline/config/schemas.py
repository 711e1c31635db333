"""JSON schemas of the configuration files, for editors that read `# yaml-language-server: $schema=…`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def schemas() -> dict[str, dict[str, Any]]:
    """One JSON schema a file, by the schema's file name (`sources.json`, …, `lexicon.json`)."""
    from pipeline.config.building import FILES
    from pipeline.config.channels import OPTIONS
    from pipeline.extract.lexicon import LexiconFile
    from pipeline.sources.registry import KINDS

    found = {name.replace(".yaml", ".json"): model.model_json_schema() for name, (model, _) in FILES.items()}
    found["lexicon.json"] = LexiconFile.model_json_schema()
    source_options = {kind: _source_options(KINDS[kind].options) for kind in sorted(KINDS)}
    channel_options = {kind: model.model_json_schema() for kind, model in OPTIONS.items()}
    _options_by_kind(found["sources.json"]["$defs"]["SourceEntry"], source_options)
    _options_by_kind(found["alerts.json"]["$defs"]["ChannelEntry"], channel_options)
    for schema in found.values():
        schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return found


def write_schemas(directory: Path) -> tuple[Path, ...]:
    """Writes every schema into `directory` and gives the paths."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = directory / name
        path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")
        written.append(path)
    return tuple(written)


def _source_options(options: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"type": ["string", "number", "boolean"], "description": meaning}
            for name, meaning in sorted(options.items())
        },
    }


def _options_by_kind(entry: dict[str, Any], options: Mapping[str, dict[str, Any]]) -> None:
    entry["properties"]["kind"] |= {"enum": sorted(options)}
    entry["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"properties": {"options": _inlined(schema)}}
            | ({"required": ["options"]} if schema.get("required") else {}),
        }
        for kind, schema in options.items()
    ]


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with its definitions put where they are referred to, so that it can stand within another."""
    definitions = schema.get("$defs", {})

    def inline(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                rest = {key: value for key, value in part.items() if key != "$ref"}
                return inline(definitions[part["$ref"].rsplit("/", 1)[-1]] | rest)
            return {key: inline(value) for key, value in part.items() if key != "$defs"}
        return [inline(each) for each in part] if isinstance(part, list) else part

    inlined: dict[str, Any] = inline(schema)
    return inlined
