"""The contenders of the prediction benchmark: each takes float32 rows and returns probabilities, with the same weights.

glassnet and scikit-learn return those of both classes, (n, 2); PyTorch and ONNX Runtime that of the second, (n, 1).
All take a NumPy array and return one, as a service that gets its rows from elsewhere does.
"""

from __future__ import annotations

import importlib
import importlib.util
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapes import Shape, dataset, initial_weights

Array = NDArray[np.float32]
Call = Callable[[Array], Array]

# Contender: the libraries that must be there.
CONTENDERS = {
    "predict_proba": ("glassnet",),
    "predictor()": ("glassnet",),
    "scikit-learn": ("sklearn",),
    "torch": ("torch",),
    "onnxruntime": ("onnxruntime", "onnx"),
}
OURS = ("predict_proba", "predictor()")


def missing(name: str) -> list[str]:
    """Name the libraries that a contender lacks here, without importing them."""
    return [library for library in CONTENDERS[name] if importlib.util.find_spec(library) is None]


def build(name: str, shape: Shape, threads: int) -> Call:
    """Import a contender's library and set it up."""
    builders: dict[str, Callable[[Shape, int], Call]] = {
        "predict_proba": lambda shape, threads: _fitted("glassnet", shape, n_threads=threads).predict_proba,
        "predictor()": lambda shape, threads: _fitted("glassnet", shape, n_threads=threads).predictor(),
        "scikit-learn": _scikit_learn,
        "torch": _torch,
        "onnxruntime": _onnxruntime,
    }
    return builders[name](shape, threads)


def _fitted(library: str, shape: Shape, **parameters: Any) -> Any:
    """Fit for one epoch, so that there are all attributes; then put the weights in."""
    module = importlib.import_module({"glassnet": "glassnet", "sklearn": "sklearn.neural_network"}[library])
    X, y = dataset(shape.with_rows(shape.batch))
    model = module.MLPClassifier(shape.hidden, max_iter=1, random_state=0, **parameters)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    weights = initial_weights(shape)
    model.coefs_, model.intercepts_ = [weight for weight, _ in weights], [bias for _, bias in weights]
    return model


def _scikit_learn(shape: Shape, threads: int) -> Call:
    from threadpoolctl import threadpool_limits

    call: Call = _fitted("sklearn", shape).predict_proba
    threadpool_limits(threads)
    return call


def _torch(shape: Shape, threads: int) -> Call:
    import torch

    torch.set_num_threads(threads)
    layers: list[Any] = []
    for weight, bias in initial_weights(shape):
        linear = torch.nn.Linear(*weight.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight.T.copy()))
            linear.bias.copy_(torch.from_numpy(bias))
        layers += [linear, torch.nn.ReLU()]
    network = torch.nn.Sequential(*layers[:-1], torch.nn.Sigmoid()).eval()

    def call(X: Array) -> Array:
        with torch.inference_mode():
            found: Array = network(torch.from_numpy(X)).numpy()
        return found

    return call


def _onnxruntime(shape: Shape, threads: int) -> Call:
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants, name = [], [], "X"
    for i, (weight, bias) in enumerate(initial_weights(shape)):
        constants += [numpy_helper.from_array(weight, f"W{i}"), numpy_helper.from_array(bias, f"b{i}")]
        nodes.append(helper.make_node("Gemm", [name, f"W{i}", f"b{i}"], [f"z{i}"]))
        last = i + 1 == len(shape.widths) - 1
        name = "p" if last else f"a{i}"
        nodes.append(helper.make_node("Sigmoid" if last else "Relu", [f"z{i}"], [name]))
    given = helper.make_tensor_value_info("X", TensorProto.FLOAT, [None, shape.inputs])
    asked = helper.make_tensor_value_info("p", TensorProto.FLOAT, [None, 1])
    graph = helper.make_graph(nodes, "network", [given], [asked], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])

    def call(X: Array) -> Array:
        found: Array = session.run(["p"], {"X": X})[0]
        return found

    return call
