"""A connector from a package index gets an environment of its own, once, and is then a source."""

import zipfile
from pathlib import Path

import pytest

from connectors import registry
from connectors.airbyte_process.install import installed
from connectors.builtin.airbyte.connector import install_package
from connectors.settings import secrets
from daifuku.errors import ConfigError, NotFoundError, UserError
from tests.connectors.airbyte.tiny import KEY, PEOPLE
from tests.contract.reading import read_all
from tests.support.commandline import Cli

TINY = Path(__file__).with_name("tiny.py")
PACKAGE = "source-tiny==1.2"


def wheel(folder: Path, name: str, script: str) -> None:
    """Put a wheel of the tiny connector there, as an index would offer it."""
    info = f"{name}-1.2.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.2-py3-none-any.whl", "w") as file:
        file.writestr(f"{name}.py", TINY.read_text(encoding="utf-8"))
        said = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n"
        file.writestr(f"{info}/METADATA", said)
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        file.writestr(f"{info}/WHEEL", tag)
        file.writestr(f"{info}/entry_points.txt", script)
        file.writestr(f"{info}/RECORD", "")


@pytest.fixture(autouse=True)
def _index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """The package index is a folder."""
    del home
    wheel(tmp_path, "source_tiny", "[console_scripts]\nsource-tiny = source_tiny:main\n")
    wheel(tmp_path, "no_source", "")
    for tool in ("UV", "PIP"):
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(tmp_path))
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
    monkeypatch.setenv("UV_OFFLINE", "1")


def test_it_is_installed_once_and_runs(cli: Cli, home: Path) -> None:
    first = cli("connectors", "install", PACKAGE)
    folder = home / "airbyte" / "source-tiny-1.2"
    made = (folder / "program.json").stat().st_mtime_ns
    again = cli("connectors", "install", PACKAGE, "--json")

    assert first.status == again.status == 0, first.err
    assert "Its settings: api_key, count." in first.out
    assert set(again.json["settings"]["properties"]) == {"api_key", "count"}
    assert (folder / "program.json").stat().st_mtime_ns == made
    assert "source-tiny" in (folder / "requirements.lock").read_text().replace("_", "-")

    own = {"api_key": KEY, "count": 5}
    source = registry.connect("airbyte", {"package": PACKAGE, "config": own})
    reading = read_all(source, [PEOPLE])[PEOPLE]
    assert source.check().ok
    assert reading.ids == ["0", "1", "2", "3", "4"]


def test_its_secrets_are_those_its_schema_marks(cli: Cli) -> None:
    assert cli("connectors", "install", PACKAGE).status == 0
    config = registry.spec("airbyte").config
    own = {"api_key": KEY, "count": 5}
    held = config.model_validate({"package": PACKAGE, "config": own})
    assert list(secrets(held)) == [KEY]
    assert KEY not in repr(held)
    with pytest.raises(ConfigError, match="config: Value error, api_key: Field required"):
        registry.connect("airbyte", {"package": PACKAGE, "config": {"count": 5}})


@pytest.mark.peer
def test_with_no_uv_it_is_made_by_venv_and_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert install_package(PACKAGE).command[0].endswith("bin/source-tiny")
    assert installed(PACKAGE).schema["required"] == ["api_key"]


def test_what_was_broken_off_is_made_anew(home: Path) -> None:
    folder = home / "airbyte" / "source-tiny-1.2"
    folder.mkdir(parents=True)
    (folder / "half").write_text("")
    install_package(PACKAGE)
    assert not (folder / "half").exists()


@pytest.mark.parametrize(
    ("package", "said"),
    [
        ("source-tiny", "names no version"),
        ("../../etc==1", "names no version"),
        ("source-nonesuch==1", "source-nonesuch==1 cannot be installed"),
        ("no-source==1.2", "brings no program"),
    ],
)
def test_what_cannot_be_installed_is_said(package: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        install_package(package)


def test_a_package_that_is_not_installed_names_the_command() -> None:
    with pytest.raises(NotFoundError, match="daifuku connectors install source-tiny==9"):
        installed("source-tiny==9")
    with pytest.raises(ConfigError, match="daifuku connectors install source-tiny==9"):
        registry.connect("airbyte", {"package": "source-tiny==9"})
