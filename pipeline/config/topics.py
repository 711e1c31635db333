"""Topics: what it takes to watch another lab, as a file each, and the configuration that is made of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from pydantic import Field
from ruamel.yaml import YAML

from pipeline.categories import Tier
from pipeline.config.files import SourceEntry, Strict, WatchedModel, WatchedOrganisation, WatchedPerson
from pipeline.config.mistakes import of_model
from pipeline.config.values import Text
from pipeline.config.yaml_files import read_config_file
from pipeline.errors import ConfigurationError

_SHARED_TIERS = (Tier.PRESS, Tier.AGGREGATOR)
# Their addresses name what they look for, which is another lab's affair.
_QUERIES = frozenset({"gdelt", "google_news", "openalex", "semantic_scholar", "x_timeline"})
_WATCHED = ("organisations", "people", "models")
_WRITTEN_HERE = frozenset({"sources.yaml", "watchlist.yaml"})

_SOURCES_HEAD = """\
# yaml-language-server: $schema=schemas/sources.json
#
# What is watched: {title}. Written by `qwen-watch init`, and yours from here on.
#
#   kind       how the answer is read: {kinds}
#   publisher  who speaks there; "" takes it from each page, for sources that gather others
#   tier       official confirms a fact, press reports it, community and aggregator point to it
#   language   en or zh; left out, it is found from each page
#   every      the shortest time between two checks; servers that ask for more get more
#
# These are live sites that move and change, and were not all within reach when this was written:
# `qwen-watch sources` shows how each is doing after the first run. After a change, run `qwen-watch check`.

fetch:
  # Put an address in here under which a publisher can reach you: some refuse programs without one.
  user_agent: qwen-watch/0.1

"""
_WATCHLIST_HEAD = """\
# yaml-language-server: $schema=schemas/watchlist.json
#
# Who and what is watched: {title}. Extraction also finds people, organisations and models that are not listed;
# an entry makes sure that all names of one are taken for one, and marks it as watched.
#
#   name      the form used in facts, alerts and SQL
#   aliases   other names, in any script. Not needed: the other order of a Chinese name, its pinyin, and
#             traditional characters; series and sizes of a model (-Coder, 9B). These are worked out.
#   handles   account names, with or without the @ (put a leading @ in quotes)
#   parent    the wider organisation or model family, by its name in the same list
#
# After a change, run `qwen-watch check`.

"""


class TopicFile(Strict):
    """A lab as a file under `topics/`; with `shipped` it is the one of the configuration around it."""

    title: Text
    shipped: bool = False
    hacker_news: list[Text] = Field(default_factory=list)
    organisations: list[WatchedOrganisation] = Field(default_factory=list)
    people: list[WatchedPerson] = Field(default_factory=list)
    models: list[WatchedModel] = Field(default_factory=list)
    sources: list[SourceEntry] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Topic:
    """A lab to watch. `text` is its file, from which sections are taken as they stand, comments and all."""

    file: TopicFile
    text: str


def topic_names(directory: Path) -> tuple[str, ...]:
    """The topics there are under a configuration directory, by name."""
    return tuple(sorted(path.stem for path in (directory / "topics").glob("*.yaml")))


def load_topic(directory: Path, name: str) -> Topic:
    """The topic `name` of a configuration directory. Raises ConfigurationError with all mistakes in its file."""
    shown = f"topics/{name}.yaml"
    found = read_config_file(directory / shown, shown)
    mistakes = [found.broken] if found.broken else []
    mistakes += [found.at(each.path, each.message) for each in of_model(TopicFile, found.data)] if not mistakes else []
    if mistakes:
        raise ConfigurationError(mistakes)
    return Topic(TopicFile.model_validate(found.data), found.text)


def skeleton(
    name: str,
    families: Sequence[str],
    *,
    aliases: Sequence[str] = (),
    hugging_face: str | None = None,
    github: str | None = None,
    feeds: Sequence[str] = (),
) -> Topic:
    """A topic from the least that must be known of a lab: its name and its model families.

    `hugging_face` and `github` name an organisation there, `github` also a repository of one (`org/repository`).
    Raises ConfigurationError where that makes no sources.
    """
    data: dict[str, Any] = {
        "title": name,
        "hacker_news": list(dict.fromkeys(term.lower() for term in (name, *families))),
        "organisations": [{"name": name} | ({"aliases": list(aliases)} if aliases else {})],
        "people": [],
        "models": [{"name": family} for family in dict.fromkeys(families)],
        "sources": list(_own_sources(name, hugging_face, github, feeds)),
    }
    mistakes = [each.message for each in of_model(TopicFile, data)]
    if mistakes:
        raise ConfigurationError(mistakes)
    return Topic(TopicFile.model_validate(data), "".join(_section(key, data[key]) for key in (*_WATCHED, "sources")))


def configuration(topic: Topic, shipped: Path) -> dict[str, str]:
    """The files of a configuration for `topic`, by their path in it; all but sources and watchlist as shipped."""
    copied = [path for path in sorted(shipped.glob("*.yaml")) if topic.file.shipped or path.name not in _WRITTEN_HERE]
    files = {path.name: path.read_text("utf-8") for path in copied}
    files |= {f"lexicon/{path.name}": path.read_text("utf-8") for path in sorted((shipped / "lexicon").glob("*.yaml"))}
    if not topic.file.shipped:
        files["sources.yaml"] = _sources(topic, shipped)
        sections = "\n".join(_part(topic.text, key) for key in _WATCHED)
        files["watchlist.yaml"] = _WATCHLIST_HEAD.format(title=topic.file.title) + sections
    return files


def _sources(topic: Topic, shipped: Path) -> str:
    from pipeline.sources.registry import KINDS

    own = _part(topic.text, "sources")
    if not topic.file.sources:
        own = "sources:\n"
    listed = read_config_file(shipped / "sources.yaml", "sources.yaml").data
    known = listed["sources"] if isinstance(listed, dict) else []
    shared = [entry for entry in known if entry["tier"] in _SHARED_TIERS and entry["kind"] not in _QUERIES]
    stories = [_stories(term) for term in topic.file.hacker_news]
    return (
        _SOURCES_HEAD.format(title=topic.file.title, kinds=", ".join(sorted(KINDS)))
        + own.rstrip()
        + "\n\n  # --- Finds what no list of feeds has; stories are read at their own publishers, hence no name.\n\n"
        + _entries(stories)
        + "\n  # --- Press, and places that show when others have it: the same for every lab.\n\n"
        + _entries(shared)
    )


def _own_sources(
    name: str, hugging_face: str | None, github: str | None, feeds: Iterable[str]
) -> Iterable[dict[str, Any]]:
    official = {"publisher": name, "tier": "official"}
    for number, feed in enumerate(feeds, 1):
        label = f"{name} feed" if number == 1 else f"{name} feed {number}"
        yield {"name": label, "kind": "feed", "url": feed, **official, "every": "1h"}
    if github and "/" in github:
        url = f"https://github.com/{github}/releases.atom"
        yield {"name": f"{github} releases", "kind": "github_releases", "url": url, **official, "every": "2h"}
    elif github:
        yield {
            "name": f"{name} on GitHub",
            "kind": "listing",
            "url": f"https://github.com/{github}",
            **official,
            "every": "2h",
            "options": {"match": rf"(?i)^https://github\.com/{re.escape(github)}/[\w.-]+$"},
        }
    if hugging_face:
        asked = "sort=createdAt&direction=-1&limit=50&full=true"
        url = f"https://huggingface.co/api/models?author={hugging_face}&{asked}"
        yield {"name": f"{name} on Hugging Face", "kind": "huggingface", "url": url, **official, "every": "30m"}


def _stories(term: str) -> dict[str, Any]:
    return {
        "name": f"Hacker News, stories on {term}",
        "kind": "hackernews",
        "url": f"https://hn.algolia.com/api/v1/search_by_date?query={quote_plus(term)}&tags=story",
        "publisher": "",
        "tier": "community",
        "every": "30m",
    }


def _part(text: str, key: str) -> str:
    """A top-level section of a file as it stands, comments within it and all."""
    found = re.search(rf"^{key}:.*\n(?:(?:[ #].*)?\n)*", text, re.MULTILINE)
    return found[0].rstrip() + "\n" if found else f"{key}: []\n"


def _section(key: str, value: object) -> str:
    return _yaml({key: value}) if value else f"{key}: []\n"


def _entries(entries: Sequence[Mapping[str, Any]]) -> str:
    """List items as they stand below a key."""
    return _yaml({"sources": [dict(entry) for entry in entries]}).partition("\n")[2] if entries else ""


def _yaml(data: object) -> str:
    writer = YAML()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = 120
    out = StringIO()
    writer.dump(data, out)
    return out.getvalue()
