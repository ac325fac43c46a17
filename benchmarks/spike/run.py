"""The spike behind the engine's product: our kernel against SciPy's BLAS, two phases against private gradients.

Compiles product.cpp for each x86-64 level that this processor runs, checks every product against float64, then prints,
for the shapes of a dense layer (rows x inputs -> units), one core, the speed of the three products with everything
that a step
needs around them: the gather of the batch, bias and relu in the forward product. Its numbers decide the border
between the two providers of the product; docs/engine.md keeps them.

    python benchmarks/spike/run.py [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import scipy.linalg.cython_blas

HERE = Path(__file__).parent
ENGINE = HERE.parents[1] / "cpp" / "engine"
# Our level, the processor flag that it needs, the OpenBLAS kernels for processors of that level: equals compete.
LEVELS = {
    "v4": ("x86-64-v4", "avx512f", "SkylakeX"),
    "v3": ("x86-64-v3", "avx2", "Haswell"),
    "v2": ("x86-64-v2", "sse4_2", "Nehalem"),
}
SHAPES = [  # rows, inputs, units
    (32, 10, 32), (200, 20, 64), (200, 64, 64), (200, 100, 100), (256, 54, 256), (256, 256, 256), (128, 784, 256),
    (128, 256, 128), (512, 512, 512), (1024, 1024, 1024), (1024, 1024, 1000), (512, 2048, 2048), (256, 4096, 4096),
]  # fmt: skip
STEPS = [(200, 64, 64), (256, 256, 256), (128, 784, 256), (1024, 1024, 1024)]


def sgemm_pointer() -> ctypes.c_void_p:
    """SciPy's sgemm, as its Cython API exports it; its integers must be 32 bits wide."""
    capsule = scipy.linalg.cython_blas.__pyx_capi__["sgemm"]
    name = ctypes.pythonapi.PyCapsule_GetName
    name.restype, name.argtypes = ctypes.c_char_p, [ctypes.py_object]
    signature = name(capsule)
    if b"int *" not in signature:
        raise SystemExit(f"this SciPy's BLAS has other integers than expected: {signature!r}")
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    return ctypes.c_void_p(pointer(capsule, signature))


def compiled(level: str, folder: Path) -> ctypes.CDLL:
    """Compile the spike for one level and load it."""
    target = folder / f"spike_{level}.so"
    flags = ["-std=c++20", "-O3", f"-march={LEVELS[level][0]}", "-ffp-contract=off", "-shared", "-fPIC", "-pthread"]
    sources = [str(HERE / "product.cpp"), str(ENGINE / "team.cpp")]
    command = [
        os.environ.get("CXX", "g++"),
        *flags,
        f"-DSPIKE_{level.upper()}",
        f"-I{ENGINE}",
        *sources,
        "-o",
        str(target),
    ]
    subprocess.run(command, check=True)
    library = ctypes.CDLL(str(target))
    library.spike_limit.restype = ctypes.c_double
    return library


def measure(library: ctypes.CDLL, budget: float, shapes: list[tuple[int, int, int]]) -> list[dict[str, object]]:
    """Check and time the products of each shape; GFLOP/s."""
    sgemm, rows_out = sgemm_pointer(), []
    size = ctypes.c_size_t
    for rows, inputs, units in shapes:
        seconds, errors = (ctypes.c_double * 6)(), (ctypes.c_double * 3)()
        block = 64 if inputs * units > 300_000 else 16
        library.spike_products(
            size(rows), size(inputs), size(units), size(block), sgemm, ctypes.c_double(budget), seconds, errors
        )
        terms = max(rows, inputs, units)
        if max(errors) > 6e-8 * terms:
            raise SystemExit(f"wrong product for {rows} x {inputs} -> {units}: errors {list(errors)}")
        work = 2e-9 * rows * inputs * units
        speeds = [work / s for s in seconds]
        rows_out.append({"rows": rows, "inputs": inputs, "units": units, "ours": speeds[:3], "blas": speeds[3:]})
        print(
            f"  {rows:5} x {inputs:4} -> {units:4}   "
            + "   ".join(f"{ours:6.1f} /{theirs:6.1f}" for ours, theirs in zip(speeds[:3], speeds[3:], strict=True))
            + f"   ours is {sum(seconds[3:]) / sum(seconds[:3]):.2f} times as fast"
        )
    return rows_out


def run_level(level: str, quick: bool) -> dict[str, object]:
    """Compile, check and time one level in this process."""
    budget = 0.02 if quick else 0.25
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(level, Path(folder))
        limit = library.spike_limit() / 1e9
        print(
            f"{level}: limit {limit:.0f} GFLOP/s a core. GFLOP/s of ours / BLAS: "
            "forward (gather, bias, relu), backward, gradient"
        )
        products = measure(library, budget, SHAPES[:4] if quick else SHAPES)
        print("  gradient and update, 2 threads, microseconds: tiles over all rows / private gradients")
        steps = []
        for rows, inputs, units in STEPS[:1] if quick else STEPS:
            seconds = (ctypes.c_double * 2)()
            library.spike_steps(*map(ctypes.c_size_t, (rows, inputs, units)), 2, ctypes.c_double(budget), seconds)
            print(f"  {rows:5} x {inputs:4} -> {units:4}   {seconds[0] * 1e6:8.1f} /{seconds[1] * 1e6:8.1f}")
            steps.append({"rows": rows, "inputs": inputs, "units": units, "seconds": list(seconds)})
    return {"limit": limit, "products": products, "steps": steps}


def main() -> None:
    """Run the spike, each level in a process of its own: OpenBLAS chooses its kernels when it is loaded."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="short timings, small shapes")
    parser.add_argument("--json", type=Path, help="write the numbers to this file")
    parser.add_argument("--level", choices=LEVELS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.level:
        result = run_level(options.level, options.quick)
        if options.json:
            options.json.write_text(json.dumps(result))
        return
    flags = Path("/proc/cpuinfo").read_text()
    results: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        for level, (_, flag, kernels) in LEVELS.items():
            if flag not in flags:
                continue
            target = Path(folder) / f"{level}.json"
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": kernels}
            environment.pop("OPENBLAS_L2_SIZE", None)
            command = [
                sys.executable,
                __file__,
                "--level",
                level,
                "--json",
                str(target),
                *(["--quick"] if options.quick else []),
            ]
            subprocess.run(command, env=environment, check=True)
            results[level] = json.loads(target.read_text())
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
