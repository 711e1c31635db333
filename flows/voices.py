"""The tree of those who tell of an event, and its way up and down the ladder, as a person reads them."""

from __future__ import annotations

from collections.abc import Sequence

from flows.output import clean, say
from flows.reports import counted
from warehouse.voices import Step, Telling, Voice

MOST_REPEATS = 5
"""Copies and citations that are shown of one voice; more are counted."""

_REPEATS = {"copy": "copied by", "rewrite": "rewritten by", "cites": "cited by"}
_MOVED = {"said": "on the word of", "withdrawn": "taken back by", "decided": "decided by"}


def tell_voices(voices: Sequence[Voice]) -> None:
    """Print who said it first, who found out on their own, and under each who repeats them."""
    for against, heading in ((False, "told by"), (True, "denied by")):
        heard = [voice for voice in voices if voice.against is against]
        if heard:
            say(f"  {heading} {counted(len(heard), 'independent voice')}", style="cyan")
        for voice in heard:
            _tell_voice(voice)


def tell_steps(steps: Sequence[Step]) -> None:
    """Print each status the event has had since when, and what moved it."""
    for step in steps:
        moved = f"{_MOVED[step.moved_by]} {step.whose}" if step.moved_by in _MOVED else "its tellings were regrouped"
        say(clean(f"  {step.status} since {step.at:%Y-%m-%d %H:%M} UTC, {moved}: {step.where or ''}".rstrip(": ")))


def _tell_voice(voice: Voice) -> None:
    own = [one for one in voice.tellings if one.role not in _REPEATS]
    repeats = [one for one in voice.tellings if one.role in _REPEATS]
    if not own:
        say(f"    {clean(voice.name)}, of whom we have only what others say")
    for number, telling in enumerate(own):
        told = ", first" if telling.role == "first" and number == 0 else ""
        say(f"    {_whose(telling)}{told}{_how(telling)}", style="bold" if told else "")
        _tell_words(telling, "      ")
    for telling in repeats[:MOST_REPEATS]:
        citing = f", citing {telling.attributed_to}" if telling.role == "cites" else ""
        say(clean(f"      {_REPEATS[telling.role]} {_whose(telling)}{citing}"))
        _tell_words(telling, "        ")
    if len(repeats) > MOST_REPEATS:
        say(f"      and repeated {len(repeats) - MOST_REPEATS} times more")


def _tell_words(telling: Telling, indent: str) -> None:
    say(f"{indent}“{' '.join(clean(telling.quote).split())}”")
    say(f"{indent}  {clean(telling.url)}", style="dim")


def _whose(telling: Telling) -> str:
    return clean(f"{telling.publisher} ({telling.tier}), {telling.since:%Y-%m-%d %H:%M} UTC")


def _how(telling: Telling) -> str:
    said = f", attributed to {telling.attributed_to}" if telling.attributed_to else ""
    return clean(said + ("" if telling.modality == "asserted" else f", {telling.modality}"))
