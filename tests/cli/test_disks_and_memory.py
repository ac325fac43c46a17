"""Disks that are full or forbidden, memory that is not enough, and faults of glassnet itself: a sentence each."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest

import glassnet
from glassnet.cli import failures, files, train
from tests.cli.people import FAST, sentence


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


def refuse(number):
    """Make a function that fails as the system would."""

    def fail(*_arguments, **_options):
        raise OSError(number, os.strerror(number))

    return fail


ENGLISH = {
    errno.EACCES: "no permission",
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "this disk can only be read",
    errno.EIO: "the disk failed",
}


@pytest.mark.parametrize("number", ENGLISH)
def test_a_table_that_may_not_be_read(run, table, monkeypatch, number, language):
    monkeypatch.setattr(files, "read_file", refuse(number))
    done = run("train", table, "--target", "income", "--lang", language)
    sentence(done, 1, str(table))
    assert (ENGLISH[number] in done.err) == (language == "en")


@pytest.mark.parametrize("number", ENGLISH)
def test_a_folder_that_may_not_be_written_is_said_before_training(run, table, monkeypatch, number, language):
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse(number))
    monkeypatch.setattr(train, "learn", None)
    done = run("train", table, "--target", "income", "--lang", language)
    sentence(done, 1, str(table.parent))
    assert (ENGLISH[number] in done.err) == (language == "en")


def test_a_disk_that_is_full_when_the_model_is_saved(run, table, monkeypatch, language):
    monkeypatch.setattr(os, "fsync", refuse(errno.ENOSPC))
    done = run("train", table, "--target", "income", "--lang", language, *FAST)
    assert done.code == 1
    assert "Traceback" not in done.err
    assert done.err.splitlines()[-1].startswith(str(table.with_name("people.glass")) + ": ")
    assert ("the disk is full" in done.err) == (language == "en")
    assert {path.name for path in table.parent.iterdir()} == {"people.csv"}, "nothing is left behind"


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_disk_that_is_full_when_predictions_are_written(run, model, table, monkeypatch, ending, language):
    monkeypatch.setattr(os, "fsync", refuse(errno.ENOSPC))
    out = table.with_name(f"out.{ending}")
    sentence(run("predict", model, table, "--out", out, "--lang", language), 1, str(out))
    assert {path.name for path in table.parent.iterdir()} == {"people.csv"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device there")
@pytest.mark.parametrize("command", ["predict", "--help"])
def test_a_full_disk_behind_standard_output(model, table, command):
    words = [sys.executable, "-m", "glassnet", *([command, model, table] if command == "predict" else [command])]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert re.fullmatch("(standard output: )?the disk is full\n", done.stderr)


def test_memory_that_is_not_enough(run, table, monkeypatch, language):
    def fail(*_arguments, **_options):
        raise np._core._exceptions._ArrayMemoryError((10**12,), np.dtype(float))

    monkeypatch.setattr(glassnet, "plan", fail)
    sentence(run("train", table, "--target", "income", "--lang", language), 1, "--ignore", "--hidden")


@pytest.mark.parametrize("debug", [None, "0", "1"])
def test_faults_of_glassnet_are_sentences_too(run, table, monkeypatch, debug):
    def fail(*_arguments, **_options):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(glassnet, "plan", fail)
    monkeypatch.delenv("GLASSNET_DEBUG", raising=False)
    if debug is not None:
        monkeypatch.setenv("GLASSNET_DEBUG", debug)
    done = run("train", table, "--target", "income")
    assert done.code == 1
    assert "fault of glassnet, not yours (ZeroDivisionError: division by zero)" in done.err
    assert ("Traceback" in done.err) == (debug == "1")


def test_every_error_of_the_system_has_words():
    for number in errno.errorcode:
        words = failures.of_the_system(OSError(number, os.strerror(number), "file.csv"))
        assert words.startswith("file.csv: ")
        assert len(words) > len("file.csv: ")
    assert failures.of_the_system(OSError("odd")) == "odd"
