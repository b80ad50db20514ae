"""Signatures give name, company, phones and address; another person's is never taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mail.quotes import own_text
from connectors.mail.signatures import Signature, find_signature

JAPANESE = """お世話になっております。
お見積りをお願いできますでしょうか。よろしくお願いいたします。

{rule}
株式会社山田商店　営業部
課長　佐藤　花子（さとう はなこ）
〒150-0001 東京都渋谷区神宮前1-2-3 原宿ビル5F
TEL：03-1234-5678 / FAX：03-1234-5679
携帯：090-1234-5678
E-mail：hanako@yamada.example
https://yamada.example/
{rule}
"""

HANAKO = Signature(
    name="佐藤 花子",
    kana="さとう はなこ",
    company="株式会社山田商店",
    department="営業部",
    title="課長",
    phones=("03-1234-5678",),
    mobiles=("090-1234-5678",),
    postal_code="150-0001",
    address="東京都渋谷区神宮前1-2-3 原宿ビル5F",
    url="https://yamada.example",
    emails=("hanako@yamada.example",),
)


@pytest.mark.parametrize(
    "rule",
    [
        "━" * 20,
        "＿" * 12,
        "-" * 30,
        "-- ",
        "=" * 20,
        "*" * 20,
        "□■□■□■",
        "・‥…━━━☆",
        "署名",
        "【署名】",
    ],
)
def test_a_japanese_signature_below_any_mark(rule: str) -> None:
    assert find_signature(JAPANESE.format(rule=rule)) == HANAKO


def test_an_english_one_below_a_closing_phrase() -> None:
    text = """Could you send me a quote?

Best regards,
John Smith
Sales Manager
Acme Widgets, Inc.
T: +1 650 555 0100  F: +1 650 555 0199
www.acme.example"""
    assert find_signature(text) == Signature(
        name="John Smith",
        company="Acme Widgets, Inc.",
        title="Sales Manager",
        phones=("+1 650 555 0100",),
        url="www.acme.example",
    )


def test_one_on_a_single_line_each_with_separators() -> None:
    text = "Thanks\n-- \nAnna Müller | Head of Sales\nBeispiel GmbH\nT: +49 30 1234567\n"
    found = find_signature(text)
    assert (found.name, found.title, found.company) == (
        "Anna Müller",
        "Head of Sales",
        "Beispiel GmbH",
    )


OSAKA = """確認します。
--\x20
高橋 一郎
㈱サンプル 技術本部 開発課
電話 06-6123-4567
〒530-0001
大阪府大阪市北区梅田1-1-1
梅田タワー 10階
"""


def test_an_address_on_lines_of_its_own() -> None:
    found = find_signature(OSAKA)
    assert found.company == "(株)サンプル"
    assert found.department == "技術本部 開発課"
    assert (found.postal_code, found.address) == (
        "530-0001",
        "大阪府大阪市北区梅田1-1-1 梅田タワー 10階",
    )


def test_contact_lines_at_the_end_need_no_mark() -> None:
    text = "ありがとうございます。\n\n田中 美咲\n050-1234-5678\nmisaki@customer.example\n"
    found = find_signature(text, "田中美咲")
    assert (found.name, found.phones) == ("田中 美咲", ("050-1234-5678",))


def test_the_display_name_settles_which_line_is_the_name() -> None:
    text = "本文\n----------\n大阪 支店前\n伊藤 蓮\nTEL 06-1111-2222\n----------"
    assert find_signature(text, "伊藤蓮").name == "伊藤 蓮"


@pytest.mark.parametrize(
    ("lines", "sender", "company", "name"),
    [
        ("有田旅館\n第二営業部\n杉浦 七海", "", "有田旅館", "杉浦 七海"),
        ("伊予食堂\n店長 西川翔太", "西川 翔太", "伊予食堂", "西川翔太"),
        ("(福)桔梗園\n管理部 店長\n中尾 達也", "", "(福)桔梗園", "中尾 達也"),
        ("カ)オチトウキテン\nバイヤー\n阿部 明日香", "", "カ)オチトウキテン", "阿部 明日香"),
        (
            "合同会社小幡菓子舗\n課長\nソフィー・デュボワ",
            "",
            "合同会社小幡菓子舗",
            "ソフィー・デュボワ",
        ),
        ("服部 一郎", "", "", "服部 一郎"),
    ],
)
def test_a_business_card_without_a_legal_form(
    lines: str, sender: str, company: str, name: str
) -> None:
    found = find_signature(f"本文\n━━━━━━\n{lines}\nTEL: 059-147-8447\n", sender)
    assert (found.company, found.name) == (company, name)


@pytest.mark.parametrize(
    "line",
    ["FAX 03-1234-5679", "Fax: 03-1234-5679", "ファックス：03-1234-5679", "F: 03-1234-5679"],
)
def test_a_fax_number_is_no_phone(line: str) -> None:
    found = find_signature(f"本文\n-- \n山田 太郎\n{line}\nTEL 03-1234-5678\n")
    assert found.phones == ("03-1234-5678",)


QUOTED = [
    "2026年11月1日(日) 10:00 佐藤 花子 <hanako@yamada.example>:\n{quoted}",
    "On Sun, Nov 1, 2026 at 10:00 AM Hanako Sato <hanako@yamada.example> wrote:\n{quoted}",
    "On Sun, Nov 1, 2026 at 10:00 AM Hanako Sato\n<hanako@yamada.example> wrote:\n{quoted}",
    "佐藤さんは書きました：\n{quoted}",
    "-----Original Message-----\nFrom: Sato\n{plain}",
    "-----元のメッセージ-----\n{plain}",
    "差出人: 佐藤 花子\n送信日時: 2026年11月1日\n宛先: 山田\n件名: Re: 見積\n{plain}",
    "From: Sato\nSent: Sunday\nTo: Yamada\nSubject: Re: quote\n{plain}",
    "---------- Forwarded message ---------\nFrom: Sato\n{plain}",
    "{quoted}",
]


@pytest.mark.parametrize("frame", QUOTED)
def test_a_quoted_signature_is_not_the_senders(frame: str) -> None:
    plain = JAPANESE.format(rule="━" * 20)
    quoted = "\n".join(f"> {line}" for line in plain.split("\n"))
    text = "承知しました。\n\n" + frame.format(plain=plain, quoted=quoted)
    assert not find_signature(text)
    assert own_text(text).strip() == "承知しました。"


def test_the_senders_own_signature_beneath_a_quote_is_found() -> None:
    quote = "On Sunday, 1 November, A <a@b.example> wrote:\n> 見積ください\n\n"
    assert find_signature(quote + JAPANESE.format(rule="━" * 9)) == HANAKO


@pytest.mark.parametrize(
    ("address", "name", "own"),
    [
        ("hanako@yamada.example", "", True),
        ("info@yamada.example", "", True),
        ("hanako.private@mail.example", "佐藤花子", True),
        ("hanako.private@mail.example", "Sato", False),
        ("someone@else.example", "鈴木 一郎", False),
    ],
)
def test_whose_signature_it_is(address: str, name: str, *, own: bool) -> None:
    assert HANAKO.belongs_to(address, name) is own


@pytest.mark.parametrize(
    "text",
    [
        "",
        "了解しました。",
        "見積もりをお願いします。\n---------\n品番 A-100 10個\n品番 B-200 5個\n",
        "2点です。\n-----\n1. 納期はいつですか。\n2. 03-1234-5678に電話してよいですか。\n",
        "Hello\n-- \n",
        "Thanks!\nSent from my iPhone",
    ],
)
def test_no_signature_is_made_up(text: str) -> None:
    assert not find_signature(text)


@given(st.text(max_size=2_000))
def test_any_text(text: str) -> None:
    find_signature(text, text[:20])


LINES = st.sampled_from(
    ["", "-- ", "━━━━━━", "-----", "署名", "以上", "> x", "On ", "(", "@", "https://"]
    + ["TEL 03-1234-5678", "〒150-0001", "株式会社", "山田 太郎", "部長", "営業部", "有田旅館"]
)


@given(st.lists(LINES, max_size=60))
def test_any_arrangement_of_signature_lines(lines: list[str]) -> None:
    find_signature("\n".join(lines), "山田太郎")


HOSTILE = ["a ", "-", "1 ", "(", "0-", "> ", "9", "a@", "a.", "www.", "TEL", "\n", "━", "市1"]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", [*HOSTILE, "A B ", "On x "])
def test_a_hostile_text_ends(piece: str) -> None:
    """64 KB of a repeated piece; a search that backtracks would take minutes."""
    find_signature(piece * (65_536 // len(piece)))
    find_signature("x\n-- \n" + (piece * 40 + "\n") * 15)
