"""Sources: what each kind of source answers, what to fetch from it, and when to ask again."""
