"""glassnet: fully connected networks you can see through.

    import glassnet as gn

    gn.MLPClassifier, gn.MLPRegressor               scikit-learn's interface; changing the import is enough
    model.save("model.glass"), gn.load("model.glass")
    gn.activation("leaky_relu", slope=0.03)         configured objects: activation, loss, initializer
    gn.activations.silu(x), .derivative(x)          the functions themselves, on arrays of any shape
    gn.losses.huber(raw, target), .gradient(...)
    gn.softmax, gn.log_softmax, gn.hardmax, gn.one_hot
    gn.entropy(p), gn.cross_entropy(p, q), gn.kl_divergence(p, q)
    gn.compare(X, y, activation=["relu", "tanh"])   which is better here, and how sure is that
    gn.plot("sigmoid", "tanh"), gn.activations.relu.plot()
    gn.words["backpropagation"]
    gn.lab.run("dead-relu")                         claims about networks, put to the test

Names are loaded when they are first used, so `import glassnet` costs next to nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

from glassnet import views

if TYPE_CHECKING:
    from glassnet import lab as lab
    from glassnet.catalog import Activation, Catalog, Initializer, Loss, Optimizer, Schedule
    from glassnet.catalog import activation as activation
    from glassnet.catalog import cross_entropy as cross_entropy
    from glassnet.catalog import entropy as entropy
    from glassnet.catalog import hardmax as hardmax
    from glassnet.catalog import initializer as initializer
    from glassnet.catalog import kl_divergence as kl_divergence
    from glassnet.catalog import log_softmax as log_softmax
    from glassnet.catalog import loss as loss
    from glassnet.catalog import one_hot as one_hot
    from glassnet.catalog import optimizer as optimizer
    from glassnet.catalog import schedule as schedule
    from glassnet.catalog import softmax as softmax
    from glassnet.catalog.words import Words
    from glassnet.comparison import compare as compare
    from glassnet.estimators import MLPClassifier as MLPClassifier
    from glassnet.estimators import MLPRegressor as MLPRegressor
    from glassnet.estimators import TabularClassifier as TabularClassifier
    from glassnet.estimators import TabularRegressor as TabularRegressor
    from glassnet.estimators import fit as fit
    from glassnet.estimators import load as load
    from glassnet.estimators import plan as plan
    from glassnet.report.pictures import plot as plot

    __version__: str
    activations: Catalog[Activation]
    initializers: Catalog[Initializer]
    losses: Catalog[Loss]
    optimizers: Catalog[Optimizer]
    schedules: Catalog[Schedule]
    words: Words

# Public name: the module that has it, and its name there ("": the module itself). What stands above tells type checkers
# the same.
_PUBLIC = {
    "MLPClassifier": ("glassnet.estimators", "MLPClassifier"),
    "MLPRegressor": ("glassnet.estimators", "MLPRegressor"),
    "TabularClassifier": ("glassnet.estimators", "TabularClassifier"),
    "TabularRegressor": ("glassnet.estimators", "TabularRegressor"),
    "activation": ("glassnet.catalog", "activation"),
    "activations": ("glassnet.catalog", "ACTIVATIONS"),
    "compare": ("glassnet.comparison", "compare"),
    "cross_entropy": ("glassnet.catalog", "cross_entropy"),
    "entropy": ("glassnet.catalog", "entropy"),
    "fit": ("glassnet.estimators", "fit"),
    "hardmax": ("glassnet.catalog", "hardmax"),
    "initializer": ("glassnet.catalog", "initializer"),
    "initializers": ("glassnet.catalog", "INITIALIZERS"),
    "kl_divergence": ("glassnet.catalog", "kl_divergence"),
    "lab": ("glassnet.lab", ""),
    "load": ("glassnet.estimators", "load"),
    "log_softmax": ("glassnet.catalog", "log_softmax"),
    "loss": ("glassnet.catalog", "loss"),
    "losses": ("glassnet.catalog", "LOSSES"),
    "one_hot": ("glassnet.catalog", "one_hot"),
    "optimizer": ("glassnet.catalog", "optimizer"),
    "optimizers": ("glassnet.catalog", "OPTIMIZERS"),
    "plan": ("glassnet.estimators", "plan"),
    "plot": ("glassnet.report.pictures", "plot"),
    "schedule": ("glassnet.catalog", "schedule"),
    "schedules": ("glassnet.catalog", "SCHEDULES"),
    "softmax": ("glassnet.catalog", "softmax"),
    "words": ("glassnet.catalog.words", "WORDS"),
}

# How entries of the catalog reach rooms that come after it.
views.register("plot", "glassnet.report.pictures", "plot")
views.register("training", "glassnet.network", "TrainingSpec")
views.register("card", "glassnet.report.cards", "html_card")

__all__ = ["__version__", *_PUBLIC]  # noqa: PLE0604 (names of a table)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            value: Any = version("glassnet")
        except PackageNotFoundError:  # a checkout on the path, not an installation
            value = "0+source"
    elif name in _PUBLIC:
        module, attribute = _PUBLIC[name]
        value = importlib.import_module(module)
        value = getattr(value, attribute) if attribute else value
    else:
        raise AttributeError(f"module 'glassnet' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
