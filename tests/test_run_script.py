"""./run on machines that have little: a shell, and at most a python or a uv that may not start."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "run"
COMMANDS = ("demo", "hub", "test", "hunt", "check", "format", "bench", "chaos", "setup")

UV = '#!/bin/sh\n[ "$1" = --version ] || echo "uv in $PWD: $*"\n'
BROKEN_SHIM = '#!/bin/sh\necho "uv: command not found" >&2\nexit 127\n'
PYTHON_WITH_PIP = f"""#!/bin/sh
case "$*" in
"-m pip install"*)
    while [ "$1" != --target ]; do shift; done
    mkdir -p "$2/bin" && cat >"$2/bin/uv" <<'UV' && chmod +x "$2/bin/uv"
{UV}UV
    ;;
esac
"""
PYTHON_WITH_VENV = """#!/bin/sh
case "$*" in
"-m pip"*) exit 1 ;;
"-m venv"*) mkdir -p "$4/bin" && cp "$PIP" "$4/bin/python" ;;
esac
"""
"""What its environments hold as python is the file that the variable PIP names."""
PYTHON_ALONE = '#!/bin/sh\n[ "$1" = -c ] && [ -z "$2" ]\n'


@dataclass(frozen=True, slots=True)
class Machine:
    """A checkout and the programs that ./run finds beside a shell's usual ones."""

    checkout: Path
    programs: Path
    home: Path

    def has(self, name: str, script: str) -> None:
        """Install a program."""
        path = self.programs / name
        path.write_text(script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """What `./run WORDS` comes to."""
        environment = {"PATH": str(self.programs), "HOME": str(self.home)}
        return subprocess.run(
            [self.checkout / "run", *words],
            env=environment | {"PIP": str(self.programs / "with-pip")},
            cwd=cwd or self.checkout,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    folders = [tmp_path / name for name in ("check out", "programs", "home")]
    for folder in folders:
        folder.mkdir()
    shutil.copy(RUN, folders[0])
    for name in ("cat", "chmod", "cp", "dirname", "mkdir"):
        (folders[1] / name).symlink_to(str(shutil.which(name)))
    return Machine(*folders)


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_alone_it_lists_its_commands(machine: Machine, words: tuple[str, ...]) -> None:
    done = machine.run(*words)
    assert done.returncode == 0
    assert all(f"./run {command}" in done.stdout for command in COMMANDS)
    assert not done.stderr


def test_a_command_that_is_not_there_fails_and_names_those_that_are(machine: Machine) -> None:
    done = machine.run("demp")
    assert done.returncode != 0
    assert not done.stdout
    assert "no command named demp" in done.stderr
    assert "./run demo" in done.stderr


def test_a_benchmark_that_is_not_there_fails(machine: Machine) -> None:
    machine.has("uv", UV)
    assert "no benchmark named nothing" in machine.run("bench", "nothing").stderr


def test_uv_of_the_machine_is_used(machine: Machine) -> None:
    machine.has("uv", UV)
    done = machine.run("demo", "--once")
    assert done.returncode == 0
    assert done.stdout.endswith("daifuku demo --once\n")
    assert not (machine.checkout / ".uv").exists()


def test_paths_in_the_hubs_commands_are_the_callers(machine: Machine) -> None:
    machine.has("uv", UV)
    done = machine.run("hub", "dedupe", "my customers.csv", cwd=machine.home)
    assert done.stdout.startswith(f"uv in {machine.home}: run ")
    assert f"--project {machine.checkout} " in done.stdout
    assert done.stdout.endswith("daifuku dedupe my customers.csv\n")


def _pip(machine: Machine) -> None:
    machine.has("python3", PYTHON_WITH_PIP)


def _pip_of_another_python(machine: Machine) -> None:
    machine.has("python3", PYTHON_ALONE)
    machine.has("python3.12", PYTHON_WITH_PIP)


def _venv(machine: Machine) -> None:
    machine.has("python3", PYTHON_WITH_VENV)
    installs = PYTHON_WITH_PIP.replace(
        'while [ "$1" != --target ]; do shift; done', f'set -- --target "{machine.checkout}/.uv"'
    )
    machine.has("with-pip", installs)


def _broken_shim(machine: Machine) -> None:
    machine.has("uv", BROKEN_SHIM)
    machine.has("python3", PYTHON_WITH_PIP)


@pytest.mark.parametrize("has", [_pip, _pip_of_another_python, _venv, _broken_shim])
def test_uv_is_installed_where_there_is_none(
    machine: Machine, has: Callable[[Machine], None]
) -> None:
    has(machine)
    first = machine.run("demo")
    assert first.returncode == 0, first.stderr
    assert "installing uv" in first.stderr
    assert first.stdout.endswith("daifuku demo\n")
    assert "installing uv" not in machine.run("demo").stderr


@pytest.mark.parametrize(
    ("python", "advice"), [(None, "Install Python 3.11"), (PYTHON_ALONE, "install python3-pip")]
)
def test_what_is_missing_is_named(machine: Machine, python: str | None, advice: str) -> None:
    if python:
        machine.has("python3", python)
    done = machine.run("demo")
    assert done.returncode == 1
    assert advice in done.stderr
    assert not done.stdout


def test_a_failing_pip_is_not_taken_for_uv(machine: Machine) -> None:
    machine.has("python3", '#!/bin/sh\ncase "$*" in *install*) echo offline >&2; exit 1;; esac\n')
    done = machine.run("demo")
    assert done.returncode == 1
    assert "offline" in done.stderr
    assert "could not install uv" in done.stderr


def test_where_nothing_can_be_kept_at_home_the_checkout_keeps_it(machine: Machine) -> None:
    machine.has("uv", '#!/bin/sh\necho "$XDG_CACHE_HOME $XDG_DATA_HOME"\n')
    machine.home.rmdir()
    here = machine.checkout
    assert f"{here}/.cache {here}/.daifuku\n" in machine.run("demo").stdout


def test_a_command_exits_with_the_status_of_what_it_ran(machine: Machine) -> None:
    machine.has("uv", '#!/bin/sh\n[ "$1" = --version ] || exit 7\n')
    assert machine.run("hub", "doctor").returncode == 7
    assert machine.run("test").returncode != 0


def test_it_can_be_started_after_a_clone() -> None:
    assert os.access(RUN, os.X_OK)
