"""What went wrong outside of glassnet's own checks, in words: files, disks, memory, and faults of glassnet itself."""

from __future__ import annotations

import contextlib
import errno
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from glassnet.errors import GlassnetError, ModelFileError, TableFileError
from glassnet.texts import _, later

DEBUG = "GLASSNET_DEBUG"  # set to 1 in the environment: faults of glassnet show where they happened

_MEANINGS = {
    errno.ENOENT: later("there is no such file or folder"),
    errno.EACCES: later("no permission: you may not read or write here"),
    errno.EPERM: later("no permission: you may not read or write here"),
    errno.EROFS: later("this disk can only be read"),
    errno.ENOSPC: later("the disk is full"),
    errno.ENOTDIR: later("a part of this path is a file, not a folder"),
    errno.EISDIR: later("this is a folder, not a file"),
    errno.EEXIST: later("something of this name is there already"),
    errno.ENAMETOOLONG: later("this name is too long"),
    errno.EMFILE: later("too many files are open"),
    errno.ENFILE: later("too many files are open"),
    errno.EIO: later("the disk failed to read or write"),
}
for _name, _meaning in (("EDQUOT", _MEANINGS[errno.ENOSPC]), ("ESTALE", _MEANINGS[errno.EIO])):
    if hasattr(errno, _name):  # not on every system
        _MEANINGS[getattr(errno, _name)] = _meaning


class Refused(GlassnetError):
    """The command will not do what was asked, and says why; the exit code is 1."""


def of_the_system(error: OSError) -> str:
    """Word what the operating system refused, with the file's name.

    Examples
    --------
    >>> of_the_system(PermissionError(13, "Permission denied", "people.csv"))
    'people.csv: no permission: you may not read or write here'
    """
    known = _MEANINGS.get(error.errno) if error.errno is not None else None
    words = _(known) if known is not None else (error.strerror or str(error) or type(error).__name__)
    name = error.filename
    if name is None or isinstance(name, int):
        return words
    return f"{printable(os.fsdecode(name))}: {words}"


def of_memory() -> str:
    """Say that memory was not enough."""
    return _(
        "this needs more memory than there is: use fewer rows or columns (--ignore), smaller layers (--hidden), "
        "or a machine with more memory"
    )


def of_glassnet(error: Exception) -> str:
    """Say that something happened that glassnet should have foreseen."""
    text = _(
        "this is a fault of glassnet, not yours ({kind}: {message}). With {variable}=1 in the environment "
        "it also tells where, which helps whoever mends it"
    )
    message = str(error).strip().split("\n", 1)[0]
    return text.format(kind=type(error).__name__, message=message or "–", variable=DEBUG)


def wants_traceback() -> bool:
    """Whether the environment asks to be told where faults of glassnet happen."""
    return os.environ.get(DEBUG, "") not in ("", "0")


def printable(text: str) -> str:
    r"""Take the power from control characters: a column's or a file's name must not steer the terminal.

    Examples
    --------
    >>> printable("red\x1b[31m")
    'red�[31m'
    """
    return "".join("�" if unicodedata.category(x) in ("Cc", "Cf", "Cs") and x != "\n" else x for x in text)


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let errors of the system name this file; a full disk names none, and unfinished files have names of their own."""
    try:
        yield
    except OSError as error:
        _rename(error, path)
        raise
    except (ModelFileError, TableFileError) as error:
        cause = error.__cause__
        if not isinstance(cause, OSError) or cause.errno not in _MEANINGS or cause.errno == errno.ENOENT:
            raise  # of a file that is not there these errors know more: the nearest names
        _rename(cause, path)
        raise cause from None  # whose words are ours, in the person's language


def _rename(error: OSError, path: Path) -> None:
    error.filename, error.filename2 = str(path), None
