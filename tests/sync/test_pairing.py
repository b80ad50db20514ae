"""Sources that push are read as well, or doctor says that they are not."""

from dataclasses import replace

import pytest

from daifuku.storage.repositories.sources import SourceRow
from sync.pairing import next_poll_is_missing

LINE = SourceRow(id="line", connector="line", config={})


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (LINE, True),
        (replace(LINE, interval_seconds=3600.0), False),
        (replace(LINE, cron="0 * * * *"), False),
        (replace(LINE, connector="webform"), False),
        (replace(LINE, connector="imap"), False),
        (replace(LINE, connector="gone"), False),
    ],
    ids=["pushes alone", "every hour", "by cron", "nothing to read", "only read", "unknown"],
)
def test_a_source_fed_by_deliveries_alone_lacks_a_poll(row: SourceRow, missing: bool) -> None:
    assert next_poll_is_missing(row) is missing
