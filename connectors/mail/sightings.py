"""What one mail tells of people, and of the touchpoint it is.

A *sighting* is how an address presented itself: with this name, in this role, with this
signature. Its id is made of exactly that, so a mail that is read again, in whatever order or
pass, gives no new records: the same presentation is the same record, another one (a new job in
the signature) is a new record beside it. `seen_at` is not part of the id. It is the day of the
first mail of a pass that shows the sighting: within a pass a sighting is one record, and later
passes change it at most once a day, which says that the presentation is still in use.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from connectors.mail.headers import Mailbox
from connectors.mail.parsing import Mail
from connectors.mail.quotes import own_text
from connectors.mail.signatures import Signature, find_signature

_AUTOMATIC = re.compile(
    r"(?:no|not|do-?not)[._-]?repl(?:y|ies)[^@]*|[^@]*[._+-]no-?reply|mailer-daemon|postmaster"
    r"|bounces?(?:[+._-][^@]*)?|notifications?|notify|alerts?|daemon|root|nobody|autoreply|vacation"
)
_SHARED = re.compile(
    r"info(?:rmation)?|sales|support|contact|office|help(?:desk)?|service|inquiry|toiawase|otoiawase"
    r"|soumu|eigyo|eigyou|keiri|jinji|saiyo|saiyou|admin|webmaster|marketing|order|orders|shop|mail"
    r"|customer(?:[._-]?service)?|reception|recruit|hr|billing|accounting|press|pr|hello|team"
)
_SNIPPET = 200


@dataclass(frozen=True, slots=True)
class Sighting:
    """An address and how it presented itself.

    `role` is `person`, `shared` (info@), `automatic` (noreply@, bounces) or `bulk` (newsletters,
    mailing lists).
    """

    address: str
    name: str
    role: str
    signature: Signature

    @property
    def id(self) -> str:
        presented = [self.name, self.role, asdict(self.signature)]
        body = orjson.dumps(presented, option=orjson.OPT_SORT_KEYS)
        return f"{self.address}|{hashlib.blake2b(body, digest_size=8).hexdigest()}"

    def data(self, seen_at: str) -> dict[str, Any]:
        return {
            "address": self.address,
            "name": self.name,
            "role": self.role,
            "signature": _present(self.signature),
            "seen_at": seen_at,
        }


@dataclass(frozen=True, slots=True)
class MailRecords:
    """The records of one mail: data of people and of the message, by external id."""

    people: Mapping[str, Mapping[str, Any]]
    message_id: str
    message: Mapping[str, Any]


def records_of(mail: Mail, is_own: Callable[[str], bool]) -> MailRecords:
    """The people a mail shows, own ones left out, and the mail as a message with counterparts.

    `is_own` says whether a lower-case address belongs to the company itself. The counterparts are
    whom the company dealt with: the sender of a mail that came in, all recipients of one that
    went out.
    """
    parties = {seen.address: seen for seen in _sightings(mail, is_own)}
    outgoing = is_own(mail.sender.address)
    to = [_party(box, parties) for box in mail.to]
    cc = [_party(box, parties) for box in mail.cc]
    sender = _party(mail.sender, parties)
    others = [p for p in (to + cc if outgoing else [sender]) if "person_id" in p]
    counterparts = list({p["address"]: p for p in others}.values())
    seen_at = mail.date.date().isoformat()
    message = {
        "message_id": mail.message_id,
        "date": mail.date.isoformat(),
        "subject": mail.subject,
        "direction": "out" if outgoing else "in",
        "from": sender,
        "to": to,
        "cc": cc,
        "counterparts": counterparts,
        "in_reply_to": mail.in_reply_to,
        "snippet": " ".join(own_text(mail.text).split())[:_SNIPPET],
    }
    people = {seen.id: seen.data(seen_at) for seen in parties.values()}
    return MailRecords(people, message_key(mail), message)


def message_key(mail: Mail) -> str:
    """The message's id: the same for every copy of a mail, in any folder, after any resync.

    A Message-ID alone is not enough, some programs give all their mails the same one.
    """
    parts: tuple[str, ...] = (mail.message_id, mail.written_date, mail.sender.address)
    if not mail.message_id:
        parts += (mail.subject, " ".join(box.address for box in mail.to), mail.text)
    return hashlib.blake2b(orjson.dumps(parts), digest_size=16).hexdigest()


def _sightings(mail: Mail, is_own: Callable[[str], bool]) -> Iterator[Sighting]:
    for box in (*mail.cc, *mail.to):
        if not is_own(box.address):
            yield Sighting(box.address, box.name, _role(box.address), Signature())
    if not is_own(mail.sender.address):
        yield _sender(mail)


def _sender(mail: Mail) -> Sighting:
    box = mail.sender
    role = _role(box.address)
    if mail.automatic:
        role = "automatic"
    elif mail.bulk and role != "automatic":
        role = "bulk"
    signature = Signature()
    if role in ("person", "shared"):
        found = find_signature(mail.text, box.name)
        signature = found if found.belongs_to(box.address, box.name) else signature
    return Sighting(box.address, box.name, role, signature)


def _role(address: str) -> str:
    local = address.partition("@")[0]
    if _AUTOMATIC.fullmatch(local):
        return "automatic"
    return "shared" if _SHARED.fullmatch(local) else "person"


def _party(box: Mailbox, parties: Mapping[str, Sighting]) -> dict[str, str]:
    seen = parties.get(box.address)
    party = {"address": box.address, "name": box.name}
    return {**party, "role": seen.role, "person_id": seen.id} if seen else party


def _present(signature: Signature) -> dict[str, Any]:
    said = asdict(signature)
    return {
        key: list(value) if isinstance(value, tuple) else value
        for key, value in said.items()
        if value
    }
