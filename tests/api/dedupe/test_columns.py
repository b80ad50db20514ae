"""A table in columns says what its rows say one by one."""

from pathlib import Path

import pytest

from api.dedupe import run as stages
from api.dedupe.cells import Cells, cells_of
from api.dedupe.mapped import map_cells
from api.dedupe.rows import NO_TIME, BadLine, Plan, plan_table
from api.dedupe.run import dedupe
from api.dedupe.table import open_table
from api.dedupe.write import Output
from daifuku.records import Entity, MappedRecord, MappingResult, SourceRecord
from demo.world.mapped import mapped_records
from demo.world.world import generate
from mapping.engine import apply_mapping

HEADER = (
    "顧客番号,種別,氏名,姓,名,フリガナ,会社名,性別,生年月日,TEL,携帯電話,メールアドレス,"
    "郵便番号,都道府県,住所,DM可否,会員ID\n"
)


def table(path: Path) -> Path:
    """People and companies of a demo world, and rows that say little or nothing."""
    lines = [HEADER, "\n", ",,,,,,,,,,,,,,,,\n", "z1,shop,,,,,,,,,,,,,,はい,\n"]
    for number, (record, _) in enumerate(mapped_records(generate(41, scale=300))):
        address = record.addresses[0] if record.addresses else None
        cells = (
            *(str(number), record.key.source, record.name, record.family_name),
            *(record.given_name, record.name_kana, record.organization),
            *(("男", "女", "?")[number % 3], record.birth_date),
            *(record.phones[0] if record.phones else "", "090-1234-5678" if number % 9 else ""),
            record.emails[0] if record.emails else "",
            *((address.postal_code, address.region) if address else ("", "")),
            address.one_line() if address else "",
            *(("はい", "いいえ", "多分")[number % 3], str(number // 2)),
        )
        lines.append(",".join((cell or "").replace(",", " ") for cell in cells) + "\n")
    path.write_text("".join(lines), encoding="utf-8")
    return path


def planned(path: Path) -> tuple[Plan, Cells]:
    found = open_table(path)
    plan = plan_table(
        found.columns,
        found.sample(200),
        source="t",
        id_column=found.columns[0],
        source_column=found.columns[1],
    )
    return plan, found.cells(lambda _: None)


@pytest.mark.parametrize("ending", ["plain", "quoted"])
def test_columns_map_to_what_each_row_maps_to(tmp_path: Path, ending: str) -> None:
    path = table(tmp_path / "customers.csv")
    if ending == "quoted":
        path.write_text(
            path.read_text(encoding="utf-8") + '"q1",shop,"山田 ""花子""",,,,,,,,,,,,,,\n',
            encoding="utf-8",
        )
    plan, cells = planned(path)
    mapped = map_cells(plan, cells)
    seen: dict[int, MappedRecord] = {}
    for entity in Entity:
        rows = mapped.rows_of(entity).tolist()
        seen |= dict(zip(rows, mapped.records(entity, rows), strict=True))
    assert len(seen) > 250
    assert {record.entity for record in seen.values()} == set(Entity)
    for row, key in enumerate(mapped.keys):
        result = apply_mapping(plan.mapping, SourceRecord(key, cells.row(row), NO_TIME))
        if isinstance(result, MappingResult) and result.records:
            assert seen[row] == result.records[0]
        else:
            assert row not in seen
            assert mapped.rejected[row]


def test_a_file_read_at_once_has_the_cells_of_its_rows(tmp_path: Path) -> None:
    path = table(tmp_path / "customers.csv")
    found = open_table(path)
    slow = cells_of(found.columns, found.lines(), lambda _: None)
    quick = found.cells(lambda _: None)
    assert quick.count == slow.count
    assert [quick.row(i) for i in range(quick.count)] == [slow.row(i) for i in range(slow.count)]


def test_rows_that_cannot_be_read_are_kept_apart() -> None:
    cells = cells_of(["a"], [{"a": 1}, BadLine(3, "why"), {"a": True}, {}], lambda _: None)
    assert [cells.row(i) for i in range(4)] == [{"a": 1}, {}, {"a": True}, {}]
    assert list(cells.bad) == [1]


def test_the_files_do_not_depend_on_the_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_WORTH_WORKERS", 1)
    path = table(tmp_path / "customers.csv")
    plan, _ = planned(path)
    files = []
    for processes in (1, 2):
        golden, links = tmp_path / f"g{processes}.csv", tmp_path / f"l{processes}.csv"
        read = open_table(path).cells
        done = dedupe(plan, read, Output(golden), links=links, processes=processes)
        files.append((done, golden.read_bytes(), links.read_bytes()))
    assert files[0] == files[1]
