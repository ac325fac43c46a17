"""Text files of any encoding, recognized and turned to UTF-8.

What decides, in this order:

    1. the encoding that was named
    2. a byte order mark
    3. zero bytes, which UTF-16 has in its ASCII characters and nothing else has: decoded as it, the text must be clean
    4. the whole file is valid UTF-8; hardly any other text is, by chance
    5. the whole file is valid GB18030 (so GBK, GB2312) *and* most of its Chinese characters are among the 3,755 common
       ones of GB2312; text of other encodings gives rare characters there
    6. the bytes above 127 are, read as Windows-1252, letters among Latin letters and the usual signs

Otherwise nobody can tell, and the person is asked. 5 and 6 are guesses by what text looks like: a few words of Korean
or Japanese can pass for GB18030, and Turkish or Czech for Windows-1252. So the encoding is told with the result
(`FileFacts`), and can be named.
"""

from __future__ import annotations

import codecs
import functools
import itertools
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from glassnet.errors import TableFileError

BLOCK = 1 << 20
SAMPLE = 1 << 16
_MARKS = (  # UTF-32's first, because it begins with UTF-16's
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNS = frozenset("‘’“”–—…•€£¥§©®°±²³µ¶·¹º»«ª¼½¾¿¡×÷™\N{NO-BREAK SPACE}")  # of Windows-1252, besides letters


@dataclass(frozen=True)
class Utf8Text:
    """A text file as UTF-8.

    Parameters
    ----------
    path : Path
        Where the UTF-8 lies: the file itself if it was UTF-8 already, else a copy.
    encoding : str
        What the file's own encoding was, as Python calls it.
    guessed : bool
        Recognized by what the text looks like; True for GB18030, Windows-1252 and for UTF-16 without a byte order mark.
    """

    path: Path
    encoding: str
    guessed: bool = False


def as_utf8(path: Path, folder: Path, encoding: str | None = None, *, source: str = "") -> Utf8Text:
    r"""Recognize a text file's encoding, check every byte of it, and write a copy in UTF-8 where it is something else.

    Parameters
    ----------
    path : Path
        The file, packed by gzip or not.
    folder : Path
        Where copies may be written.
    encoding : str, optional
        The encoding, if it is known. A byte order mark of UTF-8 is always left out.
    source : str, optional
        What messages call the file.

    Raises
    ------
    TableFileError
        If the encoding's name is unknown, a byte does not belong to it, nothing fits, the text holds a zero character,
        or the packed file is damaged.

    Examples
    --------
    >>> place = Path("names.csv")
    >>> _ = place.write_bytes("姓名,城市\n王芳,北京\n".encode("gbk"))
    >>> text = as_utf8(place, Path())
    >>> text.encoding, text.path.read_text(encoding="utf-8").split()
    ('gb18030', ['姓名,城市', '王芳,北京'])
    """
    source = source or path.name
    copy = folder / "text.utf8"
    named = None if encoding is None else known_encoding(encoding)
    head = next(_blocks(path, source, SAMPLE), b"")
    if named in (None, "utf-8") and head.startswith(codecs.BOM_UTF8):
        named = "utf-8-sig"
    guessed = False
    if named is None:
        named = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    if named is None and b"\0" in head:
        named, guessed = _utf16_without_mark(head), True
        if named is None:
            raise TableFileError.binary(source, len(head[: head.index(0)].decode("utf-8", "replace")) + 1)
    try:
        return Utf8Text(_transcoded(path, copy, named or "utf-8", source), named or "utf-8", guessed)
    except _NotThisEncodingError as error:
        guess = _guess(_lines_beyond_ascii(path, source)) if named is None else None
        if guess is None:
            raise _undecodable(path, source, error) from None
    try:
        return Utf8Text(_transcoded(path, copy, guess, source), guess, guessed=True)
    except _NotThisEncodingError as error:
        raise _undecodable(path, source, error) from None


def known_encoding(name: str) -> str:
    """Return the name that Python has for an encoding of text.

    Raises
    ------
    TableFileError
        If there is none; the nearest are named.

    Examples
    --------
    >>> known_encoding("GB2312"), known_encoding("UTF8")
    ('gb2312', 'utf-8')
    """
    import difflib
    from encodings.aliases import aliases

    with suppress(LookupError, ValueError, TypeError):
        found = codecs.lookup(name)
        # "base64" and the like are codecs too, but not of text; "idna" and "undefined" cannot read a stream.
        if getattr(found, "_is_text_encoding", True) and found.name not in ("idna", "undefined", "punycode"):
            return found.name
    names = sorted({name.replace("_", "-") for pair in aliases.items() for name in pair})
    near = difflib.get_close_matches(str(name).lower().replace("_", "-"), names, n=3, cutoff=0.6)
    raise TableFileError.unknown_encoding(name, near)


def is_gzip(path: Path) -> bool:
    """Tell by the first bytes whether a file is packed by gzip; names lie where a browser unpacked a download."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


class _NotThisEncodingError(Exception):
    """A byte does not belong to the encoding that was tried."""

    def __init__(self, encoding: str, offset: int, byte: int) -> None:
        super().__init__(encoding, offset, byte)
        self.encoding, self.offset, self.byte = encoding, offset, byte


def _undecodable(path: Path, source: str, error: _NotThisEncodingError) -> TableFileError:
    decoder = codecs.getincrementaldecoder(error.encoding)("replace")
    n_lines, left, held = 1, error.offset, ""
    for block in _blocks(path, source):
        text = held + decoder.decode(block[:left])
        held = "\r" if text.endswith("\r") else ""  # LF may follow in the next block
        n_lines += len(re.findall(r"\r\n|\r|\n", text.removesuffix("\r")))
        left -= len(block)
        if left <= 0:
            break
    n_lines += len(held)
    return TableFileError.not_decodable(source, error.encoding, error.byte, n_lines, error.offset + 1)


def _blocks(path: Path, source: str, size: int = BLOCK) -> Iterator[bytes]:
    """Yield a file's bytes, unpacked if it is packed by gzip."""
    import gzip
    import zlib

    packed = is_gzip(path)
    with path.open("rb") as raw:
        file: BinaryIO = gzip.GzipFile(fileobj=raw) if packed else raw  # type: ignore[assignment]
        while True:
            try:
                block = file.read(size)
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                raise TableFileError.broken_gzip(source) from error
            if not block:
                return
            yield block


def _transcoded(path: Path, copy: Path, encoding: str, source: str) -> Path:
    """Decode all of a file, and return where it lies as UTF-8."""
    as_it_is = encoding in ("utf-8", "utf-8-sig", "ascii")
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    if as_it_is and not is_gzip(path):
        for _ in _decoded(path, decoder, encoding, source):
            pass
        return path
    with copy.open("wb") as file:
        for text in _decoded(path, decoder, encoding, source):
            file.write(text.encode("utf-8"))
    return copy


def _decoded(path: Path, decoder: codecs.IncrementalDecoder, encoding: str, source: str) -> Iterator[str]:
    offset = n_characters = 0
    for block in itertools.chain(_blocks(path, source), [b""]):
        pending = len(decoder.getstate()[0])  # bytes of a character that the block before has begun
        try:
            text = decoder.decode(block, final=not block)
            text.encode("utf-8")  # lone surrogates, which UTF-7 and the like let through, are no text
        except UnicodeDecodeError as error:
            raise _NotThisEncodingError(encoding, offset - pending + error.start, error.object[error.start]) from None
        except UnicodeError:
            raise _NotThisEncodingError(encoding, offset, (block or b"\0")[0]) from None
        if "\0" in text:
            raise TableFileError.binary(source, n_characters + text.index("\0") + 1)
        offset += len(block)
        n_characters += len(text)
        yield text


# ------------------------------------------------------------------------------------------------------------- guesses


def _utf16_without_mark(head: bytes) -> str | None:
    """Name the UTF-16 that decodes to clean text, with ASCII in it."""
    plausible = {}
    for encoding in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(encoding, "ignore")
        kinds = [unicodedata.category(c) for c in set(text) - {"\t", "\r", "\n"}]
        if not any(kind in ("Cc", "Cn", "Co", "Cs") for kind in kinds):
            plausible[encoding] = sum(c.isascii() for c in text)
    best = max(plausible, key=plausible.__getitem__, default=None)
    return best if best and plausible[best] else None


def _lines_beyond_ascii(path: Path, source: str) -> bytes:
    """Lines with bytes above 127, from anywhere in the file, up to 64 KiB of them."""
    found, size, rest = [], 0, b""
    for block in itertools.chain(_blocks(path, source), [b""]):
        lines = (rest + block).splitlines(keepends=True)
        # What ends the block may end within a character.
        rest = lines.pop() if lines and block else b""
        for line in lines:
            if not line.isascii():
                found.append(line[:SAMPLE])
                size += len(line)
        if size >= SAMPLE or len(rest) > 16 * BLOCK:
            break
    return b"".join(found)


def _guess(sample: bytes) -> str | None:
    """Name the encoding of lines that are not valid UTF-8, or None."""
    as_utf8 = sample.decode("utf-8", "replace")
    broken = as_utf8.count("\N{REPLACEMENT CHARACTER}")
    if sum(not c.isascii() for c in as_utf8) - broken > broken:
        return None  # UTF-8 with a few broken bytes; its two-byte letters would pass for Chinese
    if _is_like_chinese(sample):
        return "gb18030"
    return "cp1252" if _is_like_latin(sample) else None


@functools.cache
def _common_chinese() -> frozenset[str]:
    """The first level of GB2312: 3,755 characters that make up more than 99% of written Chinese."""
    codes = bytes(byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
    return frozenset(codes.decode("gb2312", "ignore"))


def _is_like_chinese(sample: bytes) -> bool:
    try:
        text = sample.decode("gb18030")
    except UnicodeDecodeError as error:
        if error.end < len(sample) - 4:  # the sample may end within a character
            return False
        text = sample[: error.start].decode("gb18030")
    beyond = [c for c in text if not c.isascii()]
    # Punctuation, signs and full-width letters (rows 1 to 3 of GB2312) say nothing about how common the words are.
    telling = [c for c in beyond if not 0xA1 <= c.encode("gb18030")[0] <= 0xA3]
    leads = {c: c.encode("gb18030")[0] for c in telling}
    if len(leads) >= 20 and max(leads.values()) <= 0xC8:
        return False  # Korean EUC-KR ends there; of Chinese characters, sorted by sound, a third come after
    common = sum(c in _common_chinese() for c in telling)
    return bool(beyond) and common >= 0.6 * len(telling)


def _is_like_latin(sample: bytes) -> bool:
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    beyond = likely = 0
    for match in re.finditer(r"[^\x00-\x7f]+", text):
        run = match.group()
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        beyond += len(run)
        if len(run) > 3:
            continue  # whole words above 127 are Cyrillic, Greek, Arabic, Japanese, ...
        letters_around = before.isalpha() + after.isalpha()
        likely += sum(
            letters_around > 0 or len(run) > 1
            if unicodedata.name(c, "").startswith("LATIN")
            else c in _SIGNS and (letters_around < 2 or c == "’")
            for c in run
        )
    return likely >= 0.95 * beyond
