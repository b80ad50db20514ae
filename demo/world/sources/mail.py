"""The mailbox: what customers write to the shop, signed, and what the shop writes back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from daifuku.records import Entity
from demo.world import spelling
from demo.world.chance import Chance
from demo.world.companies import Company, Contact
from demo.world.company_spelling import company_name
from demo.world.documents import CHANGES, MAIL, Document, Said
from demo.world.households import Household
from demo.world.people import Person
from demo.world.persona import (
    NOTHING,
    Given,
    address_evidence,
    at_address,
    dwelling,
    evidence,
    home_phone,
    private_email,
    surname,
    typed_phone,
    work_email,
)
from demo.world.rates import RATES
from demo.world.sources.catalogue import COMPANY, SHOP_ADDRESS

_RULES = ("-- ", "━" * 20, "=" * 24, "*" * 24, "――――――――――")
_TOPICS = (
    "在庫のお問い合わせ",
    "見積もりのお願い",
    "ご注文について",
    "配送日の変更",
    "御礼",
    "カタログの件",
)
_LINES = (
    "いつもお世話になっております。",
    "先日注文した品の到着予定を教えてください。",
    "煎茶と湯呑みの在庫はございますでしょうか。",
    "どうぞよろしくお願いいたします。",
)
_CHARSETS = ("iso-2022-jp", "iso-2022-jp", "utf-8", "utf-8", "utf-8", "shift_jis")


def consumer_mail(someone: Person, home: Household, at: datetime, draw: Chance) -> Document:
    """A mail of a private person; a third of them sign with more than a name."""
    name = _shown_name(someone, at, draw, shared=bool(home.shared_email))
    email, phone, where = private_email(someone, home, draw), NOTHING, None
    signature: list[str] = []
    signed = name
    if draw.hits(0.35):
        phone = home_phone(someone, home, draw)
        where = dwelling(home, at) if draw.hits(0.6) else None
    address = at_address(where, draw, line=True) if where else None
    if phone.value:
        signed = spelling.in_kanji(someone, surname(someone, at), draw, by_hand=False).name
        signature = [signed]
        if address:
            signature += _address_lines(address.postal_code, address.text)
        signature.append(f"{draw.pick(('TEL', '電話', '携帯', 'Tel'))}: {phone.value}")
    said = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=(*evidence(email, phone), *((address_evidence(where),) if where else ())),
        name=signed,
        display_name=name,
        emails=(email.value,),
        phones=(phone.value,) if phone.value else (),
        address=address,
    )
    return _message(name, email.value, signature, at, draw, said)


def business_mail(contact: Contact, company: Company, at: datetime, draw: Chance) -> Document:
    """A mail of a company's contact, signed as companies sign."""
    someone = contact.person
    employer = contact.former if contact.former and at < CHANGES else company
    name = _shown_name(someone, at, draw)
    email = (
        work_email(contact, employer, at, draw)
        if employer is company
        else Given(contact.former_email, f"email:{contact.former_email}")
    )
    phone = typed_phone(employer.phone, draw)
    mobile = typed_phone(someone.mobile, draw) if draw.hits(0.35) else NOTHING
    address = at_address(employer.office, draw, line=True)
    written = company_name(employer, draw)
    kana = spelling.readings(someone, surname(someone, at), draw)
    signed = spelling.in_kanji(someone, surname(someone, at), draw, by_hand=False)
    website = f"https://www.{employer.domain}" if draw.hits(0.5) else ""
    signature = [
        written,
        " ".join(part for part in (contact.department, contact.title) if part),
        f"{signed.name}（{' '.join(kana)}）" if draw.hits(0.3) else signed.name,
        *_address_lines(address.postal_code, address.text),
        f"TEL: {phone.value}" + (f" / FAX: {employer.phone[:-1]}9" if draw.hits(0.3) else ""),
        f"携帯: {mobile.value}" if mobile.value else "",
        f"E-mail: {email.value}",
        f"URL: {website}" if website else "",
    ]
    person = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=(f"company:{employer.id}", *evidence(email, phone, mobile)),
        name=signed.name,
        display_name=name,
        organization=written,
        department=contact.department,
        job_title=contact.title,
        emails=(email.value,),
        phones=tuple(given.value for given in (phone, mobile) if given.value),
        address=address,
    )
    domain = (f"domain:{employer.domain}",) if website else ()
    organization = Said(
        truth=employer.id,
        entity=Entity.ORGANIZATION,
        evidence=(address_evidence(employer.office), *evidence(phone), *domain),
        part="company",
        name=written,
        website=website,
        phones=(phone.value,),
        address=address,
    )
    return _message(
        name, email.value, [line for line in signature if line], at, draw, person, organization
    )


def reply(document: Document, draw: Chance) -> Document:
    """The shop's answer in the Sent folder, to the name and address that wrote."""
    name, address = document.body["from"]
    answer = _body(
        sender=(COMPANY, SHOP_ADDRESS),
        to=(f"{name} 様", address),
        subject=f"Re: {document.body['subject']}",
        text="\r\n".join((f"{name} 様", "", "お問い合わせありがとうございます。", COMPANY)),
        charset="utf-8",
    )
    writer = document.says[0]
    said = Said(
        truth=writer.truth,
        entity=writer.entity,
        evidence=(f"email:{address}",),
        record=_record(address, f"{name} 様", ()),
        name=name,
        display_name=f"{name} 様",
        emails=(address,),
    )
    later = document.at + timedelta(hours=draw.number(1, 30))
    return Document(MAIL, "sent", f"{draw.number(0, 16**12 - 1):012x}", later, answer, (said,))


def _shown_name(someone: Person, at: datetime, draw: Chance, *, shared: bool = False) -> str:
    """The name beside the address: in kanji, in Latin letters, a nickname.

    On an address the household shares the given name is always there: nobody could tell
    otherwise who wrote.
    """
    family = surname(someone, at)
    style = draw.random()
    if style < RATES.romaji_mail:
        return spelling.in_romaji(someone, family, draw).name
    name = spelling.in_kanji(someone, family, draw, by_hand=False)
    if style < RATES.romaji_mail + RATES.nickname:
        pet_name = name.given_kana or name.given
        return draw.pick((name.given, pet_name, name.given if shared else name.family))
    return name.name


def _address_lines(postal_code: str, text: str) -> tuple[str, ...]:
    code = postal_code.removeprefix("〒")
    return (f"〒{code} {text}" if code else text,)


def _message(
    name: str, address: str, signature: Sequence[str], at: datetime, draw: Chance, *says: Said
) -> Document:
    lines = [COMPANY + " 御中", "", *(draw.pick(_LINES) for _ in range(draw.number(1, 4)))]
    if signature:
        lines += ["", draw.pick(_RULES), *signature]
    body = _body(
        sender=(name, address),
        to=("", SHOP_ADDRESS),
        subject=draw.pick(_TOPICS),
        text="\r\n".join(lines),
        charset=draw.pick(_CHARSETS),
    )
    record = _record(address, name, signature)
    parties = tuple(replace(said, record=record) for said in says)
    return Document(MAIL, "inbox", f"{draw.number(0, 16**12 - 1):012x}", at, body, parties)


def _record(address: str, name: str, signature: Sequence[str]) -> str:
    """A sighting: an address and one way of presenting itself."""
    digest = blake2b("\n".join((name, *signature)).encode(), digest_size=8).hexdigest()
    return f"{address.lower()}|{digest}"


def _body(
    *, sender: tuple[str, str], to: tuple[str, str], subject: str, text: str, charset: str
) -> dict[str, Any]:
    return {"from": sender, "to": to, "subject": subject, "text": text, "charset": charset}
