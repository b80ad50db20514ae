"""What columns are called, in Japanese and English.

A target is a canonical field, a part of an address (`address.city`), or one of `address.line`
(a numbered line), `address.number`, `identifier.<scheme>`, `consent`, `no_consent`,
`observed_at`, `record_id` and `ignore`.
"""

import re
import unicodedata
from pathlib import Path

_FOLDER = Path(__file__).parent

FRAGMENTS: tuple[tuple[str, str], ...] = (
    (r"fax|ファックス|ファクス|パスワード|password", "ignore"),
    (r"メルマガ|配信希望|newsletter|optin", "consent"),
    (r"配信停止|optout|unsubscribe", "no_consent"),
    (r"(姓|氏|lastname|familyname|surname).*(カナ|ガナ|ヨミ|kana)", "family_kana"),
    (r"(^名|firstname|givenname).*(カナ|ガナ|ヨミ|kana)", "given_kana"),
    (r"(氏名|名前|担当).*(カナ|ガナ|ヨミ|kana)", "name_kana"),
    (r"メール|mail", "emails"),
    (r"携帯|電話|telephone|phone|mobile|^tel|tel$", "phones"),
    (r"郵便|zip|postal|postcode", "address.postal_code"),
    (r"都道府県|prefecture", "address.region"),
    (r"市区町村", "address.city"),
    (r"番地", "address.street"),
    (r"建物|building", "address.building"),
    (r"生年月日|誕生|birthd|dateofbirth", "birth_date"),
    (r"性別|gender", "gender"),
    (r"氏名|fullname", "name"),
    (r"firstname|givenname", "given_name"),
    (r"lastname|surname|familyname", "family_name"),
    (r"法人番号", "corporate_number"),
    (r"会社名|企業名|法人名|companyname|organi[sz]ationname", "organization"),
    (r"住所|所在地", "address.text"),
)
"""Fragments of a folded name and what they mean, the first that is found."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_NOISE = re.compile(r"必須|任意|入力|半角|全角|[^\w〒]|_")


def folded(name: str) -> str:
    """A column's name as it is compared: width, case, kana, spaces and marks do not count."""
    words = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name)).casefold()
    return _NOISE.sub("", words.translate(_TO_KATAKANA))


def _table(file: str) -> dict[str, list[str]]:
    """Lines of a meaning and the words for it, a tab between them."""
    lines = (_FOLDER / file).read_text(encoding="utf-8").splitlines()
    return {meaning: words.split() for meaning, words in (line.split("\t") for line in lines)}


_NAMES = _table("column_names.tsv")
TARGETS = tuple(_NAMES)

EXACT = {folded(name): target for target, names in _NAMES.items() for name in names}
"""Targets by folded name."""

PREFIX_GROUPS = tuple(
    sorted(
        (
            (folded(word), group)
            for group, words in _table("prefixes.tsv").items()
            for word in words
        ),
        key=lambda pair: -len(pair[0]),
    )
)
"""Folded words that may stand before a name, longest first, each with its address group."""
