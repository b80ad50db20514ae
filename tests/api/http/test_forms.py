"""Web forms: whoever may post is stored before the answer, whoever may not is told so."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import orjson
import pytest

from connectors.builtin.webform.senders import sign
from daifuku.storage.repositories import inbox
from sync.inbox import process_inbox
from sync.sources import add_source
from tests.api.http.conftest import Api

PAGE = "https://www.example.jp"
SECRET = "form-secret-of-the-test"
CONTACT = "/forms/website/contact"


@pytest.fixture(autouse=True)
def _website(api: Api) -> None:
    form = {
        "id": "contact",
        "secret": SECRET,
        "allowed_origins": [PAGE],
        "honeypot": "url2",
        "max_bytes": 4096,
        "required": ["email"],
    }
    hub = api.client.app.state.hub  # type: ignore[attr-defined]
    add_source(hub.store, hub.box, "website", "webform", {"forms": [form]})


def waiting(api: Api) -> int:
    with api.store.read() as tx:
        return len(inbox.waiting(tx, "website"))


@pytest.mark.parametrize("charset", ["utf-8", "shift_jis"])
def test_a_browsers_post_is_stored_and_thanked_for(api: Api, charset: str) -> None:
    answer = api.anonymous.post(
        CONTACT,
        content=urlencode({"お名前": "佐藤花子", "email": "h@example.jp"}, encoding=charset),
        headers={
            "Content-Type": f"application/x-www-form-urlencoded; charset={charset}",
            "Origin": PAGE,
            "Accept": "text/html",
        },
    )
    assert answer.status_code == 201
    assert "送信しました" in answer.text
    assert answer.headers["access-control-allow-origin"] == PAGE
    assert waiting(api) == 1


def test_a_multipart_post_lands_as_a_person(api: Api) -> None:
    answer = api.anonymous.post(
        CONTACT,
        files={"添付": ("a.txt", b"text")},
        data={"お名前": "佐藤花子", "email": "h@example.jp", "お問い合わせ内容": "茶器について"},
        headers={"Origin": PAGE},
    )
    assert answer.status_code == 201

    hub = api.client.app.state.hub  # type: ignore[attr-defined]
    receipt = process_inbox(hub.store, hub.box, "website")

    assert (receipt.fetched, receipt.new) == (1, 1)


def test_a_server_signs_instead(api: Api) -> None:
    body = orjson.dumps({"name": "Anna Jones", "email": "anna@example.com"})
    signed = {"X-Daifuku-Signature": sign(SECRET, body, datetime.now(UTC))}
    headers = {"Content-Type": "application/json", **signed}

    assert api.anonymous.post(CONTACT, content=body, headers=headers).status_code == 201
    forged = api.anonymous.post(CONTACT, content=body + b" ", headers=headers)
    assert forged.status_code == 403
    assert SECRET not in forged.text


def test_a_retry_with_the_same_key_is_one_submission(api: Api) -> None:
    headers = {"Origin": PAGE, "Idempotency-Key": "abc"}
    for _ in range(2):
        answer = api.anonymous.post(CONTACT, json={"email": "h@example.jp"}, headers=headers)
        assert answer.status_code == 201
    assert waiting(api) == 1


def test_a_robot_is_answered_and_forgotten(api: Api) -> None:
    said = {"email": "h@example.jp", "url2": "https://spam.example"}
    answer = api.anonymous.post(CONTACT, json=said, headers={"Origin": PAGE})
    assert answer.status_code == 201
    assert waiting(api) == 0


@pytest.mark.parametrize(
    ("body", "headers", "status", "says"),
    [
        (b"{}", {"Origin": "https://evil.example"}, 403, "allowed_origins"),
        (b"{}", {"Origin": PAGE}, 400, "no field"),
        (b'{"name": "A"}', {"Origin": PAGE}, 400, "Required and empty: email"),
        (b"{broken", {"Origin": PAGE}, 400, ""),
        (b"x" * 5000, {"Origin": PAGE}, 413, "larger than 4 KB"),
    ],
)
def test_a_refusal_says_what_to_do(
    api: Api, body: bytes, headers: dict[str, str], status: int, says: str
) -> None:
    headers = {"Content-Type": "application/json", **headers}
    answer = api.anonymous.post(CONTACT, content=body, headers=headers)
    assert answer.status_code == status
    assert says in answer.json()["detail"]
    assert waiting(api) == 0


def test_a_preflight_lets_the_forms_own_pages_in(api: Api) -> None:
    asked = {"Access-Control-Request-Method": "POST"}
    good = api.anonymous.options(CONTACT, headers={"Origin": PAGE, **asked})
    bad = api.anonymous.options(CONTACT, headers={"Origin": "https://evil.example", **asked})
    assert (good.status_code, good.headers["access-control-allow-origin"]) == (204, PAGE)
    assert bad.status_code == 403
    assert "access-control-allow-origin" not in bad.headers


def test_an_unknown_form_is_not_found(api: Api) -> None:
    assert api.anonymous.post("/forms/website/other", json={}).status_code == 404
