"""Words about what goes wrong in training, and what helps."""

from __future__ import annotations

from glassnet.catalog.words.entry import Word
from glassnet.texts import later as _

WORDS = (
    Word(
        "saturation",
        "饱和",
        (
            _(
                "A unit is saturated on a row where its activation is so flat that hardly any gradient comes "
                "through. Sigmoid and tanh saturate on both sides: sigmoid's slope is 0.25 at 0, still 0.105 at 2, "
                "but 0.0066 at 5 and 0.000045 at 10. glassnet counts a unit as saturated below a twentieth of the "
                "largest slope: beyond 4.36 for sigmoid."
            ),
            _(
                "It also loses information: 100 and 10,000 both come out as 1. It comes from weights or inputs that "
                "are too large: standardize the inputs, draw smaller weights, lower the rate. At the output "
                "saturation is certainty, and harmless where the loss is a cross-entropy, because that takes the "
                "slope out of the gradient."
            ),
        ),
        example="""\
import glassnet as gn

for x in (0.0, 2.0, 5.0, 10.0):
    print(x, f"{gn.activations.sigmoid.derivative(x):.2g}")
""",
        prints="""\
0.0 0.25
2.0 0.1
5.0 0.0066
10.0 4.5e-05
""",
        synonyms=(),
        covers=("saturated", "saturated unit", "饱和神经元"),
        relatives=("sigmoid", "tanh", "vanishing gradient", "dead unit", "cross-entropy"),
        sources=("Glorot, Bengio 2010, AISTATS, PMLR 9:249-256",),
    ),
    Word(
        "vanishing gradient",
        "梯度消失",
        (
            _(
                "On its way back through the layers the gradient is multiplied by weights and slopes, layer after "
                "layer. Where these factors are below 1, it shrinks exponentially with depth, and the first layers "
                "hardly learn. Sigmoid's slope is at most 0.25, so each layer of it divides the gradient by 4 at "
                "least, if the weights do not make up for it; ten layers divide it by a million."
            ),
            _(
                "Helpful are activations with slope 1 over half of the line (relu and its relatives), weights whose "
                "variance fits the activation, standardized inputs and, in deep networks, normalization and "
                "shortcuts. glassnet's trace shows the size of gradients for each layer."
            ),
        ),
        example="""\
import glassnet as gn

steepest = gn.activations.sigmoid.derivative(0.0)
for layers in (1, 5, 10):
    print(layers, f"{steepest**layers:.1e}")
""",
        prints="""\
1 2.5e-01
5 9.8e-04
10 9.5e-07
""",
        synonyms=("vanishing gradients", "vanishing gradient problem", "梯度弥散"),
        relatives=("exploding gradient", "saturation", "initialization", "sigmoid", "relu"),
        sources=(
            "Hochreiter 1991, diploma thesis, TU München",
            "Bengio, Simard, Frasconi 1994, IEEE Transactions on Neural Networks 5:157-166",
        ),
    ),
    Word(
        "exploding gradient",
        "梯度爆炸",
        (
            _(
                "The opposite of vanishing: where weights and slopes multiply the gradient by more than 1 in each "
                "layer, it grows exponentially with depth. Steps become huge, the loss jumps, and in the end it is "
                "NaN or infinite; glassnet then raises Diverged and names epoch and layer."
            ),
            _(
                "The causes are weights that start too large, a learning rate that is too high, and inputs or "
                "targets on a large scale. What helps: weights whose variance fits the activation, a lower rate, "
                "standardized columns, and cutting gradients to a greatest length."
            ),
        ),
        example="""\
import numpy as np

rng, gradient = np.random.default_rng(0), np.ones(50)
for layer in range(20):
    gradient = rng.normal(0, 0.5, size=(50, 50)) @ gradient
print(f"{np.linalg.norm(gradient):.0e}")
""",
        prints="""\
9e+11
""",
        synonyms=("exploding gradients", "gradient explosion"),
        relatives=("vanishing gradient", "initialization", "learning rate"),
        sources=("Pascanu, Mikolov, Bengio 2013, ICML, PMLR 28:1310-1318",),
    ),
    Word(
        "dead unit",
        "死亡神经元",
        (
            _(
                "A relu unit is dead when its sum is at most 0 on every row of the data. Its output is then always 0 "
                "and its slope too, so no gradient reaches its weights, and it cannot come back by itself. Being 0 "
                "on one row is not death but the rule: on average half of the rows of a fresh unit are."
            ),
            _(
                "Units die of steps that are too large: one of them throws the bias far into the negative. Lower the "
                "learning rate; or take leaky_relu, elu or silu, which keep a slope on the negative side. glassnet "
                "counts dead units in every layer while it trains. Some dead units do no harm; the layer is merely "
                "smaller."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

X = np.random.default_rng(0).normal(size=(1000, 2))
for bias in (0.0, -9.0):
    print(bias, gn.activations.relu.derivative(X @ [1.0, 1.0] + bias).mean())
""",
        prints="""\
0.0 0.498
-9.0 0.0
""",
        synonyms=("dead relu", "dead neuron", "dying relu", "死亡 relu", "神经元死亡"),
        relatives=("relu", "leaky_relu", "saturation", "learning rate", "bias"),
        sources=("Lu, Shin, Su, Karniadakis 2020, Communications in Computational Physics 28:1671-1706",),
    ),
    Word(
        "overfitting",
        "过拟合",
        (
            _(
                "A network overfits when it learns its training rows by heart, noise included, and does worse on new "
                "rows. The sign is a training loss that goes on falling while the validation loss rises. Taken to "
                "the extreme, a network with enough weights learns random labels completely, and guesses on new rows."
            ),
            _(
                "What helps, best first: more data, or varied copies of it; stopping early; weight decay and "
                "dropout; a smaller network. Without rows that were put aside it cannot even be seen. The opposite, "
                "a network too weak or too little trained to follow the data, is underfitting."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

rng = np.random.default_rng(0)
X, y = rng.normal(size=(240, 10)), rng.integers(0, 2, 240)
model = gn.MLPClassifier(hidden_layer_sizes=(64,), solver="lbfgs", max_iter=500, random_state=0).fit(X[:40], y[:40])
print(model.score(X[:40], y[:40]), 0.4 < model.score(X[40:], y[40:]) < 0.6)
""",
        prints="""\
1.0 True
""",
        synonyms=("overfit", "过度拟合"),
        covers=("memorization",),
        relatives=("regularization", "early stopping", "dropout", "validation set", "test set"),
        sources=("Zhang, Bengio, Hardt, Recht, Vinyals 2017, ICLR, arXiv:1611.03530",),
    ),
    Word(
        "regularization",
        "正则化",
        (
            _(
                "Regularization is whatever keeps a model simpler than the training rows alone would make it. The L2 "
                "penalty, alpha in glassnet as in scikit-learn, adds ½ · alpha · Σ w² to the loss, so large weights "
                "have to be worth their price; biases pay nothing. The best penalty is found on validation rows."
            ),
            _(
                "Weight decay shrinks weights a little in every step. For plain sgd that is the same as the L2 "
                "penalty; for adam it is not, because adam divides the penalty's gradient as well: adamw therefore "
                "decays by itself. Dropout, early stopping and varied copies of the data regularize too."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

rng = np.random.default_rng(0)
X, noise = rng.normal(size=(30, 5)), rng.normal(size=30)
for alpha in (0.0, 10.0, 1000.0):
    model = gn.MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=alpha, random_state=0)
    print(alpha, np.linalg.norm(model.fit(X, X[:, 0] + noise).coefs_[0]).round(2))
""",
        prints="""\
0.0 1.13
10.0 0.76
1000.0 0.03
""",
        synonyms=(),
        covers=("weight decay", "l2", "penalty", "ridge", "权重衰减", "L2 正则化"),
        relatives=("overfitting", "dropout", "early stopping", "adamw", "weight"),
        sources=("Krogh, Hertz 1991, NeurIPS 4", "Loshchilov, Hutter 2019, ICLR, arXiv:1711.05101"),
    ),
    Word(
        "dropout",
        "随机失活",
        (
            _(
                "Dropout switches off each unit of a layer with a given probability, anew for every row and step of "
                "training, and enlarges the others by 1 / (1 − rate), so that the mean stays the same. In prediction "
                "all units work, and nothing is changed."
            ),
            _(
                "No unit can rely on a particular other one, so what is learned is spread out; it is a little like "
                "averaging many thinned networks. Typical rates are 0.1 to 0.5. It costs epochs, and on small "
                "networks it may do more harm than good."
            ),
        ),
        example="""\
import numpy as np

kept = (np.random.default_rng(0).random(1_000_000) >= 0.2) / (1 - 0.2)
print(f"{(kept == 0).mean():.2f} {kept.max():.2f} {kept.mean():.2f}")
""",
        prints="""\
0.20 1.25 1.00
""",
        synonyms=("drop out", "暂退法", "丢弃法"),
        relatives=("regularization", "overfitting", "forward pass"),
        sources=("Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, JMLR 15:1929-1958",),
    ),
    Word(
        "early stopping",
        "早停",
        (
            _(
                "Early stopping ends training when the loss on validation rows has stopped improving, and gives back "
                "the weights of the best epoch. It is the cheapest protection against overfitting: it even saves "
                "time. The patience, n_iter_no_change, says for how many epochs one waits before giving up; the loss "
                "is noisy, so a few are needed."
            ),
            _(
                "The validation rows are lost for training, and the loss on them is a little too good afterwards, "
                "because the epoch was chosen by them: a fair judgment needs rows of a test set."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

rng = np.random.default_rng(0)
X, noise = rng.normal(size=(200, 5)), rng.normal(size=200)
model = gn.MLPRegressor(early_stopping=True, max_iter=2000, learning_rate_init=0.01, random_state=0)
print(model.fit(X, X[:, 0] + noise).n_iter_ < 2000)
""",
        prints="""\
True
""",
        synonyms=("提前停止", "早停法"),
        covers=("patience",),
        relatives=("overfitting", "epoch", "validation set", "test set"),
        sources=("Prechelt 1998, in: Neural Networks: Tricks of the Trade, LNCS 1524:55-69",),
    ),
)
