"""A predictor that is kept between calls, so that predicting one row costs microseconds.

Laying weights out for the engine takes longer than a small prediction. But `coefs_` belong to the user, who may change
them in place, so what is kept is used only while it was made of exactly the numbers that are there: they are compared,
all of them, which reads as much memory as one prediction does.
"""

from __future__ import annotations

from typing import NamedTuple

from glassnet.engine import AnyWeights, Predictor, Snapshot, usable_threads
from glassnet.network import NetworkSpec


class _Kept(NamedTuple):
    network: NetworkSpec
    n_threads: int | None
    content: Snapshot
    predictor: Predictor


class Ready:
    """Makes predictors, and keeps the last one. Copies and pickles are empty: they make their own."""

    def __init__(self) -> None:
        self._kept: _Kept | None = None

    def predictor(self, network: NetworkSpec, weights: AnyWeights, n_threads: int | None) -> Predictor:
        """Return a predictor for these weights; safe to call from several threads."""
        kept = self._kept
        if (
            kept is None
            or kept.network is not network
            or kept.n_threads != n_threads
            or not kept.content.matches(weights)
        ):
            # First what it is told by: weights that another thread changes meanwhile are then seen by the next call.
            content = Snapshot(weights)
            kept = _Kept(network, n_threads, content, Predictor(network, weights, usable_threads(n_threads)))
            self._kept = kept
        return kept.predictor

    def __reduce__(self) -> tuple[type[Ready], tuple[()]]:
        return Ready, ()
