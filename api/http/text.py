"""Text in the bodies of requests."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field

from daifuku.records import RecordKey


def storable(text: str) -> str:
    """The text, if every database can hold it.

    Raises:
        ValueError: it has a NUL or half a character in it.
    """
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("a NUL or half a character is in it")
    return text


Text = Annotated[str, AfterValidator(storable)]
Reason = Annotated[Text, Field(max_length=2_000, description="why, for whoever asks later")]
ProfileName = Annotated[Text, Field(max_length=64, description="the id of a golden record")]


class RecordName(BaseModel):
    """The key of a source record; `part` only where a record describes several parties."""

    source: Annotated[Text, Field(max_length=200)]
    stream: Annotated[Text, Field(max_length=200)]
    external_id: Annotated[Text, Field(max_length=2_000)]
    part: Annotated[Text, Field(max_length=200)] = ""

    def key(self) -> RecordKey:
        return RecordKey(self.source, self.stream, self.external_id, self.part)
