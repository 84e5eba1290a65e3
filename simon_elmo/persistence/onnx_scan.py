"""ONNX models that come from elsewhere: whether they name other files, found without opening any.

A tensor of an ONNX model may live in another file, whose path the model names; a runtime that loads the model reads
that file. The models of this library hold everything themselves, so any such name is refused. The model's bytes are
walked as protocol buffers, by the field numbers of `onnx.proto`; what is no tensor's description is passed over by
its length, so that the walk costs milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator

from simon_elmo.errors import CorruptPreset

_MAX_DEPTH = 100  # of messages in messages; parsers of protocol buffers refuse more
_ORT_FORMAT = b"ORTM"  # at byte 4: ONNX Runtime's own format, which is no protocol buffer
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}
_TENSOR = "tensor"
_EXTERNAL_DATA, _DATA_LOCATION = 13, 14  # fields of a tensor: key and value pairs, 0 for "in this very message"
_MESSAGES = {  # message -> field -> the message in it; only what leads to a tensor
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "graph": {1: "node", 5: _TENSOR, 15: "sparse tensor"},
    "node": {5: "attribute"},
    "attribute": {5: _TENSOR, 6: "graph", 10: _TENSOR, 11: "graph", 22: "sparse tensor", 23: "sparse tensor"},
    "function": {7: "node", 11: "attribute"},
    "sparse tensor": {1: _TENSOR, 2: _TENSOR},
    _TENSOR: {},
}


def require_self_contained(model: bytes, name: str) -> None:
    """Refuse an ONNX model that names other files, wherever in it: graphs in graphs, functions, sparse tensors.

    Args:
        model: a serialized `ModelProto`.
        name: what the error calls it, such as its path.

    Raises:
        CorruptPreset: if a tensor of it lies in another file, or it is no sequence of protocol buffer fields.

    Example:
        >>> require_self_contained(b"", "model.onnx")
        >>> require_self_contained(b":", "model.onnx")
        Traceback (most recent call last):
        ...
        simon_elmo.errors.CorruptPreset: model.onnx is not a readable ONNX model: it ends within a field
    """
    if model[4:8] == _ORT_FORMAT:
        raise CorruptPreset(f"{name} is in ONNX Runtime's own format; save the model as ONNX")
    to_visit = [(memoryview(model), "model", 1)]
    while to_visit:
        content, message, depth = to_visit.pop()
        if depth > _MAX_DEPTH:
            raise CorruptPreset(f"{name} is not a readable ONNX model: more than {_MAX_DEPTH} messages in each other")
        try:
            fields = list(_fields(content))
        except ValueError as error:
            raise CorruptPreset(f"{name} is not a readable ONNX model: {error}") from error
        if message == _TENSOR and any(_is_elsewhere(field, value) for field, value in fields):
            raise CorruptPreset(
                f"{name} reads a tensor from another file; a model holds all its tensors: save it without external data"
            )
        inner = _MESSAGES[message]
        for field, value in fields:
            if field in inner and not isinstance(value, int):
                to_visit.append((value, inner[field], depth + 1))


def _is_elsewhere(field: int, value: int | memoryview) -> bool:
    return field == _EXTERNAL_DATA or (field == _DATA_LOCATION and value != 0)


def _fields(content: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield the number and the value of each field: a number, or the bytes of whatever has a length."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        if key >= 2**32:  # parsers drop the upper bits, and would see another field than the one that is read here
            raise ValueError("the number of a field is too large")
        field, wire_type = key >> 3, key & 7
        if wire_type == _VARINT:
            value, place = _varint(content, place)
            yield field, value
            continue
        if wire_type == _BYTES:
            size, place = _varint(content, place)
        elif wire_type in _SIZES:
            size = _SIZES[wire_type]
        else:
            raise ValueError(f"a field has the wire type {wire_type}")
        if size > len(content) - place:
            raise ValueError("it ends within a field")
        yield field, content[place : place + size]
        place += size


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """Return a number of seven bits per byte, lowest first, and the place after it."""
    value = 0
    for shift in range(0, 70, 7):
        if place >= len(content):
            raise ValueError("it ends within a field")
        byte = content[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("a number has more than ten bytes")
