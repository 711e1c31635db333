"""How likely a value holds: the log-odds of the independent voices for it and against it.

A voice's reliability is the share of its words that held, starting from what its tier lets expect. Voices are
taken for independent, so their log-odds add up; what more of the same lot can add is capped. The view
`confidence_of` does the same in SQL with each voice's scorecard; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log

from pipeline.categories import Tier
from pipeline.reconcile.statements import Stance

# The chance that an origin's word holds, before it has any record. Set by hand; a record outweighs it.
PRIORS = {Tier.OFFICIAL: 0.95, Tier.PRESS: 0.8, Tier.COMMUNITY: 0.65, Tier.AGGREGATOR: 0.6}
PRIOR_WORDS = 4  # the prior weighs as much as this many settled words
GUESS = 0.5  # the part of its reliability that a voice's guess keeps
LEAST, MOST = 0.02, 0.98  # nothing that is told is surer than this, and no voice either


def tier_of(prior: float) -> Tier:
    """The tier whose origins start from this reliability; raises KeyError where there is none."""
    return {weight: tier for tier, weight in PRIORS.items()}[prior]


def reliability(prior: float, right: int, settled: int) -> float:
    """The chance that a voice's word holds, `right` of its `settled` words having held before."""
    return _bounded((right + PRIOR_WORDS * prior) / (settled + PRIOR_WORDS))


def confidence(backing: Mapping[str, float], against: Mapping[str, float], stance: Stance) -> float:
    """How likely the value holds, 0 to 1, from the reliabilities of the origins for and against it.

    The best voice for it counts whole, every other one as far as it is more often right than not: so another
    voice never makes a value less likely, and no number of guesses makes it more likely than not.
    """
    part = GUESS if stance is Stance.SPECULATES else 1.0
    # Sorted, because a sum of floats depends on the order of its terms in the last digit.
    spoken = sorted((_log_odds(part * one) for one in backing.values()), reverse=True)
    supports = spoken[0] + sum(max(0.0, one) for one in spoken[1:]) if spoken else 0.0
    opposes = sum(sorted(max(0.0, _log_odds(one)) for one in against.values()))
    return round(_bounded(1 / (1 + exp(opposes - supports))), 4)


def _log_odds(chance: float) -> float:
    bounded = _bounded(chance)
    return log(bounded / (1 - bounded))


def _bounded(chance: float) -> float:
    return min(MOST, max(LEAST, chance))
