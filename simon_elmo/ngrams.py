"""How character n-grams are hashed, the same in Keras and in ONNX."""

NGRAM_WIDTHS = (3, 5)
# one factor a place of an n-gram; five ids below 256 times these add up to less than 2**31
NGRAM_MULTIPLIERS = (1_000_003, 611_953, 350_377, 1_299_709, 746_773)
