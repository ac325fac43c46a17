"""Text of any encoding is read, and what cannot be read is named by line and byte."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.errors import TableFileError
from glassnet.table import text_encoding
from glassnet.table.files import describe_file, read_table
from glassnet.table.text_encoding import as_utf8, known_encoding

CHINESE = "姓名,性别,城市\n王芳,女,北京\n张伟,男,上海\n李静,女,哈尔滨\n"
GERMAN = "name,ort\nMüller,Köln\nGroß,Düsseldorf\nJäger,München\n"
FRENCH = "nom,prix\ncafé,3 €\nl’été,20 °C\n«thé»,5 m²\n"
RUSSIAN = "имя,город\nИван,Москва\n"
KOREAN = "이름,도시\n김민준,서울\n이서연,부산\n박지훈,대구광역시\n최수빈,인천\n정하은,광주\n강도윤,울산\n"


@pytest.fixture
def recognize(tmp_path):
    def recognize(data, encoding=None):
        path = tmp_path / "a.csv"
        path.write_bytes(data)
        return as_utf8(path, tmp_path, encoding)

    return recognize


@pytest.mark.parametrize(
    ("text", "encoding", "recognized", "guessed"),
    [
        ("a,b\n1,2\n", "ascii", "utf-8", False),
        (CHINESE, "utf-8", "utf-8", False),
        (CHINESE, "utf-8-sig", "utf-8-sig", False),
        (CHINESE, "utf-16", "utf-16", False),
        (CHINESE, "utf-16-le", "utf-16-le", True),
        (CHINESE, "utf-16-be", "utf-16-be", True),
        (CHINESE, "utf-32", "utf-32", False),
        (CHINESE, "gbk", "gb18030", True),
        (CHINESE, "gb18030", "gb18030", True),
        ("姓,名\n㐀𠀀,王芳李静北京\n", "gb18030", "gb18030", True),  # characters of four bytes
        ("a,b\n1,男\n", "gbk", "gb18030", True),
        ("a,b\n1，2,3\n", "gbk", "gb18030", True),  # a full-width comma, and no other sign
        (GERMAN, "latin-1", "cp1252", True),
        (FRENCH, "cp1252", "cp1252", True),
        (GERMAN, "utf-16-le", "utf-16-le", True),
        (RUSSIAN, "utf-16-be", "utf-16-be", True),
        ("a,一\n一,二\n", "utf-16-le", "utf-16-le", True),  # U+4E00 has its zero byte in the other place
    ],
)
def test_encodings_are_recognized(recognize, text, encoding, recognized, guessed):
    found = recognize(text.encode(encoding))
    assert (found.encoding, found.guessed) == (recognized, guessed)
    assert found.path.read_text(encoding="utf-8-sig") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (KOREAN, "euc-kr"),
        ("名前,都市\n田中さん,東京\n", "shift-jis"),
        ("姓名,城市\n陳怡君,台北\n", "big5"),
        ("imię,miasto\nPaweł,Łódź\nŻółć,Gdańsk\n", "cp1250"),
    ],
)
def test_nobody_guesses_what_cannot_be_told(recognize, text, encoding):
    with pytest.raises(TableFileError, match=r"is not text in utf-8: .*Name its encoding: --encoding"):
        recognize(text.encode(encoding))
    found = recognize(text.encode(encoding), encoding)
    assert found.path.read_text(encoding="utf-8") == text
    assert not found.guessed


def test_a_file_that_is_utf_8_is_not_copied(recognize, tmp_path):
    assert recognize(CHINESE.encode()).path == tmp_path / "a.csv"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"a,b\n1,caf\xe9\xe9\xe9\xe9\xe9\n", None, "utf-8: line 2 has the byte E9 (byte 10 of the file)"),
        # One broken byte in text that is UTF-8 beyond doubt: not taken for another encoding.
        ("a,b\nMüller,Köln\n".encode() + b"\xff,x\n", None, "utf-8: line 3 has the byte FF (byte 19 of the file)"),
        (CHINESE.encode() + b"\xff,x\n", None, "utf-8: line 5 has the byte FF (byte 79 of the file)"),
        (CHINESE.encode()[:-2], None, "utf-8: line 4 has the byte E6 (byte 75 of the file)"),  # cut off
        (b"a\r\nb\rc\n\xff", "utf-8", "utf-8: line 4 has the byte FF (byte 8 of the file)"),
        (b"a\r\n\r\n\xff", "ascii", "ascii: line 3 has the byte FF (byte 6 of the file)"),
        (CHINESE.encode("gbk") + b"\xff\n", None, "gb18030: line 5 has the byte FF (byte 57 of the file)"),
        ("é".encode("latin-1"), "gb18030", "gb18030: line 1 has the byte E9 (byte 1 of the file)"),
        ("ab".encode("utf-16") + b"\x00", None, "utf-16: line 1 has the byte 00 (byte 7 of the file)"),
    ],
)
def test_the_byte_that_cannot_be_decoded_is_named(recognize, data, encoding, message):
    with pytest.raises(TableFileError) as caught:
        recognize(data, encoding)
    assert str(caught.value) == (
        f"a.csv is not text in {message}. Name its encoding: --encoding gb18030, cp1252, ... (in Python: encoding=)"
    )


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_characters_may_be_cut_by_blocks(recognize, monkeypatch, size):
    monkeypatch.setattr(text_encoding._blocks, "__defaults__", (size,))
    assert recognize(CHINESE.encode()).encoding == "utf-8"
    assert recognize(CHINESE.encode("gbk")).path.read_text(encoding="utf-8") == CHINESE
    with pytest.raises(TableFileError, match=r"line 5 has the byte FF \(byte 79 of the file\)"):
        recognize(CHINESE.encode() + b"\xff,x\n")


def test_a_late_byte_is_found(recognize):
    data = b"a,b\n" + b"1,2\n" * 500_000 + b"\xff\n"
    with pytest.raises(TableFileError, match=r"line 500,002 has the byte FF \(byte 2,000,005 of the file\)"):
        recognize(data)


def test_late_chinese_is_recognized(recognize):
    data = b"a,b\n" + b"1,2\n" * 500_000 + CHINESE.encode("gbk")
    assert recognize(data).encoding == "gb18030"


@pytest.mark.parametrize(
    ("data", "position"),
    [
        (b"a,b\n1,x\x00y\n", 8),
        (bytes(range(256)) * 4, 1),
        ("漢,b\n1,\0\n".encode(), 7),
        (b"a,b\n" + b"1,2\n" * 500_000 + b"\0", 2_000_005),
    ],
)
def test_zero_bytes_are_no_text(recognize, data, position):
    with pytest.raises(TableFileError) as caught:
        recognize(data)
    assert str(caught.value) == (
        f"a.csv is no text: character {position:,} is zero. Is it a spreadsheet or a packed file under another name?"
    )


@pytest.mark.parametrize(
    ("received", "near"),
    [("gb1803", "gb18030"), ("utf8x", "utf8"), ("latin11", "latin1"), ("windows1252", "windows-1252")],
)
def test_an_unknown_encoding_is_refused_with_the_nearest(recognize, received, near):
    with pytest.raises(TableFileError, match=f'got "{received}". The nearest: .*"{near}"'):
        recognize(b"a", received)


@pytest.mark.parametrize("received", ["", "base64", "rot13", "idna", "undefined", "a\0b", "x" * 99, 3])
def test_what_is_no_encoding_of_text_is_refused(received):
    with pytest.raises(TableFileError, match="encoding must be the name of an encoding, as utf-8, gb18030 or cp1252"):
        known_encoding(received)


def test_packed_text_is_recognized(tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(CHINESE.encode("gbk")))
    assert describe_file(path).encoding == "gb18030"
    assert read_table(path)["姓名"].values.tolist() == ["王芳", "张伟", "李静"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv.gz"]


@given(st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
def test_every_text_in_a_named_encoding_is_read(tmp_path_factory, text):
    folder = tmp_path_factory.mktemp("text")
    for encoding in ("utf-8", "utf-16", "utf-16-be", "gb18030", "utf-7"):
        path = folder / "a.csv"
        path.write_bytes(text.encode(encoding))
        found = as_utf8(path, folder, encoding).path.read_bytes().decode("utf-8-sig")
        assert found == text.removeprefix("\ufeff")


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / "a.csv"
    path.write_bytes(data)
    try:
        found = as_utf8(path, folder)
    except TableFileError:
        return
    assert found.path.read_bytes().decode("utf-8-sig") == data.decode(found.encoding).removeprefix("\ufeff")
