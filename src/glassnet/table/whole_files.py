"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> Path:
    """Write a file beside its place and move it there when it is complete.

    Whoever looks sees the old file or the new one, never a part; if writing fails, nothing is left behind.

    Parameters
    ----------
    path : Path
        Its folder must exist.
    write : callable
        Gets the open file.

    Returns
    -------
    Path
        The same path.

    Raises
    ------
    OSError
        If the file can't be made, written or moved; it names this path, not that of the unfinished file.

    Examples
    --------
    >>> write_whole(Path("three.txt"), lambda file: file.write(b"3")).read_text()
    '3'
    """
    # In the same folder, because only there is the move one step.
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None:
            # A full disk comes without a name, and the others name a file that nobody asked for.
            error.filename, error.filename2 = str(path), None
        raise
    return path
