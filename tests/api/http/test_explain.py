"""Why two are one or two, over HTTP."""

import pytest

from sync.resolution import resolve_pending
from tests.api.http.conftest import Api, customer
from tests.support.landed import land


def test_why_two_records_are_one(api: Api, hanako: str) -> None:
    asked = {"a": "erp/customers/C-1", "b": "shop/customers/9", "lang": "ja"}
    said = api.client.get("/v1/explain", params=asked).json()
    assert (said["together"], said["a"]["profile"], said["b"]["profile"]) == (True, hanako, hanako)
    assert [step["decided"] for step in said["path"]] == [False]
    assert said["blocking"]["result"] == "compared"
    assert {key["bearers"] for key in said["blocking"]["keys"]} == {2}
    pair = said["pair"]
    total = pair["prior_weight"] + sum(c["weight"] for c in pair["comparisons"])
    assert total == pytest.approx(pair["match_weight"], abs=0.01)
    assert said["text"][0] == "同じ統合顧客です。"


def test_why_two_golden_records_are_two(api: Api, hanako: str) -> None:
    land(api.store, [customer("erp", "2", name="佐藤太郎", emails=("taro@example.com",))])
    resolve_pending(api.store)
    said = api.client.get("/v1/explain", params={"a": hanako, "b": "erp/customers/2"}).json()
    assert (said["together"], said["reason"]["kind"]) == (False, "below_threshold")
    assert said["blocking"]["result"] == "no_shared_key"
    assert "share nothing" in said["text"][-1]


@pytest.mark.parametrize(
    ("b", "status", "says"),
    [
        ("p_nobody", 404, "no record or golden record"),
        ("erp/customers/none", 404, "no record or golden record"),
        ("erp/customers/C-1", 400, "one and the same record"),
    ],
)
@pytest.mark.usefixtures("hanako")
def test_what_cannot_be_explained_is_said(api: Api, b: str, status: int, says: str) -> None:
    answer = api.client.get("/v1/explain", params={"a": "erp/customers/C-1", "b": b})
    assert answer.status_code == status
    assert says in answer.json()["detail"]
