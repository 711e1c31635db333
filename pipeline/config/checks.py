"""What no single entry can tell: names twice, references to nothing, kinds and their options."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.config.channels import OPTIONS
from pipeline.config.mistakes import Mistake, of_model, shown, unknown
from pipeline.config.secrets import NAMES_A_SECRET, written_secrets
from pipeline.config.values import SECRET_NAME_WANTED, is_secret_name
from pipeline.config.yaml_files import ConfigFile

ROBOTS_VALUES = ("obey", "api")
Entries = list[tuple[int, dict[str, Any]]]


def file_mistakes(file: ConfigFile, model: type[BaseModel], check: Callable[[object], Iterable[Mistake]]) -> list[str]:
    """Every mistake in one file, with file, line and the fix: what the model and `check` find, and secrets in it."""
    if file.broken:
        return [file.broken]
    found = [Mistake(path, message) for path, message in written_secrets(file.data)]
    places = {mistake.path for mistake in found}
    found += [each for each in (*of_model(model, file.data), *check(file.data)) if each.path not in places]
    lines = {file.at(each.path, each.message): file.line_of(each.path) for each in found}
    return sorted(lines, key=lambda line: lines[line])


def sources_mistakes(data: object) -> Iterator[Mistake]:
    """Kinds and options that do not exist, and sources given twice."""
    from pipeline.sources.registry import COMMON_OPTIONS, KINDS

    sources = _entries(data, "sources")
    yield from _twice(sources, "sources", "url", lambda url: url.rstrip("/"))
    yield from _twice(sources, "sources", "name", str.casefold)
    for place, source in sources:
        kind = source.get("kind")
        if not isinstance(kind, str):
            continue
        if kind not in KINDS:
            yield Mistake(("sources", place, "kind"), unknown("kind", kind, KINDS))
            continue
        yield from _wrong_scheme(kind, place, source)
        options = source.get("options")
        for option, value in options.items() if isinstance(options, dict) else ():
            if option not in (known := {**KINDS[kind].options, **COMMON_OPTIONS}):
                message = unknown(f"option of kind {kind}", option, known)
                yield Mistake(("sources", place, "options", option), message)
            elif NAMES_A_SECRET.search(option) and not is_secret_name(value):
                yield Mistake(("sources", place, "options", option), SECRET_NAME_WANTED)
            elif option == "robots" and value not in ROBOTS_VALUES:
                yield Mistake(("sources", place, "options", option), unknown("value", str(value), ROBOTS_VALUES))


def _wrong_scheme(kind: str, place: int, source: Mapping[str, Any]) -> Iterator[Mistake]:
    """An address that its kind cannot ask: a mail folder as a feed, or the other way round."""
    from pipeline.sources.registry import KINDS

    url = source.get("url")
    collector = KINDS.collector(kind)
    schemes = collector.schemes if collector else frozenset({"https", "http"})
    if isinstance(url, str) and "://" in url and url.partition("://")[0] not in schemes:
        forms = " or ".join(f"{scheme}://" for scheme in sorted(schemes, key=len, reverse=True))
        yield Mistake(("sources", place, "url"), f"kind {kind} takes an address that begins with {forms}")


def watchlist_mistakes(data: object) -> Iterator[Mistake]:
    """Names that mean two entries of one list, and parents that are not there or go round in a circle."""
    for section in ("organisations", "people", "models"):
        entries = _entries(data, section)
        yield from _names_twice(entries, section)
        parents = {str(entry.get("name")): entry.get("parent") for _, entry in entries}
        for place, entry in entries:
            parent, where = entry.get("parent"), (section, place, "parent")
            if not isinstance(parent, str):
                continue
            if parent not in parents:
                yield Mistake(where, unknown("parent", parent, parents))
            elif _comes_back(str(entry.get("name")), parents):
                yield Mistake(where, f"{shown(entry.get('name'))} is its own parent in the end; take one out")


def alerts_mistakes(data: object) -> Iterator[Mistake]:
    """Channels of no known kind or with wrong options, and routes to channels that are not there."""
    channels = _entries(data, "channels")
    yield from _twice(channels, "channels", "name", str)
    for place, channel in channels:
        kind = channel.get("kind")
        if isinstance(kind, str) and kind not in OPTIONS:
            yield Mistake(("channels", place, "kind"), unknown("kind", kind, OPTIONS))
        elif isinstance(kind, str):
            options = channel.get("options", {})
            yield from of_model(OPTIONS[kind], options, ("channels", place, "options"))
    names = [name for _, channel in channels if isinstance(name := channel.get("name"), str)]
    for place, route in _entries(data, "routes"):
        target = route.get("channel")
        if isinstance(target, str) and target not in names:
            yield Mistake(("routes", place, "channel"), unknown("channel", target, names))


def lexicon_mistakes(language: str, data: object) -> Iterator[Mistake]:
    """A lexicon of another language than its file is named for, lists it lacks, and patterns that do not compile."""
    from pipeline.extract.lexicon import LexiconFile, compile_lexicon
    from pipeline.extract.word_lists import BOUNDS, WORD_LISTS

    try:
        file = LexiconFile.model_validate(data)
    except ValidationError:
        return
    if file.language != language:
        message = f"{shown(file.language)} does not fit the file's name; write {language}, or rename the file"
        yield Mistake(("language",), message)
    for section, wanted, held in (("words", WORD_LISTS, file.words), ("bounds", BOUNDS, file.bounds)):
        for name in sorted(wanted.keys() - held.keys()):
            message = f"missing, so nothing could be read in this language; it holds words for: {wanted[name]}. "
            yield Mistake((section, name), f"{message}Take it from the lexicon that ships with Qwen Watch, or write []")
    try:
        compile_lexicon(language, file)
    except ValueError as error:
        place, _, message = str(error).partition(": ")
        steps = re.findall(r"(\w+)|\[(\d+)\]", place)
        yield Mistake(tuple(int(number) if number else word for word, number in steps), message)


def _entries(data: object, section: str) -> Entries:
    found = data.get(section) if isinstance(data, dict) else None
    listed = found if isinstance(found, list) else []
    return [(place, each) for place, each in enumerate(listed) if isinstance(each, dict)]


def _twice(entries: Entries, section: str, key: str, same: Callable[[str], str]) -> Iterator[Mistake]:
    seen: dict[str, int] = {}
    for place, entry in entries:
        value = entry.get(key)
        if not isinstance(value, str):
            continue
        first = seen.setdefault(same(value.strip()), place)
        if first != place:
            message = f"{key} {shown(value)} is already that of {section}[{first}]; take one of the two out"
            yield Mistake((section, place, key), message)


def _names_twice(entries: Entries, section: str) -> Iterator[Mistake]:
    owner: dict[str, int] = {}
    for place, entry in entries:
        for key in ("name", "aliases", "handles"):
            value = entry.get(key)
            names: Sequence[object] = value if isinstance(value, list) else [value]
            for name in names:
                if not isinstance(name, str):
                    continue
                first = owner.setdefault(("@" if key == "handles" else "") + name.lstrip("@").casefold(), place)
                if first != place:
                    message = f"{shown(name)} is already a name of {section}[{first}]; it can mean only one"
                    yield Mistake((section, place, key), message)


def _comes_back(name: str, parents: Mapping[str, object]) -> bool:
    seen: set[str] = set()
    above = parents.get(name)
    while isinstance(above, str) and above not in seen:
        if above == name:
            return True
        seen.add(above)
        above = parents.get(above)
    return False
