"""Every message is answered, and does what it says; every wrong one is answered with an error, and nothing breaks."""

from __future__ import annotations

import json
import time

import pytest
from tests.playground.client import Client, connected, header_of

from glassnet.playground import visits
from glassnet.playground.setup import DEFAULT


def test_hello_tells_what_there_is(server):
    with connected(server) as client:
        told = client.ask("hello")
        assert told["default"] == told["setup"] == DEFAULT.to_json()
        assert {one["name"] for one in told["sets"]} >= {"spiral", "xor", "digits", "drawn", "table", "waves"}
        assert "tanh" in {one["name"] for one in told["catalog"]["activations"]}
        tasks = {one["name"]: one["tasks"] for one in told["catalog"]["losses"]}
        assert tasks["hinge"] == ["classification"]
        assert "regression" in tasks["huber"]
        assert told["limits"]["layers"] == 8
        assert told["run"] == "main"
        output = told["network"]["layers"][-1]
        assert (output["units"], output["activation"], output["kind"]) == (1, "sigmoid", "output")
        assert told["network"]["n_parameters"] == 2 * 8 + 8 + 8 * 8 + 8 + 8 + 1
        assert {choice["name"] for choice in told["choices"]}
        assert told["class_names"] == ["0", "1"]
        data, frame = header_of(client.receive()), header_of(client.receive())
        assert (data["kind"], frame["kind"], frame["epoch"]) == ("data", "frame", 0)


def test_hello_takes_the_set_up_of_the_page(server):
    with connected(server) as client:
        told = client.ask("hello", setup={"data": {"name": "plane"}, "model": {"hidden_layer_sizes": []}})
        assert told["task"] == "regression"
        assert told["network"]["layers"] == [
            {"units": 1, "activation": "identity", "formula": "x", "kind": "output"},
        ]
        assert told["default"] == DEFAULT.to_json()


def test_a_set_up_that_is_wrong_names_its_place(client):
    answer = client.refused("set", setup={"model": {"hidden_layer_sizes": [4, 4], "activation": ["tanh", "rleu"]}})
    assert answer["where"] == "model.activation[1]"
    assert "relu" in answer["error"]
    assert client.refused("set", setup={"data": {"name": "table"}})["where"].startswith("data")
    assert client.ask("set", setup={"data": {"name": "xor"}})["setup"]["data"]["name"] == "xor"


def test_steps_and_ways(client):
    client.ask("step")
    assert client.ask("step", epochs=4)["runs"]["main"] == {"epoch": 5, "state": "paused"}
    client.others.clear()
    client.ask("go_to", epoch=5)
    there = client.frame()
    assert client.ask("step", epochs=-2)["runs"]["main"]["epoch"] == 3
    assert client.ask("step", epochs=-100)["runs"]["main"]["epoch"] == 0
    client.ask("go_to", epoch=5)
    again = [one for one in map(header_of, filter(_is_binary, client.others)) if one["kind"] == "frame"][-1]
    assert (again["epoch"], again["loss"]) == (5, there["loss"])
    assert client.ask("go_to", epoch=1_000_000)["runs"]["main"]["state"] == "finished"


def test_play_and_pause(client):
    client.ask("set", setup={"model": {"max_iter": 1_000_000}})
    client.ask("play", pace="slow")
    client.others.clear()
    frames = [client.frame() for _ in range(3)]
    assert frames[-1]["state"] == "playing"
    client.ask("play", pace="full")
    reached = client.ask("pause")["runs"]["main"]["epoch"]
    assert reached > 0
    assert client.ask("pause")["runs"]["main"]["epoch"] == reached


def test_a_run_beside(client):
    assert client.refused("point", run="beside", x=[0, 0])["where"] == "run"
    assert client.ask("beside", setup={"model": {"activation": "relu"}})["run"] == "beside"
    assert client.ask("step", epochs=2)["runs"]["beside"]["epoch"] == 2
    assert client.ask("unit", run="beside", layer=1, unit=0)["text"]
    client.ask("set", run="beside", setup={"model": {"activation": "elu"}})
    client.ask("keep", run="beside")
    client.refused("keep", run="beside")
    assert "elu" in client.ask("unit", layer=1, unit=0)["title"]


def test_a_point_is_explained(client):
    by_numbers = client.ask("point", x=[1.0, 2.0])
    assert by_numbers["x"] == [1.0, 2.0]
    row = client.ask("point", row={"part": "test", "index": 3})
    again = client.ask("point", x=row["x"], target=row["target"] if isinstance(row["target"], int) else 0)
    assert again["layers"][0]["units"][0].keys() == row["layers"][0]["units"][0].keys()
    assert client.refused("point")["where"] == "x"
    client.refused("point", x=[1, 2], row={"part": "test", "index": 3})
    assert client.refused("point", row={"part": "test", "index": 150})["where"] == "row.index"
    client.refused("point", x=[1, 2, 3])
    client.refused("point", x=[1, 2], target=17)


def test_a_unit_is_put_in_words(client):
    assert client.ask("unit", layer=1, unit=7)["text"]
    client.refused("unit", layer=1, unit=8)
    client.refused("unit", layer=9, unit=0)


def test_a_curve_is_drawn_while_it_is_typed(client):
    told = client.ask("curve", activation="x * sigmoid(2 * x)")
    assert len(told["x"]) == len(told["y"]) == len(told["slope"]) == 241
    assert "tanh" in client.refused("curve", activation="x * tan(x)")["error"]
    client.refused("curve", activation="__import__('os').system('true')")
    client.refused("curve", activation="softmax")
    client.refused("curve", activation={"name": "relu", "parameters": {"slope": 1}})
    leaky = client.ask("curve", activation={"name": "leaky_relu", "parameters": {"slope": 0.5}})
    assert leaky["slope"][0] == 0.5


def test_view_changes_the_frames(client):
    client.ask("view", grid=20, units=False, frames_per_second=5)
    client.others.clear()
    client.ask("step")
    frame = client.frame()
    assert frame["arrays"]["outputs"]["shape"] == [1, 20, 20]
    assert "units" not in frame["arrays"]


def test_an_answer_behind_a_frame_does_not_wait_for_an_acknowledgement(client):
    """A socket that gathers small messages sends it 40 ms later, each time."""
    waits = []
    for _ in range(8):
        start = time.perf_counter()
        client.ask("view", grid=20)
        waits.append(time.perf_counter() - start)
    assert min(waits) < 0.03


def test_the_language_is_the_pages_own(client, server):
    with connected(server) as other:
        assert other.ask("hello", lang="zh")["lang"] == "zh"
        assert "没有" in other.refused("curve", activation="x * tan(x)")["error"]
        assert "no function" in client.refused("curve", activation="x * tan(x)")["error"]
        chinese, english = (one.ask("unit", layer=1, unit=0)["text"] for one in (other, client))
        assert chinese != english
        other.ask("lang", lang="en")
        assert other.ask("unit", layer=1, unit=0)["text"] == english


def test_the_exported_code_is_the_constructor_call(client):
    told = client.ask("export")
    assert told["filename"].endswith(".py")
    compile(told["code"], "exported", "exec")
    assert "MLPClassifier(" in told["code"]


def test_errors_without_a_number_come_as_errors(client):
    client.socket.send("no JSON")
    assert "must be JSON" in client.answer(None)["error"]
    client.socket.send(json.dumps({"type": "go_to"}))
    assert "needs epoch" in client.answer(None)["error"]
    client.socket.send(json.dumps({"type": "pause", "id": "seven"}))
    assert "id must be" in client.answer(None)["error"]
    client.socket.send(b"\x00\x01")
    assert "binary" in client.answer(None)["error"]


def test_good_messages_without_a_number_are_done_in_silence(client):
    client.socket.send(json.dumps({"type": "step", "epochs": 2}))
    client.socket.send(json.dumps({"type": "set", "setup": {"data": {"name": "xor"}}}))
    assert client.ask("step")["runs"]["main"]["epoch"] == 1
    assert not [one for one in client.others if isinstance(one, dict) and one["type"] != "findings"]


def test_before_hello_there_is_no_network(server):
    with connected(server) as client:
        for kind, fields in (("step", {}), ("play", {}), ("point", {"x": [0, 0]})):
            client.refused(kind, **fields)
        assert client.ask("curve", activation="relu")["kinks"] == [0]


def test_a_fault_of_ours_is_an_answer_too(client, monkeypatch):
    from glassnet.playground import answers

    monkeypatch.setitem(answers.ANSWERS, "curve", lambda asked: 1 / 0)
    answer = client.answer(client.send("curve", activation="relu"))
    assert answer["error"] == "this is a fault of glassnet, not yours (ZeroDivisionError: division by zero)"
    assert client.ask("pause")


def test_the_page_that_was_used_least_makes_room(server, monkeypatch):
    monkeypatch.setattr(visits, "MOST_VISITS", 2)
    with connected(server) as oldest, connected(server) as used:
        for client in (oldest, used):
            client.ask("hello", lang="zh" if client is oldest else "en")
        used.ask("pause")
        with connected(server) as newest:
            newest.ask("hello")
            goodbye = _goodbye(oldest)
            assert goodbye == "打开的页面太多：这一页最久未用，已经结束"
            assert used.ask("step")["runs"]["main"]["epoch"] == 1


def test_a_page_that_says_nothing_is_freed(server, monkeypatch):
    monkeypatch.setattr(visits, "LONGEST_IDLE", 0.3)
    with connected(server) as client:
        client.ask("hello")
        client.ask("play", pace="full")
        assert "half an hour" in _goodbye(client)


def _goodbye(client: Client) -> str:
    while True:
        message = client.receive()
        if isinstance(message, dict) and message["type"] == "goodbye":
            with pytest.raises(Exception, match="4000"):
                client.receive()
            return str(message["text"])


def _is_binary(message: object) -> bool:
    return isinstance(message, bytes)
