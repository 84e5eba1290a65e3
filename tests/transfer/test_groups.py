from __future__ import annotations

import keras
import pytest

from simon_elmo.errors import InvalidInput
from simon_elmo.simon.config import SimonConfig
from simon_elmo.simon.network.classifier import SimonClassifierModel
from simon_elmo.transfer.groups import discriminative_factors, freeze, parameter_groups, unfreeze

TINY = SimonConfig(
    max_len=8, max_cells=4, filters=(3, 4), kernel_widths=(1, 2), pool_sizes=(1, 2), padding="same", cell_units=3,
    column_units=3, feature_units=5, column_pooling=("last", "max"), reads_headers=True, header_units=2,
)  # fmt: skip


@pytest.fixture(scope="module")
def network():
    return SimonClassifierModel(TINY, n_labels=3)


def stack():
    lower, upper = keras.layers.Dense(3, name="lower"), keras.layers.Dense(2, name="upper")
    inputs = keras.Input((4,))
    return keras.Model(inputs, upper(keras.layers.Dropout(0.1)(lower(inputs))))


def test_every_weight_of_the_network_is_in_one_group(network):
    groups = parameter_groups(network)
    paths = [path for group in groups for path in group.paths]
    assert sorted(paths) == sorted(weight.path for weight in network.weights)
    assert groups[0].name == "head"
    names = [group.name for group in groups]
    assert names.index("features") < names.index("column_lstm") < names.index("cell_lstm")
    assert names[-1] == "convolution_0"


def test_groups_can_be_named(network):
    lower = ["convolution_0", "convolution_1"]
    groups = parameter_groups(network, [["head"], ["features", "header", "column_lstm"], ["cell_lstm", *lower]])
    assert [group.name for group in groups] == ["head", "features", "cell_lstm"]
    assert len(groups[1].layers) == 3


def test_a_network_may_have_groups_of_its_own():
    class Grouped(keras.Model):
        def groups_of_layers(self):
            return [("all", self.layers)]

    model = stack()
    [group] = parameter_groups(Grouped(model.inputs, model.outputs))
    assert group.name == "all"
    assert sorted(group.paths) == sorted(weight.path for weight in model.weights)


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ([["upper"]], "'lower' is in no group"),
        ([["upper"], ["lower", "upper"]], "more than one"),
        ([["upper"], ["middle"]], "'middle'"),
    ],
)
def test_groups_must_hold_every_layer_once(groups, message):
    with pytest.raises(InvalidInput, match=message):
        parameter_groups(stack(), groups)


def test_a_network_without_weights_is_refused():
    with pytest.raises(InvalidInput, match="no weights"):
        parameter_groups(keras.Sequential([keras.Input((3,)), keras.layers.Activation("relu")]))


def test_rates_fall_from_group_to_group():
    groups = parameter_groups(stack())
    factors = discriminative_factors(groups, 2.6)
    assert factors == {"upper/kernel": 1, "upper/bias": 1, "lower/kernel": 1 / 2.6, "lower/bias": 1 / 2.6}
    assert discriminative_factors(groups, 2.6, n_trained=1)["lower/kernel"] == 0
    with pytest.raises(InvalidInput, match="decay"):
        discriminative_factors(groups, 0)


def test_frozen_layers_are_not_trained_and_the_rest_is(network):
    trained = freeze(network, until="features")
    assert [group.name for group in trained] == ["head", "features"]
    assert {weight.path.split("/")[0] for weight in network.trainable_weights} == {"head", "features"}
    assert network.count_params() == SimonClassifierModel(TINY, n_labels=3).count_params()
    unfreeze(network)
    assert len(network.trainable_weights) == len(network.weights)


def test_only_the_head_of_the_published_network_is_trained_by_default():
    model = SimonClassifierModel(SimonConfig.published(), n_labels=10)
    freeze(model)
    assert sum(int(keras.ops.size(weight)) for weight in model.trainable_weights) == 1290


def test_an_unknown_layer_is_named(network):
    with pytest.raises(InvalidInput, match="'heads'"):
        freeze(network, until="heads")
