"""Compares telephone numbers and e-mail addresses."""

from identity.normalize import Email, Phone
from identity.verdict.findings import DIFFERENT, EMPTY, SAME, Finding, maybe

_EXTENSION = maybe("The same line, another extension.", "代表番号は同じだが内線が異なる。")
_SHARED_LINE = maybe(
    "The same number, but many people answer it.", "同じ番号だが、多人数で共有される番号。"
)
_ROLE = maybe("The same mailbox, but it belongs to a function.", "同じだが、共有の窓口アドレス。")
_PLACEHOLDER = maybe("A placeholder address: no evidence.", "仮のアドレス。根拠にならない。")


def compare_phones(x: tuple[Phone, ...], y: tuple[Phone, ...]) -> Finding:
    """Whether two fields hold the same number. A field may hold several."""
    if not x or not y:
        return EMPTY
    ours = {number.e164: number for number in x}
    theirs = {number.e164: number for number in y}
    shared = ours.keys() & theirs.keys()
    if not shared:
        return DIFFERENT
    if all(ours[key].extension != theirs[key].extension for key in shared):
        return _EXTENSION
    if all(ours[key].shared_hint or theirs[key].shared_hint for key in shared):
        return _SHARED_LINE
    return SAME


def compare_emails(x: Email | None, y: Email | None) -> Finding:
    """Whether two addresses are one person's mailbox."""
    if x is None or y is None:
        return EMPTY
    if x.address != y.address:
        return DIFFERENT
    if x.placeholder:
        return _PLACEHOLDER
    return _ROLE if x.role else SAME
