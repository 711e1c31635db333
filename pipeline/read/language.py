"""The language a document is written in."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_OTHER_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_SAMPLE = 4000


def language_of(stated: str | None, text: str) -> str:
    """A two-letter code: what the page states where its script allows that, otherwise what the text shows.

    Templates lie (`lang="en"` over Chinese text), so the characters have the last word on Chinese.
    """
    sample = text[:_SAMPLE]
    han = len(_HAN.findall(sample))
    share = han / max(1, han + len(_LATIN_WORD.findall(sample)))
    code = re.split(r"[-_]", (stated or "").strip().lower())[0]
    if code == "zh" and share > 0.05:
        return "zh"
    if _OTHER_EAST_ASIAN.search(sample) is None:
        if share > 0.4:
            return "zh"
        if code == "en" and share < 0.1:
            return "en"
    if len(code) == 2 and code.isascii() and code.isalpha() and code not in ("en", "zh"):
        return code
    return _guess(sample)


def _guess(sample: str) -> str:
    # Imported here: it loads a model, and most pages state their language truthfully.
    import py3langid

    code, _ = py3langid.classify(sample)
    return str(code)
