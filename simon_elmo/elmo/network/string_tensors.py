"""ELMo's character ids made from string tensors, inside a TensorFlow graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from simon_elmo.elmo.characters import (
    BEGIN_SENTENCE,
    BEGIN_SENTENCE_ID,
    BEGIN_WORD_ID,
    END_SENTENCE,
    END_SENTENCE_ID,
    END_WORD_ID,
    PADDING_ID,
)
from simon_elmo.errors import InvalidInput


def is_text(inputs: Any) -> bool:
    """Return whether a tensor or array holds strings."""
    dtype = inputs.dtype
    return dtype.kind in "OSU" if isinstance(dtype, np.dtype) else "string" in str(dtype)


def as_string_tensor(inputs: Any) -> Any:
    """Return strings as a TensorFlow tensor.

    Raises:
        InvalidInput: on a backend without string tensors.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        raise InvalidInput("only the TensorFlow backend reads strings; pass character ids made by encode_sentences")
    import tensorflow as tf

    return tf.convert_to_tensor(inputs, dtype=tf.string)


def split_on_white_space(sentences: Any) -> tuple[Any, Any]:
    """Return tokens, string (batch, words), and how many there are in each row, int32 (batch,).

    Args:
        sentences: string tensor (batch,).
    """
    import tensorflow as tf

    words = tf.strings.split(sentences)
    return words.to_tensor(default_value=""), tf.cast(words.row_lengths(), tf.int32)


def word_characters(tokens: Any, lengths: Any, max_characters: int) -> Any:
    """Return character ids, int32 (batch, words, max_characters), zeros after a row's length.

    The rows are those of `encode_words`.

    Args:
        tokens: string tensor (batch, words).
        lengths: integer (batch,).
        max_characters: positions of a word.
    """
    import tensorflow as tf

    limit = max_characters - 2
    content = tf.cast(tf.io.decode_raw(tokens, tf.uint8, fixed_length=limit), tf.int32) + 1
    sizes = tf.minimum(tf.strings.length(tokens), limit)[..., None]
    for word, number in ((BEGIN_SENTENCE, BEGIN_SENTENCE_ID), (END_SENTENCE, END_SENTENCE_ID)):
        special = tf.equal(tokens, word)[..., None]
        content, sizes = tf.where(special, number, content), tf.where(special, 1, sizes)
    position = tf.range(max_characters)
    padded = tf.pad(content, [[0, 0], [0, 0], [1, 1]])
    ids = tf.where(position <= sizes, padded, PADDING_ID)
    ids = tf.where(tf.equal(position, sizes + 1), END_WORD_ID, ids)
    ids = tf.where(tf.equal(position, 0), BEGIN_WORD_ID, ids)
    counts = tf.range(tf.shape(tokens)[1]) < tf.cast(lengths, tf.int32)[:, None]
    return tf.where(counts[..., None], ids, 0)
