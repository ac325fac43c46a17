"""A network beside other classifiers, all behind the same interface.

The experiment is that of scikit-learn's gallery ("Classifier comparison"). Only the import of MLPClassifier
differs from what one would write for scikit-learn.
"""

import matplotlib.pyplot as plt
from sklearn.datasets import make_circles, make_moons
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import DecisionBoundaryDisplay
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from glassnet import MLPClassifier

classifiers = {
    "nearest neighbors": KNeighborsClassifier(3),
    "linear SVM": SVC(kernel="linear", C=0.025, random_state=42),
    "RBF SVM": SVC(gamma=2, C=1, random_state=42),
    "random forest": RandomForestClassifier(max_depth=5, n_estimators=10, max_features=1, random_state=42),
    "neural network": MLPClassifier(alpha=1, max_iter=1000, random_state=42),
}
problems = {
    "moons": make_moons(noise=0.3, random_state=0),
    "circles": make_circles(noise=0.2, factor=0.5, random_state=1),
}

figure, axes = plt.subplots(len(problems), len(classifiers), figsize=(14, 6), layout="constrained")
for (problem, (X, y)), row in zip(problems.items(), axes, strict=True):
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.4, random_state=42)
    for (name, classifier), ax in zip(classifiers.items(), row, strict=True):
        model = make_pipeline(StandardScaler(), classifier).fit(X_train, y_train)
        accuracy = model.score(X_test, y_test)
        print(f"{problem:8} {name:18} test accuracy {accuracy:.3f}")
        DecisionBoundaryDisplay.from_estimator(model, X, ax=ax, cmap="RdBu", alpha=0.8, eps=0.5, grid_resolution=60)
        ax.scatter(*X_train.T, c=y_train, cmap="RdBu", edgecolors="black", s=20)
        ax.set_title(f"{name}: {accuracy:.0%}")
figure.savefig("classifier_comparison.png")
