"""Putting a document together: ids from content, and the publisher that its source or its page names."""

from __future__ import annotations

import datetime as dt
import hashlib

from pipeline.categories import DocumentForm
from pipeline.model import Document, Source, content_id, version_of
from pipeline.read.addresses import ACCOUNT_HOSTS, host_of, site_of
from pipeline.read.dates import DateCandidate


def build_document(
    *,
    url: str,
    title: str,
    text: str,
    published: DateCandidate,
    source: Source,
    fetched_at: dt.datetime,
    language: str,
    author: str | None = None,
    modified_at: dt.datetime | None = None,
    site: str | None = None,
    form: DocumentForm = DocumentForm.ARTICLE,
) -> Document:
    """The document of `text` as it stood at the canonical `url` when we learned of it, at `fetched_at`."""
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    version = version_of(sha256, source.tier, published.moment, published.found)
    return Document(
        document_id=content_id("document", url, version),
        url=url,
        source_id=source.source_id,
        publisher=publisher_of(source, url, site),
        tier=source.tier,
        title=title,
        author=author,
        published_at=published.moment,
        published_from=published.found,
        modified_at=modified_at,
        fetched_at=fetched_at,
        language=language,
        text=text,
        text_sha256=sha256,
        form=form,
    )


def publisher_of(source: Source, url: str, site: str | None) -> str:
    """Who speaks: the source's publisher, or where that is open the page's own name for its site.

    On hosts that many share it is the account, since the host speaks with as many voices.
    """
    if source.publisher:
        return source.publisher
    host = host_of(url)
    return (site_of(url) or host) if host in ACCOUNT_HOSTS else (site or host or source.name)
