"""Tables of customers that grow while they are read: a CSV, JSON lines and a database."""

import csv
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import orjson

from daifuku.records import Entity, MappedRecord
from demo.sources import SourceSetup
from demo.world import World
from demo.world.mapped import mapped_records
from demo.world.sources.catalogue import SHOP_ADDRESS
from sync.suggest import suggested_mapping

COLUMNS = ("id", "name", "kana", "email", "phone", "updated_at")
_CREATE = "create table if not exists people (id primary key, name, kana, email, phone, updated_at)"
_INSERT = "insert into people values (:id, :name, :kana, :email, :phone, :updated_at)"
BEGIN = datetime(2026, 4, 1, tzinfo=UTC)

Row = Mapping[str, str | None]


def rows_of(world: World) -> list[Row]:
    """The people of a world as rows, each changed a second after the one before."""
    people = [record for record, _ in mapped_records(world) if record.entity is Entity.PERSON]
    return [_row(number, record) for number, record in enumerate(people)]


def _row(number: int, record: MappedRecord) -> Row:
    name = record.name or "".join(filter(None, (record.family_name, record.given_name)))
    at = BEGIN + timedelta(seconds=number)
    return {
        "id": f"{number:06}",
        "name": name or record.display_name or f"客{number}",
        "kana": record.name_kana,
        "email": record.emails[0] if record.emails else None,
        "phone": record.phones[0] if record.phones else None,
        "updated_at": at.isoformat(),
    }


def mails_of(rows: Sequence[Row]) -> list[bytes]:
    """A mail of each of them who has an address: no two show the same name and address.

    When a mailbox saw somebody twice, what it says of that depends on its passes.
    """
    senders = {(row["name"], row["email"]): row for row in rows if row["email"]}
    return [_mail(row) for row in senders.values()]


def _mail(row: Row) -> bytes:
    mail = EmailMessage()
    mail["From"] = Address(row["name"] or "", addr_spec=row["email"])
    mail["To"] = SHOP_ADDRESS
    mail["Subject"] = "在庫について"
    mail["Date"] = datetime.fromisoformat(row["updated_at"] or "")
    mail["Message-ID"] = f"<{row['id']}@mail.example.com>"
    mail.set_content("在庫はありますか。")
    return mail.as_bytes()


@dataclass(slots=True)
class Tables:
    """Three sources that hold the first `held` of their rows."""

    folder: Path
    rows: Sequence[Row]
    held: int = 0

    def grow(self, to: int) -> None:
        """Let each hold so many rows."""
        fresh, self.held = self.rows[self.held : to], min(to, len(self.rows))
        if fresh:
            self._write("customers.csv", self._csv())
            lines = [orjson.dumps(row) for row in self.rows[: self.held]]
            self._write("members.jsonl", b"\n".join(lines))
            self._insert(fresh)

    def setups(self) -> list[SourceSetup]:
        """The sources, as the hub wants them."""
        stream = {"name": "people", "table": "people", "primary_key": "id", "cursor": "updated_at"}
        return [
            self._setup("csv", "file", {"path": self._path("customers.csv"), "id_column": "id"}),
            self._setup("jsonl", "file", {"path": self._path("members.jsonl"), "id_column": "id"}),
            self._setup(
                "db", "sql", {"url": f"sqlite:///{self._path('crm')}", "streams": [stream]}
            ),
        ]

    def _setup(self, name: str, connector: str, config: Mapping[str, Any]) -> SourceSetup:
        return SourceSetup(name, connector, config, suggested_mapping(connector, config))

    def _path(self, name: str) -> str:
        return str(self.folder / name)

    def _csv(self) -> bytes:
        path = self.folder / "rows"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(self.rows[: self.held])
        return path.read_bytes()

    def _write(self, name: str, content: bytes) -> None:
        """Whole or not at all: a reader never sees half of it."""
        fresh = self.folder / f".{name}"
        fresh.write_bytes(content)
        fresh.rename(self.folder / name)

    def _insert(self, rows: Sequence[Row]) -> None:
        with closing(sqlite3.connect(self.folder / "crm", timeout=60)) as database, database:
            database.execute("pragma journal_mode=wal")
            database.execute(_CREATE)
            database.executemany(_INSERT, rows)
