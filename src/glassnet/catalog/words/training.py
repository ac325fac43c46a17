"""Words about how a network learns."""

from __future__ import annotations

from glassnet.catalog.words.entry import Word
from glassnet.texts import later as _

WORDS = (
    Word(
        "forward pass",
        "前向传播",
        (
            _(
                "The forward pass computes the network's answer from the inputs, layer by layer: each takes the "
                "outputs of the one before, multiplies by its weights, adds its biases and applies its activation. "
                "Training keeps what comes out in between, because the backward pass needs it; a prediction keeps "
                "nothing."
            ),
            _(
                "In training it is followed by the loss, the backward pass and the update; the four together are one "
                "step. Some layers behave otherwise in training than in prediction: dropout is only then active."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

x, W, v = np.array([1.0, -2.0]), np.array([[0.5, 0.5], [1.0, -1.0]]), np.array([2.0, 1.0])
hidden = gn.activations.tanh(W @ x)
print(hidden.round(3), gn.activations.sigmoid(v @ hidden + 0.5).round(3))
""",
        prints="""\
[-0.462  0.995] 0.639
""",
        synonyms=("forward", "forward propagation", "正向传播", "前馈"),
        relatives=("layer", "loss", "backpropagation", "update", "dropout"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, 6.5",),
    ),
    Word(
        "loss",
        "损失函数",
        (
            _(
                "The loss is one number that says how badly predictions fit the targets; training makes it small. It "
                "has to change smoothly with the weights, which is why accuracy cannot serve as one: it moves in "
                "steps, and its gradient is 0 almost everywhere."
            ),
            _(
                "The choice follows from the target. Numbers: the squared error, or absolute error and huber where "
                "there are outliers. Two classes: binary cross-entropy; more classes: softmax with cross-entropy. "
                "Cross-entropy is 0 at best for hard targets; for soft targets, which are probabilities, its floor "
                "is their entropy. A squared error behind a sigmoid learns slowly where it is most wrong, because "
                "its gradient carries the sigmoid's slope."
            ),
        ),
        example="""\
import glassnet as gn

for z in (3.0, 0.0, -3.0):
    print(f"{gn.losses.binary_cross_entropy(z, 1.0):.3f} {gn.losses.binary_cross_entropy.gradient(z, 1.0):.3f}")
""",
        prints="""\
0.049 -0.047
0.693 -0.500
3.049 -0.953
""",
        synonyms=("loss function", "cost", "损失", "代价函数"),
        covers=("objective", "目标函数"),
        relatives=("cross-entropy", "squared_error", "huber", "gradient", "accuracy"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, 6.2",),
    ),
    Word(
        "backpropagation",
        "反向传播",
        (
            _(
                "Backpropagation computes the gradient of the loss by all weights in one sweep from the output back "
                "to the inputs. It is the chain rule, applied in the order in which nothing is computed twice: each "
                "layer takes the gradient by its outputs, multiplies it by the slope of its activation, makes of it "
                "the gradient by its weights, and hands the gradient by its inputs to the layer before."
            ),
            _(
                "The sweep costs about two forward passes, however many weights there are; trying each weight by "
                "itself would cost one forward pass for each. The products of slopes are also where gradients vanish "
                "or explode in deep networks. Backpropagation only computes the gradient; what is done with it is "
                "the optimizer's business."
            ),
        ),
        example="""\
import glassnet as gn

tanh, x, w, v, y, h = gn.activations.tanh, 1.5, 0.8, -1.2, 1.0, 1e-6
loss = lambda w: (v * tanh(w * x) - y) ** 2 / 2
back = (v * tanh(w * x) - y) * v * tanh.derivative(w * x) * x
print(f"{back:.5f} {(loss(w + h) - loss(w - h)) / (2 * h):.5f}")
""",
        prints="""\
1.09828 1.09828
""",
        synonyms=("backward pass", "backward", "backprop", "误差反向传播", "反向传播算法", "BP"),
        relatives=("gradient", "forward pass", "update", "vanishing gradient", "exploding gradient", "optimizer"),
        sources=(
            "Linnainmaa 1970, thesis, University of Helsinki",
            "Rumelhart, Hinton, Williams 1986, Nature 323:533-536",
        ),
    ),
    Word(
        "gradient",
        "梯度",
        (
            _(
                "The gradient of a function of many numbers is the list of its partial derivatives, one for each "
                "number. It points in the direction in which the function rises most steeply, and its length is the "
                "slope in that direction. The opposite direction is that of steepest descent, which is where "
                "training goes."
            ),
            _(
                "That holds only in the small: a gradient says nothing about what comes a long step away. At a kink, "
                "as that of relu at 0, there are two slopes; glassnet takes the left one, so relu's slope at 0 is 0. "
                "A gradient of 0 means a lowest point, a highest one, a saddle or a plain."
            ),
        ),
        example="""\
import numpy as np

gradient = np.array([3.0, 4.0])
directions = np.array([[np.cos(a), np.sin(a)] for a in np.linspace(0, 2 * np.pi, 100_001)])
steepest = directions[(directions @ gradient).argmax()]
print(steepest.round(2), (directions @ gradient).max().round(3))
""",
        prints="""\
[0.6 0.8] 5.0
""",
        synonyms=(),
        covers=("partial derivative", "偏导数"),
        relatives=("gradient descent", "backpropagation", "vanishing gradient", "exploding gradient"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, 4.3",),
    ),
    Word(
        "gradient descent",
        "梯度下降",
        (
            _(
                "Gradient descent goes downhill in small steps: parameter ← parameter − rate × gradient. Near the "
                "bottom of a bowl the steps become shorter by themselves, because the gradient does. In a long "
                "narrow valley plain descent zigzags from wall to wall; momentum and rates for each weight help "
                "against that."
            ),
            _(
                "Stochastic gradient descent takes the gradient from a small batch of rows instead of all: noisier, "
                "but many more steps for the same work. For a network the loss has many valleys; descent finds a "
                "good one, with no promise that it is the lowest. Features of the same scale make the valleys "
                "rounder."
            ),
        ),
        example="""\
x, path = 5.0, []
for step in range(5):
    x -= 0.25 * 2 * (x - 1)
    path.append(x)
print(path)
""",
        prints="""\
[3.0, 2.0, 1.5, 1.25, 1.125]
""",
        synonyms=("steepest descent", "最速下降"),
        covers=("stochastic gradient descent", "随机梯度下降"),
        relatives=("gradient", "learning rate", "batch", "optimizer", "update"),
        sources=(
            "Cauchy 1847, Comptes Rendus 25:536-538",
            "Robbins, Monro 1951, Annals of Mathematical Statistics 22:400-407",
        ),
    ),
    Word(
        "update",
        "参数更新",
        (
            _(
                "The update is the last part of a training step: the weights move by a rule that has the gradient "
                "and the learning rate in it. The plain rule subtracts rate × gradient. Momentum keeps a velocity "
                "and adds to it, so that steps in the same direction add up and a zigzag cancels out."
            ),
            _(
                "A healthy update changes weights by about a thousandth of their size: glassnet's trace tells the "
                "ratio for each layer. Much larger, and training is unstable; much smaller, and it hardly moves."
            ),
        ),
        example="""\
w, rate, gradient, velocity = 1.0, 0.1, 3.0, 0.0
print(f"{w - 3 * rate * gradient:.3f}", end=" ")
for step in range(3):
    velocity = 0.9 * velocity - rate * gradient
    w += velocity
print(f"{w:.3f}")
""",
        prints="""\
0.100 -0.683
""",
        synonyms=("weight update", "更新", "权重更新"),
        relatives=("optimizer", "learning rate", "gradient descent", "backpropagation"),
        sources=("Polyak 1964, USSR Computational Mathematics and Mathematical Physics 4(5):1-17",),
    ),
    Word(
        "learning rate",
        "学习率",
        (
            _(
                "The learning rate is the factor between gradient and step. It is the first number to tune: too "
                "small, and nothing happens in the time there is; too large, and steps jump over the valley to a "
                "higher place, until the loss is infinite. In a bowl with curvature c the limit is 2 / c."
            ),
            _(
                "Adam's usual 0.001 is a good start, because that rule makes steps of about this size whatever the "
                "gradient's size; plain sgd needs trying, between 0.001 and 1. A schedule lowers the rate while "
                "training goes on: large steps first, fine ones at the end. High rates also kill relu units."
            ),
        ),
        example="""\
for rate in (0.01, 0.4, 1.1):
    x = 1.0
    for step in range(20):
        x -= rate * 2 * x
    print(rate, f"{abs(x):.1g}")
""",
        prints="""\
0.01 0.7
0.4 1e-14
1.1 4e+01
""",
        synonyms=("step size", "步长"),
        relatives=("gradient descent", "update", "optimizer", "cosine", "dead unit"),
        sources=("Bengio 2012, arXiv:1206.5533",),
    ),
    Word(
        "epoch",
        "轮次",
        (
            _(
                "An epoch is one pass over all training rows. They are shuffled and cut into batches, and each batch "
                "makes one step: 500 rows in batches of 100 are 5 steps an epoch. Training takes as many epochs as "
                "it takes; that is not a number to choose well, but to bound."
            ),
            _(
                "What ends training is the loss: glassnet stops when it has not improved by tol for n_iter_no_change "
                "epochs. With early_stopping it watches validation rows instead, and gives back the best weights."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

X = np.random.default_rng(0).normal(size=(500, 3))
model = gn.MLPRegressor(hidden_layer_sizes=(), batch_size=100, tol=1e9, n_iter_no_change=2, random_state=0)
model.fit(X, X.sum(axis=1))
print(model.t_ / model.n_iter_, "/ 100")
""",
        prints="""\
500.0 / 100
""",
        synonyms=("epochs", "训练轮次", "轮"),
        relatives=("batch", "early stopping", "loss", "validation set"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, 7.8 and 8.1",),
    ),
    Word(
        "batch",
        "批",
        (
            _(
                "A batch is the group of rows from which one gradient is computed. Its mean is an estimate of the "
                "gradient over all rows, and the error of that estimate shrinks with the square root of the batch's "
                "size: a hundred times the rows, a tenth of the noise. So small batches make many cheap, noisy "
                "steps, large ones few good steps."
            ),
            _(
                "Common sizes are 32 to 512. The noise of small batches also helps a little against overfitting. "
                "When the batch is made k times as large, the learning rate can usually grow as well. All rows in "
                "one batch is full-batch training, which lbfgs needs."
            ),
        ),
        example="""\
import numpy as np

gradients = np.random.default_rng(0).normal(1.0, 2.0, size=1_000_000)
for size in (1, 100):
    print(size, gradients.reshape(-1, size).mean(axis=1).std().round(1))
""",
        prints="""\
1 2.0
100 0.2
""",
        synonyms=("mini-batch", "minibatch", "小批量", "批量"),
        covers=("batch size", "批大小"),
        relatives=("epoch", "gradient descent", "learning rate"),
        sources=("Bottou, Curtis, Nocedal 2018, SIAM Review 60:223-311",),
    ),
    Word(
        "optimizer",
        "优化器",
        (
            _(
                "An optimizer is the rule that makes an update of a gradient. Sgd subtracts rate × gradient, with "
                "momentum if one wants. Adagrad divides each weight's step by the root of all its squared gradients "
                "so far, rmsprop by a mean that forgets old ones, and adam does the same to a mean of gradients, "
                "with a correction for the first steps. So every weight has a rate of its own."
            ),
            _(
                "Adam hardly needs tuning and is the first choice; well tuned sgd may generalize a little better. On "
                "small data lbfgs, which learns the curvature from past gradients, needs no rate at all."
            ),
        ),
        example="""\
import numpy as np

gradients, rate = np.array([1000.0, 0.001]), 0.01
squares = gradients**2
print(rate * gradients, rate * gradients / np.sqrt(squares))
""",
        prints="""\
[1.e+01 1.e-05] [0.01 0.01]
""",
        synonyms=("solver", "optimizers", "优化算法", "求解器"),
        relatives=("adam", "adagrad", "rmsprop", "lbfgs", "gradient descent", "learning rate"),
        sources=(
            "Kingma, Ba 2015, ICLR, arXiv:1412.6980",
            "Duchi, Hazan, Singer 2011, JMLR 12:2121-2159",
            "Tieleman, Hinton 2012, Neural Networks for Machine Learning (Coursera), lecture 6.5",
        ),
    ),
    Word(
        "initialization",
        "初始化",
        (
            _(
                "Before training, weights are drawn at random, small enough not to saturate units and large enough "
                "to let the signal through. Their variance decides: He's 2 / fan_in keeps the size of signals "
                "through layers of relu, Glorot's (Xavier's) 2 / (fan_in + fan_out) suits tanh, LeCun's 1 / fan_in "
                "suits selu. Over twenty layers a small difference for each layer becomes a huge one: weights that "
                "are too small let the signal fade, weights that are too large make it explode."
            ),
            _(
                "Zeros will not do in hidden layers: units that start alike get the same gradient and stay alike. "
                "Without a hidden layer zeros are fine. Biases start at 0."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

for std in (0.05, np.sqrt(2 / 100), 0.5):
    rng, h = np.random.default_rng(0), np.ones(100)
    for layer in range(20):
        h = gn.activations.relu(rng.normal(0, std, size=(100, 100)) @ h)
    print(f"{std:.2f} {h.std():.0e}")
""",
        prints="""\
0.05 7e-10
0.14 8e-01
0.50 7e+10
""",
        synonyms=("initial weights", "weight initialization", "权重初始化", "参数初始化"),
        relatives=("he_normal", "glorot_uniform", "lecun_normal", "weight", "vanishing gradient", "exploding gradient"),
        sources=("Glorot, Bengio 2010, AISTATS, PMLR 9:249-256", "He, Zhang, Ren, Sun 2015, ICCV, arXiv:1502.01852"),
    ),
)
