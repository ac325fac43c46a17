"""Losses and outputs: squared error on a sigmoid, accuracy, p − t, floors, and the output that fits the task."""

from __future__ import annotations

from glassnet.playground.lessons.condition import Condition
from glassnet.playground.lessons.lesson import Lesson, Step
from glassnet.texts import later as _

PLAIN = {"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": False, "learning_rate_init": 0.1}
# Squared error behind a sigmoid; a decision lies where p is ½, so ½ is the sigmoid's middle.
SQUARED = "(sigmoid(p - 0.5) - y)**2 / 2"
ONE_NEURON: dict[str, list[int]] = {"hidden_layer_sizes": [], "activation": []}

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "squared-error",
        "loss",
        ("S11",),
        _("Wrong, and sure of it"),
        _("with a sigmoid output, squared error learns slowly where it is most wrong; cross-entropy does not"),
        _("article E; Nielsen 2015, Neural Networks and Deep Learning, chapter 3"),
        _(
            "The claim holds; in the lab squared error needs 9.6 times the steps from an output of 0.98. Where the "
            "output does not saturate, squared error is fine: it is what regression uses."
        ),
        (
            Step(
                _(
                    "Two clouds, one neuron whose first weights (all −1.5) are exactly the wrong way round. The loss "
                    "is cross-entropy, the steps are plain and small."
                ),
                _("At the beginning all is wrong. The boundary turns around within a few epochs."),
                setup={
                    "data": {"name": "gaussians"},
                    "model": {
                        **PLAIN,
                        **ONE_NEURON,
                        "learning_rate_init": 0.01,
                        "initializer": {"name": "constant", "parameters": {"value": -1.5}},
                        "batch_size": 500,
                        "max_iter": 500,
                    },
                },
                region="losses",
                expects=(Condition("score", at_least=0.95),),
            ),
            Step(
                _(
                    "The same with squared error behind the sigmoid, (sigmoid(p - 0.5) - y)**2 / 2. The controls do "
                    "not offer what belongs together so badly; “Do it for me” sets it."
                ),
                _(
                    "The loss stays high and flat: the neuron is wrong and sure, its sigmoid is saturated, and the "
                    "gradient carries σ′, which is almost 0 there."
                ),
                change={"model": {"loss": SQUARED}},
                region="losses",
                expects=(
                    Condition("model.loss", equals=SQUARED),
                    Condition("score", at_most=0.5, after=500),
                ),
            ),
            Step(
                _("Start from small random weights instead: let them be chosen for you; squared error stays."),
                _("Where it does not begin saturated, squared error learns as well."),
                change={"model": {"initializer": "auto"}},
                region="losses",
                expects=(
                    Condition("model.initializer", equals="auto"),
                    Condition("score", at_least=0.95),
                ),
            ),
        ),
        ("mse-vs-cross-entropy",),
    ),
    Lesson(
        "accuracy-as-loss",
        "loss",
        ("S21",),
        _("Why not simply maximize accuracy?"),
        _("accuracy cannot serve as a loss: it is piecewise constant"),
        _("article A"),
        _(
            "The claim holds: between two jumps accuracy says nothing about where to go, and cross-entropy always "
            "does. Use accuracy to judge, a loss to learn."
        ),
        (
            Step(
                _("A hundred points, a small network, small steps. Play slowly, and watch loss and score."),
                _("The loss falls a little with every epoch. The score stands still, jumps, and stands still again."),
                setup={
                    "data": {"name": "moons", "n_rows": 100},
                    "model": {**PLAIN, "learning_rate_init": 0.02, "batch_size": 100, "max_iter": 60},
                },
                region="losses",
                slowly=True,
                expects=(Condition("epoch", at_least=40),),
            ),
            Step(
                _("Go on with larger steps: set the rate to 0.5 and let it run for 2,000 epochs."),
                _("The score reaches its top and stays; the loss goes on falling, and the boundary still moves."),
                change={"model": {"learning_rate_init": 0.5, "max_iter": 2000}},
                region="losses",
                expects=(
                    Condition("score", at_least=1.0),
                    Condition("loss", at_most=0.01),
                ),
            ),
            Step(
                _("Move one weight by a little in your mind: would any of the points change sides? Click a point."),
                _(
                    "Every weight has a gradient of the loss, small but not 0. Of the accuracy each would be exactly "
                    "0: no direction is better than another."
                ),
                region="explain",
                expects=(Condition("point", equals=True),),
            ),
        ),
        ("accuracy-as-loss",),
    ),
    Lesson(
        "p-minus-t",
        "loss",
        ("S24", "F8"),
        _("p − t: where all learning begins"),
        _("softmax with cross-entropy gives the gradient p − t; softmax gives steeper gradients than sigmoid"),
        _("articles A, B and D"),
        _(
            "p − t is exact. Steeper it is not: softmax's own slope is at most 0.25, as sigmoid's. What is steep is "
            "cross-entropy behind it, and sigmoid with its cross-entropy has the same p − t."
        ),
        (
            Step(
                _("Four clouds, four classes: the output is a softmax. Let it learn a little, then click a point."),
                _(
                    "In the graph of the loss, the gradient of the scores is p − t: each probability, minus 1 at the "
                    "class that is right."
                ),
                setup={"data": {"name": "blobs"}, "model": {"max_iter": 5}},
                region="plane",
                expects=(
                    Condition("epoch", at_least=5),
                    Condition("point", equals=True),
                ),
            ),
            Step(
                _("Train on to 300 epochs, and look at the same point."),
                _("p has come near t, and p − t near 0: where the network is right, there is nothing to learn."),
                change={"model": {"max_iter": 300}},
                region="explain",
                expects=(
                    Condition("epoch", at_least=300),
                    Condition("loss", at_most=0.3),
                ),
            ),
            Step(
                _("Two classes only: the moons. The output is one sigmoid now. Click a point again."),
                _("It is p − t again, a single number: softmax of two scores is a sigmoid of their difference."),
                setup={"data": {"name": "moons"}, "model": {"max_iter": 5}},
                region="explain",
                expects=(
                    Condition("epoch", at_least=5),
                    Condition("point", equals=True),
                ),
            ),
        ),
        ("softmax-slope",),
    ),
    Lesson(
        "smoothing",
        "loss",
        ("S27",),
        _("A loss that cannot reach 0"),
        _("cross-entropy is never negative, and near 0 when the prediction meets the target"),
        _("article E; Shannon 1948"),
        _(
            "It holds for targets of 0 and 1. For soft targets the floor is their entropy: a loss that stays above 0 "
            "may be the best there is."
        ),
        (
            Step(
                _("The moons with little noise, and targets that are exactly 0 and 1."),
                _("The training loss goes to 0."),
                setup={"data": {"name": "moons", "noise": 0.05}, "model": {"max_iter": 300}},
                region="losses",
                expects=(
                    Condition("loss", at_most=0.01),
                    Condition("test_score", at_least=0.98),
                ),
            ),
            Step(
                _("Set label smoothing to 0.2: targets become 0.1 and 0.9."),
                _(
                    "The loss comes down to 0.325 and no further: the entropy of a coin that falls 9 times in 10 on "
                    "one side."
                ),
                change={"model": {"label_smoothing": 0.2}},
                region="losses",
                expects=(
                    Condition("model.label_smoothing", equals=0.2),
                    Condition("loss", at_least=0.325, after=300),
                    Condition("test_score", at_least=0.98, after=300),
                ),
            ),
            Step(
                _("Look at the picture, and compare with label smoothing 0 by setting it back."),
                _("With soft targets the colors stay pale: the network was told never to be surer than 90%."),
                change={"model": {"label_smoothing": 0.0}},
                region="plane",
                expects=(
                    Condition("model.label_smoothing", equals=0.0),
                    Condition("loss", at_most=0.01),
                ),
            ),
        ),
        ("cross-entropy-floor",),
    ),
    Lesson(
        "fitting-outputs",
        "loss",
        ("N3", "S20"),
        _("The output follows the task"),
        _("sigmoid for two classes, softmax for more, identity for numbers, each with its loss"),
        _("articles B and E"),
        _("Nobody has to choose this by hand: glassnet chooses by the target, says why, and lets you overrule it."),
        (
            Step(
                _("Two clouds: the target is one of two classes."),
                _(
                    "The last layer is one sigmoid, the loss is binary cross-entropy. The reasons stand beside the "
                    "choices."
                ),
                setup={"data": {"name": "gaussians"}, "model": {"max_iter": 100}},
                region="network",
                expects=(Condition("output", equals="sigmoid"),),
            ),
            Step(
                _("Change the data to blobs: four classes."),
                _("Four outputs under a softmax, whose probabilities add up to 1. Each has its color."),
                change={"data": {"name": "blobs"}},
                region="network",
                expects=(
                    Condition("output", equals="softmax"),
                    Condition("score", at_least=0.9),
                ),
            ),
            Step(
                _("And to waves: a number at each place."),
                _("One output without an activation, and squared error. The score is R² now, not accuracy."),
                change={"data": {"name": "waves"}},
                region="network",
                expects=(Condition("output", equals="identity"),),
            ),
        ),
        ("how-to-choose", "logistic-is-softmax"),
    ),
)
