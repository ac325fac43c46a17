"""Seven ways to step, on four small data sets: how the training loss falls.

The experiment is that of scikit-learn's gallery ("Compare stochastic learning strategies for MLPClassifier"). Only the
import of MLPClassifier differs from what one would write for scikit-learn.
"""

import warnings

import matplotlib.pyplot as plt
from sklearn.datasets import load_digits, load_iris, make_circles, make_moons
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import MinMaxScaler

from glassnet import MLPClassifier

strategies = {
    "constant rate": {"solver": "sgd", "learning_rate": "constant", "momentum": 0},
    "constant rate, momentum": {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": False},
    "constant rate, Nesterov": {"solver": "sgd", "momentum": 0.9, "nesterovs_momentum": True},
    "falling rate": {"solver": "sgd", "learning_rate": "invscaling", "momentum": 0},
    "falling rate, momentum": {"solver": "sgd", "learning_rate": "invscaling", "nesterovs_momentum": False},
    "falling rate, Nesterov": {"solver": "sgd", "learning_rate": "invscaling", "nesterovs_momentum": True},
    "adam": {"solver": "adam", "learning_rate_init": 0.01},
}
problems = {
    "iris": load_iris(return_X_y=True),
    "digits": load_digits(return_X_y=True),
    "circles": make_circles(noise=0.2, factor=0.5, random_state=1),
    "moons": make_moons(noise=0.3, random_state=0),
}

figure, axes = plt.subplots(2, 2, figsize=(12, 8), layout="constrained")
for (name, (X, y)), ax in zip(problems.items(), axes.flat, strict=True):
    scaled = MinMaxScaler().fit_transform(X)
    for label, parameters in strategies.items():
        mlp = MLPClassifier(**{"learning_rate_init": 0.2, **parameters})
        mlp.set_params(max_iter=15 if name == "digits" else 400, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # not all get there; that is what the curves show
            mlp.fit(scaled, y)
        print(f"{name:8} {label:24} loss {mlp.loss_:.4f}  accuracy {mlp.score(scaled, y):.3f}")
        ax.plot(mlp.loss_curve_, label=label)
    ax.set(title=name, xlabel="epoch", ylabel="training loss")
axes.flat[0].legend()
figure.savefig("training_curves.png")
