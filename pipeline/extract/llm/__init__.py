"""The second extractor: a language model reads a document, and what the document bears out becomes claims."""

from pipeline.extract.llm.combine import combine
from pipeline.extract.llm.reader import ModelReader, Reading

__all__ = ["ModelReader", "Reading", "combine"]
