"""Random graphs have PyTorch's values, gradients and second derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.autograd.programs import Ours, Theirs, random_program, run

from glassnet.autograd import Tensor, grad

torch = pytest.importorskip("torch")

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore:The use of `x.T`:UserWarning")]


def seeds(few: int, many: int) -> list[Any]:
    """A few seeds, and many more with the slow tests."""
    return [*range(few), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(few, many))]


SHAPES = [(3, 4), (4,), (), (4, 3), (2, 1, 4), (3, 1)]


def both(seed: int):
    program = random_program(seed, SHAPES)
    random = np.random.default_rng([seed, 1])
    arrays = [random.normal(size=shape) for shape in SHAPES]
    ours = [Tensor(array, requires_grad=True) for array in arrays]
    theirs = [torch.tensor(array, requires_grad=True) for array in arrays]
    told = " ".join(f"{step.name}{step.inputs}" for step in program)
    return run(program, Ours(), ours), ours, run(program, Theirs(), theirs), theirs, told


def close(ours, theirs, told, tolerance=1e-9):
    if ours is None or theirs is None:
        assert ours is None, told
        assert theirs is None, told
        return
    expected = theirs.detach().numpy()
    np.testing.assert_allclose(
        ours.detach().numpy(), expected, rtol=tolerance, atol=tolerance * max(1.0, np.abs(expected).max()), err_msg=told
    )


@pytest.mark.parametrize("seed", seeds(20, 200))
def test_gradients_of_random_graphs(seed):
    value, ours, expected, theirs, told = both(seed)
    close(value, expected, told)
    value.backward()
    expected.backward()
    for mine, other in zip(ours, theirs, strict=True):
        close(mine.grad, other.grad, told)


@pytest.mark.parametrize("seed", seeds(12, 120))
def test_second_derivatives_of_random_graphs(seed):
    value, ours, expected, theirs, told = both(seed)
    first = grad(value, ours, create_graph=True, allow_unused=True)
    reference = torch.autograd.grad(expected, theirs, create_graph=True, allow_unused=True)
    random = np.random.default_rng([seed, 2])
    outputs, targets = [], []
    for mine, other in zip(first, reference, strict=True):
        close(mine, other, told)
        if mine is not None and mine.requires_grad:
            weights = random.normal(size=mine.shape)
            outputs.append((mine * weights).sum())
            targets.append((other * torch.tensor(weights)).sum())
    assert outputs, told
    seconds = grad(sum(outputs), ours, allow_unused=True)
    expected = torch.autograd.grad(sum(targets), theirs, allow_unused=True)
    for mine, other in zip(seconds, expected, strict=True):
        # What does not depend on an input has no gradient in one library and zeros in the other.
        mine = Tensor(np.zeros(tuple(other.shape))) if mine is None and other is not None else mine
        other = torch.zeros(mine.shape, dtype=torch.float64) if other is None and mine is not None else other
        close(mine, other, told, 1e-8)
