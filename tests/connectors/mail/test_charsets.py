"""Every charset of Japanese mail is read, whatever its label says."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.charsets import decode
from connectors.mail.headers import Mailbox, header_mailboxes, header_text

TEXT = "お世話になっております。株式会社山田商店の佐藤です。"

VENDOR = "①②③⑩⑳ⅠⅡⅤⅩⅳ㍉㌔㌢㍍㌘㎜㎞㎎㏄㎡№㏍℡㊤㈱㈲㈹㍾㍽㍼㍻髙﨑濵"
"""34 characters that Windows has and the standards lack."""


def windows_rows() -> dict[str, bytes]:
    """The characters of NEC's and IBM's rows, by the standard library's table of CP932."""
    pairs = (bytes((lead, trail)) for lead in (0x87, 0xED, 0xEE) for trail in range(0x40, 0xFD))
    return {pair.decode("cp932", "ignore"): pair for pair in pairs}


def cp50221(char: str) -> bytes:
    """A character as Windows mail programs write it in ISO-2022-JP."""
    lead, trail = windows_rows()[char]
    row = (lead - (0xC1 if lead >= 0xE0 else 0x81)) * 2 + (1 if trail < 0x9F else 2)
    cell = trail - 0x7E if trail >= 0x9F else trail - 0x1F - (trail >= 0x80)
    return b"\x1b$B" + bytes((row + 0x20, cell))


def test_there_are_34_of_them() -> None:
    assert len(set(VENDOR)) == 34


@pytest.mark.parametrize("char", VENDOR)
def test_cp932_labelled_shift_jis(char: str) -> None:
    assert decode(f"{char}の山田".encode("cp932"), "Shift_JIS") == f"{char}の山田"


@pytest.mark.parametrize("char", VENDOR)
def test_cp50221_labelled_iso_2022_jp(char: str) -> None:
    assert decode(b"No. " + cp50221(char) + b"\x1b(B end", "ISO-2022-JP") == f"No. {char} end"


@pytest.mark.parametrize("written", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
@pytest.mark.parametrize(
    "label",
    ["", "us-ascii", "utf-8", "Shift_JIS", "x-sjis", "EUC-JP", "ISO-2022-JP", "iso-8859-1", "x-?"],
)
def test_a_wrong_label_is_found_out(written: str, label: str) -> None:
    assert decode(TEXT.encode(written), label) == TEXT


def test_kana_of_half_width_in_every_charset() -> None:
    assert decode("ｶﾌﾞｼｷ".encode("cp932"), "shift_jis") == "ｶﾌﾞｼｷ"
    assert decode(b"\x8e\xb6\x8e\xcc\x8e\xde", "euc-jp") == "ｶﾌﾞ"
    assert decode(b"\x1b(I6L^\x1b(B", "iso-2022-jp") == "ｶﾌﾞ"


def test_a_missing_escape_at_the_end_of_a_line_does_no_harm() -> None:
    assert decode(b"\x1b$B;3ED\nTEL 03", "iso-2022-jp") == "山田\nTEL 03"


@pytest.mark.parametrize("name", ["Müller", "García", "André Dupont", "Jürgen Groß"])
@pytest.mark.parametrize("label", ["", "utf-8", "iso-8859-1"])
def test_western_names_stay_western(name: str, label: str) -> None:
    assert decode(name.encode("latin-1"), label) == name


@pytest.mark.parametrize("charset", ["gb2312", "big5", "euc-kr", "koi8-r", "windows-1251"])
def test_other_charsets_by_their_label(charset: str) -> None:
    text = {"koi8-r": "привет", "windows-1251": "привет", "euc-kr": "안녕"}.get(charset, "中文")
    assert decode(text.encode(charset), charset) == text


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp"])
def test_text_cut_within_a_character_loses_only_that_one(charset: str) -> None:
    raw = TEXT.encode(charset)
    assert decode(raw[:-1], charset, cut=True) == TEXT[:-1]


@given(st.binary(max_size=400), st.text(max_size=20), st.booleans())
def test_any_bytes_under_any_label_give_storable_text(raw: bytes, label: str, cut: bool) -> None:
    text = decode(raw, label, cut=cut)
    text.encode("utf-8")
    assert "\x00" not in text


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60))
def test_utf_8_under_its_own_name_is_never_changed(text: str) -> None:
    assert decode(text.encode(), "utf-8") == text


# Headers


def word(raw: bytes, charset: str = "UTF-8") -> bytes:
    return f"=?{charset}?B?".encode() + base64.b64encode(raw) + b"?="


NAME = "株式会社山田商店 営業部, 髙橋太郎"


@pytest.mark.parametrize("at", range(1, 20))
def test_encoded_words_cut_within_a_character(at: int) -> None:
    raw = NAME.encode()
    header = word(raw[:at]) + b"\r\n " + word(raw[at:])
    assert header_text(b"Re: " + header + b" (2)") == f"Re: {NAME} (2)"
    assert header_mailboxes(header + b" <T@X.example>") == (Mailbox("t@x.example", NAME),)


def test_base64_cut_within_a_quantum() -> None:
    text = base64.b64encode(NAME.encode())
    assert header_text(b"=?utf-8?B?%b?= =?utf-8?B?%b?=" % (text[:6], text[6:])) == NAME


@pytest.mark.parametrize("charset", ["utf-8", "cp932", "euc_jp", "iso2022_jp"])
def test_raw_text_without_any_label(charset: str) -> None:
    header = "山田太郎 <taro@x.example>".encode(charset)
    assert header_mailboxes(header) == (Mailbox("taro@x.example", "山田太郎"),)


@pytest.mark.parametrize(
    ("header", "mailboxes"),
    [
        (b'"Smith, John" <John@X.example>', [("john@x.example", "Smith, John")]),
        (b"a@x.example (Taro), b@y.example", [("a@x.example", "Taro"), ("b@y.example", "")]),
        (b"Team: a@x.example, B <b@y.example>;", [("a@x.example", ""), ("b@y.example", "B")]),
        (b"undisclosed-recipients:;", []),
        (b"taro..y@docomo.ne.jp", [("taro..y@docomo.ne.jp", "")]),
        (b"<.taro.@ezweb.ne.jp>", [(".taro.@ezweb.ne.jp", "")]),
        (b'"open <x@y.example>, z@z.example', [("x@y.example", "open"), ("z@z.example", "")]),
        (b'"x@y.example" <x@y.example>', [("x@y.example", "")]),
        (b"root, <>, a@b, @x.example", []),
    ],
)
def test_address_headers(header: bytes, mailboxes: list[tuple[str, str]]) -> None:
    assert [(box.address, box.name) for box in header_mailboxes(header)] == mailboxes


@given(st.binary(max_size=300))
def test_any_bytes_as_a_header(raw: bytes) -> None:
    header_text(raw).encode("utf-8")
    for box in header_mailboxes(raw):
        assert box.address.count("@") == 1
        box.name.encode("utf-8")


@given(st.text(alphabet='"<>(),;:\\@. ab=?', max_size=200))
def test_any_punctuation_as_a_header(text: str) -> None:
    header_mailboxes(text.encode())
