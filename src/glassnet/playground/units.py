"""A unit, explained in words: what it computes, what it does on the training rows, and what it feeds.

`unit` answers the message of that name. It is a forward pass over the training rows and a look at the weights, made
when somebody asks; nothing is kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.catalog import Activation
from glassnet.diagnosis.finding import percent
from glassnet.diagnosis.look import saturation_level
from glassnet.diagnosis.passing import learned_by_layer, outputs_of, slopes_of
from glassnet.engine import AnyWeights, Trace, TrainingData, Weights
from glassnet.errors import ParameterError
from glassnet.network import NetworkSpec
from glassnet.texts import _, later

Floats = NDArray[np.float64]

MOST_ROWS = 2000  # that pass through the network for one answer
MOST_TERMS = 6  # of a weighted sum that are written out
NEARLY_NEVER = 0.01  # of the rows, as in the diagnosis
TELLS_APART = 0.8  # of its deviation that a class's mean must be off, to be worth a sentence
FOLLOWS = 0.4  # correlation with the target that is worth a sentence
ALIKE = 1e-5
LEAST = 1e-9  # a weight that is as good as 0

# By the angle of the weights, from the right counterclockwise, in eighths of a turn.
DIRECTIONS = (
    later("to the right"),
    later("to the upper right"),
    later("upward"),
    later("to the upper left"),
    later("to the left"),
    later("to the lower left"),
    later("downward"),
    later("to the lower right"),
)


@dataclass(frozen=True, eq=False)
class _Rows:
    """The training rows passed through a network: outputs and slopes of every hidden layer, and the raw scores."""

    n: int
    codes: NDArray[Any] | None
    targets: Floats
    inputs: tuple[Floats, ...]  # of each layer
    outputs: tuple[Floats, ...]
    slopes: tuple[Floats, ...]


@dataclass(frozen=True, eq=False)
class _Asked:
    """Which unit is asked for, and all that is known."""

    network: NetworkSpec
    weights: Weights
    trace: Trace | None
    rows: _Rows
    layer: int  # from 0
    unit: int
    class_names: Sequence[Any] | None
    column_names: Sequence[str]

    @property
    def activation(self) -> Activation:
        return self.network.layers[self.layer].activation

    @property
    def last(self) -> bool:
        return self.layer + 1 == len(self.network.layers)

    def source(self, j: int) -> str:
        """Name an input of the layer."""
        return self.column_names[j] if self.layer == 0 else _("unit {unit}").format(unit=j + 1)

    def columns(self) -> range:
        """Columns of the weights that are this unit's: several, where weighted sums compete."""
        pieces = self.activation.pieces
        return range(self.unit * pieces, (self.unit + 1) * pieces)

    def coefs(self) -> Floats:
        """Weights at the unit's inputs: (inputs, pieces)."""
        return np.asarray(self.weights.coefs[self.layer], np.float64)[:, self.columns()]

    def intercepts(self) -> Floats:
        return np.asarray(self.weights.intercepts[self.layer], np.float64)[self.columns()]


@np.errstate(all="ignore")  # weights that grew without bound are explained as well
def unit(
    network: NetworkSpec,
    data: TrainingData,
    weights: AnyWeights,
    trace: Trace | None,
    layer: int,
    unit: int,
    *,
    codes: Any = None,
    class_names: Sequence[Any] | None = None,
    column_names: Sequence[Any] | None = None,
) -> dict[str, Any]:
    """Explain a unit in the language in use.

    Parameters
    ----------
    network : NetworkSpec
    data : TrainingData
        The rows that it is looked at on; at most 2,000 of them, evenly spaced.
    weights : Weights
    trace : Trace or None
        Of the training so far: it knows since when units are dead.
    layer : int
        Counted from 1; the last one is the output layer.
    unit : int
        Counted from 0.
    codes : ndarray of int, shape (n_samples,), optional
        Classes of the training rows; None where targets are numbers.
    class_names, column_names : sequence, optional

    Returns
    -------
    dict
        "title", "text": a few sentences, "facts": pairs of label and value, "dead": whether it is.

    Raises
    ------
    ParameterError
        If there is no such unit.
    """
    if isinstance(layer, bool) or not isinstance(layer, int) or not 1 <= layer <= len(network.layers):
        raise ParameterError.value("layer", layer, _("a layer from 1 to {last}").format(last=len(network.layers)))
    units = network.layers[layer - 1].units
    if isinstance(unit, bool) or not isinstance(unit, int) or not 0 <= unit < units:
        raise ParameterError.value("unit", unit, _("a unit from 0 to {last}").format(last=units - 1))
    names = [f"x{j + 1}" for j in range(network.n_inputs)] if column_names is None else list(map(str, column_names))
    rows = _rows(network, Weights(*weights), data, codes)
    asked = _Asked(network, Weights(*weights), trace, rows, layer - 1, unit, class_names, names)
    sentences = _of_output(asked) if asked.last else _of_hidden(asked)
    return {
        "title": _title(asked),
        "text": _in_a_row(sentences),
        "facts": [list(fact) for fact in _facts(asked)],
        "dead": not asked.last and _is_dead(asked),
    }


def _rows(network: NetworkSpec, weights: Weights, data: TrainingData, codes: Any) -> _Rows:
    chosen = slice(None, None, -(-len(data.X) // MOST_ROWS))
    learned = learned_by_layer(network, weights)
    inputs, outputs, slopes = [np.asarray(data.X[chosen], np.float64)], [], []
    for i, layer in enumerate(network.layers):
        z = inputs[-1] @ np.asarray(weights.coefs[i], np.float64) + weights.intercepts[i]
        if i + 1 == len(network.layers):
            outputs.append(z)
            break
        inputs.append(np.asarray(outputs_of(layer.activation, z, learned[i]), np.float64))
        outputs.append(inputs[-1])
        slopes.append(np.asarray(slopes_of(layer.activation, z, learned[i]), np.float64))
    y = np.asarray(data.y[chosen], np.float64)
    return _Rows(
        len(y),
        None if codes is None else np.asarray(codes)[chosen],
        y if y.ndim == 1 else y[:, 0],
        tuple(inputs),
        tuple(outputs),
        tuple(slopes),
    )


# --------------------------------------------------------------------------------------------------------- in sentences


def _title(asked: _Asked) -> str:
    if not asked.last:
        text = _("unit {unit} of layer {layer} · {activation}")
        return text.format(unit=asked.unit + 1, layer=asked.layer + 1, activation=asked.activation.name)
    if asked.class_names is None:
        return _("output · {activation}").format(activation=asked.activation.name)
    return _("output for {name} · {activation}").format(name=_class_of(asked), activation=asked.activation.name)


def _of_hidden(asked: _Asked) -> list[str]:
    dead = _is_dead(asked)
    return [
        _told_dead(asked) if dead else _told_work(asked),
        "" if dead else _told_activity(asked),
        "" if dead else _told_classes(asked),
        _told_twin(asked),
        _told_feeding(asked, dead=dead),
    ]


def _of_output(asked: _Asked) -> list[str]:
    heard = _heard(asked)
    if asked.class_names is None:
        first = _("It is the prediction.") if asked.network.n_outputs == 1 else _("It is one of the predictions.")
        return [first, heard]
    name, scores = _class_of(asked), asked.rows.outputs[-1]
    single = scores.shape[1] == 1
    code = 1 if single else asked.unit
    predicted = (scores[:, 0] > asked.network.loss.middle).astype(int) if single else scores.argmax(axis=1)
    if asked.network.loss.link == "softmax":
        first = _("Its score for {name} competes with the others': softmax turns them into shares that add up to 1.")
    elif asked.network.loss.link == "sigmoid":
        first = _("It turns its score into the probability of {name}.")
    else:
        first = _("A higher score speaks for {name}.")
    said = [first.format(name=name), heard]
    if asked.rows.codes is not None:
        taken = predicted == code
        right = int((taken & (asked.rows.codes == code)).sum())
        said.append(
            _("{share} of the {n} training rows are taken for {name}, {right} of these rightly.").format(
                share=percent(float(taken.mean())),
                n=f"{asked.rows.n:,}",
                name=name,
                right=percent(right / max(1, int(taken.sum()))),
            )
            if taken.any()
            else _("No training row is taken for {name}.").format(name=name)
        )
    return said


def _told_dead(asked: _Asked) -> str:
    since, at_the_latest = _dead_since(asked)
    if since is None:
        first = _("It is dead: its slope is 0 on all {rows} rows, so no gradient reaches its weights.")
    elif at_the_latest:
        first = _(
            "It is dead, since epoch {epoch} at the latest: its slope is 0 on all {rows} rows, so no gradient reaches "
            "its weights."
        )
    else:
        first = _(
            "It is dead since epoch {epoch}: its slope is 0 on all {rows} rows, so no gradient reaches its weights."
        )
    # The inputs of the first layer never change; those of a later one may bring a unit back.
    second = _("It cannot come back.") if asked.layer == 0 else _("It comes back only if the layers before it change.")
    return _in_a_row([first.format(rows=f"{asked.rows.n:,}", epoch=since), second])


def _told_work(asked: _Asked) -> str:
    """What it reacts to: a side of a line, or what it hears from others."""
    coefs = asked.coefs()
    if np.abs(coefs).max(initial=0.0) < LEAST:
        return _("All its weights are 0: it ignores its inputs.")
    if asked.layer > 0 or coefs.shape != (2, 1) or not np.isfinite(coefs).all():
        return _heard(asked)
    direction = _(DIRECTIONS[_eighth(coefs[:, 0])])
    shape = _shape(asked.activation)
    if shape == "off_below":
        text = _(
            "It is 0 on one side of a line; beyond it, it grows {direction}, by {steep} for each unit of distance."
        )
    elif shape == "levels_off":
        text = _("It tells the two sides of a line apart: across it, {direction}, it goes from {low} to {high}.")
    elif shape == "stripe":
        text = _("It picks out a stripe along a line, and is the same far away on both sides.")
    elif shape == "straight":
        text = _("It grows evenly {direction}, by {steep} for each unit of distance: it is linear.")
    else:
        text = _("Its weighted sum is 0 on a line and grows {direction}, by {steep} for each unit of distance.")
    low, high = np.round(np.asarray(asked.activation(np.array([-40.0, 40.0])), np.float64), 3)
    return text.format(
        direction=direction, steep=_number(math.hypot(*coefs[:, 0])), low=_number(low), high=_number(high)
    )


def _heard(asked: _Asked) -> str:
    """From which inputs most of what moves it comes."""
    spread = np.sqrt(np.square(asked.coefs()).sum(axis=1)) * asked.rows.inputs[asked.layer].std(axis=0)
    total = float(spread.sum())
    if not (math.isfinite(total) and total > 0):
        return ""
    order = np.argsort(-spread, kind="stable")
    text, parts = "", []
    for j in order[:2]:
        if spread[j] >= 0.1 * total:
            weight = asked.coefs()[j]
            parts.append(
                _("{source} (weight {weight})").format(source=asked.source(int(j)), weight=_number(weight[0]))
                if len(weight) == 1
                else asked.source(int(j))
            )
    if not parts:
        return _("It listens to many of its {n} inputs, to none of them much.").format(n=len(spread))
    text = _("It listens most to {first} and {second}.") if len(parts) == 2 else _("It listens most to {first}.")
    return text.format(first=parts[0], second=parts[-1])


def _told_activity(asked: _Asked) -> str:
    slopes = asked.rows.slopes[asked.layer][:, asked.unit]
    active, level = float((slopes != 0).mean()), saturation_level(asked.activation)
    rows = f"{asked.rows.n:,}"
    if active < NEARLY_NEVER:
        text = _("It is nearly dead: active on only {share} of the {rows} rows, and it learns from these alone.")
        return text.format(share=percent(active), rows=rows)
    if level > 0:
        saturated = float((np.abs(slopes) < level).mean())
        if saturated > 0.95:
            text = _("It is saturated on {share} of the {rows} rows: there hardly any gradient passes.")
        elif saturated > 0.3:
            text = _(
                "It is saturated on {share} of the {rows} rows, decided and hard to move; on the others it can learn."
            )
        elif saturated > 0:
            text = _("It is saturated on {share} of the {rows} rows.")
        else:
            text = _("It is saturated on none of the {rows} rows.")
        return text.format(share=percent(saturated), rows=rows)
    if active < 1:
        return _("It is active on {share} of the {rows} rows.").format(share=percent(active), rows=rows)
    if _shape(asked.activation) == "off_below":
        return _("It is active on all {rows} rows: there it is linear.").format(rows=rows)
    return ""


def _told_classes(asked: _Asked) -> str:
    """Which class it is high for, or how it follows the target."""
    values = asked.rows.outputs[asked.layer][:, asked.unit]
    deviation = float(values.std())
    if not (math.isfinite(deviation) and deviation > LEAST):
        return _("It says the same on every row.") if deviation <= LEAST else ""
    if asked.rows.codes is None or asked.class_names is None:
        if asked.rows.targets.std() < LEAST:
            return ""
        correlation = float(np.corrcoef(values, asked.rows.targets)[0, 1])
        if abs(correlation) < FOLLOWS:
            return ""
        text = (
            _("It rises with the target (correlation {r}).")
            if correlation > 0
            else _("It falls as the target rises (correlation {r}).")
        )
        return text.format(r=_number(correlation, 2))
    present = [code for code in range(len(asked.class_names)) if (asked.rows.codes == code).any()]
    means = {code: float(values[asked.rows.codes == code].mean()) for code in present}
    if len(means) < 2:
        return ""
    high, low = max(means, key=means.__getitem__), min(means, key=means.__getitem__)
    if means[high] - means[low] < TELLS_APART * deviation:
        return _("By itself it hardly tells the classes apart.")
    return _("On average it is highest for {high} ({most}) and lowest for {low} ({least}).").format(
        high=asked.class_names[high],
        low=asked.class_names[low],
        most=_number(means[high], 2),
        least=_number(means[low], 2),
    )


def _told_twin(asked: _Asked) -> str:
    twins = _twins(asked)
    if not twins:
        return ""
    if len(twins) == 1:
        return _("Unit {other} is a copy of it: the same weights in and out.").format(other=twins[0] + 1)
    listed = ", ".join(str(other + 1) for other in twins[:6]) + (" …" if len(twins) > 6 else "")
    return _("Units {others} are copies of it: the same weights in and out.").format(others=listed)


def _told_feeding(asked: _Asked, *, dead: bool) -> str:
    """What hears it most."""
    out = np.asarray(asked.weights.coefs[asked.layer + 1], np.float64)[asked.unit]
    pieces = asked.network.layers[asked.layer + 1].activation.pieces
    place = int(np.abs(out).argmax())
    if not np.isfinite(out).all():
        return ""
    if np.abs(out[place]) < LEAST:
        return _("Nothing hears it: its outgoing weights are 0.")
    if dead:
        return _("What comes after it gets the same {value} from it on every row.").format(
            value=_number(float(asked.rows.outputs[asked.layer][:, asked.unit].mean()))
        )
    weight = _number(out[place])
    if asked.layer + 2 < len(asked.network.layers):
        text = _("It feeds unit {unit} of layer {layer} most (weight {weight}).")
        return text.format(unit=place // pieces + 1, layer=asked.layer + 2, weight=weight)
    if asked.class_names is None:
        text = (
            _("It raises the prediction (weight {weight}).")
            if out[place] > 0
            else _("It lowers the prediction (weight {weight}).")
        )
        return text.format(weight=weight)
    if len(out) == 1:
        text = _("It speaks for {name}: its weight in the score of {other} is {weight}.")
        name = asked.class_names[1 if out[0] > 0 else 0]
        return text.format(name=name, other=asked.class_names[1], weight=weight)
    text = (
        _("It speaks for {name} (weight {weight}).")
        if out[place] > 0
        else _("It speaks against {name} (weight {weight}).")
    )
    return text.format(name=asked.class_names[place], weight=weight)


# ---------------------------------------------------------------------------------------------------------------- facts


def _facts(asked: _Asked) -> list[tuple[str, str]]:
    facts = [(_("computes"), _formula(asked))]
    learned = dict(zip(asked.network.learned, asked.weights.learned, strict=True)) if asked.weights.learned else {}
    facts += [(name, _number(values[asked.unit])) for (i, name), values in learned.items() if i == asked.layer]
    values = asked.rows.outputs[asked.layer][:, asked.unit]
    if not asked.last:
        slopes = asked.rows.slopes[asked.layer][:, asked.unit]
        if (slopes == 0).any():
            facts.append((_("active"), percent(float((slopes != 0).mean()))))
        level = saturation_level(asked.activation)
        if level > 0:
            facts.append((_("saturated"), percent(float((np.abs(slopes) < level).mean()))))
    label = _("score, mean ± deviation") if asked.last else _("output, mean ± deviation")
    facts.append((label, f"{_number(values.mean())} ± {_number(values.std())}"))
    if asked.layer == 0 and asked.coefs().shape == (2, 1) and np.isfinite(asked.coefs()).all():
        facts.append((_("length of its weights"), _number(math.hypot(*asked.coefs()[:, 0]))))
    return facts


def _formula(asked: _Asked) -> str:
    """Write what it computes, with its numbers, where these are few."""
    coefs, intercepts = asked.coefs(), asked.intercepts()
    sums = [_sum(asked, coefs[:, k], float(intercepts[k])) for k in range(coefs.shape[1])]
    name = asked.activation.name
    if asked.activation.pieces > 1:
        return f"max({', '.join(sums[:3])}{', …' if len(sums) > 3 else ''})"
    if name == "identity":
        return sums[0]
    if not name.isidentifier():
        return _("f({sum}) with f(x) = {formula}").format(sum=sums[0], formula=name)
    return f"{name}({sums[0]})"


def _sum(asked: _Asked, weights: Floats, bias: float) -> str:
    order = np.argsort(-np.abs(weights), kind="stable")[:MOST_TERMS]
    text = ""
    for j in sorted(order.tolist()):
        text = _joined(text, float(weights[j]), f"·{_short_name(asked, j)}")
    if len(weights) > MOST_TERMS:
        text += " + …"
    return _joined(text, bias, "")


def _joined(text: str, value: float, of: str) -> str:
    if not text:
        return _number(value) + of
    return f"{text} {'−' if value < 0 else '+'} {_number(abs(value))}{of}"


def _short_name(asked: _Asked, j: int) -> str:
    return asked.column_names[j] if asked.layer == 0 else f"a{asked.layer}.{j + 1}"


# ---------------------------------------------------------------------------------------------------------- what is so


def _shape(activation: Activation) -> str:
    """What a function is like far out, in one of the words that have a sentence."""
    if activation.pieces > 1:
        return "other"
    if saturation_level(activation) > 0:
        ends = np.asarray(activation(np.array([-40.0, 40.0])), np.float64)
        return "levels_off" if abs(ends[1] - ends[0]) > 0.01 else "stripe"
    at = np.asarray(activation.derivative(np.array([-30.0, -1.0, 0.5, 30.0])), np.float64)
    if np.allclose(at, at[0]) and at[0] != 0:
        return "straight"
    outputs = np.asarray(activation(np.array([-30.0, -1.0])), np.float64)
    return "off_below" if not at[:2].any() and not outputs.any() and at[3] > 0 else "other"


def _eighth(weights: Floats) -> int:
    return round(math.atan2(float(weights[1]), float(weights[0])) / (math.pi / 4)) % 8


def _is_dead(asked: _Asked) -> bool:
    """Whether its slope is 0 on every row, and the function has other slopes elsewhere."""
    return asked.activation.pieces == 1 and not asked.rows.slopes[asked.layer][:, asked.unit].any()


def _dead_since(asked: _Asked) -> tuple[int | None, bool]:
    """The epoch since which it is dead, counted from 1, and whether it may have died earlier.

    The trace counts a layer's dead units of every epoch, and knows which they are in the last one: when the count
    reached today's, it was among them.
    """
    trace, i = asked.trace, asked.layer
    if trace is None or not len(trace) or asked.unit not in trace.dead_units[i]:
        return None, False
    shares = np.asarray(trace.layers["dead"][:, i])
    if not math.isfinite(shares[-1]):  # L-BFGS keeps losses only
        return None, False
    fewer = np.flatnonzero(shares < shares[-1] - 1e-9)
    first = 0 if not len(fewer) else int(fewer[-1]) + 1
    epoch = int(trace.arrays[0][first, 0])  # not its place: of a long run older epochs are left out
    return epoch, bool(first > 0 and shares[first - 1] > 0)


def _twins(asked: _Asked) -> list[int]:
    units, pieces = asked.network.layers[asked.layer].units, asked.activation.pieces
    coefs = np.vstack([asked.weights.coefs[asked.layer], asked.weights.intercepts[asked.layer]]).astype(np.float64)
    incoming = coefs.reshape(len(coefs), units, pieces).transpose(1, 0, 2).reshape(units, -1)
    outgoing = np.asarray(asked.weights.coefs[asked.layer + 1], np.float64)
    both = np.hstack([incoming, outgoing])
    distance = np.abs(both - both[asked.unit]).max(axis=1)
    alike = distance <= ALIKE * np.abs(both[asked.unit]).max()
    return [int(other) for other in np.flatnonzero(alike) if other != asked.unit]


def _in_a_row(sentences: Sequence[str]) -> str:
    """Put sentences behind each other: a Chinese full stop brings its own space."""
    return " ".join(sentence for sentence in sentences if sentence).replace("。 ", "。")


def _class_of(asked: _Asked) -> str:
    names = asked.class_names or ()
    return str(names[1] if asked.network.n_outputs == 1 else names[asked.unit])


def _number(value: Any, digits: int = 3) -> str:
    """Write a number for people.

    Examples
    --------
    >>> _number(-0.12345), _number(1e-9), _number(2.0)
    ('−0.123', '1e−09', '2')
    """
    return f"{float(value) + 0.0:.{digits}g}".replace("-", "−")
