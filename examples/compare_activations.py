"""Eight activations in a network of three hidden layers, on handwritten digits: which is better, and how sure that is.

Prints the table and what can be said of it, and draws comparison.svg: means with intervals, learning curves with bands.
The picture of docs/compare.md is made so; GLASSNET_LANG=zh makes the Chinese one.
"""

from sklearn.datasets import load_digits

import glassnet as gn

X, y = load_digits(return_X_y=True)
found = gn.compare(
    X.astype("float32"),
    y,
    activation=["relu", "tanh", "sigmoid", "silu", "gelu", "x * tanh(softplus(x))", "sin(x)", "identity"],
    hidden_layer_sizes=(32, 32, 32),
    batch_size=32,
    max_iter=15,
    learning_rate_init=0.003,
    seeds=10,
    cv=5,
)
print(found)
found.plot().save("comparison.svg")
