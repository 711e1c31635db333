"""Init: a complete configuration of one's own, for a lab with a topic or for one of which only little is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.cli import exit_code
from flows.cli_options import SHIPPED_CONFIG
from pipeline.categories import EntityKind, Tier
from pipeline.config import Settings, load_settings
from pipeline.config.schemas import schemas
from pipeline.config.topics import topic_names
from tests.flows.command import qwen_watch

TOPICS = topic_names(SHIPPED_CONFIG)


def init(*arguments: object) -> int:
    return exit_code(["init", *map(str, arguments)])


def written(directory: Path, *arguments: object) -> Settings:
    assert init(*arguments, directory) == 0
    return load_settings(directory)


def test_there_is_a_topic_for_the_labs_that_people_ask_for() -> None:
    assert set(TOPICS) >= {"deepseek", "llama", "moonshot", "openai", "qwen"}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_makes_a_configuration_that_check_finds_fine(
    topic: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init("--topic", topic, tmp_path / "own") == 0
    assert exit_code(["check", "--config", str(tmp_path / "own")]) == 0
    assert f"{tmp_path / 'own'}: fine; " in capsys.readouterr().out


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_has_a_chain_people_models_and_sources_of_its_own(topic: str, tmp_path: Path) -> None:
    settings = written(tmp_path / "own", "--topic", topic)
    assert all(settings.watchlist.of_kind(kind) for kind in EntityKind)
    official = [source for source in settings.sources if source.tier is Tier.OFFICIAL]
    assert {"huggingface", "hackernews", "feed"} <= {source.kind for source in settings.sources}
    assert any("github" in source.url for source in official)
    assert any(source.tier is Tier.PRESS and source.language == "zh" for source in settings.sources)
    assert any(not alias.isascii() for entry in settings.watchlist.entries for alias in entry.aliases)


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic != "qwen"])
def test_another_labs_watchlist_does_not_say_qwen(topic: str, tmp_path: Path) -> None:
    written(tmp_path / "own", "--topic", topic)
    files = ("sources.yaml", "watchlist.yaml")
    text = "".join((tmp_path / "own" / name).read_text("utf-8") for name in files)
    assert "qwen" not in text.lower().replace("qwen-watch", "")


def test_the_shipped_topic_is_the_shipped_configuration(tmp_path: Path) -> None:
    assert written(tmp_path / "own", "--topic", "qwen").watchlist == load_settings(SHIPPED_CONFIG).watchlist
    assert (tmp_path / "own" / "sources.yaml").read_bytes() == (SHIPPED_CONFIG / "sources.yaml").read_bytes()


def test_lexicons_alerts_and_schemas_come_along(tmp_path: Path) -> None:
    written(tmp_path / "own", "--topic", "deepseek")
    for name in ("alerts.yaml", "lexicon/en.yaml", "lexicon/zh.yaml"):
        assert (tmp_path / "own" / name).read_bytes() == (SHIPPED_CONFIG / name).read_bytes()
    assert {path.name for path in (tmp_path / "own" / "schemas").iterdir()} == set(schemas())


def test_the_real_command_says_what_it_wrote_and_what_to_do_next(tmp_path: Path) -> None:
    done = qwen_watch("init", "--topic", "moonshot", cwd=tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("config: a configuration for Moonshot AI\n  alerts.yaml\n")
    assert "qwen-watch run --config config --data config-data" in done.out
    assert (tmp_path / "config" / "sources.yaml").is_file()


def test_a_directory_with_something_in_it_is_left_alone_unless_forced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "watchlist.yaml").write_text("mine", "utf-8")
    (tmp_path / "notes.txt").write_text("mine", "utf-8")
    assert init("--topic", "openai", tmp_path) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["notes.txt", "watchlist.yaml"]
    assert init("--topic", "openai", "--force", tmp_path) == 0
    assert "OpenAI" in (tmp_path / "watchlist.yaml").read_text("utf-8")
    assert (tmp_path / "notes.txt").read_text("utf-8") == "mine"


def test_an_unknown_topic_names_those_there_are_and_the_way_without_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init("--topic", "deepseak", tmp_path / "own") == 2
    told = capsys.readouterr().err
    assert "did you mean 'deepseek'? one of: " + ", ".join(TOPICS) in told
    assert '--name "Zhipu" --family GLM --hugging-face zai-org --github zai-org' in told
    assert not (tmp_path / "own").exists()


def test_options_make_a_skeleton_for_a_lab_without_a_topic(tmp_path: Path) -> None:
    settings = written(
        tmp_path / "own",
        *("--name", "Zhipu", "--alias", "智谱", "--family", "GLM", "--family", "CogView"),
        *("--hugging-face", "zai-org", "--github", "zai-org", "--feed", "https://zhipu.example/feed.xml"),
    )
    [lab] = settings.watchlist.of_kind(EntityKind.ORGANISATION)
    assert (lab.name, lab.aliases) == ("Zhipu", ("智谱",))
    assert [entry.name for entry in settings.watchlist.of_kind(EntityKind.MODEL)] == ["GLM", "CogView"]
    own = {source.kind: source.url for source in settings.sources if source.tier is Tier.OFFICIAL}
    assert own["feed"] == "https://zhipu.example/feed.xml"
    assert own["listing"] == "https://github.com/zai-org"
    assert "author=zai-org&" in own["huggingface"]
    terms = [source.name for source in settings.sources if source.kind == "hackernews"]
    assert terms == [f"Hacker News, stories on {term}" for term in ("zhipu", "glm", "cogview")]


def test_a_repository_on_github_is_watched_for_its_releases(tmp_path: Path) -> None:
    settings = written(tmp_path / "own", "--name", "Zhipu", "--family", "GLM", "--github", "zai-org/GLM")
    assert "https://github.com/zai-org/GLM/releases.atom" in {source.url for source in settings.sources}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say which lab"),
        (("--topic", "qwen", "--name", "Zhipu"), "not both"),
        (("--name", "Zhipu"), "at least one family"),
        (("--name", "Zhipu", "--family", "GLM", "--hugging-face", "https://huggingface.co/zai-org"), "is not ORG"),
        (("--name", "Zhipu", "--family", "GLM", "--github", "a/b/c"), "is not ORG or ORG/REPO"),
        (("--name", "Zhipu", "--family", "GLM", "--feed", "zhipu.example"), "is not a web address"),
    ],
    ids=["nothing", "both", "no family", "an address", "too deep", "no address"],
)
def test_what_cannot_be_is_a_usage_error_and_writes_nothing(
    arguments: tuple[str, ...], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(*arguments, tmp_path / "own") == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "own").exists()


def test_a_name_that_yaml_would_read_otherwise_stays_a_name(tmp_path: Path) -> None:
    settings = written(tmp_path / "own", "--name", "01.AI: [labs] #1", "--family", "Yi")
    [lab] = settings.watchlist.of_kind(EntityKind.ORGANISATION)
    assert lab.name == "01.AI: [labs] #1"
