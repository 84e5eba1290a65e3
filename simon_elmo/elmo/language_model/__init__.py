"""Bidirectional language models: corpora, training, perplexity; `simon_elmo.elmo` exports them."""
