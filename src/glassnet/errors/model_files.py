"""Files that hold no model that can be loaded, and models that no file can hold."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from glassnet.errors.base import GlassnetError, listed, shown, suggestion
from glassnet.texts import _

AnyPath = str | os.PathLike[str]


class ModelFileError(GlassnetError, ValueError):
    """A model cannot be saved to a file, or loaded from it.

    Where the operating system refused, its OSError is the `__cause__`.
    """

    @classmethod
    def python_loss(cls, name: str) -> ModelFileError:
        """Say that a file of data holds no code.

        Examples
        --------
        >>> print(ModelFileError.python_loss("my_loss"))
        the loss my_loss is written in Python, and a model file holds no code. joblib.dump(model, path) keeps it where my_loss stands in a module that can be imported; a loss written as a formula of p and y is saved
        """  # noqa: E501 (the message is one line)
        text = _(
            "the loss {name} is written in Python, and a model file holds no code. joblib.dump(model, path) keeps it "
            "where {name} stands in a module that can be imported; a loss written as a formula of p and y is saved"
        )
        return cls(text.format(name=name))

    # ---------------------------------------------------------------------------------------- what is at the path

    @classmethod
    def no_file(cls, path: AnyPath, names: Sequence[str] = ()) -> ModelFileError:
        """Say that there is nothing at a path, with the nearest names among those of the folder.

        Examples
        --------
        >>> print(ModelFileError.no_file("models/irs.glass", ["iris.glass", "notes.txt"]))
        there is no file "models/irs.glass". Did you mean "iris.glass"?
        """
        text = _("there is no file {file}").format(file=_quoted(path))
        return cls(text + suggestion(Path(path).name, names))

    @classmethod
    def folder(cls, path: AnyPath) -> ModelFileError:
        """Say that a path leads to a folder.

        Examples
        --------
        >>> print(ModelFileError.folder("models"))
        "models" is a folder, and a model is a file. Name one in it, such as "model.glass"
        """
        text = _("{file} is a folder, and a model is a file. Name one in it, such as {example}")
        return cls(text.format(file=_quoted(path), example='"model.glass"'))

    @classmethod
    def no_folder(cls, path: AnyPath) -> ModelFileError:
        """Say that the folder of a file that shall be written is not there.

        Examples
        --------
        >>> print(ModelFileError.no_folder("models/iris.glass"))
        there is no folder "models", where "iris.glass" shall be saved. Make it first
        """
        text = _("there is no folder {folder}, where {file} shall be saved. Make it first")
        return cls(text.format(folder=_quoted(Path(path).parent), file=_quoted(Path(path).name)))

    @classmethod
    def exists(cls, path: AnyPath) -> ModelFileError:
        """Say that a file would be replaced.

        Examples
        --------
        >>> print(ModelFileError.exists("iris.glass"))
        "iris.glass" exists already. Choose another name, or pass overwrite=True (on the command line --force)
        """
        text = _("{file} exists already. Choose another name, or pass overwrite=True (on the command line --force)")
        return cls(text.format(file=_quoted(path)))

    @classmethod
    def cannot_read(cls, path: AnyPath, reason: str) -> ModelFileError:
        """Say that the operating system does not let a file be read.

        Examples
        --------
        >>> print(ModelFileError.cannot_read("iris.glass", "Permission denied"))
        "iris.glass" cannot be read: Permission denied. Check its permissions and its disk
        """
        text = _("{file} cannot be read: {reason}. Check its permissions and its disk")
        return cls(text.format(file=_quoted(path), reason=reason))

    @classmethod
    def cannot_write(cls, path: AnyPath, reason: str) -> ModelFileError:
        """Say that the operating system does not let a file be written.

        Examples
        --------
        >>> print(ModelFileError.cannot_write("iris.glass", "No space left on device"))
        "iris.glass" cannot be written: No space left on device. Choose another folder, or mend this one; the model is unchanged
        """  # noqa: E501 (the message is one line)
        text = _("{file} cannot be written: {reason}. Choose another folder, or mend this one; the model is unchanged")
        return cls(text.format(file=_quoted(path), reason=reason))

    # ------------------------------------------------------------------------------------- what a model file is not

    @classmethod
    def empty(cls, path: AnyPath) -> ModelFileError:
        """Say that a file has no content."""
        return cls(_("{file} holds no model: it is empty. Save the model again").format(file=_quoted(path)))

    @classmethod
    def not_safetensors(cls, path: AnyPath) -> ModelFileError:
        """Say that a file is of another kind.

        Examples
        --------
        >>> print(ModelFileError.not_safetensors("people.csv"))
        "people.csv" holds no model: it does not begin as a .glass file does. model.save("model.glass") writes one
        """
        text = _("{file} holds no model: it does not begin as a .glass file does. {example} writes one")
        return cls(text.format(file=_quoted(path), example='model.save("model.glass")'))

    @classmethod
    def foreign(cls, path: AnyPath) -> ModelFileError:
        """Say that a safetensors file is not one of ours.

        Examples
        --------
        >>> print(ModelFileError.foreign("llama.safetensors"))
        "llama.safetensors" holds tensors, but no glassnet model. model.save("model.glass") writes one
        """
        text = _("{file} holds tensors, but no glassnet model. {example} writes one")
        return cls(text.format(file=_quoted(path), example='model.save("model.glass")'))

    @classmethod
    def newer(cls, path: AnyPath, version: int, known: int) -> ModelFileError:
        """Say that a file has a format that this glassnet does not know yet.

        Examples
        --------
        >>> print(ModelFileError.newer("iris.glass", 3, known=1))
        "iris.glass" has version 3 of the format, and this glassnet reads version 1. Update it: pip install --upgrade glassnet
        """  # noqa: E501 (the message is one line)
        text = _(
            "{file} has version {version} of the format, and this glassnet reads version {known}. "
            "Update it: pip install --upgrade glassnet"
        )
        return cls(text.format(file=_quoted(path), version=version, known=known))

    # ---------------------------------------------------------------------------------- what is wrong in a model file

    @classmethod
    def cut_off(cls, path: AnyPath, size: int, needed: int) -> ModelFileError:
        """Say that the end of a file is missing.

        Examples
        --------
        >>> print(ModelFileError.cut_off("iris.glass", 4096, 9216))
        "iris.glass" is cut off: it has 4,096 bytes of at least 9,216. Copy it again, or save the model again
        """
        text = _("{file} is cut off: it has {size} bytes of at least {needed}. Copy it again, or save the model again")
        return cls(text.format(file=_quoted(path), size=f"{size:,}", needed=f"{needed:,}"))

    @classmethod
    def damaged(cls, path: AnyPath, reason: str) -> ModelFileError:
        """Say that a file begins well, but is no safetensors file; `reason` is what the reader of such files says."""
        text = _("{file} is damaged ({reason}). Copy it again, or save the model again")
        return cls(text.format(file=_quoted(path), reason=reason))

    @classmethod
    def altered(cls, path: AnyPath) -> ModelFileError:
        """Say that the checksum is not that of the content.

        Examples
        --------
        >>> print(ModelFileError.altered("iris.glass"))
        "iris.glass" is not as it was saved: its checksum differs. Copy it again, or save the model again
        """
        text = _("{file} is not as it was saved: its checksum differs. Copy it again, or save the model again")
        return cls(text.format(file=_quoted(path)))

    @classmethod
    def malformed(cls, path: AnyPath, field: str, must_be: str, writer: str | None = None) -> ModelFileError:
        """Say that a field of a file is not what the format says.

        Parameters
        ----------
        path : str or path
        field : str
            Name of a tensor, or path to a field of the description.
        must_be : str
            The rule, so that "{field} must be {must_be}" is a sentence; translated already.
        writer : str, optional
            The version of glassnet that wrote the file, where it is not this one.

        Examples
        --------
        >>> print(ModelFileError.malformed("iris.glass", "coefs.0", "of shape (4, 3)"))
        "iris.glass" holds no model that can be loaded: coefs.0 must be of shape (4, 3)
        >>> print(ModelFileError.malformed("iris.glass", "network", "a known one", writer="9.1"))
        "iris.glass" holds no model that can be loaded: network must be a known one. It was written by glassnet 9.1; try that version
        """  # noqa: E501 (the message is one line)
        text = _("{file} holds no model that can be loaded: {field} must be {must_be}")
        text = text.format(file=_quoted(path), field=field, must_be=must_be)
        if writer is not None:
            written = _(". It was written by glassnet {version}; try that version")
            text += written.format(version=shown(writer, 20)[1:-1])
        return cls(text)

    # ------------------------------------------------------------------------------------- what cannot be put in a file

    @classmethod
    def unfit(cls, field: str, must_be: str) -> ModelFileError:
        """Say that a model has been changed so that its file could not be loaded.

        Examples
        --------
        >>> print(ModelFileError.unfit("coefs.0", "finite numbers"))
        this model cannot be saved: coefs.0 must be finite numbers
        """
        text = _("this model cannot be saved: {field} must be {must_be}")
        return cls(text.format(field=field, must_be=must_be))

    @classmethod
    def not_ours(cls, received: str, names: Sequence[str]) -> ModelFileError:
        """Say that only glassnet's own estimators have a file format: a subclass may hold anything.

        Examples
        --------
        >>> print(ModelFileError.not_ours("mine.Network", ["MLPClassifier", "MLPRegressor"]))
        a .glass file holds one of MLPClassifier, MLPRegressor; got mine.Network. Other estimators can be pickled
        """
        text = _("a .glass file holds one of {names}; got {received}. Other estimators can be pickled")
        return cls(text.format(names=listed(names), received=received))

    @classmethod
    def labels(cls, received: str) -> ModelFileError:
        """Say that class labels are of a type that the format does not know.

        Examples
        --------
        >>> print(ModelFileError.labels("Decimal"))
        classes of type Decimal cannot be saved. Train on text, integers, floats of at most 64 bits, booleans or dates
        """
        text = _(
            "classes of type {received} cannot be saved. "
            "Train on text, integers, floats of at most 64 bits, booleans or dates"
        )
        return cls(text.format(received=received))


def _quoted(path: AnyPath) -> str:
    return f'"{os.fspath(path)}"'
