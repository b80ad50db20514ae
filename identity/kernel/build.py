"""Compiles the native kernel: `python identity/kernel/build.py`. The wheel's build runs this file
too, so that it needs the standard library alone.

To have the sanitizers watch the tests, build a library beside and name it; Python must load the
sanitizers' own libraries first:

    DAIFUKU_SANITIZE=address,undefined python identity/kernel/build.py /tmp/checked.so
    LD_PRELOAD="$(c++ -print-file-name=libasan.so) $(c++ -print-file-name=libstdc++.so)" \\
        ASAN_OPTIONS=detect_leaks=0 DAIFUKU_KERNEL=/tmp/checked.so pytest tests/identity/kernel
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "native"

SUFFIXES = {"darwin": ".dylib", "win32": ".dll"}
LIBRARY = HERE / f"_native{SUFFIXES.get(sys.platform, '.so')}"

COMPILERS = ("c++", "g++", "clang++")
FLAGS = ("-std=c++17", "-O3", "-shared", "-fPIC", "-pthread", "-fvisibility=hidden")
EXACT = ("-ffp-contract=off", "-fno-fast-math", "-fno-trapping-math")
"""Products and sums are rounded one by one, as Python and numpy round them. Nobody reads the flags
that they raise, so that several may be worked out at once."""

SELF_CONTAINED = ("-static-libstdc++", "-static-libgcc")
_SECONDS = 600


def source_digest() -> str:
    """What the sources in this folder are, in sixteen letters; empty where there are none."""
    digest = hashlib.sha256()
    files = sorted((*SOURCES.glob("*.h"), *SOURCES.glob("*.cpp")))
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16] if files else ""


def mark() -> str:
    """What the library says it was built from."""
    return f"daifuku kernel of {source_digest()}"


def compiler() -> list[str] | None:
    """The C++ compiler's command: CXX, or the first that is installed."""
    if chosen := os.environ.get("CXX"):
        return shlex.split(chosen)
    found = next((path for name in COMPILERS if (path := shutil.which(name))), None)
    return [found] if found else None


def build(target: Path = LIBRARY) -> Path:
    """Compile the library into `target`, unless it is there, made of these very sources.

    It appears or changes at once and whole. RuntimeError says why there is none: no compiler, or
    what it complained of.
    """
    checks = os.environ.get("DAIFUKU_SANITIZE", "")
    if not checks and target.exists() and mark().encode() in target.read_bytes():
        return target
    command = compiler()
    if command is None:
        raise RuntimeError("found no C++ compiler (set CXX, or install g++ or clang++)")
    flags = [*FLAGS, *EXACT, f'-DDAIFUKU_SOURCES="{mark()}"']
    if checks:
        flags += ["-g", "-O1", f"-fsanitize={checks}", "-fno-sanitize-recover=all"]
    sources = [str(file) for file in sorted(SOURCES.glob("*.cpp"))]
    complaint = ""
    try:
        with TemporaryDirectory(dir=target.parent, prefix=".build-") as folder:
            made = Path(folder) / target.name
            for extra in _ways_to_link(sanitized=bool(checks)):
                complaint = _run([*command, *flags, *extra, *sources, "-o", str(made)])
                if not complaint:
                    made.replace(target)
                    return target
    except OSError as error:
        raise RuntimeError(f"cannot write {target}: {error}") from error
    raise RuntimeError(f"{shlex.join(command)} failed: {complaint}")


def _ways_to_link(*, sanitized: bool) -> Iterable[tuple[str, ...]]:
    """A library that brings the compiler's own along runs on machines that lack them."""
    return ((),) if sanitized or sys.platform == "darwin" else (SELF_CONTAINED, ())


def _run(command: list[str]) -> str:
    """What a command complained of; empty where it worked."""
    try:
        done = subprocess.run(  # noqa: S603 - the compiler that the user chose, on our own sources
            command, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip()[-2000:] or "no reason given"


if __name__ == "__main__":
    try:
        build(*map(Path, sys.argv[1:]))
    except RuntimeError as error:
        sys.exit(str(error))
