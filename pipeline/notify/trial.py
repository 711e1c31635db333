"""The message that tries a channel out: labelled as a test in its first words, and new each time."""

from __future__ import annotations

import datetime as dt

from pipeline.categories import AlertKind, Severity
from pipeline.ledger import Alert, Wording
from pipeline.notify.render import TRIAL
from pipeline.wording import LANGUAGES, words_in


def trial(channel: str, now: dt.datetime) -> Alert:
    """A test message for the channel of that name, in every language; it is of no event and stored nowhere."""
    title, body = "messages.trial_title", "messages.trial_body"
    said = {
        language: (words_in(language).say(title, channel=channel), words_in(language).say(body, channel=channel))
        for language in LANGUAGES
    }
    english = said.pop("en")
    return Alert(
        dedupe_key=f"{TRIAL}{channel}:{now.isoformat()}",
        kind=AlertKind.NEW_EVENT,
        severity=Severity.LOW,
        title=english[0],
        body=english[1],
        created_at=now,
        translations=tuple(Wording(language, *words, labels=()) for language, words in said.items()),
    )
