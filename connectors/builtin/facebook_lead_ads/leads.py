"""A lead as a record.

https://developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving
"""

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.forms.answers import Answer, answered
from connectors.protocol import Record, Unreadable

LEADS = "leads"
FIELDS = "id,created_time,form_id,field_data,custom_disclaimer_responses,is_organic,platform"
AD_FIELDS = "ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name"
_TEST = "<test lead: dummy data"

Json = Mapping[str, Any]

_KNOWN = {
    "FULL_NAME": "name",
    "FIRST_NAME": "given_name",
    "LAST_NAME": "family_name",
    "EMAIL": "email",
    "WORK_EMAIL": "email",
    "PHONE": "phone",
    "WORK_PHONE_NUMBER": "phone",
    "COMPANY_NAME": "company",
    "JOB_TITLE": "job_title",
    "STREET_ADDRESS": "street",
    "CITY": "city",
    "STATE": "region",
    "PROVINCE": "region",
    "ZIP": "postal_code",
    "POST_CODE": "postal_code",
    "COUNTRY": "country",
    "DOB": "birth_date",
    "GENDER": "gender",
}
"""What the questions mean that Meta words itself, by their type."""


def lead_record(form: Json, form_id: str, lead: Json) -> Record | Unreadable:
    """The record of one lead of `form`."""
    lead_id = str(lead.get("id") or "")
    if not lead_id:
        return Unreadable(LEADS, form_id, "no_key", "The lead has no id.")
    answers = list(_answers(form, lead))
    data = {
        "id": lead_id,
        "form": {"id": form_id, "name": str(form.get("name") or "")},
        "created_time": lead.get("created_time"),
        "platform": lead.get("platform"),
        "is_organic": lead.get("is_organic"),
        "disclaimers": lead.get("custom_disclaimer_responses") or [],
        "test": any(_TEST in str(answer.value) for answer in answers),
        **{name: lead[name] for name in AD_FIELDS.split(",") if name in lead},
        **answered(answers),
    }
    return Record(LEADS, lead_id, data)


def _answers(form: Json, lead: Json) -> Iterator[Answer]:
    asked = {str(question.get("key")): question for question in _objects(form.get("questions"))}
    for field in _objects(lead.get("field_data")):
        name = str(field.get("name") or "")
        question = asked.get(name, {})
        kind = str(question.get("type") or "")
        values = field.get("values")
        values = [value for value in values if value] if isinstance(values, list) else []
        yield Answer(
            title=str(question.get("label") or name),
            ref=name,
            type=kind,
            value=values[0] if len(values) == 1 else values,
            meaning=_KNOWN.get(kind, ""),
        )


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
