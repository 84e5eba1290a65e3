"""`TableVectorizer`: a table of anything as a matrix of numbers, by what its columns hold."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from simon_elmo.errors import InvalidInput
from simon_elmo.estimators.elmo_transformer import ElmoTransformer
from simon_elmo.estimators.encoders.day_order import with_one_day_order
from simon_elmo.estimators.encoders.table_column import TableColumn
from simon_elmo.estimators.encoders.treatments import Options, choose_treatment
from simon_elmo.estimators.models import shared_model
from simon_elmo.estimators.simon_transformer import SimonTransformer
from simon_elmo.estimators.tables import aligned, as_frame, in_parallel, output_names
from simon_elmo.labels.specificity import most_specific

FILLS = ("median", None)
IDENTIFIERS = ("drop", "keep", "encode")


class TableVectorizer(TransformerMixin, BaseEstimator):
    """Turns a table of strings, numbers, dates or any mixture of them into numbers, by what each column holds.

    What a column holds is predicted from a sample of the training rows and borne out by its cells: dates become
    seconds since 1970 and the parts of the calendar that vary; `45%`, `$1,200.50`, `(3,000)`, `1.234,5` and `1e5`
    numbers; `yes` and `no` 1 and 0; values that repeat indicators or codes; texts the components of their n-grams, or
    of SIMOn's or ELMo's vectors. What identifies a row or a person is dropped. The output columns are those of the
    training rows whatever is transformed later; cells that cannot be read become missing.

    Args:
        preset: of the classifier of columns: a name, or a folder that `save` wrote; None is the default preset.
        types: column name -> its label, or tuple of labels, instead of the predicted ones.
        treatments: column name -> `"number"`, `"date"`, `"boolean"`, `"coordinates"`, `"category"`, `"text"` or
            `"drop"`, whatever its labels are. Where names are no strings or repeat, columns are also named by position.
        categories: `"one-hot"` or `"ordinal"` (codes 0, 1, ... by frequency).
        max_levels: levels of a category that are told apart; the rest is one bucket, "other". With more different
            values a column of words is treated as text, unless `treatments` says that it is a category, or
            `categories="ordinal"` and it is predicted to be one.
        identifiers: of identifiers, hashes, personal names, e-mails, phones and constant columns: `"drop"`; `"keep"`
            them as numbers or codes; or `"encode"` their characters as text.
        text: `"ngrams"`, `"simon"` (the features of the preset), `"elmo"` (the vectors of `elmo-small-en`), `"drop"`,
            or a scikit-learn transformer of texts such as `ElmoTransformer(...)`.
        text_components: outputs of a column of texts, at most, and its length.
        day_first: whether `03/04/2020` is in April, for columns that do not tell; None: where columns of the same table
            tell, as there, else as is the custom with the sign between day and month.
        fill: `"median"` replaces missing values by the median of the training rows, and adds an indicator for each
            column that has missing cells in them; None leaves NaN.
        use_headers: whether column names are evidence.
        sample: training rows from which types are predicted.
        seed: fixes which rows and cells are looked at, and the components of texts.

    Attributes:
        summary_: a DataFrame, one row per column of the training table: `column`, `labels`, `probability` (of the most
            specific label), `treatment`, `detail`, `outputs` (their number), `missing` and `failed` (cells).
        feature_names_in_: the names of the columns, where all are strings.
        n_features_in_: their number.

    Example:
        >>> import pandas as pd
        >>> from simon_elmo.estimators import TableVectorizer
        >>> columns = {"sold": ["3/25/2020", "3/4/2020"], "price": ["$1,200.50", "(3)"], "new": ["yes", "no"]}
        >>> table = pd.DataFrame(columns)
        >>> vectorizer = TableVectorizer().set_output(transform="pandas")
        >>> vectorizer.fit_transform(table)[["sold_day", "price", "new"]].to_numpy().tolist()
        [[25.0, 1200.5, 1.0], [4.0, -3.0, 0.0]]
    """

    def __init__(
        self,
        preset: str | Path | None = None,
        types: Mapping[Hashable, str | tuple[str, ...]] | None = None,
        treatments: Mapping[Hashable, str] | None = None,
        categories: str = "one-hot",
        max_levels: int = 30,
        identifiers: str = "drop",
        text: Any = "ngrams",
        text_components: int = 30,
        day_first: bool | None = None,
        fill: str | None = "median",
        use_headers: bool = True,
        sample: int = 2000,
        seed: int = 0,
    ) -> None:
        self.preset = preset
        self.types = types
        self.treatments = treatments
        self.categories = categories
        self.max_levels = max_levels
        self.identifiers = identifiers
        self.text = text
        self.text_components = text_components
        self.day_first = day_first
        self.fill = fill
        self.use_headers = use_headers
        self.sample = sample
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> TableVectorizer:
        """Choose what to do with each column, from the training rows alone.

        Args:
            X: a DataFrame of any dtypes, a mapping of names to cells, a list of rows or a 2-d array.
            y: ignored.

        Raises:
            InvalidInput: for something that is not a table, no rows or no columns, or a wrong argument.
            UnknownLabel: for a label in `types` that the classifier does not have.
            PresetNotFound: if there is no such preset.
        """
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: Any, y: Any = None, **fit_params: Any) -> np.ndarray:
        """Return what `fit` and then `transform` return, each cell parsed once."""
        frame = as_frame(self, X, reset=True)
        options = self._options()
        columns = [TableColumn(str(name), frame.iloc[:, at]) for at, name in enumerate(frame.columns)]
        types, treatments = (self._by_position(given, frame) for given in (self.types, self.treatments))
        labels, probabilities = self._labels(columns, types)
        chosen = [
            choose_treatment(column, labels[at], options, treatments.get(at), at in types)
            for at, column in enumerate(columns)
        ]
        self._treatments = with_one_day_order(columns, labels, chosen, treatments, options)
        blocks, failed = self._blocks(columns)
        self._indicators = [
            self.fill is not None and bool(np.isnan(block).any()) and block.shape[1] > 0 for block in blocks
        ]
        self._medians = [_medians(block) for block in blocks]
        self._names = output_names(
            [column.name for column in columns],
            [treatment.encoder.outputs if treatment.encoder else () for treatment in self._treatments],
            self._indicators,
        )
        self.summary_ = pd.DataFrame(
            {
                "column": list(frame.columns),
                "labels": labels,
                "probability": probabilities,
                "treatment": [treatment.name for treatment in self._treatments],
                "detail": [treatment.detail for treatment in self._treatments],
                "outputs": [block.shape[1] for block in blocks],
                "missing": [column.n_missing for column in columns],
                "failed": failed,
            }
        )
        return self._matrix(blocks)

    def transform(self, X: Any) -> np.ndarray:
        """Return float64 (n_rows, n_outputs), the outputs that training fixed.

        Args:
            X: a table with the columns of the training rows: in any order where names differ, and with others beside
                them where names are strings; else the same number of columns in the same order.

        Raises:
            InvalidInput: for a table that lacks columns.
            NotFittedError: before `fit`.
        """
        blocks, _ = self._blocks(self._columns(X))
        return self._matrix(blocks)

    def count_failures(self, X: Any) -> pd.Series:
        """Return for each column how many cells of a table cannot be read, or hold categories unseen in training.

        Args:
            X: as for `transform`.
        """
        columns = self._columns(X)
        _, failed = self._blocks(columns)
        return pd.Series(failed, index=pd.Index(self.summary_["column"], name="column"), name="failed")

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the outputs, all different: the column's, or the column's and a part's (`born_year`)."""
        check_is_fitted(self, "summary_")
        return np.array(self._names, dtype=object)

    # === Parts ===

    def _options(self) -> Options:
        if self.fill not in FILLS:
            raise InvalidInput(f"fill must be 'median' or None: {self.fill!r}")
        if self.identifiers not in IDENTIFIERS:
            raise InvalidInput(f"identifiers must be one of {', '.join(IDENTIFIERS)}: {self.identifiers!r}")
        for name in ("max_levels", "text_components", "sample"):
            if not isinstance(getattr(self, name), (int, np.integer)) or getattr(self, name) < 1:
                raise InvalidInput(f"{name} must be a whole number from 1: {getattr(self, name)!r}")
        return Options(
            self.categories,
            self.max_levels,
            self.identifiers,
            self._text_network(),
            self.text_components,
            self.day_first,
            self.seed,
        )

    def _text_network(self) -> Any:
        if not isinstance(self.text, str):
            if not hasattr(self.text, "fit_transform"):
                raise InvalidInput(f"text must be a transformer, ngrams, simon, elmo or drop: {self.text!r}")
            return self.text
        networks = {
            "ngrams": None,
            "simon": SimonTransformer(kind="documents", preset=self.preset, seed=self.seed),
            "elmo": ElmoTransformer(),
            "drop": "drop",
        }
        if self.text not in networks:
            raise InvalidInput(f"text must be a transformer, ngrams, simon, elmo or drop: {self.text!r}")
        return networks[self.text]

    def _labels(self, columns: list[TableColumn], types: dict[int, Any]) -> tuple[list[tuple[str, ...]], list[float]]:
        """Return the labels of each column, and the probability of the most specific one."""
        classifier = shared_model("columns", self.preset)
        n = len(columns[0])
        rows = np.arange(n)
        if n > self.sample:
            rows = np.sort(np.random.default_rng(self.seed).choice(n, self.sample, replace=False))
        cells = [column.sampled_texts(rows) for column in columns]
        predicted = classifier.predict_proba(
            cells, use_headers=self.use_headers, seed=self.seed, headers=[column.name for column in columns]
        )
        labels = classifier.label_set.decide(predicted)
        for at, given in types.items():
            labels[at] = (given,) if isinstance(given, str) else tuple(given)
            for label in labels[at]:
                classifier.label_set.index(label)
            predicted[at] = classifier.label_set.multi_hot([labels[at]])[0]
        best = [most_specific(names) for names in labels]
        positions = {label: position for position, label in enumerate(classifier.labels)}
        return labels, [
            float(row[positions[label]]) if label in positions else 0.0
            for row, label in zip(predicted, best, strict=True)
        ]

    def _by_position(self, given: Mapping[Hashable, Any] | None, frame: pd.DataFrame) -> dict[int, Any]:
        """Return what the user says about columns, by their positions."""
        found: dict[int, Any] = {}
        names = list(frame.columns)
        for name, value in (given or {}).items():
            positions = [at for at, column in enumerate(names) if column == name]
            if not positions and isinstance(name, int) and 0 <= name < len(names):
                positions = [name]
            if not positions:
                raise InvalidInput(f"there is no column {name!r}; the columns are {', '.join(map(str, names[:20]))}")
            found.update(dict.fromkeys(positions, value))
        return found

    def _columns(self, X: Any) -> list[TableColumn]:
        check_is_fitted(self, "summary_")
        frame = aligned(self, as_frame(self, X, reset=False), list(self.summary_["column"]))
        return [TableColumn(str(name), frame.iloc[:, at]) for at, name in enumerate(frame.columns)]

    def _blocks(self, columns: list[TableColumn]) -> tuple[list[np.ndarray], list[int]]:
        """Return the outputs of each column with NaN where cells are missing or failed, and how many failed."""

        def encoded(at: int) -> tuple[np.ndarray, int]:
            encoder = self._treatments[at].encoder
            return (np.zeros((len(columns[at]), 0)), 0) if encoder is None else encoder.transform(columns[at])

        found = in_parallel(encoded, range(len(columns)))
        return [block for block, _ in found], [failed for _, failed in found]

    def _matrix(self, blocks: list[np.ndarray]) -> np.ndarray:
        parts = []
        for block, medians, indicated in zip(blocks, self._medians, self._indicators, strict=True):
            missing = np.isnan(block)
            parts.append(np.where(missing, medians, block) if self.fill is not None else block)
            if indicated:
                parts.append(missing.any(axis=1, keepdims=True).astype(np.float64))
        return np.concatenate(parts, axis=1)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _medians(block: np.ndarray) -> np.ndarray:
    """Return the median of each output, 0 where all of it is missing."""
    medians = np.zeros(block.shape[1])
    for at, values in enumerate(block.T):
        present = values[~np.isnan(values)]
        medians[at] = np.median(present) if len(present) else 0.0
    return medians
