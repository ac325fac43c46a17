"""What the L2 penalty does: the larger alpha, the smoother the border between two classes.

The experiment is that of scikit-learn's gallery ("Varying regularization in multi-layer perceptron"). Only the
import of MLPClassifier differs from what one would write for scikit-learn.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_circles, make_moons
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier

alphas = np.logspace(-1, 1, 5)
problems = {
    "moons": make_moons(noise=0.3, random_state=0),
    "circles": make_circles(noise=0.2, factor=0.5, random_state=1),
}

figure, axes = plt.subplots(len(problems), len(alphas), figsize=(14, 6), layout="constrained")
for (name, (X, y)), row in zip(problems.items(), axes, strict=True):
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=42)
    for alpha, ax in zip(alphas, row, strict=True):
        model = make_pipeline(
            StandardScaler(),
            MLPClassifier(
                solver="lbfgs",
                alpha=alpha,
                random_state=1,
                max_iter=2000,
                early_stopping=True,  # without effect for lbfgs, and accepted
                hidden_layer_sizes=[10, 10],
            ),
        ).fit(X_train, y_train)
        accuracy = model.score(X_test, y_test)
        print(f"{name:8} alpha {alpha:6.2f}  test accuracy {accuracy:.3f}")
        DecisionBoundaryDisplay.from_estimator(model, X, ax=ax, cmap="RdBu", alpha=0.8, grid_resolution=60)
        ax.scatter(*X_train.T, c=y_train, cmap="RdBu", edgecolors="black", s=20)
        ax.set_title(f"{name}, alpha {alpha:.2f}: {accuracy:.0%}")
figure.savefig("regularization.png")
