"""A headless Chromium on the report page, for the tests and for the screenshots of the docs."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It has no business but with the page: nothing is updated, synchronised or looked up.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
DESKTOP, PHONE = (1200, 950), (360, 780)


def chromium() -> str | None:
    """The browser that is installed here, or the one that QWEN_WATCH_CHROMIUM names."""
    return os.environ.get("QWEN_WATCH_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)


@dataclass
class Window:
    """A page in a window, with all it asked for and all it complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def picture(self) -> bytes:
        """What the window shows, as WebP."""
        session = self.page.context.new_cdp_session(self.page)
        shot = session.send("Page.captureScreenshot", {"format": "webp", "quality": 82})
        return base64.b64decode(shot["data"])

    def show(self, part: str) -> None:
        """Bring the element with this id to the top of the window."""
        self.page.evaluate("id => document.getElementById(id).scrollIntoView({behavior: 'instant'})", part)


@contextlib.contextmanager
def started(executable: str) -> Iterator[Any]:
    """A browser; every window of it begins with nothing stored."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@contextlib.contextmanager
def window(browser: Any, url: str, size: tuple[int, int], scheme: str) -> Iterator[Window]:
    """The page at `url` in a window of `size`, on a machine that prefers `scheme` (light or dark)."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    opened = Window(context.new_page())
    opened.page.on("request", lambda request: opened.requests.append(request.url))
    opened.page.on("console", lambda message: opened.complaints.append(message.text))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.goto(url)
    yield opened
    context.close()
