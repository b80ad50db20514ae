"""Who is who, as a table a user brings: which real entity each record is of."""

from pathlib import Path

from api.dedupe.rows import BadLine
from api.dedupe.table import open_table
from daifuku.errors import UserError
from daifuku.records import RecordKey

_NEEDED = ("source", "stream", "external_id", "entity")


def read_truth(path: Path) -> dict[RecordKey, str]:
    """The real entity of each record, from a table with source, stream, external_id and entity.

    A column `part` tells the parties of one source record apart; it may be left out.

    Raises:
        ConfigError: there is no such file, or it is no table.
        UserError: it lacks a column, or a row of it cannot be read.
    """
    table = open_table(path)
    missing = [name for name in _NEEDED if name not in table.columns]
    if missing:
        raise UserError(
            f"{path} has no column {missing[0]!r}.",
            hint=f"It needs: {', '.join(_NEEDED)}; and part where records have parts.",
        )
    truth = {}
    for number, row in enumerate(table.lines(), 1):
        if isinstance(row, BadLine):
            raise UserError(f"Row {number} of {path.name} cannot be read: {row.reason}")
        source, stream, external_id, entity, part = (
            str(row[name]) if row.get(name) is not None else "" for name in (*_NEEDED, "part")
        )
        if entity:
            truth[RecordKey(source, stream, external_id, part)] = entity
    return truth
