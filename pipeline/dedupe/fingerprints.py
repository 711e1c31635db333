"""How alike two texts are, and the few hashes by which near-copies of a text are found among many."""

from __future__ import annotations

import heapq
import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b

SHINGLE = 3  # tokens: words, or single characters in Han script
KEPT = 16  # hashes a document: three shared ones find every pair of Jaccard 0.5 (measured.md)

_TOKEN = re.compile(r"[\u3400-\u9fff\U00020000-\U0002fa1f\u3040-\u30ff]|[^\W_\u3400-\u9fff\u3040-\u30ff]+")


def tokens(text: str) -> list[str]:
    """The words of `text`, case and punctuation folded away; each Han character is a token of its own."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).casefold())


def fingerprint(text: str) -> tuple[int, ...]:
    """The 16 smallest 63-bit hashes of the text's three-token shingles, ascending; fewer for a short text."""
    return tuple(heapq.nsmallest(KEPT, shingles(text)))


def jaccard(a: str, b: str) -> float:
    """The share of three-token shingles that two texts have in common, 0.0 to 1.0; empty texts are alike."""
    left, right = shingles(a), shingles(b)
    if not left or not right:
        return 1.0 if left == right else 0.0
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared)


@lru_cache(maxsize=512)
def shingles(text: str) -> frozenset[int]:
    """63-bit hashes of the runs of three tokens in `text`; a text of one or two tokens is one shingle."""
    words = tokens(text)
    if not words:
        return frozenset()
    runs = {" ".join(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1))}
    return frozenset(_hash(run) for run in runs)


def _hash(run: str) -> int:
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest()) >> 1
