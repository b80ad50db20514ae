"""The words for the fields of a golden record, English and Japanese."""

from identity.explain.terms import Words

GOLDEN_FIELDS: Words = {
    "en": {},
    "ja": {
        "name": "氏名",
        "family_name": "姓",
        "given_name": "名",
        "name_kana": "フリガナ",
        "family_kana": "姓(カナ)",
        "given_kana": "名(カナ)",
        "display_name": "表示名",
        "birth_date": "生年月日",
        "gender": "性別",
        "organization": "勤務先",
        "department": "部署",
        "job_title": "役職",
        "corporate_number": "法人番号",
        "website": "ウェブサイト",
        "language": "言語",
        "emails": "メール",
        "phones": "電話",
        "addresses": "住所",
        "identifiers": "識別子",
        "consents": "同意",
        "relations": "関係",
    },
}

_OF_ORGANIZATIONS: Words = {"en": {}, "ja": {"name": "名称"}}

ENTITIES: Words = {"en": {}, "ja": {"person": "個人", "organization": "組織"}}


def field_word(field: str, entity: str, language: str) -> str:
    """What a field of a golden record is called: `birth date`, 生年月日."""
    own = _OF_ORGANIZATIONS[language] if entity == "organization" else {}
    return own.get(field) or GOLDEN_FIELDS[language].get(field, field.replace("_", " "))
