"""Characters, sentences and cleaning of text."""
