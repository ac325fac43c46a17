"""How the words of a command line become numbers and names; each reader knows its option and words its own mistakes."""

from __future__ import annotations

import math
from collections.abc import Callable

from glassnet.cli import choices
from glassnet.cli.usage import complaint, nearest
from glassnet.texts import _

# What a reader gets is a word, or, where the option has a default, the value itself.
Reader = Callable[[str], object]


def whole_number(option: str, least: int, most: int) -> Callable[[str | int], int]:
    """Make a reader of whole numbers from `least` to `most`, both included, for one option.

    Examples
    --------
    >>> whole_number("--seed", 0, 9)("7")
    7
    """

    def read(text: str | int) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            sentence = _('{option} must be a whole number from {least} to {most}; got "{received}".')
            raise complaint(sentence.format(option=option, least=least, most=most, received=text))
        return number

    return read


def number(option: str, least: float = -math.inf, below: float = math.inf, *, above: float = -math.inf) -> Reader:
    """Make a reader of numbers of at least `least`, more than `above` and less than `below`.

    Examples
    --------
    >>> number("--dropout", 0, 1)("0.2")
    0.2
    """

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if least <= value and above < value < below:
            return value
        if math.isfinite(below):
            sentence = _('{option} must be a number of at least {least} and less than {below}; got "{received}".')
            if math.isinf(least):
                sentence = _('{option} must be a number above {above} and less than {below}; got "{received}".')
        elif math.isinf(least):
            sentence = _('{option} must be a number above {above}; got "{received}".')
        else:
            sentence = _('{option} must be a number of at least {least}; got "{received}".')
        raise complaint(
            sentence.format(option=option, least=f"{least:g}", below=f"{below:g}", above=f"{above:g}", received=text)
        )

    return read


def sizes(option: str) -> Reader:
    """Make a reader of layer sizes: "64,32", or "none" for no hidden layer.

    Examples
    --------
    >>> sizes("--hidden")("64,32"), sizes("--hidden")("none")
    ((64, 32), ())
    """

    def read(text: str) -> tuple[int, ...]:
        if text.strip().lower() == "none":
            return ()
        try:
            found = tuple(int(part) for part in text.split(","))
        except ValueError:
            found = (0,)
        if min(found) < 1:
            sentence = _('{option} must be sizes of layers, as 64,32, or none; got "{received}".')
            raise complaint(sentence.format(option=option, received=text))
        return found

    return read


def name(option: str) -> Reader:
    """Make a reader of one name among `choices.names`; the nearest is named where there is no such name.

    An activation or a loss may be a formula as well.

    Examples
    --------
    >>> name("--solver")("adamw")
    'adamw'
    """

    def read(text: str) -> str:
        key = option.removeprefix("--").replace("-", "_")
        known, others = choices.names(key), choices.synonyms(key)
        if text in known or text in others or choices.is_formula(key, text):
            return text
        sentence = _('{option} must be one of {names}; got "{received}".')
        message = sentence.format(option=option, names=", ".join(known), received=text)
        raise complaint(message + nearest(text.lower(), [*known, *others]))

    return read


def each(read_one: Reader) -> Reader:
    """Make a reader of one value, or of several between commas: one for each layer, as "relu,tanh".

    Examples
    --------
    >>> each(number("--dropout", 0, 1))("0.2,0.1"), each(number("--dropout", 0, 1))("0.2")
    ([0.2, 0.1], 0.2)
    """

    def read(text: str) -> object:
        found = [read_one(part.strip()) for part in parts(text)]
        return found if len(found) > 1 else found[0]

    return read


def parts(text: str) -> list[str]:
    """Cut at commas, but not within brackets: formulas have commas there.

    Examples
    --------
    >>> parts("max(x, 0),tanh")
    ['max(x, 0)', 'tanh']
    """
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def delimiter(text: str) -> str:
    r"""Read what stands between the fields of a file: one character, or "tab".

    Examples
    --------
    >>> delimiter("tab")
    '\t'
    """
    character = {"tab": "\t", "\\t": "\t", "space": " "}.get(text.lower(), text)
    if len(character) != 1 or character in '\r\n"':
        sentence = _('{option} must be one character, tab or space; got "{received}".')
        raise complaint(sentence.format(option="--delimiter", received=text))
    return character
