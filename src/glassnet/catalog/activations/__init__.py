"""The activations. Each is declared once, in a module of this folder; lookup, documents, command line and tests follow.

The kernel of an entry stands in the header of the same family in cpp/engine/activations/, under the same name;
tests/contract compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.activations.exponential import EXPONENTIAL
from glassnet.catalog.activations.gated import GATED
from glassnet.catalog.activations.over_axis import OVER_AXIS
from glassnet.catalog.activations.periodic import PERIODIC
from glassnet.catalog.activations.piecewise import PIECEWISE
from glassnet.catalog.lookup import Catalog


def _formula(written: str | Mapping[str, Any], parameters: Mapping[str, Any]) -> Activation | None:
    """An activation that the user wrote; see `Catalog`."""
    from glassnet.catalog.formula_activation import made  # which calls these by name

    return made(written, parameters)


ACTIVATIONS: Catalog[Activation] = Catalog([*PIECEWISE, *EXPONENTIAL, *GATED, *PERIODIC, *OVER_AXIS], formulas=_formula)
