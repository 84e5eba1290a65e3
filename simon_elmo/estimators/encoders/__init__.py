"""One column of anything as numbers: what `TableVectorizer` does with each kind of column."""
