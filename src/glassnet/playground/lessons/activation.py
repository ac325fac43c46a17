"""Activations: gradients through depth, tanh beside sigmoid and relu, units that die, kinks, slopes, own formulas."""

from __future__ import annotations

from glassnet.playground.lessons.condition import Condition
from glassnet.playground.lessons.lesson import Lesson, Step
from glassnet.texts import later as _

# Plain gradient descent, so that what is seen is the gradient and not what a solver makes of it.
PLAIN = {"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": False, "learning_rate_init": 0.1}
DEEP = [8] * 6

GRADIENTS: tuple[Lesson, ...] = (
    Lesson(
        "deep-sigmoid",
        "activation",
        ("S4",),
        _("Gradients that vanish"),
        _("sigmoid's slope is at most 0.25, so each layer divides the gradient by at least 4"),
        _("articles A, B, C and E; cs231n, Neural Networks Part 1"),
        _(
            "The claim holds in part: a factor of 4 or more per layer is what happens with usual weights; with large "
            "weights it can be 1. And it is a matter of the function and of the solver, not of depth alone."
        ),
        (
            Step(
                _("Six hidden layers of sigmoid units, trained by plain gradient descent."),
                _(
                    "Nothing happens. Look at the gradients of the layers: from the last hidden layer to the first "
                    "they shrink more than a hundredfold. The first layer cannot hear what the output says."
                ),
                setup={
                    "data": {"name": "circle"},
                    "model": {**PLAIN, "hidden_layer_sizes": DEEP, "activation": ["sigmoid"] * 6, "max_iter": 300},
                },
                region="layers",
                expects=(
                    Condition("gradient_ratio", at_least=100),
                    Condition("score", at_most=0.7, after=300),
                ),
            ),
            Step(
                _("Change all six layers to tanh, whose slope at 0 is 1."),
                _("The gradients of all layers are of one size, and the circle is found."),
                change={"model": {"activation": ["tanh"] * 6}},
                region="layers",
                expects=(
                    Condition("model.activation.0", equals="tanh"),
                    Condition("gradient_ratio", at_most=20),
                    Condition("score", at_least=0.95),
                ),
            ),
            Step(
                _("And relu, whose slope is 1 or 0."),
                _(
                    "It learns as well. Its mean slope is ½, so initial weights are √2 times as large to make up for "
                    "it."
                ),
                change={"model": {"activation": ["relu"] * 6}},
                region="layers",
                expects=(
                    Condition("model.activation.0", equals="relu"),
                    Condition("score", at_least=0.95),
                ),
            ),
            Step(
                _("Another cure: sigmoid again, but with Adam at rate 0.01."),
                _(
                    "Adam divides each gradient by its own size. After a long plain the loss falls: the small "
                    "gradients did point somewhere, they were only too short."
                ),
                setup={
                    "data": {"name": "circle"},
                    "model": {"hidden_layer_sizes": DEEP, "activation": ["sigmoid"] * 6, "max_iter": 300},
                },
                region="losses",
                expects=(Condition("score", at_least=0.95),),
            ),
        ),
        ("sigmoid-slope",),
    ),
    Lesson(
        "saturation",
        "activation",
        ("S5",),
        _("Sigmoid loses what is far away"),
        _("sigmoid loses information: 100 and 10000 both come out as 1"),
        _("article B"),
        _(
            "The function does so; networks seldom get there. In the lab none of the outputs of sigmoid layers that "
            "had learned digits was exactly 0 or 1. Where inputs are huge, scale them."
        ),
        (
            Step(
                _("Sigmoid units as they are. Look at the layers' outputs."),
                _("After 20 epochs the outputs spread between 0 and 1, and few of them are at the ends."),
                setup={
                    "data": {"name": "circle"},
                    "model": {"hidden_layer_sizes": [8], "activation": ["sigmoid"], "max_iter": 20},
                },
                region="layers",
                expects=(
                    Condition("score", at_least=0.9),
                    Condition("saturated", at_most=0.2),
                ),
            ),
            Step(
                _(
                    "Write the activation as a formula: sigmoid(50 * x). That is a sigmoid that gets fifty times its "
                    "input."
                ),
                _(
                    "Nearly all outputs pile up at 0 and 1: near or far, a point looks the same. Each unit's picture "
                    "is two flat halves, and where it is flat there is no gradient."
                ),
                change={"model": {"activation": ["sigmoid(50 * x)"]}},
                region="layers",
                expects=(
                    Condition("model.activation.0", equals="sigmoid(50 * x)"),
                    Condition("saturated", at_least=0.8),
                ),
            ),
            Step(
                _("Mend it: leaky_relu saturates nowhere."),
                _("Far points have larger outputs than near ones: nothing is lost."),
                change={"model": {"activation": ["leaky_relu"]}},
                region="layers",
                expects=(
                    Condition("saturated", at_most=0.0),
                    Condition("score", at_least=0.9),
                ),
            ),
        ),
        ("sigmoid-information",),
    ),
    Lesson(
        "tanh-or-sigmoid",
        "activation",
        ("S6",),
        _("tanh beside sigmoid"),
        _("outputs that are not centered at 0 make descent zig-zag; therefore tanh converges faster than sigmoid"),
        _("articles B and E; LeCun, Bottou, Orr, Müller 1998, Efficient BackProp, 4.3"),
        _(
            "tanh is faster, here and in the lab (3.2 times). Part of it is the steeper slope: tanh(x) = 2σ(2x) − 1 is "
            "sigmoid stretched by four in slope, and moved to the middle."
        ),
        (
            Step(
                _(
                    "Two runs side by side, the same but for the activation: tanh, and beside it sigmoid. Plain "
                    "descent, rate 0.1."
                ),
                _(
                    "Compare the two: tanh has bent its boundary between the moons, sigmoid is still at a line that "
                    "is nearly straight."
                ),
                setup={
                    "data": {"name": "moons"},
                    "model": {**PLAIN, "activation": ["tanh", "tanh"], "max_iter": 100},
                },
                beside={"model": {"activation": ["sigmoid", "sigmoid"]}},
                region="losses",
                expects=(
                    Condition("loss", at_most=0.05, after=100),
                    Condition("loss", at_least=0.1, after=100, run="beside"),
                ),
            ),
            Step(
                _("Is it the rate? Give sigmoid three times the rate, alone."),
                _("It helps: sigmoid likes larger rates than tanh. Still it needs more epochs."),
                setup={
                    "data": {"name": "moons"},
                    "model": {**PLAIN, "activation": ["sigmoid", "sigmoid"], "max_iter": 100},
                },
                change={"model": {"learning_rate_init": 0.3}},
                region="losses",
                expects=(
                    Condition("model.learning_rate_init", equals=0.3),
                    Condition("loss", at_most=0.15),
                    Condition("loss", at_least=0.05, after=100),
                ),
            ),
            Step(
                _("Is it the center? Type a sigmoid that is centered: sigmoid(x) - 0.5."),
                _(
                    "Same slope as sigmoid, only moved down by ½. The loss falls sooner than with sigmoid: being "
                    "centered is worth something by itself."
                ),
                setup={
                    "data": {"name": "moons"},
                    "model": {**PLAIN, "activation": ["sigmoid", "sigmoid"], "max_iter": 100},
                },
                change={"model": {"activation": ["sigmoid(x) - 0.5", "sigmoid(x) - 0.5"]}},
                region="losses",
                expects=(
                    Condition("model.activation.0", equals="sigmoid(x) - 0.5"),
                    Condition("loss", at_most=0.2, after=100),
                ),
            ),
        ),
        ("zig-zag",),
    ),
    Lesson(
        "relu-or-tanh",
        "activation",
        ("S7", "S31"),
        _("relu beside tanh"),
        _("ReLU converges several times faster than tanh (AlexNet: 6 times), and tanh does worse"),
        _("article E; Krizhevsky, Sutskever, Hinton 2012, ImageNet Classification, Figure 1"),
        _(
            "A race at one rate shows who likes that rate. In the lab, each at its own best rate, tanh needs 1.00 "
            "times the epochs of relu with one hidden layer and 0.79 times with four, and gets as many test rows "
            "right. AlexNet's six times were measured on a deep convolutional network."
        ),
        (
            Step(
                _("relu and, beside it, tanh learn the spiral; all else is the same, the rate too: 0.01."),
                _("relu is there first, by far. It looks as if the claim holds."),
                setup={"model": {"activation": ["relu", "relu"], "max_iter": 100}},
                beside={"model": {"activation": ["tanh", "tanh"]}},
                region="losses",
                expects=(
                    Condition("test_score", at_least=0.97),
                    Condition("test_score", at_most=0.95, after=100, run="beside"),
                ),
            ),
            Step(
                _("But is 0.01 the rate for tanh? Its slopes are smaller; give it 0.1, alone."),
                _("tanh is there within 50 epochs, sooner than relu was. The lead was the rate."),
                setup={"model": {"activation": ["tanh", "tanh"], "max_iter": 50}},
                change={"model": {"learning_rate_init": 0.1}},
                region="losses",
                expects=(
                    Condition("model.learning_rate_init", equals=0.1),
                    Condition("test_score", at_least=0.97),
                ),
            ),
            Step(
                _("Other data, the same race at rate 0.01: relu and, beside it, tanh learn the moons."),
                _("Both are done after a dozen epochs or two. On this set there is nothing to choose between them."),
                setup={"data": {"name": "moons"}, "model": {"activation": ["relu", "relu"], "max_iter": 30}},
                beside={"model": {"activation": ["tanh", "tanh"]}},
                region="losses",
                slowly=True,
                expects=(
                    Condition("test_score", at_least=0.97),
                    Condition("test_score", at_least=0.97, run="beside"),
                ),
            ),
            Step(
                _("One race says little. Now relu gets the rate 0.1 on the spiral: try it with the seed 2."),
                _(
                    "With seed 0 relu solves the spiral at this rate; with seed 2 it does not. That is why the lab "
                    "runs ten seeds and gives an interval."
                ),
                setup={"model": {"activation": ["relu", "relu"], "learning_rate_init": 0.1, "max_iter": 300}},
                change={"model": {"random_state": 2}},
                region="losses",
                expects=(
                    Condition("model.random_state", equals=2),
                    Condition("test_score", at_most=0.97, after=300),
                ),
            ),
        ),
        ("relu-speed", "tanh-against-relu"),
    ),
)

UNITS: tuple[Lesson, ...] = (
    Lesson(
        "dying-relu",
        "activation",
        ("S8", "S9"),
        _("Units that die"),
        _("ReLU units die; too high a learning rate kills up to 40% of them; Leaky ReLU avoids it; it can be watched"),
        _("articles A, B, C and E; cs231n, Neural Networks Part 1"),
        _(
            "They die, and not only up to 40%: in the lab 5% at a healthy rate and 98% at a wild one. A unit with a "
            "slope on the negative side cannot die. One negative input is no death: dead means inactive on every "
            "row."
        ),
        (
            Step(
                _("Two layers of 16 relu units at a healthy rate, 0.01."),
                _("The graph marks dead units. There are few or none, and the circle is found."),
                setup={
                    "data": {"name": "circle"},
                    "model": {"hidden_layer_sizes": [16, 16], "activation": ["relu", "relu"], "max_iter": 300},
                },
                region="network",
                expects=(
                    Condition("score", at_least=0.97),
                    Condition("dead_share", at_most=0.2, after=300),
                ),
            ),
            Step(
                _("Now break it: set the learning rate to 1."),
                _(
                    "The first steps throw the units so far to the negative side that no point reaches them. A dead "
                    "unit gets no gradient, so it stays dead; the loss becomes flat, and the picture has hardly more "
                    "than one color."
                ),
                change={"model": {"learning_rate_init": 1.0}},
                region="network",
                expects=(
                    Condition("model.learning_rate_init", at_least=0.5),
                    Condition("dead_share", at_least=0.4),
                    Condition("score", at_most=0.7, after=300),
                ),
            ),
            Step(
                _("Keep that rate, and change both layers to leaky_relu."),
                _("No unit is dead. The rate is still wild and the loss jumps, but the network learns."),
                change={"model": {"activation": ["leaky_relu", "leaky_relu"]}},
                region="network",
                expects=(
                    Condition("model.activation.0", equals="leaky_relu"),
                    Condition("dead_units", at_most=0, after=10),
                    Condition("score", at_least=0.9),
                ),
            ),
            Step(
                _("The better cure: relu again, with the rate that it likes. Set it to 0.01."),
                _("Nothing was wrong with relu. The findings say the same: each names its remedy."),
                setup={
                    "data": {"name": "circle"},
                    "model": {
                        "hidden_layer_sizes": [16, 16],
                        "activation": ["relu", "relu"],
                        "learning_rate_init": 1.0,
                        "max_iter": 300,
                    },
                },
                change={"model": {"learning_rate_init": 0.01}},
                region="findings",
                expects=(
                    Condition("model.learning_rate_init", at_most=0.05),
                    Condition("score", at_least=0.97),
                ),
            ),
        ),
        ("dead-relu", "dead-watch"),
    ),
    Lesson(
        "sparse-relu",
        "activation",
        ("S22",),
        _("relu is sparse. Does it help?"),
        _("ReLU makes activations sparse, and that helps generalization"),
        _("article B; Glorot, Bordes, Bengio 2011, Deep Sparse Rectifier Neural Networks"),
        _(
            "The first half holds, the second was not to be seen: in the lab 45% of relu's outputs are 0, and its test "
            "accuracy beside leaky_relu differs by −0.36 to +0.25 points."
        ),
        (
            Step(
                _("Two layers of 16 relu units on the moons. Look at the layers' outputs."),
                _(
                    "The first bar of each histogram, at 0, is by far the highest: a large part of the outputs is "
                    "exactly 0."
                ),
                setup={
                    "data": {"name": "moons", "noise": 0.2},
                    "model": {"hidden_layer_sizes": [16, 16], "activation": ["relu", "relu"], "max_iter": 200},
                },
                region="layers",
                expects=(
                    Condition("active", at_most=0.7, after=200),
                    Condition("test_score", at_least=0.9, after=200),
                ),
            ),
            Step(
                _("Change both layers to leaky_relu: hardly any output is exactly 0."),
                _(
                    "Small outputs are still near 0, but none is exactly 0 for lack of a slope: all units are active "
                    "on all points. The test score is what it was."
                ),
                change={"model": {"activation": ["leaky_relu", "leaky_relu"]}},
                region="layers",
                expects=(
                    Condition("model.activation.0", equals="leaky_relu"),
                    Condition("active", at_least=0.95, after=200),
                    Condition("test_score", at_least=0.9, after=200),
                ),
            ),
            Step(
                _("And tanh, which is never 0 on a whole side."),
                _("The same again. Sparse is cheap and easy to read; a better test score it is not."),
                change={"model": {"activation": ["tanh", "tanh"]}},
                region="layers",
                expects=(
                    Condition("model.activation.0", equals="tanh"),
                    Condition("test_score", at_least=0.9, after=200),
                ),
            ),
        ),
        ("sparse-relu",),
    ),
    Lesson(
        "selu",
        "activation",
        ("S16",),
        _("SELU and the kink"),
        _("SELU repairs ReLU's kink at 0"),
        _("article C; Klambauer, Unterthiner, Mayr, Hochreiter 2017, Self-Normalizing Neural Networks"),
        _(
            "It does not: SELU's slope is 1.758 just left of 0 and 1.051 just right of it. What it does is keep the "
            "size of signals through many layers. If you want no kink, take elu or silu."
        ),
        (
            Step(
                _("Eight hidden layers of 16 selu units. Look at its curve where the activation is chosen."),
                _("At 0 the derivative jumps, as relu's does: only from 1.758 to 1.051 instead of from 0 to 1."),
                setup={
                    "data": {"name": "circle"},
                    "model": {
                        **PLAIN,
                        "learning_rate_init": 0.03,
                        "hidden_layer_sizes": [16] * 8,
                        "activation": ["selu"] * 8,
                        "max_iter": 100,
                    },
                },
                region="layers",
                expects=(Condition("score", at_least=0.95),),
            ),
            Step(
                _("Now look at the outputs, layer by layer."),
                _(
                    "From the first layer to the eighth the outputs stay centered near 0 and spread about equally: "
                    "this is what selu was made for."
                ),
                region="layers",
                expects=(
                    Condition("last_spread", at_least=0.5),
                    Condition("last_spread", at_most=2.0),
                ),
            ),
            Step(
                _("Compare with relu in all eight layers."),
                _(
                    "It learns as well, and with He's weights it keeps its spread, too. But its outputs are not "
                    "centered, and about one unit in ten is dead."
                ),
                change={"model": {"activation": ["relu"] * 8}},
                region="layers",
                expects=(
                    Condition("model.activation.0", equals="relu"),
                    Condition("dead_share", at_least=0.05),
                    Condition("score", at_least=0.95),
                ),
            ),
        ),
        ("selu-kink",),
    ),
)

SHAPES: tuple[Lesson, ...] = (
    Lesson(
        "learned-slopes",
        "activation",
        ("S17",),
        _("Activations that learn"),
        _("PReLU adds a parameter for each unit, Maxout multiplies the weights by k"),
        _("article E; He, Zhang, Ren, Sun 2015; Goodfellow and others 2013, Maxout Networks"),
        _("The claim holds, to the number: one slope for each unit, and k times the weights of each hidden layer."),
        (
            Step(
                _("Two layers of 8 relu units. Count with the playground: 2·8 + 8, 8·8 + 8, 8 + 1."),
                _("Together 105 parameters."),
                setup={"model": {"activation": ["relu", "relu"], "max_iter": 300}},
                region="network",
                expects=(Condition("parameters", equals=105),),
            ),
            Step(
                _("Change both layers to prelu: each unit learns its own slope on the negative side."),
                _("16 units, 16 more parameters: 121. Select a unit after some epochs: its slope has moved from 0.25."),
                change={"model": {"activation": ["prelu", "prelu"]}},
                region="network",
                expects=(
                    Condition("parameters", equals=121),
                    Condition("score", at_least=0.97),
                ),
            ),
            Step(
                _("Now maxout with two pieces: each unit takes the larger of two sums."),
                _(
                    "Each hidden layer has twice its weights and biases, the output as many as before: 2·24 + 2·72 + "
                    "9 = 201."
                ),
                change={"model": {"activation": ["maxout", "maxout"]}},
                region="network",
                expects=(
                    Condition("parameters", equals=201),
                    Condition("score", at_least=0.97),
                ),
            ),
        ),
        ("parameters-of-activations",),
    ),
    Lesson(
        "leaky-slope",
        "activation",
        ("S32",),
        _("How leaky should it be?"),
        _("the slope of Leaky ReLU has to be tuned"),
        _("articles B and E; Xu, Wang, Chen, Li 2015, Empirical Evaluation of Rectified Activations"),
        _(
            "It does not hold: from 0.001 to 0.1 it hardly matters (in the lab a chosen slope gains −0.5 to 1.0% on "
            "the usual 0.01). Only near 1 it does, and then for a reason that you know: a slope of 1 is no "
            "activation."
        ),
        (
            Step(
                _("leaky_relu with its usual slope, 0.01, on the spiral."),
                _("Solved."),
                setup={"model": {"activation": ["leaky_relu", "leaky_relu"], "max_iter": 500}},
                region="plane",
                expects=(Condition("test_score", at_least=0.97),),
            ),
            Step(
                _("Ten times as leaky: set the slope to 0.1, or write the formula where(x > 0, x, 0.1 * x)."),
                _("Solved as well, a few epochs later."),
                change={"model": {"activation": ["where(x > 0, x, 0.1 * x)"] * 2}},
                region="plane",
                expects=(
                    Condition("model.activation.0", differs="leaky_relu"),
                    Condition("test_score", at_least=0.97),
                ),
            ),
            Step(
                _("Now nearly straight: where(x > 0, x, 0.9 * x)."),
                _("The boundary can hardly bend, and the spiral stays unsolved. At slope 1 it would be a line."),
                change={"model": {"activation": ["where(x > 0, x, 0.9 * x)"] * 2}},
                region="plane",
                expects=(
                    Condition("model.activation.0", differs="where(x > 0, x, 0.1 * x)"),
                    Condition("test_score", at_most=0.9, after=500),
                ),
            ),
        ),
        ("leaky-slope",),
    ),
    Lesson(
        "own-formula",
        "activation",
        ("F4",),
        _("Your own activation"),
        _("an activation is a function with a slope: whoever can write one down can train with it"),
        _("glassnet; on sine units Sitzmann and others 2020, Implicit Neural Representations, arXiv:2006.09661"),
        _(
            "Any formula trains at the speed of the built-in ones; whether it generalizes is another question, and the "
            "test score answers it."
        ),
        (
            Step(
                _("In 100 epochs tanh does not learn this spiral. Type sin(x) as the activation of both layers."),
                _(
                    "Its curve and its derivative are drawn while you type. A sine bends again and again, as the "
                    "spiral does."
                ),
                setup={"model": {"activation": ["tanh", "tanh"], "max_iter": 100}},
                change={"model": {"activation": ["sin(x)", "sin(x)"]}},
                region="plane",
                expects=(
                    Condition("model.activation.0", equals="sin(x)"),
                    Condition("test_score", at_least=0.97),
                ),
            ),
            Step(
                _("More of the good thing: sin(4 * x)."),
                _(
                    "The picture breaks into patches: the training points are learned by heart, and between them the "
                    "network makes things up. Training score and test score part."
                ),
                change={"model": {"activation": ["sin(4 * x)", "sin(4 * x)"]}},
                region="plane",
                expects=(
                    Condition("model.activation.0", equals="sin(4 * x)"),
                    Condition("gap", at_least=0.05, after=100),
                ),
            ),
            Step(
                _("Now a gate: x * sigmoid(x). You have just written silu."),
                _("Smooth, never dead, and the spiral is solved."),
                change={"model": {"activation": ["x * sigmoid(x)", "x * sigmoid(x)"], "max_iter": 300}},
                region="plane",
                expects=(
                    Condition("model.activation.0", differs="sin(4 * x)"),
                    Condition("test_score", at_least=0.97),
                ),
            ),
        ),
    ),
)

LESSONS = (*GRADIENTS, *UNITS, *SHAPES)
