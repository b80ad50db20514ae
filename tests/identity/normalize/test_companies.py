"""Names of organisations: what is taken off the core."""

import pytest

from identity.normalize import company, official_name


@pytest.mark.parametrize(
    ("text", "core", "legal_form", "position", "branch"),
    [
        ("株式会社アクメ", "アクメ", "kk", "prefix", ""),
        ("㈱アクメ", "アクメ", "kk", "prefix", ""),
        ("アクメ（株）御中", "アクメ", "kk", "suffix", ""),
        ("ｶ)ｱｸﾒ", "アクメ", "kk", "prefix", ""),
        ("ｱｸﾒ(ｶ", "アクメ", "kk", "suffix", ""),
        ("アクメ株式会社 東京支店 営業部", "アクメ", "kk", "suffix", "東京支店"),
        ("株式会社アクメ東京支店営業第一課", "アクメ", "kk", "prefix", "東京支店"),
        ("株式会社アクメ営業部", "アクメ", "kk", "prefix", ""),
        ("東京センター株式会社", "東京センター", "kk", "suffix", ""),
        ("株式会社ゴルフ倶楽部", "ゴルフ倶楽部", "kk", "prefix", ""),
        ("医療法人社団健康会", "健康会", "iryo", "prefix", ""),
        ("(一社)日本協会", "日本協会", "issha", "prefix", ""),
        ("キャノン(株)", "キヤノン", "kk", "suffix", ""),
        ("Ａ＆Ｂ合同会社", "a&b", "gk", "suffix", ""),
        ("Acme Co., Ltd.", "acme", "kk", "suffix", ""),
        ("ACME K.K.", "acme", "kk", "suffix", ""),
        ("Müller GmbH & Co. KG", "muller", "gmbh_kg", "suffix", ""),
        ("The A and B Company", "a&b", "co", "suffix", ""),
        ("Acme Inc. Tokyo Branch", "acme", "inc", "suffix", "tokyobranch"),
        ("三菱UFJ銀行", "三菱ufj銀行", "", "", ""),
        ("株式会社", "", "kk", "suffix", ""),
    ],
)
def test_takes_form_branch_and_department_off(
    text: str, core: str, legal_form: str, position: str, branch: str
) -> None:
    found = company(text)
    assert (found.core, found.legal_form, found.position, found.branch) == (
        core,
        legal_form,
        position,
        branch,
    )


def test_the_reading_comes_from_kana_without_its_legal_form() -> None:
    assert (
        company("東洋製作所", "カブシキガイシャトウヨウセイサクショ").kana
        == company("トウヨウセイサクショ").kana
    )
    assert company("株式会社東洋製作所").kana == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("(同)　共立商事", "合同会社共立商事"),
        ("アクメ㈱", "アクメ株式会社"),
        ("株式会社　アクメ 御中", "株式会社アクメ"),
        ("（一社）日本茶協会", "一般社団法人日本茶協会"),
        ("アクメ株式会社 営業部", "アクメ株式会社"),
        ("(株)アクメ大阪支店", "株式会社アクメ 大阪支店"),
        ("ＡＢＣ商事（有）", "ABC商事有限会社"),
        ("髙島屋商店", "髙島屋商店"),
        ("（医）健康会", "(医)健康会"),  # 医療法人, or 医療法人社団
        ("カ）アクメ", "カ)アクメ"),
        ("Acme  Co., Ltd.", "Acme Co., Ltd."),
        ("주식회사 아크메", "주식회사 아크메"),
        ("株式会社", "株式会社"),
        ("御中営業部", "御中営業部"),  # nothing would be left of it
        ("", ""),
    ],
)
def test_a_name_is_shown_as_it_is_registered(text: str, shown: str) -> None:
    assert official_name(text) == shown
