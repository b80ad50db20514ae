"""Settings come from DAIFUKU_* variables; none is needed."""

from pathlib import Path

import pytest

from daifuku.errors import SettingsError
from daifuku.settings import load_settings


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DAIFUKU_HOME", "DAIFUKU_DATABASE_URL", "DAIFUKU_PORT", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)


def test_without_any_variable_the_store_is_a_file_in_the_users_data_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/user")
    assert load_settings().store_url == "sqlite:////home/user/.local/share/daifuku/daifuku.sqlite"

    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert load_settings().home == Path("/data/daifuku")


def test_home_moves_everything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DAIFUKU_HOME", str(tmp_path))
    assert load_settings().store_url == f"sqlite:///{tmp_path}/daifuku.sqlite"


def test_a_wrong_value_names_its_variable_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DAIFUKU_PORT", "planted")
    with pytest.raises(SettingsError, match="DAIFUKU_PORT") as caught:
        load_settings()
    assert "planted" not in str(caught.value)


def test_urls_with_passwords_do_not_show_in_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DAIFUKU_DATABASE_URL", "postgresql://u:planted@127.0.0.1/db")
    assert "planted" not in repr(load_settings())
