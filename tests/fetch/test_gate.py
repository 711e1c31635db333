"""The gate: which addresses are asked, however a URL, a redirect or a name server spells them."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import FailureKind, Outcome
from pipeline.fetch.address_ranges import FORBIDDEN, forbidden
from pipeline.fetch.client import Client
from pipeline.fetch.gate import Resolver
from pipeline.fetch.targets import refusal
from pipeline.model import Fetch
from tests.fetch.conftest import NOW, Limits
from tests.fetch.server import Site, reply
from tests.notify.mail_server import make_certificate

PUBLIC = ["93.184.216.34", "8.8.8.8", "47.88.0.1", "2606:2800:220:1:248:1893:25c8:1946", "2400:3200::1"]
LOOPBACK = (ip_network("127.0.0.0/8"),)
ODD_HOSTS = [
    *("0x7f.1", "0x7f000001", "0177.0.0.1", "2130706433", "127.1", "127.0.1", "127.0.0.1.", "127.0.0.01"),
    *("127.0.0.256", "1.2.3.4.5", "0x", "\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "127\uff0e0.0.1"),
    *("loc\u00adalhost", "\u24d4xample.org", "\u200b.example.org", "%31%32%37.0.0.1", "example%2eorg"),
    *("a..b", ".example.org", "a" * 64 + ".org", ".".join(["a" * 60] * 5), "exa mple.org", "exa<mple.org"),
    *("[::1%25lo]", "[fe80::1%eth0]", "[::1", "[127.0.0.1]", "[::g]", "a:b:c", "", "exa|mple.org"),
    *("example.org:0", "example.org:99999", "example.org:8a", "example.org\t", "example.org\\@evil.example"),
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    assert forbidden(address, ()) is None


@pytest.mark.parametrize("each", FORBIDDEN, ids=lambda each: f"{each.network}")
def test_a_forbidden_range_is_closed_from_end_to_end_and_names_its_reason(each: object) -> None:
    for address in (each.network.network_address, each.network.broadcast_address):
        assert forbidden(str(address), ()) is not None
        assert forbidden(str(address), [each.network]) is None
    assert any(str(each.network) in (forbidden(str(address), ()) or "") for address in _some(each.network))


def _some(network: object) -> list[object]:
    first, last = int(network.network_address), int(network.broadcast_address)
    kind = type(network.network_address)
    return [kind(first + (last - first) * part // 16) for part in range(17)]


@given(st.ip_addresses(v=4))
def test_what_the_library_calls_private_is_refused_in_every_embedding(inner: IPv4Address) -> None:
    if not inner.is_global:
        assert forbidden(str(inner), ())
    number = int(inner)
    for prefix, shift in (("::", 0), ("::ffff:0:0", 0), ("64:ff9b::", 0), ("2002::", 80), ("64:ff9b:1::", 0)):
        assert forbidden(str(IPv6Address(int(IPv6Address(prefix)) | number << shift)), LOOPBACK)


@given(st.ip_addresses(v=6))
def test_no_address_that_the_library_calls_special_is_let_through(address: IPv6Address) -> None:
    if not address.is_global:
        assert forbidden(str(address), ())


@pytest.mark.parametrize("host", ODD_HOSTS, ids=ascii)
def test_an_odd_spelling_of_a_host_is_refused_with_a_reason(host: str) -> None:
    refused = refusal(f"http://{host}/feed", LOOPBACK)
    assert refused is not None
    assert refused.failure is FailureKind.FORBIDDEN_ADDRESS
    assert "\n" not in refused.reason


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/feed",
        "HTTPS://Example.ORG:8443/a%20b?q=1@2#x",
        "http://example.org./",
        "http://r3---sn-x_y.example.org/",
        "https://中文.example/新闻",
        "http://xn--fiq228c.example/",
        "http://93.184.216.34/feed",
        "http://[2606:2800:220:1::1]:8080/",
        "http://4chan.org/",
    ],
)
def test_an_ordinary_url_passes(url: str) -> None:
    assert refusal(url) is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://user@example.org/", "carries user info"),
        ("http://user:secret@example.org/", "carries user info"),
        ("http://127.0.0.1@example.org/", "carries user info"),
        ("http://127.0.0.1/", "127.0.0.1 is loopback (127.0.0.0/8, RFC 1122)"),
        ("http://[::ffff:7f00:1]/", "is IPv4 in IPv6 (mapped) (::ffff:0:0/96, RFC 4291)"),
        ("http://169.254.169.254/latest/meta-data/", "is link-local (169.254.0.0/16, RFC 3927)"),
        ("http://example.org/a\\b", "holds a backslash"),
        ("http://example.org/a b", "white space"),
        ("http://example.org/a\r\nX: y", "control character"),
        ("gopher://example.org/", "only http and https"),
    ],
)
def test_a_refusal_names_its_reason(url: str, reason: str) -> None:
    refused = refusal(url)
    assert refused is not None
    assert reason in refused.reason


@given(st.text(max_size=60))
def test_no_text_breaks_the_judge_of_urls(text: str) -> None:
    for url in (text, "http://" + text, "http://example.org/" + text):
        refused = refusal(url)
        assert refused is None or refused.reason


class Names:
    """A name server of the test's own, which may change its mind."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def fetch(url: str, resolver: Resolver, **limits: object) -> Fetch:
    with Client(replace(Limits(), **limits), None, resolver=resolver) as client:
        return client.fetch("source", url, None, NOW)


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked(site: Site) -> None:
    site.answers["/a"] = reply(b"<p>a page</p>")
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    got = fetch(f"http://desk.example:{site.port}/a", names)
    assert got.outcome is Outcome.NEW
    assert names.asked == ["desk.example"]
    assert site.asked[0].headers["host"] == f"desk.example:{site.port}"


@pytest.mark.parametrize("inner", ["10.0.0.1", "127.0.0.1", "::1", "64:ff9b::7f00:1", "fd00:ec2::254"])
def test_a_name_that_points_into_a_network_is_not_asked(site: Site, inner: str) -> None:
    got = fetch(f"http://desk.example:{site.port}/a", Names(["93.184.216.34", inner]), allow_networks=())
    assert (got.outcome, got.failure, got.status) == (Outcome.BLOCKED, FailureKind.FORBIDDEN_ADDRESS, None)
    assert inner in (got.error or "")
    assert "fetch: allow_networks" in (got.error or "")
    assert site.asked == []


def test_a_name_that_turns_inward_after_a_redirect_is_not_asked_again(site: Site) -> None:
    site.answers["/a"] = reply(b"", 302, Location=f"http://desk.example:{site.port + 1}/b")
    got = fetch(
        f"http://desk.example:{site.port}/a",
        Names(["127.0.0.1"], ["127.9.9.9"]),
        allow_networks=(ip_network("127.0.0.1/32"),),
    )
    assert (got.outcome, got.failure) == (Outcome.BLOCKED, FailureKind.FORBIDDEN_ADDRESS)
    assert [asked.path for asked in site.asked] == ["/a"]


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("\\\\evil.example\\x", "backslash"),
        ("/b c", "white space"),
        ("http://0x7f.1/b", "odd form"),
        ("//2130706433/b", "odd form"),
        ("http://[::ffff:127.0.0.1]/b", "IPv4 in IPv6 (mapped)"),
        ("http://a@127.0.0.1/b", "user info"),
        ("file:///etc/hosts", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("https:////[]", "does not appear to be"),
    ],
)
def test_a_redirect_passes_the_same_gate(site: Site, location: str, reason: str) -> None:
    site.answers["/a"] = reply(b"", 302, Location=location)
    got = fetch(site.url("/a"), Names())
    assert (got.failure, got.status) == (FailureKind.FORBIDDEN_ADDRESS, 302)
    assert "is redirected: " in (got.error or "")
    assert reason in (got.error or "")


def test_a_redirect_to_an_allowed_network_is_followed(site: Site) -> None:
    site.answers["/a"] = reply(b"", 302, Location=f"HTTP://127.0.0.1:{site.port}/b")
    site.answers["/b"] = reply(b"<p>a page</p>")
    assert fetch(site.url("/a"), Names()).outcome is Outcome.NEW


def test_a_gateway_is_the_operator_s_own_word_but_inner_addresses_are_not_passed_on_to_it(site: Site) -> None:
    site.answers["/a"] = reply(b"<p>a page</p>")
    gateway = f"http://127.0.0.1:{site.port}"
    assert fetch("https://desk.example/a", Names(), gateway=gateway, allow_networks=()).outcome is Outcome.NEW
    assert fetch("http://10.0.0.1/a", Names(), gateway=gateway, allow_networks=()).outcome is Outcome.BLOCKED


def test_an_unknown_name_and_a_silent_name_server_are_told_as_such() -> None:
    def unknown(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    got = fetch("http://nowhere.example/", unknown)
    assert (got.failure, got.error) == (
        FailureKind.DNS,
        "could not connect to nowhere.example: its name is not known (Name or service not known)",
    )
    released = threading.Event()

    def silent(_host: str, _port: int) -> Sequence[str]:
        released.wait(60)
        return ["127.0.0.1"]

    got = fetch("http://silent.example/", silent, deadline=dt.timedelta(seconds=0.3))
    released.set()
    assert (got.failure, got.status) == (FailureKind.DNS, None)
    assert "its name was not found within" in (got.error or "")


def test_a_refused_connection_and_a_certificate_of_nobody_are_told_apart(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert fetch(f"http://desk.example:{port}/", Names(["127.0.0.1"])).failure is FailureKind.REFUSED

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(make_certificate(tmp_path / "certificate.pem"))
    named: list[str] = []
    tls.sni_callback = lambda _socket, name, _context: named.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):  # the client leaves at the certificate
                tls.wrap_socket(connection, server_side=True).recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        got = fetch(f"https://desk.example:{listening.getsockname()[1]}/", Names(["127.0.0.1"]))
        thread.join()
    assert got.failure is FailureKind.CERTIFICATE
    assert "certificate verify failed" in (got.error or "")
    assert named == ["desk.example"]
