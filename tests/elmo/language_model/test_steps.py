from __future__ import annotations

import json

import numpy as np
import pytest

from simon_elmo.elmo import LanguageModel
from simon_elmo.elmo.published_weights import layout_name

REFERENCES = ("chars_bi_skip", "words_bi_shared", "words_forward")


@pytest.mark.slow
@pytest.mark.parametrize("name", REFERENCES)
def test_steps_of_the_reference_are_replayed(shared_data, name):
    folder = shared_data / "elmo" / "computed" / "train" / name
    oracle = np.load(folder / "train_oracle.npz")

    def arrays(prefix):
        return {key.split("/", 1)[1]: oracle[key] for key in oracle if key.startswith(prefix)}

    model = LanguageModel(json.loads((folder / "options.json").read_text()))
    model.load_weights(arrays("var0/"))
    for number in range(6):
        found = model.train_on_batch(arrays(f"batch{number}/"))
        assert found["loss"] == pytest.approx(oracle["losses"][number], abs=1e-5)
        losses = [found[direction] for direction in model.directions]
        np.testing.assert_allclose(losses, oracle["individual_losses"][number], atol=1e-5)
        assert found["gradient_norm"] == pytest.approx(oracle["grad_norm_before_clip"][number], rel=1e-4)
        if number in (0, 5):
            weights = {layout_name(key): value for key, value in model.weights().items()}
            expected = {layout_name(key): value for key, value in arrays(f"var{number + 1}/").items()}
            published = {key.replace("rnn/", "RNN_0/RNN/", 1) if key.startswith("rnn/") else key for key in expected}
            assert len(published) == len(expected)
            for key, value in expected.items():
                key = key.replace("rnn/", "RNN_0/RNN/", 1) if key.startswith("rnn/") else key
                key = (
                    key.replace("projection/kernel", "W_P_0")
                    .replace("/kernel", "/W_0")
                    .replace("LSTMCell/bias", "LSTMCell/B")
                )
                np.testing.assert_allclose(weights[key], value, atol=1e-4, err_msg=key)
