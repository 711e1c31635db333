"""Reads one YAML file (YAML 1.2) and knows on which line each of its keys stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from pipeline.config.mistakes import KeyPath, key_path
from pipeline.config.texts import ConfigText, config_text


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file as read. `broken` is set, and `data` is None, where it could not be read as YAML."""

    name: str
    data: object = None
    broken: str | None = None
    text: str = field(default="", repr=False)

    def at(self, path: KeyPath, message: str) -> str:
        """`sources.yaml:12: sources[3].kind: message`, with the line of the nearest key that is there."""
        where = f"{key_path(path)}: " if path else ""
        return f"{self.name}:{self.line_of(path)}: {where}{message}"

    def line_of(self, path: KeyPath) -> int:
        """The line, from 1, of the deepest key of `path` that is in the file."""
        return line_of(self.text, path)


def read_config_file(path: Path, name: str) -> ConfigFile:
    """Reads a file; a missing, empty or malformed one comes back with `broken` saying so."""
    return parsed(config_text(path, name))


def parsed(file: ConfigText) -> ConfigFile:
    """The text read as YAML, or `broken`."""
    name, text = file.name, file.text
    if file.broken:
        return ConfigFile(name, broken=file.broken)
    try:
        data = YAML(typ="safe").load(text)
    except MarkedYAMLError as error:
        return ConfigFile(name, broken=_syntax(name, error), text=text)
    except (YAMLError, ValueError) as error:
        return ConfigFile(name, broken=f"{name}: not valid YAML: {_first_line(str(error))}", text=text)
    if data is None:
        return ConfigFile(name, broken=f"{name}: the file is empty; copy the one that ships with Qwen Watch")
    return ConfigFile(name, data, text=text)


def line_of(text: str, path: KeyPath) -> int:
    """The line, from 1, of the deepest key of `path` that is in the text."""
    node: Node | None = YAML(typ="safe").compose(text)
    line = 1
    for part in path:
        if isinstance(node, MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _syntax(name: str, error: MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    problem = _first_line(str(error.problem or error.context or error))
    hint = ""
    if "duplicate key" in problem:
        problem, hint = problem.split(" with value")[0], "; keep one of the two"
    elif "cannot start any token" in problem:
        hint = "; indent with spaces, not tabs, and put texts that begin with @ ` % or ! in quotes"
    elif "mapping values" in problem:
        hint = "; put a text that has a colon in it in quotes"
    return f"{name}:{line}: not valid YAML: {problem}{hint}"


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "unreadable"
