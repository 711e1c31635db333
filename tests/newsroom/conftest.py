"""The story told once for all tests of this room: by the plain stages, over real HTTP, day by day."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
from collections.abc import Iterator

import pytest

from flows.cycle import cycle
from flows.reports import CycleReport
from pipeline.config import load_settings
from tests.newsroom import server
from tests.newsroom.configuration import SLACK_SECRET, write_config
from tests.newsroom.expectations import Told
from tests.newsroom.receivers import MailServer, SlackReceiver
from tests.newsroom.story import evenings


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    data = tmp_path_factory.mktemp("story")
    days: dict[dt.date, CycleReport] = {}
    printed = io.StringIO()
    slack, mail = SlackReceiver(), MailServer()
    with server.start(next(evenings())) as newsroom, contextlib.redirect_stdout(printed):
        write_config(data / "config", newsroom.port, slack.url, mail.port)
        settings = load_settings(data / "config")
        for at in evenings():
            newsroom.clock = at
            days[at.date()] = cycle(
                settings, data, at, lambda at=at: at, force=True, secret={SLACK_SECRET: slack.url}.get
            )
    yield Told(data, days, printed.getvalue(), slack, mail)
    slack.close()
    mail.close()
