from __future__ import annotations

import hashlib
import importlib.util
import io
import json
from pathlib import Path

import numpy as np
import pytest

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.elmo.semantic_index import SemanticIndex
from simon_elmo.errors import CorruptPreset, InvalidInput, MissingExtra

LINES = ["the dog barks\n", "\n", "a cat  sleeps", "the dog barked", "numbers 1 2 3"]


@pytest.fixture(scope="module")
def elmo(elmo_pair):
    return ElmoEmbedder.from_files(elmo_pair.options_file, elmo_pair.weights_file)


@pytest.fixture(scope="module")
def index(elmo):
    return SemanticIndex.build(elmo, LINES)


def test_a_sentence_finds_itself_first(elmo, index):
    assert index.sentences == ["the dog barks", "a cat sleeps", "the dog barked", "numbers 1 2 3"]
    matches = index.query(elmo, "a cat sleeps", k=10)
    assert len(matches) == 4
    assert matches[0].position == 1
    assert matches[0].similarity == pytest.approx(1, abs=1e-5)
    assert [match.similarity for match in matches] == sorted((m.similarity for m in matches), reverse=True)


def test_similarity_is_the_cosine(elmo, index):
    vectors = elmo.sentence_vectors(["the dog barks", "numbers 1 2 3"], layers="average")
    one, other = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = {match.position: match.similarity for match in index.query(elmo, "the dog barks", k=4)}
    assert found[3] == pytest.approx(float(one @ other), abs=1e-5)


def test_a_model_of_lower_case_is_asked_in_lower_case(elmo, tmp_path):
    elmo.save(tmp_path / "lower", metadata={"lower_case": True})
    lower = ElmoEmbedder.from_preset(tmp_path / "lower")
    match = SemanticIndex.build(lower, ["The Dog BARKS", "a cat"]).query(lower, "the dog barks", k=1)[0]
    assert match.sentence == "The Dog BARKS"
    assert match.similarity == pytest.approx(1, abs=1e-5)


def test_a_saved_index_finds_the_same(elmo, index, tmp_path):
    index.save(tmp_path / "index")
    again = SemanticIndex.from_preset(tmp_path / "index")
    assert repr(again) == "SemanticIndex(sentences=4, width=12, layers='average')"
    for one, other in zip(again.query(elmo, "dog"), index.query(elmo, "dog"), strict=True):
        assert one.position == other.position
        assert one.similarity == pytest.approx(other.similarity, abs=1e-3)
    (tmp_path / "index/vectors.npy").write_bytes(b"\x93NUMPY")
    with pytest.raises(CorruptPreset, match=r"vectors\.npy"):
        SemanticIndex.from_preset(tmp_path / "index")


def test_odd_sentences_and_layers_survive_the_disk(elmo, tmp_path):
    weights = np.array([0.1, 0.2, 0.3])
    for layer, kept in ((np.int64(1), 1), ("top", "top"), (weights, weights.tolist())):
        vectors = 1e6 * elmo.sentence_vectors(["a b", "c"], layers=layer)
        SemanticIndex(["a \ud800", "naïve\r世界"], vectors, layers=layer).save(tmp_path / "index")
        again = SemanticIndex.from_preset(tmp_path / "index")
        assert again.sentences == ["a \ud800", "naïve\r世界"]
        assert again.layers == kept
        match = again.query(elmo, "c", k=1)[0]
        assert match.position == 1
        assert match.similarity == pytest.approx(1, abs=1e-5)


def array(value):
    buffer = io.BytesIO()
    np.save(buffer, value)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("sentences.txt", b"caf\xe9\nb\nc\nd\n", r"sentences\.txt is not UTF-8"),
        ("sentences.txt", b"a\nb\n", "2 sentences do not fit"),
        ("sentences.txt", b"", "0 sentences do not fit"),
        ("vectors.npy", b"", r"vectors\.npy is not a readable"),
        ("vectors.npy", array(np.array(["a"])), r"vectors\.npy is not a readable"),
        ("vectors.npy", array(np.zeros((4, 12, 1))), "do not fit"),
        ("vectors.npy", array(np.full((4, 12), np.nan)), "not finite"),
    ],
)
def test_an_index_that_was_tampered_with_is_refused(index, tmp_path, name, content, message):
    folder = tmp_path / "index"
    index.save(folder)
    (folder / name).write_bytes(content)
    metadata = json.loads((folder / "metadata.json").read_text())
    metadata["sha256"][name] = hashlib.sha256(content).hexdigest()
    (folder / "metadata.json").write_text(json.dumps(metadata))
    with pytest.raises(CorruptPreset, match=message):
        SemanticIndex.from_preset(folder)
    index.save(folder)
    with pytest.raises(InvalidInput, match="engine"):
        SemanticIndex.from_preset(folder, engine="faiss")


def test_the_graph_of_neighbours_finds_the_same(elmo, index):
    graph = SemanticIndex(index.sentences, index.vectors, engine="usearch")
    if importlib.util.find_spec("usearch") is None:
        with pytest.raises(MissingExtra, match=r"simon_elmo\[search\]"):
            graph.query(elmo, "the dog", k=3)
        return
    found = graph.query(elmo, "the dog", k=3)
    assert [match.position for match in found] == [match.position for match in index.query(elmo, "the dog", k=3)]


def test_distances_are_those_of_scikit_learn():
    from sklearn.neighbors import NearestNeighbors

    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((300, 16)).astype(np.float32) * rng.uniform(1e-3, 1e3, (300, 1)).astype(np.float32)
    vectors[7] = 0
    index = SemanticIndex([str(number) for number in range(300)], vectors)
    distances, positions = (
        NearestNeighbors(metric="cosine", algorithm="brute").fit(vectors).kneighbors(vectors[:5], 300)
    )
    for row in range(5):
        found = index.nearest(vectors[row], k=300)
        assert [match.similarity for match in found] == pytest.approx(list(1 - distances[row]), abs=1e-5)
        assert [match.position for match in found[:20]] == list(positions[row][:20])
    assert {match.similarity for match in index.nearest(vectors[7], k=3)} == {0.0}


def test_wrong_questions_are_refused(elmo, index):
    with pytest.raises(InvalidInput, match="no words"):
        index.query(elmo, "  ")
    with pytest.raises(InvalidInput, match="k must be"):
        index.query(elmo, "a", k=0)
    with pytest.raises(InvalidInput, match="width 12, the model makes 3"):
        index.nearest(np.zeros(3))
    for wrong in ("elmo-small-en", Path("elmo-small-en")):
        with pytest.raises(InvalidInput, match=r"ElmoEmbedder\.from_preset\('elmo-small-en'\)"):
            SemanticIndex.build(wrong, LINES)
        with pytest.raises(InvalidInput, match="must be an ElmoEmbedder"):
            index.query(wrong, "a dog")
    with pytest.raises(InvalidInput, match=r"SemanticIndex\.from_preset"):
        SemanticIndex("folder", np.zeros((6, 2)))
    with pytest.raises(InvalidInput, match="put it into a list"):
        SemanticIndex.build(elmo, "a b")
    with pytest.raises(InvalidInput, match="no sentence"):
        SemanticIndex.build(elmo, ["", " "])
    with pytest.raises(InvalidInput, match="sentence 1 has several lines"):
        SemanticIndex(["a", "b\nc"], np.zeros((2, 2)))
    with pytest.raises(InvalidInput, match="not finite"):
        SemanticIndex(["a"], np.array([[np.inf]]))
    with pytest.raises(InvalidInput, match="engine"):
        SemanticIndex(["a"], np.zeros((1, 2)), engine="faiss")
