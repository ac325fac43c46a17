"""Words about probabilities: entropy and its relatives, and the targets of classes."""

from __future__ import annotations

from glassnet.catalog.words.entry import Word
from glassnet.texts import later as _

WORDS = (
    Word(
        "one-hot",
        "独热编码",
        (
            _(
                "A one-hot vector says which of k classes is meant: 1 in the place of the class, 0 elsewhere. It is "
                "the target that a softmax output is compared with, and it is how categories enter a network as "
                "numbers without an order that they do not have."
            ),
            _(
                "Nothing needs to be stored: the loss can take the number of the class and pick the one logarithm "
                "that is multiplied by 1. Label smoothing replaces the 1 by a little less and spreads the rest over "
                "all classes; then the target is soft."
            ),
        ),
        example="""\
import glassnet as gn

print(gn.one_hot([2, 0], 3))
""",
        prints="""\
[[0. 0. 1.]
 [1. 0. 0.]]
""",
        synonyms=("one-hot encoding", "one hot", "独热", "独热向量"),
        relatives=("label", "cross-entropy", "softmax"),
        sources=("Bishop 2006, Pattern Recognition and Machine Learning, 4.2.1",),
    ),
    Word(
        "entropy",
        "熵",
        (
            _(
                "The entropy of a distribution is the average surprise of what is drawn from it: H(p) = −Σ p log p. "
                "A fair coin has 1 bit (logarithm to base 2), a coin that falls on one side in nine cases of ten "
                "0.469 bits, a coin with two heads 0. With k outcomes it is at most log k, where all are equally "
                "likely."
            ),
            _(
                "It is also the least average length of a code for the outcomes. Neural networks use the natural "
                "logarithm, and the unit is then the nat: 1 nat is 1.44 bits. The entropy of a network's output says "
                "how unsure it is, not whether it is right."
            ),
        ),
        example="""\
import glassnet as gn

for p in ([0.5, 0.5], [0.9, 0.1]):
    print(p, f"{gn.entropy(p, base=2):.3f}")
""",
        prints="""\
[0.5, 0.5] 1.000
[0.9, 0.1] 0.469
""",
        synonyms=("information entropy", "shannon entropy", "信息熵", "香农熵"),
        relatives=("cross-entropy", "KL divergence", "softmax"),
        sources=("Shannon 1948, Bell System Technical Journal 27:379-423",),
    ),
    Word(
        "cross-entropy",
        "交叉熵",
        (
            _(
                "Cross-entropy is the average surprise of somebody who expects q where p is true: H(p, q) = −Σ p log "
                "q. It is at least the entropy of p, and equal to it only where q is p: cross-entropy is entropy "
                "plus KL divergence. As the truth is given, making the cross-entropy small makes the divergence "
                "small."
            ),
            _(
                "With one true class it is −log of the probability that the network gives to that class: 0 for "
                "certainty, 0.693 for one half, without limit towards 0. So the confident mistake is the expensive "
                "one. It is what maximum likelihood asks for, and the usual loss of classifiers."
            ),
        ),
        example="""\
import glassnet as gn

print([f"{gn.cross_entropy([1, 0], [q, 1 - q]):.3f}" for q in (1.0, 0.5, 0.01)])
p, q = [0.7, 0.3], [0.4, 0.6]
print(f"{gn.cross_entropy(p, q):.3f} = {gn.entropy(p):.3f} + {gn.kl_divergence(p, q):.3f}")
""",
        prints="""\
['0.000', '0.693', '4.605']
0.795 = 0.611 + 0.184
""",
        synonyms=("cross entropy", "交叉熵损失"),
        relatives=("entropy", "KL divergence", "softmax with cross-entropy", "binary_cross_entropy", "loss"),
        sources=(
            "Bishop 2006, Pattern Recognition and Machine Learning, 4.3",
            "Cover, Thomas 2006, Elements of Information Theory, chapter 2",
        ),
    ),
    Word(
        "KL divergence",
        "KL 散度",
        (
            _(
                "The Kullback-Leibler divergence is what it costs to expect q where p is true: D(p‖q) = Σ p log(p / "
                "q), the cross-entropy minus the entropy. It is never negative, and 0 only where both are the same. "
                "It is no distance: exchanging p and q changes it."
            ),
            _(
                "It is infinite where q rules out what p allows. For a fixed p its gradient by q is that of the "
                "cross-entropy, so as a loss the two train alike; the divergence has its lowest point at 0 for soft "
                "targets too, which makes it easier to read."
            ),
        ),
        example="""\
import glassnet as gn

p, q = [0.7, 0.2, 0.1], [0.4, 0.3, 0.3]
print(f"{gn.kl_divergence(p, q):.3f} {gn.kl_divergence(q, p):.3f}")
""",
        prints="""\
0.201 0.227
""",
        synonyms=("kullback-leibler divergence", "relative entropy", "kl", "相对熵", "KL散度"),
        relatives=("entropy", "cross-entropy"),
        sources=("Kullback, Leibler 1951, Annals of Mathematical Statistics 22:79-86",),
    ),
    Word(
        "softmax with cross-entropy",
        "softmax 与交叉熵",
        (
            _(
                "Softmax and cross-entropy belong together: softmax makes probabilities p of the scores, "
                "cross-entropy compares them with the target t, and the gradient by the scores is simply p − t. "
                "Where the network gives 0.659 to the true class, its score is pushed up by 0.341, and the others "
                "are pushed down by what they got."
            ),
            _(
                "Joined in one operation they are exact as well: the loss is the logarithm of Σ exp(z) minus the "
                "score of the true class, computed after the largest score has been subtracted, so nothing overflows "
                "and no probability is rounded to 0 before its logarithm is taken. glassnet's softmax_cross_entropy "
                "takes raw scores for this reason. Rows to be ignored have gradient 0."
            ),
        ),
        example="""\
import glassnet as gn

scores, true_class = [2.0, 1.0, 0.1], 0
print(gn.softmax(scores).round(3))
print(gn.losses.softmax_cross_entropy.gradient(scores, true_class).round(3))
""",
        prints="""\
[0.659 0.242 0.099]
[-0.341  0.242  0.099]
""",
        synonyms=("softmax with loss", "softmax-with-loss", "softmax cross-entropy", "softmax 交叉熵"),
        relatives=("softmax", "cross-entropy", "logit", "softmax_cross_entropy", "one-hot"),
        sources=(
            "Bridle 1990, Neurocomputing (NATO ASI F 68), 227-236",
            "Bishop 2006, Pattern Recognition and Machine Learning, 4.3.4",
        ),
    ),
)
