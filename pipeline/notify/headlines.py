"""What has become of an event, in the headline of the first message that told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.categories import AlertKind
from pipeline.ledger import Alert, Wording
from pipeline.model import Problem
from pipeline.notify.channel import Channel, Edits, Receipt, ReceiptState
from pipeline.notify.parcels import Parcel, combined, in_language
from pipeline.notify.render import worded


def with_headline(parcel: Parcel, channel: Channel | Problem, sent: Receipt) -> Receipt:
    """The receipt of a follow-up, once the headline of its thread's first message is changed where that can be.

    That it could not be changed is told beside the receipt: the follow-up itself has arrived.
    """
    if sent.state is not ReceiptState.SENT or parcel.thread is None or not isinstance(channel, Edits):
        return sent
    renewed = renewed_first(parcel.first_alerts, parcel.alerts)
    if renewed is None:
        return sent
    edited = channel.edit(parcel.thread, worded(renewed, parcel.root[0][0].language))
    if edited.state is ReceiptState.SENT:
        return sent
    told = f"sent, but the headline of the first message was not changed: {edited.error}"
    return replace(sent, error=told)


def renewed_first(first: Sequence[Alert], follow_up: Sequence[Alert]) -> Alert | None:
    """The alert of the first message with the headline of what followed, and its own below that.

    None where nothing has become of it: news of a further event changes nothing of what was told first.
    """
    latest = combined([one for one in follow_up if one.kind is not AlertKind.NEW_EVENT] or follow_up)
    if latest.kind is AlertKind.NEW_EVENT:
        return None
    before = combined(first)
    translations = tuple(_renewed(before, latest, one.language) for one in before.translations)
    english = _renewed(before, latest, None)
    return replace(before, title=english.title, body=english.body, translations=translations)


def _renewed(before: Alert, latest: Alert, language: str | None) -> Wording:
    then, now = in_language(before, language), in_language(latest, language)
    labels = tuple(side.label for side in then.sides)
    return Wording(language or "en", now.title, f"{then.title}\n{then.body}".strip(), labels)
