"""Articles a second: the rules on one core and over two processes, beside the trigger phrases alone.

    python bench/extraction.py [--rounds 3] [--processes 2]

Reads the labelled articles, extracts all of them several times and prints figures only: documents and characters a
second by length of article, and how the same work scales over processes. The peer in the same run only looks for
each trigger phrase in each article, one regular expression after another, and reads nothing else.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pipeline.config import load_settings  # noqa: E402
from pipeline.extract.extractor import extract, extractor_for  # noqa: E402
from pipeline.model import Document  # noqa: E402
from tests.labelled.corpus import articles  # noqa: E402

SETTINGS = load_settings(ROOT / "config")


def extract_all(documents: Sequence[Document]) -> int:
    return sum(len(extract(document, SETTINGS.lexicons, SETTINGS.watchlist)) for document in documents)


def peer(documents: Sequence[Document]) -> int:
    """Every trigger phrase looked for in every article, without names, dates or anything else."""
    found = 0
    for document in documents:
        lexicon = SETTINGS.lexicons.get(document.language)
        for trigger in lexicon.triggers if lexicon else ():
            found += sum(1 for _ in trigger.pattern.finditer(document.text))
    return found


def seconds(work: object, documents: Sequence[Document], rounds: int) -> float:
    """The least of several times, in seconds of this process."""
    least = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        work(documents)  # type: ignore[operator]
        least = min(least, time.process_time() - begun)
    return least


def line(name: str, documents: Sequence[Document], taken: float) -> str:
    characters = sum(len(document.text) for document in documents)
    return (
        f"{name:34} {len(documents):4} articles of {characters // len(documents):5} characters: "
        f"{len(documents) / taken:6.0f} a second, {taken / characters * 1e6:5.2f} µs a character"
    )


def over_processes(documents: Sequence[Document], processes: int, rounds: int) -> float:
    """Wall seconds for the documents, over warm processes."""
    portions = [documents[place::processes] for place in range(processes)]
    with ProcessPoolExecutor(processes) as pool:
        list(pool.map(extract_all, portions))
        least = float("inf")
        for _ in range(rounds):
            begun = time.perf_counter()
            list(pool.map(extract_all, portions))
            least = min(least, time.perf_counter() - begun)
    return least


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    documents = [article.document for article in articles()]
    extractor_for(SETTINGS.lexicons, SETTINGS.watchlist)
    extract_all(documents)
    short = [document for document in documents if len(document.text) < 1500]
    long = [document for document in documents if len(document.text) >= 1500]
    plain = [document for document in documents if not re.search(r"\d", document.text[:200])]
    for name, some in (("all", documents), ("short", short), ("long", long), ("without figures", plain)):
        print(line(name, some, seconds(extract_all, some, options.rounds)))
    print(line("peer: phrases alone", documents, seconds(peer, documents, options.rounds)))
    many = documents * 8
    for processes in (1, options.processes):
        taken = over_processes(many, processes, options.rounds)
        print(f"{processes} process{'es' if processes > 1 else ''}: {len(many) / taken:6.0f} a second (wall)")


if __name__ == "__main__":
    main()
