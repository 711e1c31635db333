"""From a document to its claims, each with the exact words that say it."""
