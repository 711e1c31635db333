"""The labelled articles as documents, their labels, and the settings that each topic is read with."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from pipeline.categories import Tier
from pipeline.config import Settings, load_settings
from pipeline.model import Document, content_id
from tests.labelled.gold import GoldRow, read_gold

ROOM = Path(__file__).parent
ARTICLES = ROOM / "articles"
SHIPPED_CONFIG = ROOM.parents[1] / "config"
KINDS = frozenset({"news", "blog", "wire", "social", "release_note", "table", "newsletter", "interview", "long_read"})
FIELDS = frozenset({"url", "title", "publisher", "tier", "published", "language", "kind", "topic", "trap"})
# A person's own page is no tier of the warehouse: it is told as the community's.
TIERS = {**{str(tier): tier for tier in Tier}, "personal": Tier.COMMUNITY}


@dataclass(frozen=True, slots=True)
class Article:
    """A labelled article. `topic` names the watchlist it is read with; a `trap` has nothing to extract."""

    path: Path
    topic: str
    kind: str
    trap: bool
    document: Document

    @property
    def url(self) -> str:
        return self.document.url

    @property
    def language(self) -> str:
        return self.document.language


def article_files() -> list[Path]:
    return sorted(ARTICLES.glob("*/*.md"))


def articles() -> tuple[Article, ...]:
    """Every labelled article, by language and name of its file."""
    return tuple(map(read_article, article_files()))


def read_article(path: Path) -> Article:
    """The article in a file; raises KeyError or ValueError where its front matter is not as agreed."""
    fields, text = front_matter(path.read_text("utf-8"))
    url, published = fields["url"].rstrip("/"), dt.datetime.fromisoformat(fields["published"])
    digest = sha256(text.encode()).hexdigest()
    document = Document(
        document_id=content_id("document", url, digest),
        url=url,
        source_id=content_id("source", fields["publisher"]),
        publisher=fields["publisher"],
        tier=TIERS[fields["tier"]],
        title=unicodedata.normalize("NFC", fields["title"]),
        author=fields.get("author"),
        published_at=published,
        published_from="front matter",
        modified_at=None,
        fetched_at=published.astimezone(dt.UTC) + dt.timedelta(hours=1),
        language=fields["language"],
        text=text,
        text_sha256=digest,
    )
    return Article(path, fields["topic"], fields["kind"], {"true": True, "false": False}[fields["trap"]], document)


def front_matter(content: str) -> tuple[dict[str, str], str]:
    """The fields above the text, and the text in NFC; raises ValueError where the `---` lines are missing."""
    opening, head, body = content.split("---\n", 2)
    if opening.strip():
        raise ValueError("the front matter does not begin the file")
    pairs = (line.partition(":") for line in head.splitlines() if line.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}, unicodedata.normalize("NFC", body.strip())


def gold_rows() -> tuple[GoldRow, ...]:
    """The labels of all articles in all languages."""
    return tuple(row for path in sorted(ARTICLES.glob("*/*.jsonl")) for row in read_gold(path))


@cache
def settings_of(topic: str) -> Settings:
    """The shipped configuration with the topic's watchlist in place of the shipped one, which is Qwen's."""
    if topic == "qwen":
        return load_settings(SHIPPED_CONFIG)
    with tempfile.TemporaryDirectory() as directory:
        config = Path(shutil.copytree(SHIPPED_CONFIG, Path(directory, "config")))
        shutil.copyfile(ROOM / "topics" / topic / "watchlist.yaml", config / "watchlist.yaml")
        return load_settings(config)


def known_names(topic: str) -> Iterator[tuple[str, ...]]:
    """One group of names for each entity of the topic's watchlist and each organisation of the lexicons."""
    settings = settings_of(topic)
    for lexicon in settings.lexicons.values():
        for written, name in lexicon.file.organisations.items():
            yield (name, written)
    for entry in settings.watchlist.entries:
        yield (entry.name, *entry.aliases, *entry.handles)
