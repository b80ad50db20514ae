"""Golden records over HTTP."""

import pytest

from daifuku.records import Identifier
from sync.resolution import resolve_pending
from tests.api.http.conftest import Api, customer
from tests.support.landed import land
from tests.support.parties import company


def test_a_profile_says_each_value_and_where_it_came_from(api: Api, hanako: str) -> None:
    profile = api.client.get(f"/v1/profiles/{hanako}").json()

    assert profile["fields"]["family_name"] == "佐藤"
    assert profile["lineage"]["birth_date"]["source"]["source"] in ("erp", "shop")
    assert [record["source"] for record in profile["records"]] == ["erp", "shop"]


@pytest.mark.parametrize(
    ("field", "spelling"),
    [
        ("email", "HANAKO@example.jp"),
        ("phone", "+81 90 1111 2222"),
        ("phone", "０９０－１１１１－２２２２"),
        ("identifier", "C-1"),
        ("identifier", "erp_customer:C-1"),
    ],
)
def test_any_spelling_of_an_identifier_finds_the_profile(
    api: Api, hanako: str, field: str, spelling: str
) -> None:
    found = api.client.get("/v1/profiles/lookup", params={field: spelling}).json()
    assert [profile["id"] for profile in found["profiles"]] == [hanako]


@pytest.mark.parametrize(
    "spelling",
    [
        "7000012050002",
        "T7000-0120-50002",
        "７０００－０１２０－５０００２",
        "corporate_number:7000012050002",
    ],
)
def test_an_organisation_is_found_by_its_corporate_number(api: Api, spelling: str) -> None:
    acme = company("1", name="株式会社アクメ", corporate_number="7000012050002")
    land(api.store, [acme])
    resolve_pending(api.store)
    found = api.client.get("/v1/profiles/lookup", params={"identifier": spelling}).json()
    assert [profile["fields"]["name"] for profile in found["profiles"]] == ["株式会社アクメ"]


@pytest.mark.usefixtures("hanako")
@pytest.mark.parametrize("spelling", ["erp%:C-1", "_rp_customer:C-1", "%:C-1", "ERP_CUSTOMER:C-1"])
def test_a_scheme_is_no_pattern(api: Api, spelling: str) -> None:
    found = api.client.get("/v1/profiles/lookup", params={"identifier": spelling}).json()
    assert found == {"profiles": []}


def test_an_identifier_with_a_colon_is_found_as_a_bare_value(api: Api) -> None:
    urn = customer("erp", "1", name="佐藤花子", identifiers=(Identifier("urn", "isbn:12"),))
    land(api.store, [urn])
    resolve_pending(api.store)
    for spelling in ("isbn:12", "urn:isbn:12"):
        found = api.client.get("/v1/profiles/lookup", params={"identifier": spelling}).json()
        assert len(found["profiles"]) == 1, spelling


@pytest.mark.usefixtures("hanako")
def test_what_nobody_has_finds_nobody(api: Api) -> None:
    found = api.client.get("/v1/profiles/lookup", params={"email": "nobody@example.jp"})
    assert found.json() == {"profiles": []}


def test_lookup_wants_exactly_one_identifier(api: Api) -> None:
    answer = api.client.get("/v1/profiles/lookup", params={"email": "a@b.jp", "phone": "1"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "exactly one" in answer.json()["detail"]


def test_an_unchanged_profile_is_not_sent_again(api: Api, hanako: str) -> None:
    etag = api.client.get(f"/v1/profiles/{hanako}").headers["etag"]
    again = api.client.get(f"/v1/profiles/{hanako}", headers={"If-None-Match": etag})
    assert again.status_code == 304


def test_a_merged_id_redirects_to_its_survivor(api: Api) -> None:
    phone = customer("shop", "1", name="山田太郎", phones=("09012345678",))
    mail = customer("crm", "1", name="山田太郎", emails=("taro@example.jp",))
    land(api.store, [phone, mail])
    resolve_pending(api.store)
    ids = {_id(api, "phone", "09012345678"), _id(api, "email", "taro@example.jp")}
    assert len(ids) == 2

    both = {"phones": ("09012345678",), "emails": ("taro@example.jp",)}
    land(api.store, [customer("erp", "1", name="山田太郎", birth_date="1970-05-05", **both)])
    resolve_pending(api.store)
    survivor = _id(api, "phone", "09012345678")
    (retired,) = ids - {survivor}

    answer = api.client.get(f"/v1/profiles/{retired}", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"].endswith(survivor)


def test_the_records_are_shown_as_their_sources_have_them(api: Api, hanako: str) -> None:
    records = api.client.get(f"/v1/profiles/{hanako}/records").json()["records"]
    assert [record["phones"] for record in records] == [["090-1111-2222"], ["09011112222"]]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_weights_of_an_explanation_sum_to_its_match_weight(
    api: Api, hanako: str, language: str
) -> None:
    answer = api.client.get(f"/v1/profiles/{hanako}/explain", params={"lang": language}).json()
    (pair,) = answer["pairs"]
    total = pair["prior_weight"] + sum(c["weight"] for c in pair["comparisons"])
    assert total == pytest.approx(pair["match_weight"], abs=0.01)
    assert pair["text"]


def test_why_two_profiles_are_not_one(api: Api, hanako: str) -> None:
    land(api.store, [customer("erp", "2", name="佐藤太郎", emails=("taro@example.com",))])
    resolve_pending(api.store)
    other = _id(api, "email", "taro@example.com")
    answer = api.client.get(f"/v1/profiles/{hanako}/explain", params={"with": other}).json()
    assert all(pair["band"] != "match" for pair in answer["pairs"])


def test_an_unknown_profile_is_a_problem(api: Api) -> None:
    answer = api.client.get("/v1/profiles/p_nobody")
    assert answer.status_code == 404
    assert answer.json()["kind"] == "not_found"


def test_pages_follow_each_other(api: Api, hanako: str) -> None:
    first = api.client.get("/v1/profiles", params={"limit": 1}).json()["profiles"]
    rest = api.client.get("/v1/profiles", params={"after": first[0]["id"]}).json()["profiles"]
    assert first[0]["id"] == hanako
    assert rest == []


def _id(api: Api, field: str, value: str) -> str:
    found = api.client.get("/v1/profiles/lookup", params={field: value}).json()["profiles"]
    return str(found[0]["id"])
