"""Code for one instruction set cannot leak into code for another.

The linker keeps one copy of every weak symbol (an inline function, an instantiated template). If a unit compiled with
AVX-512 brought one that a unit for older processors brings too, the linker might keep the AVX-512 copy for both, and
the package would crash on older processors. So a unit for one instruction set may define nothing whose name does not
say which set it is for, and units for older processors may not contain newer instructions.

The object files are those of a build folder, named by the environment variable GLASSNET_BUILD_DIR (.ci/run sets it):

    pip install . --config-settings=build-dir=build/objects && GLASSNET_BUILD_DIR=build/objects pytest tests/contract
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

BUILD = os.environ.get("GLASSNET_BUILD_DIR")

needs_objects = pytest.mark.skipif(
    BUILD is None or shutil.which("nm") is None or shutil.which("objdump") is None,
    reason="needs GLASSNET_BUILD_DIR, a build folder, and binutils",
)

# What `objdump` prints of instructions that a processor of the level below does not have. VEX-encoded instructions
# begin with v; verr and verw are older than all of them.
AVX = re.compile(r"\tv(?!er[rw]\b)\w+")
AVX_512 = re.compile(r"%zmm|%[xy]mm(?:1[6-9]|2\d|3[01])|%k[0-7]")
NEWER = {"v2": AVX, "v3": AVX_512}


class Symbol(NamedTuple):
    """A symbol that an object file defines: the letter by which nm calls its kind, and its demangled name."""

    kind: str
    name: str


def defined_symbols(listing: str) -> list[Symbol]:
    """Read the output of `nm --demangle --defined-only`."""
    lines = (re.fullmatch(r"[0-9a-fA-F]*\s+([A-Za-z])\s+(.*)", line) for line in listing.splitlines())
    return [Symbol(match[1], match[2]) for match in lines if match]


def leaks(symbols: list[Symbol], isa: str) -> list[str]:
    """List what other units could be linked with although it is compiled for one instruction set.

    Lower-case kinds are local to the unit, but for v, w (weak) and u (unique).
    """
    return [
        symbol.name
        for symbol in symbols
        if (symbol.kind.isupper() or symbol.kind in "vwu") and f"glassnet::{isa}::" not in symbol.name
    ]


def isa_of(file: Path) -> str | None:
    """Name the instruction set that an object file is compiled for; None for what runs on every processor."""
    folders = (re.fullmatch(r"glassnet_(v\d|neon)\.dir", part) for part in file.parts)
    return next((match[1] for match in folders if match), None)


def object_files() -> list[Path]:
    """List the object files of the build, but for those of CMake's own checks of the compiler."""
    if BUILD is None:
        return []
    return [file for file in sorted(Path(BUILD).rglob("*.o")) if "CMakeScratch" not in file.parts]


def output_of(*command: str | Path) -> str:
    return subprocess.run([*map(str, command)], check=True, capture_output=True, text=True).stdout


@needs_objects
def test_the_build_has_a_unit_for_each_instruction_set():
    found = {isa_of(file) for file in object_files()} - {None}
    assert found in ({"v2", "v3", "v4"}, {"neon"})


@needs_objects
@pytest.mark.parametrize("file", object_files(), ids=lambda file: str(file.relative_to(BUILD)))
def test_nothing_leaks_out_of_a_unit(file):
    isa = isa_of(file)
    if isa is not None:
        symbols = defined_symbols(output_of("nm", "--demangle", "--defined-only", file))
        assert any(f"glassnet::{isa}::" in symbol.name for symbol in symbols), "the unit defines nothing of its own"
        assert leaks(symbols, isa) == []
    if isa not in ("v4", "neon"):
        newer = NEWER[isa or "v2"]
        found = [line for line in output_of("objdump", "--disassemble", file).splitlines() if newer.search(line)]
        assert not found, "instructions that the processor may not have:\n" + "\n".join(found[:5])


def test_a_leak_is_seen():
    symbols = defined_symbols(
        """
0000000000000000 W float const& std::max<float>(float const&, float const&)
0000000000000000 D glassnet::v4::kernel_set
0000000000000010 W void glassnet::v4::apply<glassnet::v4::Relu>(float const*)
0000000000000020 T glassnet::helper(float)
0000000000000030 t glassnet::local(float)
0000000000000040 V glassnet::table
0000000000000050 u guard variable for glassnet::table()::once
"""
    )
    leaking = [
        "float const& std::max<float>(float const&, float const&)",
        "glassnet::helper(float)",
        "glassnet::table",
        "guard variable for glassnet::table()::once",
    ]
    assert leaks(symbols, "v4") == leaking
    assert "glassnet::v4::kernel_set" in leaks(symbols, "v3")


@pytest.mark.parametrize(
    ("pattern", "line", "newer"),
    [
        (AVX, "  10:\tc5 f8 58 c1          \tvaddps %xmm1,%xmm0,%xmm0", True),
        (AVX, "  10:\t0f 58 c1             \taddps  %xmm1,%xmm0", False),
        (AVX, "  10:\t0f 00 e8             \tverw   %ax", False),
        (AVX_512, "  10:\t62 f1 7c 48 58 c1    \tvaddps %zmm1,%zmm0,%zmm0", True),
        (AVX_512, "  10:\t62 b1 7c 28 58 c1    \tvaddps %ymm17,%ymm0,%ymm0", True),
        (AVX_512, "  10:\t62 f1 7c 49 58 c1    \tvaddps %xmm1,%xmm0,%xmm0{%k1}", True),
        (AVX_512, "  10:\tc5 fc 58 c1          \tvaddps %ymm1,%ymm0,%ymm0", False),
    ],
)
def test_newer_instructions_are_seen(pattern, line, newer):
    assert bool(pattern.search(line)) is newer
