"""SciPy's BLAS is held to one thread, by any number of holders, and gets its number back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from glassnet.engine import blas


def threads() -> list[int]:
    return [library.get_num_threads() for library in blas._libraries()]


def test_nested_and_concurrent_holders():
    libraries = blas._libraries()
    if not libraries:
        pytest.skip("this SciPy's BLAS has no thread pool that could be asked")
    before = threads()
    for library in libraries:
        library.set_num_threads(2)
    try:
        with blas.single_threaded_blas():
            assert set(threads()) == {1}
            with blas.single_threaded_blas():
                assert set(threads()) == {1}
            assert set(threads()) == {1}

        def hold(_):
            with blas.single_threaded_blas():
                return len(blas._holders)

        # OpenBLAS lets the main thread alone change the number: others may come and go, and change nothing.
        with ThreadPoolExecutor(4) as pool:
            assert all(1 <= holders <= 4 for holders in pool.map(hold, range(50)))
        assert not blas._holders
        assert set(threads()) == {2}
    finally:
        for library, n_threads in zip(libraries, before, strict=True):
            library.set_num_threads(n_threads)


def test_an_error_gives_the_number_back():
    before = threads()
    with pytest.raises(RuntimeError, match="inside"), blas.single_threaded_blas():
        raise RuntimeError("inside")
    assert threads() == before
