"""The settings of an `sql` source."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class SqlStream(BaseModel):
    """What to read as one stream, and how its rows are told apart and followed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=100, description="The stream's name")
    table: str | None = Field(None, description="A table or view: name or schema.name")
    query: str | None = Field(None, description="Or a SELECT, without a semicolon")
    primary_key: tuple[str, ...] = Field(min_length=1, description="Columns that name a row")
    cursor: str | None = Field(
        None,
        description="A column that grows whenever a row changes. Without it all is read each time,"
        " and rows that are gone are noticed.",
    )
    lookback: float = Field(
        0,
        ge=0,
        description="How far before the last cursor to read again, for rows committed late:"
        " seconds where the cursor is a time, else units of the number.",
    )

    @field_validator("primary_key", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("give either table or query")
        if self.query is not None and ";" in self.query.strip().removesuffix(";"):
            raise ValueError("query must be one SELECT without a semicolon")
        return self


class SqlConfig(BaseModel):
    """Which database to read, as whom, and what of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: SecretStr = Field(
        description="An SQLAlchemy URL, such as postgresql+psycopg://reader@db.example/crm"
    )
    password: SecretStr | None = Field(None, description="If the URL does not hold it")
    streams: tuple[SqlStream, ...] = Field(min_length=1)
    connect_timeout: int = Field(10, ge=1, le=120, description="Seconds")
    allow_private: bool = Field(True, description="The database may be within an inner network")

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        if len({stream.name for stream in self.streams}) < len(self.streams):
            raise ValueError("two streams have one name")
        return self
