"""Curves show the functions, and mark and say what is true of them."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import glassnet as gn
from glassnet.catalog.finding import CATALOGS
from glassnet.errors import PictureError
from glassnet.report import lettering, pictures
from glassnet.report.curves import curve_figure, overview_figure, svg_text
from glassnet.report.lettering import Lettering, vector_lettering
from glassnet.report.sheet import APART, png_bytes
from glassnet.texts import set_language

DRAWN = [entry for name in ("activations", "losses", "initializers", "schedules") for entry in CATALOGS[name]]


def words(figure):
    """All texts of a figure."""
    said = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        said += [axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel(), *(t.get_text() for t in axes.texts)]
    return set(said)


def curve(axes, number=0):
    line = axes.lines[number]
    x, y = np.asarray(line.get_xdata()), np.asarray(line.get_ydata())
    return x[np.isfinite(y)], y[np.isfinite(y)]


def boxes(figure):
    """What texts cover, in pixels."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(figure).get_renderer()
    for axes in figure.axes:
        yield axes, [text.get_window_extent(renderer) for text in axes.texts if text.get_text()]


@pytest.mark.parametrize("entry", DRAWN, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_every_entry_has_a_picture(entry):
    if not entry.formula and entry.kind == "schedule":
        with pytest.raises(gn.errors.ParameterError, match="depends on the losses"):
            curve_figure(entry)
        return
    figure = curve_figure(entry)
    assert entry.name in words(figure)
    for axes in figure.axes:
        x, y = curve(axes)
        assert len(x) > 1
        low, high = axes.get_ylim()
        assert ((y >= low) & (y <= high)).all()


@pytest.mark.parametrize("name", ["sigmoid", "relu", "selu", "gelu", "leaky_relu"])
def test_left_is_the_function_and_right_its_derivative_in_red(name):
    activation = gn.activations[name]
    figure = curve_figure(activation, interval=(-5, 5))
    left, right = figure.axes
    x, y = curve(left)
    np.testing.assert_array_equal(y, activation(x))
    x, y = curve(right)
    np.testing.assert_array_equal(y, activation.derivative(x))
    assert (x.min(), x.max()) == (-5, 5)
    assert right.lines[0].get_color() == "#c2341d"
    assert (left.get_ylabel(), right.get_ylabel(), left.get_xlabel()) == ("f(x)", "f ′(x)", "x")


def test_what_is_remarkable_is_marked():
    assert "largest slope 0.25 at x = 0" in words(curve_figure(gn.activations.sigmoid))
    assert any("x < −4.36 or x > 4.36" in said for said in words(curve_figure(gn.activations.sigmoid)))
    assert "Gray: the slope is 0, where x < 0" in words(curve_figure(gn.activations.relu))
    assert "kink: slope 0 → 1" in words(curve_figure(gn.activations.relu))
    assert "kink: slope 1.76 → 1.05" in words(curve_figure(gn.activations.selu))
    assert {"leaky_relu", "slope a = 0.03"} <= words(curve_figure(gn.activation("leaky_relu", slope=0.03)))


def test_several_functions_have_colors_and_labels_of_their_own():
    names = ["sigmoid", "tanh", "relu", "silu"]
    figure = curve_figure([gn.activations[name] for name in names])
    for axes in figure.axes:
        colors = [text.get_color() for text in axes.texts if text.get_text() in names]
        assert len(set(colors)) == 4
        assert {text.get_text() for text in axes.texts} >= set(names)
        for name, color in zip(names, APART, strict=False):
            assert next(text for text in axes.texts if text.get_text() == name).get_color() == color


def test_two_of_a_name_are_told_apart_by_their_parameters():
    figure = curve_figure([gn.activation("leaky_relu", slope=slope) for slope in (0.01, 0.3)])
    assert words(figure) >= {"leaky_relu (slope = 0.01)", "leaky_relu (slope = 0.3)"}


@pytest.mark.parametrize(
    ("names", "together"),
    [
        (("sigmoid",), False),
        (("sigmoid",), True),
        (("relu", "leaky_relu", "elu"), False),
        (("relu", "leaky_relu", "elu"), True),
        (("sigmoid", "tanh", "silu", "relu", "gelu", "elu", "softplus"), False),
    ],
)
def test_labels_neither_meet_nor_leave_the_axes(names, together):
    for axes, covered in boxes(curve_figure([gn.activations[name] for name in names], together=together)):
        for one, other in itertools.combinations(covered, 2):
            assert not one.overlaps(other)
        frame = axes.get_window_extent()
        for box in covered:
            assert frame.x0 - 2 <= box.x0
            assert box.x1 <= frame.x1 + 2
            assert frame.y0 - 2 <= box.y0
            assert box.y1 <= frame.y1 + 2


def test_one_frame_holds_both():
    (axes,) = curve_figure(gn.activations.tanh, together=True).axes
    assert {text.get_text() for text in axes.texts} >= {"f(x)", "f ′(x)"}
    (axes,) = curve_figure([gn.activations.tanh, gn.activations.sigmoid], together=True).axes
    assert {text.get_text() for text in axes.texts} >= {"tanh", "tanh′", "sigmoid", "sigmoid′"}


def test_the_derivative_can_be_left_out():
    assert len(curve_figure(gn.activations.tanh, derivative=False).axes) == 1


def test_softmax_is_shown_over_one_score():
    figure = curve_figure(gn.activations.softmax)
    outputs, slopes = figure.axes
    heights = np.array([curve(outputs, k)[1] for k in range(3)])
    np.testing.assert_allclose(heights.sum(axis=0), 1)
    np.testing.assert_allclose(np.array([curve(slopes, k)[1] for k in range(3)]).sum(axis=0), 0, atol=1e-12)


def test_losses_are_shown_for_targets_that_tell():
    figure = curve_figure(gn.losses.binary_cross_entropy)
    assert words(figure) >= {"y = 0", "y = 1", "∂L / ∂z"}
    x, gradient = curve(figure.axes[1], 1)
    np.testing.assert_allclose(gradient, gn.activations.sigmoid(x) - 1)
    figure = curve_figure(gn.losses.absolute_error)
    x, gradient = curve(figure.axes[1])
    np.testing.assert_array_equal(gradient[x < -0.01], -1)
    assert figure.axes[1].get_xlabel() == "p − y"


def test_two_names_of_a_target_are_one_curve_and_logarithms_of_probabilities_are_not_positive():
    assert {"y = 0", "y = 1"} == {text.get_text() for text in curve_figure(gn.losses.hinge).axes[0].texts}
    x, loss = curve(curve_figure(gn.losses.nll).axes[0], 1)
    assert x.max() <= 0
    np.testing.assert_allclose(loss, -x)


@pytest.mark.parametrize("name", ["he_normal", "glorot_uniform", "orthogonal"])
def test_densities_have_area_one_and_the_deviation_that_is_named(name):
    figure = curve_figure(gn.initializers[name], fans=(20, 50))
    x, density = curve(figure.axes[0])
    assert np.trapezoid(density, x) == pytest.approx(1, abs=2e-3)
    deviation = np.sqrt(np.trapezoid(density * x**2, x))
    (said,) = (re.search(r"standard deviation (\S+)", word) for word in words(figure) if "standard" in word)
    assert float(said[1]) == pytest.approx(deviation, rel=0.01)


def test_overview_has_all_elementwise_activations():
    figure = overview_figure()
    names = [axes.get_title(loc="left") for axes in figure.axes]
    assert names == [activation.name for activation in gn.activations if not activation.over_axis]


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: gn.plot("sigmoid", "huber"), "one picture shows entries of one kind; got activation, loss"),
        (lambda: gn.plot("adam"), "adam has no curve to draw"),
        (lambda: gn.plot("softmax", "tanh"), "softmax works on several numbers at once"),
        (lambda: gn.plot("tanh", interval=(1, 1)), "finite start below its finite end"),
        (lambda: gn.plot("tanh", interval=(0, np.inf)), "finite start below its finite end"),
        (lambda: gn.plot(*["tanh"] * 30), "at most 21 curves"),
        (lambda: gn.plot("tanh").save("tanh.gif"), 'as .png or .svg; got ".gif"'),
    ],
)
def test_what_cannot_be_drawn_is_said(draw, message):
    with pytest.raises(PictureError, match=re.escape(message)):
        draw()


def test_a_window_needs_a_display_and_a_backend_for_it(monkeypatch):
    picture = gn.plot("tanh")
    monkeypatch.setattr(pictures, "has_display", lambda: False)
    with pytest.raises(PictureError, match="no display"):
        picture.show()
    monkeypatch.setattr(pictures, "has_display", lambda: True)
    with pytest.raises(PictureError, match="no display"):
        picture.show()  # the tests' backend, Agg, draws into memory only


def test_unknown_name_and_parameter_are_said():
    with pytest.raises(gn.errors.ParameterError, match=r'called "sigmod"\. Did you mean "sigmoid"'):
        gn.plot("sigmod")
    with pytest.raises(gn.errors.ParameterError, match='leaky_relu has no parameter "slop"; it has slope'):
        gn.plot("leaky_relu", slop=0.1)


def test_entries_draw_themselves_however_they_were_imported(tmp_path):
    code = "from glassnet.catalog import ACTIVATIONS; print(ACTIVATIONS.relu.plot().save('relu.png'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "relu.png\n", done.stderr
    assert (tmp_path / "relu.png").read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_files_are_the_same_each_time():
    first, second = (curve_figure(gn.activations.gelu) for _ in range(2))
    assert svg_text(first) == svg_text(second)
    assert png_bytes(first) == png_bytes(second)
    assert not re.search(r"20\d\d-\d\d-\d\d", svg_text(first))


def test_svg_keeps_words_as_text_and_names_chinese_fonts():
    svg = gn.plot("sigmoid").svg()
    root = ET.fromstring(svg)
    said = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"sigmoid", "derivative", "largest slope 0.25 at x = 0"} <= said
    assert ">standard deviation 0.125</text>" in gn.plot("orthogonal").svg(), "numbers that are said keep their digits"
    assert "Noto Sans CJK SC" in root.attrib["style"]
    assert len(svg) < 60_000


@pytest.fixture
def chinese():
    set_language("zh")
    yield
    set_language(None)


def test_chinese_svg_needs_no_font_here_and_png_without_one_is_english(chinese, monkeypatch):
    monkeypatch.setattr(lettering, "_chinese_font", lambda: None)
    assert vector_lettering() == Lettering(("DejaVu Sans",), translates=True)
    picture = gn.plot("relu")
    assert "导数" in picture.svg()
    assert "derivative" in words(picture.figure)
    picture.png()  # warns of no missing letter: warnings are errors here


def test_notebooks_show_entries_as_cards_and_pictures_as_pictures():
    card = gn.activations.relu._repr_html_()
    assert "where(x &gt; 0, x, 0)" in card
    assert "$f′(x) = \\begin{cases}" in card
    assert "first choice for hidden layers" in card
    assert gn.activations.sigmoid._repr_latex_() == r"$\frac{1}{1 + e^{-x}}$"
    assert gn.words["neuron"]._repr_markdown_().startswith("## neuron\n\nA neuron takes numbers in")
    assert card.count("<svg") == 1
    assert "Nair, Hinton 2010" in card
    picture = gn.plot("relu")
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert picture._repr_svg_().count("</svg>") == 1


def test_formulas_with_cases_have_a_row_for_each_and_the_last_one_is_translated():
    figure = curve_figure(gn.activations.leaky_relu)
    assert "otherwise" in words(figure)
    outlines = [child for child in figure.get_children() if type(child).__name__ == "PathPatch"]
    heights = [child.get_path().get_extents(child.get_transform()).height for child in outlines]
    assert max(heights) > 2 * np.median(heights), "a brace as tall as the rows"


def test_maxout_is_the_largest_of_its_lines():
    left, right = curve_figure(gn.activation("maxout", pieces=3)).axes
    lines = np.array([np.asarray(line.get_ydata()) for line in left.lines[:3]])
    _x, output = curve(left, 3)
    np.testing.assert_array_equal(output, lines.max(axis=0))
    assert set(curve(right)[1].round(6)) == {-1.0, 0.0, 1.0}
