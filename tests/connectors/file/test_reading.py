"""Tables of every format and encoding, whole and broken, as the `file` connector reads them."""

import codecs
import json
import os
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from connectors.protocol import Record, Status, StreamStatus, Unreadable
from connectors.registry import connect
from daifuku.errors import ConfigError
from tests.contract.reading import StreamReading, is_json, read_all

TABLE = "番号,氏名,電話\r\n1,髙橋　花子,03-0000-0000\r\n2,山田 太郎,\r\n"
ROWS = [
    {"番号": "1", "氏名": "髙橋　花子", "電話": "03-0000-0000"},
    {"番号": "2", "氏名": "山田 太郎", "電話": ""},
]


def read(path: Path, state: Any = None, **config: Any) -> StreamReading:
    states = {path.stem: state} if state else None
    return read_all(connect("file", {"path": str(path), **config}), [path.stem], states)[path.stem]


def data(reading: StreamReading) -> list[Any]:
    assert reading.statuses[-1] is StreamStatus.COMPLETE, reading.failures
    return [record.data for record in reading.records]


def bad(reading: StreamReading) -> list[tuple[str, str]]:
    return [(m.external_id, m.code) for m in reading.messages if isinstance(m, Unreadable)]


def failure(path: Path, **config: Any) -> str:
    reading = read(path, **config)
    assert reading.statuses[-1] is StreamStatus.INCOMPLETE
    (found,) = reading.failures
    assert isinstance(found.error, ConfigError)
    assert not reading.records
    check = connect("file", {"path": str(path), **config}).check()
    assert not check.ok
    return str(found.error)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "customers.csv"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_an_encoding_is_found_out(table: Path, encoding: str) -> None:
    table.write_bytes(TABLE.encode(encoding))
    assert data(read(table)) == ROWS


def test_euc_jp_is_told_from_cp932(table: Path) -> None:
    table.write_bytes(TABLE.replace("髙", "高").encode("euc_jp"))
    assert data(read(table))[0]["氏名"] == "高橋　花子"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_a_delimiter_is_found_out(table: Path, delimiter: str) -> None:
    table.write_text(TABLE.replace(",", delimiter), encoding="utf-8")
    assert data(read(table)) == ROWS


def test_quotes_newlines_blank_lines_and_odd_headers(table: Path) -> None:
    table.write_text('\n name ,,name\n"a\nb","c, ""d""",x\n\n,,\n1,2,3,,\n', encoding="utf-8")
    assert data(read(table)) == [
        {"name": "a\nb", "column_2": 'c, "d"', "name_2": "x"},
        {"name": "1", "column_2": "2", "name_2": "3"},
    ]


def test_bad_rows_are_told_with_their_line_and_the_others_are_read(table: Path) -> None:
    table.write_bytes(
        b"id,name\n1,a\n2\n3,c,d\n4,\x00\n5,\xff\xfe\n6,\x1b[31m\n"
        + "7,ü\n8,ok\n".encode()
        + b"9," + b"x" * 1_000_100 + b"\n10,ok\n"
    )  # fmt: skip
    reading = read(table)
    assert [row["id"] for row in data(reading)] == ["1", "7", "8", "10"]
    assert bad(reading) == [
        ("row-3", "ragged_row"),
        ("row-4", "ragged_row"),
        ("row-5", "control_character"),
        ("row-6", "bad_encoding"),
        ("row-7", "control_character"),
        ("row-10", "overlong_line"),
    ]


@pytest.mark.parametrize("rows_after", [2, 20_000])
def test_a_quote_never_closed_costs_one_row(table: Path, rows_after: int) -> None:
    rest = "".join(f"{number},name {number}\n" for number in range(rows_after))
    table.write_text(f'id,name\na,"b\n{rest}', encoding="utf-8")
    reading = read(table)
    assert len(data(reading)) == rows_after
    assert bad(reading) == [("row-2", "unclosed_quote")]


def test_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "people.jsonl"
    path.write_bytes(
        b'{"id": 1, "tags": ["a"]}\n\n[1]\n{"id": \n{"a": "\\u0000"}\n{"a": "\xff"}\n{"b": 1}'
    )
    reading = read(path)
    assert data(reading) == [{"id": 1, "tags": ["a"]}, {"b": 1}]
    assert [code for _, code in bad(reading)] == [
        "not_an_object", "bad_json", "control_character", "bad_encoding",
    ]  # fmt: skip


def test_a_json_array_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "people.json"
    path.write_text(json.dumps([{"id": 1}], indent=1), encoding="utf-8")
    assert "JSON Lines" in failure(path)


def workbook(path: Path, *rows: list[Any], title: str = "顧客") -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.create_sheet("other").append(["x"])
    book.save(path)


def test_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "customers.xlsx"
    workbook(
        path,
        [None, None],
        ["番号", "生年月日", "更新", "額", None, "有効"],
        [1, date(1985, 3, 1), datetime.fromisoformat("2024-05-01T09:30:00"), 1.5, None, True],
        ["2", "S60.3.1"],
    )
    assert data(read(path)) == [
        {"番号": 1, "生年月日": "1985-03-01", "更新": "2024-05-01T09:30:00", "額": 1.5,
         "column_5": None, "有効": True},
        {"番号": "2", "生年月日": "S60.3.1", "更新": None, "額": None,
         "column_5": None, "有効": None},
    ]  # fmt: skip
    assert data(read(path, sheet="other")) == []
    assert "顧客, other" in failure(path, sheet="none")


def test_a_zip_bomb_is_refused_by_its_directory_alone(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    assert "would unpack to 30,000,000 bytes" in failure(path)


def test_an_archive_beyond_the_limit_is_refused_whatever_its_ratio(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", os.urandom(1_500_000))
    assert "max_unpacked_mb" in failure(path, max_unpacked_mb=1)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xlsx", b"not a zip", "not a workbook"),
        ("a.xlsx", b"PK\x03\x04junk", "not a workbook"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0junk", "password-protected"),
        ("a.xls", b"\xd0\xcf\x11\xe0junk", ".xlsx"),
        ("a.parquet", b"PAR1junkPAR1", "Parquet"),
        ("a.csv", b"<!DOCTYPE html><p>Sign in</p>", "web page"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n \n", "empty"),
    ],
)
def test_a_file_that_is_no_table_is_refused_clearly(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert told in failure(path)


def test_an_archive_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert "cannot be read" in failure(path)


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    table = pa.table(
        {
            "id": pa.array([1, 2], pa.int64()),
            "born": [date(1985, 3, 1), None],
            "paid": [Decimal("1.50"), None],
            "seen": [datetime.fromisoformat("2024-05-01"), None],
            "raw": [b"\xff", None],
            "nan": [float("nan"), 1.5],
            "tags": [["a"], None],
        }
    )
    pq.write_table(table, path)
    reading = read(path, id_column="id")
    assert reading.ids == ["1", "2"]
    assert data(reading)[0] == {
        "id": 1, "born": "1985-03-01", "paid": "1.50", "seen": "2024-05-01T00:00:00",
        "raw": "/w==", "nan": None, "tags": ["a"],
    }  # fmt: skip


def test_an_id_column_names_the_rows_and_a_row_without_is_told(table: Path) -> None:
    table.write_text("番号,n\n 1 ,a\n,b\n" + "x" * 500 + ",c\n", encoding="utf-8")
    reading = read(table, id_column="番号")
    assert reading.ids == ["1"]
    assert bad(reading) == [("row-3", "no_id"), ("row-4", "no_id")]
    assert "There are: 番号, n" in failure(table, id_column="no")


def test_without_an_id_column_content_names_the_row_wherever_it_stands(table: Path) -> None:
    table.write_text("a,b\n1,2\n3,4\n", encoding="utf-8")
    before = read(table).ids
    table.write_text("a,b\n3,4\n5,6\n1,2\n", encoding="utf-8")
    after = read(table).ids
    assert [after[2], after[0]] == before
    assert after[1] not in before


def test_an_unchanged_file_is_skipped_and_a_changed_one_read_whole(table: Path) -> None:
    table.write_text("a\n1\n2\n", encoding="utf-8")
    first = read(table)
    assert first.messages[-1] == Status("customers", StreamStatus.COMPLETE, full_pass=True)
    table.touch()
    again = read(table, first.state)
    assert again.records == []
    assert again.messages[-1] == Status("customers", StreamStatus.COMPLETE, full_pass=False)
    assert len(read(table, first.state, id_column="a").records) == 2
    table.write_text("a\n1\n3\n", encoding="utf-8")
    assert len(read(table, first.state).records) == 2


def test_a_pass_cut_short_starts_over_so_that_gone_rows_are_told(table: Path) -> None:
    table.write_text("a\n" + "\n".join(map(str, range(2_500))), encoding="utf-8")
    first = read(table)
    cut = read(table, first.checkpoints[0].state)
    assert len(cut.records) == 2_500
    assert cut.messages[-1] == Status("customers", StreamStatus.COMPLETE, full_pass=True)


def test_streams_are_files_and_same_stems_keep_their_ending(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "b.jsonl"):
        (tmp_path / name).write_text('{"x":1}\n', encoding="utf-8")
    found = connect("file", {"path": str(tmp_path / "*")}).discover()
    assert [info.spec.name for info in found] == ["a", "b.csv", "b.jsonl"]
    assert found[2].properties == {"x": {"type": ["integer"]}}


def test_a_folder_is_refused_with_the_way_out(tmp_path: Path) -> None:
    check = connect("file", {"path": str(tmp_path)}).check()
    assert not check.ok
    assert "*.csv" in check.message


def test_a_file_that_is_gone_fails_its_stream_and_deletes_nothing(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x\n1\n", encoding="utf-8")
    connector = connect("file", {"path": str(tmp_path / "*.csv")})
    (tmp_path / "b.csv").unlink()
    readings = read_all(connector, ["a", "b"], {"b": {"digest": "x"}})
    assert readings["a"].statuses[-1] is StreamStatus.COMPLETE
    assert readings["b"].statuses == [StreamStatus.STARTED, StreamStatus.INCOMPLETE]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from(["csv", "jsonl", "xlsx", "parquet"]))
def test_no_bytes_make_the_reader_raise(tmp_path: Path, content: bytes, ending: str) -> None:
    path = tmp_path / f"any.{ending}"
    path.write_bytes(content)
    reading = read(path)
    assert reading.statuses[-1] in (StreamStatus.COMPLETE, StreamStatus.INCOMPLETE)
    assert all(is_json(dict(m.data)) for m in reading.messages if isinstance(m, Record))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text('ab,"\n;山ー ', max_size=4), min_size=2, max_size=2), max_size=5))
def test_what_a_csv_writer_writes_is_read_back(tmp_path: Path, rows: list[list[str]]) -> None:
    def quoted(cells: list[str]) -> str:
        return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)

    path = tmp_path / "t.csv"
    path.write_text("\n".join(map(quoted, [["x", "y"], *rows])), encoding="utf-8")
    held = [row for row in rows if any(cell.strip() for cell in row)]
    assert [list(row.values()) for row in data(read(path, delimiter=","))] == held


def test_a_byte_order_mark_is_no_part_of_the_first_column(table: Path) -> None:
    table.write_bytes(codecs.BOM_UTF8 + b"a,b\n1,2\n")
    assert data(read(table, encoding="utf-8")) == [{"a": "1", "b": "2"}]
