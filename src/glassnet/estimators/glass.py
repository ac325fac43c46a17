"""`.glass` files: one model in one safetensors file, which is checked before anything of it is used.

    header     names, types, shapes and places of the tensors, and four texts:
               format "glassnet model", version "1", description (JSON), sha256 (of description and tensors)
    tensors    weights, and what was seen in training

docs/model-files.md describes every field. A file holds numbers, texts and names out of fixed lists, nothing that is
executed: opening one from a stranger is safe. The container is written here and not by the library, because the
library writes the texts of a header in random order, and equal models shall have equal files. It is read by the
library, which checks that all places are within the file and none is used twice.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import math
import os
import platform
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from glassnet.errors import ModelFileError
from glassnet.estimators.glass_fields import Fields, Malformed, is_whole

if TYPE_CHECKING:
    from glassnet.estimators.saving import Saveable

Array = NDArray[Any]
AnyPath = str | os.PathLike[str]

FORMAT = "glassnet model"
VERSION = 1
# The estimators that a file may hold, by their names in `glassnet.estimators`.
ESTIMATORS = ("MLPClassifier", "MLPRegressor", "TabularClassifier", "TabularRegressor")
# safetensors' names of the types that tensors have here.
TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8")}
NAMES = {dtype: name for name, dtype in TYPES.items()}
LONGEST_HEADER = 100_000_000  # bytes; the library's own limit


class Content(NamedTuple):
    """What a file holds: the description as JSON text, and the tensors."""

    description: str
    tensors: dict[str, Array]


def save(model: Saveable, path: AnyPath, *, overwrite: bool = False) -> Path:
    """Write a fitted estimator to a file; `Saveable.save` is the public way.

    Parameters
    ----------
    model : MLPClassifier, MLPRegressor, TabularClassifier or TabularRegressor
        Fitted.
    path : str or path
        Taken as it is. Its folder must exist.
    overwrite : bool, default=False
        Replace what is there.

    Returns
    -------
    Path
        Of the file, which appears whole or not at all.

    Raises
    ------
    ModelFileError
        If the file exists, can't be written, or could not be loaded again.
    """
    path = Path(path)
    name = type(model).__name__
    if name not in ESTIMATORS or _estimator(name) is not type(model):
        raise ModelFileError.not_ours(f"{type(model).__module__}.{type(model).__qualname__}", ESTIMATORS)
    try:
        if path.is_dir():
            raise ModelFileError.folder(path)
        if not path.parent.is_dir():
            raise ModelFileError.no_folder(path)
        if os.path.lexists(path) and not overwrite:
            raise ModelFileError.exists(path)
    except OSError as error:
        raise ModelFileError.cannot_write(path, _reason(error)) from error
    fields, tensors = model._to_file()  # noqa: SLF001 (the hook is for this module)
    description = _canonical({"estimator": name, **fields, "written_by": _versions()})
    tensors = {key: np.ascontiguousarray(tensor, tensor.dtype.newbyteorder("<")) for key, tensor in tensors.items()}
    try:  # whoever saves a model shall be able to load it
        _restored(Content(description, tensors))
    except Malformed as error:
        raise ModelFileError.unfit(error.field, error.must_be) from error
    try:
        from glassnet.table.whole_files import write_whole  # the room of tables takes a while to load

        return write_whole(path, lambda file: _write(file, Content(description, tensors)))
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise ModelFileError.cannot_write(path, _reason(error)) from error


def load(path: AnyPath) -> Any:
    """Load a model that `save` wrote.

    Everything in the file is checked before it is used, and nothing in it is executed.

    Parameters
    ----------
    path : str or path
        Of a .glass file.

    Returns
    -------
    MLPClassifier, MLPRegressor, TabularClassifier or TabularRegressor
        Fitted. It predicts what the saved model did, bit for bit on the same kind of machine. What could not be
        stored, such as a callback, is named in `left_out_of_file_`.

    Raises
    ------
    ModelFileError
        If there is no such file, or it holds no model that this version can load; the message says why.

    Examples
    --------
    >>> import glassnet as gn
    >>> model = gn.MLPRegressor(solver="lbfgs", random_state=0).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])
    >>> path = model.save("line.glass")
    >>> gn.load(path).predict([[1.5]]) == model.predict([[1.5]])
    array([ True])
    >>> gn.load("lime.glass")
    Traceback (most recent call last):
    ...
    glassnet.errors.ModelFileError: there is no file "lime.glass". Did you mean "line.glass"?
    """
    path = Path(path)
    content = _read(path)
    try:
        return _restored(content)
    except Malformed as error:
        writer = _writer(content.description)
        raise ModelFileError.malformed(path, error.field, error.must_be, writer) from error


# ------------------------------------------------------------------------------------------------------- the container


def _write(file: BinaryIO, content: Content) -> None:
    """Write a safetensors file: length of the header, header, tensors; equal contents give equal bytes."""
    header: dict[str, Any] = {
        "__metadata__": {
            "format": FORMAT,
            "version": str(VERSION),
            "description": content.description,
            "sha256": checksum(content),
        }
    }
    begin = 0
    # Wide types first, so that each tensor lies at a multiple of its element's size.
    order = sorted(content.tensors, key=lambda name: (-content.tensors[name].itemsize, name))
    for name in order:
        tensor = content.tensors[name]
        end = begin + tensor.nbytes
        header[name] = {"dtype": NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [begin, end]}
        begin = end
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)
    for name in order:
        file.write(content.tensors[name].tobytes())


def _read(path: Path) -> Content:
    """Read a file: it is one of ours, of a version that we know, whole and unaltered.

    Raises
    ------
    ModelFileError
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ModelFileError.folder(path)
        if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device may never end
            raise ModelFileError.not_safetensors(path)
        with path.open("rb") as file:
            # What is asked first costs little, however large the file is.
            head = _read_header(path, file, status.st_size)
            file.seek(0)
            data = file.read()
    except FileNotFoundError as error:
        raise ModelFileError.no_file(path, _names_beside(path)) from error
    except ModelFileError:
        raise
    except (OSError, ValueError, MemoryError) as error:
        raise ModelFileError.cannot_read(path, _reason(error)) from error
    content = Content(head["description"], _tensors(path, data))
    if checksum(content) != head["sha256"]:
        raise ModelFileError.altered(path)
    return content


def _read_header(path: Path, file: BinaryIO, size: int) -> dict[str, str]:
    """Read the texts of the header: it is ours, and of a version that we know."""
    if size == 0:
        raise ModelFileError.empty(path)
    begin = file.read(9)
    length = int.from_bytes(begin[:8], "little")
    if begin[8:9] not in (b"{", b"") or not 2 <= length <= LONGEST_HEADER:
        raise ModelFileError.not_safetensors(path)
    if size < 8 + length:
        raise ModelFileError.cut_off(path, size, 8 + length)
    try:
        header = _parsed(begin[8:] + file.read(length - 1))
    except ValueError as error:
        raise ModelFileError.damaged(path, _reason(error)) from error
    metadata = header.get("__metadata__") if isinstance(header, dict) else None
    if not isinstance(metadata, dict) or metadata.get("format") != FORMAT:
        raise ModelFileError.foreign(path)
    end = 8 + length + _end_of_tensors(header)
    if size < end:
        raise ModelFileError.cut_off(path, size, end)
    if size > end:  # said here, before all that stands there is read
        raise ModelFileError.damaged(path, f"{size - end:,} bytes after the last tensor")
    texts: dict[str, Any] = {name: metadata.get(name) for name in ("version", "description", "sha256")}
    if not all(isinstance(text, str) for text in texts.values()):
        raise ModelFileError.altered(path)
    version = texts["version"]
    if not (version.isascii() and version.isdigit() and len(version) < 10 and int(version) >= 1):
        raise ModelFileError.altered(path)
    if int(version) > VERSION:
        raise ModelFileError.newer(path, int(version), VERSION)
    return texts


def _end_of_tensors(header: dict[str, Any]) -> int:
    """Where the last tensor ends, as far as the header can be understood; the library looks closer."""
    places = [entry.get("data_offsets") for entry in header.values() if isinstance(entry, dict)]
    return max((place[-1] for place in places if isinstance(place, list) and place and is_whole(place[-1])), default=0)


def _tensors(path: Path, data: bytes) -> dict[str, Array]:
    from safetensors import SafetensorError, deserialize

    try:
        found: dict[str, Any] = dict(deserialize(data))  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise ModelFileError.damaged(path, _reason(error)) from error
    tensors: dict[str, Array] = {}
    for name, tensor in found.items():
        if tensor["dtype"] not in TYPES:
            raise ModelFileError.malformed(path, name, "F32 or F64")
        flat: Array = np.frombuffer(tensor["data"], TYPES[tensor["dtype"]])
        try:
            tensors[name] = flat.reshape(tensor["shape"])
        except (OverflowError, ValueError) as error:  # an empty tensor may claim any length in another direction
            raise ModelFileError.damaged(path, _reason(error)) from error
    return tensors


def checksum(content: Content) -> str:
    """Compute the SHA-256 of a description and the tensors, in hexadecimal digits.

    The description and a line feed; then for each tensor, by name in the order of code points, the line
    "name type [shape]" and its bytes.

    Examples
    --------
    >>> checksum(Content("{}", {"coefs.0": np.ones((2, 1), "<f4")}))[:16]
    'a8985ab439d2cb0f'
    """
    digest = hashlib.sha256(content.description.encode("utf-8", "surrogatepass") + b"\n")
    for name in sorted(content.tensors):
        tensor = content.tensors[name]
        shape = ",".join(map(str, tensor.shape))
        digest.update(f"{name} {NAMES[tensor.dtype]} [{shape}]\n".encode("utf-8", "surrogatepass"))
        digest.update(np.ascontiguousarray(tensor).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


# ----------------------------------------------------------------------------------------------------- the description


def _canonical(description: Mapping[str, Any]) -> str:
    """Write JSON in the one way that the format has: keys in order, no blanks, ASCII, no NaN."""
    return json.dumps(description, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _parsed(text: str | bytes) -> Any:
    """Read JSON strictly: ValueError for NaN, infinity, numbers beyond float64, and for what is nested too deeply."""
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is beyond float64")
    return number


def _restored(content: Content) -> Any:
    """Make the estimator that a content describes.

    Raises
    ------
    Malformed
    """
    try:
        fields = Fields(_parsed(content.description))
    except ValueError as error:
        raise Malformed("description", f"JSON ({_reason(error)})") from error
    estimator = _estimator(fields.text("estimator", ESTIMATORS))
    return estimator._from_file(fields.values, content.tensors)  # noqa: SLF001 (the hook is for this module)


def _estimator(name: str) -> Any:
    """Find an estimator by its name, which the caller has checked against `ESTIMATORS`."""
    return getattr(importlib.import_module("glassnet.estimators"), name)


def _versions() -> dict[str, str]:
    import sklearn

    from glassnet import __version__

    return {
        "glassnet": __version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "scikit_learn": sklearn.__version__,
    }


def _writer(description: str) -> str | None:
    """Find which other version of glassnet wrote a description, as far as it tells."""
    from glassnet import __version__

    try:
        version = Fields(_parsed(description)).object("written_by").text("glassnet")
    except (Malformed, ValueError):
        return None
    return None if version == __version__ else version


# ---------------------------------------------------------------------------------------------------------------- help


def _names_beside(path: Path) -> list[str]:
    """Names of the files in a path's folder, for a suggestion."""
    try:
        return sorted(entry.name for entry in path.parent.iterdir())
    except OSError:
        return []


def _reason(error: BaseException) -> str:
    """What an error says, without its number and the file's name."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
