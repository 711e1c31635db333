"""Every other service (Teams, Discord, Telegram, Feishu, DingTalk, ntfy, …) through Apprise."""

from __future__ import annotations

from apprise import Apprise, AppriseAsset, NotifyFormat

from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.plain import text, title
from pipeline.notify.render import Message, worded

REFUSED = "Apprise could not deliver it; its log line says why"


class AppriseChannel:
    """Sends to one Apprise URL, which is a secret. Apprise tells success from failure and nothing more."""

    idempotent = False

    def __init__(self, url: str, language: str | None = None) -> None:
        """Raises ValueError for an address that Apprise does not know."""
        # Nothing but this one address: no configuration files, plug-ins or state of the user's.
        asset = AppriseAsset(plugin_paths=[], async_mode=False, app_id="QwenWatch", http_redirects=False)
        self._apprise = Apprise(asset=asset)
        self._language = language
        if not self._apprise.add(url):
            raise ValueError("no service of Apprise's has an address of this form")

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:  # noqa: ARG002
        """Hands the message over as plain text, so that Apprise escapes it where its service reads markup."""
        message = worded(message, self._language)
        try:
            taken = self._apprise.notify(text(message), title=title(message), body_format=NotifyFormat.TEXT)
        # A plug-in is code of many hands, and a send never raises. The error's text may hold the address.
        except Exception as error:  # noqa: BLE001
            return Receipt(ReceiptState.RETRY, error=f"Apprise: {type(error).__name__}", channel_down=True)
        return Receipt(ReceiptState.SENT) if taken else Receipt(ReceiptState.RETRY, error=REFUSED, channel_down=True)
