"""The format of model files: what is in one, and that no other file does harm, however it came to be."""

from __future__ import annotations

import json
import os
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st
from safetensors.numpy import load_file, save_file
from tests.thinning import examples

import glassnet as gn
from glassnet.errors import GlassnetError, ModelFileError
from glassnet.estimators import glass
from glassnet.estimators.glass import Content, checksum
from glassnet.estimators.glass_fields import Malformed
from glassnet.estimators.glass_values import NotStorable, decode, encode

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [2.0, 1.0], [1.0, 2.0]])
WORDS = np.array(["no", "yes", "no", "yes", "perhaps", "no"])
PAST = Path(__file__).parent / "data" / "version_1.safetensors"


@pytest.fixture(scope="module")
def models():
    """Small models of both kinds, with as many fields filled as there are."""
    common = {"hidden_layer_sizes": (3,), "max_iter": 2, "random_state": 0, "callback": print}
    quiet = {**common, "callback": lambda epoch: None}
    classifier = gn.MLPClassifier(**quiet, activation=[gn.activation("elu", alpha=0.5)], class_weight={"no": 2})
    return {
        "classifier": classifier.fit(X, WORDS, X_val=X, y_val=WORDS),
        "regressor": gn.MLPRegressor(**quiet, n_iter_no_change=np.inf).fit(X, X),
        "several labels": gn.MLPClassifier(**quiet).fit(X, (X > 0).astype(int)),
    }


@pytest.fixture(scope="module")
def contents(models):
    def content(model):
        fields, tensors = model._to_file()
        return {"estimator": type(model).__name__, **fields, "written_by": {"glassnet": "9.9"}}, tensors

    return {name: content(model) for name, model in models.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("glass")


def written(path, description, tensors):
    """Write a file with a right checksum, whatever the description says."""
    text = description if isinstance(description, str) else json.dumps(description)
    with path.open("wb") as file:
        glass._write(file, Content(text, tensors))
    return path


def framed(header):
    """Put the length of a header before it, as safetensors does."""
    return len(header).to_bytes(8, "little") + header


def with_header(path, change):
    """Write a file again with another header."""
    before = path.read_bytes()
    length = int.from_bytes(before[:8], "little")
    header = json.loads(before[8 : 8 + length])
    text = json.dumps(change(header) or header).encode()
    path.write_bytes(framed(text) + before[8 + length :])
    return path


def use(path):
    """Load a file and do with it what people do: nothing but a ModelFileError may come out of loading.

    Parameters of a file may be anything that a person could have set, so using the model may complain about them.
    """
    try:
        model = gn.load(path)
    except ModelFileError:
        return None
    repr(model)
    str(model)
    assert len(list(model.trace_)) == len(model.trace_)
    try:
        assert len(model.predict(X[:, : model.n_features_in_])) == len(X)
        model.set_params(**{**type(model)().get_params(), "max_iter": 1, "hidden_layer_sizes": (3,)})
        model.partial_fit(X, model.predict(X))
    except ValueError:
        pass
    return model


# ---------------------------------------------------------------------------------------------------- what is in a file


def test_other_programs_can_read_the_tensors(models, tmp_path):
    model = models["classifier"]
    tensors = load_file(model.save(tmp_path / "m.glass"))
    np.testing.assert_array_equal(tensors["coefs.0"], model.coefs_[0])
    np.testing.assert_array_equal(tensors["intercepts.1"], model.intercepts_[1])
    np.testing.assert_array_equal(tensors["trace.layers"][:, :, 5], model.trace_.layers["weight_norm"])
    assert sorted(tensors) == [
        *("coefs.0", "coefs.1", "intercepts.0", "intercepts.1", "loss_curve", "trace.epochs", "trace.layers"),
        *("units.0", "validation_loss_curve", "validation_scores"),
    ]


def test_the_header_is_what_the_documentation_says(models, tmp_path):
    data = models["classifier"].save(tmp_path / "m.glass").read_bytes()
    length = int.from_bytes(data[:8], "little")
    assert (8 + length) % 8 == 0
    metadata = json.loads(data[8 : 8 + length])["__metadata__"]
    assert list(metadata) == ["format", "version", "description", "sha256"]
    assert (metadata["format"], metadata["version"]) == ("glassnet model", "1")
    description = json.loads(metadata["description"])
    assert json.dumps(description, sort_keys=True, separators=(",", ":")) == metadata["description"]
    assert metadata["description"].isascii()
    assert set(description) == {
        *("estimator", "parameters", "left_out", "network", "training", "columns", "labels", "fitted", "extra"),
        *("diagnosis", "written_by"),
    }
    assert set(description["written_by"]) == {"glassnet", "numpy", "python", "scikit_learn"}
    assert description["left_out"] == ["callback"]


def test_tensors_lie_at_multiples_of_their_elements(models, tmp_path):
    model = gn.MLPRegressor(hidden_layer_sizes=3, dtype="float32", max_iter=3, random_state=0).fit(X, X[:, 0])
    data = model.save(tmp_path / "m.glass").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    places = {name: entry for name, entry in header.items() if name != "__metadata__"}
    assert {entry["dtype"] for entry in places.values()} == {"F32", "F64"}
    for entry in places.values():
        assert (8 + length + entry["data_offsets"][0]) % {"F32": 4, "F64": 8}[entry["dtype"]] == 0


def test_the_checksum_sees_every_part():
    content = Content("{}", {"a": np.zeros((2, 3)), "b": np.zeros(0, "<f4")})
    others = [
        Content("{} ", content.tensors),
        Content("{}", {"a": np.zeros((3, 2)), "b": np.zeros(0, "<f4")}),
        Content("{}", {"a": np.zeros((2, 3)), "b": np.zeros(0)}),
        Content("{}", {"a": np.zeros((2, 3)), "c": np.zeros(0, "<f4")}),
        Content("{}", {"a": np.zeros((2, 3))}),
        Content("{}", {"a": np.array([[0, 0, 0], [0, 0, -0.0]]), "b": np.zeros(0, "<f4")}),
    ]
    assert len({checksum(each) for each in [content, *others]}) == 7
    assert checksum(Content("{}", dict(reversed(content.tensors.items())))) == checksum(content)


def test_a_file_of_the_past_still_loads():
    """Written by the first version of the format; it is never written again."""
    model = gn.load(PAST)
    assert isinstance(model, gn.MLPClassifier)
    assert model.get_params()["activation"] == [gn.activation("elu", alpha=0.5), "tanh"]
    assert model.get_params()["class_weight"] == {"no": 2, "yes": 1, "perhaps": 1.5}
    assert model.left_out_of_file_ == ("callback",)
    assert model.classes_.tolist() == ["no", "perhaps", "yes"]
    assert model.feature_names_in_.tolist() == ["a", "b"]
    assert (model.n_iter_, model.t_, model.stop_reason_) == (20, 120, "max_iter")
    rows = np.array([[0.5, -1.0], [3.0, 2.0]])
    hidden = rows
    for weights, biases, f in zip(model.coefs_, model.intercepts_, [elu, np.tanh, gn.softmax], strict=True):
        hidden = f(hidden @ weights + biases)
    model.__dict__.pop("feature_names_in_")
    np.testing.assert_allclose(model.predict_proba(rows), hidden, rtol=1e-12)
    np.testing.assert_allclose(hidden, PAST_PROBABILITIES, rtol=1e-6)


def elu(x):
    return np.where(x > 0, x, 0.5 * np.expm1(np.minimum(x, 0)))


PAST_PROBABILITIES = [[0.265131315, 0.089666074, 0.645202611], [0.369144130, 0.528084299, 0.102771571]]


# ------------------------------------------------------------------------------------------------- files of other kinds


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is empty"),
        (b"a", "cut off|does not begin"),
        (b"age,income\n30,1000\n", "does not begin as a .glass file does"),
        (b"\x80\x05\x95\x00\x00\x00\x00\x00\x00\x00", "does not begin as a .glass file does"),
        (b"PK\x03\x04" + bytes(100), "does not begin as a .glass file does"),
        (bytes(100), "does not begin as a .glass file does"),
        ((2**63).to_bytes(8, "little") + b"{}", "does not begin as a .glass file does"),
        ((10**7).to_bytes(8, "little") + b"{}", "cut off: it has 10 bytes of at least 10,000,008"),
        (framed(b"{}"), "holds tensors, but no glassnet model"),
        (framed(b"{]"), "is damaged"),
        (framed(b'{"a":' + b"[" * 10**5), r"is damaged \(nested too deeply\)"),
        (framed(b'{"a":"\xff"}'), "is damaged"),
        (framed(b'{"a":Infinity}'), r"is damaged \(Infinity is not JSON\)"),
        (framed(b'{"a":1e999}'), r"is damaged \(1e999 is beyond float64\)"),
    ],
)
def test_files_of_other_kinds(content, message, tmp_path):
    path = tmp_path / "m.glass"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=message):
        gn.load(path)


def test_tensors_of_other_programs(tmp_path):
    save_file({"a": np.zeros(3)}, tmp_path / "plain.safetensors")
    save_file({"a": np.zeros(3)}, tmp_path / "torch.safetensors", {"format": "pt"})
    for path in tmp_path.iterdir():
        with pytest.raises(ModelFileError, match="holds tensors, but no glassnet model"):
            gn.load(path)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(ModelFileError, match="is a folder"):
        gn.load(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ModelFileError, match="does not begin as"):
        gn.load(tmp_path / "pipe")


@pytest.mark.parametrize(("version", "message"), [("2", "version 2 of the format.*reads version 1. Update it"),
    ("0", "not as it was saved"), ("-1", "not as it was saved"), ("²", "not as it was saved"),
    ("1e9", "not as it was saved"), ("9" * 5000, "not as it was saved"), ("", "not as it was saved")])  # fmt: skip
def test_versions(models, tmp_path, version, message):
    path = models["regressor"].save(tmp_path / "m.glass")
    with_header(path, lambda header: header["__metadata__"].update(version=version))
    with pytest.raises(ModelFileError, match=message):
        gn.load(path)


@pytest.mark.parametrize("name", ["version", "description", "sha256"])
def test_a_missing_text_of_the_header(models, tmp_path, name):
    path = models["regressor"].save(tmp_path / "m.glass")
    with_header(path, lambda header: header["__metadata__"].pop(name) and None)
    with pytest.raises(ModelFileError, match="not as it was saved"):
        gn.load(path)


# -------------------------------------------------------------------------------------------------------- damaged files


def test_a_file_cut_off_anywhere_is_refused(models, folder):
    data = models["classifier"].save(folder / "whole.glass").read_bytes()
    path = folder / "part.glass"
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(ModelFileError, match=r"is (cut off|empty)"):
            gn.load(path)


def test_a_file_with_more_at_its_end_is_refused(models, tmp_path):
    path = models["classifier"].save(tmp_path / "m.glass")
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(ModelFileError, match=r"is damaged \(1 bytes after the last tensor\)"):
        gn.load(path)


def test_any_flipped_bit_is_seen(models, folder):
    data = bytearray(models["classifier"].save(folder / "right.glass").read_bytes())
    path = folder / "flipped.glass"
    for place in range(len(data)):
        bit = 1 << place % 8
        data[place] ^= bit
        path.write_bytes(data)
        with pytest.raises(ModelFileError):
            gn.load(path)
        data[place] ^= bit
    path.write_bytes(data)
    gn.load(path)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"dtype": "F64", "shape": [3], "data_offsets": [0, 8]}, "damaged"),
        ({"dtype": "F64", "shape": [2**60, 2**60], "data_offsets": [0, 8]}, "damaged"),
        ({"dtype": "F64", "shape": [0, 2**62], "data_offsets": [0, 0]}, "damaged"),
        ({"dtype": "F64", "shape": [0] * 80, "data_offsets": [0, 0]}, "damaged|not as it was saved"),
        ({"dtype": "F64", "shape": [1], "data_offsets": [0, 2**62]}, "cut off"),
        ({"dtype": "F64", "shape": [1], "data_offsets": [-8, 0]}, "damaged"),
        ({"dtype": "I64", "shape": [0], "data_offsets": [0, 0]}, "strange must be F32 or F64"),
        ({"dtype": "F4", "shape": [0], "data_offsets": [0, 0]}, "damaged|strange must be F32 or F64"),
        ({"dtype": "F64", "shape": [0], "data_offsets": []}, "damaged"),
        ({}, "damaged"),
        ([], "damaged"),
        ("x", "damaged"),
    ],
)
def test_places_that_cannot_be(models, tmp_path, entry, message):
    path = models["regressor"].save(tmp_path / "m.glass")
    with_header(path, lambda header: header.update(strange=entry))
    with pytest.raises(ModelFileError, match=message):
        gn.load(path)


# --------------------------------------------------------------- files whose checksum is right and whose content is not


def changed(description, path, value):
    """A copy of a description with another value at a path; DELETED takes the field away."""
    copied = json.loads(json.dumps(description))
    place = copied
    for key in path[:-1]:
        place = place[key]
    if value is DELETED:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copied


DELETED = object()

WRONG: list[Any] = [
    # path, value, message
    (["estimator"], "os.system", "estimator must be one of MLPClassifier, MLPRegressor"),
    (["estimator"], DELETED, "estimator must be one of"),
    (["estimator"], ["MLPClassifier"], "estimator must be one of"),
    (["estimator"], "MLPRegressor", "parameters must be parameters of MLPRegressor, which has no class_weight"),
    (["parameters"], [], "parameters must be an object"),
    (["parameters", "hidden"], 1, "parameters must be parameters of MLPClassifier, which has no hidden"),
    (["parameters", "self"], 1, "which has no self"),
    (["parameters", "tol"], {"number": "nan"}, "parameters.tol must be a number"),
    (["parameters", "tol"], {"python": "1"}, "parameters.tol must be a value as a model file writes it"),
    (["parameters", "activation"], {"activation": {"name": "rleu"}}, 'an entry of the catalog .*"relu"'),
    (["parameters", "activation"], {"activation": {"name": "elu", "parameters": {"self": 1}}}, "entry of the catalog"),
    (["parameters", "class_weight"], {"dict": [[[], 1]]}, "pairs of a key and a value"),
    (["parameters", "class_weight"], {"dict": [1]}, "pairs of a key and a value"),
    (["parameters", "n_threads"], 0, "parameters.n_threads must be None or an integer of at least 1"),
    (["parameters", "n_threads"], True, "parameters.n_threads must be None or an integer of at least 1"),
    (["parameters", "n_threads"], [2], "parameters.n_threads must be None or an integer of at least 1"),
    (["left_out"], "callback", "left_out must be a list"),
    (["left_out"], [1], "left_out must be a list of texts"),
    (["left_out"], ["__class__"], "left_out must be names of parameters; __class__ is none"),
    (["network"], None, "network must be an object"),
    (["network"], {}, "network must be a network .*KeyError"),
    (["network", "n_inputs"], 3, r"coefs\.0 must be a tensor of shape \(3, 3\) and type float64"),
    (["network", "n_inputs"], 0, "network must be a network .*n_inputs must be"),
    (["network", "n_inputs"], 10**4200, "network must be a network of a possible size"),
    (["network", "n_inputs"], "x", "network must be a network .*ValueError"),
    (["network", "layers"], [], "network must be a network .*at least one layer"),
    (["network", "layers"], 3, "network must be a network .*TypeError"),
    (["network", "layers", 0, "units"], 4, "coefs.0 must be a tensor of shape"),
    (["network", "layers", 0, "units"], 2**31, "network of a possible size"),
    (["network", "layers", 0, "dropout"], 1e308, "dropout must be"),
    (["network", "layers", 0, "activation"], "softmax", "activation must be an activation that hidden layers may have"),
    (["network", "layers", 0, "activation"], {"name": "sinus"}, "activation must be one of"),
    (["network", "layers", 1, "activation"], "tanh", "network.layers must be layers whose activations are possible"),
    (["network", "loss"], "squared_error", "network.layers must be layers whose activations are possible"),
    (["network", "loss"], 5, "loss must be one of"),
    (["network", "dtype"], "float16", "dtype must be one of"),
    (["network", "dtype"], "float32", r"coefs\.0 must be a tensor of shape \(2, 3\) and type float32"),
    (["training"], [], "training must be an object"),
    (["training", "solver"], "pickle", "solver must be one of"),
    (["training", "solver"], 1, "training.solver must be of type str"),
    (["training", "seed"], 1.5, "training.seed must be of type int"),
    (["training", "seed"], -1, "seed must be an integer"),
    (["training", "shuffle"], 1, "training.shuffle must be of type bool"),
    (["training", "alpha"], True, "training.alpha must be of type float"),
    (["training", "alpha"], 10**400, "training must be a training .*OverflowError"),
    (["training", "n_iter_no_change"], "3", "training.n_iter_no_change must be of type int"),
    (["training", "speed"], 1, 'there is no parameter "speed"'),
    (["columns"], 2, "columns must be an object"),
    (["columns", "n"], 3, "columns.n must be 2, the network's inputs"),
    (["columns", "n"], True, "columns.n must be an integer"),
    (["columns", "names"], ["a"], "columns.names must be a list of 2 texts"),
    (["columns", "names"], [1, 2], "columns.names must be a list of texts"),
    (["labels"], None, "labels must be an object"),
    (["labels", "kind"], "binary", "labels.classes must be sorted classes, as many as binary labels have"),
    (["labels", "kind"], "multilabels", "labels.kind must be one of"),
    (["labels", "kind"], [], "labels.kind must be one of"),
    (["labels", "classes"], ["no"], "labels.classes must be an object"),
    (["labels", "classes", "dtype"], "|V8", "labels.classes.dtype must be a type that a model file writes"),
    (["labels", "classes", "dtype"], "<M8[xy]", "labels.classes.dtype must be a type that a model file writes"),
    (["labels", "classes", "dtype"], "<U999999999", "labels.classes.dtype must be a type that a model file writes"),
    (["labels", "classes", "dtype"], "<U2", "labels.classes.values must be values of type <U2"),
    (["labels", "classes", "dtype"], "<i8", "labels.classes.values must be values of type <i8"),
    (["labels", "classes", "dtype"], "|b1", "labels.classes.values must be values of type |b1"),
    (["labels", "classes", "dtype"], "<f4", "labels.classes.values must be a number"),
    (["labels", "classes", "shape"], [3, 1], "labels.classes must be sorted classes"),
    (["labels", "classes", "shape"], [4], "labels.classes.shape must be the lengths of 3 values"),
    (["labels", "classes", "shape"], [-1], "labels.classes.shape must be the lengths of 3 values"),
    (["labels", "classes", "shape"], ["3"], "labels.classes.shape must be the lengths of 3 values"),
    (["labels", "classes", "values"], ["no", "yes", "perhaps"], "labels.classes must be sorted classes"),
    (["labels", "classes", "values"], ["no", "no", "yes"], "labels.classes must be sorted classes"),
    (["labels", "classes"], {"dtype": "|O", "shape": [3], "values": ["a", 1, None]}, "must be sorted classes"),
    (["labels", "classes"], {"dtype": "|O", "shape": [3], "values": ["a", [], "b"]}, "text, numbers, true or false"),
    (["labels", "classes"], {"dtype": "<f8", "shape": [3], "values": [1, 2, {"number": "NaN"}]}, "sorted classes"),
    (["labels", "classes"], {"dtype": "<f4", "shape": [3], "values": [1, 2, 1e60]}, "values of type <f4"),
    (["labels", "classes"], {"dtype": "|u1", "shape": [3], "values": [1, 2, 256]}, r"values of type \|u1"),
    (["labels", "classes"], {"dtype": "<i8", "shape": [0, 2**70], "values": []}, "values of type <i8"),
    (["labels", "classes"], {"dtype": "<U3", "shape": [4], "values": ["a", "b", "c", "d"]}, "with 4 outputs"),
    (["fitted"], None, "fitted must be an object"),
    (["fitted", "t"], 0.5, "fitted.t must be an integer"),
    (["fitted", "n_iter"], -1, "fitted.n_iter must be an integer"),
    (["fitted", "stop_reason"], "bored", "fitted.stop_reason must be one of"),
    (["fitted", "loss"], "0.5", "fitted.loss must be a number"),
    (["fitted", "loss"], 10**400, "fitted.loss must be a number"),
    (["fitted", "best_loss"], [], "fitted.best_loss must be a number"),
    (["fitted", "dead_units"], [[]], "fitted.dead_units must be units of each layer"),
    (["fitted", "dead_units"], [[3], []], "fitted.dead_units must be units of each layer"),
    (["fitted", "dead_units"], [[0.0], []], "fitted.dead_units must be units of each layer"),
    (["fitted", "dead_units"], [0, 0], "fitted.dead_units must be units of each layer"),
    (["extra"], [], "extra must be an object"),
]


@pytest.mark.parametrize(("path", "value", "message"), WRONG)
def test_a_wrong_field_is_named(contents, tmp_path, path, value, message):
    description, tensors = contents["classifier"]
    file = written(tmp_path / "m.glass", changed(description, path, value), tensors)
    with pytest.raises(ModelFileError, match=message) as caught:
        gn.load(file)
    assert "It was written by glassnet 9.9" in str(caught.value)


def test_a_network_that_does_not_fit_the_classes(contents, tmp_path):
    description, tensors = contents["several labels"]
    description = changed(description, ["labels", "classes"], {"dtype": "<i8", "shape": [3], "values": [0, 1, 2]})
    with pytest.raises(ModelFileError, match="network must be a network with 3 outputs, for these classes"):
        gn.load(written(tmp_path / "m.glass", description, tensors))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"estimator":NaN}', '{"a":1e999}', "[" * 10**5, '{"a":' + "1" * 5000 + "}"]
)
def test_a_description_that_is_no_object(contents, tmp_path, text):
    with pytest.raises(ModelFileError, match="description must be"):
        gn.load(written(tmp_path / "m.glass", text, contents["regressor"][1]))


TENSORS: list[Any] = [
    ("coefs.0", lambda a: None, r"coefs\.0 must be a tensor of shape \(2, 3\) and type float64"),
    ("coefs.0", lambda a: a.T, r"coefs\.0 must be a tensor of shape \(2, 3\)"),
    ("coefs.0", lambda a: a.astype("<f4"), "type float64"),
    ("coefs.1", lambda a: a * np.nan, r"coefs\.1 must be a tensor of finite numbers"),
    ("intercepts.0", lambda a: a[:, None], r"intercepts\.0 must be a tensor of shape \(3\)"),
    ("intercepts.1", lambda a: a * np.inf, r"intercepts\.1 must be a tensor of finite numbers"),
    ("trace.epochs", lambda a: a[:, :5], r"trace\.epochs must be a tensor of shape \(n, 6\)"),
    ("trace.epochs", lambda a: a * np.nan, r"trace\.epochs must be numbers of epochs in the first column"),
    ("trace.epochs", lambda a: a[:1], r"trace\.layers must be a tensor of shape \(1, 2, 7\)"),
    ("trace.layers", lambda a: a[..., :6], r"trace\.layers must be a tensor of shape \(2, 2, 7\)"),
    ("loss_curve", lambda a: None, r"loss_curve must be a tensor of shape \(n\) and type float64"),
    ("validation_scores", lambda a: a[None], "validation_scores must be a tensor"),
]


@pytest.mark.parametrize(("name", "change", "message"), TENSORS)
@pytest.mark.filterwarnings("ignore:invalid value encountered:RuntimeWarning")
def test_a_wrong_tensor_is_named(contents, tmp_path, name, change, message):
    description, tensors = contents["classifier"]
    new = change(tensors[name])
    others = {key: value for key, value in tensors.items() if key != name}
    file = written(tmp_path / "m.glass", description, others if new is None else {**others, name: new})
    with pytest.raises(ModelFileError, match=message):
        gn.load(file)


def test_what_a_reader_does_not_know_is_ignored(contents, tmp_path):
    """So a later version may add fields without a new version of the format."""
    description, tensors = contents["classifier"]
    description = {**description, "color": "blue"}
    model = gn.load(written(tmp_path / "m.glass", description, {**tensors, "moments.0": np.zeros(3)}))
    assert model.classes_.tolist() == ["no", "perhaps", "yes"]


def test_parameters_that_an_older_version_did_not_have_get_their_defaults(contents, tmp_path):
    description, tensors = contents["classifier"]
    model = gn.load(written(tmp_path / "m.glass", changed(description, ["parameters", "rho"], DELETED), tensors))
    assert model.rho == 0.99


def test_claims_of_size_allocate_nothing(contents, tmp_path):
    description, tensors = contents["classifier"]
    claims = [
        (["network", "n_inputs"], 2**30),
        (["network", "layers", 0, "units"], 2**30),
        (["columns", "n"], 2**60),
        (["labels", "classes", "dtype"], "<U99999999"),
        (["labels", "classes", "shape"], [2**60]),
        (["fitted", "t"], 10**4000),
        (["parameters", "hidden_layer_sizes"], {"array": {"dtype": "<f8", "shape": [2**40], "values": []}}),
        (["training", "batch_size"], 2**60),
    ]
    for path, value in claims:
        file = written(tmp_path / "m.glass", changed(description, path, value), tensors)
        tracemalloc.start()
        try:
            use_loading = gn.load(file)
        except ModelFileError:
            use_loading = None
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 2_000_000, path
        assert use_loading is None or path[-1] in ("t", "batch_size")


JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([-1, 0, 1, 2, 3, 2**31, 2**63, 2**64, -(2**70), 10**400]),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=5),
        st.sampled_from(["", "number", "relu", "softmax", "<U3", "float32", "MLPRegressor", "multilabel", "lbfgs"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["tuple", "dict", "array", "scalar", "number", "activation", "loss", "name", "parameters"]),
            inner,
            min_size=1,
            max_size=2,
        ),
        st.fixed_dictionaries({"array": st.fixed_dictionaries({"dtype": st.sampled_from(["<f8", "|O", "<U2", "|b1"]),
            "shape": st.lists(st.integers(0, 3), max_size=2), "values": st.lists(inner, max_size=3)})}),
    ),
    max_leaves=6,
)  # fmt: skip


def places(value, path=()):
    """Paths to everything in a JSON value."""
    found = [path] if path else []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, entry in entries:
        found += places(entry, (*path, key))
    return found


@pytest.mark.parametrize("name", ["classifier", "regressor", "several labels"])
@examples(60, 400)
def test_a_description_changed_at_random(contents, folder, name, examples):
    @hypothesis.settings(max_examples=examples, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(data=st.data())
    def is_refused_or_used(data):
        description, tensors = contents[name]
        for _ in range(data.draw(st.integers(1, 3))):
            path = data.draw(st.sampled_from(places(description)))
            description = changed(description, path, data.draw(st.one_of(st.just(DELETED), JUNK)))
        use(written(folder / f"{name}.glass", description, tensors))

    is_refused_or_used()


@pytest.mark.parametrize("name", ["classifier", "regressor"])
@hypothesis.settings(max_examples=100, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(data=st.data())
def test_tensors_changed_at_random(contents, folder, name, data):
    description, tensors = contents[name]
    tensors = dict(tensors)
    for _ in range(data.draw(st.integers(1, 2))):
        key = data.draw(st.sampled_from(sorted(tensors)))
        shape = data.draw(st.lists(st.integers(0, 4), max_size=4))
        value = data.draw(st.sampled_from([0.0, 1.0, -1.0, 1e308, np.nan, np.inf]))
        match data.draw(st.sampled_from(["nothing", "same shape", "float64", "float32"])):
            case "nothing":
                del tensors[key]
            case "same shape":
                tensors[key] = np.full(tensors[key].shape, value)
            case dtype:
                with np.errstate(over="ignore"):
                    tensors[key] = np.full(shape, value).astype(dtype)
    with np.errstate(all="ignore"):
        use(written(folder / f"{name}.glass", description, tensors))


@hypothesis.settings(max_examples=300, suppress_health_check=list(hypothesis.HealthCheck))
@hypothesis.given(data=st.data())
def test_bytes_changed_at_random_in_a_header(contents, folder, data):
    """Bytes of the description, with the checksum that it has then: as text, it is JSON or it is not."""
    description, tensors = contents["classifier"]
    text = json.dumps(description)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(text) - 1))
        text = text[:place] + data.draw(st.sampled_from([*'09-.eE"{}[]:,tn', "é", "\0"])) + text[place + 1 :]
    use(written(folder / "bytes.glass", text, tensors))


# --------------------------------------------------------------------------------------------------------------- values

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=())))
VALUES = st.recursive(
    st.one_of(
        SCALARS,
        st.sampled_from([gn.activation("elu", alpha=0.25), gn.losses.huber, gn.initializers.zeros]),
        st.sampled_from([np.float32(0.1), np.int8(-3), np.bool_(True), np.float16(np.nan), np.str_("x")]),
        st.lists(st.floats(width=32)).map(lambda values: np.array(values, dtype=np.float32)),
        st.lists(st.integers(0, 255), min_size=4, max_size=4).map(lambda v: np.array(v, dtype=np.uint8).reshape(2, 2)),
        st.lists(st.text("abc\n")).map(lambda values: np.array(values, dtype="<U9")),
        st.lists(st.one_of(st.text(), st.integers(), st.booleans())).map(lambda v: np.array([*v, None], dtype=object)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.one_of(st.text(), st.integers(), st.tuples(st.integers())), inner, max_size=3),
    ),
    max_leaves=5,
)


@hypothesis.given(VALUES)
def test_values_come_back(value):
    text = json.dumps(encode(value), allow_nan=False)
    found = decode(json.loads(text), "it")
    assert type(found) is type(value) or isinstance(value, np.str_)
    np.testing.assert_equal(found, value)
    assert json.dumps(encode(found)) == text  # signs of zeros and types of what is inside too


@hypothesis.given(JUNK)
def test_no_other_value_comes_in(encoded):
    try:
        value = decode(encoded, "it")
    except Malformed as error:
        assert error.field.startswith("it")  # noqa: PT017 (either way is right)
    else:
        try:
            np.testing.assert_equal(decode(encode(value), "it"), value)
        except NotStorable:
            assert "O" in json.dumps(encoded) or "1000" in json.dumps(encoded)


@pytest.mark.parametrize(
    "value",
    [
        *(print, object(), {1, 2}, b"bytes", 1j, np.random.RandomState(0), np.array([1j]), np.array([b"a"])),
        *(np.longdouble(1) if np.dtype(np.longdouble).itemsize > 8 else 1j, range(3), [[[print]]], {"a": print}),
        *(np.array([print]), np.array([[1], [2, 3]], dtype=object), 1 << 5000, np.array([object()])),
    ],
)
def test_what_has_no_encoding(value):
    with pytest.raises(NotStorable):
        encode(value)


def test_arrays_of_wide_text_are_stored_as_wide_as_their_texts():
    array = np.array(["a", "bcd"], dtype=f"<U{2**24}")
    assert encode(array)["array"]["dtype"] == "<U3"


def test_errors_of_files_are_errors_of_glassnet():
    assert issubclass(ModelFileError, GlassnetError)
