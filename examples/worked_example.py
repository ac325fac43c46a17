"""The textbook's network, 10 → 64 → 32 → 1, on random rows: it learns them by heart, and nothing else."""

import numpy as np

import glassnet as gn

rng = np.random.default_rng(0)
X, y = rng.normal(size=(120, 10)), rng.integers(0, 2, size=120)
he, xavier = gn.initializer("he_uniform"), gn.initializer("glorot_uniform")
model = gn.MLPClassifier((64, 32), "relu", initializer=[he, he, xavier], bias_initializer="zeros", alpha=0,
                         solver="adam", learning_rate_init=0.01, batch_size=100, random_state=0)  # fmt: skip
for epoch in range(10):  # all 100 rows are one batch
    print(f"epoch {epoch + 1:2}: loss {model.partial_fit(X[:100], y[:100], classes=[0, 1]).loss_:.3f}")
print(f"accuracy {model.score(X[:100], y[:100]):.0%} on these rows, {model.score(X[100:], y[100:]):.0%} on 20 more:")
print("chance (20 coin tosses give 30 to 70%), because the labels are random: nothing in X tells what they will be.")
