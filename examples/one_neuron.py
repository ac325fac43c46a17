"""One neuron is a weighted sum, a bias and an activation. With identity it is linear regression, with sigmoid logistic.

Each is trained twice, as a network without hidden layers and by the method that statistics has for it; both find the
same weights.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.preprocessing import scale

import glassnet as gn

X, y = load_diabetes(return_X_y=True)
X, y = scale(X), scale(y)
neuron = gn.MLPRegressor(hidden_layer_sizes=(), solver="lbfgs", alpha=0, tol=1e-10, max_iter=1000, random_state=0)
neuron.fit(X, y)
least_squares = LinearRegression().fit(X, y)
print(neuron.summary())
print(f"linear regression: weights agree to {np.abs(neuron.coefs_[0][:, 0] - least_squares.coef_).max():.0e}\n")

X, y = load_breast_cancer(return_X_y=True)
X = scale(X)
# scikit-learn's C is the inverse of our alpha: both add alpha / 2 * sum(w**2) to the sum of the rows' losses.
neuron = gn.MLPClassifier(hidden_layer_sizes=(), solver="lbfgs", alpha=1.0, tol=1e-10, max_iter=1000, random_state=0)
neuron.fit(X, y)
logistic = LogisticRegression(C=1.0, tol=1e-10, max_iter=1000).fit(X, y)
print(neuron.summary())
print(f"logistic regression: weights agree to {np.abs(neuron.coefs_[0][:, 0] - logistic.coef_[0]).max():.0e}")

row = np.abs(neuron.decision_function(X)).argmin()  # the tumor that it is least sure about
by_hand = gn.activations.sigmoid(X[row] @ neuron.coefs_[0][:, 0] + neuron.intercepts_[0][0])
print(f"sigmoid(x · w + b) = {by_hand:.6f}, predict_proba says {neuron.predict_proba(X[[row]])[0, 1]:.6f}")
