from __future__ import annotations

import json
import shutil
from hashlib import sha256

import numpy as np
import pytest

from simon_elmo import ColumnClassifier
from simon_elmo.errors import CorruptPreset
from simon_elmo.persistence.onnx_scan import _MESSAGES, require_self_contained
from simon_elmo.simon.onnx_runtime import OnnxBackbone

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402


def tensor(name="w"):
    return numpy_helper.from_array(np.arange(4, dtype=np.float32), name)


def external(location="../../../etc/passwd", **fields):
    found = TensorProto(name="w", dims=[4], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **fields}.items():
        found.external_data.add(key=key, value=value)
    return found


def without_location():
    found = external()
    found.data_location = TensorProto.DEFAULT
    return found


def without_entries():
    found = external()
    del found.external_data[:]
    return found


def graph(*nodes, initializer=()):
    return helper.make_graph(list(nodes), "g", [], [], list(initializer))


def constant(value):
    return helper.make_node("Constant", [], ["c"], value=value)


def branch(inner):
    return helper.make_node("If", ["condition"], ["y"], then_branch=inner, else_branch=graph())


def sparse(values, indices=None):
    return onnx.SparseTensorProto(values=values, indices=indices or tensor("i"), dims=[4])


def sparse_graph(*tensors):
    found = graph()
    found.sparse_initializer.extend(tensors)
    return found


def attribute(**value):
    node = helper.make_node("Custom", [], ["y"])
    node.attribute.append(onnx.AttributeProto(name="a", **value))
    return graph(node)


def function(bad):
    found = helper.make_model(graph())
    found.functions.append(helper.make_function("d", "f", [], ["c"], [constant(bad)], []))
    return found


def function_default(bad):
    found = function(tensor())
    found.functions[0].attribute_proto.append(onnx.AttributeProto(name="a", t=bad))
    return found


def training(bad, part):
    found = helper.make_model(graph())
    getattr(found.training_info.add(), part).CopyFrom(graph(initializer=[bad]))
    return found


PLACES = {
    "initializer": lambda bad: graph(initializer=[tensor(), bad, tensor()]),
    "constant": lambda bad: graph(constant(bad)),
    "branch": lambda bad: graph(branch(graph(initializer=[bad]))),
    "branch of a branch": lambda bad: graph(branch(graph(branch(graph(constant(bad)))))),
    "graphs": lambda bad: attribute(graphs=[graph(), graph(initializer=[bad])]),
    "tensors": lambda bad: attribute(tensors=[tensor(), bad]),
    "sparse values": lambda bad: sparse_graph(sparse(tensor()), sparse(bad)),
    "sparse indices": lambda bad: sparse_graph(sparse(tensor(), bad)),
    "sparse tensor": lambda bad: attribute(sparse_tensor=sparse(bad)),
    "sparse tensors": lambda bad: attribute(sparse_tensors=[sparse(bad)]),
    "function": function,
    "default of a function": function_default,
    "initialization of a training": lambda bad: training(bad, "initialization"),
    "algorithm of a training": lambda bad: training(bad, "algorithm"),
}


def model_with(place, bad):
    found = PLACES[place](bad)
    return (found if isinstance(found, onnx.ModelProto) else helper.make_model(found)).SerializeToString()


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "bad", [external(), external("weights.bin", offset="0"), without_location(), without_entries()]
)
def test_tensors_in_other_files_are_refused_wherever_they_are(place, bad):
    require_self_contained(model_with(place, tensor()), "model.onnx")
    with pytest.raises(CorruptPreset, match=r"^model\.onnx reads a tensor from another file"):
        require_self_contained(model_with(place, bad), "model.onnx")


def test_every_field_that_leads_to_a_tensor_is_walked():
    """Those of `onnx.proto` as it is installed, whatever a later version adds to it."""
    messages = onnx.ModelProto.DESCRIPTOR.file.message_types_by_name.values()

    def inner(message, leads):
        """Number of a field -> the message in it, if that is among those that lead to a tensor."""
        fields = [field for field in message.fields if field.message_type is not None]
        return {field.number: field.message_type.name for field in fields if field.message_type.name in leads}

    leads = {"TensorProto"}
    while more := {message.name for message in messages if inner(message, leads)} - leads:
        leads |= more
    found = {message.name: inner(message, leads) for message in messages if message.name in leads}
    assert found == {
        name(message): {number: name(part) for number, part in parts.items()} for message, parts in _MESSAGES.items()
    }


def name(message):
    """The name in `onnx.proto` of one of our messages."""
    return f"{'TrainingInfo' if message == 'training' else message.title().replace(' ', '')}Proto"


@pytest.mark.parametrize(
    "content",
    [
        b"\x3a\xff",
        b"\x3a\x05ab",
        b"\x80" * 12,
        b"\x0b\x0c",
        b"\x31abc",
        b"\x3a\x02\x2a\x05",
        b"#!/bin/sh\n",
        b"\xba\x80\x80\x80\x10\x00",
    ],
)
def test_what_is_no_protocol_buffer_is_refused(content):
    with pytest.raises(CorruptPreset, match=r"^model\.onnx is not a readable ONNX model: "):
        require_self_contained(content, "model.onnx")


def test_another_format_is_refused():
    with pytest.raises(CorruptPreset, match="own format"):
        require_self_contained(b"\x18\0\0\0ORTM" + bytes(100), "model.onnx")


def test_messages_without_end_are_refused():
    content = b""
    for number in range(120):  # a graph in an attribute in a node in a graph, from the inside out
        key = bytes([(6, 5, 1)[number % 3] << 3 | 2])
        content = key + varint(len(content)) + content
    model = b"\x3a" + varint(len(content)) + content
    with pytest.raises(CorruptPreset, match="more than 100 messages"):
        require_self_contained(model, "model.onnx")


def varint(number):
    return bytes([number & 0x7F | 0x80, number >> 7]) if number > 0x7F else bytes([number])


def test_no_session_is_made_of_a_graph_that_names_other_files(monkeypatch):
    monkeypatch.setattr("simon_elmo.simon.onnx_runtime.onnxruntime", lambda: pytest.fail("ONNX Runtime was asked"))
    with pytest.raises(CorruptPreset, match="another file"):
        OnnxBackbone(model_with("initializer", external()))


def test_a_folder_whose_graph_names_other_files_is_refused(repository, tmp_path):
    folder = tmp_path / "mine"
    shutil.copytree(repository / "pretrained" / "simon-semantic", folder)
    (folder / "secret.bin").write_bytes(bytes(16))
    model = onnx.load(str(folder / "model.onnx"))
    model.graph.initializer[0].CopyFrom(external("secret.bin"))
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    metadata = json.loads((folder / "metadata.json").read_text())
    metadata["sha256"]["model.onnx"] = sha256((folder / "model.onnx").read_bytes()).hexdigest()
    (folder / "metadata.json").write_text(json.dumps(metadata))
    with pytest.raises(CorruptPreset, match=r"model\.onnx reads a tensor from another file"):
        ColumnClassifier.from_preset(folder)
