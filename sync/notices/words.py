"""What a notice says, in Japanese and English."""

from collections.abc import Mapping
from dataclasses import dataclass

from daifuku.storage.repositories.notices import Incident, IncidentKind
from sync.advice import Advice, Language


@dataclass(frozen=True, slots=True)
class Notice:
    """A message to people: one line, and what it is about."""

    subject: str
    text: str


_SUBJECTS: Mapping[Language, Mapping[tuple[IncidentKind, bool], str]] = {
    "en": {
        (IncidentKind.FAILED, False): "{source}: its sync fails",
        (IncidentKind.FAILED, True): "{source}: its sync works again",
        (IncidentKind.STALE, False): "{source}: not read for too long",
        (IncidentKind.STALE, True): "{source}: up to date again",
    },
    "ja": {
        (IncidentKind.FAILED, False): "{source}: 同期に失敗しています",
        (IncidentKind.FAILED, True): "{source}: 同期が復旧しました",
        (IncidentKind.STALE, False): "{source}: 長時間更新されていません",
        (IncidentKind.STALE, True): "{source}: 最新の状態に戻りました",
    },
}
_LINES: Mapping[Language, Mapping[str, str]] = {
    "en": {
        "since": "Since: {opened:%Y-%m-%d %H:%M} UTC",
        "until": "Until: {closed:%Y-%m-%d %H:%M} UTC",
        "what": "What: {advice.what}",
        "details": "Details: {message}",
        "next": "Next: {advice.next_step}",
        "run": "Look closer: daifuku run show {run}",
        "source": "Look closer: daifuku source show {source}",
    },
    "ja": {
        "since": "発生: {opened:%Y-%m-%d %H:%M} UTC",
        "until": "復旧: {closed:%Y-%m-%d %H:%M} UTC",
        "what": "状況: {advice.what}",
        "details": "内容: {message}",
        "next": "対応: {advice.next_step}",
        "run": "確認: daifuku run show {run} --lang ja",
        "source": "確認: daifuku source show {source} --lang ja",
    },
}
_STALE: Mapping[Language, Advice] = {
    "en": Advice(
        "Its schedule has passed twice without a sync that succeeded.",
        "you",
        "See that a worker runs: daifuku doctor",
    ),
    "ja": Advice(
        "予定の時刻を 2 回過ぎても、同期が成功していません。",
        "you",
        "ワーカーが動いているか確かめてください: daifuku doctor",
    ),
}
_TEST: Mapping[Language, Notice] = {
    "en": Notice("A test of Daifuku", "Notices about sources will come here."),
    "ja": Notice("Daifuku の通知テスト", "データソースに関する通知がここに届きます。"),
}


def notice_of(
    incident: Incident, language: Language, *, over: bool, advice: Advice | None = None
) -> Notice:
    """What is said of an incident when it begins, with what to do about it, or when it is over."""
    if incident.kind is IncidentKind.STALE and not over:
        advice = _STALE[language]
    lines = ["since"]
    if over and incident.closed_at is not None:
        lines.append("until")
    else:
        lines += ["what"] if advice else []
        lines += ["details"] if incident.message else []
        lines += ["next"] if advice else []
    lines.append("run" if incident.run_id is not None else "source")
    said = {
        "source": incident.source,
        "opened": incident.opened_at,
        "closed": incident.closed_at,
        "message": incident.message,
        "run": incident.run_id,
        "advice": advice,
    }
    subject = _SUBJECTS[language][incident.kind, over].format(**said)
    return Notice(
        f"Daifuku: {subject}", "\n".join(_LINES[language][line].format(**said) for line in lines)
    )


def test_notice(language: Language) -> Notice:
    """What a target is sent to try it out."""
    return _TEST[language]
