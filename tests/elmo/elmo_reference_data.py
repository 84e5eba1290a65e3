"""Largest differences from the reference implementation's outputs on the backend that KERAS_BACKEND names, as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from simon_elmo.elmo.embedder import ElmoEmbedder

folder = Path(sys.argv[1])
errors: dict[str, float] = {}


def record(name, found, expected):
    assert found.shape == expected.shape, (name, found.shape, expected.shape)
    errors[name] = max(errors.get(name, 0.0), float(np.abs(found - expected).max(initial=0)))


def embedder(path):
    return ElmoEmbedder.from_files(path / "options.json", path / "lm_weights.hdf5", stateful=True)


elmo = embedder(folder / "bilm-tf")
sentences = json.loads((folder / "bilm-tf/lm_embeddings_sentences.json").read_text())
expected = np.load(folder / "computed/bilm_tf_all_layers.npz")
tops = [h5py.File(folder / f"bilm-tf/lm_embeddings_{row}.hdf5") for row in range(3)]
for number in range(10):
    for row, found in enumerate(elmo.embed_batch([column[number] for column in sentences])):
        record("all layers", found, expected[f"{row}_{number}"])
        forward, backward = tops[row][str(number)][()]
        record("top layers", found[2], np.concatenate([forward, backward], axis=-1))

with tempfile.TemporaryDirectory() as temporary:
    elmo.reset_states()
    lines = (folder / "computed/dataset.txt").read_text().split("\n")[:-1]
    elmo.dump_embeddings(lines, Path(temporary) / "out.hdf5")
    with (
        h5py.File(Path(temporary) / "out.hdf5") as ours,
        h5py.File(folder / "computed/bilm_tf_dump_bilm.hdf5") as theirs,
    ):
        assert ours.keys() == theirs.keys()
        for key in theirs:
            record("dump", ours[key][()], theirs[key][()])
    words = (folder / "bilm-tf/vocab_test.txt").read_text().split("\n")[:-1]
    elmo.dump_tokens(words, Path(temporary) / "tokens.hdf5")
    with (
        h5py.File(Path(temporary) / "tokens.hdf5") as ours,
        h5py.File(folder / "computed/bilm_tf_dump_token.hdf5") as theirs,
    ):
        record("tokens", ours["embedding"][()], theirs["embedding"][()])

batches = json.loads((folder / "computed/variant_batches.json").read_text())
for path in sorted((folder / "computed").glob("variant_*/")):
    if path.is_dir():
        variant, vectors = embedder(path), np.load(path / "expected.npz")
        for number, batch in enumerate(batches):
            for row, found in enumerate(variant.embed_batch(batch)):
                record(path.name, found, vectors[f"emb_{number}"][row][:, : len(batch[row])])

from keras import ops  # noqa: E402

from simon_elmo.elmo.network.scalar_mix import ScalarMix  # noqa: E402

file = np.load(folder / "computed/weight_layers.npz")
for name in ("ln0_top0", "ln1_top0", "ln0_top1", "ln1_top1"):
    mix = ScalarMix(
        3, layer_norm="ln1" in name, top_only="top1" in name, initial_weights=[0.1, 0.3, 0.5], initial_gamma=1.1
    )
    mask = file[f"{name}_mask"]
    layers = [file[f"{name}_lm"][:, number] for number in range(3)]
    found = ops.convert_to_numpy(mix(layers, lengths=mask.sum(axis=1)))
    record("weight layers", found[mask], file[f"{name}_weighted"][mask])

sys.stdout.write(json.dumps(errors) + "\n")
