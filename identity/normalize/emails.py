"""Normalises e-mail addresses, as people type them rather than as RFC 5321 allows them.

Old addresses of Japanese carriers (`taro..y@docomo.ne.jp`) break the RFC and are real.
"""

from functools import cache, lru_cache

from identity.normalize.tables import read_words
from identity.normalize.text import clean_text
from identity.normalize.types import Email

_ALIASES = {"googlemail.com": "gmail.com"}
_OUTSIDE = frozenset(" <>()[]\"',;:|、。；：「」")
_AFTER_DOMAIN = _OUTSIDE | frozenset("@?/&#")
_LONGEST_DOMAIN = 253


@lru_cache(maxsize=16_384)
def email(text: str) -> Email | None:
    """The first e-mail address in the text (`Name <a@b>` and `mailto:` included); None without one.

    The sub-address after `+` goes, and Gmail's dots. The domain becomes ASCII (IDN).
    """
    cleaned = clean_text(text).replace(" @", "@").replace("@ ", "@")
    at = cleaned.find("@")
    if at < 1:
        return None
    start, end = at, at + 1
    while start and cleaned[start - 1] not in _OUTSIDE and cleaned[start - 1] != "@":
        start -= 1
    while end < len(cleaned) and cleaned[end] not in _AFTER_DOMAIN:
        end += 1
    domain = _domain(cleaned[at + 1 : end])
    local = _local(cleaned[start:at].lower(), domain)
    if not local or not domain:
        return None
    function = local.rstrip("0123456789_.-") or local
    return Email(
        address=f"{local}@{domain}",
        local=local,
        domain=domain,
        role=function in _words("role_mailboxes.tsv"),
        free=domain in _words("free_mail_domains.tsv"),
        placeholder=local in _words("placeholder_mailboxes.tsv")
        or domain in _words("disposable_mail_domains.tsv"),
    )


def _local(local: str, domain: str) -> str:
    base = local.partition("+")[0] or local
    return (base.replace(".", "") or base) if domain == "gmail.com" else base


def _domain(text: str) -> str:
    domain = text.lower().strip(".-")
    if "." not in domain or len(domain) > _LONGEST_DOMAIN:
        return ""
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return ""
    return _ALIASES.get(domain, domain)


@cache
def _words(table: str) -> frozenset[str]:
    return read_words(table)
