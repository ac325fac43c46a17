"""Parameters of the estimators in the words of the command line: options."""

from __future__ import annotations

import re
from collections.abc import Mapping

from glassnet.cli.train_options import PARAMETERS


def with_options(message: str) -> str:
    """Put the command line's names where a message names parameters in Python.

    Examples
    --------
    >>> with_options("output_activation must be identity; got learning_rate_init=2")
    '--output-activation must be identity; got --learning-rate=2'
    >>> with_options('try activation="relu"')
    'try --activation="relu"'
    """
    return renamed(message, PARAMETERS)


def renamed(message: str, parameters: Mapping[str, str]) -> str:
    """Put the names of options in the place of those of parameters; `parameters` tells which are which."""
    names = {parameter: "--" + option.replace("_", "-") for option, parameter in parameters.items()}

    def option(found: re.Match[str]) -> str:
        return names[found[0]]

    # Plain words are names only where a message begins with them, or gives them a value.
    long = "|".join(sorted((name for name in names if "_" in name), key=len, reverse=True))
    short = "|".join(name for name in names if "_" not in name)
    return re.sub(rf"\b({long})\b|^({short})\b|\b({short})(?==)", option, message)
