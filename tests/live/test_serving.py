"""Page and health over a real socket, and what is kept out."""

from __future__ import annotations

import datetime as dt
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace

import httpx
import pytest

from flows.addresses import Address
from flows.live.listening import listening
from flows.live.security import allowed_hosts, is_loopback
from pipeline.errors import QwenWatchError
from tests.flows.command import ROOT, qwen_watch
from tests.live.conftest import STALE_AFTER, Live
from tests.warehouse.records import NOW, departure, document, turn
from warehouse import Changes


def test_the_page_is_the_report_with_headers_that_keep_others_out(live: Live) -> None:
    answer = live.get("/")
    assert answer.status_code == 200
    assert "Lu Ming" in answer.text
    headers = answer.headers
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")
    assert headers["content-security-policy"] == "frame-ancestors 'none'"
    assert "access-control-allow-origin" not in live.get("/api/facts", Origin="https://evil.example").headers
    assert live.get("/api/facts").headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
def test_a_request_for_another_host_is_refused_on_every_address(live: Live, host: str) -> None:
    for path in ("/", "/api/facts", "/health", "/api/openapi.json"):
        assert live.get(path, Host=host).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8400", "[::1]:8400", "LOCALHOST:1"])
def test_this_machines_own_names_are_answered(live: Live, host: str) -> None:
    assert live.get("/health", Host=host).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(live: Live, method: str) -> None:
    for path in ("/", "/api/facts", "/health"):
        assert live.client.request(method, path).status_code == 405


def test_health_tells_the_last_good_cycle_the_failing_sources_and_the_age_of_the_copy(live: Live) -> None:
    live.clock.now = NOW + dt.timedelta(minutes=5)
    answer = live.get("/health")
    assert answer.status_code == 200
    health = answer.json()
    assert (health["status"], health["sources"], health["failing_sources"]) == ("ok", 1, [])
    assert dt.datetime.fromisoformat(health["last_good_cycle"]) == NOW
    assert health["copy_published_at"]
    assert health["copy_age_seconds"] >= 0


def test_health_fails_once_the_last_good_cycle_is_too_old(live: Live) -> None:
    live.clock.now = NOW + STALE_AFTER
    assert live.get("/health").status_code == 200
    live.clock.now = NOW + STALE_AFTER + dt.timedelta(seconds=1)
    answer = live.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "stale")
    assert "qwen-watch sources" in answer.json()["reason"]


def test_health_and_page_of_nothing_say_so(empty: Live) -> None:
    assert empty.get("/health").json()["status"] == "empty"
    assert empty.get("/health").status_code == 503
    assert "qwen-watch run" in empty.get("/").json()["detail"]


def test_a_damaged_copy_is_broken_and_not_healthy(empty: Live) -> None:
    (empty.data_dir / "qwen.duckdb").write_bytes(b"not a database" * 1000)
    assert (empty.get("/health").status_code, empty.get("/health").json()["status"]) == (503, "broken")
    assert empty.get("/api/facts").status_code == 503


def test_the_page_and_the_mark_follow_the_copy(empty: Live) -> None:
    turn(empty.data_dir, departure())
    before, etag = empty.get("/").text, empty.get("/api/facts").headers["etag"]
    assert "of 4 publishers" not in before
    turn(empty.data_dir, Changes(documents=[replace(document("https://new.example/x"), publisher="Another")]))
    assert empty.get("/").text != before
    assert empty.get("/api/facts", **{"If-None-Match": etag}).status_code == 200


def test_a_port_in_use_is_told_with_what_to_do(live: Live) -> None:
    taken = Address("127.0.0.1", live.client.base_url.port or 0)
    with pytest.raises(QwenWatchError, match="give another address with --listen"), listening(None, taken):  # type: ignore[arg-type]
        pass


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8400", ("127.0.0.1", 8400)),
        (":0", ("127.0.0.1", 0)),
        ("[::1]:80", ("::1", 80)),
        ("box:1", ("box", 1)),
    ],
)
def test_addresses_are_read(text: str, address: tuple[str, int]) -> None:
    assert Address.read(text) == Address(*address)


@pytest.mark.parametrize("text", ["8400", "host:", "host:99999", "host:port", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"write it like 127\.0\.0\.1:8400"):
        Address.read(text)


def test_only_loopback_is_safe_without_a_warning() -> None:
    assert [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "127.9.9.9")] == [True] * 4
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "192.168.1.4", "example.org")] == [False] * 4
    assert "*" not in allowed_hosts("0.0.0.0")
    assert "0.0.0.0" not in allowed_hosts("0.0.0.0")
    assert "box.lan" in allowed_hosts("0.0.0.0", ("BOX.lan",))


def test_serve_page_only_shows_the_page_until_it_is_interrupted(live: Live) -> None:
    command = [sys.executable, "-m", "flows.cli", "serve", "--page-only", "--listen", "127.0.0.1:0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QWEN_WATCH_DATA": str(live.data_dir)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert found
        assert "Lu Ming" in httpx.get(found[0], trust_env=False).text
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out, err) == (0, "stopped\n", "")


def test_a_wrong_address_is_a_usage_error() -> None:
    done = qwen_watch("serve", "--page-only", "--listen", "8400")
    assert (done.code, "127.0.0.1:8400" in done.err) == (2, True)
