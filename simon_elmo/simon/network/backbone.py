"""SIMOn's encoder: characters to cells, cells to a column, as a feature vector."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.network.bidirectional_pooling import BidirectionalPooling
from simon_elmo.simon.network.character_convolution import CharacterConvolution
from simon_elmo.simon.network.gather_cells import GatherCells
from simon_elmo.simon.network.ngram_embedding import NGramEmbedding


def cell_encoder(config: SimonConfig, name: str = "cell_encoder") -> keras.Model:
    """Return the network from character ids, integer (cells, max_len), to vectors, float (cells, 2 * cell_units).

    Convolutions with max-pooling over characters, then a bidirectional LSTM whose last states are the cell's vector,
    to which what a table of n-grams knows is added where there is one.
    """
    ids = keras.Input((config.max_len,), dtype=config.character_dtype, name="characters")
    x: Any = ids
    for level, (filters, width, pool) in enumerate(
        zip(config.filters, config.kernel_widths, config.pool_sizes, strict=True)
    ):
        if level == 0:
            convolution = CharacterConvolution(
                config.n_characters, filters, width, padding=config.padding, name="convolution_0"
            )
        else:
            convolution = layers.Conv1D(
                filters,
                width,
                padding=config.padding,
                activation="relu",
                kernel_initializer="glorot_normal",
                name=f"convolution_{level}",
            )
        x = layers.Dropout(config.convolution_dropout, name=f"convolution_dropout_{level}")(convolution(x))
        if pool > 1:
            x = layers.MaxPooling1D(pool, name=f"pool_{level}")(x)
    lstm = layers.LSTM(
        config.cell_units, dropout=config.lstm_dropout, recurrent_dropout=config.recurrent_dropout, name="lstm"
    )
    x = layers.Bidirectional(lstm, name="cell_lstm")(x)
    if config.ngram_buckets:
        known = NGramEmbedding(config.ngram_buckets, config.ngram_units, name="ngrams")(ids)
        # nothing is added at first, so that a network without the table can be trained further with one
        known = layers.Dense(2 * config.cell_units, use_bias=False, kernel_initializer="zeros", name="known")(known)
        x = layers.Add(name="encoded_and_known")([x, known])
    return keras.Model(ids, layers.Dropout(config.cell_dropout, name="cell_dropout")(x), name=name)


def header_encoder(config: SimonConfig, name: str = "header_encoder") -> keras.Model:
    """Return the network from the characters of names, integer (names, max_len), to (names, 2 * header_filters).

    The maxima over all places of convolutions that see 3 and 5 characters: which pieces of words a name holds.
    """
    ids = keras.Input((config.max_len,), dtype=config.character_dtype, name="characters")
    narrow = CharacterConvolution(
        config.n_characters, config.header_filters, 3, padding="same", name="header_convolution_0"
    )(ids)
    wide = layers.Conv1D(
        config.header_filters,
        3,
        padding="same",
        activation="relu",
        kernel_initializer="glorot_normal",
        name="header_convolution_1",
    )(narrow)
    maxima = [layers.GlobalMaxPooling1D(name=f"header_maximum_{i}")(x) for i, x in enumerate((narrow, wide))]
    return keras.Model(ids, layers.Concatenate(name="header_maxima")(maxima), name=name)


@keras.saving.register_keras_serializable(package="simon_elmo")
class SimonBackbone(keras.Model):
    """Column encoder: distinct cells and their places in columns to a feature vector a column.

    Args:
        config: the shapes; `SimonConfig.published()` is the published model.

    Inputs: a dictionary of `cells`, `config.character_dtype` (distinct, max_len), character ids of the distinct cells
    of a batch, and `index`, int32 (batch, cells), which of them each column holds. Where `config.reads_headers`, the
    first position of a column is its name (an empty cell for none) and its cells follow.
    Output: float (batch, feature_units), the penultimate activations.

    Example:
        >>> import numpy as np
        >>> cells, index = np.zeros((3, 20), "uint8"), np.array([[0, 1, 2], [2, 2, 0]], "int32")
        >>> SimonBackbone(SimonConfig.published())({"cells": cells, "index": index}).shape
        TensorShape([2, 128])
    """

    def __init__(self, config: SimonConfig, **kwargs: Any) -> None:
        # === Layers ===
        encoder = cell_encoder(config)
        only_last = config.column_pooling == ("last",)
        lstm = layers.LSTM(
            config.column_units,
            return_sequences=not only_last,
            dropout=config.lstm_dropout,
            recurrent_dropout=config.recurrent_dropout,
            name="lstm",
        )
        column_lstm = layers.Bidirectional(lstm, name="column_lstm")

        # === Functional Model ===
        cells = keras.Input((config.max_len,), dtype=config.character_dtype, name="cells")
        index = keras.Input((None,), dtype="int32", name="index")
        column = GatherCells(name="gather_cells")(encoder(cells), index)
        if config.reads_headers:
            header, column = column[:, 0], column[:, 1:]
            if config.header_filters:
                names = GatherCells(dtype=config.character_dtype, name="gather_names")(cells, index[:, 0])
                header = layers.Concatenate(name="header_parts")([header, header_encoder(config)(names)])
                header = layers.Dropout(config.cell_dropout, name="header_dropout")(header)
        column = column_lstm(column)
        if not only_last:
            column = BidirectionalPooling(config.column_pooling, name="column_pooling")(column)
        if config.reads_headers:
            header = layers.Dense(config.header_units, activation="relu", name="header")(header)
            column = layers.Concatenate(name="column_and_header")([column, header])
        column = layers.Dropout(config.column_dropout, name="column_dropout")(column)
        features = layers.Dense(config.feature_units, activation="relu", name="features")(column)
        super().__init__({"cells": cells, "index": index}, features, **kwargs)

        # === Config ===
        self.config = config

    def get_config(self) -> dict[str, Any]:
        """Return the configuration as plain values."""
        return {"config": self.config.to_dict(), "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> SimonBackbone:
        """Build the network from what `get_config` returned."""
        return cls(SimonConfig.from_dict(config["config"]), name=config["name"])
