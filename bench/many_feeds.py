"""A cycle over many unchanged feeds: beside peers on loopback, and beside the bound that spacing allows.

    python bench/many_feeds.py peers [--feeds 200] [--runs 5]
    python bench/many_feeds.py spacing [--feeds 2000] [--hosts 500] [--trip 80]

`peers` runs whole processes in turn: our cycle without Prefect, lemon24's reader and urlwatch, installed by pip into
an environment of their own in a temporary folder. `spacing` asks hosts by name through a gateway that answers after
a simulated round trip, in milliseconds. Prints figures only; quote ratios, not times.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from idle_cycle import ROOT, configure

OURS = """
import sys, datetime as dt
from pathlib import Path
from flows.clock import utc_now
from flows.cycle import cycle
from flows.run_settings import run_settings
settings = run_settings(Path(sys.argv[1]), Path(sys.argv[2]))
report = cycle(settings, Path(sys.argv[1]), utc_now(), utc_now, force=True)
print(report.headline())
"""
READER = """
import sys
from reader import make_reader
with make_reader(sys.argv[1] + "/reader.sqlite", feed_root="") as reader:
    for url in open(sys.argv[2] + "/urls.txt").read().split():
        reader.add_feed(url, exist_ok=True)
    reader.update_feeds(workers=20, scheduled=False)
"""
NOT_AS_INSTALLED = frozenset({"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"})
"""What of the environment no case may see: all run as they were installed, with their bytecode kept."""
FEED = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>{name}</title><link>http://{host}/</link>"
    "<description>Bench</description><item><title>Note of {name}</title><link>http://{host}/note</link>"
    "<pubDate>Mon, 02 Mar 2020 01:00:00 GMT</pubDate><description>A note that has stayed as it was ever since, "
    "written for a bench and long enough to be read as the text of an entry.</description></item></channel></rss>"
)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, trip: float) -> None:
    """One connection: feeds with an ETag that stays, no robots.txt; each answer after the round trip."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            text = head.decode("latin-1")
            path = text.split(" ", 2)[1]
            fields = dict(line.lower().split(": ", 1) for line in text.split("\r\n")[1:] if ": " in line)
            await asyncio.sleep(trip)
            if path == "/robots.txt":
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            elif "if-none-match" in fields:
                writer.write(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n')
            else:
                body = FEED.format(name=path.strip("/"), host=fields.get("host", "")).encode()
                lines = f"Content-Type: application/rss+xml\r\nContent-Length: {len(body)}"
                writer.write(f'HTTP/1.1 200 OK\r\nETag: "a"\r\n{lines}\r\n\r\n'.encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


def serve(trip: float) -> int:
    """Start the publishers on every loopback address, in a thread; gives their port."""
    started: list[int] = []
    ready = threading.Event()

    async def run() -> None:
        server = await asyncio.start_server(lambda r, w: _answer(r, w, trip), "0.0.0.0", 0, backlog=2048)
        started.append(server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    ready.wait()
    return started[0]


@contextmanager
def served_apart(trip: float) -> Iterator[int]:
    """The publishers in a process of their own, which takes no time of the one that is measured; gives their port."""
    program = "import many_feeds, time; print(many_feeds.serve(float({trip})), flush=True); time.sleep(3600)"
    command = [sys.executable, "-c", program.format(trip=trip)]
    with subprocess.Popen(command, cwd=Path(__file__).parent, stdout=subprocess.PIPE, text=True) as publishers:
        assert publishers.stdout is not None
        try:
            yield int(publishers.stdout.readline())
        finally:
            publishers.kill()


def peers_environment(place: Path) -> Path | None:
    """An environment with the peers in it; None, with the reason on standard error, where pip cannot make it."""
    venv.create(place, with_pip=True)
    done = subprocess.run(
        [place / "bin" / "python", "-m", "pip", "install", "-q", "reader", "sgmllib3k", "urlwatch"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"peers left out, pip could not install them: {done.stderr.strip()[-300:]}", file=sys.stderr)
        return None
    return place / "bin"


def once(command: Sequence[str | Path], environment: dict[str, str]) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} {command[1]}: {done.stderr.strip()[-600:]}")
    return time.perf_counter() - started, done.stdout.strip()


def entries_only(config: Path) -> Path:
    """Peers read entries and no articles, so ours does the same."""
    sources = config / "sources.yaml"
    text = sources.read_text("utf-8").replace("every: 15m}", "every: 15m, options: {articles: entry}}")
    sources.write_text(text, "utf-8")
    return config


def against_peers(place: Path, feeds: int, runs: int, port: int) -> None:
    urls = [f"http://127.0.{1 + number // 250}.{1 + number % 250}:{port}/feed{number}" for number in range(feeds)]
    config = entries_only(configure(place / "config", urls))
    (config / "urls.txt").write_text("\n".join(urls), "utf-8")
    plain = {name: value for name, value in os.environ.items() if name not in NOT_AS_INSTALLED}
    own = {**plain, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    cases: dict[str, tuple[list[str | Path], dict[str, str]]] = {
        "qwen-watch, plain cycle": ([sys.executable, "-c", OURS, place, config], own)
    }
    folder = peers_environment(place / "peers")
    if folder is not None:
        cases["lemon24 reader"] = ([folder / "python", "-c", READER, place, config], plain)
        jobs = "---\n".join(f"url: {url}\n" for url in urls)
        (place / "urls.yaml").write_text(jobs, "utf-8")
        (place / "urlwatch.yaml").write_text("report: {}\n", "utf-8")
        files = ["--urls", place / "urls.yaml", "--config", place / "urlwatch.yaml", "--cache", place / "cache.db"]
        cases["urlwatch"] = ([folder / "urlwatch", *files], plain)
    walls: dict[str, list[float]] = {name: [] for name in cases}
    for number in range(runs + 2):
        for name, (command, environment) in cases.items():
            wall, said = once(command, environment)
            if number >= 2:
                walls[name].append(wall)
            elif name.startswith("qwen"):
                print(said.splitlines()[-1])
    ours = statistics.median(walls["qwen-watch, plain cycle"])
    print(f"{feeds} unchanged feeds, whole processes, median of {runs}")
    for name, measured in walls.items():
        wall = statistics.median(measured)
        print(f"{name:28} {wall:6.2f} s   {wall / ours:5.2f} times ours")


def against_the_bound(place: Path, feeds: int, hosts: int, trip: float, port: int) -> None:
    urls = [f"http://host{number % hosts}.example/feed{number}" for number in range(feeds)]
    config = entries_only(configure(place / "config", urls))
    sources = config / "sources.yaml"
    _, entries = sources.read_text("utf-8").split("\n", 1)
    sources.write_text(f"fetch: {{gateway: 'http://127.0.0.1:{port}', workers: 256}}\n{entries}", "utf-8")
    sys.path.insert(0, str(ROOT))
    from flows.clock import utc_now
    from flows.cycle import cycle
    from flows.run_settings import run_settings
    from flows.stages import due_sources, fetch_all, open_archive

    settings = run_settings(place / "data", config)
    print(cycle(settings, place / "data", utc_now(), utc_now, force=True).headline())
    plan = due_sources(place / "data", settings, utc_now(), force=True)
    started = time.perf_counter()
    with open_archive(place / "data", "bench") as archive:
        fetched = fetch_all(plan, settings, archive)
    took = time.perf_counter() - started
    unchanged = sum(fetch.status == 304 for each in fetched.round.harvests for fetch in each.fetches)
    spacing = settings.fetch.spacing.total_seconds()
    bound = (-(-feeds // hosts) - 1) * spacing + trip
    print(f"{feeds} feeds on {hosts} hosts, round trip {trip * 1000:g} ms: {took:.2f} s, {unchanged} answers of 304")
    print(
        f"bound of the spacing ({settings.fetch.spacing.total_seconds():g} s) {bound:.2f} s: {bound / took:.0%} of it"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("peers", "spacing"))
    parser.add_argument("--feeds", type=int)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--hosts", type=int, default=500)
    parser.add_argument("--trip", type=float, default=80.0)
    asked = parser.parse_args()
    trip = asked.trip / 1000 if asked.what == "spacing" else 0.0
    with tempfile.TemporaryDirectory() as place, served_apart(trip) as port:
        if asked.what == "peers":
            against_peers(Path(place), asked.feeds or 200, asked.runs, port)
        else:
            against_the_bound(Path(place), asked.feeds or 2000, asked.hosts, trip, port)


if __name__ == "__main__":
    main()
