"""Decisions and review tasks over HTTP."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from daifuku.storage.repositories import keys
from sync.resolution import resolve_pending
from tests.api.http.conftest import Api, customer
from tests.support.landed import land

PHONE = ("090-1234-5678",)


@pytest.fixture
def task(api: Api) -> dict[str, Any]:
    """The review task on two people of one name and one phone number."""
    name = {"family_name": "佐藤", "given_name": "花子", "phones": PHONE}
    one = customer("erp", "1", birth_date="1980-04-01", **name)
    other = customer("shop", "2", birth_date="1981-05-02", **name)
    land(api.store, [one, other])
    resolve_pending(api.store)
    (found,) = api.client.get("/v1/reviews").json()["reviews"]
    return dict(found)


def record(source: str, external_id: str) -> dict[str, str]:
    return {"source": source, "stream": "customers", "external_id": external_id}


def test_a_task_shows_both_sides_and_what_a_merge_would_give(
    api: Api, task: dict[str, Any]
) -> None:
    shown = api.client.get(f"/v1/reviews/{task['id']}", params={"lang": "ja"}).json()
    assert [side["id"] for side in shown["sides"]] == task["profiles"]
    (pair,) = shown["pairs"]
    total = pair["prior_weight"] + sum(line["weight"] for line in pair["comparisons"])
    assert total == pytest.approx(pair["match_weight"], abs=0.01)
    assert shown["merge"]["preview"]
    assert len(shown["merge"]["profiles"]) == 1
    assert "同一" in shown["question"]


def test_a_verdict_joins_and_an_undo_parts(api: Api, task: dict[str, Any]) -> None:
    verdict = {"verdict": "same", "reason": "asked"}
    address = f"/v1/reviews/{task['id']}/verdict"
    preview = api.client.post(address, params={"preview": True}, json=verdict).json()
    assert api.client.get("/v1/decisions").json() == {"decisions": []}
    done = api.client.post(address, json=verdict).json()
    assert preview["retired"] == done["retired"]
    assert done["decision"]["by"] == "tests"
    assert api.client.get("/v1/reviews").json()["counts"]["closed"] == 1
    number = done["decision"]["id"]
    back = api.client.post(f"/v1/decisions/{number}/undo", json={}).json()
    assert back["restored"] == list(done["retired"])
    assert not api.client.get(f"/v1/decisions/{number}").json()["in_force"]
    again = api.client.get("/v1/reviews").json()["reviews"]
    assert [one["id"] for one in again] == [task["id"]]


def test_golden_records_are_merged_parted_and_remember_it(api: Api, task: dict[str, Any]) -> None:
    one, other = task["profiles"]
    merged = api.client.post(f"/v1/profiles/{one}/merge", json={"with": [other]}).json()
    ((retired, survivor),) = merged["retired"].items()
    answer = api.client.get(f"/v1/profiles/{retired}", follow_redirects=False)
    assert answer.status_code == 308
    parted = api.client.post(f"/v1/profiles/{survivor}/unmerge", json={"retired": retired}).json()
    assert parted["restored"] == [retired]
    told = api.client.get(f"/v1/profiles/{retired}/history").json()["history"]
    assert [entry["what"] for entry in told] == ["created", "merged_into", "restored"]
    assert told[1]["decision"]["withdrawn_by"] == told[2]["decision"]["id"]
    took = api.client.get(f"/v1/profiles/{survivor}/history", params={"lang": "ja"}).json()
    assert [entry["others"] for entry in took["history"] if entry["what"] == "took_in"] == [
        [retired]
    ]


def test_records_are_decided_on_by_their_keys(api: Api, task: dict[str, Any]) -> None:
    words = {"verdict": "same", "records": [record("erp", "1"), record("shop", "2")]}
    done = api.client.post("/v1/decisions", json=words).json()
    again = api.client.post("/v1/decisions", json=words).json()
    assert again["repeated"]
    assert again["decision"]["id"] == done["decision"]["id"]
    (survivor,) = (body["id"] for body in done["profiles"])
    gone = {"records": [record("shop", "2")]}
    assert api.client.post(f"/v1/profiles/{survivor}/unmerge", json=gone).json()["restored"]
    listed = api.client.get("/v1/decisions", params={"profile": survivor}).json()["decisions"]
    assert [one["kind"] for one in listed] == ["unmerge", "same"]
    assert task["id"]


def test_a_stale_version_is_a_conflict_that_says_what_changed(
    api: Api, task: dict[str, Any]
) -> None:
    one, other = task["profiles"]
    said = {"with": [other], "expected": {one: 7}}
    answer = api.client.post(f"/v1/profiles/{one}/merge", json=said)
    assert answer.status_code == 409
    assert f"{one} is at version 1, not 7" in answer.json()["detail"]


def test_a_contradiction_names_the_decisions(api: Api, task: dict[str, Any]) -> None:
    land(api.store, [customer("crm", "3", name="高橋一郎", emails=("ichiro@example.jp",))])
    resolve_pending(api.store)
    a, b, c = record("erp", "1"), record("shop", "2"), record("crm", "3")
    for verdict, pair in (("same", [a, b]), ("different", [b, c])):
        api.client.post("/v1/decisions", json={"verdict": verdict, "records": pair})
    answer = api.client.post("/v1/decisions", json={"verdict": "same", "records": [a, c]})
    assert (answer.status_code, answer.json()["kind"]) == (400, "contradiction")
    assert "decisions 1, 2" in answer.json()["detail"]
    assert task["id"]


def test_a_key_that_reads_decides_nothing(api: Api, task: dict[str, Any]) -> None:
    with api.store.write() as tx:
        key = keys.create(tx, "reader", datetime.now(UTC))
    headers = {"Authorization": f"Bearer {key}"}
    assert api.anonymous.get("/v1/reviews", headers=headers).status_code == 200
    one, other = task["profiles"]
    for address, body in [
        (f"/v1/reviews/{task['id']}/verdict", {"verdict": "same"}),
        (f"/v1/profiles/{one}/merge", {"with": [other]}),
        (f"/v1/profiles/{one}/unmerge", {"retired": other}),
        ("/v1/decisions", {"verdict": "same", "profiles": [one, other]}),
        ("/v1/decisions/1/undo", {}),
    ]:
        answer = api.anonymous.post(address, json=body, headers=headers)
        assert answer.status_code == 403
        assert "--scope steward" in answer.json()["detail"]


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_no_database_can_hold_is_refused(api: Api, task: dict[str, Any], text: str) -> None:
    one, other = task["profiles"]
    said = b'{"with": ["%s"], "reason": "%s"}' % (
        other.encode(),
        text.encode("unicode_escape").replace(b"\\x00", b"\\u0000"),
    )
    answer = api.client.post(
        f"/v1/profiles/{one}/merge", content=said, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422


def test_a_conflict_shows_the_values_that_compete_and_who_says_each(api: Api) -> None:
    told = [
        ("erp", "1980-04-01"),
        ("shop", "1980-04-11"),
        ("crm", "1980-04-11"),
        ("sfa", "1980-04-01"),
    ]
    shared = {"name": "佐藤花子", "emails": ("hanako@example.jp",), "phones": ("06012345678",)}
    land(api.store, [customer(source, "1", birth_date=day, **shared) for source, day in told])
    resolve_pending(api.store)
    (task,) = api.client.get("/v1/reviews", params={"kind": "conflict"}).json()["reviews"]
    shown = api.client.get(f"/v1/reviews/{task['id']}", params={"lang": "ja"}).json()
    assert shown["question"].startswith("生年月日はどの値が")
    assert {one["value"] for one in shown["values"]} == {"1980-04-01", "1980-04-11"}
    (rival,) = (one for one in shown["values"] if one["value"] == shown["values"][1]["value"])
    assert len(rival["said_by"]) == 2
    assert shown["values"][0]["value"] == shown["sides"][0]["fields"]["birth_date"]
    field, value = task["field"], shown["values"][0]["value"]
    pin = {"field": field, "value": value}
    api.client.post(f"/v1/profiles/{task['profiles'][0]}/pins", json=pin)
    closed = api.client.get(f"/v1/reviews/{task['id']}", params={"lang": "ja"}).json()
    assert closed["because"] == "食い違いがなくなったか、値が固定されました"
    assert closed["values"] == [{"value": value, "said_by": closed["values"][0]["said_by"]}]


def test_what_is_previewed_has_not_come_about_in_japanese_either(
    api: Api, task: dict[str, Any]
) -> None:
    one, other = task["profiles"]
    address, said = f"/v1/profiles/{one}/merge", {"with": [other]}
    preview = api.client.post(address, params={"preview": True, "lang": "ja"}, json=said).json()
    assert [line for line in preview["text"] if "に統合されます" in line]
    done = api.client.post(address, params={"lang": "ja"}, json=said).json()
    assert [line for line in done["text"] if "に統合されました" in line]
    survivor = done["changed"][0]
    past = api.client.get(f"/v1/profiles/{survivor}/history", params={"lang": "ja"}).json()
    changed = [entry["text"] for entry in past["history"] if entry["what"] == "changed"]
    assert not any(re.search("[a-z]_[a-z]", text.partition(";")[0]) for text in changed), changed
