"""How often each thing that makes 名寄せ hard happens. docs/demo-world.md lists them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rates:
    """Each rate is a probability; its comment says of what."""

    # who the customers are
    organization: float = 0.25  # of customers: a company with contact persons, not a household
    foreigner: float = 0.03  # of persons
    namesake: float = 0.03  # of persons: named from a small pool of shared full names
    shared_home: float = 0.30  # of households: more than one member is a customer
    father_and_son: float = 0.25  # of shared homes: two generations, names alike (健一, 健二)
    twins: float = 0.03  # of shared homes: two with one birth date and a shared character
    shared_email: float = 0.15  # of shared homes: all write from one address
    landline: float = 0.40  # of households: a home phone, which all its members give
    landline_given: float = 0.25  # of records of such a household: instead of the mobile

    # what changes over the years
    mover: float = 0.07  # of households: an old and a new address
    married: float = 0.06  # of women born after 1970: an old and a new surname
    job_changer: float = 0.08  # of contact persons: same person, new employer and work e-mail
    second_email: float = 0.10  # of persons: another private address, used a third of the time

    # organisations
    switchboard: float = 0.50  # of records of a contact person: the company's number, not a mobile
    toll_free: float = 0.10  # of companies: the number everyone gives is a 0120
    shared_mailbox: float = 0.10  # of records of a contact person: info@ or sales@ as the e-mail
    corporate_number: float = 0.40  # of companies in the ERP: 法人番号 on file
    branch: float = 0.05  # of company names: a branch is named after it
    department_in_name: float = 0.03  # of company names
    no_legal_form: float = 0.08  # of company names
    english_company: float = 0.03  # of company names, where there is an English one
    bank_form: float = 0.01  # of company names: カ）サンライズ

    # how a person's name is written
    kanji_variant: float = 0.20  # of names that have one (高/髙, 斎/齋/斉)
    conversion_error: float = 0.012  # of names typed by hand: same reading, other kanji
    look_alike: float = 0.004  # of names typed by hand: a character read wrongly (OCR)
    swapped: float = 0.015  # of form posts: family and given name in each other's field
    nickname: float = 0.03  # of mail display names: given name or a pet form only
    romaji_mail: float = 0.12  # of mail display names
    romaji_ship: float = 0.15  # of ship-to names
    honorific: float = 0.04  # of ERP and SCM names: 様, さま, 御中
    kana_half_width: float = 0.25  # of readings
    kana_hiragana: float = 0.20  # of readings
    unknown_name: float = 0.003  # of ERP persons: 不明 or 様 alone

    # other fields
    typo_email: float = 0.006
    typo_phone: float = 0.006
    typo_birth_date: float = 0.008
    placeholder_email: float = 0.008  # test@, none@: shared by strangers
    placeholder_phone: float = 0.012  # 000-0000-0000: shared by strangers
    placeholder_birth_date: float = 0.02  # 1900-01-01
    building_omitted: float = 0.15  # of addresses with a building
    prefecture_omitted: float = 0.15
    kanji_numerals: float = 0.04  # of addresses
    kyoto_street: float = 0.40  # of addresses in central Kyoto
    customer_number_given: float = 0.12  # of form posts by members
    duplicate_customer: float = 0.04  # of ERP customers: entered twice
    gift: float = 0.06  # of shipments: billed to one person, shipped to another

    # LINE display names; the rest say nothing usable
    line_full_name: float = 0.26
    line_given_only: float = 0.35
    line_surname_only: float = 0.11
    line_linked: float = 0.55  # of followers: account link, consented, or a form opened from LINE


RATES = Rates()
