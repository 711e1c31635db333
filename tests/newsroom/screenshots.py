"""The pictures of the docs, taken of the demo's report: `python -m tests.newsroom.screenshots demo-data`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from flows.clock import utc_now
from flows.reporting import report_page
from tests.newsroom.browser import DESKTOP, PHONE, chromium, started, window

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
SHOTS = (
    ("report-desktop-light", DESKTOP, "light", None),
    ("report-desktop-dark", DESKTOP, "dark", "disputes"),
    ("report-phone-light", PHONE, "light", None),
    ("report-phone-dark", PHONE, "dark", "timeline"),
    ("report-figures", DESKTOP, "light", "timeline"),
)


def main(data_dir: Path) -> int:
    """Take every picture and return the exit code."""
    executable = chromium()
    if executable is None:
        print("no Chromium here (on Debian: apt-get install chromium)", file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as directory, started(executable) as browser:
        page = Path(directory) / "report.html"
        page.write_text(report_page(data_dir, utc_now()), "utf-8")
        for name, size, scheme, part in SHOTS:
            with window(browser, page.as_uri(), size, scheme) as opened:
                if part:
                    opened.show(part)
                picture = FOLDER / f"{name}.webp"
                picture.write_bytes(opened.picture())
                print(f"{picture}: {picture.stat().st_size // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
