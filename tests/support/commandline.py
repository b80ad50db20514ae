"""The command line in this process, over a home of the test's own."""

import json
import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.cli.main import run

CUSTOMERS = """番号,氏名,フリガナ,電話番号,メールアドレス,生年月日
A1,山田 太郎,ヤマダ タロウ,090-1234-5678,taro@example.jp,1980-04-01
A2,山田太郎,,09012345678,,
A3,高橋 花子,タカハシ ハナコ,,hanako@example.jp,不明
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What stands on stdout, which is one JSON document and nothing else."""
        return json.loads(self.out)


Cli = Callable[..., Ended]


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """Commands set logging up for their process: this one goes on without."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of an installation, its database ready."""
    folder = tmp_path / "home"
    folder.mkdir()
    shutil.copyfile(sqlite_template, folder / "daifuku.sqlite")
    monkeypatch.setenv("DAIFUKU_HOME", str(folder))
    for name in ("DAIFUKU_DATABASE_URL", "DAIFUKU_REDIS_URL", "DAIFUKU_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def cli(
    home: Path,
    logging_as_before: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Cli:
    """Runs `daifuku` with these words."""
    del home, logging_as_before

    def daifuku(*words: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["daifuku", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ending:
            run()
        said = capsys.readouterr()
        return Ended(int(ending.value.code or 0), said.out, said.err)

    return daifuku


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of three customers, one of them with a date that is none."""
    path = tmp_path / "customers.csv"
    path.write_text(CUSTOMERS, encoding="utf-8")
    return path


@pytest.fixture
def shop(cli: Cli, table: Path) -> str:
    """The name of a source that reads the table."""
    path, column = f"path={table}", "id_column=番号"
    ended = cli("source", "add", "shop", "--connector", "file", "--set", path, "--set", column)
    assert ended.status == 0, ended.err
    return "shop"
