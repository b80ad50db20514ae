"""How commands print: for people 80 columns wide, for programs a row to a line."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from api.cli import output
from api.cli.output import print_fields, print_table, print_text, progress
from tests.support.commandline import Cli

ROWS = [
    ("東京都千代田区丸の内一丁目二番三号丸の内ビルディング二十階", 7, None),
    ("short", 1200, "[bold]no markup[/bold] [/x]"),
]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What is printed on a terminal of 80 columns."""
    text = io.StringIO()
    console = Console(file=text, force_terminal=True, width=80, highlight=False, soft_wrap=True)
    monkeypatch.setattr(output, "out", console)
    monkeypatch.setattr(output, "err", console)
    return text


def test_a_table_fits_a_terminal_in_japanese_too(terminal: io.StringIO) -> None:
    long = [(name * 3, number, text) for name, number, text in ROWS]
    print_table(("name", "count", "text"), long)
    lines = [Text.from_ansi(line).plain for line in terminal.getvalue().splitlines()]
    assert len(lines) > 3
    assert max(map(cell_len, lines)) <= 80


def test_elsewhere_a_row_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("name", "count", "text"), [(name * 9, n, text) for name, n, text in ROWS])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[1].rstrip().endswith("    7  –")
    assert lines[2].rstrip().endswith(" 1200  [bold]no markup[/bold] [/x]")


def test_columns_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("名", "count"), [("山田太郎", 1), ("Anna", 22)])
    widths = [cell_len(line) for line in capsys.readouterr().out.splitlines()]
    assert len(set(widths)) == 1


def test_data_can_neither_mark_up_nor_command_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_text("[red]a\x1b[2Jb\u202ec\u3000d[/]")
    assert capsys.readouterr().out == "[red]a\ufffd[2Jb\ufffdc\u3000d[/]\n"


def test_fields_have_a_line_for_each_value(capsys: pytest.CaptureFixture[str]) -> None:
    address = {"text": "", "city": "大阪市", "street": "梅田1-1"}
    print_fields({"phones": ["1", "2"], "住所": address}, indent=2)
    assert capsys.readouterr().out == "  phones  1\n          2\n  住所    大阪市 梅田1-1\n"


@pytest.mark.usefixtures("terminal")
def test_progress_is_shown_on_a_terminal() -> None:
    assert not progress().disable


def test_progress_is_shown_nowhere_else() -> None:
    assert progress().disable


def test_headings_speak_the_language_of_the_text(cli: Cli) -> None:
    heads = ["ID", "判断", "担当者", "日付", "理由", "取消"]
    assert cli("decisions", "--lang", "ja").out.split() == heads
    assert cli("review", "list", "--lang", "ja").out.split()[0] == "レビュー"


def test_a_value_is_read_in_the_order_of_its_parts_however_it_was_stored() -> None:
    stored = {
        "building": "ロイヤル506号室",
        "city": "足立区",
        "region": "東京都",
        "street": "六木3-37-1",
    }
    assert output.shown(stored) == "東京都 足立区 六木3-37-1 ロイヤル506号室"
    refused = {"at": "2026-04-01", "granted": False, "purpose": "marketing_email"}
    assert output.shown(refused) == "marketing_email False 2026-04-01"
