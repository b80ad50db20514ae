"""What the demo says, in English and Japanese."""

import os
from collections.abc import Mapping

ENGLISH = {
    "title": "Daifuku demo: {company}, seed {seed}",
    "loading": "Starting the five systems",
    "syncing": "Syncing {source}",
    "posting": "Delivering form posts and LINE events",
    "resolving": "Resolving",
    "measuring": "Measuring against the truth",
    "again": "This world is here already: nothing to sync (--fresh begins anew).",
    "receipts": "Receipts: what was fetched, and what became of it",
    "total": "total",
    "fetched": "fetched",
    "new": "new",
    "changed": "changed",
    "unchanged": "unchanged",
    "rejected": "rejected",
    "suppressed": "suppressed",
    "linked": "linked",
    "created": "created",
    "held": "held for review",
    "figures": "Against the truth",
    "entity": "entity",
    "golden": "golden records",
    "precision": "precision",
    "recall": "recall",
    "bcubed": "B-cubed F1",
    "person": "people",
    "organization": "organisations",
    "both": "both",
    "note": (
        "{source_records:,} source records became {golden_records:,} golden records "
        "in {seconds} s;\n"
        "{review_tasks:,} possible matches wait for a steward.\n"
        "Recall where there is evidence: {recall_where_evidence:.3f}. "
        "LINE followers whom nobody can know: {unknowable:,}."
    ),
    "before": "Before: {count} records",
    "after": "After: one golden record {id}",
    "record": "record",
    "said": "what it says",
    "field": "field",
    "value": "value",
    "from": "from",
    "rule": "rule",
    "api": "The API answers at {url}",
    "key": "Key: {key}",
    "try": "Try:",
    "stop": "Ctrl-C ends the demo; what was resolved stays in {home}",
}
JAPANESE = {
    "title": "大福デモ：{company}（シード {seed}）",
    "loading": "五つのシステムを起動しています",
    "syncing": "{source} を同期しています",
    "posting": "フォーム投稿と LINE イベントを届けています",
    "resolving": "名寄せしています",
    "measuring": "正解と照らし合わせています",
    "again": "この世界は同期済みです(--fresh で最初からやり直せます)。",
    "receipts": "同期の受領書：取得した件数と、その行き先",
    "total": "合計",
    "fetched": "取得",
    "new": "新規",
    "changed": "変更",
    "unchanged": "変更なし",
    "rejected": "却下",
    "suppressed": "抑止",
    "linked": "既存の顧客へ統合",
    "created": "新しい統合顧客",
    "held": "確認待ち",
    "figures": "正解との比較",
    "entity": "対象",
    "golden": "統合顧客",
    "precision": "適合率",
    "recall": "再現率",
    "bcubed": "B-cubed F1",
    "person": "個人",
    "organization": "組織",
    "both": "全体",
    "note": (
        "ソースレコード {source_records:,} 件が統合顧客 {golden_records:,} 件になりました"
        "（{seconds} 秒）。\n"
        "確認待ちの候補は {review_tasks:,} 件です。\n"
        "手がかりのある組での再現率は {recall_where_evidence:.3f}、"
        "誰とも知れない LINE の友だちは {unknowable:,} 人です。"
    ),
    "before": "統合前：{count} 件",
    "after": "統合後：統合顧客 {id}",
    "record": "レコード",
    "said": "内容",
    "field": "項目",
    "value": "値",
    "from": "出所",
    "rule": "採用規則",
    "api": "API は {url} で応答しています",
    "key": "キー：{key}",
    "try": "試すには：",
    "stop": "Ctrl-C で終了します。結果は {home} に残ります",
}


def words(language: str | None = None) -> Mapping[str, str]:
    """The words of `language` (en or ja), by default that of the LANG variable."""
    chosen = language or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    return JAPANESE if chosen.lower().startswith("ja") else ENGLISH
