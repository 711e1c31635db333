"""A document with its claims marked in its text, for those who look for what a rule did or did not do."""

from pipeline.explain.explanation import Explanation, Passage, Run, explain
from pipeline.explain.page import page

__all__ = ["Explanation", "Passage", "Run", "explain", "page"]
