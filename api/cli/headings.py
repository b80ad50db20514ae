"""Headings and states in Japanese: one word for one thing, whichever command shows it."""

from collections.abc import Mapping, Sequence
from typing import Literal

_JAPANESE: Mapping[str, str] = {
    "active": "稼働中",
    "by": "担当者",
    "cancelled": "中止",
    "changed": "変更",
    "checkpoints": "チェックポイント",
    "complete": "完了",
    "created": "新規作成",
    "day": "日付",
    "decision": "判断",
    "deleted": "削除",
    "delivered": "受信",
    "empty": "0 件",
    "failed": "失敗",
    "fetched": "取得",
    "golden records": "統合顧客",
    "held": "保留",
    "id": "ID",
    "incomplete": "未完了",
    "left": "残り",
    "linked": "統合",
    "new": "新規",
    "partial": "一部成功",
    "paused": "一時停止",
    "priority": "優先度",
    "question": "確認事項",
    "queued": "待機中",
    "rate": "速度",
    "reading": "読み取り中",
    "reason": "理由",
    "records of the last whole pass": "前回の全件",
    "rejected": "却下",
    "rereading": "再読み取り",
    "review": "レビュー",
    "run": "実行",
    "running": "実行中",
    "source": "接続先",
    "state": "状態",
    "stream": "ストリーム",
    "succeeded": "成功",
    "suppressed": "抑止",
    "unchanged": "変更なし",
    "version": "版",
    "waiting": "待機中",
    "what": "内容",
    "withdrawn by": "取消",
}


def headings(columns: Sequence[str], language: Literal["en", "ja"]) -> Sequence[str]:
    """The columns' headings; one without a Japanese word stays as it is."""
    return [word(column, language) for column in columns]


def word(text: str, language: Literal["en", "ja"]) -> str:
    """A heading or a state in the language; one without a Japanese word stays as it is."""
    return text if language == "en" else _JAPANESE.get(text, text)
