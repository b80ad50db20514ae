"""What goes from process to process arrives as it was."""

from copyreg import dispatch_table
from multiprocessing.reduction import ForkingPickler

import pytest

from api.dedupe.passing import pass_as_parts
from daifuku.records import Address, Identifier


@pytest.mark.parametrize(
    "value",
    [
        Address(text="大阪府堺市北区新金岡町3丁目17番9号"),
        Address(postal_code="100-0005", region="東京都", city="千代田区", street="丸の内1-2-3"),
        Identifier("erp_customer", "CUST-1"),
    ],
)
def test_values_arrive_as_they_were(value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (Address, Identifier):
        monkeypatch.delitem(dispatch_table, kind, raising=False)
    as_state = bytes(ForkingPickler.dumps(value))
    pass_as_parts()
    as_parts = bytes(ForkingPickler.dumps(value))
    assert ForkingPickler.loads(as_parts) == ForkingPickler.loads(as_state) == value
    assert len(as_parts) < len(as_state)
