"""Headings and states in Japanese: one word for one thing, whichever command shows it."""

from collections.abc import Mapping, Sequence
from typing import Literal

Language = Literal["en", "ja"]

_JAPANESE: Mapping[str, str] = {
    "a": "値 A",
    "active": "稼働中",
    "b": "値 B",
    "bcubed_f1": "B-cubed F1",
    "by": "担当者",
    "cancelled": "中止",
    "changed": "変更",
    "changes by": "差分",
    "checkpoints": "チェックポイント",
    "complete": "完了",
    "connector": "コネクター",
    "created": "新規作成",
    "day": "日付",
    "decision": "判断",
    "default": "既定値",
    "deleted": "削除",
    "deletions by": "削除",
    "delivered": "受信",
    "empty": "0 件",
    "f1": "F1 値",
    "failed": "失敗",
    "fetched": "取得",
    "from": "出所",
    "field": "項目",
    "golden records": "統合顧客",
    "held": "保留",
    "id": "ID",
    "incomplete": "未完了",
    "key": "キー",
    "kind": "種類",
    "left": "残り",
    "linked": "統合",
    "meaning": "意味",
    "name": "名前",
    "new": "新規",
    "now": "現在",
    "next runs": "次回からの予定",
    "partial": "一部成功",
    "pin": "固定",
    "paused": "一時停止",
    "precision": "適合率",
    "priority": "優先度",
    "profile": "統合顧客",
    "push": "受信",
    "question": "確認事項",
    "queued": "待機中",
    "rate": "速度",
    "reading": "読み取り中",
    "reason": "理由",
    "recall": "再現率",
    "records of the last whole pass": "前回の全件",
    "rejected": "却下",
    "relation": "関係",
    "rereading": "再読み取り",
    "result": "判定",
    "review": "レビュー",
    "role": "役職",
    "rule": "採用規則",
    "run": "実行",
    "running": "実行中",
    "setting": "設定",
    "source": "接続先",
    "state": "状態",
    "stream": "ストリーム",
    "streams": "ストリーム",
    "succeeded": "成功",
    "suppressed": "抑止",
    "then": "固定後",
    "title": "名称",
    "unchanged": "変更なし",
    "value": "値",
    "version": "版",
    "waiting": "待機中",
    "what": "内容",
    "why": "理由",
    "withdrawn by": "取消",
}


def headings(columns: Sequence[str], language: Language) -> Sequence[str]:
    """The columns' headings; one without a Japanese word stays as it is."""
    return [word(column, language) for column in columns]


def word(text: str, language: Language) -> str:
    """A heading or a state in the language; one without a Japanese word stays as it is."""
    return text if language == "en" else _JAPANESE.get(text, text)
