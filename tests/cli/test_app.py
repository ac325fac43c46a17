"""The command line before any command runs: language, help, options, mistakes, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings

import pytest
from rich.cells import cell_len

from glassnet.cli import demo
from glassnet.cli.app import main
from glassnet.cli.options import Common
from glassnet.errors import ParameterError
from glassnet.texts import language, set_language


@pytest.fixture(autouse=True)
def _language_of_the_tests():
    yield
    set_language(None)


@pytest.fixture
def heard(monkeypatch):
    """What `demo` would have been run with; it is not run."""
    calls: list[Common] = []

    def run(common: Common) -> int:
        calls.append(common)
        return 0

    monkeypatch.setattr(demo, "run", run)
    return calls


def program(*arguments, **environment):
    """Run `python -m glassnet` as people do."""
    command = [sys.executable, "-m", "glassnet", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment or None
    )


def test_version(capsys):
    import glassnet

    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"glassnet {glassnet.__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_names_every_command_and_option(capsys, arguments):
    assert main(arguments) == 0
    out = capsys.readouterr().out
    for word in (
        "Usage: glassnet",
        "demo",
        "train",
        "predict",
        "evaluate",
        "Exit codes",
        "--seed",
        "--n-threads",
        "--out",
        "--json",
        "--lang",
        "--version",
        "--help",
    ):
        assert word in out


@pytest.mark.parametrize("arguments", [["--help"], ["demo", "--help"]])
@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_help_is_whole_and_in_one_language(arguments, spoken):
    done = program(*arguments, "--lang", spoken)
    assert done.returncode == 0
    assert "…" not in done.stdout, "no text may be cut off at 80 columns"
    assert all(cell_len(line) <= 80 for line in done.stdout.splitlines())
    for word in ("Usage", "Options", "NUMBER", "Show this help", "default"):
        assert (word.lower() in done.stdout.lower()) == (spoken == "en")


@pytest.mark.parametrize(
    "arguments", [["--seed", "7", "demo"], ["demo", "--seed", "7"], ["--seed=3", "demo", "--seed=7"]]
)
def test_options_stand_before_or_after_the_command(heard, arguments):
    assert main(arguments) == 0
    assert heard[0].seed == 7


def test_all_common_options_arrive(heard, tmp_path):
    assert main(["--json", "demo", "--n-threads", "2", "--out", str(tmp_path), "--seed", "0"]) == 0
    assert (heard[0].as_json, heard[0].n_threads, heard[0].out, heard[0].seed) == (True, 2, tmp_path, 0)


def test_seed_0_after_the_command_wins_over_another_before_it(heard):
    main(["--seed", "5", "demo", "--seed", "0"])
    assert heard[0].seed == 0


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    "arguments",
    [["--lang", "zh", "demo"], ["demo", "--lang", "zh"], ["demo", "--lang=zh"], ["--lang=en", "demo", "--lang=zh"]],
)
def test_the_language_stands_before_or_after_the_command(arguments):
    assert main(arguments) == 0
    assert language() == "zh"


@pytest.mark.usefixtures("heard")
def test_without_the_option_the_environment_decides(monkeypatch):
    monkeypatch.setenv("GLASSNET_LANG", "zh")
    assert main(["demo"]) == 0
    assert language() == "zh"


SEEDS = "--seed must be a whole number from 0 to 4294967295"
WRONG = [
    (["demo", "--sed", "1"], 'glassnet demo has no option "--sed". The nearest: "--seed".', "glassnet demo"),
    (["--sed", "1"], 'glassnet has no option "--sed". The nearest: "--seed".', "glassnet"),
    (["dmeo"], 'There is no command "dmeo". The nearest: "demo".', "glassnet"),
    (["qqq"], 'There is no command "qqq".', "glassnet"),
    (["demo", "x"], 'glassnet demo takes no argument "x".', "glassnet demo"),
    (["demo", "--seed", "x"], f'{SEEDS}; got "x".', "glassnet demo"),
    (["demo", "--seed", "-1"], f'{SEEDS}; got "-1".', "glassnet demo"),
    (["demo", "--seed", "4294967296"], f'{SEEDS}; got "4294967296".', "glassnet demo"),
    (["demo", "--n-threads", "0"], '--n-threads must be a whole number from 1 to 1024; got "0".', "glassnet demo"),
    (["demo", "--seed"], "--seed needs a value.", "glassnet"),
    (["demo", "--json=1"], "--json takes no value.", "glassnet"),
]


@pytest.mark.parametrize(("arguments", "message", "path"), WRONG)
def test_mistakes_are_answered_with_the_remedy(capsys, heard, arguments, message, path):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.err == f'{message} "{path} --help" tells more.\n'
    assert said.out == ""
    assert heard == []


def test_an_unknown_language_is_answered_with_the_known_ones(capsys, heard):
    assert main(["demo", "--lang", "fr"]) == 2
    assert capsys.readouterr().err == '--lang must be one of en, zh; got "fr"\n'
    assert heard == []


@pytest.mark.parametrize("arguments", [arguments for arguments, _message, _path in WRONG])
def test_mistakes_are_answered_in_chinese(capsys, arguments):
    assert main(["--lang", "zh", *arguments]) == 2
    said = capsys.readouterr().err
    assert "用法见" in said
    assert "tells more" not in said


def test_mistakes_are_json_where_that_was_asked_for(capsys):
    assert main(["demo", "--json", "--sed", "1"]) == 2
    said = capsys.readouterr()
    answer = json.loads(said.out)
    assert answer["exit_code"] == 2
    assert answer["error"].startswith('glassnet demo has no option "--sed"')
    assert said.err == ""


@pytest.mark.parametrize("error", [ParameterError.value("x", 1, "2"), PermissionError(13, "Permission denied", "here")])
@pytest.mark.parametrize("as_json", [False, True])
def test_errors_are_a_sentence_and_exit_code_1(capsys, monkeypatch, error, as_json):
    def fail(_common):
        raise error

    monkeypatch.setattr(demo, "run", fail)
    assert main(["demo", *(["--json"] if as_json else [])]) == 1
    said = capsys.readouterr()
    message = json.loads(said.out)["error"] if as_json else said.err.rstrip("\n")
    assert message == (
        "x must be 2; got 1"
        if isinstance(error, ParameterError)
        else "here: no permission: you may not read or write here"
    )


@pytest.mark.parametrize("as_json", [False, True])
def test_mistakes_of_ours_are_a_sentence_and_show_where_if_asked(capsys, monkeypatch, as_json):
    def fail(_common):
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(demo, "run", fail)
    monkeypatch.delenv("GLASSNET_DEBUG", raising=False)
    arguments = ["demo", *(["--json"] if as_json else [])]
    assert main(arguments) == 1
    said = capsys.readouterr()
    message = json.loads(said.out)["error"] if as_json else said.err
    assert message.startswith("this is a fault of glassnet, not yours (ZeroDivisionError: by)")
    assert "Traceback" not in said.out + said.err
    monkeypatch.setenv("GLASSNET_DEBUG", "1")
    assert main(arguments) == 1
    said = capsys.readouterr()
    assert "Traceback" in said.err
    assert "in fail" in said.err
    assert not as_json or json.loads(said.out)["exit_code"] == 1


def test_memory_that_is_not_enough_is_a_sentence(capsys, monkeypatch):
    def fail(_common):
        raise MemoryError

    monkeypatch.setattr(demo, "run", fail)
    assert main(["demo"]) == 1
    assert "more memory than there is" in capsys.readouterr().err


def test_a_warning_is_a_sentence(capsys, monkeypatch):
    def warn(_common):
        warnings.warn("the rate is\x1b[31m high", UserWarning, stacklevel=1)
        return 0

    monkeypatch.setattr(demo, "run", warn)
    with warnings.catch_warnings():
        warnings.simplefilter("default")
        assert main(["demo"]) == 0
    assert capsys.readouterr().err == "note: the rate is�[31m high\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_an_interruption_is_exit_code_130(capsys, monkeypatch, as_json):
    def interrupted(_common):
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "run", interrupted)
    assert main(["demo", *(["--json"] if as_json else [])]) == 130
    said = capsys.readouterr()
    assert (json.loads(said.out)["error"] if as_json else said.err) == ("interrupted" if as_json else "interrupted\n")


def test_python_m_glassnet_is_glassnet():
    done = program("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("glassnet ")


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_an_encoding_that_lacks_characters_is_no_error(spoken):
    command = [sys.executable, "-m", "glassnet", "demo", "--sed", "--lang", spoken]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    for arguments, code in ((command, 2), ([*command[:4], "--help", "--lang", spoken], 0)):
        done = subprocess.run(arguments, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == code
        assert "Traceback" not in done.stderr
        assert ("?" in done.stdout + done.stderr) == (spoken == "zh"), "what can be written is written"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_has_gone_is_no_traceback():
    code = "import sys; from glassnet.cli.app import main; sys.exit(main(['--help']))"
    shell = f'"{sys.executable}" -c "{code}" | true'
    done = subprocess.run(shell, shell=True, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
