"""Bidirectional character language models: weights, corpora, training, perplexity."""
