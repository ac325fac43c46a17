"""The names that an option may have, from the catalog; it is loaded when a name is read or the help of one is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from glassnet.texts import _

TASKS = ("auto", "classification", "regression")
CLASS_WEIGHTS = ("balanced",)


def names(option: str) -> tuple[str, ...]:
    """Names that an option may have, in the order in which they are presented.

    Examples
    --------
    >>> names("schedule")
    ('constant', 'invscaling', 'adaptive', 'linear', 'cosine', 'coslog4')
    """
    from glassnet.catalog import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES

    return {
        "task": TASKS,
        "class_weight": CLASS_WEIGHTS,
        "activation": tuple(entry.name for entry in ACTIVATIONS if entry.hidden),
        "output_activation": tuple(dict.fromkeys(loss.link for loss in LOSSES if loss.trainable)),
        "loss": tuple(loss.name for loss in LOSSES if loss.trainable),
        "initializer": INITIALIZERS.names,
        "bias_initializer": INITIALIZERS.names,
        "solver": OPTIMIZERS.names,
        "schedule": SCHEDULES.names,
    }[option]


def synonyms(option: str) -> Mapping[str, str]:
    """Other names by which an option's values are known, and what they mean."""
    from glassnet.catalog import ACTIVATIONS, INITIALIZERS, LOSSES, OPTIMIZERS, SCHEDULES

    known: Mapping[str, str] = {
        "solver": OPTIMIZERS.synonyms,
        "schedule": SCHEDULES.synonyms,
        "activation": ACTIVATIONS.synonyms,
        "output_activation": ACTIVATIONS.synonyms,
        "loss": LOSSES.synonyms,
        "initializer": INITIALIZERS.synonyms,
        "bias_initializer": INITIALIZERS.synonyms,
    }.get(option, {})
    return {synonym: name for synonym, name in known.items() if name in names(option)}


def is_formula(option: str, text: str) -> bool:
    """Whether a text is a formula that the option takes; a text that is meant as one and is none is complained about.

    Examples
    --------
    >>> is_formula("activation", "x*tanh(x)"), is_formula("activation", "tahn"), is_formula("solver", "x*x")
    (True, False, False)
    """
    from glassnet.catalog import activation, is_formula, loss
    from glassnet.cli.usage import complaint
    from glassnet.errors import ParameterError

    takers: dict[str, tuple[tuple[str, ...], Callable[[str], object]]] = {
        "activation": (("x",), activation),
        "loss": (("p", "y"), loss),
    }
    if option not in takers:
        return False
    variables, make = takers[option]
    if not is_formula(text, variables):
        return False
    try:
        make(text)
    except ParameterError as error:
        message = str(error)
        raise complaint(message if message[-1] in "?？" else _("{message}.").format(message=message)) from None
    return True
