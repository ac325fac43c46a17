"""Pictures of graphs: no two nodes overlap, every line goes to the right, every number can be read."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from glassnet.autograd import worked
from glassnet.report.graph_layout import laid_out
from glassnet.report.graph_picture import graph_picture


def random_graph(seed: int) -> list[list[int]]:
    random = np.random.default_rng(seed)
    return [
        sorted(random.choice(node, size=min(node, int(random.integers(0, 3))), replace=False).tolist())
        for node in range(int(random.integers(1, 25)))
    ]


@pytest.mark.parametrize("seed", range(30))
def test_nodes_have_room_and_lines_go_to_the_right(seed):
    parents = random_graph(seed)
    heights = np.random.default_rng(seed).uniform(0.5, 2.0, len(parents)).tolist()
    layout = laid_out(parents, heights)
    for node, before in enumerate(parents):
        for parent in before:
            line = layout.lines[parent, node]
            assert [place.column for place in line] == list(range(line[0].column, line[-1].column + 1))
            assert line[0] == layout.places[parent]
            assert line[-1] == layout.places[node]
    for column in range(layout.columns):
        inside = sorted(
            (layout.places[node].height, heights[node])
            for node in range(len(parents))
            if layout.places[node].column == column
        )
        for (upper, height), (lower, other) in itertools.pairwise(inside):
            assert lower - upper >= (height + other) / 2 - 1e-9
        for middle, height in inside:
            assert middle - height / 2 >= -1e-9
            assert middle + height / 2 <= layout.height + 1e-9


def test_a_chain_is_straight():
    layout = laid_out([[], [0], [1], [2]], [1.0, 0.5, 2.0, 1.0])
    assert len({round(place.height, 6) for place in layout.places}) == 1


@pytest.mark.parametrize(
    "told",
    [
        worked.softmax_cross_entropy(),
        worked.softmax_cross_entropy(list(range(12)), 3),
        worked.network_update(),
        worked.formula("where(x > 0, x, alpha * expm1(x)) / (1 + x**2)", {"x": -0.5, "alpha": 1.0}),
    ],
    ids=["softmax", "twelve classes", "network", "formula"],
)
def test_no_text_leaves_the_picture_and_numbers_do_not_lie_on_boxes(told):
    picture = graph_picture(told)
    figure = picture.figure
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    (axes,) = figure.axes
    texts = [text for text in (*figure.texts, *axes.texts) if text.get_text()]
    boxes = [patch.get_window_extent(renderer) for patch in axes.patches if type(patch).__name__ == "FancyBboxPatch"]
    extents = [text.get_window_extent(renderer) for text in texts]
    for text, extent in zip(texts, extents, strict=True):
        assert extent.x0 >= 0, text.get_text()
        assert extent.x1 <= figure.bbox.x1, text.get_text()
        assert extent.y0 >= 0, text.get_text()
    numbers = [extent for text, extent in zip(texts, extents, strict=True) if text.get_fontsize() == 8]
    assert len(numbers) > len(boxes)
    for number, box in itertools.product(numbers, boxes):
        assert not number.overlaps(box)
    for one, other in itertools.combinations(numbers, 2):
        assert not one.overlaps(other)


def test_the_picture_says_what_the_graph_says():
    drawn = graph_picture(worked.neuron_mse()).svg()
    for text in ("e**2", "y - t", "0.81", "-3.6", "above the lines: values, forward"):
        assert re.search(re.escape(text), drawn), text
