"""Everything that training needs to go on where it stopped, in one file."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from simon_elmo.elmo.language_model.steps import LanguageModel
from simon_elmo.elmo.language_model.streams import TextStreams
from simon_elmo.errors import CorruptPreset, WeightMismatch
from simon_elmo.persistence.files import replaced_atomically


def save_checkpoint(path: str | Path, model: LanguageModel, streams: TextStreams, progress: Mapping[str, Any]) -> None:
    """Write weights, optimizer, carried states, random generators and the place in the corpus; whole or not at all.

    Args:
        path: the file, `.npz`.
        model: in training.
        streams: its batches.
        progress: JSON values to keep with them.
    """
    arrays = {f"variable/{name}": ops.convert_to_numpy(variable) for name, variable in _variables(model).items()}
    arrays |= {f"streams/{name}": value for name, value in streams.state().items()}
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
    variables = _variables(model)
    found = {name.removeprefix("variable/"): value for name, value in arrays.items() if name.startswith("variable/")}
    if set(found) != set(variables) or (generator is None) != (model.sampler is None):
        other = sorted(set(found) ^ set(variables))
        raise WeightMismatch(f"{path} is of another model or optimizer: {other[0] if other else 'sampled softmax'!r}")
    for name, variable in variables.items():
        if tuple(found[name].shape) != tuple(variable.shape):
            raise WeightMismatch(
                f"{path}: {name!r} has shape {found[name].shape}, the options expect {tuple(variable.shape)}"
            )
    streams.restore({name.removeprefix("streams/"): arrays[name] for name in arrays if name.startswith("streams/")})
    for name, variable in variables.items():
        variable.assign(found[name])
    if model.sampler is not None:
        model.sampler.rng.bit_generator.state = generator
    return progress


def _variables(model: LanguageModel) -> dict[str, Any]:
    """Return all variables by their place: paths depend on what else a process has made."""
    named = {f"model/{number}": variable for number, variable in enumerate(model.network.variables)}
    return {**named, **{f"optimizer/{number}": variable for number, variable in enumerate(model.optimizer.variables)}}
