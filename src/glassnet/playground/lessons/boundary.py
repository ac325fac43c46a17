"""What networks can draw: the tour, one line without activations, XOR, width."""

from __future__ import annotations

from glassnet.playground.lessons.condition import Condition
from glassnet.playground.lessons.lesson import Lesson, Step
from glassnet.texts import later as _

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "first-look",
        "boundary",
        ("S19",),
        _("A first look"),
        _("a playground in the browser shows what depth, width and activation do to the decision boundary"),
        _("article B; TensorFlow Playground, Smilkov and others 2017, arXiv:1708.03788"),
        _(
            "You have seen a network learn, shrink and grow. Nothing here can break: every change starts the training "
            "anew from the same first weights, so you can always come back."
        ),
        (
            Step(
                _(
                    "Two classes lie in a spiral. Two hidden layers of 8 tanh units learn to tell them apart: the "
                    "engine trains now."
                ),
                _(
                    "The colors of the picture are what the network would say at each place. They begin as a blur and "
                    "end as a spiral; the loss falls on the way."
                ),
                setup={"model": {"max_iter": 1000}},
                region="plane",
                expects=(Condition("test_score", at_least=0.97),),
            ),
            Step(
                _("Now take most of it away: leave one hidden layer with 2 units."),
                _("Two units can bend the boundary once or twice. A spiral needs more than that."),
                change={"model": {"hidden_layer_sizes": [2], "activation": ["tanh"]}},
                region="network",
                expects=(
                    Condition("model.hidden_layer_sizes", equals=[2]),
                    Condition("test_score", at_most=0.8, after=1000),
                ),
            ),
            Step(
                _(
                    "Give the layers back, with another activation: relu instead of tanh. Then select a unit in the "
                    "graph."
                ),
                _(
                    "A relu unit is flat on one side and a slope on the other. The network joins eight such sheets to "
                    "bend its boundary; its pieces are straight."
                ),
                setup={"model": {"max_iter": 1000}},
                change={"model": {"activation": ["relu", "relu"]}},
                region="network",
                expects=(
                    Condition("model.activation.0", equals="relu"),
                    Condition("test_score", at_least=0.97),
                    Condition("unit", equals=True),
                ),
            ),
            Step(
                _("Click a point of the data. Then step back and forth through the epochs."),
                _(
                    "Below you see how this one point goes through the network, number by number, and how its error "
                    "comes back as gradients. Rewinding shows the same weights again, bit for bit."
                ),
                region="plane",
                expects=(Condition("point", equals=True),),
            ),
        ),
    ),
    Lesson(
        "one-line",
        "boundary",
        ("S1",),
        _("Without activations: one straight line"),
        _("without activations any stack of layers is one affine map, W″x + b″"),
        _("articles B and E; Goodfellow, Bengio, Courville 2016, Deep Learning, 6.1"),
        _(
            "The claim holds. Depth buys nothing by itself: what bends the boundary is the activation between the "
            "layers."
        ),
        (
            Step(
                _(
                    "Two moons, and two hidden layers of 8 units whose activation is the identity: each layer only "
                    "multiplies and adds."
                ),
                _("The boundary is a straight line, and it cuts through both moons."),
                setup={
                    "data": {"name": "moons"},
                    "model": {"activation": ["identity", "identity"], "max_iter": 300},
                },
                region="plane",
                expects=(Condition("score", at_most=0.95, after=300),),
            ),
            Step(
                _("Surely it is too small? Make it five hidden layers of 16 units."),
                _("More than a thousand parameters, and the same straight line: W₅…W₂W₁ is only another matrix."),
                change={"model": {"hidden_layer_sizes": [16] * 5, "activation": ["identity"] * 5}},
                region="network",
                expects=(
                    Condition("model.hidden_layer_sizes", equals=[16] * 5),
                    Condition("parameters", at_least=1000),
                    Condition("score", at_most=0.95, after=300),
                ),
            ),
            Step(
                _("Back to two layers of 8. Now give only the first of them a tanh."),
                _("One layer that bends is enough: the line becomes a curve that goes between the moons."),
                setup={
                    "data": {"name": "moons"},
                    "model": {"activation": ["identity", "identity"], "max_iter": 300},
                },
                change={"model": {"activation": ["tanh", "identity"]}},
                region="plane",
                expects=(
                    Condition("model.activation.0", differs="identity"),
                    Condition("score", at_least=0.98),
                ),
            ),
        ),
    ),
    Lesson(
        "xor",
        "boundary",
        ("S2",),
        _("XOR: what one neuron cannot do"),
        _("one perceptron cannot learn XOR; one hidden layer can"),
        _("article B; Minsky, Papert 1969, Perceptrons"),
        _(
            "The claim holds. A line cannot do it, two units can if their start is lucky, and a few more make luck "
            "unnecessary."
        ),
        (
            Step(
                _("Opposite quarters belong together. There is no hidden layer: this is a single neuron."),
                _("A neuron draws one line. Wherever it lies, about half of the points are on the wrong side."),
                setup={
                    "data": {"name": "xor", "noise": 0.0},
                    "model": {"hidden_layer_sizes": [], "activation": [], "max_iter": 300},
                },
                region="plane",
                expects=(Condition("score", at_most=0.7, after=300),),
            ),
            Step(
                _("Add a hidden layer with 2 units."),
                _(
                    "Two units are two lines, and two lines could do it. From this start they end in a valley that is "
                    "not the deepest one."
                ),
                change={"model": {"hidden_layer_sizes": [2], "activation": ["tanh"]}},
                region="network",
                expects=(
                    Condition("model.hidden_layer_sizes", equals=[2]),
                    Condition("score", at_least=0.7),
                    Condition("score", at_most=0.95, after=300),
                ),
            ),
            Step(
                _("Try 4 units."),
                _("With 4 units nearly every start finds a way: each quarter gets its color."),
                change={"model": {"hidden_layer_sizes": [4]}},
                region="plane",
                expects=(
                    Condition("model.hidden_layer_sizes", equals=[4]),
                    Condition("score", at_least=0.97),
                ),
            ),
            Step(
                _("Break it again: 4 units, but without an activation."),
                _("Four lines added up are one line. It is not the units that solve XOR, it is that they bend."),
                change={"model": {"activation": ["identity"]}},
                region="plane",
                expects=(
                    Condition("model.activation.0", equals="identity"),
                    Condition("score", at_most=0.7, after=300),
                ),
            ),
        ),
    ),
    Lesson(
        "width",
        "boundary",
        ("S3",),
        _("One layer, wider and wider"),
        _("one hidden layer approximates any continuous function, the better the wider it is"),
        _("article E; Cybenko 1989; Leshno, Lin, Pinkus, Schocken 1993"),
        _(
            "What can be seen here agrees with the claim. Mind what it does not say: that a training finds the good "
            "fit, or how soon."
        ),
        (
            Step(
                _("Regression: the color is a number now, a landscape of waves. One hidden layer of 2 tanh units."),
                _("Two units bend the plane once or twice. The score (R²) stays below 0.5; 1 would be perfect."),
                setup={
                    "data": {"name": "waves", "noise": 0.0, "n_rows": 1000},
                    "model": {"hidden_layer_sizes": [2], "activation": ["tanh"], "max_iter": 300},
                },
                region="plane",
                expects=(Condition("test_score", at_most=0.5, after=300),),
            ),
            Step(
                _("Twice as many: 4 units."),
                _("Hardly better: there are more hills than four bends can follow."),
                change={"model": {"hidden_layer_sizes": [4]}},
                region="network",
                expects=(
                    Condition("model.hidden_layer_sizes", equals=[4]),
                    Condition("test_score", at_most=0.5, after=300),
                ),
            ),
            Step(
                _("And 16 units."),
                _("The whole landscape is there. Every unit adds one bend; sixteen of them follow each wave."),
                change={"model": {"hidden_layer_sizes": [16]}},
                region="plane",
                expects=(
                    Condition("model.hidden_layer_sizes", equals=[16]),
                    Condition("test_score", at_least=0.95),
                ),
            ),
            Step(
                _("Is wider always better? Take 64 units."),
                _(
                    "After the same 300 epochs the fit is about as good as with 16. What a layer could do is not "
                    "what it has learned yet."
                ),
                change={"model": {"hidden_layer_sizes": [64]}},
                region="network",
                expects=(
                    Condition("model.hidden_layer_sizes", equals=[64]),
                    Condition("test_score", at_least=0.95, after=300),
                    Condition("test_score", at_most=0.99, after=300),
                ),
            ),
        ),
    ),
)
