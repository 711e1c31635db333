"""Reading: the bytes of a page or a text file become one document with its text, dates and language."""
