"""A visitor fills in the company's form in a real browser, in Japanese as people type it."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from daifuku.storage.repositories import inbox
from tests.support.browser import chromium
from tests.support.deadline import until
from tests.support.hub import Golden, Hub

TYPED = {
    "お名前": "山田　太郎",
    "フリガナ": "ﾔﾏﾀﾞ ﾀﾛｳ",
    "会社名": "㈱みどり商店",
    "メールアドレス": "Ｔａｒｏ＠example.jp",
    "電話番号": "０９０－００００－１２３４",
    "お問い合わせ内容": "資料を送ってください。\n髙﨑店の件です😊",
}
ENCODINGS = {
    "urlencoded": "",
    "multipart": 'enctype="multipart/form-data"',
    "in Shift_JIS": 'accept-charset="Shift_JIS"',
}
PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8"><title>お問い合わせ</title>
<form method="post" action="{action}" {encoding}>
{fields}
<label>添付 <input type="file" name="添付"></label>
<input name="website2" style="display:none" tabindex="-1" autocomplete="off">
<button>送信する</button>
</form></html>"""
THANKS = '<!doctype html><html lang="ja"><meta charset="utf-8"><h1>受け付けました</h1></html>'

Publish = Callable[..., str]

pytestmark = [pytest.mark.peer, pytest.mark.timeout(180)]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """The tests' output is no access log."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The address of the company's web site, whose pages are in `tmp_path`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def publish(hub: Hub, url: str, site: str, tmp_path: Path) -> Publish:
    """Connects a form and puts its page on the site; returns the page's address."""

    def put(encoding: str = "", **form: Any) -> str:
        settings = {"id": "contact", "allowed_origins": [site], "honeypot": "website2", **form}
        hub.add("web", "webform", {"forms": [settings]})
        rows = [f'<label>{name} <textarea name="{name}"></textarea></label>' for name in TYPED]
        action = f"{url}/forms/web/contact"
        page = PAGE.format(action=action, encoding=encoding, fields="\n".join(rows))
        (tmp_path / "contact.html").write_text(page, encoding="utf-8")
        (tmp_path / "thanks.html").write_text(THANKS, encoding="utf-8")
        return f"{site}/contact.html"

    return put


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """An empty page of the browser."""
    opened = browser.new_page()
    yield opened
    opened.close()


def fill(page: Any) -> Any:
    """Type the visitor's answers; returns the button that sends them."""
    for name, text in TYPED.items():
        page.get_by_label(name).fill(text)
    return page.get_by_role("button", name="送信する")


def submissions(hub: Hub) -> int:
    with hub.store.read() as tx:
        counts = inbox.counts(tx, "web")
    return counts.get(inbox.LANDED, 0) if set(counts) <= {inbox.LANDED} else -1


def people(hub: Hub) -> list[Golden]:
    return [golden for golden in hub.goldens() if golden.entity == "person"]


def the_person(hub: Hub) -> Golden:
    (person,) = people(hub)
    return person


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_a_visitor_types_becomes_a_golden_record(
    hub: Hub, site: str, publish: Publish, page: Any, encoding: str
) -> None:
    thanks = f"{site}/thanks.html"
    page.goto(publish(ENCODINGS[encoding], thanks_url=thanks))
    fill(page).click()
    page.wait_for_url(thanks)
    assert page.get_by_role("heading").inner_text() == "受け付けました"

    until(lambda: submissions(hub) == 1, what="the post to land")
    until(lambda: len(hub.goldens()) == 2, what="the worker to resolve it")
    fields = the_person(hub).fields
    assert fields["name"] == "山田 太郎"
    assert fields["name_kana"] == "ヤマダ タロウ"
    assert fields["emails"] == ["taro@example.jp"]
    assert fields["phones"] == ["+819000001234"]
    (company,) = [golden for golden in hub.goldens() if golden.entity == "organization"]
    assert company.fields["name"] == "株式会社みどり商店"
    (said,) = hub.interactions(the_person(hub))
    assert (said.kind, said.refs["page"]) == ("inquiry", f"{site}/")


def test_submitting_twice_is_one_customer(
    hub: Hub, publish: Publish, page: Any, tmp_path: Path
) -> None:
    page.goto(publish(ENCODINGS["multipart"]))
    page.get_by_label("添付").set_input_files(tmp_path / "thanks.html")
    fill(page).click()
    page.get_by_role("heading", name="送信しました").wait_for()
    page.go_back()
    fill(page).dblclick()
    page.get_by_role("heading", name="送信しました").wait_for()

    until(lambda: submissions(hub) >= 2, what="the posts to land")
    until(
        lambda: [len(one.records) for one in people(hub)] == [submissions(hub)],
        what="the worker to resolve them to one person",
    )
    assert len(hub.goldens()) == 2


def test_a_page_elsewhere_may_not_post(hub: Hub, publish: Publish, page: Any) -> None:
    page.goto(publish(allowed_origins=["https://www.example.jp"]))
    with page.expect_response("**/forms/web/contact") as answered:
        fill(page).click()
    assert answered.value.status == 403
    assert submissions(hub) == 0


def test_a_robot_is_thanked_and_forgotten(hub: Hub, publish: Publish, page: Any) -> None:
    page.goto(publish())
    page.evaluate("document.querySelector('[name=website2]').value = 'buy'")
    fill(page).click()
    page.get_by_role("heading", name="送信しました").wait_for()
    assert submissions(hub) == 0
