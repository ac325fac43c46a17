"""How a model shows itself, and what survives copies: summary, notebook, pickle, clone, deepcopy, parameters."""

import copy
import pickle

import joblib
import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet as gn

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, Y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)


def fitted(**parameters):
    defaults = {"hidden_layer_sizes": (30, 20), "activation": ["relu", gn.activation("elu", alpha=0.5)]}
    return gn.MLPClassifier(**{**defaults, "max_iter": 3, "random_state": 0, **parameters}).fit(X, Y)


def test_summary_is_a_table_of_layers():
    expected = """\
MLPClassifier: 4 inputs, 3 outputs, loss softmax_cross_entropy; 833 parameters in float64, 6.5 KiB
layer     inputs  units  activation      initializer     dropout  parameters
hidden 1       4     30  relu            he_normal       0.1             150
hidden 2      30     20  elu(alpha=0.5)  he_normal                       620
output        20      3  softmax         glorot_uniform                   63"""
    assert fitted(dropout=[0.1, 0], initializer="auto").summary() == expected


def test_repr_is_scikit_learns():
    model = gn.MLPClassifier((5,), activation=gn.activation("elu", alpha=0.5), alpha=0.1)
    assert "".join(repr(model).split()) == (
        "MLPClassifier(activation=gn.activation('elu',alpha=0.5),alpha=0.1,hidden_layer_sizes=(5,))"
    )
    assert eval(repr(model), {"gn": gn, "MLPClassifier": gn.MLPClassifier}).get_params() == model.get_params()
    assert repr(fitted()).startswith("MLPClassifier(")


def test_notebooks_show_the_layers_after_fit():
    unfitted = gn.MLPClassifier(5)
    for html in (unfitted._repr_html_(), unfitted._repr_mimebundle_()["text/html"]):
        assert "MLPClassifier" in html
        assert "glassnet-layers" not in html
    model = fitted()
    for html in (model._repr_html_(), model._repr_mimebundle_()["text/html"]):
        assert html.count("glassnet-layers") == 1
        assert "<td>elu(alpha=0.5)</td>" in html
        assert "833 parameters" in html
        assert "sk-container" in html  # scikit-learn's diagram is still there
    with sklearn.config_context(display="text"):
        assert not hasattr(model, "_repr_html_")
        assert set(model._repr_mimebundle_()) == {"text/plain"}


def test_layers_are_escaped_in_html():
    from glassnet.estimators import display

    header, rows = display.table(fitted().network_)
    assert all(len(row) == len(header) for row in rows)
    assert "&lt;" not in fitted()._repr_html_().split("glassnet-layers")[1]


@pytest.mark.parametrize("copied", [lambda m: pickle.loads(pickle.dumps(m)), copy.deepcopy, copy.copy])
@pytest.mark.parametrize("parameters", [{}, {"solver": "lbfgs"}, {"early_stopping": True}, {"dtype": "float32"}])
def test_copies_predict_the_same(copied, parameters):
    model = fitted(**parameters)
    other = copied(model)
    np.testing.assert_array_equal(other.predict_proba(X), model.predict_proba(X))
    assert other.network_ == model.network_
    assert other.training_ == model.training_
    assert other.loss_curve_ == model.loss_curve_
    assert other.summary() == model.summary()


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_protocols(protocol):
    model = fitted()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model, protocol)).predict(X), model.predict(X))


def test_joblib_files_read_as_memory_maps(tmp_path):
    model = fitted()
    joblib.dump(model, tmp_path / "model.joblib")
    mapped = joblib.load(tmp_path / "model.joblib", mmap_mode="r")
    np.testing.assert_array_equal(mapped.predict_proba(X), model.predict_proba(X))
    mapped.partial_fit(X, Y)
    model.partial_fit(X, Y)
    np.testing.assert_array_equal(mapped.predict_proba(X), model.predict_proba(X))


def test_clone_keeps_configured_objects_and_drops_what_was_learned():
    model = fitted(loss=gn.losses.softmax_cross_entropy, initializer=gn.initializer("normal", std=0.1))
    copied = clone(model)
    assert copied.get_params() == model.get_params()
    assert not hasattr(copied, "coefs_")
    assert copied.loss == model.loss


def test_parameters_go_in_and_out():
    model = gn.MLPRegressor()
    changed = {"loss": "huber", "hidden_layer_sizes": (3, 2), "dropout": [0.1, 0.2], "n_threads": 1}
    assert {name: model.set_params(**changed).get_params()[name] for name in changed} == changed
    with pytest.raises(ValueError, match="Invalid parameter"):
        model.set_params(hidden_layers=3)


def test_grids_hold_names_and_configured_objects():
    grid = {
        "mlpclassifier__activation": ["tanh", gn.activation("leaky_relu", slope=0.1), ["relu", "tanh"]],
        "mlpclassifier__hidden_layer_sizes": [(6, 4)],
    }
    model = make_pipeline(StandardScaler(), gn.MLPClassifier(solver="lbfgs", max_iter=50, random_state=0))
    search = GridSearchCV(model, grid, cv=3, error_score="raise").fit(X, Y)
    assert search.best_score_ > 0.85
    assert len(search.cv_results_["params"]) == 3


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_workers_find_what_one_process_finds(backend):
    model = gn.MLPClassifier(6, max_iter=20, random_state=0)
    with joblib.parallel_backend(backend):
        parallel = cross_val_score(model, X, Y, cv=3, n_jobs=2)
    np.testing.assert_array_equal(parallel, cross_val_score(model, X, Y, cv=3))
