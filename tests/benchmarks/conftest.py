"""Benchmarks choose instruction sets; the tests after them meet the best one again."""

import pytest

from glassnet import _engine


@pytest.fixture(autouse=True)
def _best_instruction_set_afterwards():
    yield
    _engine.use_instruction_set(_engine.instruction_sets()[0])
