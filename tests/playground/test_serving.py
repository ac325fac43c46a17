"""The server finds its port, is there at once, and ends when it is told to; the command does what it says."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import pytest
from tests.cli.people import people, run_program, write_csv
from tests.playground.client import asked, connected

from glassnet.playground import serving
from glassnet.playground.serving import PortTaken, Server, listening


def taken(port: int = 0) -> socket.socket:
    made = socket.socket()
    made.bind(("127.0.0.1", port))
    made.listen(1)
    return made


def test_a_port_that_is_taken_is_named():
    with taken() as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} is taken by another program; --port names another"):
            listening(port)


def test_without_a_port_the_next_free_one_is_found(monkeypatch):
    with taken() as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(serving, "PORT", port)
        with listening(None) as found:
            assert found.getsockname()[0] == "127.0.0.1"
            assert found.getsockname()[1] != port


def test_where_all_are_taken_any_is_found(monkeypatch):
    with taken() as other:
        monkeypatch.setattr(serving, "PORT", other.getsockname()[1])
        monkeypatch.setattr(serving, "N_PORTS", 1)
        with listening(None) as found:
            assert found.getsockname()[1] not in {0, other.getsockname()[1]}


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="whoever runs this may use every port")
def test_a_port_that_may_not_be_used_is_named():
    with pytest.raises(PortTaken, match="from 1024 on"):
        listening(1)


def test_the_command_refuses_what_it_cannot_do(tmp_path):
    table = write_csv(tmp_path / "people.csv", people(50))
    with taken() as other:
        done = run_program("playground", "--no-browser", "--port", other.getsockname()[1])
        assert (done.code, done.out) == (1, "")
        assert "is taken by another program" in done.err
    for arguments, code, message in (
        (("--port", "65536"), 2, "--port must be a whole number from 0 to 65535"),
        (("--port", "http"), 2, "--port must be a whole number"),
        ((table,), 2, "FILE and --target belong together"),
        (("--target", "income"), 2, "FILE and --target belong together"),
        ((table, "--target", "incme"), 1, 'has no column "incme"'),
        ((tmp_path / "people.cvs", "--target", "income"), 1, "people.csv"),
        (("--brwser",), 2, "has no option"),
    ):
        done = run_program("playground", "--no-browser", *arguments)
        assert (done.code, done.out) == (code, ""), arguments
        assert message in done.err


class Running:
    """The command in a process of its own."""

    def __init__(self, *arguments: object) -> None:
        self.start = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "glassnet", "playground", "--no-browser", "--port", "0"]
            + [str(argument) for argument in arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONUTF8": "1"},
        )

    def lines(self, n: int) -> list[str]:
        assert self.process.stdout is not None
        return [self.process.stdout.readline().strip() for _ in range(n)]

    def end(self, how: int = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err

    def __enter__(self):
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.kill()
        self.process.communicate()


def first_byte(port: int) -> bytes:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as line:
        line.request("GET", "/")
        return line.getresponse().read(1)


@pytest.mark.skipif(sys.platform == "win32", reason="no process there can be told Ctrl-C alone")
def test_ctrl_c_ends_the_command_in_silence():
    with Running() as running:
        said, how = running.lines(2)
        assert said.startswith("The playground is at http://127.0.0.1:")
        assert how == "It ends with Ctrl-C; nothing of it leaves this machine."
        port = int(said.rstrip("/").rsplit(":", 1)[1])
        assert first_byte(port) == b"<"
        with connected(port) as client:
            client.ask("hello")
            client.ask("play", pace="full")
            start = time.perf_counter()
            assert running.end() == (0, "", "")
            assert time.perf_counter() - start < 5


@pytest.mark.skipif(sys.platform == "win32", reason="no process there can be told Ctrl-C alone")
def test_the_command_for_programs_with_a_table(tmp_path):
    table = write_csv(tmp_path / "people.csv", people(120))
    with Running(table, "--target", "income", "--seed", 3, "--lang", "zh", "--json") as running:
        told = json.loads(running.lines(1)[0])
        assert told["command"] == "playground"
        port = int(told["url"].rstrip("/").rsplit(":", 1)[1])
        assert b'data-lang="zh"' in asked(port, "/")[1]
        with connected(port) as client:
            hello = client.ask("hello")
            assert hello["setup"]["data"]["table"]["target"] == "income"
            assert hello["setup"]["model"]["random_state"] == 3
            assert hello["tables"][0]["target"] == "income"
            assert hello["lang"] == "zh"
        assert running.end()[0] == 0


def test_a_browser_is_opened_unless_it_is_not_wanted(monkeypatch):
    from glassnet.cli import playground

    opened = threading.Event()
    seen = []
    monkeypatch.setattr(playground.webbrowser, "open", lambda url: (seen.append(url), opened.set()))
    monkeypatch.setattr(Server, "run", lambda self, when_ready: (when_ready(), self._socket.close()))
    assert run_program("playground", "--no-browser", "--port", "0").code == 0
    assert not opened.wait(0.1)
    done = run_program("playground", "--port", "0", "--lang", "zh")
    assert done.code == 0
    assert opened.wait(5)
    assert seen[0] in done.out
    assert "游乐场" in done.out


@pytest.mark.slow
def test_the_page_is_there_within_a_second():
    seconds = []
    for _ in range(5):
        with Running("--json") as running:
            port = int(json.loads(running.lines(1)[0])["url"].rstrip("/").rsplit(":", 1)[1])
            assert first_byte(port) == b"<"
            seconds.append(time.perf_counter() - running.start)
    assert min(seconds) < 1
