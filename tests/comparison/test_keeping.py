"""Comparisons that go on: what is done is found again, and only if it belongs to the same comparison."""

from __future__ import annotations

import _thread
import json

import numpy as np
import pytest
from sklearn.datasets import load_iris

import glassnet as gn
from glassnet.errors import ComparisonError, ParameterError

X, Y = load_iris(return_X_y=True)
OPTIONS = {"activation": ["relu", "tanh"], "hidden_layer_sizes": 4, "max_iter": 5, "seeds": 2, "cv": 2}


def compare(path, *, data=X, progress=False, **change):
    return gn.compare(data, Y, resume=path, progress=progress, **OPTIONS | change)


def plain(found):
    described = found.to_json()
    for row in described["combinations"]:
        del row["seconds"]
    return described


def test_what_is_done_is_not_done_again(tmp_path):
    path = tmp_path / "kept.jsonl"
    first = compare(path)
    told = []
    again = compare(path, progress=lambda done, total: told.append((done, total)))
    assert told == [(8, 8)]
    assert again.to_json() == first.to_json()  # the seconds too: they are those of the trainings
    assert plain(compare(None)) == plain(first)


def test_an_interrupted_comparison_goes_on(tmp_path):
    path = tmp_path / "kept.jsonl"

    def stop(done, total):
        if done == 3:
            _thread.interrupt_main()

    part = compare(path, progress=stop, n_threads=1)
    assert part.interrupted
    kept = len(path.read_text().splitlines()) - 1
    assert 3 <= kept < 8
    told = []
    whole = compare(path, progress=lambda done, total: told.append(done))
    assert told[0] == kept
    assert not whole.interrupted
    assert plain(whole) == plain(compare(None))


def test_more_seeds_and_combinations_use_what_is_there(tmp_path):
    path = tmp_path / "kept.jsonl"
    compare(path)
    told = []
    more = compare(
        path,
        activation=["gelu", "relu", gn.activation("leaky_relu", slope=0.2), "where(x > 0, x, 0)"],
        seeds=3,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[0] == (4, 24)
    assert len(more) == 4
    assert told[-1] == (24, 24)


def test_the_file_is_json_lines(tmp_path):
    path = tmp_path / "kept.jsonl"
    found = compare(path)
    head, *lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert head["settings"]["cv"] == 2
    assert len(lines) == 8
    scores = {
        (line["parameters"]["activation"], line["seed"], line["fold"]): line["outcome"]["score"] for line in lines
    }
    for row in found:
        for seed in range(2):
            for fold in range(2):
                assert scores[row.varied["activation"], seed, fold] == row.scores[seed, fold]
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.jsonl"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"data": X + 1}, "on other data"),
        ({"data": X.astype(np.float32)}, "on other data"),
        ({"cv": 3}, "with cv = 2, and now it is 3"),
        ({"random_state": 1}, "random_state = 0"),
        ({"scoring": "log_loss"}, "scoring"),
        ({"standardize": False}, "standardize"),
        ({"curves": False}, "curves"),
    ],
)
def test_another_comparison_is_refused(tmp_path, change, said):
    path = tmp_path / "kept.jsonl"
    compare(path)
    before = path.read_bytes()
    with pytest.raises(ComparisonError, match=said):
        compare(path, **change)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", '{"settings": {}}\n', '{"glassnet_comparison": 1, "settings": {}}\n{"seed": 1}\n']
)
def test_other_files_are_refused_and_left_as_they_are(tmp_path, text):
    path = tmp_path / "notes.txt"
    path.write_text(text)
    with pytest.raises(ComparisonError):
        compare(path)
    assert path.read_text() == text


def test_another_version_is_refused(tmp_path):
    path = tmp_path / "kept.jsonl"
    path.write_text('{"glassnet_comparison": 2, "settings": {}}\n')
    with pytest.raises(ComparisonError, match="another version"):
        compare(path)


def test_failed_trainings_are_kept_too(tmp_path):
    path = tmp_path / "kept.jsonl"
    options = {"solver": "sgd", "loss": "squared_error", "learning_rate_init": 1e20, "activation": "relu"}
    with np.errstate(all="ignore"):
        first = compare(path, **options)
    again = compare(path, **options)
    assert again.to_json() == first.to_json()
    assert len(again[0].failures) == 4


def test_where_nothing_can_be_written_nothing_is_trained(tmp_path):
    def fail(done, total):
        raise AssertionError("training has begun")

    with pytest.raises(OSError, match="missing"):
        compare(tmp_path / "missing" / "kept.jsonl", progress=fail)


def test_what_has_no_description_is_refused(tmp_path):
    class Odd(dict):
        pass

    with pytest.raises(ParameterError, match="class_weight"):
        compare(tmp_path / "kept.jsonl", class_weight={0: object()})
