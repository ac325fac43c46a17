"""Where the command line starts and ends: the language, the program, and what becomes of errors.

Nothing heavy is imported here or in `program.py`, so that `glassnet --help` answers at once. The language is found
before the program is imported, because help texts are translated when the options are declared.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any

from glassnet.cli import failures
from glassnet.errors import GlassnetError
from glassnet.texts import _, languages, set_language

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `glassnet` and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands after `glassnet`; None takes the process's own.

    Examples
    --------
    >>> main(["--version"])
    glassnet ...
    0
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an arrow that the terminal's encoding lacks is no reason to fail
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in arguments
    chosen = language_of(arguments)
    if chosen is not None:
        try:
            set_language(chosen)
        except ValueError:
            text = _('--lang must be one of {choices}; got "{received}"')
            message = text.format(choices=", ".join(languages()), received=chosen)
            return fail(message, as_json=as_json, code=WRONG_USAGE)

    from glassnet.cli.program import program
    from glassnet.cli.usage import Interrupted, UsageError, usage_message

    try:
        with warnings.catch_warnings():
            warnings.showwarning = _say_warning
            outcome = program(args=arguments, prog_name="glassnet", standalone_mode=False)
        _flush()
    except UsageError as error:
        return fail(usage_message(error), as_json=as_json, code=WRONG_USAGE)
    except GlassnetError as error:
        return fail(str(error), as_json=as_json, code=FAILED)
    except (Interrupted, KeyboardInterrupt):
        return fail(_("interrupted"), as_json=as_json, code=INTERRUPTED)
    except BrokenPipeError:
        _drop_output()  # whoever read our output (`| head`) has gone
        return FAILED
    except OSError as error:
        return fail(failures.of_the_system(error), as_json=as_json, code=FAILED)
    except MemoryError:
        return fail(failures.of_memory(), as_json=as_json, code=FAILED)
    except Exception as error:  # noqa: BLE001 (a person gets a sentence, whatever happens)
        if failures.wants_traceback():
            traceback.print_exc()
        return fail(failures.of_glassnet(error), as_json=as_json, code=FAILED)
    return outcome if isinstance(outcome, int) else 0


def language_of(arguments: Sequence[str]) -> str | None:
    """Find `--lang LANGUAGE` wherever it stands; the last one wins, as for every option.

    Examples
    --------
    >>> language_of(["demo", "--lang", "zh"])
    'zh'
    >>> language_of(["--lang=en", "demo"])
    'en'
    """
    found = None
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            found = arguments[position + 1]
        elif argument.startswith("--lang="):
            found = argument.removeprefix("--lang=")
    return found


def fail(message: str, *, as_json: bool, code: int) -> int:
    """Say what is wrong, to people on standard error or to programs as JSON on standard output; return the code."""
    message = failures.printable(message)
    if as_json:
        print(json.dumps({"error": message, "exit_code": code}))  # noqa: T201
    else:
        print(message, file=sys.stderr)  # noqa: T201
    return code


def _flush() -> None:
    """Write out what was printed while errors can still be told."""
    try:
        sys.stdout.flush()
    except OSError as error:
        _drop_output()
        error.filename = error.filename or _("standard output")
        raise


def _drop_output() -> None:
    """Let what could not be printed go: Python would complain again when it closes the stream."""
    with contextlib.suppress(io.UnsupportedOperation):  # no file stands behind the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_warning(message: Warning | str, *_where: Any, **_more: Any) -> None:
    """Say a warning as a sentence, without the line of Python that it comes from."""
    print(failures.printable(_("note: {message}").format(message=message)), file=sys.stderr)  # noqa: T201
