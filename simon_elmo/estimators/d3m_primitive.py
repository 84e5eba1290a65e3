"""`SimonPrimitive`: the classifier of columns behind the calls of a D3M primitive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from simon_elmo.errors import InvalidInput, NotFitted
from simon_elmo.estimators.simon_classifier import SimonClassifier
from simon_elmo.interchange.d3m import to_d3m


@dataclass(frozen=True)
class CallResult:
    """What a call of a primitive returns.

    Attributes:
        value: the answer.
        has_finished: always true: there is no partial work.
        iterations_done: 1 where something was learned.
    """

    value: Any
    has_finished: bool = True
    iterations_done: int | None = None


class SimonPrimitive:
    """Labels the columns of tables, with the methods of a D3M primitive and no dependency on D3M.

    Without training data the labels of the preset are predicted; with it, those of the training columns.

    Args:
        preset: a preset's name, or a folder that `save` wrote; None is the default preset.
        use_headers: whether column names are evidence.
        random_seed: fixes which cells of long columns are looked at.

    Example:
        >>> import pandas as pd
        >>> primitive = SimonPrimitive()
        >>> primitive.fit().iterations_done
        0
        >>> mail = [f"{name}@example.org" for name in ("ann", "bob", "cleo", "dan", "eve", "finn", "gus", "hana")]
        >>> "email" in primitive.produce(inputs=pd.DataFrame({"mail": mail})).value["labels"][0]
        True
    """

    def __init__(self, preset: str | Path | None = None, use_headers: bool = True, random_seed: int = 0) -> None:
        self.preset, self.use_headers, self.random_seed = preset, use_headers, random_seed
        self._training: tuple[list[pd.Series], list[Any]] | None = None
        self._classifier: SimonClassifier | None = None

    def set_training_data(self, *, inputs: pd.DataFrame, outputs: Iterable[Any]) -> None:
        """Give columns and their labels: one label per column, or a tuple of labels.

        Args:
            inputs: a DataFrame whose columns are the samples.
            outputs: the labels of each column.

        Raises:
            InvalidInput: if there are not as many labels as columns.
        """
        labels = list(outputs)
        if len(labels) != inputs.shape[1]:
            raise InvalidInput(f"{inputs.shape[1]} columns have {len(labels)} labels")
        self._training = (_columns(inputs), labels)

    def fit(self, *, timeout: float | None = None, iterations: int | None = None) -> CallResult:
        """Learn the training data, or take the preset's labels where none were given.

        Args:
            timeout: ignored; it takes milliseconds.
            iterations: ignored.
        """
        classifier = SimonClassifier(preset=self.preset, use_headers=self.use_headers, seed=self.random_seed)
        if self._training is None:
            self._classifier = classifier.fit([["0"]])
            return CallResult(None, iterations_done=0)
        self._classifier = classifier.fit(*self._training)
        return CallResult(None, iterations_done=1)

    def produce(
        self, *, inputs: pd.DataFrame, timeout: float | None = None, iterations: int | None = None
    ) -> CallResult:
        """Return the labels of columns.

        Args:
            inputs: a DataFrame.
            timeout: ignored.
            iterations: ignored.

        Returns:
            A DataFrame with one row per column: `column`, `labels` (a tuple, most specific first), `probabilities`
            (label -> probability) and `semantic_types` (addresses, see `to_d3m`).

        Raises:
            NotFitted: before `fit` or `set_params`.
        """
        if self._classifier is None:
            raise NotFitted("fit this primitive, or set its parameters, before it produces anything")
        samples = _columns(inputs)
        classes = [str(name) for name in self._classifier.classes_]
        labels, rows = [], []
        if samples:
            for found, row in zip(
                self._classifier.predict(samples), self._classifier.predict_proba(samples), strict=True
            ):
                labels.append(found if isinstance(found, tuple) else (str(found),))
                rows.append({name: float(value) for name, value in zip(classes, row, strict=True)})
        types = [to_d3m({"": names})[0]["semantic_types"] for names in labels]
        columns = {"column": list(inputs.columns), "labels": labels, "probabilities": rows, "semantic_types": types}
        return CallResult(pd.DataFrame(columns))

    def get_params(self) -> dict[str, Any]:
        """Return what was learned; it pickles without the network."""
        return {"classifier": self._classifier}

    def set_params(self, *, params: Mapping[str, Any]) -> None:
        """Take what `get_params` of another primitive returned.

        Raises:
            InvalidInput: for other parameters.
        """
        if set(params) != {"classifier"} or not isinstance(params["classifier"], SimonClassifier | None):
            raise InvalidInput(f"the parameters are what get_params returned, {{'classifier': ...}}: {dict(params)!r}")
        self._classifier = params["classifier"]


def _columns(frame: pd.DataFrame) -> list[pd.Series]:
    return [frame.iloc[:, position] for position in range(frame.shape[1])]
