"""`model.report`: one file with all that it promises, for every kind of model."""

from __future__ import annotations

import html.parser
import pickle
import re

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError

import glassnet as gn
from glassnet.errors import ReportError
from glassnet.estimators.reporting import _reproduce, judge
from glassnet.texts import set_language


class Page(html.parser.HTMLParser):
    """The text of a page, its identifiers, and what it would load."""

    VOID = frozenset({"meta", "link", "br", "use", "path", "rect", "img"})

    def __init__(self, text):
        super().__init__()
        self.words, self.ids, self.loads, self.open = [], [], [], []
        self.feed(text)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        for name in ("src", "href", "xlink:href"):
            if name in values and not values[name].startswith(("#", "data:")):
                self.loads.append(values[name])

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)


@pytest.fixture(scope="module")
def table():
    random = np.random.default_rng(0)
    size = random.normal(10, 2, 240)
    color = random.choice(["red", "green", "<b>blue</b>"], 240)
    ripe = np.where((size + 3 * (color == "red") + random.normal(0, 1, 240)) > 11, "yes", "no")
    return {"size": size, "color": color.tolist(), "ripe": ripe.tolist(), "price": size * 2 + random.normal(0, 1, 240)}


@pytest.fixture(scope="module")
def classifier(table):
    return gn.fit(table, target="ripe", ignore=["price"], max_iter=10, hidden_layer_sizes=(16,), verbose=False)


def page_of(model, tmp_path, *data, **options):
    text = model.report(tmp_path / "report.html", *data, **options).read_text(encoding="utf-8")
    page = Page(text)
    assert not page.loads, "a report loads nothing"
    assert not page.open
    assert len(set(page.ids)) == len(page.ids), "identifiers of pictures must not clash"
    assert not re.search(r"@import|url\((?!#)", text)
    return page


def test_a_model_of_a_table_tells_everything(classifier, tmp_path):
    page = page_of(classifier, tmp_path)
    assert "On 48 rows that it has never seen" in page.text
    for words in ("accuracy", "95% interval", "naive answer", "Which class was taken for which", "log-loss"):
        assert words in page.text
    for words in ("Do the probabilities mean what they say?", "Which columns it relies on", "What was chosen, and why"):
        assert words in page.text
    accuracy = classifier.evaluation_.accuracy
    assert f"{accuracy.share:.1%}" in page.text
    assert f"{accuracy.low:.1%} to {accuracy.high:.1%}" in page.text
    assert "gn.fit(data, target='ripe', ignore=['price'], max_iter=10, hidden_layer_sizes=(16,))" in page.text


def test_labels_cannot_smuggle_markup_into_the_page(classifier, table, tmp_path):
    odd = {**table, "ripe": ["<script>alert(1)</script>" if label == "yes" else "no" for label in table["ripe"]]}
    model = gn.fit(odd, target="ripe", max_iter=2, hidden_layer_sizes=(4,), verbose=False)
    text = model.report(tmp_path / "odd.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script" in text


def test_the_important_column_comes_first(classifier, tmp_path):
    text = page_of(classifier, tmp_path).text
    part = text[text.index("Which columns it relies on") :]
    assert part.index("size") < part.index("color")


def test_rows_of_ones_own(classifier, table, tmp_path):
    page = page_of(classifier, tmp_path, {name: values[:30] for name, values in table.items()})
    assert "On 30 rows" in page.text
    page = page_of(
        classifier, tmp_path, {"size": [9.0, 12.0], "color": ["red", "green"]}, ["no", "yes"], overwrite=True
    )
    assert "On 2 rows" in page.text


def test_a_regressor(table, tmp_path):
    model = gn.fit(table, target="price", ignore=["ripe"], max_iter=10, hidden_layer_sizes=(16,), verbose=False)
    page = page_of(model, tmp_path)
    for words in ("R², variance explained", "root mean squared error", "Predicted and true", "true price"):
        assert words in page.text


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_a_plain_classifier(tmp_path, solver):
    X, y = load_iris(return_X_y=True, as_frame=True)
    model = gn.MLPClassifier((8,), solver=solver, max_iter=20, n_iter_no_change=20, random_state=0)
    with pytest.warns():
        model.fit(X / 10, y)
    page = page_of(model, tmp_path, X / 10, y)
    assert "petal length (cm)" in page.text
    assert "On 150 rows" in page.text
    assert f"{model.score(X / 10, y):.1%}" in page.text
    assert ("gradient norm" in page.text) == (solver == "adam")
    assert "MLPClassifier(" in page.text


def test_a_plain_regressor_and_a_classifier_without_probabilities(tmp_path):
    X = np.random.default_rng(0).normal(size=(80, 3))
    model = gn.MLPRegressor(hidden_layer_sizes=(8,), max_iter=5, n_iter_no_change=5, tol=0, random_state=0)
    with pytest.warns():
        model.fit(X, X[:, 0])
    assert "R², variance explained" in page_of(model, tmp_path, X, X[:, 0]).text
    model = gn.MLPClassifier((8,), loss="hinge", max_iter=5, n_iter_no_change=5, tol=0, random_state=0)
    with pytest.warns():
        model.fit(X, X[:, 0] > 0)
    text = page_of(model, tmp_path, X, X[:, 0] > 0, overwrite=True).text
    assert "How many more answers are wrong" in text
    assert "Do the probabilities" not in text


def test_without_rows_it_tells_of_the_training(tmp_path):
    X = np.random.default_rng(0).normal(size=(60, 3))
    model = gn.MLPClassifier((8,), max_iter=5, n_iter_no_change=5, tol=0)
    with pytest.warns():
        model.fit(X, X[:, 0] > 0)
    text = page_of(model, tmp_path, title="mine").text
    assert text.startswith("mine")
    assert "How good it is" not in text
    assert "random_state was None" in text
    with pytest.raises(ReportError, match="needs y"):
        model.report(tmp_path / "other.html", X)


def test_it_speaks_chinese(classifier, tmp_path):
    set_language("zh")
    try:
        text = classifier.report(tmp_path / "zh.html").read_text(encoding="utf-8")
    finally:
        set_language("en")
    assert '<html lang="zh-Hans">' in text
    assert "效果如何" in text
    assert "How good it is" not in text


def test_the_same_model_gives_the_same_report(classifier, tmp_path):
    first = classifier.report(tmp_path / "a.html").read_bytes()
    assert classifier.report(tmp_path / "b.html").read_bytes() == first


def test_a_file_that_is_there_is_kept(classifier, tmp_path):
    (tmp_path / "report.html").write_text("mine")
    with pytest.raises(ReportError, match="exists already"):
        classifier.report(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text() == "mine"
    classifier.report(tmp_path / "report.html", overwrite=True)
    assert (tmp_path / "report.html").read_text() != "mine"


def test_before_fit_there_is_no_report(tmp_path):
    with pytest.raises(NotFittedError):
        gn.MLPClassifier().report(tmp_path / "report.html")


def test_a_pickled_or_saved_model_leaves_its_test_rows_behind(classifier, tmp_path):
    for copy in (pickle.loads(pickle.dumps(classifier)), gn.load(classifier.save(tmp_path / "m.glass"))):
        assert not hasattr(copy, "_tested")
        assert "never seen" not in page_of(copy, tmp_path, overwrite=True).text


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it_without_a_word_of_complaint(browser, classifier, tmp_path, language, scheme):
    set_language(language)
    try:
        path = classifier.report(tmp_path / "report.html")
    finally:
        set_language("en")
    page = browser.new_page(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, "nothing sticks out on a phone"
    assert page.evaluate(LOW_CONTRAST) == []
    page.close()


# Texts whose contrast to what is behind them is below WCAG's 4.5 to 1. Backgrounds that are half transparent are laid
# over what is below them.
LOW_CONTRAST = """() => {
  const channels = text => (text.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = node => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(channels(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((below, [r, g, b, a = 1]) =>
      [r, g, b].map((c, i) => a * c + (1 - a) * below[i]), [255, 255, 255]);
  };
  const low = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    if (!own || ["STYLE", "TITLE", "title", "style"].includes(node.tagName)) continue;
    const style = getComputedStyle(node);
    const ink = channels(node instanceof SVGElement ? style.fill : style.color);
    const [bright, dark] = [luminance(ink), luminance(behind(node))].sort((a, b) => b - a);
    const contrast = (bright + 0.05) / (dark + 0.05);
    if (contrast < 4.5) low.push([node.textContent.trim().slice(0, 40), contrast.toFixed(2)]);
  }
  return low;
}"""


def test_what_went_wrong_comes_first_with_its_cause_and_its_remedy(tmp_path):
    X = np.random.default_rng(0).normal(size=(200, 8))
    model = gn.MLPClassifier((32,), solver="sgd", momentum=0, learning_rate_init=50.0, max_iter=10, random_state=0)
    with pytest.warns():
        model.fit(X, X[:, 0] > 0)
    found = model.diagnose()
    assert found.warnings
    text = page_of(model, tmp_path, X, X[:, 0] > 0).text
    part = text[text.index("What was found inside", text.index("How good it is", 200)) :]
    assert found[0].text.split(";")[0] in part
    for label, words in found.lines_of(found[0]):
        assert f"{label}: {words.split('   ')[0]}" in part


def test_consequences_are_counted_beside_their_cause(tmp_path):
    X = np.random.default_rng(0).normal(size=(300, 6))
    model = gn.MLPClassifier((32, 32), initializer="zeros", max_iter=20, random_state=0)
    with pytest.warns():
        model.fit(X, X[:, 0] > 0)
    found = model.diagnose()
    rest = len(found.warnings) - len(found.causes)
    assert 0 < len(found.causes) < len(found.warnings)
    assert f"{len(found.causes)} warnings about the inside, and {rest} that" in page_of(model, tmp_path).text


def test_a_model_that_ignores_its_columns_has_no_bars_of_zeros(classifier, table, tmp_path):
    flat = gn.fit(table, target="ripe", initializer="zeros", max_iter=1, hidden_layer_sizes=(4,), verbose=False)
    assert "On none: its answers on 48 rows stay" in page_of(flat, tmp_path).text
    assert "On none" not in page_of(classifier, tmp_path, overwrite=True).text


def test_columns_without_a_remark_are_named_in_one_line(classifier, tmp_path):
    assert "number · 1 size" in page_of(classifier, tmp_path).text


@pytest.mark.parametrize(
    "said", [{"test": 0.3, "ignore": ["price"]}, {"categorical": "price", "random_state": 3, "alpha": 0.01}]
)
def test_the_python_that_it_shows_makes_the_same_model(table, said):
    rows = {**table, "price": (table["price"] // 4).tolist()}
    model = gn.fit(rows, target="ripe", max_iter=2, hidden_layer_sizes=(4,), verbose=False, **said)
    code = dict(_reproduce(model, None))["In Python:"]
    scope = {"data": rows}
    exec(f"{code[:-1]}, verbose=False)", scope)
    for found, wanted in zip(scope["model"].coefs_, model.coefs_, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_the_naive_answer_is_that_of_the_training():
    X = np.random.default_rng(0).normal(size=(60, 3))
    y = np.array(["a"] * 40 + ["b"] * 20)
    once = {"hidden_layer_sizes": (4,), "max_iter": 2, "n_iter_no_change": 2, "random_state": 0}
    with pytest.warns(UserWarning, match="Maximum iterations"):
        model = gn.MLPClassifier(**once).fit(X, y)
    judged = judge(model, X[35:], y[35:])  # most of these rows are b
    assert judged.evaluation.baseline_answer == "a"
    with pytest.warns(UserWarning, match="Maximum iterations"):
        model = gn.MLPRegressor(**once).fit(X, np.arange(60.0))
    assert judge(model, X[:10], np.arange(10.0)).evaluation.baseline_answer == pytest.approx(29.5)
