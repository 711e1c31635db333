"""From a document to its claims, each with the exact words that say it."""

from pipeline.extract.extractor import EXTRACTOR_VERSION, Extractor, extract, extractor_for, rules_of

__all__ = ["EXTRACTOR_VERSION", "Extractor", "extract", "extractor_for", "rules_of"]
