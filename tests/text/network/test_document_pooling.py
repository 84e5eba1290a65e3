from __future__ import annotations

import keras
import numpy as np
import pytest

from simon_elmo.text.network.document_pooling import DocumentPooling
from simon_elmo.text.vectors import _pooled


@pytest.mark.parametrize("bidirectional", [True, False])
def test_only_words_count_and_texts_without_any_give_zeros(bidirectional):
    rng = np.random.default_rng(0)
    vectors = rng.normal(-3, 1, (3, 6, 2, 4)).astype("float16").astype("float32")
    lengths = np.array([4, 0, 6])
    vectors[0, 4:] = np.nan
    pooled = keras.ops.convert_to_numpy(DocumentPooling(bidirectional)(vectors, lengths=lengths))
    assert pooled.shape == (3, 3, 2, 4)
    assert not pooled[1].any()
    np.testing.assert_array_equal(pooled[0, 0, :, :2], vectors[0, 3, :, :2])
    np.testing.assert_array_equal(pooled[0, 0, :, 2:], vectors[0, 0 if bidirectional else 3, :, 2:])
    np.testing.assert_array_equal(pooled[2, 1], vectors[2].max(axis=0))
    np.testing.assert_allclose(pooled[0, 2], vectors[0, :4].mean(axis=0), rtol=1e-6)
    for row in (0, 2):  # vectors that are cached are pooled alike
        words = vectors[row, : lengths[row]].astype(np.float16)
        np.testing.assert_allclose(_pooled(words, bidirectional), pooled[row], rtol=1e-5)
