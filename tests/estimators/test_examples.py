"""The examples run, and run as well with scikit-learn's MLP in place of ours: only the import differs."""

from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
# Experiments of scikit-learn's documentation; those that show what glassnet has beyond it are not among them.
SCRIPTS = [
    "training_curves.py",
    "regularization.py",
    "weights_of_digits.py",
    "classifier_comparison.py",
    "user_guide.py",
]


def run(source, name, tmp_path, monkeypatch, capsys):
    matplotlib = pytest.importorskip("matplotlib")
    monkeypatch.chdir(tmp_path)
    exec(compile(source, name, "exec"), {"__name__": "__main__"})
    matplotlib.pyplot.close("all")
    return capsys.readouterr().out


@pytest.mark.parametrize("name", SCRIPTS)
def test_example_runs(name, tmp_path, monkeypatch, capsys):
    out = run((EXAMPLES / name).read_text(encoding="utf-8"), name, tmp_path, monkeypatch, capsys)
    assert out.strip()
    picture = tmp_path / Path(name).with_suffix(".png").name
    assert picture.exists() == (name != "user_guide.py")


@pytest.mark.slow
@pytest.mark.parametrize("name", SCRIPTS)
def test_only_the_import_differs_from_scikit_learn(name, tmp_path, monkeypatch, capsys):
    ours = (EXAMPLES / name).read_text(encoding="utf-8")
    theirs = ours.replace("from glassnet import", "from sklearn.neural_network import")
    assert ours != theirs
    assert "glassnet" not in theirs
    lines = run(theirs, name, tmp_path, monkeypatch, capsys).splitlines()
    assert len(lines) == len(run(ours, name, tmp_path, monkeypatch, capsys).splitlines())


def test_user_guide_says_what_scikit_learn_says(tmp_path, monkeypatch, capsys):
    lines = run(
        (EXAMPLES / "user_guide.py").read_text(encoding="utf-8"), "", tmp_path, monkeypatch, capsys
    ).splitlines()
    said = {line[:13].strip(): line[14:] for line in lines}
    assert said["predictions"] == "[1 0]"
    assert said["shapes"] == "[(2, 5), (5, 2), (2, 1)]"
    assert said["labels"] == "[[1, 1], [0, 1]]"
    assert float(said["accuracy"]) >= 0.8
    assert said["epochs"] == "10"
    assert float(said["R²"]) > 0.9
