"""Conversations held one after another and without manners: with an archive, or a stand-in, that nobody runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import chain

from pipeline.fetch.client import Client
from pipeline.sources.conversation import Conversation, Harvest


def held_at_once(conversations: Iterable[Conversation], client: Client, now: dt.datetime) -> Harvest:
    """What the conversations gave together, each answered by `client` at once; robots.txt is not asked for."""
    found = [_held(conversation, client, now) for conversation in conversations]
    return Harvest(
        tuple(chain.from_iterable(one.fetches for one in found)),
        tuple(chain.from_iterable(one.documents for one in found)),
        tuple(chain.from_iterable(one.problems for one in found)),
        tuple(chain.from_iterable(one.states for one in found)),
        tuple(chain.from_iterable(one.broken for one in found)),
        tuple(chain.from_iterable(one.mended for one in found)),
    )


def _held(conversation: Conversation, client: Client, now: dt.datetime) -> Harvest:
    try:
        ask = next(conversation)
        while True:
            made = ask.collect
            fetch = made() if made else client.fetch(ask.source.source_id, ask.url, ask.validators, now, ask.headers)
            ask = conversation.send(fetch)
    except StopIteration as ended:
        harvest: Harvest = ended.value
        return harvest
