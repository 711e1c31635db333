"""Newsletters from a real Maildir on disk and from an IMAP server over a real socket with TLS."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.categories import Outcome, SourceStatus, Tier
from pipeline.config import checks
from pipeline.fetch.imap import Mark
from pipeline.model import Document, Problem
from pipeline.read.mail import MOST_BYTES, read_mail
from pipeline.sources.harvest import Harvest
from tests.notify.mail_server import make_certificate
from tests.sources.imap_server import PASSWORD, Folder, imap_server
from tests.sources.site import HOUR, NOW, STORY, Limits, Notebook, source

HTML = f"""<html><body><table><tr><td><h1>A departure</h1><p>{STORY}</p>
<p>Read <a href="https://daily.example/a?utm_source=mail">the article</a> and
<a href="https://click.example/track/9f8e7d6c5b4a">our sponsor</a>.</p>
<p><a href="https://daily.example/unsubscribe?u=reader">Unsubscribe</a> <a href="javascript:x()">x</a></p>
<img src="https://pixel.example/open.gif?u=reader"></td></tr></table></body></html>"""


def newsletter(number: int = 1, html: str = HTML, sender: str = "The Daily <news@daily.example>") -> bytes:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "desk@example.org"
    mail["Subject"] = "A departure"
    mail["Date"] = "Mon, 04 May 2026 16:00:00 +0800"
    mail["Message-ID"] = f"<issue-{number}@daily.example>"
    mail.set_content("Only the plain part.")
    mail.add_alternative(html, subtype="html")
    return mail.as_bytes()


def short(number: int) -> bytes:
    return f"From: a@b.example\nSubject: Issue {number}\nMessage-ID: <{number}@b.example>\n\nQwen4 is out.\n".encode()


def read(raw: bytes, **changes: object) -> Document:
    found = read_mail(raw, "a message", source("imaps://imap.example/News", "imap", **changes), NOW)
    assert isinstance(found, Document)
    return found


def urls(gathered: Harvest) -> list[str]:
    return [document.url for document in gathered.documents]


# --- One message ---------------------------------------------------------------------------------------------


def test_a_message_is_a_document_of_its_sender_with_its_own_links() -> None:
    document = read(newsletter())
    assert (document.url, document.title) == ("mid:issue-1@daily.example", "A departure")
    assert (document.publisher, document.author) == ("The Daily", "The Daily <news@daily.example>")
    assert (document.published_at.isoformat(), document.published_from) == ("2026-05-04T16:00:00+08:00", "mail header")
    assert document.text.startswith(f"A departure\n{STORY}\n")
    assert document.text.endswith("\nLinks:\nhttps://daily.example/a")


def test_a_newsletter_in_chinese_character_sets_is_read() -> None:
    raw = (
        b"From: =?GB18030?B?0+nO6A==?= <a@b.example>\r\nSubject: =?utf-8?B?5Y2D6Zeu5Y+R5biD?=\r\n"
        b"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    ) + "<p>林俊旸今日宣布離開通义千问团队，并感谢同事。</p>".encode("gb18030")
    document = read(raw)
    assert document.text == "千问发布\n林俊旸今日宣布離開通义千问团队，并感谢同事。"
    assert document.language == "zh"


def test_a_plain_message_is_read_and_one_without_an_id_gets_an_address_from_its_content() -> None:
    document = read(b"From: news@daily.example\nSubject: Hello\n\nQwen4 is out.\n")
    assert (document.publisher, document.text) == ("daily.example", "Hello\nQwen4 is out.")
    assert document.url.startswith("mid:")
    assert document.url == read(b"From: news@daily.example\nSubject: Hello\n\nQwen4 is out.\n").url
    assert document.published_from == "learned"


def test_an_address_within_a_page_of_mail_does_not_become_the_document_s() -> None:
    claimed = HTML.replace("<body>", '<head><link rel="canonical" href="https://qwen.example/blog/4"></head><body>')
    assert read(newsletter(html=claimed)).url == "mid:issue-1@daily.example"


def test_other_senders_than_those_named_are_passed_over() -> None:
    place = source("imaps://imap.example/News", "imap", options={"senders": "daily.example, jo@post.example"})
    senders = ("a@daily.example", "a@mail.daily.example", "jo@post.example", "al@post.example", "a@notdaily.example")
    admitted = [read_mail(newsletter(sender=each), "a message", place, NOW) is not None for each in senders]
    assert admitted == [True, True, True, False, False]


NESTED = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(3000))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"Subject: x\n\n" + b"a" * MOST_BYTES, "larger than 5 MiB"),
        (NESTED, "nests more"),
        (b"Subject: nothing\n\n", "holds no text"),
        (b"", "holds no text"),
        (newsletter().replace(b"text/plain", b"image/png").replace(b"text/html", b"image/png"), "holds no text"),
    ],
    ids=["too large", "too deep", "empty", "nothing", "pictures only"],
)
def test_what_no_newsletter_is_becomes_a_problem(raw: bytes, words: str) -> None:
    found = read_mail(raw, "UID 7", source("imaps://imap.example/News", "imap"), NOW)
    assert isinstance(found, Problem)
    assert (found.item, words in found.message) == ("UID 7", True)


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_document_or_a_problem(noise: bytes) -> None:
    as_sender, as_type = b"Subject: x\nFrom: " + noise + b"\n\nText\n", b"Content-Type: " + noise + b"\n\n<p>x"
    for raw in (noise, as_sender, as_type):
        assert isinstance(read_mail(raw, "x", source("imaps://imap.example/N", "imap"), NOW), (Document, Problem))


# --- Maildir -------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "News letters" / name).mkdir(parents=True)
    return tmp_path / "News letters"


@pytest.fixture
def book(folder: Path, limits: Limits) -> Notebook:
    return Notebook([source(folder.as_uri(), "maildir", name="letters", tier=Tier.PRESS)], limits)


def deliver(folder: Path, number: int, raw: bytes | None = None) -> Path:
    """Delivers as mail servers do: written below `tmp`, then moved into `new`."""
    name = f"17778{number:05}.M{number}P1.desk"
    (folder / "tmp" / name).write_bytes(newsletter(number) if raw is None else raw)
    return (folder / "tmp" / name).rename(folder / "new" / name)


def test_each_message_is_read_once_also_after_a_reader_has_seen_it(folder: Path, book: Notebook) -> None:
    first = deliver(folder, 1)
    (document,) = book.cycle(NOW).documents
    assert (document.url, document.publisher, document.tier) == ("mid:issue-1@daily.example", "The Daily", Tier.PRESS)
    before = sorted((path.name, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())
    quiet = book.cycle(NOW + HOUR)
    assert (quiet.documents, quiet.fetches[0].outcome, quiet.problems) == ((), Outcome.UNCHANGED, ())
    assert sorted((path.name, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()) == before
    first.rename(folder / "cur" / f"{first.name}:2,S")
    deliver(folder, 2)
    assert urls(book.cycle(NOW + 2 * HOUR)) == ["mid:issue-2@daily.example"]


def test_a_folder_full_of_mail_is_read_over_several_checks_and_nothing_is_lost(folder: Path, book: Notebook) -> None:
    for number in range(450):
        deliver(folder, number, short(number))
    found = [urls(book.cycle(NOW + number * HOUR)) for number in range(4)]
    assert [len(each) for each in found] == [200, 200, 50, 0]
    assert len({url for each in found for url in each}) == 450


def test_what_a_lost_run_collected_is_collected_again(folder: Path, book: Notebook) -> None:
    deliver(folder, 1)
    kept = (dict(book.validators), dict(book.versions))
    lost = book.cycle(NOW)
    book.validators, book.versions = kept
    assert urls(book.cycle(NOW + HOUR)) == urls(lost)


def test_a_message_that_cannot_be_read_is_told_of_with_its_place_and_the_others_come(
    folder: Path, book: Notebook
) -> None:
    broken = deliver(folder, 1, b"Subject: nothing\n\n")
    deliver(folder, 2)
    (folder / "new" / "link").symlink_to("/etc/hostname")
    gathered = book.cycle(NOW)
    assert urls(gathered) == ["mid:issue-2@daily.example"]
    assert [problem.item for problem in gathered.problems] == [str(broken)]
    assert gathered.states[0].status == SourceStatus.OK


def test_a_folder_that_is_none_is_a_failing_source(tmp_path: Path, limits: Limits) -> None:
    gathered = Notebook([source((tmp_path / "nowhere").as_uri(), "maildir")], limits).cycle(NOW)
    assert gathered.states[0].status == SourceStatus.FAILING
    assert "is no Maildir" in gathered.problems[0].message


# --- IMAP ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls") / "server.pem")


@pytest.fixture
def inbox(certificate: Path) -> Iterator[Folder]:
    with imap_server(certificate) as mailbox:
        yield mailbox


def reader(mailbox: Folder, certificate: Path, limits: Limits, path: str = "INBOX", scheme: str = "imaps") -> Notebook:
    options = {"username": "desk", "password_secret": "MAIL_PASSWORD", "ca_file": str(certificate)}
    entry = source(f"{scheme}://127.0.0.1:{mailbox.port}/{path}", "imap", name="letters", options=options)
    return Notebook([entry], limits, secret={"MAIL_PASSWORD": PASSWORD}.get)


def test_new_messages_of_a_folder_are_documents_and_none_counts_as_seen(
    inbox: Folder, certificate: Path, limits: Limits
) -> None:
    book = reader(inbox, certificate, limits)
    inbox.put(newsletter(1))
    assert urls(book.cycle(NOW)) == ["mid:issue-1@daily.example"]
    assert inbox.seen == set()
    assert {command.split()[0] for command in inbox.commands} == {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}
    quiet = book.cycle(NOW + HOUR)
    assert (quiet.documents, quiet.fetches[0].outcome) == ((), Outcome.UNCHANGED)
    assert sum("FETCH" in command for command in inbox.commands) == 1
    inbox.put(newsletter(2))
    assert urls(book.cycle(NOW + 2 * HOUR)) == ["mid:issue-2@daily.example"]


def test_a_folder_that_was_numbered_anew_is_read_from_its_beginning_and_repeats_nothing(
    inbox: Folder, certificate: Path, limits: Limits
) -> None:
    book = reader(inbox, certificate, limits)
    inbox.put(newsletter(1))
    inbox.put(newsletter(2))
    book.cycle(NOW)
    inbox.validity, inbox.messages = 1426, {1: newsletter(3), 2: newsletter(2)}
    assert urls(book.cycle(NOW + HOUR)) == ["mid:issue-3@daily.example"]


def test_more_messages_than_a_check_takes_follow_with_the_next(
    inbox: Folder, certificate: Path, limits: Limits
) -> None:
    for number in range(130):
        inbox.put(short(number))
    book = reader(inbox, certificate, limits)
    assert [len(book.cycle(NOW + number * HOUR).documents) for number in range(3)] == [100, 30, 0]


def test_large_messages_are_taken_a_few_at_a_time_and_none_is_lost(
    inbox: Folder, certificate: Path, limits: Limits
) -> None:
    for number in range(10):
        inbox.put(short(number) + b"a" * (MOST_BYTES - 1000))
    book = reader(inbox, certificate, limits)
    assert [len(book.cycle(NOW + number * HOUR).documents) for number in range(3)] == [7, 3, 0]


def test_a_message_beyond_the_bound_is_cut_off_and_told_of(inbox: Folder, certificate: Path, limits: Limits) -> None:
    inbox.put(b"Subject: huge\n\n" + b"a" * (2 * MOST_BYTES))
    inbox.put(newsletter(2))
    gathered = reader(inbox, certificate, limits).cycle(NOW)
    assert urls(gathered) == ["mid:issue-2@daily.example"]
    assert ["UID 1" in problem.item and "larger than" in problem.message for problem in gathered.problems] == [True]
    assert gathered.fetches[0].size < MOST_BYTES + 10_000


def test_a_connection_turns_to_tls_before_the_log_in(certificate: Path, limits: Limits) -> None:
    with imap_server(certificate, starttls=True) as mailbox:
        mailbox.name = '"Rundbriefe/&g0l6Pw-"'
        mailbox.put(newsletter(1))
        book = reader(mailbox, certificate, limits, "Rundbriefe/%E8%8D%89%E7%A8%BF", "imap")
        gathered = book.cycle(NOW)
    assert urls(gathered) == ["mid:issue-1@daily.example"]
    first = [command.split()[0] for command in mailbox.commands]
    assert first.index("STARTTLS") < first.index("LOGIN")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password_secret": "OTHER"}, "the secret OTHER is not set"),
        ({"password_secret": "WRONG"}, "the log-in was refused"),
        ({"username": ""}, "both needed"),
        ({"ca_file": ""}, "certificate is not trusted"),
        ({"ca_file": "/nowhere.pem"}, "is no file"),
    ],
    ids=["no secret", "wrong password", "no account", "certificate", "no certificate file"],
)
def test_what_keeps_a_folder_shut_is_told_without_the_password(
    inbox: Folder, certificate: Path, limits: Limits, change: dict[str, str], words: str
) -> None:
    book = reader(inbox, certificate, limits)
    (entry,) = book.sources
    book.sources = [source(entry.url, "imap", options={**entry.options, **change})]
    book.secret = {"MAIL_PASSWORD": PASSWORD, "WRONG": "guessed-it"}.get
    gathered = book.cycle(NOW)
    assert gathered.states[0].status == SourceStatus.FAILING
    assert words in gathered.problems[0].message
    assert "guessed-it" not in gathered.problems[0].message


@pytest.mark.parametrize("path", ["Elsewhere", "INBOX%22%20x"])
def test_a_folder_that_is_not_there_is_named(inbox: Folder, certificate: Path, limits: Limits, path: str) -> None:
    gathered = reader(inbox, certificate, limits, path).cycle(NOW)
    assert "there is no folder" in gathered.problems[0].message


def test_a_server_that_is_not_there_is_told_of(inbox: Folder, certificate: Path, limits: Limits) -> None:
    book = reader(inbox, certificate, limits)
    book.sources = [source("imaps://127.0.0.1:1/INBOX", "imap", options=book.sources[0].options)]
    assert "cannot be reached" in book.cycle(NOW).problems[0].message


@given(st.integers(0, 2**32), st.integers(0, 2**32))
def test_a_mark_is_read_as_it_was_written(validity: int, uid: int) -> None:
    assert Mark.parse(str(Mark(validity, uid))) == Mark(validity, uid)


@pytest.mark.parametrize("text", [None, "", "W/abc", "1:", "-1:2"])
def test_what_is_no_mark_is_the_beginning(text: str | None) -> None:
    assert Mark.parse(text) == Mark(0, 0)


# --- Configuration -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "url", "fits"),
    [
        ("maildir", "file:///var/mail/news", True),
        ("imap", "imaps://imap.example/News", True),
        ("maildir", "https://mail.example/", False),
        ("feed", "file:///etc/passwd", False),
        ("feed", "https://daily.example/feed", True),
    ],
)
def test_a_kind_takes_addresses_of_its_own_form_only(kind: str, url: str, fits: bool) -> None:
    entry = {"name": "x", "kind": kind, "url": url}
    mistakes = [mistake for mistake in checks.sources_mistakes({"sources": [entry]}) if mistake.path[-1] == "url"]
    assert (mistakes == []) is fits
