"""How it starts: zeros as weights, and first weights that keep the signal's size."""

from __future__ import annotations

from glassnet.playground.lessons.condition import Condition
from glassnet.playground.lessons.lesson import Lesson, Step
from glassnet.texts import later as _

PLAIN = {"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": False, "learning_rate_init": 0.1}

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "zero-weights",
        "start",
        ("S10",),
        _("Starting from zeros"),
        _(
            "zeros as first weights are fine without a hidden layer and fatal with one: sigmoid units all stay "
            "alike, and with ReLU all gradients are 0"
        ),
        _("articles B and E; Goodfellow, Bengio, Courville 2016, Deep Learning, 8.4"),
        _(
            "It holds, but for one word: with relu not all gradients are 0. The bias of the output learns how frequent "
            "each class is; that is all that such a network ever knows."
        ),
        (
            Step(
                _("Two clouds and no hidden layer; all weights start at 0."),
                _("It learns at once: the gradient is (p − t) times the input, and the inputs are not 0."),
                setup={
                    "data": {"name": "gaussians"},
                    "model": {"hidden_layer_sizes": [], "activation": [], "initializer": "zeros", "max_iter": 200},
                },
                region="plane",
                expects=(Condition("score", at_least=0.95),),
            ),
            Step(
                _("The circle, with 8 sigmoid units, again from zeros."),
                _(
                    "The pictures of all units are the same, and stay the same: equal weights get equal gradients. "
                    "Eight units do the work of one."
                ),
                setup={
                    "data": {"name": "circle"},
                    "model": {
                        "hidden_layer_sizes": [8],
                        "activation": ["sigmoid"],
                        "initializer": "zeros",
                        "max_iter": 300,
                    },
                },
                region="network",
                expects=(
                    Condition("unlike", equals=0.0, after=300),
                    Condition("score", at_most=0.85, after=300),
                ),
            ),
            Step(
                _("The same with relu."),
                _(
                    "Every unit outputs 0, every weight has the gradient 0, and nothing moves. The picture has one "
                    "color."
                ),
                change={"model": {"activation": ["relu"]}},
                region="network",
                expects=(
                    Condition("model.activation.0", equals="relu"),
                    Condition("weights", equals=0, after=300),
                ),
            ),
            Step(
                _("Mend it: where weights begin, take what is chosen for you."),
                _("Random numbers make the units different; then each can learn something else."),
                change={"model": {"initializer": "auto"}},
                region="plane",
                expects=(
                    Condition("model.initializer", differs="zeros"),
                    Condition("score", at_least=0.95),
                ),
            ),
        ),
        ("zero-weights",),
    ),
    Lesson(
        "first-weights",
        "start",
        ("S15",),
        _("Xavier, He, and too small"),
        _("Xavier's and He's first weights keep the signal's variance through depth, others do not"),
        _("article B; Glorot, Bengio 2010; He, Zhang, Ren, Sun 2015"),
        _(
            "It holds in part: Xavier for tanh and He for relu do keep it. So do LeCun's weights and orthogonal "
            "ones. What matters is the size, not the name."
        ),
        (
            Step(
                _("Eight hidden layers of 16 tanh units; first weights from a normal distribution of deviation 0.05."),
                _(
                    "From layer to layer the outputs shrink, until the last layer says the same for every point. "
                    "Gradients shrink on the way back. Nothing is learned."
                ),
                setup={
                    "data": {"name": "circle"},
                    "model": {
                        **PLAIN,
                        "hidden_layer_sizes": [16] * 8,
                        "activation": ["tanh"] * 8,
                        "initializer": "normal",
                        "max_iter": 200,
                    },
                },
                region="layers",
                expects=(
                    Condition("last_spread", at_most=0.01),
                    Condition("score", at_most=0.7, after=200),
                ),
            ),
            Step(
                _("Choose Xavier's weights (glorot_uniform)."),
                _("All layers spread, all gradients are of one size, and the circle is found."),
                change={"model": {"initializer": "glorot_uniform"}},
                region="layers",
                expects=(
                    Condition("model.initializer", equals="glorot_uniform"),
                    Condition("last_spread", at_least=0.1),
                    Condition("score", at_least=0.95),
                ),
            ),
            Step(
                _("Keep Xavier's weights, and change all layers to relu. The training waits: look at epoch 0."),
                _("relu passes half of what comes, so the signal shrinks again: the last layer hardly spreads."),
                change={"model": {"activation": ["relu"] * 8}},
                plays=False,
                region="layers",
                expects=(
                    Condition("model.activation.0", equals="relu"),
                    Condition("last_spread", at_most=0.02),
                ),
            ),
            Step(
                _("Now He's weights (he_uniform), which are √2 times as large."),
                _("The last layer spreads thirty times as far. It is what would have been chosen for relu."),
                change={"model": {"initializer": "he_uniform"}},
                plays=False,
                region="layers",
                expects=(
                    Condition("model.initializer", equals="he_uniform"),
                    Condition("last_spread", at_least=0.2),
                ),
            ),
        ),
        ("variance-through-depth",),
    ),
)
