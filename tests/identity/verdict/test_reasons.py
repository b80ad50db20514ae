"""A verdict says why, in both languages, and shows what was compared."""

import pytest

from identity.verdict import compare


@pytest.mark.parametrize(
    ("field", "a", "b", "result", "why"),
    [
        ("name", "田中", "田中太郎", "maybe", "Only a part of the name is given on one side."),
        ("name", "中島美咲", "中嶋美咲", "maybe", "The kanji are easily confused but different"),
        ("name", "R. Smith", "Robert Smith", "maybe", "An initial stands for the given name."),
        ("name", "ロバート スミス", "Robert Smith", "maybe", "May be the same name as it sounds."),
        ("name", "鈴木一郎", "Robert Smith", "differ", "The kanji are not read like that."),
        ("name", "山田太郎（ヤマダタロウ）", "ヤマダ ジロウ", "differ", "The kanji are not read"),
        ("name", "", "山田", "maybe", "A value cannot be read"),
        ("company", "アクメ株式会社", "アクメ合同会社", "maybe", "The legal forms differ"),
        ("company", "株式会社サンライズ", "Acme Inc.", "differ", "Different names."),
        ("address", "東京都千代田区", "千代田区丸の内1-1", "maybe", "Not precise enough to tell."),
        ("address", "梅田", "123 Main St", "maybe", "One is Japanese, the other Latin."),
        ("phone", "0120-123-456", "0120123456", "maybe", "The same number, but many people"),
        ("phone", "03-1234-5678 内線1", "03-1234-5678 内線2", "maybe", "The same line, another"),
        ("email", "noreply@a.jp", "noreply@a.jp", "maybe", "A placeholder address"),
        ("corp_no", "1234567890123", "1234567890123", "maybe", "The same digits, but not a valid"),
        ("corp_no", "7000012050002", "T7000012050002", "match", "Equal once normalised."),
        ("corp_no", "7000012050002", "山田7000012050002", "maybe", "A value cannot be read"),
    ],
)
def test_says_why(field: str, a: str, b: str, result: str, why: str) -> None:
    verdict = compare(field, a, b)
    assert verdict.result == result
    assert verdict.why.startswith(why)
    assert not verdict.why_ja.isascii()


def test_shows_the_values_as_compared() -> None:
    verdict = compare("name", "髙橋一郎", "TAKAHASHI Ichiro")
    assert (verdict.a, verdict.b) == ("高橋 一郎", "takahashi ichiro")
