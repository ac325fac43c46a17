"""Running: what comes out, that it is the same again, what may be asked for."""

from __future__ import annotations

import json

import numpy as np
import pytest

import glassnet as gn
from glassnet.engine import Job
from glassnet.errors import DataError, ParameterError, ShapeError
from glassnet.lab.bench import Bench, spread
from glassnet.lab.experiment import ENDS
from glassnet.lab.networks import accuracy, arriving, leaving, network, training
from glassnet.lab.numerals import written
from glassnet.lab.rows import digits, rows_of, rows_of_table
from glassnet.lab.saving import save
from glassnet.table import as_table
from glassnet.texts import set_language


@pytest.fixture(scope="module")
def result():
    return gn.lab.run("affine-collapse", quick=True, seeds=2)


@pytest.fixture
def chinese():
    set_language("zh")
    yield
    set_language(None)


def test_a_result_tells_everything(result):
    assert result.verdict == "holds"
    assert result.numbers["linear_difference"] < 1e-12
    assert set(result.described) == set(result.numbers)
    told = " ".join(str(result).split())
    for part in (result.name, result.sentence, result.claim, "2 seeds · digits · quick run"):
        assert part in told


def test_a_result_as_json(result):
    described = json.loads(json.dumps(result.to_json(), allow_nan=False))
    assert described["name"] == "affine-collapse"
    assert described["verdict"] == "holds"
    assert described["numbers"] == pytest.approx(dict(result.numbers))
    assert {"claim", "source", "rule", "setup", "sentence", "seeds", "random_state", "quick", "data"} <= set(described)


def test_the_same_run_gives_the_same_on_any_number_of_threads(result):
    again = gn.lab.run("xor", quick=True, seeds=4, n_threads=1)
    assert again.to_json() == gn.lab.run("xor", quick=True, seeds=4, n_threads=2).to_json()
    other = gn.lab.run("affine-collapse", quick=True, seeds=2, random_state=1)
    assert other.numbers != result.numbers


def test_a_result_speaks_the_language_in_use(result, chinese):
    assert "激活函数" in result.claim
    assert "仿射变换" in result.sentence
    assert result.verdict == "holds"


def test_a_figure_is_drawn_the_same_again(result):
    assert result.plot().png() == result.plot().png()
    assert "What is left" in result.plot().svg()


def test_a_notebook_shows_a_result_with_its_figure(result):
    shown = result._repr_html_()
    assert "one affine map" in shown
    assert "<svg" in shown


def test_files_of_results(result, tmp_path):
    page = save([result], tmp_path / "new")
    text = page.read_text(encoding="utf-8")
    assert page.name == "index.html"
    for part in (result.claim[1:], result.sentence[1:], result.rule, "<svg", 'class="holds"'):
        assert part in text
    assert not [link for link in ("<script", "<img", "@import", "url(http") if link in text]
    assert json.loads((tmp_path / "new" / "results.json").read_text(encoding="utf-8")) == [result.to_json()]
    assert {path.name for path in (tmp_path / "new" / "figures").iterdir()} == {
        "affine-collapse.png", "affine-collapse.svg",
    }  # fmt: skip


def test_a_page_in_chinese(result, tmp_path, chinese):
    text = save([result], tmp_path).read_text(encoding="utf-8")
    assert '<html lang="zh-Hans">' in text
    assert "判断规则在运行之前写定" in text


def test_own_data_is_learned_from():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    found = gn.lab.run("affine-collapse", quick=True, seeds=2, data=(X, X[:, 0] > 0))
    assert found.data == "X"
    with pytest.raises(ParameterError, match="data of its own"):
        gn.lab.run("xor", data=(X, X[:, 0] > 0))


def test_a_table_becomes_rows():
    table = as_table({"size": [1.0, 2.0, 5.0, 3.0], "city": ["a", "b", "a", "b"], "kind": ["x", "y", None, "x"]})
    rows = rows_of_table(table, "kind")
    assert rows.n_classes == 2
    assert rows.X.shape == (3, 2)
    assert rows.X.min(axis=0).tolist() == [0, 0]
    assert rows.X.max(axis=0).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        ("digits", ParameterError, r"data must be None, or a pair"),
        (([1.0, 2.0], [0, 1]), ShapeError, "X"),
        (([[1.0], [2.0]], [0]), ShapeError, "rows"),
        (([[1.0], [2.0]], [0, 0]), DataError, "class"),
        (([[1.0], [float("nan")]], [0, 1]), DataError, "row 1, column 0 is NaN"),
        ((np.ones((300, 1)), np.arange(300)), ParameterError, "2 to 100 classes"),
    ],
)
def test_data_that_is_none_is_refused(data, error, message):
    with pytest.raises(error, match=message):
        rows_of(data)


@pytest.mark.parametrize("seeds", [1, 2.5, True])
def test_an_interval_needs_two_seeds(seeds):
    with pytest.raises(ParameterError, match="at least 2"):
        gn.lab.run("xor", seeds=seeds)


def test_rows_are_split_by_class_and_scaled():
    rows = digits()
    one, again, other = rows.split(1), rows.split(1), rows.split(2)
    assert np.array_equal(one.X, again.X)
    assert not np.array_equal(one.X, other.X)
    assert len(one.y_test) == 450
    centered = rows.split(1, "centered")
    assert np.abs(centered.X.mean(axis=0)).max() < 1e-5
    assert np.mean(centered.X**2) == pytest.approx(1, rel=1e-3)


def test_spread_is_the_t_interval():
    from scipy.stats import ttest_1samp

    values = [3.0, 4.0, 8.0, 5.0]
    found = spread("x", values)
    expected = ttest_1samp(values, 0).confidence_interval(0.95)
    assert found["x"] == 5
    assert [found["x" + end] for end in ENDS] == pytest.approx([expected.low, expected.high])


def test_what_flows_through_a_network_is_what_numpy_computes():
    split = digits().split(0)
    for function in ("tanh", "prelu", "maxout"):
        spec = network(64, (7, 5), 10, function, dtype="float64")
        (fit,) = Bench((0,), quick=True, rows=digits()).train([Job(spec, training(0, 1, 0.1), split.training)])
        X = split.X_test.astype(np.float64)
        z = X @ fit.coefs[0] + fit.intercepts[0]
        assert arriving(spec, fit, X, 0) == pytest.approx(z)
        a = leaving(spec, fit, X, 0)
        if function == "tanh":
            assert a == pytest.approx(np.tanh(z))
        if function == "maxout":
            assert a == pytest.approx(z.reshape(len(X), 7, 2).max(axis=2))
        if function == "prelu":
            assert a == pytest.approx(np.where(z > 0, z, fit.learned[0] * z))
        assert arriving(spec, fit, X, 1) == pytest.approx(a @ fit.coefs[1] + fit.intercepts[1])
        assert 0 <= accuracy(spec, fit, split.X_test, split.y_test) <= 1


def test_a_training_that_diverges_is_none():
    split = digits().split(0)
    spec = network(64, (16,), 10)
    bench = Bench((0,), quick=True, rows=digits(), n_threads=2)
    jobs = [Job(spec, training(0, 5, rate), split.training) for rate in (1e30, 0.1)]
    bad, good = bench.train(jobs)
    assert bad is None
    assert good is not None


@pytest.mark.parametrize(
    ("value", "text"), [(1260, "1,260"), (0.05, "0.05"), (1e-15, "1e−15"), (float("inf"), "∞"), (-0.5, "−0.5")]
)
def test_how_numbers_are_written(value, text):
    assert written(value) == text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_the_page_without_a_word_of_complaint(browser, result, tmp_path, scheme):
    path = save([result, gn.lab.run("xor", quick=True, seeds=2)], tmp_path)
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing sticks out on a phone"
    page.close()
