"""Web forms: what visitors post, each form with field names of its own."""

from datetime import datetime
from typing import Any

from daifuku.records import Entity
from demo.world import spelling
from demo.world.chance import Chance
from demo.world.companies import Company, Contact
from demo.world.company_spelling import company_name
from demo.world.documents import FORM, Document, Said
from demo.world.households import Household
from demo.world.people import Person
from demo.world.persona import (
    NOTHING,
    Given,
    address_evidence,
    at_address,
    birthday,
    customer_number,
    dwelling,
    evidence,
    home_phone,
    private_email,
    surname,
    typed_email,
    work_email,
    work_phone,
)
from demo.world.rates import RATES
from demo.world.spelling import WrittenName

_QUESTIONS = (
    "商品の在庫について教えてください。",
    "急須の蓋が割れて届きました。交換できますか。",
    "ギフト包装の種類を知りたいです。",
    "注文した品がまだ届きません。",
    "カタログの最新号を送ってください。",
)


def contact_form(
    someone: Person,
    home: Household,
    at: datetime,
    draw: Chance,
    *,
    member: bool,
    line_user: str = "",
) -> Document:
    """お問い合わせ: urlencoded, name in one field. Opened from LINE it carries the LINE user id."""
    name = _typed_name(someone, at, draw)
    email = typed_email(private_email(someone, home, draw), draw)
    phone = home_phone(someone, home, draw) if draw.hits(0.7) else NOTHING
    number = _number_given(customer_number(someone.number), draw) if member else NOTHING
    linked = Given(line_user, f"line:{line_user}") if line_user else NOTHING
    said = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=evidence(email, phone, number, linked),
        name=name.name,
        name_kana=name.kana,
        emails=(email.value,),
        phones=(phone.value,) if phone.value else (),
        customer_number=number.value,
        line_user_id=line_user,
    )
    fields = {
        "お名前": name.name,
        "フリガナ": name.kana,
        "メールアドレス": email.value,
        "電話番号": phone.value,
        "お客様番号": number.value,
        "line_user_id": line_user,
        "お問い合わせ内容": draw.pick(_QUESTIONS),
        "同意": "はい",
    }
    return _post("contact", "urlencoded", fields, at, draw, said)


def catalog_form(someone: Person, home: Household, at: datetime, draw: Chance) -> Document:
    """カタログ請求: multipart, name and address in parts, the town often filled in by the form."""
    name = _typed_name(someone, at, draw)
    email = typed_email(private_email(someone, home, draw), draw)
    phone, where = home_phone(someone, home, draw), dwelling(home, at)
    address = at_address(where, draw, tidy=draw.hits(0.7))
    said = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=(address_evidence(where), *evidence(email, phone)),
        family=name.family,
        given=name.given,
        family_kana=name.family_kana,
        given_kana=name.given_kana,
        emails=(email.value,),
        phones=(phone.value,),
        address=address,
    )
    fields = {
        "姓": name.family,
        "名": name.given,
        "セイ": name.family_kana,
        "メイ": name.given_kana,
        "郵便番号": address.postal_code,
        "都道府県": address.region,
        "市区町村": address.city,
        "番地": address.street,
        "建物名": address.building,
        "電話番号": phone.value,
        "メールアドレス": email.value,
    }
    return _post("catalog", "multipart", fields, at, draw, said)


def newsletter_form(someone: Person, home: Household, at: datetime, draw: Chance) -> Document:
    """Newsletter: JSON with English field names, a birthday for the birthday coupon."""
    name = _typed_name(someone, at, draw)
    email = typed_email(private_email(someone, home, draw), draw)
    born = birthday(someone, draw) if draw.hits(0.8) else NOTHING
    said = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=evidence(email, born),
        family=name.family,
        given=name.given,
        emails=(email.value,),
        birth_date=born.value,
    )
    fields = {
        "last_name": name.family,
        "first_name": name.given,
        "email": email.value,
        "birthday": born.value,
        "newsletter": "true" if draw.hits(0.9) else "false",
    }
    return _post("newsletter", "json", fields, at, draw, said)


def wholesale_form(contact: Contact, company: Company, at: datetime, draw: Chance) -> Document:
    """卸売のお取引: a person and the company they speak for, with the company's own number."""
    someone = contact.person
    name = _typed_name(someone, at, draw)
    email, phone = work_email(contact, company, at, draw), work_phone(contact, company, draw)
    address = at_address(company.office, draw, line=True)
    number = _number_given(customer_number(company.number * 10 + 9), draw)
    written = company_name(company, draw)
    person = Said(
        truth=someone.id,
        entity=Entity.PERSON,
        evidence=(f"company:{company.id}", *evidence(email, phone, number)),
        name=name.name,
        name_kana=name.kana,
        emails=(email.value,),
        phones=(phone.value,),
        organization=written,
        department=contact.department,
        customer_number=number.value,
    )
    organization = Said(
        truth=company.id,
        entity=Entity.ORGANIZATION,
        evidence=(
            address_evidence(company.office),
            f"domain:{company.domain}",
            *evidence(phone, number),
        ),
        part="company",
        name=written,
        emails=(email.value,),
        phones=(phone.value,),
        address=address,
        customer_number=number.value,
    )
    fields = {
        "会社名": written,
        "部署名": contact.department,
        "ご担当者名": name.name,
        "フリガナ": name.kana,
        "電話番号": phone.value,
        "メールアドレス": email.value,
        "郵便番号": address.postal_code,
        "住所": address.text,
        "お客様番号": number.value,
        "ご相談内容": "取引条件を教えてください。",
    }
    return _post("wholesale", "json", fields, at, draw, person, organization)


def _typed_name(someone: Person, at: datetime, draw: Chance) -> WrittenName:
    name = spelling.in_kanji(someone, surname(someone, at), draw)
    if not draw.hits(RATES.swapped):
        return name
    return WrittenName(
        name=f"{name.given} {name.family}",
        family=name.given,
        given=name.family,
        family_kana=name.given_kana,
        given_kana=name.family_kana,
    )


def _number_given(number: str, draw: Chance) -> Given:
    return Given(number, f"no:{number}") if draw.hits(RATES.customer_number_given) else NOTHING


def _post(
    form: str, encoding: str, fields: dict[str, str], at: datetime, draw: Chance, *says: Said
) -> Document:
    """A post as the browser sends it: empty fields stay in it."""
    serial = f"{draw.number(0, 16**12 - 1):012x}"
    body: dict[str, Any] = {"form": form, "encoding": encoding, "fields": fields}
    return Document(FORM, form, serial, at, body, says)
