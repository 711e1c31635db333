"""Documents for the tests of dedupe, with invented texts."""

from __future__ import annotations

import datetime as dt
from hashlib import sha256

from pipeline.categories import Tier
from pipeline.model import Document, content_id

START = dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC)

WIRE = (
    "The harbour city's largest language laboratory said on Monday that its chief of training will step down "
    "at the end of the month. Colleagues described a calm farewell over tea, a long list of unfinished "
    "experiments on the whiteboard, and a promise to keep answering questions from the community. The "
    "laboratory did not say who will look after the training runs, and declined to comment on its budget."
)
LIGHT_REWRITE = WIRE.replace("on Monday", "earlier this week").replace("a calm farewell", "a friendly goodbye")
OTHER = (
    "A museum of calculating machines opened its doors on the north bank after eleven years of repairs. Visitors "
    "may turn the crank of a brass multiplier, punch their own cards, and listen to a loom that once wove "
    "portraits from holes. Tickets are free for children, and the café serves soup in the old engine room."
)


def document(
    text: str,
    url: str = "https://daily.example/a",
    *,
    publisher: str = "Daily",
    hours: float = 0,
    published: float | None = None,
) -> Document:
    """A document first known `hours` after START, published at the same hour or at `published`."""
    known = START + dt.timedelta(hours=hours)
    digest = sha256(text.encode()).hexdigest()
    return Document(
        document_id=content_id("document", url, digest),
        url=url,
        source_id="source",
        publisher=publisher,
        tier=Tier.PRESS,
        title="",
        author=None,
        published_at=START + dt.timedelta(hours=hours if published is None else published),
        published_from="feed",
        modified_at=None,
        fetched_at=known,
        language="en",
        text=text,
        text_sha256=digest,
    )
