"""What entries are called in other libraries, where they have them. An entry without a line here has no such line."""

from __future__ import annotations

from collections.abc import Mapping

from glassnet.catalog.entries import Entry

_PYTORCH = "PyTorch"
_KERAS = "Keras"
_SCIKIT_LEARN = "scikit-learn"
_ONNX = "ONNX"

# Names in PyTorch are those of torch.nn, torch.nn.init, torch.optim and torch.optim.lr_scheduler; in Keras those of
# keras.activations, .losses, .initializers, .optimizers.
_ACTIVATIONS: Mapping[str, tuple[str, str, str, str]] = {
    "identity": ("Identity", "linear", "identity", "Identity"),
    "sigmoid": ("Sigmoid", "sigmoid", "logistic", "Sigmoid"),
    "tanh": ("Tanh", "tanh", "tanh", "Tanh"),
    "relu": ("ReLU", "relu", "relu", "Relu"),
    "leaky_relu": ("LeakyReLU", "leaky_relu", "", "LeakyRelu"),
    "prelu": ("PReLU", "", "", "PRelu"),
    "elu": ("ELU", "elu", "", "Elu"),
    "celu": ("CELU", "celu", "", "Celu"),
    "selu": ("SELU", "selu", "", "Selu"),
    "softplus": ("Softplus", "softplus", "", "Softplus"),
    "softsign": ("Softsign", "softsign", "", "Softsign"),
    "gelu": ("GELU", "gelu", "", "Gelu"),
    "gelu_tanh": ("GELU(approximate='tanh')", "gelu", "", "Gelu(approximate='tanh')"),
    "silu": ("SiLU", "silu", "", "Swish"),
    "mish": ("Mish", "mish", "", "Mish"),
    "hard_sigmoid": ("Hardsigmoid", "hard_sigmoid", "", "HardSigmoid"),
    "hard_tanh": ("Hardtanh", "hard_tanh", "", "Clip"),
    "hard_swish": ("Hardswish", "hard_silu", "", "HardSwish"),
    "relu6": ("ReLU6", "relu6", "", "Clip"),
    "thresholded_relu": ("Threshold", "threshold", "", "ThresholdedRelu"),
    "log_sigmoid": ("LogSigmoid", "log_sigmoid", "", ""),
    "exp": ("", "exponential", "", "Exp"),
    "sine": ("", "", "", "Sin"),
    "softmax": ("Softmax", "softmax", "softmax", "Softmax"),
    "log_softmax": ("LogSoftmax", "log_softmax", "", "LogSoftmax"),
    "hardmax": ("", "", "", "Hardmax"),
}
_LOSSES: Mapping[str, tuple[str, str, str, str]] = {
    "squared_error": ("", "", "squared_error", ""),
    "mse": ("MSELoss", "MeanSquaredError", "", ""),
    "absolute_error": ("L1Loss", "MeanAbsoluteError", "absolute_error", ""),
    "huber": ("HuberLoss", "Huber", "", ""),
    "log_cosh": ("", "LogCosh", "", ""),
    "quantile": ("", "", "quantile", ""),
    "poisson": ("PoissonNLLLoss", "Poisson", "poisson", ""),
    "binary_cross_entropy": ("BCEWithLogitsLoss", "BinaryCrossentropy(from_logits=True)", "log_loss", ""),
    "softmax_cross_entropy": (
        "CrossEntropyLoss",
        "CategoricalCrossentropy(from_logits=True)",
        "log_loss",
        "SoftmaxCrossEntropyLoss",
    ),
    "nll": ("NLLLoss", "", "", "NegativeLogLikelihoodLoss"),
    "kl_divergence": ("KLDivLoss", "KLDivergence", "", ""),
    "hinge": ("", "Hinge", "hinge", ""),
    "squared_hinge": ("", "SquaredHinge", "squared_hinge", ""),
    "focal": ("", "BinaryFocalCrossentropy", "", ""),
    "softmax_focal": ("", "CategoricalFocalCrossentropy", "", ""),
}
_INITIALIZERS: Mapping[str, tuple[str, str, str, str]] = {
    "zeros": ("zeros_", "Zeros", "", ""),
    "constant": ("constant_", "Constant", "", ""),
    "normal": ("normal_", "RandomNormal", "", ""),
    "uniform": ("uniform_", "RandomUniform", "", ""),
    "glorot_uniform": ("xavier_uniform_", "GlorotUniform", "", ""),
    "glorot_normal": ("xavier_normal_", "GlorotNormal", "", ""),
    "he_uniform": ("kaiming_uniform_", "HeUniform", "", ""),
    "he_normal": ("kaiming_normal_", "HeNormal", "", ""),
    "lecun_uniform": ("", "LecunUniform", "", ""),
    "lecun_normal": ("", "LecunNormal", "", ""),
    "orthogonal": ("orthogonal_", "Orthogonal", "", ""),
}
_OPTIMIZERS: Mapping[str, tuple[str, str, str, str]] = {
    "adam": ("Adam", "Adam", "adam", "Adam"),
    "adamw": ("AdamW", "AdamW", "", ""),
    "sgd": ("SGD", "SGD", "sgd", "Momentum"),
    "rmsprop": ("RMSprop", "RMSprop", "", ""),
    "adagrad": ("Adagrad", "Adagrad", "", "Adagrad"),
    "lbfgs": ("LBFGS", "", "lbfgs", ""),
}
_SCHEDULES: Mapping[str, tuple[str, str, str, str]] = {
    "constant": ("ConstantLR", "", "constant", ""),
    "invscaling": ("", "", "invscaling", ""),
    "adaptive": ("ReduceLROnPlateau", "ReduceLROnPlateau", "adaptive", ""),
    "linear": ("LinearLR", "PolynomialDecay", "", ""),
    "cosine": ("CosineAnnealingLR", "CosineDecay", "", ""),
}
_KINDS: Mapping[str, Mapping[str, tuple[str, str, str, str]]] = {
    "activation": _ACTIVATIONS,
    "loss": _LOSSES,
    "initializer": _INITIALIZERS,
    "optimizer": _OPTIMIZERS,
    "schedule": _SCHEDULES,
}


def names_elsewhere(entry: Entry) -> dict[str, str]:
    """Return what other libraries call an entry, without those that have none or call it the same.

    Examples
    --------
    >>> import glassnet as gn
    >>> names_elsewhere(gn.activations.sigmoid)
    {'PyTorch': 'Sigmoid', 'scikit-learn': 'logistic', 'ONNX': 'Sigmoid'}
    """
    names = _KINDS[entry.kind].get(entry.name, ("",) * 4)
    libraries = (_PYTORCH, _KERAS, _SCIKIT_LEARN, _ONNX)
    return {library: name for library, name in zip(libraries, names, strict=True) if name not in ("", entry.name)}
