"""Pictures say what they were given, and leave nothing behind in matplotlib."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from glassnet.report import figures

LABELS = ["no", "yes", "maybe"]
MATRIX = np.array([[10, 2, 0], [0, 9, 1], [0, 0, 1200]])
PNG = b"\x89PNG\r\n\x1a\n"


def words(figure):
    """All texts of a figure, in no order."""
    axes_texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    return {*axes_texts, *(text.get_text() for text in figure.texts)}


def test_loss_curves_name_each_curve_where_it_ends():
    figure = figures.loss_curves([1.0, 0.5, 0.25], [1.2, 0.7, 0.6], "a note")
    (axes,) = figure.axes
    assert [list(np.asarray(line.get_ydata())) for line in axes.lines] == [[1.0, 0.5, 0.25], [1.2, 0.7, 0.6]]
    assert list(np.asarray(axes.lines[0].get_xdata())) == [1, 2, 3]
    assert axes.get_yscale() == "log"
    assert words(figure) >= {"train 0.250", "validation 0.600", "a note", "Loss, epoch by epoch"}


def test_loss_curves_without_validation():
    figure = figures.loss_curves([1.0, 0.5], None)
    assert len(figure.axes[0].lines) == 1


def test_one_epoch_can_be_drawn(tmp_path):
    figures.save(figures.loss_curves([1.0], [1.1]), tmp_path / "one.png")
    assert (tmp_path / "one.png").read_bytes().startswith(PNG)


@pytest.mark.parametrize("end", [0.5, 0.51, 0.49])
def test_labels_that_would_touch_are_moved_apart(end):
    figure = figures.loss_curves([1.0, 0.5], [1.0, end])
    (axes,) = figure.axes
    train, validation = (float(np.log(text.get_position()[1])) for text in axes.texts)
    low, high = np.log(axes.get_ylim())
    assert abs(train - validation) >= 0.06 * (high - low)
    assert (train >= validation) == (end <= 0.5), "the higher curve keeps the higher label"


def test_confusion_shows_every_count_but_zero():
    figure = figures.confusion(MATRIX, LABELS)
    assert words(figure) >= {"10", "2", "9", "1", "1,200", "1,219 of 1,222 right; mistakes are orange"}
    assert "0" not in words(figure)


def test_confusion_colors_mistakes_otherwise_than_right_answers():
    (image,) = figures.confusion(MATRIX, LABELS).axes[0].images
    colors = np.asarray(image.get_array())
    red, blue = colors[..., 0], colors[..., 2]
    assert red[0, 1] > blue[0, 1], "a mistake is orange"
    assert blue[2, 2] > red[2, 2], "a right answer is blue"
    assert np.allclose(colors[1, 0], 1), "what never happened is white"


def test_doubts_tell_prediction_and_truth():
    probabilities = np.array([0.5, 0.3, 0.2])
    cases = [figures.Doubt(np.eye(8), probabilities, true) for true in (0, 1)]
    figure = figures.doubts(cases, LABELS)
    assert words(figure) >= {"predicted no · 50%", "true no · 50%", "true yes · 30%"}
    assert len(figure.axes) == 4
    heights = [bar.get_extents().height for bar in figure.axes[1].patches]
    assert np.array(heights) / sum(heights) == pytest.approx([0.5, 0.3, 0.2])


@pytest.mark.parametrize("n", [1, 5, 6])
def test_doubts_do_not_overlap(n):
    figure = figures.doubts([figures.Doubt(np.eye(8), np.full(3, 1 / 3), 0)] * n, LABELS)
    boxes = [axes.get_position() for axes in figure.axes]
    assert len(boxes) == 2 * n
    for i, one in enumerate(boxes):
        assert one.x0 >= 0
        assert one.y0 >= 0
        assert one.x1 <= 1
        assert one.y1 <= 1
        assert not any(one.overlaps(other) for other in boxes[i + 1 :])


def test_pictures_leave_no_global_state(tmp_path):
    code = f"""
import matplotlib, sys
before = dict(matplotlib.rcParams)
import numpy as np
from pathlib import Path
from glassnet.report import figures
figures.save(figures.confusion(np.eye(2, dtype=int), ["a", "b"]), Path({str(tmp_path)!r}) / "c.png")
assert dict(matplotlib.rcParams) == before
assert "matplotlib.pyplot" not in sys.modules
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "c.png").read_bytes().startswith(PNG)
