"""What errors of model files say: constructor, arguments, message."""

from pathlib import Path
from typing import Any

from glassnet.errors import ModelFileError

AGAIN = "Copy it again, or save the model again"

MESSAGES: list[Any] = [
    (
        ModelFileError.python_loss,
        ("f",),
        (
            "the loss f is written in Python, and a model file holds no code. joblib.dump(model, path) keeps it where "
            "f stands in a module that can be imported; a loss written as a formula of p and y is saved"
        ),
    ),
    (ModelFileError.no_file, (Path("a") / "m.glass",), f'there is no file "{Path("a") / "m.glass"}"'),
    (
        ModelFileError.no_file,
        ("m.glas", ("notes.txt", "m.glass", "n.glass")),
        'there is no file "m.glas". Did you mean "m.glass"?',
    ),
    (
        ModelFileError.folder,
        ("models",),
        '"models" is a folder, and a model is a file. Name one in it, such as "model.glass"',
    ),
    (
        ModelFileError.no_folder,
        ("models/m.glass",),
        'there is no folder "models", where "m.glass" shall be saved. Make it first',
    ),
    (
        ModelFileError.exists,
        ("m.glass",),
        '"m.glass" exists already. Choose another name, or pass overwrite=True (on the command line --force)',
    ),
    (
        ModelFileError.cannot_read,
        ("m.glass", "Permission denied"),
        '"m.glass" cannot be read: Permission denied. Check its permissions and its disk',
    ),
    (
        ModelFileError.cannot_write,
        ("m.glass", "No space left on device"),
        (
            '"m.glass" cannot be written: No space left on device. '
            "Choose another folder, or mend this one; the model is unchanged"
        ),
    ),
    (ModelFileError.empty, ("m.glass",), '"m.glass" holds no model: it is empty. Save the model again'),
    (
        ModelFileError.not_safetensors,
        ("people.csv",),
        '"people.csv" holds no model: it does not begin as a .glass file does. model.save("model.glass") writes one',
    ),
    (
        ModelFileError.foreign,
        ("other.safetensors",),
        '"other.safetensors" holds tensors, but no glassnet model. model.save("model.glass") writes one',
    ),
    (
        ModelFileError.newer,
        ("m.glass", 3, 1),
        (
            '"m.glass" has version 3 of the format, and this glassnet reads version 1. '
            "Update it: pip install --upgrade glassnet"
        ),
    ),
    (
        ModelFileError.cut_off,
        ("m.glass", 4096, 9216),
        f'"m.glass" is cut off: it has 4,096 bytes of at least 9,216. {AGAIN}',
    ),
    (ModelFileError.damaged, ("m.glass", "InvalidOffset"), f'"m.glass" is damaged (InvalidOffset). {AGAIN}'),
    (ModelFileError.altered, ("m.glass",), f'"m.glass" is not as it was saved: its checksum differs. {AGAIN}'),
    (
        ModelFileError.malformed,
        ("m.glass", "coefs.0", "finite numbers"),
        '"m.glass" holds no model that can be loaded: coefs.0 must be finite numbers',
    ),
    (
        ModelFileError.malformed,
        ("m.glass", "network", "a known one", "9.1"),
        (
            '"m.glass" holds no model that can be loaded: network must be a known one. '
            "It was written by glassnet 9.1; try that version"
        ),
    ),
    (
        ModelFileError.unfit,
        ("coefs.0", "finite numbers"),
        "this model cannot be saved: coefs.0 must be finite numbers",
    ),
    (
        ModelFileError.not_ours,
        ("mine.Network", ("MLPClassifier", "MLPRegressor")),
        "a .glass file holds one of MLPClassifier, MLPRegressor; got mine.Network. Other estimators can be pickled",
    ),
    (
        ModelFileError.labels,
        ("Decimal",),
        (
            "classes of type Decimal cannot be saved. "
            "Train on text, integers, floats of at most 64 bits, booleans or dates"
        ),
    ),
]
