"""The demo's data: handwritten digits that ship with scikit-learn, split once, and varied copies of the training part.

The test quarter is put aside first, by the seed, and met again only when training is over: no choice is made by it.
Of the rest a tenth is watched while learning, without being learned from. Only what is learned from is varied, so no
image has a copy of itself on the other side of a border.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Images = NDArray[np.float32]  # (n, 64): 8 × 8 gray values in [0, 1], row after row
Labels = NDArray[np.int64]  # (n,): 0 to 9

SIDE = 8
TEST_SHARE = 0.25
VALIDATION_SHARE = 0.1
COPIES = 9
# What a copy differs by, drawn uniformly up to these: degrees, share of the size, pixels.
TURN, SCALE, SHIFT = 10.0, 0.1, 0.7


@dataclass(frozen=True)
class Digits:
    """Images and labels in three parts that share no image.

    Attributes
    ----------
    X, y : images and labels to learn from, with their copies
    X_val, y_val : to watch while learning
    X_test, y_test : to judge by, once
    n_originals : images among X that are no copies
    """

    X: Images
    y: Labels
    X_val: Images
    y_val: Labels
    X_test: Images
    y_test: Labels
    n_originals: int


def load(seed: int) -> Digits:
    """Load the digits, split them stratified by class, and add copies to the part that is learned from.

    Parameters
    ----------
    seed : int
        Decides the split and the copies, 0 <= seed < 2**32.
    """
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    X, y = load_digits(return_X_y=True)
    X = (X / 16).astype(np.float32)
    X, X_test, y, y_test = train_test_split(X, y, test_size=TEST_SHARE, stratify=y, random_state=seed)
    X, X_val, y, y_val = train_test_split(X, y, test_size=VALIDATION_SHARE, stratify=y, random_state=seed)
    rng = np.random.default_rng(seed)
    copies = [varied(X, rng) for _ in range(COPIES)]
    return Digits(np.concatenate([X, *copies]), np.tile(y, 1 + COPIES), X_val, y_val, X_test, y_test, len(X))


def varied(X: Images, rng: np.random.Generator) -> Images:
    """Turn, scale and shift each image a little, as another hand would have drawn it.

    A pixel of the result takes its value from between the four pixels around the place where it comes from; outside
    the image there is paper (0).

    Parameters
    ----------
    X : array of shape (n, 64)
    rng : numpy.random.Generator

    Returns
    -------
    array of shape (n, 64)
    """
    n = len(X)
    angle = np.deg2rad(rng.uniform(-TURN, TURN, (n, 1)))
    scale = rng.uniform(1 - SCALE, 1 + SCALE, (n, 1))
    shift = rng.uniform(-SHIFT, SHIFT, (2, n, 1))
    center = (SIDE - 1) / 2
    down, right = np.indices((SIDE, SIDE)).reshape(2, 1, -1) - center
    row = scale * (np.cos(angle) * down - np.sin(angle) * right) + center + shift[0]
    column = scale * (np.sin(angle) * down + np.cos(angle) * right) + center + shift[1]

    # A border of paper two pixels wide takes in every place that can be asked for, and its neighbors.
    paper = np.pad(X.reshape(n, SIDE, SIDE), ((0, 0), (2, 2), (2, 2)))
    row, column = (np.clip(place + 2, 0, SIDE + 2.999) for place in (row, column))
    above, left = row.astype(np.intp), column.astype(np.intp)
    low, far = row - above, column - left
    image = np.arange(n)[:, None]
    between = (1 - low) * ((1 - far) * paper[image, above, left] + far * paper[image, above, left + 1])
    between += low * ((1 - far) * paper[image, above + 1, left] + far * paper[image, above + 1, left + 1])
    return np.asarray(between, dtype=np.float32)
