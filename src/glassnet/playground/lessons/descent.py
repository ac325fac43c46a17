"""How it learns: the rate, the solvers, weights that grow without end."""

from __future__ import annotations

from glassnet.playground.lessons.condition import Condition
from glassnet.playground.lessons.lesson import Lesson, Step
from glassnet.texts import later as _

PLAIN = {"solver": "sgd", "momentum": 0.0, "nesterovs_momentum": False}

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "learning-rate",
        "descent",
        ("S29",),
        _("Too slow, too fast"),
        _("the gradient is the direction of steepest ascent: a step against it lowers the loss"),
        _("article C"),
        _(
            "It holds for the next short step only. How far to go is not in the gradient: that is the learning rate, "
            "and it is the first thing to try when a training does not work."
        ),
        (
            Step(
                _("Plain gradient descent on the moons, with tiny steps: rate 0.0001."),
                _(
                    "The loss falls, every epoch a little, and after 200 epochs most points are still on the wrong "
                    "side."
                ),
                setup={"data": {"name": "moons"}, "model": {**PLAIN, "learning_rate_init": 0.0001, "max_iter": 200}},
                region="losses",
                expects=(Condition("score", at_most=0.5, after=200),),
            ),
            Step(
                _("Make the steps a thousand times as long: 0.1."),
                _("The same direction, and now it arrives: the boundary goes between the moons."),
                change={"model": {"learning_rate_init": 0.1}},
                region="losses",
                expects=(
                    Condition("model.learning_rate_init", at_least=0.1),
                    Condition("loss", at_most=0.05),
                ),
            ),
            Step(
                _("More is better? Set the rate to 30."),
                _(
                    "The loss jumps up and down, far above where it began: each step goes beyond where its gradient "
                    "is true."
                ),
                change={"model": {"learning_rate_init": 30.0}},
                region="losses",
                expects=(
                    Condition("model.learning_rate_init", at_least=10),
                    Condition("loss", at_least=0.5, after=200),
                ),
            ),
            Step(
                _("Mend it in another way: rate 3, with a schedule that ends at 0. Choose “cosine”."),
                _("Long steps at first, fine ones at the end."),
                change={"model": {"learning_rate_init": 3.0, "learning_rate": "cosine"}},
                region="losses",
                expects=(
                    Condition("model.learning_rate", equals="cosine"),
                    Condition("loss", at_most=0.05),
                ),
            ),
        ),
        ("steepest-ascent",),
    ),
    Lesson(
        "optimizers",
        "descent",
        ("S18",),
        _("SGD, momentum, Adam"),
        _("momentum, Adagrad, RMSprop and Adam learn faster than plain SGD on the same problem"),
        _("article B; Kingma, Ba 2015, Adam; Choi and others 2019, On Empirical Comparisons of Optimizers"),
        _(
            "It holds, by less than most say: in the lab, each at its best rate, Adam needs 0.64 times the epochs of "
            "plain SGD, momentum 0.82 times. What looks like a gulf is often a rate that fits one and not the other."
        ),
        (
            Step(
                _("The spiral, with Adam, and beside it with plain SGD. Both have the rate 0.01."),
                _("Adam solves it; SGD is far behind. So is SGD bad?"),
                setup={"model": {"max_iter": 300}},
                beside={"model": PLAIN},
                region="losses",
                expects=(
                    Condition("test_score", at_least=0.97),
                    Condition("test_score", at_most=0.85, after=300, run="beside"),
                ),
            ),
            Step(
                _("SGD alone now. Give it the rate that it likes: 0.3."),
                _("Thirty times the rate, and plain SGD solves the spiral within 150 epochs, sooner than Adam did."),
                setup={"model": {**PLAIN, "max_iter": 150}},
                change={"model": {"learning_rate_init": 0.3}},
                region="losses",
                expects=(
                    Condition("model.learning_rate_init", at_least=0.1),
                    Condition("test_score", at_least=0.95),
                ),
            ),
            Step(
                _("Add Nesterov's momentum: 0.9, with a rate of 0.1."),
                _("It remembers where it was going, and arrives sooner: 50 epochs are enough."),
                change={
                    "model": {"momentum": 0.9, "nesterovs_momentum": True, "learning_rate_init": 0.1, "max_iter": 50}
                },
                region="losses",
                expects=(
                    Condition("model.momentum", equals=0.9),
                    Condition("test_score", at_least=0.95),
                ),
            ),
            Step(
                _("And Adam with the rate that SGD likes: choose adam, rate 0.3."),
                _("Now it is Adam that fails. Compare solvers each at its own best rate, or not at all."),
                change={"model": {"solver": "adam", "learning_rate_init": 0.3, "max_iter": 300}},
                region="losses",
                expects=(
                    Condition("model.solver", equals="adam"),
                    Condition("test_score", at_most=0.9, after=300),
                ),
            ),
        ),
        ("optimizers",),
    ),
    Lesson(
        "endless-weights",
        "descent",
        ("S28",),
        _("Weights that never stop growing"),
        _("maximum likelihood pushes the scores of separable classes to infinity"),
        _("article D; Soudry, Hoffer, Nacson, Gunasekar, Srebro 2018, The Implicit Bias of Gradient Descent"),
        _(
            "The claim holds; what grows goes with the logarithm of the steps, so infinity is far. A penalty on large "
            "weights, or points that no line separates, give it an end."
        ),
        (
            Step(
                _("Two clouds that a line separates, one neuron, 100 epochs."),
                _(
                    "Every point is right after a moment. Remember the length of the weights, and how sharp the "
                    "boundary is."
                ),
                setup={
                    "data": {"name": "gaussians", "noise": 0.0},
                    "model": {
                        **PLAIN,
                        "hidden_layer_sizes": [],
                        "activation": [],
                        "learning_rate_init": 0.1,
                        "max_iter": 100,
                    },
                },
                region="plane",
                expects=(
                    Condition("score", at_least=1.0),
                    Condition("weights", at_most=5.0, after=100),
                ),
            ),
            Step(
                _("There is nothing left to learn. Train for 10,000 epochs all the same."),
                _("The weights go on growing, and the boundary gets sharper: surer and surer of the same answers."),
                change={"model": {"max_iter": 10_000}},
                region="plane",
                expects=(Condition("weights", at_least=5.0),),
            ),
            Step(
                _("Give large weights a price: set the penalty on weights to 1."),
                _("The growth ends where price and gain are equal, and the boundary stays soft."),
                change={"model": {"alpha": 1.0}},
                region="plane",
                expects=(
                    Condition("model.alpha", at_least=0.1),
                    Condition("weights", at_most=3.0, after=1000),
                ),
            ),
            Step(
                _("Without the price, but with clouds that overlap: penalty 0, noise 1."),
                _(
                    "Now being surer costs more at the wrong points than it gains at the others: the weights come to "
                    "rest."
                ),
                change={"data": {"noise": 1.0}, "model": {"alpha": 0.0}},
                region="plane",
                expects=(
                    Condition("data.noise", at_least=0.9),
                    Condition("weights", at_most=3.0, after=1000),
                ),
            ),
        ),
        ("separable-scores",),
    ),
)
