"""Fitting too much: noise learned by heart, and what holds it back; and how to choose an activation."""

from __future__ import annotations

from glassnet.playground.lessons.condition import Condition
from glassnet.playground.lessons.lesson import Lesson, Step
from glassnet.texts import later as _

FEW = {"name": "moons", "noise": 0.35, "n_rows": 100, "test_share": 0.5}
LARGE = {"hidden_layer_sizes": [32, 32], "batch_size": 10, "max_iter": 500}

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "overfitting",
        "fit",
        ("S20",),
        _("Learned by heart"),
        _("a network that is large for its data fits the noise; penalties, dropout and size hold it back"),
        _("Goodfellow, Bengio, Courville 2016, Deep Learning, 5.2 and 7.1"),
        _(
            "Watch the test loss, not the training loss. And do not expect wonders: where classes overlap, no cure "
            "makes the test score perfect."
        ),
        (
            Step(
                _("Fifty points to learn from, much noise, and two layers of 32 units: more than 1,100 parameters."),
                _(
                    "The training score reaches 100%, and the boundary winds around single points. The test loss falls "
                    "first, and then rises and rises."
                ),
                setup={"data": FEW, "model": LARGE},
                region="losses",
                expects=(
                    Condition("score", at_least=1.0),
                    Condition("loss_gap", at_least=0.5, after=500),
                ),
            ),
            Step(
                _("Give large weights a price: set the penalty on weights to 1."),
                _(
                    "The boundary is smooth again, and the two losses stay together. The training score is worse; "
                    "the test loss is better."
                ),
                change={"model": {"alpha": 1.0}},
                region="plane",
                expects=(
                    Condition("model.alpha", at_least=0.1),
                    Condition("loss_gap", at_most=0.3, after=500),
                ),
            ),
            Step(
                _("Another way: no price, but a small network, one layer of 3 units."),
                _("What cannot wind cannot wind around single points."),
                change={"model": {"alpha": 0.0, "hidden_layer_sizes": [3]}},
                region="plane",
                expects=(
                    Condition("parameters", at_most=20),
                    Condition("loss_gap", at_most=0.3, after=500),
                ),
            ),
            Step(
                _("The best cure, where it can be had: more data. The large network again, with 2,000 points."),
                _(
                    "The same 1,100 parameters, and hardly any gap: noise that differs from point to point cannot be "
                    "learned by heart any more."
                ),
                setup={"data": {**FEW, "n_rows": 2000}, "model": {**LARGE, "max_iter": 100}},
                region="losses",
                expects=(Condition("loss_gap", at_most=0.3, after=100),),
            ),
        ),
    ),
    Lesson(
        "how-to-choose",
        "fit",
        ("S20",),
        _("Which activation shall I take?"),
        _("ReLU first, then Leaky ReLU; watch dead units; tanh rather than sigmoid inside"),
        _("articles B and E; cs231n, Neural Networks Part 1"),
        _(
            "Good advice, with small differences: in the lab relu gets 97.2% of the digits right, leaky_relu 97.2%, "
            "tanh 97.3%, sigmoid 96.4%. Only sigmoid inside is worth avoiding; the rate matters more than all "
            "others."
        ),
        (
            Step(
                _("relu, the first choice, on the spiral."),
                _("Solved within 200 epochs. Are any units dead?"),
                setup={"model": {"activation": ["relu", "relu"], "max_iter": 200}},
                region="network",
                expects=(Condition("test_score", at_least=0.97),),
            ),
            Step(
                _("tanh instead."),
                _("Solved as well; the boundary is rounder."),
                change={"model": {"activation": ["tanh", "tanh"]}},
                region="plane",
                expects=(
                    Condition("model.activation.0", equals="tanh"),
                    Condition("test_score", at_least=0.95),
                ),
            ),
            Step(
                _("And sigmoid."),
                _("After the same 200 epochs it is far behind: it needs more of them, or another rate."),
                change={"model": {"activation": ["sigmoid", "sigmoid"]}},
                region="losses",
                expects=(
                    Condition("model.activation.0", equals="sigmoid"),
                    Condition("test_score", at_most=0.9, after=200),
                ),
            ),
        ),
        ("how-to-choose",),
    ),
)
