"""The calls of scikit-learn's user guide on its MLP (section "Neural network models"), one after the other.

Only the import of MLPClassifier and MLPRegressor differs from what one would write for scikit-learn.
"""

import warnings

from sklearn.datasets import make_classification, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor

# Two rows, two classes.
X = [[0.0, 0.0], [1.0, 1.0]]
y = [0, 1]
clf = MLPClassifier(solver="lbfgs", alpha=1e-5, hidden_layer_sizes=(5, 2), random_state=1)
print(repr(clf.fit(X, y)))
print("predictions  ", clf.predict([[2.0, 2.0], [-1.0, -2.0]]))
print("shapes       ", [coef.shape for coef in clf.coefs_])
print("probabilities", clf.predict_proba([[2.0, 2.0], [1.0, 2.0]]).round(3).tolist())

# Several labels a row.
several = MLPClassifier(solver="lbfgs", alpha=1e-5, hidden_layer_sizes=(15,), random_state=1)
several.fit(X, [[0, 1], [1, 1]])
print("labels       ", several.predict([[1.0, 2.0], [0.0, 0.0]]).tolist())

# Scaling.
X, y = make_classification(n_samples=100, random_state=1)
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y, random_state=1)
scaler = StandardScaler().fit(X_train)
clf = MLPClassifier(random_state=1, max_iter=300).fit(scaler.transform(X_train), y_train)
print("accuracy     ", clf.score(scaler.transform(X_test), y_test))

# More control, by warm_start.
clf = MLPClassifier(hidden_layer_sizes=(15,), random_state=1, max_iter=1, warm_start=True)
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ConvergenceWarning)  # one epoch at a time never converges
    for _ in range(10):
        clf.fit(X_train, y_train)  # some monitoring could stand here
print("epochs       ", len(clf.loss_curve_))

# Numbers.
X, y = make_regression(n_samples=200, n_features=20, random_state=1)
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)
regr = MLPRegressor(random_state=1, max_iter=2000, tol=0.1)
regr.fit(X_train, y_train)
print("R²           ", round(regr.score(X_test, y_test), 2))
