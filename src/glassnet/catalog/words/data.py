"""Words about the data: what is learned from, and what is judged by."""

from __future__ import annotations

from glassnet.catalog.words.entry import Word
from glassnet.texts import later as _

WORDS = (
    Word(
        "feature",
        "特征",
        (
            _(
                "A feature is one thing that is known about each row: a column of the table that the network reads. "
                "Networks want numbers of similar size, so numeric features are standardized (mean 0, standard "
                "deviation 1), categories become one-hot columns or embeddings, and missing values get a mark of "
                "their own. glassnet's tabular models do all this by themselves."
            ),
            _(
                "What deep learning changed is that hidden layers build features of features, which used to be "
                "designed by hand. A feature that would not be known at the time of the prediction, or that is a "
                "trace of the answer, is a leak: it makes every test too good."
            ),
        ),
        example="""\
import numpy as np

X = np.array([[50.0, 2.0], [80.0, 3.0], [110.0, 4.0]])
print(((X - X.mean(axis=0)) / X.std(axis=0)).round(2))
""",
        prints="""\
[[-1.22 -1.22]
 [ 0.    0.  ]
 [ 1.22  1.22]]
""",
        synonyms=("features", "input variable", "attribute", "输入特征", "属性"),
        covers=("自变量",),
        relatives=("label", "layer", "one-hot", "training set"),
        sources=("Bishop 2006, Pattern Recognition and Machine Learning, chapter 1",),
    ),
    Word(
        "label",
        "标签",
        (
            _(
                "The label, or target, is the answer that belongs to a row and that the network learns to give: a "
                "class in classification, a number in regression. Learning from rows with labels is supervised "
                "learning. In formulas the target is y or t, the prediction p."
            ),
            _(
                "Labels come from people and instruments, so some are wrong, and no honest model is better than they "
                "are. If they are random, a network can only learn them by heart: its accuracy on new rows is "
                "chance. That is worth trying once, as a test of the test."
            ),
        ),
        example="""\
import numpy as np
import glassnet as gn

X, y = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array(["no", "no", "yes", "yes"])
model = gn.MLPClassifier(hidden_layer_sizes=(), solver="lbfgs", random_state=0).fit(X, y)
print(model.classes_, model.predict([[2.5]]))
""",
        prints="""\
['no' 'yes'] ['yes']
""",
        synonyms=("target", "labels", "targets", "目标", "目标值", "因变量"),
        covers=("标注",),
        relatives=("feature", "one-hot", "loss", "overfitting"),
        sources=("Goodfellow, Bengio, Courville 2016, Deep Learning, 5.1",),
    ),
    Word(
        "training set",
        "训练集",
        (
            _(
                "The training set is the part of the data that the weights are fitted to. How well the network does "
                "on it says little: enough weights learn any rows by heart. So rows are put aside before training, "
                "some to choose by (validation set), some to judge by at the end (test set); sixty, twenty and "
                "twenty percent are common."
            ),
            _(
                "Everything that is learned from data belongs here: also means and standard deviations of features, "
                "and the list of categories. Rows that belong together, as of one patient, stay together on one "
                "side, and where time matters the test rows are the later ones."
            ),
        ),
        example="""\
import numpy as np

rows = np.random.default_rng(0).permutation(150)
train, validation, test = np.split(rows, [90, 120])
print(len(train), len(validation), len(test), set(train) & set(test))
""",
        prints="""\
90 30 30 set()
""",
        synonyms=("training data", "train set", "training rows", "训练数据"),
        relatives=("validation set", "test set", "overfitting", "feature"),
        sources=("Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, 7.2",),
    ),
    Word(
        "validation set",
        "验证集",
        (
            _(
                "The validation set is looked at while choices are made: when to stop, which learning rate, which "
                "network. No weight is fitted to it, but every choice is, and the more choices, the more its numbers "
                "flatter: the best of twenty models that only guess looks clearly better than chance."
            ),
            _(
                "Hence the test set, which nothing was chosen by. With few rows, cross-validation takes turns: every "
                "row is once in the part that is put aside, at the price of training several times."
            ),
        ),
        example="""\
import numpy as np

guesses = np.random.default_rng(0).integers(0, 2, size=(20, 100))
print(guesses.mean(axis=1).max())
""",
        prints="""\
0.62
""",
        synonyms=("validation data", "development set", "dev set", "开发集", "验证数据"),
        relatives=("training set", "test set", "early stopping", "overfitting"),
        sources=("Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, 7.2 and 7.10",),
    ),
    Word(
        "test set",
        "测试集",
        (
            _(
                "The test set is met once, at the end, by a model that is finished. Only then does its number say "
                "what to expect on new data. Whoever looks, changes something and looks again has made a validation "
                "set of it."
            ),
            _(
                "The number has an error of its own: of 100 rows, 90 right means an accuracy between 82.6% and 94.5% "
                "with 95% confidence (Wilson's interval), so 90% and 88% are no different there. glassnet prints "
                "that interval, and the naive answer beside it: the most frequent class, or the mean."
            ),
        ),
        example="""\
from math import sqrt

right, n, z = 90, 100, 1.96
center, half = (right + z**2 / 2) / (n + z**2), z / (n + z**2) * sqrt(right * (n - right) / n + z**2 / 4)
print(f"{center - half:.1%} {center + half:.1%}")
""",
        prints="""\
82.6% 94.5%
""",
        synonyms=("test data", "hold-out set", "held-out set", "测试数据", "留出集"),
        relatives=("training set", "validation set", "accuracy"),
        sources=("Wilson 1927, Journal of the American Statistical Association 22:209-212",),
    ),
    Word(
        "accuracy",
        "准确率",
        (
            _(
                "Accuracy is the share of rows that get the right class; the error rate is the rest. It is easy to "
                "explain, and misleading where classes are unequal: if one row in a hundred is ill, whoever always "
                "says healthy is right in 99% of the cases. Compare it with that naive answer."
            ),
            _(
                "It cannot serve as a loss: move the weights a little, and it stays what it was until a row changes "
                "sides. The cross-entropy notices the move at once, and it also notices how sure a wrong answer was."
            ),
        ),
        example="""\
import numpy as np

y, p = np.array([1, 1, 0, 0]), np.array([0.6, 0.4, 0.3, 0.1])
for shift in (0.0, 0.05):
    q = np.where(y == 1, p + shift, 1 - p - shift)
    print((q > 0.5).mean(), (-np.log(q)).mean().round(3))
""",
        prints="""\
0.75 0.472
0.75 0.456
""",
        synonyms=("正确率",),
        covers=("error rate", "错误率"),
        relatives=("loss", "cross-entropy", "test set"),
        sources=("Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, 7.2",),
    ),
)
