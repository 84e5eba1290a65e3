"""The tests of this folder that build networks, on the backends that are not the default."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

TESTED = (
    "tests/text/network/test_concat_pooling.py::test_only_unmasked_steps_count",
    "tests/transfer/test_expansion.py::test_old_probabilities_are_unchanged_to_the_bit",
    "tests/transfer/test_expansion.py::test_any_network_with_independent_sigmoids_can_grow",
    "tests/transfer/test_fine_tuning.py::test_one_group_more_is_trained_each_epoch",
    "tests/transfer/test_optimizers.py",
    "tests/transfer/test_rate_schedules.py::test_an_optimizer_follows_the_schedule",
)


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_networks_grow_and_train_alike_on(backend, repository):
    pytest.importorskip(backend)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *TESTED]
    environment = {**os.environ, "KERAS_BACKEND": backend}
    ran = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
