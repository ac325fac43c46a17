"""Tables that are brought: read, told of, kept within bounds; whatever else comes is refused in words."""

from __future__ import annotations

import gzip
import json
import socket
from pathlib import Path

import numpy as np
import pytest
from tests.playground.client import asked, connected

from glassnet.playground import uploads
from glassnet.playground.messages import MessageError
from glassnet.playground.uploads import Tables, TooLarge, Uploaded, read_upload
from glassnet.table import as_table, write_table

FLOWERS = "long,wide,kind\n" + "\n".join(
    f"{4 + row % 7 * 0.3:.1f},{1 + row % 5 * 0.2:.1f},{'rose' if row % 2 else 'lily'}" for row in range(60)
)


def upload(server, name, body):
    response, answer = asked(server, f"/upload?name={name}", "POST", body=body)
    return response.status, json.loads(answer)


def head_of_upload(server, length):
    lines = ("POST /upload?name=a.csv HTTP/1.1", f"Host: 127.0.0.1:{server.port}", f"Content-Length: {length}", "", "")
    return "\r\n".join(lines).encode()


def test_an_uploaded_table_can_be_learned_from(server):
    status, told = upload(server, "flowers.csv", FLOWERS.encode())
    assert status == 200
    assert (told["name"], told["rows"], told["target"]) == ("flowers.csv", 60, None)
    assert [(one["name"], one["kind"]) for one in told["columns"]] == [
        ("long", "number"),
        ("wide", "number"),
        ("kind", "text"),
    ]
    with connected(server) as client:
        hello = client.ask("hello")
        assert told in hello["tables"]
        chosen = {"id": told["id"], "name": told["name"], "columns": ["long", "wide"], "target": "kind"}
        answer = client.ask("set", setup={"data": {"name": "table", "table": chosen}})
        assert answer["class_names"] == ["lily", "rose"]
        assert answer["column_names"] == ["long", "wide"]
        client.ask("step")
        gone = {**chosen, "id": "0" * 16}
        assert client.refused("set", setup={"data": {"name": "table", "table": gone}})["where"].startswith("data.table")


def test_a_file_is_known_by_its_bytes(server):
    _, first = upload(server, "one.csv", FLOWERS.encode())
    _, again = upload(server, "one.csv", FLOWERS.encode())
    _, other = upload(server, "one.csv", FLOWERS.encode() + b"\n5,1,rose")
    assert first["id"] == again["id"] != other["id"]


def test_formats(tmp_path):
    table = {"a": np.array([1.5, 2.0]), "b": np.array(["x", "y"])}
    for name in ("t.parquet", "t.jsonl", "t.tsv"):
        write_table(tmp_path / name, table)
        assert read_upload(name, (tmp_path / name).read_bytes()).table.names == ("a", "b")
    packed = gzip.compress(FLOWERS.encode()[:700]) + gzip.compress(FLOWERS.encode()[700:])
    assert read_upload("flowers.csv.gz", packed).table.n_rows == 60


@pytest.mark.parametrize(
    ("name", "body", "message"),
    [
        ("flowers.xlsx", b"PK", "must end in one of .csv"),
        ("flowers", b"a,b", "must end in one of .csv"),
        ("", b"a,b", "must end in one of .csv"),
        ("flowers.csv", b"", "flowers.csv"),
        ("flowers.csv", b"\x00\x01\x02" * 100, "flowers.csv"),
        ("flowers.csv", b"a,b\n1,2\n3\n", "flowers.csv"),
        ("flowers.json", b"{", "flowers.json"),
        ("flowers.json", b"[" * 100_000, "flowers.json"),
        ("flowers.parquet", b"PAR1", "flowers.parquet"),
        ("flowers.parquet", b"PAR1" + b"\xff" * 200 + b"PAR1", "flowers.parquet"),
        ("flowers.csv.gz", b"\x1f\x8b\x08\x00damaged", "damaged"),
        ("flowers.csv.gz", gzip.compress(FLOWERS.encode())[:-20], "damaged"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_table_is_refused(name, body, message):
    with pytest.raises(MessageError) as refused:
        read_upload(name, body)
    assert message in str(refused.value)
    assert "glassnet-" not in str(refused.value), "no path of this machine"


def test_names_do_no_harm():
    told = read_upload("../../etc/\x1b[31mpass\nwd\\" + "x" * 300 + ".csv", FLOWERS.encode()).to_json()
    assert len(told["name"]) <= 100
    assert told["name"].isprintable()
    assert "/" not in told["name"]
    assert read_upload("C:\\Users\\me\\flowers.csv", FLOWERS.encode()).name == "flowers.csv"


def test_a_file_that_is_too_large_is_not_read_to_its_end(server, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 2**20)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head_of_upload(server, 10**12))
        sent = 0
        try:
            while sent < 50 * 2**20:
                line.sendall(b"1,2,3\n" * 10_000)
                sent += 60_000
        except OSError:
            pass  # the server has closed the line
        else:
            pytest.fail("the server reads on")
    assert upload(server, "flowers.csv", FLOWERS.encode())[0] == 200


def test_the_bound_of_bytes_is_told(server, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 2**20)
    status, told = upload(server, "flowers.csv", b"1,2\n" * 2**18 + b"1")
    assert status == 413
    assert told == {"error": "a file may have 1 MB, not more"}


def test_few_bytes_that_stand_for_many_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_UNPACKED", 10**6)
    with pytest.raises(TooLarge, match="unpacked"):
        read_upload("zeros.csv.gz", gzip.compress(b"a,b\n" + b"0,0\n" * 10**6))
    monkeypatch.setattr(uploads, "MOST_ROWS", 1000)
    write_table(tmp_path / "zeros.parquet", {"a": np.zeros(2000)})
    with pytest.raises(TooLarge, match="2,000 rows and 1 columns"):
        read_upload("zeros.parquet", (tmp_path / "zeros.parquet").read_bytes())


def test_a_parquet_file_is_not_unpacked_before_its_size_is_known(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_ROWS", 1000)
    monkeypatch.setattr(uploads, "read_file", lambda path: pytest.fail("it was read"))
    write_table(tmp_path / "zeros.parquet", {"a": np.zeros(2000)})
    with pytest.raises(TooLarge):
        read_upload("zeros.parquet", (tmp_path / "zeros.parquet").read_bytes())


def test_too_many_rows_or_columns_are_refused():
    with pytest.raises(TooLarge, match="501 columns"):
        read_upload("wide.csv", (",".join(f"c{i}" for i in range(501)) + "\n" + ",".join(["1"] * 501)).encode())
    with pytest.raises(TooLarge, match="200,001 rows"):
        read_upload("long.csv", b"a\n" + b"1\n" * 200_001)


def test_a_body_that_breaks_off_harms_nobody(server):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(head_of_upload(server, 1000) + b"a,b")
    assert upload(server, "flowers.csv", FLOWERS.encode())[0] == 200


def test_the_oldest_upload_leaves_but_not_the_table_of_the_command_line():
    tables = Tables()
    table = as_table({"a": [1.0]})
    tables.add(Uploaded("mine", "mine.csv", table, "a"))
    for number in range(20):
        tables.add(Uploaded(str(number), "other.csv", table))
    assert list(tables) == ["mine", *map(str, range(13, 20))]
    tables.add(Uploaded("mine", "mine.csv", table))
    assert tables.to_json()[0]["target"] == "a"
    with pytest.raises(KeyError):
        tables["0"]


def test_errors_speak_the_language_that_is_asked_for(server):
    _, body = asked(server, "/upload?name=a.xlsx&lang=zh", "POST", body=b"PK")
    assert "表的文件名必须以下列之一结尾" in json.loads(body)["error"]


def test_nothing_is_left_on_the_disk(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    read_upload("flowers.csv", FLOWERS.encode())
    with pytest.raises(MessageError):
        read_upload("flowers.parquet", b"PAR1")
    assert list(Path(tmp_path).iterdir()) == []
