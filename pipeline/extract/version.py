"""The version of the extractor's program, apart from its rules so that asking for it loads none of them."""

EXTRACTOR_VERSION = "4"
"""Raised with every change that gives other claims for the same text and lexicons."""
