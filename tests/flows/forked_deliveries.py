"""Runs deliveries on request, each in a process of its own that may be killed: `DATA KEYING PLAIN` as arguments.

KEYING and PLAIN are addresses of webhooks. A line on standard input is how many alerts to raise first, undisturbed,
and after how many seconds to kill the delivery, if at all; it is answered with how the delivery ended.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from dataclasses import replace
from functools import partial
from pathlib import Path

from flows.clock import utc_now
from flows.delivery import deliver_pending
from flows.stages import WRITER_WAIT
from pipeline.categories import AlertKind, DeliveryMode, Severity
from pipeline.config import ChannelSettings, Route, Settings, load_settings
from pipeline.ledger import Alert
from pipeline.notify import route
from tests.flows.command import SHIPPED_CONFIG
from warehouse import Changes, writing

CHANNELS = ("keying", "plain")


def main() -> None:
    data, secrets = Path(sys.argv[1]), dict(zip(CHANNELS, sys.argv[2:], strict=True))
    settings = configured(load_settings(SHIPPED_CONFIG))
    raised = 0
    for line in sys.stdin:
        number, *seconds = line.split()
        if int(number):
            _in_child(partial(_raise, data, settings, range(raised, raised + int(number))))
            raised += int(number)
        print(_in_child(partial(_deliver, data, settings, secrets), *map(float, seconds)), flush=True)


def configured(shipped: Settings) -> Settings:
    channels = tuple(ChannelSettings(name, "slack", {"webhook_url_secret": name.upper()}) for name in CHANNELS)
    return replace(
        shipped, channels=channels, routes=tuple(Route(name, mode=DeliveryMode.INSTANT) for name in CHANNELS)
    )


def _raise(data: Path, settings: Settings, numbers: range) -> None:
    now = utc_now()
    alerts = [
        Alert(
            dedupe_key=f"new_event:e{number}::reported",
            kind=AlertKind.NEW_EVENT,
            severity=Severity.HIGH,
            event_id=f"e{number}",
            conflict_id=None,
            source_id=None,
            title=f"Event {number} happened.",
            body="",
            sides=(),
            created_at=now,
        )
        for number in numbers
    ]
    with writing(data, WRITER_WAIT, now) as writer:
        writer.commit(Changes(alerts=alerts, deliveries=route(alerts, settings.routes, now)))


def _deliver(data: Path, settings: Settings, secrets: dict[str, str]) -> None:
    report = deliver_pending(data, settings, utc_now, {name.upper(): url for name, url in secrets.items()}.get)
    assert not report.failed, report.problems


def _in_child(work, *kill_after: float) -> int:  # type: ignore[no-untyped-def]
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            if code:
                traceback.print_exc()  # the exit below would swallow what a test needs to know
            os._exit(code)
    for wait in kill_after:
        with os.fdopen(os.pidfd_open(child)) as end:
            ended, _, _ = select.select([end], [], [], wait)
        if not ended:
            os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main()
