"""The page's reader of binary messages, in Python."""

from __future__ import annotations

import json
from typing import Any

import numpy as np


def decoded(message: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Take a message apart, and look that it keeps to the layout."""
    length = int.from_bytes(message[:4], "little")
    assert (4 + length) % 8 == 0
    header = json.loads(message[4 : 4 + length].decode())
    arrays, end = {}, 4 + length
    for name, place in header.pop("arrays").items():
        assert place["offset"] == end, "arrays stand one after the other, each at a multiple of 8"
        assert place["dtype"] in ("float32", "uint8", "int32")
        size = int(np.prod(place["shape"], dtype=int))
        array = np.frombuffer(message, place["dtype"], size, place["offset"])
        end += -(-array.nbytes // 8) * 8
        arrays[name] = array.reshape(place["shape"])
    assert end == len(message)
    return header, arrays
