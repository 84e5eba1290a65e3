"""How character n-grams are hashed, the same in Keras and in ONNX."""

NGRAM_WIDTHS = (3, 5)
# one factor a place of an n-gram; five ids below NGRAM_IDS times these add up to less than 2**31. Larger ids count by
# their remainder: few n-grams have the same in all places.
NGRAM_IDS = 256
NGRAM_MULTIPLIERS = (1_000_003, 611_953, 350_377, 1_299_709, 746_773)
