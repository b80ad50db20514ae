"""How company names come to be written."""

from demo.world.chance import Chance
from demo.world.companies import Company
from demo.world.kana import katakana
from demo.world.rates import RATES

_SHORT = {
    "株式会社": ("（株）", "㈱", "(株)"),
    "有限会社": ("（有）", "㈲", "(有)"),
    "合同会社": ("（同）", "(同)"),
    "合資会社": ("（資）",),
    "一般社団法人": ("（一社）", "(一社)"),
    "公益財団法人": ("（公財）",),
    "医療法人": ("（医）",),
    "学校法人": ("（学）",),
    "社会福祉法人": ("（福）",),
}
_BANK = {"株式会社": "カ", "有限会社": "ユ", "合同会社": "ド"}
_LATIN = {"株式会社": ("Co., Ltd.", "K.K.", "Inc."), "有限会社": ("Ltd.",), "合同会社": ("LLC",)}
_BRANCHES = ("大阪支店", "東京支店", "名古屋営業所", "福岡営業所", "本社", "駅前店")
_DEPARTMENTS = ("営業部", "購買部", "総務部")


def company_name(company: Company, draw: Chance, *, tidy: bool = False) -> str:
    """The company's name as some record gives it; `tidy` only varies the legal form."""
    if not tidy:
        odd = _oddly(company, draw)
        if odd:
            return odd
    core, form = company.core.written, company.form
    if draw.hits(0.45):
        form = draw.pick(_SHORT[form])
    gap = draw.pick(("", "", "", " ", "　"))
    name = f"{form}{gap}{core}" if company.front else f"{core}{gap}{form}"
    if tidy:
        return name
    if draw.hits(RATES.branch):
        name += draw.pick(("", " ", "　")) + draw.pick(_BRANCHES)
    elif draw.hits(RATES.department_in_name):
        name += draw.pick(("", " ")) + draw.pick(_DEPARTMENTS)
    return name


def _oddly(company: Company, draw: Chance) -> str:
    """A name without legal form, in English or in the banks' katakana, or an empty string."""
    style = draw.random()
    if style < RATES.no_legal_form:
        return company.core.written
    style -= RATES.no_legal_form
    if style < RATES.english_company:
        latin = _LATIN.get(company.form)
        return f"{company.english} {draw.pick(latin)}" if company.english and latin else ""
    style -= RATES.english_company
    if style < RATES.bank_form and company.form in _BANK:
        mark, core = _BANK[company.form], katakana(company.core.reading)
        return f"{mark}）{core}" if company.front else f"{core}（{mark}"
    return ""
