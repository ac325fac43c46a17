"""The first layer's weights as pictures: what each hidden unit looks for in a digit.

The experiment is that of scikit-learn's gallery ("Visualization of MLP weights on MNIST"), on the digits that come with
scikit-learn. Only the import of MLPClassifier differs from what one would write for scikit-learn.
"""

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from glassnet import MLPClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X / 16, y, random_state=0, test_size=0.3)

mlp = MLPClassifier(
    hidden_layer_sizes=(40,),
    max_iter=8,
    alpha=1e-4,
    solver="sgd",
    verbose=10,
    random_state=1,
    learning_rate_init=0.2,
)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)  # eight epochs are few
    mlp.fit(X_train, y_train)
print(f"Training set score: {mlp.score(X_train, y_train):.3f}")
print(f"Test set score: {mlp.score(X_test, y_test):.3f}")

figure, axes = plt.subplots(4, 4)
largest = abs(mlp.coefs_[0]).max()
for weights, ax in zip(mlp.coefs_[0].T, axes.flat, strict=False):
    ax.matshow(weights.reshape(8, 8), cmap="gray", vmin=-largest / 2, vmax=largest / 2)
    ax.set(xticks=[], yticks=[])
figure.savefig("weights_of_digits.png")
