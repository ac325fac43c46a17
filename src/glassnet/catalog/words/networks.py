"""Words about what a network is made of."""

from __future__ import annotations

from glassnet.catalog.words.entry import Word
from glassnet.texts import later as _

WORDS = (
    Word(
        "neuron",
        "神经元",
        (
            _(
                "A neuron takes numbers in, multiplies each by a weight, adds the products and a bias, and sends the "
                "sum through an activation: z = w1 x1 + … + wn xn + b, y = f(z). It is modeled on the nerve cell, "
                "which gathers signals from other cells and fires when together they exceed a threshold."
            ),
            _(
                "The likeness ends early. A nerve cell sends pulses over time and learns by local chemistry; an "
                "artificial neuron sends one number and learns by the gradient of a loss. A single neuron is already "
                "useful: without an activation it is linear regression, with a sigmoid it is logistic regression. "
                "Its limit is a straight border between two classes."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

x, w, b = np.array([1.0, 2.0, -1.0]), np.array([0.5, -0.25, 0.75]), 0.25
z = w @ x + b
print(z, gn.activations.sigmoid(z).round(3))
""",
        prints="""\
-0.5 0.378
""",
        synonyms=("unit", "artificial neuron", "单元", "人工神经元"),
        table=(
            (_("nerve cell"), _("artificial neuron")),
            (_("dendrites: take signals in"), _("inputs x")),
            (_("synapses: strengthen or weaken a signal"), _("weights w")),
            (_("soma: gathers the signals"), _("weighted sum z = w · x + b")),
            (_("threshold of firing"), _("bias b, with the opposite sign")),
            (_("firing"), _("activation f")),
            (_("axon: carries the signal on"), _("output y")),
        ),
        relatives=("perceptron", "weight", "bias", "activation", "layer", "linear regression", "logistic regression"),
        sources=("McCulloch, Pitts 1943, Bulletin of Mathematical Biophysics 5:115-133",),
    ),
    Word(
        "perceptron",
        "感知机",
        (
            _(
                "The perceptron of Frank Rosenblatt is a neuron with a step as its activation: it says 1 where w · x "
                "+ b is above 0, else 0. It learns from mistakes only: after a wrong answer the input is added to "
                "the weights or subtracted from them. If a straight line separates the two classes, this ends after "
                "a finite number of mistakes; if none does, it never ends."
            ),
            _(
                "XOR is 1 where exactly one of two inputs is 1, and no straight line separates its two classes: one "
                "perceptron cannot learn it. A hidden layer can; what was missing for long was a way to train one. "
                "Backpropagation is that way, and it needs a smooth activation in place of the step, whose "
                "derivative is 0 wherever it exists."
            ),
        ),
        example="""\
import numpy as np

X, xor = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]]), np.array([0, 1, 1, 0])
w = np.zeros(3)
for x, y in zip(np.tile(X, (1000, 1)), np.tile(xor, 1000)):
    w += (y - (w @ x > 0)) * x
print(((X @ w > 0) == xor).sum(), "/ 4")
""",
        prints="""\
2 / 4
""",
        synonyms=("感知器",),
        table=(
            (_("year"), _("what happened")),
            (_("1958"), _("Rosenblatt publishes the perceptron")),
            (_("1969"), _("Minsky and Papert prove what one layer cannot do, XOR among it; interest and funds fade")),
            (_("1986"), _("Rumelhart, Hinton and Williams make backpropagation known: hidden layers learn")),
            (_("2006"), _("Hinton and Salakhutdinov train deep networks, layer after layer at first")),
            (_("2012"), _("AlexNet, with relu and two GPUs, lowers the top-5 error on ImageNet from 26% to 15%")),
            (_("2016"), _("AlphaGo beats Lee Sedol at Go")),
            (_("2017"), _("Transformers: attention, and between it fully connected layers")),
        ),
        relatives=("neuron", "step", "layer", "backpropagation", "logistic regression"),
        sources=(
            "Rosenblatt 1958, Psychological Review 65:386-408",
            "Minsky, Papert 1969, Perceptrons, MIT Press",
            "Rumelhart, Hinton, Williams 1986, Nature 323:533-536",
            "Hinton, Salakhutdinov 2006, Science 313:504-507",
            "Krizhevsky, Sutskever, Hinton 2012, NeurIPS 25",
            "Silver et al. 2016, Nature 529:484-489",
            "Vaswani et al. 2017, NeurIPS 30",
        ),
    ),
    Word(
        "layer",
        "层",
        (
            _(
                "A layer is a set of neurons that read the same inputs side by side; there are no connections within "
                "it. The input layer is only a name for the features: it computes nothing, and so it is not counted. "
                "Hidden layers stand between, so called because no data says what their units should put out. The "
                "output layer has as many units as the answer has numbers: one for a regression or for two classes, "
                "one for each class of several."
            ),
            _(
                "The width of a layer is its number of units, the depth of a network its number of layers that have "
                "weights. Depth pays only with activations between layers: without them, all layers together are one "
                "affine map."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

X, y = np.random.default_rng(0).normal(size=(60, 4)), np.arange(60) % 3
model = gn.MLPClassifier(hidden_layer_sizes=(8, 5), solver="lbfgs", max_iter=500, random_state=0).fit(X, y)
print([weights.shape for weights in model.coefs_])
""",
        prints="""\
[(4, 8), (8, 5), (5, 3)]
""",
        synonyms=(),
        covers=("hidden layer", "input layer", "output layer", "隐藏层", "输入层", "输出层"),
        relatives=("fully connected", "neuron", "activation", "universal approximation"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, chapter 6",),
    ),
    Word(
        "fully connected",
        "全连接",
        (
            _(
                "In a fully connected, or dense, layer every unit reads every input. With one row of weights for "
                "each unit, the whole layer is one product: z = x Wᵀ + b, where W has the shape (units, inputs). Two "
                "inputs and three units make 3 × 2 weights and 3 biases, 9 parameters. glassnet stores the "
                "transpose, [inputs, units], as scikit-learn does."
            ),
            _(
                "Nothing is assumed about how inputs are related: permute the columns of a table, and the network "
                "learns the same with permuted weights. That suits tables. For images it is a waste: neighborhood "
                "has to be learned from data, and the number of weights, inputs times units, grows fast."
            ),
        ),
        example="""\
import numpy as np

W, b = np.array([[1.0, 2.0], [0.0, -1.0], [0.5, 0.5]]), np.array([0.0, 1.0, -1.0])
x = np.array([3.0, 1.0])
print(x @ W.T + b, W.size + b.size)
""",
        prints="""\
[5. 0. 1.] 9
""",
        synonyms=("fully connected layer", "dense layer", "dense", "全连接层", "稠密层"),
        relatives=("layer", "weight", "bias", "neuron"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, 6.1 and 9.2",),
    ),
    Word(
        "weight",
        "权重",
        (
            _(
                "A weight says how strongly an input counts in a neuron's sum, and with which sign: z grows by w "
                "when the input grows by 1. Weights are what training finds; at the start they are small random "
                "numbers, because units that start alike stay alike. All weights and biases together are the "
                "parameters of the network."
            ),
            _(
                "The sizes of weights can be compared only where inputs have the same scale: a length in millimeters "
                "has a thousandth of the weight that it has in meters. So features are standardized first. In a "
                "hidden layer a single weight rarely has a meaning of its own."
            ),
        ),
        example="""\
import numpy as np

meters, price = np.array([1.0, 2.0, 3.0]), np.array([2.5, 5.0, 7.5])
for length in (meters, 1000 * meters):
    print((length @ price / (length @ length)).round(4))
""",
        prints="""\
2.5
0.0025
""",
        synonyms=("weights", "权值", "连接权重"),
        relatives=("bias", "neuron", "initialization", "update", "regularization"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, chapter 6",),
    ),
    Word(
        "bias",
        "偏置",
        (
            _(
                "The bias is the number that a neuron adds to its weighted sum: z = w · x + b. It shifts the place "
                "where the activation turns: a relu with weight 1 and bias b begins to answer at x = −b. Without "
                "biases every border between classes would have to pass through the origin. In a nerve cell, its "
                "negative would be the threshold."
            ),
            _(
                "Biases usually start at 0: the random weights already make units differ. They are not shrunk by "
                "weight decay, because a shift makes a function no wilder. (The bias of an estimator, its systematic "
                "error, is another word.)"
            ),
        ),
        example="""\
import glassnet as gn

for b in (-2.0, 0.0, 2.0):
    print(gn.activations.relu([-1.0 + b, 1.0 + b, 3.0 + b]))
""",
        prints="""\
[0. 0. 1.]
[0. 1. 3.]
[1. 3. 5.]
""",
        synonyms=("biases", "intercept", "偏置项", "截距"),
        covers=("threshold",),
        relatives=("weight", "neuron", "relu", "initialization"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, 6.1 and 7.1",),
    ),
    Word(
        "activation",
        "激活函数",
        (
            _(
                "The activation is the function that a neuron applies to its sum. It has to bend: two layers without "
                "activations, B(Ax), are the one layer (BA)x, and so are a hundred. With a nonlinear function "
                "between them, layers can build curves, borders of any shape, and products of features."
            ),
            _(
                "What matters in hidden layers is the slope, because the gradient is multiplied by it on its way "
                "back: sigmoid's is at most 0.25, relu's is 1 or 0. Begin with relu; take leaky_relu, elu or silu "
                "where units die; tanh rather than sigmoid where outputs should be centered. The output layer "
                "follows from the task: identity for numbers, sigmoid for two classes, softmax for more."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

rng = np.random.default_rng(0)
x, A, B = rng.normal(size=2), rng.normal(size=(3, 2)), rng.normal(size=(1, 3))
print(np.allclose(B @ (A @ x), (B @ A) @ x))
print(np.allclose(B @ gn.activations.relu(A @ x), (B @ A) @ x))
""",
        prints="""\
True
False
""",
        synonyms=("activation function", "nonlinearity", "激活", "非线性"),
        relatives=("relu", "sigmoid", "tanh", "softmax", "saturation", "dead unit", "vanishing gradient"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2 and 6.3",),
    ),
    Word(
        "logit",
        "对数几率",
        (
            _(
                "A logit, or raw score, is what the last layer puts out before sigmoid or softmax makes a "
                "probability of it; any real number. For two classes it is the logarithm of the odds: z = ln(p / (1 "
                "− p)), so z = 0 means one half, and each further unit multiplies the odds by e. With softmax only "
                "differences of scores count: adding the same number to all changes nothing."
            ),
            _(
                "Losses are computed from logits and not from probabilities: a probability that is rounded to 0 or 1 "
                "has lost what the loss and its gradient need. glassnet's losses take raw scores."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

scores = np.array([2.0, 1.0, 0.1])
print(gn.softmax(scores).round(3), gn.softmax(scores + 100).round(3))
""",
        prints="""\
[0.659 0.242 0.099] [0.659 0.242 0.099]
""",
        synonyms=("logits", "score", "raw score", "log-odds", "原始得分", "得分"),
        relatives=("softmax", "sigmoid", "softmax with cross-entropy", "cross-entropy"),
        sources=("Berkson 1944, Journal of the American Statistical Association 39:357-365",),
    ),
    Word(
        "linear regression",
        "线性回归",
        (
            _(
                "Linear regression predicts a number as a weighted sum of features plus a constant, with the weights "
                "that make the squared errors smallest. As a network it is a single neuron with the identity as its "
                "activation and the squared error as its loss. The loss has one lowest point, so training finds the "
                "same weights as the formula of least squares."
            ),
            _(
                "It is the honest first answer to any regression: what a network gains over it is what the bends are "
                "worth."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

rng = np.random.default_rng(0)
X, noise = rng.normal(size=(50, 2)), 0.1 * rng.normal(size=50)
y = X @ [2.0, -1.0] + 3 + noise
neuron = gn.MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=0.0, tol=1e-10, random_state=0).fit(X, y)
print(neuron.coefs_[0][:, 0].round(3), np.linalg.lstsq(np.c_[X, np.ones(50)], y)[0][:2].round(3))
""",
        prints="""\
[ 2.018 -1.   ] [ 2.018 -1.   ]
""",
        synonyms=("least squares", "最小二乘"),
        relatives=("logistic regression", "neuron", "squared_error", "identity"),
        sources=(
            "Legendre 1805; Gauss 1809",
            "Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, chapter 3",
        ),
    ),
    Word(
        "logistic regression",
        "逻辑回归",
        (
            _(
                "Logistic regression predicts the probability of a class: the sigmoid of a weighted sum. As a "
                "network it is one neuron with a sigmoid, trained with the binary cross-entropy. Its border between "
                "the classes is a straight line, where the sum is 0. Despite its name it classifies."
            ),
            _(
                "With several classes there is one weighted sum for each, and softmax makes probabilities of them: "
                "softmax regression. Logistic regression is its case of two classes: softmax(z1, z2) has σ(z1 − z2) "
                "as its first probability. Where a line separates the classes without error, the best weights are "
                "infinitely large; a penalty holds them."
            ),
        ),
        example="""\
import glassnet as gn

print(gn.softmax([2.5, 0.8]).round(4), gn.activations.sigmoid(2.5 - 0.8).round(4))
""",
        prints="""\
[0.8455 0.1545] 0.8455
""",
        synonyms=("logit model", "逻辑斯谛回归", "对数几率回归"),
        covers=("softmax regression", "softmax 回归"),
        relatives=("linear regression", "sigmoid", "softmax", "binary_cross_entropy", "perceptron"),
        sources=("Cox 1958, Journal of the Royal Statistical Society B 20:215-242",),
    ),
    Word(
        "universal approximation",
        "万能逼近",
        (
            _(
                "One hidden layer with enough units comes as near as one wants to any continuous function on a "
                "bounded region. Cybenko and Hornik proved it around 1990 for squashing functions such as sigmoid; "
                "Leshno and others showed that any continuous activation will do that is not a polynomial, relu "
                "among them."
            ),
            _(
                "The theorem says that such weights exist. It does not say that training finds them, how many units "
                "are enough, or that the network does well between and beyond the data. Depth often gets by with far "
                "fewer units."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

x = np.linspace(-3, 3, 200)
for units in (2, 32):
    options = {"activation": "tanh", "solver": "lbfgs", "max_iter": 9000, "random_state": 1}
    model = gn.MLPRegressor(hidden_layer_sizes=(units,), **options).fit(x[:, None], np.sin(2 * x))
    print(units, np.abs(model.predict(x[:, None]) - np.sin(2 * x)).max() < 0.05)
""",
        prints="""\
2 False
32 True
""",
        synonyms=("universal approximation theorem", "万能逼近定理", "通用近似定理", "通用近似"),
        relatives=("layer", "activation", "overfitting"),
        sources=(
            "Cybenko 1989, Mathematics of Control, Signals and Systems 2:303-314",
            "Hornik, Stinchcombe, White 1989, Neural Networks 2:359-366",
            "Leshno, Lin, Pinkus, Schocken 1993, Neural Networks 6:861-867",
        ),
    ),
)
