"""Where the nodes of a graph stand in its picture: in columns, with as few crossing lines as a simple method finds.

A node's column is the length of the longest way to it; what was not computed stands just before its first use. A line
that passes columns gets a place in each, so that it goes between nodes and not through them. The order within columns
comes from a few sweeps in which everything moves to the mean of what it is connected with (Sugiyama, Tagawa, Toda
1981), and heights from a few more, in which everything moves as near to that mean as its neighbors allow.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

_SWEEPS = 40


@dataclass(frozen=True)
class Place:
    """Where a node stands, or a line passes: its column, and its height from the top."""

    column: int
    height: float


@dataclass(frozen=True)
class Layout:
    """Places of nodes, and of every line from a node to another, in order from left to right, ends included.

    Attributes
    ----------
    places : tuple of Place
    lines : dict of (from, to) to tuple of Place
    columns : int
    height : float
        From the top of the first to the lower end of the last.
    """

    places: tuple[Place, ...]
    lines: dict[tuple[int, int], tuple[Place, ...]]
    columns: int
    height: float


def laid_out(parents: Sequence[Sequence[int]], heights: Sequence[float]) -> Layout:
    """Lay out a graph.

    Parameters
    ----------
    parents : sequence of sequences of int
        For each node the earlier ones that it was computed from.
    heights : sequence of float
        How much room each node needs.

    Examples
    --------
    >>> layout = laid_out([[], [0], [0, 1]], [1.0, 1.0, 1.0])
    >>> [place.column for place in layout.places], layout.columns
    ([0, 1, 2], 3)
    """
    column = _columns(parents)
    # Items are nodes and, after them, the places where lines pass a column.
    item_column = list(column)
    room = list(heights)
    chains: dict[tuple[int, int], list[int]] = {}
    for node, before in enumerate(parents):
        for parent in dict.fromkeys(before):
            chain = [parent]
            for passed in range(column[parent] + 1, column[node]):
                chain.append(len(item_column))
                item_column.append(passed)
                room.append(0.35)
            chains[parent, node] = [*chain, node]
    neighbors: list[list[int]] = [[] for _item in item_column]
    for chain in chains.values():
        for left, right in itertools.pairwise(chain):
            neighbors[left].append(right)
            neighbors[right].append(left)
    columns = max(item_column) + 1
    order: list[list[int]] = [[item for item, at in enumerate(item_column) if at == one] for one in range(columns)]
    height = [0.0] * len(item_column)
    for items in order:
        _stack(items, room, height)
    for sweep in range(_SWEEPS):
        for one in range(columns) if sweep % 2 == 0 else reversed(range(columns)):
            items = order[one]
            mean = {item: _mean([height[other] for other in neighbors[item]], height[item]) for item in items}
            items.sort(key=lambda item: mean[item])
            _settle(items, room, height, mean)
    top = min(height[item] - room[item] / 2 for item in range(len(item_column)))
    places = [Place(at, height[item] - top) for item, at in enumerate(item_column)]
    lowest = max(places[item].height + room[item] / 2 for item in range(len(places)))
    lines = {ends: tuple(places[item] for item in chain) for ends, chain in chains.items()}
    return Layout(tuple(places[: len(parents)]), lines, columns, lowest)


def _columns(parents: Sequence[Sequence[int]]) -> list[int]:
    column = [0] * len(parents)
    first_use: dict[int, int] = {}
    for node, before in enumerate(parents):
        column[node] = max((column[parent] + 1 for parent in before), default=0)
    for node, before in enumerate(parents):
        for parent in before:
            first_use[parent] = min(first_use.get(parent, column[node]), column[node])
    for node, before in enumerate(parents):
        if not before and node in first_use:
            column[node] = first_use[node] - 1
    return column


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _stack(items: Sequence[int], room: Sequence[float], height: list[float]) -> None:
    """Put items under each other, their middle at 0."""
    total = sum(room[item] for item in items)
    at = -total / 2
    for item in items:
        height[item] = at + room[item] / 2
        at += room[item]


def _settle(items: Sequence[int], room: Sequence[float], height: list[float], wanted: dict[int, float]) -> None:
    """Put items of a column as near to the heights that they want as their order and their room allow.

    Neighbors that would overlap become a block, which stands at the mean of what its members want.
    """
    blocks: list[tuple[list[int], float]] = []  # items, and where the first one's upper end is
    for item in items:
        members, top = [item], wanted[item] - room[item] / 2
        while blocks and blocks[-1][1] + sum(room[one] for one in blocks[-1][0]) > top:
            members = [*blocks.pop()[0], *members]
            start, tops = 0.0, []
            for one in members:
                tops.append(wanted[one] - room[one] / 2 - start)
                start += room[one]
            top = sum(tops) / len(tops)
        blocks.append((members, top))
    for members, top in blocks:
        at = top
        for one in members:
            height[one] = at + room[one] / 2
            at += room[one]
