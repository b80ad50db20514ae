"""Headings of tables in Japanese: one word for one thing, whichever command shows it."""

from collections.abc import Mapping, Sequence
from typing import Literal

_JAPANESE: Mapping[str, str] = {
    "by": "担当者",
    "day": "日付",
    "decision": "判断",
    "golden records": "統合顧客",
    "id": "ID",
    "priority": "優先度",
    "question": "確認事項",
    "reason": "理由",
    "review": "レビュー",
    "version": "版",
    "what": "内容",
    "withdrawn by": "取消",
}


def headings(columns: Sequence[str], language: Literal["en", "ja"]) -> Sequence[str]:
    """The columns' headings; one without a Japanese word stays as it is."""
    if language == "en":
        return columns
    return [_JAPANESE.get(column, column) for column in columns]
