"""One document once: canonical addresses, fingerprints of texts, and stories with their copies."""
