"""What a source is taken for that says only its name, kind and address."""

from __future__ import annotations

import datetime as dt

from pipeline.categories import Tier

# Nobody is official by default: that tier confirms facts, and is for the operator to give.
_TIERS = {
    "gdelt": Tier.AGGREGATOR,
    "google_news": Tier.AGGREGATOR,
    "hackernews": Tier.COMMUNITY,
    "leaderboard": Tier.AGGREGATOR,
    "model_library": Tier.AGGREGATOR,
    "ollama_library": Tier.AGGREGATOR,
    "x_timeline": Tier.COMMUNITY,
}
_HOUR = dt.timedelta(hours=1)
_INTERVALS = {
    **dict.fromkeys(("github_repository", "leaderboard", "openalex", "semantic_scholar"), 24 * _HOUR),
    **dict.fromkeys(("modelscope", "npm", "ollama_library", "page_diff", "page_sections", "pypi"), 6 * _HOUR),
}


def default_tier(kind: str) -> Tier:
    """How much the word of a source of this kind weighs where its entry does not say."""
    return _TIERS.get(kind, Tier.PRESS)


def default_interval(kind: str) -> dt.timedelta:
    """The shortest time between two checks of a source of this kind where its entry does not say."""
    return _INTERVALS.get(kind, _HOUR)
