"""What to do about an error of a run: whose move it is, and the next step. Japanese and English."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from daifuku.records import SyncRun
from daifuku.storage.engine import Transaction
from daifuku.storage.repositories import jobs, sources
from sync.jobs.asking import sync_key

Language = Literal["en", "ja"]
Move = Literal["hub", "you", "report"]
"""Who acts next: the hub by itself, its owner, or us, once the fault is reported."""


@dataclass(frozen=True, slots=True)
class Advice:
    """`what` happened, in a line; whose `move` it is; and the `next_step`."""

    what: str
    move: Move
    next_step: str


_MOVES: Mapping[str, Move] = {
    "rate_limited": "hub",
    "transient": "hub",
    "busy": "hub",
    "interrupted": "hub",
    "run_lost": "hub",
    "system": "report",
    "error": "report",
}
"""Error kind -> whose move it is; that of all others is the owner's."""

_WHAT: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "config": "The source refuses the settings.",
        "auth_expired": "The source no longer accepts the sign-in.",
        "rate_limited": "The source asks to wait: too many requests.",
        "transient": "The source failed in a way that usually passes.",
        "busy": "The hub's store was busy with a long piece of work.",
        "record": "A record cannot be read.",
        "interrupted": "The run ended before its time.",
        "run_lost": "Another process went on with the run.",
        "deletion_brake": "So many records would be deleted that it looks like a mistake.",
        "no_records": "A stream that had records lists none.",
        "volume": "A stream lists far fewer records than before.",
        "schema_drift": "A field that the mapping uses comes no more: its stream is paused.",
        "mapping": "The mapping is wrong.",
        "system": "The hub failed for a fault of its own.",
    },
    "ja": {
        "config": "接続先が設定を受け付けません。",
        "auth_expired": "接続先の認証が切れました。",
        "rate_limited": "接続先から待つように求められました（リクエスト過多）。",
        "transient": "接続先で一時的な障害が起きました。",
        "busy": "ハブのデータベースが長い処理中のため、書き込めませんでした。",
        "record": "読み取れないレコードがあります。",
        "interrupted": "同期が途中で終わりました。",
        "run_lost": "別のプロセスが同期を引き継ぎました。",
        "deletion_brake": "削除される件数が多すぎるため、誤りの疑いがあります。",
        "no_records": "以前はレコードがあったストリームが 0 件になりました。",
        "volume": "件数が前回より大幅に減りました。",
        "schema_drift": "マッピングが使う項目が来なくなったため、そのストリームを止めました。",
        "mapping": "マッピングに誤りがあります。",
        "system": "ハブ自身の不具合で失敗しました。",
    },
}
_OTHER: Mapping[Language, str] = {
    "en": "The sync did not end well.",
    "ja": "同期が正常に終わりませんでした。",
}

_NEXT: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "config": "Mend the settings (daifuku source change {source}), see `daifuku source check "
        "{source}`, then: daifuku source resume {source}",
        "auth_expired": "Sign in again (daifuku source authorize {source}) or renew the "
        "credentials (daifuku source change {source}), then: daifuku source resume {source}",
        "record": "Look at it: daifuku source rejected {source}",
        "deletion_brake": "Check the source. If it is right: daifuku source sync {source} "
        "--allow-deletions",
        "no_records": "Check the source and what the credentials may see. If it is right: daifuku "
        "source sync {source} --allow-deletions",
        "volume": "Check the source. If it is right: daifuku source sync {source} "
        "--allow-deletions",
        "schema_drift": "See `daifuku source drift {source}`, mend the source or the mapping, "
        "then: daifuku source accept-drift {source} {stream}",
        "mapping": "Mend the mapping (daifuku mapping show {source} > FILE, daifuku source change "
        "{source} --mapping FILE), then: daifuku source resume {source}",
        "system": "Report it with the log: daifuku run log {run}",
        "you": "Read the message, mend what it names, then: daifuku source sync {source}",
        "hub": "Nothing to do: the hub tries again at {at}.",
        "unscheduled": "It goes on from its last checkpoint: daifuku source sync {source}",
    },
    "ja": {
        "config": "設定を直し（daifuku source change {source}）、`daifuku source check {source}` で"
        "確かめてから: daifuku source resume {source}",
        "auth_expired": "認証をやり直すか（daifuku source authorize {source}）、"
        "認証情報を更新してから（daifuku source change {source}）: daifuku source resume {source}",
        "record": "内容を確認してください: daifuku source rejected {source}",
        "deletion_brake": "接続先を確認し、正しければ: daifuku source sync {source} "
        "--allow-deletions",
        "no_records": "接続先と権限の範囲を確認し、正しければ: daifuku source sync {source} "
        "--allow-deletions",
        "volume": "接続先を確認し、正しければ: daifuku source sync {source} --allow-deletions",
        "schema_drift": "`daifuku source drift {source}` を見て接続先かマッピングを直してから: "
        "daifuku source accept-drift {source} {stream}",
        "mapping": "マッピングを直してから（daifuku mapping show {source} > FILE、daifuku source "
        "change {source} --mapping FILE）: daifuku source resume {source}",
        "system": "ログを添えて報告してください: daifuku run log {run}",
        "you": "メッセージに従って直してから: daifuku source sync {source}",
        "hub": "操作は不要です。{at} に自動で再試行します。",
        "unscheduled": "最後のチェックポイントから再開できます: daifuku source sync {source}",
    },
}

MOVES_SHOWN: Mapping[Language, Mapping[Move, str]] = {
    "en": {"hub": "the hub's move", "you": "your move", "report": "a fault of ours"},
    "ja": {"hub": "ハブが対応", "you": "要対応", "report": "不具合"},
}


def advice_on(
    kind: str,
    *,
    source: str,
    run: int,
    stream: str = "STREAM",
    again_at: datetime | None = None,
    lang: Language = "en",
) -> Advice:
    """What to do about an error of this kind; `again_at` is when the hub runs the source next."""
    move = _MOVES.get(kind, "you")
    step = kind if kind in _NEXT[lang] else "you"
    if move == "hub":
        step = "hub" if again_at is not None else "unscheduled"
    elif move == "report":
        step = "system"
    at = again_at.astimezone().strftime("%Y-%m-%d %H:%M") if again_at else ""
    words = _NEXT[lang][step].format(source=source, run=run, stream=stream, at=at)
    if step == "unscheduled":
        move = "you"
    return Advice(_WHAT[lang].get(kind, _OTHER[lang]), move, words)


def next_attempt(tx: Transaction, source: str) -> datetime | None:
    """When the hub runs a source next by itself: a job that waits, or its schedule."""
    waiting = jobs.live(tx, sync_key(source))
    if waiting is not None and waiting.state == jobs.QUEUED:
        return waiting.due_at
    row = next((one for one in sources.list_all(tx) if one.id == source), None)
    return None if row is None or row.paused else row.next_run_at


def advice_of_run(tx: Transaction, run: SyncRun, lang: Language = "en") -> Advice | None:
    """What to do about how a run ended; None where it ended well, or goes on."""
    if run.error_kind is None:
        return None
    return advice_on(
        run.error_kind,
        source=run.source,
        run=run.id,
        stream=_stream_at_fault(run),
        again_at=next_attempt(tx, run.source),
        lang=lang,
    )


def _stream_at_fault(run: SyncRun) -> str:
    named = [one.stream for one in run.by_stream.values() if one.error_kind == run.error_kind]
    return named[0] if named else "STREAM"
