"""A stream's cursor set back to a date: what changed since then is read, from whatever it was."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from connectors.builtin.imap.cursor import StreamCursor
from connectors.builtin.sql.cursors import set_back
from connectors.protocol import Rewindable
from connectors.registry import connect
from connectors.tryton_client.changes import Mark
from connectors.tryton_client.progress import Position, Progress
from tests.connectors.manifest.shop import Shop, changed_people, connector, people, stamp
from tests.contract.reading import read_all

SINCE = datetime(2024, 1, 1, tzinfo=UTC)
TOKYO = timezone(timedelta(hours=9))


class TestManifest:
    def test_a_stream_is_read_from_the_date_on(self) -> None:
        with Shop(20) as shop:
            source = connector(shop.url, changed_people())
            moment = datetime.fromisoformat(stamp(12))

            state = source.rewound("people", {"updated": stamp(19)}, moment)

            assert state == {"updated": stamp(12)}
            read = read_all(source, ["people"], {"people": state})["people"]
            assert read.ids[0] == "p00012"

    def test_a_stream_without_a_cursor_of_times_cannot(self) -> None:
        assert connector("http://127.0.0.1:9", people()).rewound("people", {}, SINCE) is None

    def test_a_time_without_zone_is_set_back_for_any(self) -> None:
        stream = changed_people()
        stream["incremental_sync"]["datetime_format"] = "%Y-%m-%d %H:%M:%S"

        state = connector("http://127.0.0.1:9", stream).rewound("people", {}, SINCE)

        assert state == {"updated": "2023-12-31 10:00:00"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (datetime(2026, 1, 1, 9, tzinfo=TOKYO), datetime(2024, 1, 1, 9, tzinfo=TOKYO)),
        (datetime(2026, 1, 1), datetime(2023, 12, 31)),  # noqa: DTZ001 as databases give them
        (date(2026, 1, 1), date(2023, 12, 31)),
        ("2026-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("2026-01-01 00:00:00", "2023-12-31 00:00:00"),
        ("2023-06-01T00:00:00Z", "2023-06-01T00:00:00Z"),
        ("C0042", None),
        (42, None),
    ],
    ids=str,
)
def test_a_cursor_of_a_database_keeps_its_type_and_writing(value: Any, expected: Any) -> None:
    assert set_back(value, SINCE) == expected


def test_a_database_stream_is_rewound_from_where_it_stands() -> None:
    stream = {"name": "customers", "table": "customers", "primary_key": "id", "cursor": "updated"}
    source = connect("sql", {"url": "sqlite:///none.sqlite", "streams": [stream]})
    assert isinstance(source, Rewindable)
    state = {"cursor": ["datetime", "2026-01-01T00:00:00+00:00"], "key": [["json", 7]]}

    assert source.rewound("customers", state, SINCE) == {
        "cursor": ["datetime", "2024-01-01T00:00:00+00:00"]
    }
    assert source.rewound("customers", {}, SINCE) is None


def test_tryton_reads_again_what_was_written_since_and_still_knows_what_exists() -> None:
    marks = {"a": Mark("2026-01-01T00:00:00", 5.0), "b": Mark("2023-01-01T00:00:00"), "c": Mark()}
    held = Progress(base=Position(marks), target=Position(), after=9, known="1-9", syncs=2)

    progress = held.set_back(SINCE)

    assert progress == Progress(
        base=Position(marks | {"a": Mark("2023-12-31T23:59:59.999999")}), known="1-9", syncs=2
    )
    assert Progress().set_back(SINCE) is None


@pytest.mark.parametrize(
    ("first", "last_uid"), [(5, 4), (9, 8), (20, 9)], ids=["before", "at", "beyond"]
)
def test_a_folder_is_read_from_the_first_mail_since_or_from_where_it_stands(
    first: int, last_uid: int
) -> None:
    held = {"uidvalidity": 1, "last_uid": 9, "modseq": 3}
    cursor = StreamCursor({"folders": {"INBOX": held}})

    cursor.set_back("INBOX", first)

    assert cursor.folder("INBOX").last_uid == last_uid
    assert (cursor.folder("INBOX").modseq is None) is (last_uid < 9)
