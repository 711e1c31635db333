"""Names: what makes two ways of writing a person, a model or an organisation the same."""
