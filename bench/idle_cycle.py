"""Whole-process figures of a cycle in which nothing changed: 20 feeds on loopback, median of five.

    python bench/idle_cycle.py [--runs 5] [--sources 20]

Prints figures only; peers are measured where they are installed (`pip install reader` for lemon24's).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODES = {
    "nothing: python -c pass": "pass",
    "plain stages, no Prefect": """
import sys
from pathlib import Path
from flows.clock import utc_now
from flows.cycle import cycle
from flows.run_settings import run_settings
settings = run_settings(Path(sys.argv[1]), Path(sys.argv[2]))
report = cycle(settings, Path(sys.argv[1]), utc_now(), utc_now, force=True)
print(report.headline())
""",
    "peer: bare httpx, conditional requests": """
import json, sys
from pathlib import Path
import httpx
known = Path(sys.argv[1], "etags.json")
etags = json.loads(known.read_text()) if known.exists() else {}
with httpx.Client(trust_env=False) as client:
    for url in sys.argv[3:]:
        answer = client.get(url, headers={"If-None-Match": etags.get(url, "")})
        etags[url] = answer.headers.get("ETag", "")
known.write_text(json.dumps(etags))
""",
    "peer: lemon24 reader": """
import sys
from reader import make_reader
with make_reader(sys.argv[1] + "/reader.sqlite") as reader:
    for url in sys.argv[3:]:
        reader.add_feed(url, exist_ok=True)
    reader.update_feeds(workers=8, scheduled=False)
""",
}


class Feeds(BaseHTTPRequestHandler):
    """One small RSS feed a path, and its articles; everything with an ETag that stays."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        name = self.path.strip("/")
        body = _article(name) if name.endswith(".html") else _feed(name, self.headers.get("Host", ""))
        tag = '"' + hashlib.sha256(body).hexdigest()[:16] + '"'
        unchanged = self.headers.get("If-None-Match") == tag
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", tag)
        if not unchanged:
            self.send_header("Content-Type", "text/html" if name.endswith(".html") else "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)


def _feed(name: str, host: str) -> bytes:
    items = "".join(
        f"<item><title>Note {number} of {name}</title><link>http://{host}/{name}-{number}.html</link>"
        f"<pubDate>Mon, 02 Mar 2020 0{number}:00:00 GMT</pubDate></item>"
        for number in range(5)
    )
    head = f"<title>{name}</title><link>http://{host}/</link><description>Bench</description>"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def _article(name: str) -> bytes:
    text = f"This is {name}, an article that was written once and has stayed as it was ever since. " * 8
    return f"<html lang='en'><title>{name}</title><article><h1>{name}</h1><p>{text}</p></article></html>".encode()


def configure(directory: Path, urls: Sequence[str]) -> Path:
    """The shipped configuration with the bench's sources, which are checked for changed articles as well."""
    shutil.copytree(ROOT / "config", directory, dirs_exist_ok=True)
    entries = "".join(
        f"  - {{name: feed {number}, kind: feed, url: '{url}', publisher: Bench, tier: press, every: 15m}}\n"
        for number, url in enumerate(urls)
    )
    (directory / "sources.yaml").write_text(f"fetch: {{allow_networks: [127.0.0.0/8]}}\nsources:\n{entries}", "utf-8")
    (directory / "alerts.yaml").write_text("channels: []\nroutes: []\n", "utf-8")
    return directory


def measure(command: Sequence[str], runs: int, environment: dict[str, str]) -> tuple[float, float, str]:
    """Median wall time and processor time of whole processes in seconds, after one that is not counted."""
    walls, processor = [], []
    for number in range(runs + 1):
        before, started = os.times(), time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        wall, after = time.perf_counter() - started, os.times()
        if done.returncode:
            raise SystemExit(f"{' '.join(command[:4])}: {done.stderr.strip()[-500:]}")
        if number:
            walls.append(wall)
            spent = after.children_user + after.children_system - before.children_user - before.children_system
            processor.append(spent)
    return statistics.median(walls), statistics.median(processor), done.stdout.strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sources", type=int, default=20)
    asked = parser.parse_args()
    urls = [_serve(number) for number in range(asked.sources)]
    with tempfile.TemporaryDirectory() as place:
        report(Path(place), urls, asked.runs)


def _serve(number: int) -> str:
    """Start a publisher on loopback; each has a name of its own, since sources are grouped by host."""
    address = f"127.0.0.{number + 1}" if sys.platform == "linux" else "127.0.0.1"
    server = ThreadingHTTPServer((address, 0), Feeds)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://{address}:{server.server_address[1]}/feed{number}"


def report(place: Path, urls: Sequence[str], runs: int) -> None:
    config = configure(place / "config", urls)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    cases: dict[str, list[str]] = {}
    for name, code in MODES.items():
        if "reader" in name and importlib.util.find_spec("reader") is None:
            continue
        folder = place / hashlib.sha256(name.encode()).hexdigest()[:8]
        folder.mkdir()
        cases[name] = [sys.executable, "-c", code, str(folder), str(config), *urls]
    run = [
        sys.executable,
        "-m",
        "flows.cli",
        "run",
        "--force",
        "--data",
        str(place / "prefect"),
        "--config",
        str(config),
    ]
    cases["qwen-watch run: with Prefect, its server started and ended"] = run
    print(f"{'seconds, median of ' + str(runs):60} {'wall':>7} {'cpu':>7}")
    for name, command in cases.items():
        wall, processor, said = measure(command, runs, environment)
        print(f"{name:60} {wall:7.2f} {processor:7.2f}  {said.splitlines()[-1] if said else ''}", flush=True)


if __name__ == "__main__":
    main()
