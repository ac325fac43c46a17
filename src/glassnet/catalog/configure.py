"""From what people write to configured objects: names, synonyms, entries and JSON descriptions.

The catalog's `resolve` does the work; these functions give it the names and types that the rest of glassnet uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from glassnet.catalog.activation_entry import Activation
from glassnet.catalog.activations import ACTIVATIONS
from glassnet.catalog.initializers import INITIALIZERS, Initializer
from glassnet.catalog.loss_entry import Loss
from glassnet.catalog.losses import LOSSES
from glassnet.catalog.optimizers import OPTIMIZERS, Optimizer
from glassnet.catalog.schedules import SCHEDULES, Schedule


def activation(
    which: str | Activation | Mapping[str, Any], /, *, learned: Iterable[str] | None = None, **parameters: float
) -> Activation:
    """Find an activation and configure it.

    Parameters
    ----------
    which : str, Activation or dict
        A name or synonym, an activation (kept as it is), or what its `to_json` gave.
    learned : list of str, optional
        Parameters of which each unit has a value of its own, learned in training; `[]` for none. By default as the
        entry declares: the slope of "prelu" is learned.
    **parameters : float
        Its parameters; the defaults stand for those that are not given. What is learned starts there.

    Returns
    -------
    Activation
        Frozen, comparable, hashable; its repr evaluates to it.

    Raises
    ------
    ParameterError
        If there is no such activation or parameter (with the nearest names), or a value breaks its rule.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.activation("swish")
    gn.activation('silu', beta=1.0)
    >>> gn.activation("leaky_relu", slope=0.03) == gn.activation("leaky_relu", slope=0.03)
    True
    >>> gn.activation("silu", beta=0.5, learned=["beta"]).learned
    ('beta',)
    >>> gn.activation("rleu")
    Traceback (most recent call last):
    ...
    glassnet.errors.ParameterError: activation must be one of identity, ...; got "rleu". Did you mean "relu"?
    """
    return ACTIVATIONS.resolve(which, parameters if learned is None else {**parameters, "learned": learned})


def loss(which: str | Loss | Mapping[str, Any], /, **parameters: float) -> Loss:
    """Find a loss and configure it; arguments and errors are those of `activation`.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.loss("huber", delta=2)
    gn.loss('huber', delta=2.0)
    >>> gn.loss("mse").link
    'identity'
    """
    return LOSSES.resolve(which, parameters)


def initializer(which: str | Initializer | Mapping[str, Any], /, **parameters: float) -> Initializer:
    """Find an initializer and configure it; arguments and errors are those of `activation`.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.initializer("normal", std=0.1)
    gn.initializer('normal', std=0.1)
    """
    return INITIALIZERS.resolve(which, parameters)


def optimizer(which: str | Optimizer | Mapping[str, Any], /) -> Optimizer:
    """Find the description of an optimizer.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.optimizer("adam").hyperparameters
    ('learning_rate_init', 'beta_1', 'beta_2', 'epsilon')
    """
    return OPTIMIZERS.resolve(which)


def schedule(which: str | Schedule | Mapping[str, Any], /) -> Schedule:
    """Find the description of a learning-rate schedule.

    Examples
    --------
    >>> import glassnet as gn
    >>> gn.schedule("cosine").formula
    'init * (1 + cos(pi * progress)) / 2'
    """
    return SCHEDULES.resolve(which)
