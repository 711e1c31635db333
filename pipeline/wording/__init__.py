"""What alerts say, by the reader's language: fixed words in catalogues; dates, numbers and lists as it writes them."""

from pipeline.wording.words import LANGUAGES, Words, words_in

__all__ = ["LANGUAGES", "Words", "words_in"]
