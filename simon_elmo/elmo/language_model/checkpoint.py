"""Everything that training needs to go on where it stopped, in one file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from simon_elmo.elmo.language_model.steps import LanguageModel
from simon_elmo.elmo.language_model.streams import TextStreams
from simon_elmo.errors import CorruptPreset, WeightMismatch
from simon_elmo.persistence.files import replaced_atomically

_MODEL, _STREAMS = "variable/", "streams/"


def save_checkpoint(path: str | Path, model: LanguageModel, streams: TextStreams, progress: Mapping[str, Any]) -> None:
    """Write weights, optimizer, carried states, random generators and the place in the corpus; whole or not at all.

    Args:
        path: the file, `.npz`.
        model: in training.
        streams: its batches.
        progress: JSON values to keep with them.
    """
    arrays: dict[str, Any] = {f"{_MODEL}{name}": value for name, value in model.state().items()}
    arrays |= {f"{_STREAMS}{name}": value for name, value in streams.state().items()}
    generator = None if model.sampler is None else model.sampler.rng.bit_generator.state
    facts = json.dumps({"progress": progress, "options": model.config.to_options(), "sampler": generator})
    arrays["facts"] = np.frombuffer(facts.encode("utf-8"), dtype=np.uint8)
    with replaced_atomically(path) as temporary, open(temporary, "wb") as file:
        np.savez(file, **arrays)


def load_checkpoint(path: str | Path, model: LanguageModel, streams: TextStreams) -> dict[str, Any]:
    """Bring a model and its batches to where they were, and return the progress that was saved.

    Raises:
        CorruptPreset: if the file cannot be read.
        WeightMismatch: if it is of another model or optimizer.
        InvalidInput: if it is of another corpus.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        facts = json.loads(arrays.pop("facts").tobytes())
        progress, generator = facts["progress"], facts["sampler"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CorruptPreset(f"{path} is not a readable checkpoint: {error}; remove it to begin anew") from error
    if (generator is None) != (model.sampler is None):
        raise WeightMismatch(f"{path} is of another model or optimizer: 'sampled softmax'")
    streams.restore(_below(_STREAMS, arrays))
    model.restore(_below(_MODEL, arrays), str(path))  # last: what does not fit leaves the model as it is
    if model.sampler is not None:
        model.sampler.rng.bit_generator.state = generator
    return progress


def _below(prefix: str, arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name.removeprefix(prefix): value for name, value in arrays.items() if name.startswith(prefix)}
