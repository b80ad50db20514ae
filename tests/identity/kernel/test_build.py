import os
import runpy
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from identity.kernel import build, implementation, library
from tests.support.kernels import needs_native

ROOT = Path(__file__).parents[3]


def test_where_there_is_a_compiler_the_native_kernel_is_built_and_used() -> None:
    if build.compiler() is None:
        pytest.skip("this machine has no C++ compiler")
    if os.environ.get("DAIFUKU_KERNEL") == "reference":
        pytest.skip("DAIFUKU_KERNEL asks for the reference")
    assert implementation() == "native", "run: python identity/kernel/build.py"


def test_the_reference_can_be_asked_for() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import identity.kernel as k; print(k.implementation())"],
        env={**os.environ, "DAIFUKU_KERNEL": "reference"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "reference"


def test_without_a_library_the_reference_is_used_silently(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("DAIFUKU_KERNEL", raising=False)
    monkeypatch.setattr(library, "LIBRARY", tmp_path / "_native.so")
    assert library.load() is None


def test_what_is_no_library_is_warned_of(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken.so").write_bytes(b"no library")
    monkeypatch.setenv("DAIFUKU_KERNEL", str(tmp_path / "broken.so"))
    with pytest.warns(RuntimeWarning, match="does not load"):
        assert library.load() is None


@needs_native
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ABI", library.ABI + 1, "answers the calls of version"),
        ("mark", lambda: "daifuku kernel of later sources", "built from other sources"),
    ],
)
def test_a_stale_library_is_warned_of_and_not_used(
    monkeypatch: pytest.MonkeyPatch, name: str, value: Any, message: str
) -> None:
    monkeypatch.setattr(library, name, value)
    with pytest.warns(RuntimeWarning, match=message):
        assert library.load() is None


@needs_native
def test_an_installed_library_without_its_sources_is_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library, "source_digest", lambda: "")
    assert library.load()


@needs_native
def test_a_library_of_these_sources_is_not_built_again(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.environ.get("DAIFUKU_KERNEL"):
        pytest.skip("DAIFUKU_KERNEL names another library")
    monkeypatch.setenv("CXX", "false")
    before = build.LIBRARY.stat()
    assert build.build() == build.LIBRARY
    assert build.LIBRARY.stat() == before


def test_no_compiler_is_a_reason_not_to_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match=r"no C\+\+ compiler"):
        build.build(tmp_path / "_native.so")


@pytest.mark.parametrize("command", ["false", "no-such-compiler --fast"])
def test_a_compiler_that_fails_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str
) -> None:
    monkeypatch.setenv("CXX", command)
    with pytest.raises(RuntimeError, match="failed"):
        build.build(tmp_path / "_native.so")
    assert list(tmp_path.iterdir()) == []


class Hook:
    """The part of hatchling's build hooks that ours uses; hatchling is there when it builds."""

    def __init__(self, root: Path, target_name: str) -> None:
        self.root, self.target_name = str(root), target_name
        self.warnings: list[str] = []
        self.app = SimpleNamespace(display_warning=self.warnings.append)


def built(monkeypatch: pytest.MonkeyPatch, version: str, target: str = "wheel") -> tuple[Any, dict]:
    interface = ModuleType("hatchling.builders.hooks.plugin.interface")
    interface.BuildHookInterface = Hook
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    hook = runpy.run_path(str(ROOT / "hatch_build.py"))["KernelBuildHook"](ROOT, target)
    build_data = {"force_include": {}, "pure_python": True}
    hook.initialize(version, build_data)
    return hook, build_data


@needs_native
def test_a_wheel_with_the_library_is_for_its_platform_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hook, data = built(monkeypatch, "standard")
    assert not hook.warnings
    assert data["force_include"] == {str(build.LIBRARY): build.LIBRARY.relative_to(ROOT).as_posix()}
    assert data["pure_python"] is False
    assert data["tag"].startswith("py3-none-")
    assert data["tag"].count("-") == 2


@needs_native
def test_an_editable_install_finds_the_library_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, data = built(monkeypatch, "editable")
    assert data == {"force_include": {}, "pure_python": True}


def test_a_source_archive_holds_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    hook, data = built(monkeypatch, "standard", "sdist")
    assert data == {"force_include": {}, "pure_python": True}
    assert not hook.warnings


def test_a_wheel_without_the_library_is_for_every_platform_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run_path(path: str) -> dict[str, Any]:
        return {"build": failing} if path.endswith("build.py") and "kernel" in path else {}

    def failing() -> Path:
        raise RuntimeError("found no C++ compiler")

    real = runpy.run_path
    monkeypatch.setattr(runpy, "run_path", lambda path: run_path(path) or real(path))
    hook, data = built(monkeypatch, "standard")
    assert data == {"force_include": {}, "pure_python": True}
    assert hook.warnings == ["Daifuku is built without its native kernel: found no C++ compiler"]
