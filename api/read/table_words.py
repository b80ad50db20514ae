"""What is said of a table that is resolved with no set-up, in words: Japanese and English."""

from collections.abc import Mapping

from api.read.steward_words import Language, Words

DEDUPED: Mapping[Language, Words] = {
    "en": {
        "rows": "{rows} rows → {goldens} golden records in {output}",
        "possible": "{count} pairs may be one and were kept apart: when unsure, do not merge.",
        "rejected": "{count} rows cannot be read or say nobody, and stand alone:",
    },
    "ja": {
        "rows": "{rows} 行 → 統合顧客 {goldens} 件 ({output})",
        "possible": "同一かもしれない {count} 組は別々のままです。迷ったら統合しません。",
        "rejected": "読み取れない、または誰の情報もない {count} 行は単独で残しました:",
    },
}

_REASONS = {
    "as told": "指定どおり",
    "its name says so": "列名から",
    "its name says so, with a number": "列名から(番号付き)",
    "its name says so, after a prefix": "列名から(接頭語付き)",
    "its name says so, with prefix and number": "列名から(接頭語と番号付き)",
    "a part of its name says so": "列名の一部から",
    "values fit": "値も合う",
    "a name beside a family name": "姓と並ぶ名",
    "the only name there is": "ただ一つの名前",
    "its values are forms of address": "値が敬称",
    "its values are e-mail addresses": "値がメールアドレス",
    "its values are corporate numbers": "値が法人番号",
    "its values are postal codes": "値が郵便番号",
    "its values are phone numbers": "値が電話番号",
    "its values are prefectures": "値が都道府県",
    "its values are names with a legal form": "値が法人格付きの名称",
    "its values are dates of that age": "値が生年月日らしい",
    "nothing recognised": "判別できず",
}
_NOT = ", but its values are no "


def reason_words(why: str, language: Language) -> str:
    """Why a column was taken for what it was."""
    if language == "en":
        return why
    name, does_not_fit, _ = why.partition(_NOT)
    parts = [_REASONS.get(part, part) for part in name.split("; ")]
    return "、".join([*parts, "ただし値が合わない"] if does_not_fit else parts)
