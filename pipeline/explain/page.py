"""Explanations as one page of HTML that needs nothing from outside; every text in it is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from pipeline.explain.explanation import Explanation
from pipeline.explain.wording import headline, rule_of, standing, visible, visible_lines


def page(explanations: Sequence[Explanation]) -> str:
    """The page: each document's text with its claims marked, and a table of the claims below."""
    return _template().render(explanations=explanations)


@cache
def _template() -> Template:
    # No loading from elsewhere, no code: the template is ours, the texts are the open web's.
    environment = Environment(
        loader=PackageLoader("pipeline.explain"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": visible, "visible_lines": visible_lines}
    environment.filters |= {"headline": headline, "standing": standing, "rule": rule_of}
    return environment.get_template("explained.html.j2")
