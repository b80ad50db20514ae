"""Pins over HTTP: who may set them, what is refused, what they do."""

from daifuku.storage.repositories import keys
from tests.api.http.conftest import SEEN, Api


def steward(api: Api, scope: keys.Scope = keys.Scope.STEWARD) -> dict[str, str]:
    with api.store.write() as tx:
        key = keys.create(tx, "aki", SEEN, scope)
    return {"Authorization": f"Bearer {key}"}


def test_a_pin_is_set_shown_and_taken_back(api: Api, hanako: str) -> None:
    as_aki, url = steward(api), f"/v1/profiles/{hanako}"
    before = api.client.get(url).json()
    wanted = {"field": "given_name", "value": "華子", "reason": "told by phone", "version": 1}
    made = api.client.post(f"{url}/pins", json=wanted, headers=as_aki).json()
    assert (made["state"], made["by"], made["sources_said"]) == ("active", "aki", "花子")
    fields = api.client.get(url).json()["fields"]
    assert (fields["given_name"], fields["name"]) == ("華子", "佐藤 華子")
    assert api.client.get("/v1/pins").json()["pins"] == [made]
    assert api.client.get("/v1/pins", params={"flagged": True}).json() == {"pins": []}

    ended = api.client.delete(f"/v1/pins/{made['id']}", headers=as_aki).json()
    assert (ended["state"], ended["ended_by"]) == ("ended", "aki")
    after = api.client.get(url).json()
    assert (after["fields"], after["lineage"]) == (before["fields"], before["lineage"])
    assert api.client.get("/v1/pins").json() == {"pins": []}
    assert len(api.client.get("/v1/pins", params={"ended": True}).json()["pins"]) == 1


def test_a_key_that_may_only_read_pins_nothing(api: Api, hanako: str) -> None:
    wanted, reader = {"field": "gender", "value": "m"}, steward(api, keys.Scope.READ)
    url = f"/v1/profiles/{hanako}/pins"
    assert api.client.post(url, json=wanted, headers=reader).status_code == 403
    preview = api.client.post(url, json=wanted, params={"preview": True}, headers=reader)
    assert preview.status_code == 403
    assert api.client.delete("/v1/pins/1", headers=reader).status_code == 403


def test_what_cannot_be_pinned_is_refused(api: Api, hanako: str) -> None:
    as_aki = steward(api)

    def status(profile: str, **wanted: object) -> int:
        url = f"/v1/profiles/{profile}/pins"
        return api.client.post(url, json=wanted, headers=as_aki).status_code

    assert status("p_nobody", field="gender", value="m") == 404
    assert status(hanako, field="gender", value="m", version=7) == 409
    assert status(hanako, field="identifiers", value="C-1") == 400
    assert status(hanako, field="birth_date", value="1900-01-01") == 400
    assert status(hanako, field="gender", value="") == 422
    assert api.client.delete("/v1/pins/99", headers=as_aki).status_code == 404
