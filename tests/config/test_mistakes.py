"""Every mistake is reported at once, each with file, line, place, what is wrong and the fix."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.sources.registry import KINDS
from tests.config.conftest import mistakes

Spoil = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "kind: feed",
            "kind: feeed",
            "sources.yaml:5: sources[0].kind: unknown kind 'feeed'; did you mean 'feed'? "
            f"one of: {', '.join(sorted(KINDS))}",
        ),
        (
            "language: en",
            "langauge: en",
            "sources.yaml:9: sources[0].langauge: unknown key 'langauge'; did you mean 'language'? "
            "one of: enabled, every, extractor, kind, language, name, options, publisher, tier, url",
        ),
        (
            "tier: press",
            "tier: Presse",
            "sources.yaml:8: sources[0].tier: unknown value 'Presse'; did you mean 'press'? "
            "one of: aggregator, community, official, press",
        ),
        (
            "every: 30m",
            "every: 30 minutes",
            "sources.yaml:10: sources[0].every: '30 minutes' is not a duration; "
            'a duration is written like "30m", "6h" or "1d"',
        ),
        (
            "every: 30m",
            "every: 30",
            'sources.yaml:10: sources[0].every: 30 is not a duration; a duration is written like "30m", "6h" or "1d"',
        ),
        (
            "every: 30m",
            "every: 10s",
            "sources.yaml:10: sources[0].every: a source may be asked once a minute at most; write 1m or more",
        ),
        (
            "    url: https://harbour.example/feed.xml\n",
            "",
            "sources.yaml:4: sources[0].url: this is missing; add `url:` (The address that is asked)",
        ),
        (
            "https://team.example/news",
            "https://harbour.example/feed.xml",
            "sources.yaml:13: sources[1].url: url 'https://harbour.example/feed.xml' is already that of "
            "sources[0]; take one of the two out",
        ),
        (
            "https://team.example/news",
            "team.example/news",
            "sources.yaml:13: sources[1].url: 'team.example/news' is not a web address; "
            "write it in full, such as https://example.org/feed",
        ),
        (
            "name: Team page",
            "name: 2026",
            'sources.yaml:11: sources[1].name: this must be a text, not the number 2026; put it in quotes: "2026"',
        ),
        (
            "selector: a.news",
            "selektor: a.news",
            "sources.yaml:18: sources[1].options.selektor: unknown option of kind listing 'selektor'; "
            "did you mean 'selector'? one of: date, match, robots, selector, summary, title",
        ),
        (
            "language: en",
            "enabled: maybe",
            "sources.yaml:9: sources[0].enabled: this must be true or false, not the text 'maybe'",
        ),
        (
            "user_agent: test/1 (ada@desk.example)",
            "workers: 0",
            "sources.yaml:2: fetch.workers: 0 is out of range; it must be greater than or equal to 1",
        ),
        (
            "user_agent: test/1 (ada@desk.example)",
            "max_bytes: 8 megabytes",
            "sources.yaml:2: fetch.max_bytes: '8 megabytes' is not a size; "
            'a size is written like "8 MiB" or "512 KiB"',
        ),
        (
            "user_agent: test/1 (ada@desk.example)",
            "gateway: https://127.0.0.1:1",
            "sources.yaml:2: fetch.gateway: 'https://127.0.0.1:1' is not a gateway; "
            "it takes an http address such as http://127.0.0.1:8099",
        ),
        (
            "user_agent: test/1 (ada@desk.example)",
            "allow_networks: [10.1.0.1/16]",
            "sources.yaml:2: fetch.allow_networks[0]: '10.1.0.1/16' is not a network "
            "(10.1.0.1/16 has host bits set); write it like 10.1.0.0/16, or one address",
        ),
        (
            "user_agent: test/1 (ada@desk.example)",
            "allow_networks: ['::/0']",
            "sources.yaml:2: fetch.allow_networks[0]: '::/0' would allow nearly everything; "
            "name the networks that are watched, such as 10.0.0.0/8",
        ),
    ],
)
def test_a_mistake_in_the_sources(spoil: Spoil, old: str, new: str, told: str) -> None:
    assert spoil("sources.yaml", old, new) == [told]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "parent: Harbour Group",
            "parent: Harbor Group",
            "watchlist.yaml:5: organisations[1].parent: unknown parent 'Harbor Group'; "
            "did you mean 'Harbour Group'? one of: Harbour Group, Model team",
        ),
        (
            "aliases: [港湾集团]",
            "parent: Model team",
            "watchlist.yaml:3: organisations[0].parent: 'Harbour Group' is its own parent in the end; take one out",
        ),
        (
            "- name: Lantern Small",
            "- name: LANTERN",
            "watchlist.yaml:12: models[1].name: 'LANTERN' is already a name of models[0]; it can mean only one",
        ),
        (
            "people:",
            "peopel:",
            "watchlist.yaml:6: peopel: unknown key 'peopel'; did you mean 'people'? "
            "one of: models, organisations, people",
        ),
        (
            "aliases: [魏然]",
            "aliases: 魏然",
            "watchlist.yaml:8: people[0].aliases: this must be a list (lines that begin with -), not the text '魏然'",
        ),
    ],
)
def test_a_mistake_in_the_watchlist(spoil: Spoil, old: str, new: str, told: str) -> None:
    assert told in spoil("watchlist.yaml", old, new)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "channel: team",
            "channel: taem",
            "alerts.yaml:17: routes[1].channel: unknown channel 'taem'; did you mean 'team'? one of: desk, here, team",
        ),
        (
            "kind: slack",
            "kind: slak",
            "alerts.yaml:5: channels[1].kind: unknown kind 'slak'; did you mean 'slack'? "
            "one of: apprise, console, email, feed, slack, webhook",
        ),
        (
            "kinds: [conflict_opened, conflict_resolved]",
            "kinds: [conflict_opened, conflict_open]",
            "alerts.yaml:18: routes[1].kinds[1]: unknown value 'conflict_open'; did you mean 'conflict_opened'? "
            "one of: conflict_opened, conflict_resolved, correction, fact_changed, new_event, source_failing, "
            "source_recovered, status_raised",
        ),
        (
            "kinds: [conflict_opened, conflict_resolved]",
            "kinds: []",
            "alerts.yaml:18: routes[1].kinds: this list is empty; write at least one entry",
        ),
        (
            "webhook_url_secret",
            "webhook_secret",
            "alerts.yaml:7: channels[1].options.webhook_secret: unknown key 'webhook_secret'; "
            "did you mean 'webhook_url_secret'? "
            "one of: api_url, channel, language, timeout, token_secret, webhook_url_secret",
        ),
        (
            "host: mail.desk.example",
            "port: 70000",
            "alerts.yaml:12: channels[2].options.port: 70000 is out of range; it must be less than or equal to 65535",
        ),
        (
            "sender: Watch <watch@desk.example>",
            "sender: watch at desk",
            "alerts.yaml:13: channels[2].options.sender: 'watch at desk' is not an e-mail address; "
            "write ada@example.org or Ada <ada@example.org>",
        ),
        (
            "host: mail.desk.example",
            "host: mail.desk.example\n      username: watch",
            "alerts.yaml:11: channels[2].options: username and password_secret go together; "
            "add password_secret or leave out both",
        ),
        (
            "host: mail.desk.example",
            "host: mail.desk.example\n      security: plain\n      username: w\n      password_secret: MAIL_PW",
            "alerts.yaml:11: channels[2].options: security plain would send the password readable over the "
            "network; write starttls or tls",
        ),
        (
            "name: team",
            "name: here",
            "alerts.yaml:4: channels[1].name: name 'here' is already that of channels[0]; take one of the two out",
        ),
    ],
)
def test_a_mistake_in_the_alerts(spoil: Spoil, old: str, new: str, told: str) -> None:
    assert told in spoil("alerts.yaml", old, new)


def test_all_mistakes_of_all_files_are_told_at_once_in_the_order_of_their_lines(directory: Path, spoil: Spoil) -> None:
    spoil("sources.yaml", "tier: official", "tier: oficial")
    spoil("sources.yaml", "kind: feed", "kind: feeds")
    spoil("watchlist.yaml", "models:", "model:")
    (directory / "lexicon" / "en.yaml").unlink()
    found = spoil("alerts.yaml", "channels:\n", "channels:\n  - oops\n")
    assert [line.split(": ")[0] for line in found] == [
        "sources.yaml:5",
        "sources.yaml:15",
        "watchlist.yaml:10",
        "alerts.yaml:2",
        "lexicon/",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "alerts.yaml: the file is empty; copy the one that ships with Qwen Watch"),
        ("# nothing yet\n", "alerts.yaml: the file is empty; copy the one that ships with Qwen Watch"),
        ("channels: [\nroutes: 2\n", "alerts.yaml:3: not valid YAML: did not find expected ',' or ']'"),
        (
            "channels: []\nchannels: []\n",
            'alerts.yaml:2: not valid YAML: found duplicate key "channels"; keep one of the two',
        ),
        (
            "channels:\n\t- name: x\n",
            "alerts.yaml:2: not valid YAML: found character that cannot start any token; "
            "indent with spaces, not tabs, and put texts that begin with @ ` % or ! in quotes",
        ),
        (
            "channels: a: b\n",
            "alerts.yaml:1: not valid YAML: mapping values are not allowed in this context; "
            "put a text that has a colon in it in quotes",
        ),
        ("- a\n- b\n", "alerts.yaml:1: this must be keys with values below it, not a list"),
        ("just words\n", "alerts.yaml:1: this must be keys with values below it, not the text 'just words'"),
        (
            "channels:\nroutes: []\n",
            "alerts.yaml:1: channels: this must be a list (lines that begin with -), not nothing",
        ),
        ("channels: []\n", "alerts.yaml:1: routes: this is missing; add `routes:`"),
    ],
)
def test_a_file_that_is_not_what_it_should_be(directory: Path, text: str, told: str) -> None:
    (directory / "alerts.yaml").write_text(text, "utf-8")
    assert mistakes(directory) == [told]


def test_a_file_that_is_missing_or_no_text_is_named(directory: Path) -> None:
    (directory / "watchlist.yaml").unlink()
    (directory / "alerts.yaml").write_bytes(b"channels: [\xff\xfe]\n")
    assert mistakes(directory) == [
        "watchlist.yaml: the file is missing; copy the one that ships with Qwen Watch",
        "alerts.yaml: not UTF-8 text (byte 11); save it as UTF-8",
    ]


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(directory: Path) -> None:
    path = directory / "sources.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert mistakes(directory) == []


def test_yes_and_no_and_dates_are_what_yaml_1_2_makes_of_them(spoil: Spoil) -> None:
    assert spoil("watchlist.yaml", "- name: Lantern\n", "- name: no\n  - name: Lantern\n") == []
    (told,) = spoil("watchlist.yaml", "- name: no\n", "- name: 2026-03-03\n")
    assert told.endswith('this must be a text, not a date; put it in quotes: "2026-03-03"')


def test_a_lexicon_whose_pattern_is_broken_is_named_with_the_line(directory: Path, spoil: Spoil) -> None:
    path = directory / "lexicon" / "en.yaml"
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if text == "date_patterns:")
    (told,) = spoil("lexicon/en.yaml", "date_patterns:\n", "date_patterns:\n  - '(unclosed'\n")
    assert told.startswith(f"lexicon/en.yaml:{line + 1}: date_patterns[0]: not a regular expression: '(unclosed'")


def test_a_lexicon_that_lacks_a_word_list_is_told_what_the_list_is_for(spoil: Spoil) -> None:
    (told,) = spoil("lexicon/en.yaml", "  pronouns:", "  pronouns_of_old:")
    assert told.startswith("lexicon/en.yaml")
    assert "words.pronouns: missing" in told
    assert "pronouns of the third person as a subject" in told
    assert "write []" in told


def test_a_lexicon_named_for_another_language_is_told(spoil: Spoil) -> None:
    (told,) = spoil("lexicon/en.yaml", "language: en", "language: fr")
    assert "language: 'fr' does not fit the file's name; write en, or rename the file" in told
