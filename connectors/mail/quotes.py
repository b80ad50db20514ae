"""What the sender wrote: a mail's text without the mails quoted beneath, above and within it.

Another person's signature stands in the quoted part; taken for the sender's, it would join two
people.
"""

import re
from collections.abc import Sequence

_QUOTED = re.compile(r"^\s{0,3}(?:[>＞≫»]|\|\s)")
_EVERYTHING_BELOW = re.compile(
    r"^\W{0,40}(?:Original Message|Original Appointment|Forwarded message|Forwarded by .{1,80}"
    r"|Begin forwarded message|Weitergeleitete Nachricht|Ursprüngliche Nachricht|Message d'origine"
    r"|元のメッセージ|元のメール|転送メッセージ|転送されたメッセージ|オリジナルメッセージ|引用元"
    r"|以下、?引用|Reply Message)\W{0,40}$",
    re.IGNORECASE,
)
_ATTRIBUTION = (
    re.compile(r"^\W{0,3}(?:On|Le|Am|El)\s.{6,200}(?:wrote|écrit|schrieb|escribió)\s*[:：]$", re.I),
    re.compile(r"^.{4,200}(?:のメール|さん|様|のメッセージ)?\s*(?:は|が)?書きました\s*[:：。]?$"),
    re.compile(r"^\d{4}[年/.-].{4,160}(?:<[^<>\s]+@[^<>\s]+>|さん|様).{0,12}[:：]$"),
    re.compile(r"^.{1,80}<[^<>\s]+@[^<>\s]+>\s*(?:wrote|writes|のメッセージ)\s*[:：]?$", re.I),
)
_HEADER = re.compile(
    r"^\W{0,3}(From|Sent|Date|To|Cc|Subject|差出人|送信者|送信元|送信日時|送信|日時|日付|宛先"
    r"|件名|CC|Von|Gesendet|An|Betreff|De|Envoyé|À|Objet)\W{0,3}\s*[:：]",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\W{0,3}(?:From|差出人|送信者|送信元|Von|De)\W{0,3}\s*[:：]", re.I)
_HEADERS_WITHIN = 6


def own_text(text: str) -> str:
    """`text` without quoted lines, attributions and everything below a quoted mail's header."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index].strip()
        taken = _attribution_lines(lines, index)
        if _EVERYTHING_BELOW.match(line) or _is_mail_header(lines, index):
            break
        if taken:
            if not _quoted_follows(lines, index + taken):
                break
            index += taken
            continue
        if not _QUOTED.match(lines[index]):
            kept.append(lines[index].rstrip(" \t\u3000") if line != "--" else "-- ")
        index += 1
    return "\n".join(kept).strip("\n")


def _attribution_lines(lines: Sequence[str], index: int) -> int:
    """How many lines from `index` say who is quoted: 0, 1, or 2 where a long one was wrapped."""
    line = lines[index].strip()
    if len(line) > 300:
        return 0
    if any(pattern.match(line) for pattern in _ATTRIBUTION):
        return 1
    if line[:3].lower() in ("on ", "le ", "am ", "el ") or re.match(r"\d{4}[年/.-]", line):
        following = lines[index + 1].strip() if index + 1 < len(lines) else ""
        both = f"{line} {following}"
        if following and len(both) <= 300 and any(p.match(both) for p in _ATTRIBUTION):
            return 2
    return 0


def _is_mail_header(lines: Sequence[str], index: int) -> bool:
    """A From line with two more header fields close by: Outlook's way to quote."""
    if not _OPENING.match(lines[index].strip()[:200]):
        return False
    near = lines[index : index + _HEADERS_WITHIN]
    return sum(bool(_HEADER.match(line.strip()[:200])) for line in near) >= 3


def _quoted_follows(lines: Sequence[str], index: int) -> bool:
    following = next((line for line in lines[index:] if line.strip()), "")
    return bool(_QUOTED.match(following))
