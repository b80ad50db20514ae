"""Who is who, as a table a user brings: which real entity each record is of."""

import csv
from pathlib import Path

from daifuku.errors import UserError
from daifuku.records import RecordKey

_NEEDED = ("source", "stream", "external_id", "entity")


def read_truth(path: Path) -> dict[RecordKey, str]:
    """The real entity of each record, from a CSV with source, stream, external_id and entity.

    A column `part` tells the parties of one source record apart; it may be left out.

    Raises:
        UserError: the file cannot be read, or lacks a column or a value.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise UserError(
                    f"{path} has no column {missing[0]!r}.",
                    hint=f"It needs: {', '.join(_NEEDED)}; and part where records have parts.",
                )
            return {
                RecordKey(
                    row["source"], row["stream"], row["external_id"], row.get("part") or ""
                ): (row["entity"])
                for row in rows
                if row["entity"]
            }
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error.__class__.__name__}.") from None
