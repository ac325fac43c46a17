"""A session does what it is told, in order and soon; it shows the latest, and nothing breaks it."""

from __future__ import annotations

import gc
import logging
import threading
import time
import weakref
from concurrent.futures import wait

import numpy as np
import pytest
from tests.patience import quickest
from tests.playground.decoding import decoded
from tests.playground.stand_in import layer, prepared
from tests.playground.test_run import assert_same, unbroken

from glassnet.errors import GlassnetError
from glassnet.playground.frames import MOST_POINTS
from glassnet.playground.outbox import Outbox
from glassnet.playground.pacing import Pacing
from glassnet.playground.session import Session

PATIENCE = 20.0  # seconds, on a machine that others use


class Audience:
    """Hears what a session says."""

    def __init__(self, watching=None):
        self.news = threading.Event()
        self.session = Session(self.news.set, watching)
        self.heard = []

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.session.close()

    def do(self, future):
        return future.result(PATIENCE)

    def take(self):
        new = [decoded(m) if isinstance(m, bytes) else (m, {}) for m in self.session.outbox.take()]
        self.heard += new
        return new

    def until(self, wanted):
        """Listen until a header is as wanted; give it with its arrays."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.news.wait(0.05)
            self.news.clear()
            for header, arrays in self.take():
                if wanted(header):
                    return header, arrays
        raise AssertionError(f"never heard, but {[h.get('kind', h.get('type')) for h, _a in self.heard[-20:]]}")

    def wait(self, happened, what):
        """Wait until something has happened."""
        end = time.monotonic() + PATIENCE
        while not happened():
            assert time.monotonic() < end, what
            time.sleep(0.02)

    def run(self, name="main"):
        return self.do(self.session.ask(lambda runs: runs[name]))


def kinds(messages):
    return [header.get("kind", header.get("type")) for header, _arrays in messages]


@pytest.fixture
def audience():
    with Audience() as one:
        yield one


def test_a_set_up_is_answered_then_its_rows_then_its_first_frame(audience):
    p = prepared(layer(4))
    fields = audience.do(audience.session.set(p, answer={"type": "answer", "id": 1}))
    assert fields == {"runs": {"main": {"epoch": 0, "state": "paused"}}, "playing": False}
    heard = audience.take()
    assert kinds(heard)[:3] == ["answer", "data", "frame"]
    frame = heard[2][0]
    assert (frame["epoch"], frame["whole"], frame["state"]) == (0, True, "paused")


def test_steps_and_ways_arrive_exactly(audience):
    p = prepared(layer(4), layer(3))
    session = audience.session
    audience.do(session.set(p))
    for ask, number, epoch in (
        (session.step, 3, 3),
        (session.step, -1, 2),
        (session.go_to, 40, 40),
        (session.go_to, 17, 17),
    ):
        assert audience.do(ask(number))["runs"]["main"] == {"epoch": epoch, "state": "paused"}
        assert_same(audience.run(), unbroken(p, epoch))
    assert audience.do(session.step(-100))["runs"]["main"]["epoch"] == 0
    assert audience.do(session.go_to(10**9))["runs"]["main"] == {"epoch": 300, "state": "finished"}
    assert_same(audience.run(), unbroken(p, 300))
    audience.until(lambda header: header.get("type") == "stopped" and header["epoch"] == 300)
    frames = [header for header, _arrays in audience.heard if header.get("kind") == "frame"]
    assert frames[-1]["epoch"] == 300


def test_steps_in_quick_succession_add_up(audience):
    audience.do(audience.session.set(prepared(layer(4))))
    audience.do(audience.session.go_to(50))
    asked = [audience.session.step(-1) for _ in range(5)]
    assert audience.do(asked[-1])["runs"]["main"]["epoch"] == 45
    assert all(one.done() for one in asked)


def test_ways_are_shown_while_the_time_line_is_dragged(audience):
    session = audience.session
    audience.do(session.set(prepared(layer(6), max_iter=100_000)))
    audience.do(session.go_to(4000))
    audience.take()
    asked = []
    for epoch in range(3990, 1000, -30):  # faster than chunks come to their ends
        asked.append(session.go_to(epoch))
        time.sleep(0.004)
    assert audience.do(asked[-1])["runs"]["main"]["epoch"] == 1020
    assert all(one.done() for one in asked)
    shown = sum(one.result()["runs"]["main"]["epoch"] != 1020 for one in asked)
    assert not session._stage.is_slow
    assert shown > 10, "each chunk that ended has brought the run to where somebody wanted it"


def test_full_pace_plays_to_the_end_and_tells_it(audience):
    p = prepared(layer(4))
    audience.do(audience.session.set(p))
    fields = audience.do(audience.session.play("full"))
    assert fields["playing"]
    header, _arrays = audience.until(lambda header: header.get("type") == "stopped")
    assert header["run"] == "main"
    assert (header["epoch"], header["state"]) == (300, "finished")
    assert "300" in header["text"]
    assert_same(audience.run(), unbroken(p, 300))
    last = [header for header, _arrays in audience.heard if header.get("kind") == "frame"][-1]
    assert (last["epoch"], last["state"]) == (300, "finished")
    assert not audience.session.playing
    assert not audience.do(audience.session.play("full"))["playing"]


def test_curves_reach_the_reader_whole_whatever_frames_are_lost(audience):
    p = prepared(layer(4), max_iter=2000)
    audience.do(audience.session.set(p))
    audience.do(audience.session.play("full"))
    known = np.empty((0, 4))

    def read(header, arrays):
        nonlocal known
        if header.get("kind") != "frame":
            return
        known = known[:0] if header["whole"] else known[known[:, 0] < header["first_epoch"]]
        known = np.concatenate([known, arrays["curves"]])
        assert len(known) == header["epoch"]

    for header, arrays in audience.heard:
        read(header, arrays)
    for _ in range(6):
        time.sleep(0.06)  # a slow reader
        for header, arrays in audience.take():
            read(header, arrays)
    audience.do(audience.session.pause())
    at = audience.run().epoch
    for target in (at - 5, at - 3, at // 2, at // 2 + 7, 0, 12):
        audience.do(audience.session.go_to(target))
        if target % 2:
            for header, arrays in audience.take():
                read(header, arrays)
    for header, arrays in audience.take():
        read(header, arrays)
    np.testing.assert_array_equal(known[:, 0], np.arange(1, 13))
    np.testing.assert_array_equal(known[:, 1], unbroken(p, 12).trace.losses.astype(np.float32))


def test_slow_pace_is_ten_epochs_a_second(audience):
    audience.do(audience.session.set(prepared(layer(4))))
    start = time.monotonic()
    audience.do(audience.session.play("slow"))
    audience.until(lambda header: header.get("kind") == "frame" and header["epoch"] >= 6)
    assert time.monotonic() - start > 0.45
    audience.do(audience.session.pause())
    assert audience.run().epoch <= (time.monotonic() - start) * 10 + 2


def test_pause_comes_soon_even_within_long_epochs(audience):
    p = prepared(layer(64, "relu"), layer(64, "relu"), layer(64, "relu"), n=18000, batch_size=2, max_iter=1000)
    audience.do(audience.session.set(p))
    audience.do(audience.session.step(1))
    audience.do(audience.session.play("full"))
    time.sleep(0.1)
    waits = []
    for _ in range(3):
        start = time.monotonic()
        audience.do(audience.session.pause())
        waits.append(time.monotonic() - start)
        audience.do(audience.session.play("full"))
        time.sleep(0.02)
    audience.do(audience.session.pause())
    assert min(waits) < 0.1
    assert audience.session._stage.is_slow, "a chunk is one long epoch here, and was interrupted"
    run = audience.run()
    assert_same(run, unbroken(p, run.epoch))


def test_two_runs_train_the_same_numbers_of_epochs(audience):
    first, second = prepared(layer(4), max_iter=100_000), prepared(layer(6, "relu"), max_iter=100_000)
    session = audience.session
    audience.do(session.set(first))
    audience.do(session.step(20))
    fields = audience.do(session.beside(second))
    assert {name: run["epoch"] for name, run in fields["runs"].items()} == {"main": 20, "beside": 0}
    for _ in range(5):
        audience.do(session.play("full"))
        audience.until(lambda h: h.get("kind") == "frame" and h["run"] == "beside" and h["epoch"] > 0)
        audience.do(session.pause())
        assert audience.run("main").epoch - audience.run("beside").epoch == 20
    assert audience.run("beside").epoch > 0
    audience.do(session.step(-1))
    assert audience.run("main").epoch - audience.run("beside").epoch == 20
    audience.do(session.go_to(30))
    for name, p in (("main", first), ("beside", second)):
        assert_same(audience.run(name), unbroken(p, 30))
    shown = {header["run"] for header, _arrays in audience.take() if header.get("kind") == "frame"}
    assert shown == {"main", "beside"}


@pytest.mark.parametrize("name", ["main", "beside"])
def test_one_of_two_runs_is_kept(audience, name):
    first, second = prepared(layer(4)), prepared(layer(6))
    audience.do(audience.session.set(first))
    audience.do(audience.session.beside(second))
    audience.do(audience.session.step(5))
    audience.take()
    fields = audience.do(audience.session.keep(name))
    assert fields["runs"] == {"main": {"epoch": 5, "state": "paused"}}
    kept = {"main": first, "beside": second}[name]
    assert audience.run().prepared is kept
    heard = audience.take()
    assert {header["run"] for header, _arrays in heard} == {"main"}
    assert kinds(heard)[-1] == "frame"
    with pytest.raises(GlassnetError, match="run must be"):
        audience.do(audience.session.keep("beside"))


def test_a_finished_run_waits_while_the_other_goes_on(audience):
    audience.do(audience.session.set(prepared(layer(4), max_iter=30)))
    audience.do(audience.session.beside(prepared(layer(4), max_iter=80)))
    audience.do(audience.session.play("full"))
    ends = {}
    while len(ends) < 2:
        header, _arrays = audience.until(lambda header: header.get("type") == "stopped")
        ends[header["run"]] = header["epoch"]
        for header, _arrays in audience.heard:
            if header.get("type") == "stopped":
                ends[header["run"]] = header["epoch"]
    assert ends == {"main": 30, "beside": 80}


def test_divergence_is_told_and_does_not_end_the_session(audience):
    p = prepared(layer(4, "relu"), classes=0, solver="sgd", learning_rate_init=0.25, momentum=0.5, batch_size=80)
    audience.do(audience.session.set(p))
    audience.do(audience.session.play("full"))
    header, _arrays = audience.until(lambda header: header.get("type") == "stopped")
    assert header["state"] == "diverged"
    assert "0.25" in header["text"]
    assert audience.do(audience.session.set(prepared(layer(4))))["runs"]["main"]["state"] == "paused"


def test_a_much_larger_network_after_a_small_one_is_shown_at_once(audience):
    session = audience.session
    small = prepared(layer(2), n=30, max_iter=1_000_000)
    large = prepared(*[layer(64)] * 4, n=3000, batch_size=8, max_iter=1_000_000)

    def first_epochs():
        audience.do(session.set(small))
        audience.do(session.play("full"))
        audience.until(lambda header: header.get("kind") == "frame" and header["epoch"] > 2000)
        audience.do(session.set(large))
        start = time.monotonic()
        audience.until(lambda header: header.get("kind") == "frame" and 0 < header["epoch"] < 10)
        return time.monotonic() - start

    assert quickest(first_epochs, below=2.0) < 2.0


def test_a_new_set_up_goes_on_playing_and_more_epochs_go_on_where_it_stands(audience):
    session = audience.session
    audience.do(session.set(prepared(layer(4), max_iter=100_000)))
    audience.do(session.play("full"))
    assert audience.do(session.set(prepared(layer(5), max_iter=100_000)))["playing"]
    audience.until(lambda header: header.get("kind") == "frame" and header["epoch"] > 5)
    audience.do(session.pause())
    at = audience.run().epoch
    fields = audience.do(session.set(prepared(layer(5), max_iter=200_000)))
    assert fields["runs"]["main"]["epoch"] == at
    frame, arrays = audience.until(lambda header: header.get("kind") == "frame" and header["whole"])
    assert frame["epoch"] == at
    assert len(arrays["curves"]) == min(at, MOST_POINTS)


def test_wrong_commands_are_refused_and_change_nothing(audience, caplog):
    session = audience.session
    for ask in (session.play("full"), session.step(), session.go_to(3), session.beside(prepared())):
        with pytest.raises(GlassnetError, match="set-up"):
            audience.do(ask)
    with pytest.raises(GlassnetError, match="run must be"):
        audience.do(session.set(prepared(), run="third"))
    audience.do(session.set(prepared(layer(3))))
    audience.do(session.step(2))
    with pytest.raises(GlassnetError, match="pace must be"):
        audience.do(session.play("fast"))
    with pytest.raises(ValueError, match="language"):
        audience.do(session.speak("xx"))
    with caplog.at_level(logging.CRITICAL), pytest.raises(ZeroDivisionError):
        audience.do(session.ask(lambda _runs: 1 / 0))
    assert audience.do(session.ask(lambda _runs: None)) is None
    with caplog.at_level(logging.CRITICAL), pytest.raises(AttributeError):
        audience.do(session.set("no set-up"))
    assert audience.run().epoch == 2
    assert audience.do(session.step(1))["runs"]["main"]["epoch"] == 3


def test_an_error_while_it_plays_is_told_and_stops_it(audience, caplog, monkeypatch):
    audience.do(audience.session.set(prepared(layer(3), max_iter=100_000)))
    run = audience.run()

    def broken(*_arguments):
        raise OSError("the disk is full")

    monkeypatch.setattr(run, "advance", broken)
    with caplog.at_level(logging.CRITICAL):
        audience.do(audience.session.play("full"))
        header, _arrays = audience.until(lambda header: header.get("type") == "error")
    assert "the disk is full" in header["error"]
    assert not audience.session.playing
    monkeypatch.undo()
    assert audience.do(audience.session.step(2))["runs"]["main"]["epoch"] == 2


def test_views_change_what_frames_hold(audience):
    audience.do(audience.session.set(prepared(layer(3))))
    audience.do(audience.session.view(grid=33, units=False))
    _header, arrays = audience.until(lambda header: header.get("kind") == "frame" and header["epoch"] == 0)
    arrays = audience.heard[-1][1]
    assert arrays["outputs"].shape == (1, 33, 33)
    assert "units" not in arrays
    audience.do(audience.session.view(frames_per_second=5))
    audience.take()
    audience.do(audience.session.play("full"))
    start, frames = time.monotonic(), 0
    while time.monotonic() < start + 0.5:
        time.sleep(0.01)
        frames += kinds(audience.take()).count("frame")
    assert frames <= 5 * (time.monotonic() - start) + 1.5


class Watcher:
    """Finds that a run is young, or old; may look every 0.2 seconds."""

    def __init__(self, prepared):
        self.prepared, self.next, self.said = prepared, 0.0, None
        self.looks = []

    def due(self, now):
        return now >= self.next

    def look(self, run):
        self.next = time.perf_counter() + 0.2
        self.looks.append(run.epoch)
        found = [{"name": "young" if run.epoch < 10 else "old"}]
        if found == self.said:
            return None
        self.said = found
        return found


def test_findings_are_told_when_they_change_and_looked_for_when_due():
    watchers = []

    def watching(prepared):
        watchers.append(Watcher(prepared))
        return watchers[-1]

    with Audience(watching) as audience:
        p = prepared(layer(3), max_iter=100_000)
        start = time.monotonic()
        audience.do(audience.session.set(p))
        header, _arrays = audience.until(lambda header: header.get("type") == "findings")
        assert header == {"type": "findings", "run": "main", "epoch": 0, "findings": [{"name": "young"}]}
        audience.do(audience.session.play("full"))
        header, _arrays = audience.until(lambda header: header.get("type") == "findings")
        assert header["findings"] == [{"name": "old"}]
        time.sleep(0.3)
        audience.do(audience.session.pause())
        at = audience.run().epoch
        watcher = watchers[-1]
        assert watcher.prepared is p
        audience.wait(lambda: watcher.looks[-1] == at, "where it stands still it is looked at once more")
        count = len(watcher.looks)
        assert count <= 3 + (time.monotonic() - start) / 0.2
        time.sleep(0.3)
        assert len(watcher.looks) == count
        said = [header for header, _arrays in audience.heard + audience.take() if header.get("type") == "findings"]
        assert len(said) == 2
        audience.do(audience.session.speak("zh"))
        audience.until(lambda header: header.get("type") == "findings")


def test_findings_that_fail_do_not_stop_a_training(caplog):
    class Blind(Watcher):
        def look(self, run):
            self.next = time.perf_counter() + 0.2
            raise KeyError("nothing to see")

    with Audience(Blind) as audience, caplog.at_level(logging.CRITICAL):
        p = prepared(layer(3), max_iter=2000)
        audience.do(audience.session.set(p))
        audience.do(audience.session.play("full"))
        header, _arrays = audience.until(lambda header: header.get("type") == "stopped")
        assert header["epoch"] == 2000
        assert any("nothing to see" in header.get("error", "") for header, _arrays in audience.heard)


def test_everything_is_told_anew_on_request(audience):
    audience.do(audience.session.set(prepared(layer(3))))
    audience.do(audience.session.step(9))
    audience.take()
    audience.do(audience.session.refresh())
    heard = audience.take()
    assert kinds(heard)[:2] == ["data", "frame"]
    assert heard[1][0]["whole"]
    assert len(heard[1][1]["curves"]) == 9


def test_texts_are_in_the_language_of_the_session():
    with Audience() as audience:
        audience.do(audience.session.speak("zh"))
        with pytest.raises(GlassnetError) as refused:
            audience.do(audience.session.play("full"))
        assert any("\u4e00" <= letter <= "\u9fff" for letter in str(refused.value))


def test_close_comes_soon():
    def seconds_to_close():
        audience = Audience()
        audience.do(audience.session.set(prepared(layer(8), max_iter=1_000_000)))
        audience.session.go_to(900_000)
        start = time.monotonic()
        audience.session.close()
        return time.monotonic() - start

    assert quickest(seconds_to_close, below=1.0) < 1.0


def test_close_frees_everything_and_cancels_what_waits():
    audience = Audience()
    p = prepared(layer(8), max_iter=1_000_000)
    audience.do(audience.session.set(p))
    way = audience.session.go_to(900_000)
    run = weakref.ref(audience.run())
    thread = audience.session._thread
    audience.session.close()
    audience.session.close()
    assert not thread.is_alive()
    assert way.done()
    assert audience.session.pause().cancelled()
    gc.collect()
    assert run() is None


def test_many_commands_from_many_threads_leave_it_whole(audience):
    p = prepared(layer(4), max_iter=100_000)
    session = audience.session
    audience.do(session.set(p))
    futures = []

    def hammer(seed):
        random = np.random.default_rng(seed)
        for _ in range(40):
            choice = int(random.integers(7))
            futures.append(
                (
                    lambda: session.play("full"),
                    lambda: session.play("slow"),
                    session.pause,
                    lambda: session.step(int(random.integers(-9, 9))),
                    lambda: session.go_to(int(random.integers(0, 200))),
                    lambda: session.view(grid=int(random.integers(20, 40))),
                    lambda: session.ask(lambda runs: runs["main"].epoch),
                )[choice]()
            )

    threads = [threading.Thread(target=hammer, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wait(futures, PATIENCE).not_done
    assert not [future for future in futures if future.exception() is not None]
    audience.do(session.go_to(77))
    assert_same(audience.run(), unbroken(p, 77))


def test_the_outbox_keeps_order_and_of_what_is_outdated_the_latest():
    woken = []
    box = Outbox(lambda: woken.append(1))
    for i in range(1000):
        box.put_latest("frame main", bytes([i % 256]))
        if i % 250 == 0:
            box.put({"n": i})
    assert box.holds("frame main")
    box.put_latest("frame beside", b"b")
    box.drop("frame beside")
    assert box.take() == [{"n": 0}, {"n": 250}, {"n": 500}, {"n": 750}, bytes([999 % 256])]
    assert len(woken) == 1005
    assert not box.holds("frame main")


def test_chunks_take_as_long_as_they_should():
    pacing = Pacing()
    for cost in (1e-4, 1e-2, 1.0):
        for _ in range(30):
            pacing.took(pacing.chunk, cost * pacing.chunk)
        assert pacing.chunk == max(1, round(0.02 / cost))
    pacing.tick(0, 10.0)
    for i in range(1, 101):
        pacing.tick(5, 10.0 + 0.01 * i)
    assert pacing.speed == pytest.approx(500, rel=0.05)
    pacing.rest()
    assert pacing.speed == 0.0
