"""Every alert of the demo as its receivers got it, and docs/alerts.md, which shows some of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pipeline.ledger import Alert
from pipeline.notify.render import body, headline, sides
from pipeline.notify.webhook import WebhookChannel
from tests.newsroom.alert_samples import PAGE, alerts_of, digest_of, mailed, names_of, posted, renewed, samples
from tests.newsroom.expectations import Told
from tests.notify.block_kit import faults, texts
from tests.notify.examples import DISPUTE, NOW
from tests.notify.receiver import receiver
from warehouse import Published

CONSUMER = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def alerts(told: Told) -> list[Alert]:
    return alerts_of(told.data_dir)


def test_the_page_shows_what_the_demo_sends(alerts: list[Alert]) -> None:
    page, shown = PAGE.read_text("utf-8"), samples(alerts)
    assert renewed(page, shown) == page, "run: make demo && python -m tests.newsroom.alert_samples demo-data"
    assert sorted(names_of(page)) == sorted(shown)


def test_every_alert_reached_slack_within_the_limits_of_block_kit(told: Told, alerts: list[Alert]) -> None:
    query = "SELECT alert_id, message_id FROM deliveries WHERE channel = 'newsroom' AND state = 'sent'"
    told_in = dict(Published(told.data_dir).query(query).rows)
    assert told_in.keys() == {alert.alert_id for alert in alerts}
    assert told.slack.messages.keys() == set(told_in.values())
    for payloads in told.slack.messages.values():
        assert [fault for payload in payloads for fault in faults(payload)] == []
    for alert in alerts:
        said = " ".join(texts(list(told.slack.messages[told_in[alert.alert_id]])))
        assert alert.title.split(":")[0] in said
        # Where several alerts are one message, the first brings its words, and the others their sentence.
        own = alert.sides if told_in[alert.alert_id] == alert.alert_id else ()
        assert all(quote.text.split()[-1].rstrip("”.") in said for side in own for quote in side.quotes)


def test_every_mail_is_read_back_with_its_headline_its_words_and_who_says_so(told: Told, alerts: list[Alert]) -> None:
    by_id = {alert.alert_id: alert for alert in alerts}
    assert told.mail.messages
    for alert_id, [mail] in told.mail.messages.items():
        alert, plain, page = by_id[alert_id], mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert page is not None
        read = "".join(plain.get_content().split())
        assert mail["Subject"].strip() == headline(alert)
        assert "".join(body(alert).split()) in read
        for quote in (quote for side in sides(alert) for quote in side.quotes):
            assert "".join(quote.words.split()) in read
            assert "".join(quote.source.split()) in read
            assert (quote.link or "") in plain.get_content()


def test_a_digest_of_the_demo_reaches_slack_and_mail(alerts: list[Alert]) -> None:
    message = digest_of(alerts)
    payloads, [mail] = posted([message]), mailed([message])
    assert [fault for payload in payloads for fault in faults(payload)] == []
    assert mail["Subject"].strip() == headline(message)
    assert mail["X-Qwen-Watch-Alert"] == message.alert_id


@pytest.fixture
def is_genuine() -> Callable[..., bool]:
    """The receiver's side, as the page gives it to be copied."""
    assert CONSUMER is not None
    names: dict[str, Any] = {}
    exec(CONSUMER[1], names)
    return names["is_genuine"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("key", ["whsec_bWFkZSBmb3IgdGhlIHRlc3RzIG9mIHRoZSBwYWdl", "any long random text"])
def test_the_receivers_code_of_the_page_knows_a_genuine_message_from_others(
    is_genuine: Callable[..., bool], key: str
) -> None:
    with receiver() as running:
        WebhookChannel(running.url, key, lambda: NOW).send(DISPUTE)
        [post] = running.posts
    headers: Mapping[str, str] = post.headers
    assert is_genuine(headers, post.body, key, NOW.timestamp())
    assert not is_genuine(headers, post.body + b" ", key, NOW.timestamp())
    assert not is_genuine(headers, post.body, "another key", NOW.timestamp())
    assert not is_genuine({**headers, "webhook-id": "another"}, post.body, key, NOW.timestamp())
    assert not is_genuine(headers, post.body, key, NOW.timestamp() + 3600)
