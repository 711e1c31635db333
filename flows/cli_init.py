"""The command `init`: a configuration of one's own, for the lab that ships with the project or for another."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli_options import SHIPPED_CONFIG

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.config.topics import Topic


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(init)


EXAMPLES = """\b
Examples:
  qwen-watch init --topic deepseek watch-deepseek      a lab that there is a file for
  qwen-watch init --topic qwen                         the shipped one, into ./config, to edit
  qwen-watch init --name "Zhipu" --family GLM --hugging-face zai-org --github zai-org watch-zhipu
                                                       a skeleton for any other lab
"""
BY_HAND = 'qwen-watch init --name "Zhipu" --family GLM --hugging-face zai-org --github zai-org'


def init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", file_okay=False, help="Where the configuration is written.")
    ] = Path("config"),
    topic: Annotated[str | None, typer.Option("--topic", "-t", metavar="NAME", help="The lab to watch.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over what is in DIR.")] = False,
    name: Annotated[str | None, typer.Option("--name", metavar="LAB", help="A lab without a topic: its name.")] = None,
    alias: Annotated[list[str] | None, typer.Option("--alias", metavar="NAME", help="Another name of it.")] = None,
    family: Annotated[
        list[str] | None, typer.Option("--family", metavar="MODEL", help="A family of its models; may be repeated.")
    ] = None,
    hugging_face: Annotated[
        str | None, typer.Option("--hugging-face", metavar="ORG", help="Its organisation on Hugging Face.")
    ] = None,
    github: Annotated[
        str | None, typer.Option("--github", metavar="ORG[/REPO]", help="Its organisation on GitHub, or a repository.")
    ] = None,
    feed: Annotated[
        list[str] | None, typer.Option("--feed", metavar="URL", help="A feed of its own; may be repeated.")
    ] = None,
) -> int:
    """Write a configuration for a lab.

    Sources, watchlist, alerts, lexicons and schemas, complete and checked, to be edited from there.
    """
    from flows.reports import counted
    from pipeline.config.topics import configuration, skeleton

    if topic is not None and name is not None:
        raise typer.BadParameter("give --topic for a lab there is a file for, or --name for another; not both")
    if name is None:
        chosen = _topic(topic)
    else:
        places = {"--hugging-face": (hugging_face, 1), "--github": (github, 2)}
        for option, (value, parts) in places.items():
            _check_place(option, value, parts)
        if not family:
            raise typer.BadParameter("name at least one family of its models, such as GLM", param_hint="--family")
        chosen = skeleton(name, family, aliases=alias or (), hugging_face=hugging_face, github=github, feeds=feed or ())
    if directory.is_dir() and any(directory.iterdir()) and not force:
        raise typer.BadParameter(
            f"{directory} is not empty; name another directory, or give --force to write over what is in it",
            param_hint="DIR",
        )
    settings, written = _write(configuration(chosen, SHIPPED_CONFIG), directory)
    print(f"{directory}: a configuration for {chosen.file.title}")
    for path in written:
        print(f"  {path}")
    sources, names = len(settings.sources), len(settings.watchlist.entries)
    print(f"{counted(sources, 'source')}, {counted(names, 'watched name')}; checked, without a mistake")
    print(_next_steps(directory))
    return 0


def _topic(name: str | None) -> Topic:
    from pipeline.config.mistakes import unknown
    from pipeline.config.topics import load_topic, topic_names

    known = topic_names(SHIPPED_CONFIG)
    if name is None:
        raise typer.BadParameter(
            f"say which lab: --topic with one of {', '.join(known)}; or for another:\n  {BY_HAND}", param_hint="--topic"
        )
    if name.lower() not in known:
        message = unknown("topic", name, known)
        raise typer.BadParameter(f"{message}; for a lab without one:\n  {BY_HAND}", param_hint="--topic")
    return load_topic(SHIPPED_CONFIG, name.lower())


def _check_place(option: str, value: str | None, parts: int) -> None:
    """An organisation's name, or one with a repository, as the sites allow them."""
    if value is None or (re.fullmatch(r"[\w.-]+(?:/[\w.-]+)?", value, re.ASCII) and value.count("/") < parts):
        return
    wanted = "ORG" if parts == 1 else "ORG or ORG/REPO"
    raise typer.BadParameter(f"{value!r} is not {wanted}, as in the address of its page", param_hint=option)


def _write(files: dict[str, str], directory: Path) -> tuple[Settings, list[str]]:
    """Write and check the files elsewhere first, so that only a configuration without a mistake gets to `directory`."""
    from pipeline.config import load_settings, write_schemas
    from pipeline.errors import InputError

    with tempfile.TemporaryDirectory(prefix="qwen-watch-") as scratch:
        made = Path(scratch) / "config"
        for name, text in files.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        write_schemas(made / "schemas")
        settings = load_settings(made)
        try:
            shutil.copytree(made, directory, dirs_exist_ok=True)
        except OSError as error:
            raise InputError(f"{directory}: cannot be written: {error}") from error
        return settings, [str(path.relative_to(made)) for path in sorted(made.rglob("*")) if path.is_file()]


def _next_steps(directory: Path) -> str:
    return f"""
Next:
  edit {directory}/sources.yaml: an address under fetch.user_agent; sources of your own
  edit {directory}/watchlist.yaml: the people who matter
  qwen-watch check --config {directory}
  qwen-watch run --config {directory} --data {directory}-data
A data directory belongs to one configuration: keep that of another lab apart."""
