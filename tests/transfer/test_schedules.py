from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simon_elmo.errors import InvalidInput
from simon_elmo.transfer.schedules import SCHEDULES, constant, cosine_with_warmup, one_cycle, slanted_triangular, staged


def published_formula(step, total_steps, peak, cut_frac=0.1, ratio=32):
    cut = int(total_steps * cut_frac)
    share = step / cut if step < cut else 1 - (step - cut) / (cut * (1 / cut_frac - 1))
    return peak * (1 + share * (ratio - 1)) / ratio


@pytest.mark.parametrize("total_steps", [10, 50, 1000, 12340])
def test_slanted_triangular_is_the_published_formula(total_steps):
    found = slanted_triangular(np.arange(total_steps), total_steps, 0.01)
    expected = [published_formula(step, total_steps, 0.01) for step in range(total_steps)]
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_slanted_triangular_meets_the_reference_cases(shared_data):
    reference = json.loads((shared_data / "elmo/expected/allennlp_inline.json").read_text())["slanted_triangular"]
    for options, cases in reference["cases"]:
        epochs, steps = options["num_epochs"], options["num_steps_per_epoch"]
        frozen_epochs = 1 if options.get("gradual_unfreezing") else 0
        rates = staged(slanted_triangular, epochs * steps, 1.0, frozen_epochs, steps)
        for step, layer, expected in cases:
            factor = options["decay_factor"] if options.get("discriminative_fine_tuning") and layer == 0 else 1.0
            if layer == 0 and step < frozen_epochs * steps:
                factor = 0.0
            assert rates[step] * factor == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("total_steps", [20, 100, 1003])
def test_one_cycle_is_that_of_torch(total_steps):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    reference = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.02, total_steps=total_steps)
    expected = []
    for step in range(total_steps):
        expected.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < total_steps - 1:
            reference.step()
    np.testing.assert_allclose(one_cycle(np.arange(total_steps), total_steps, 0.02), expected, atol=1e-9)


def test_cosine_with_warmup_is_that_of_keras():
    import keras

    reference = keras.optimizers.schedules.CosineDecay(0.01 / 25, 190, warmup_target=0.01, warmup_steps=10)
    expected = [float(reference(step)) for step in range(200)]
    np.testing.assert_allclose(cosine_with_warmup(np.arange(200), 200, 0.01), expected, atol=1e-6)


@given(
    st.sampled_from(sorted(SCHEDULES)),
    st.integers(1, 400),
    st.floats(1e-5, 1.0),
    st.integers(0, 500),
)
def test_rates_stay_between_nothing_and_the_highest(name, total_steps, peak, step):
    rate = SCHEDULES[name](step, total_steps, peak)
    assert rate.shape == ()
    assert 0 <= rate <= peak * (1 + 1e-12)
    assert SCHEDULES[name](np.array([step, 0]), total_steps, peak)[0] == rate


@given(st.integers(1, 300), st.floats(0.01, 0.9), st.floats(1, 100))
def test_slanted_triangular_rises_and_then_falls(total_steps, cut_frac, ratio):
    rates = slanted_triangular(np.arange(total_steps), total_steps, 1.0, cut_frac, ratio)
    top = int(rates.argmax())
    assert (np.diff(rates[: top + 1]) >= 0).all()
    assert (np.diff(rates[top:]) <= 0).all()
    assert rates.min() >= 1 / ratio - 1e-12


def test_rate_after_the_last_step_stays():
    assert slanted_triangular(500, 50, 1.0) == slanted_triangular(50, 50, 1.0)


@pytest.mark.parametrize(
    ("schedule", "arguments", "message"),
    [
        (slanted_triangular, (0, 0, 1.0), "total_steps"),
        (slanted_triangular, (0, 10, 0.0), "learning_rate"),
        (slanted_triangular, (-1, 10, 1.0), "counted from 0"),
        (slanted_triangular, (0, 10, 1.0, 1.0), "cut_frac"),
        (slanted_triangular, (0, 10, 1.0, 0.1, 0.5), "ratio"),
        (one_cycle, (0, 10, 1.0, 0.0), "warmup_frac"),
        (cosine_with_warmup, (0, 10, 1.0, 2.0), "warmup_frac"),
    ],
)
def test_values_out_of_range_are_refused(schedule, arguments, message):
    with pytest.raises(InvalidInput, match=message):
        schedule(*arguments)


def test_frozen_epochs_must_leave_something_to_train():
    with pytest.raises(InvalidInput, match="do not fit"):
        staged(constant, 20, 1.0, frozen_epochs=2, steps_per_epoch=10)
