"""The demo's data: three parts that share no image, and copies that are the same digit by another hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from glassnet.cli import digits


@pytest.fixture(scope="module")
def data():
    return digits.load(0)


def rows(images):
    return {image.tobytes() for image in images}


def test_the_parts_are_the_whole(data):
    originals = data.X[: data.n_originals]
    X, y = load_digits(return_X_y=True)
    together = np.concatenate([originals, data.X_val, data.X_test])
    labels = np.concatenate([data.y[: data.n_originals], data.y_val, data.y_test])
    assert sorted(zip(map(bytes, together), labels.tolist(), strict=True)) == sorted(
        zip(map(bytes, (X / 16).astype(np.float32)), y.tolist(), strict=True)
    )


def test_no_part_has_an_image_of_another(data):
    assert not rows(data.X) & rows(data.X_test)
    assert not rows(data.X) & rows(data.X_val)
    assert not rows(data.X_val) & rows(data.X_test)


def test_the_test_part_is_a_quarter_and_stratified(data):
    assert len(data.y_test) == 450
    labels = np.concatenate([data.y_test, data.y_val, data.y[: data.n_originals]])
    shares = np.bincount(data.y_test) / np.bincount(labels)
    assert np.all(np.abs(shares - 0.25) < 0.01)


def test_every_image_has_its_copies_with_its_label(data):
    assert data.X.shape == (data.n_originals * (1 + digits.COPIES), 64)
    labels = data.y.reshape(1 + digits.COPIES, -1)
    assert np.all(labels == labels[0])
    # A copy resembles its original more than it resembles other images, nearly always.
    originals, copies = data.X[: data.n_originals], data.X[data.n_originals : 2 * data.n_originals]
    own = np.linalg.norm(copies - originals, axis=1)
    other = np.linalg.norm(copies - np.roll(originals, 1, axis=0), axis=1)
    assert np.mean(own < other) > 0.95


def test_values_are_gray_values_in_float32(data):
    for images in (data.X, data.X_val, data.X_test):
        assert images.dtype == np.float32
        assert images.min() == 0
        assert images.max() <= 1


def test_the_seed_decides():
    one, same, other = digits.load(1), digits.load(1), digits.load(2)
    np.testing.assert_array_equal(one.X, same.X)
    np.testing.assert_array_equal(one.X_test, same.X_test)
    assert rows(one.X_test) != rows(other.X_test)


def image_of(pixels):
    image = np.zeros((8, 8), dtype=np.float32)
    for row, column in pixels:
        image[row, column] = 1
    return image.reshape(1, 64)


@pytest.fixture
def still(monkeypatch):
    """No turn, no scale, no shift, until a test says otherwise."""
    for name in ("TURN", "SCALE", "SHIFT"):
        monkeypatch.setattr(digits, name, 0.0)
    return monkeypatch


@pytest.mark.usefixtures("still")
def test_without_variation_a_copy_is_the_image(data):
    np.testing.assert_allclose(digits.varied(data.X_val, np.random.default_rng(0)), data.X_val, atol=1e-6)


class Fixed(np.random.Generator):
    """A generator that draws the upper end of every interval."""

    def __init__(self):
        super().__init__(np.random.PCG64(0))

    def uniform(self, low=0.0, high=1.0, size=None):
        return np.full(size, high)


def test_a_whole_pixel_of_shift_moves_the_image(still):
    still.setattr(digits, "SHIFT", 1.0)
    moved = digits.varied(image_of([(3, 4)]), Fixed())
    np.testing.assert_allclose(moved, image_of([(2, 3)]), atol=1e-6)


def test_half_a_pixel_of_shift_spreads_over_four(still):
    still.setattr(digits, "SHIFT", 0.5)
    moved = digits.varied(image_of([(3, 4)]), Fixed()).reshape(8, 8)
    assert moved[2:4, 3:5].ravel() == pytest.approx(0.25)
    assert moved.sum() == pytest.approx(1)


def test_a_quarter_turn_turns(still):
    still.setattr(digits, "TURN", 90.0)
    image = np.arange(64, dtype=np.float32).reshape(8, 8)
    turned = digits.varied(image.reshape(1, 64), Fixed()).reshape(8, 8)
    np.testing.assert_allclose(turned, np.rot90(image, -1), atol=1e-4)


def test_scale_draws_from_further_out_and_paper_is_white(still):
    still.setattr(digits, "SCALE", 1.0)
    shrunk = digits.varied(np.ones((1, 64), dtype=np.float32), Fixed()).reshape(8, 8)
    assert shrunk[3:5, 3:5].ravel() == pytest.approx(1)
    assert shrunk[0].max() == 0
    assert shrunk[:, -1].max() == 0
