"""The settings of a `file` source."""

import os
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Encoding = Literal["auto", "utf-8", "cp932", "euc_jp", "utf-16", "cp1252"]


class FileConfig(BaseModel):
    """Which files to read, and how where that cannot be seen from them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: str = Field(
        min_length=1,
        description="A file, or a pattern such as /data/customers-*.csv; one stream per file.",
    )
    id_column: str | None = Field(
        default=None,
        description="The column that names a row for ever; without it, its content does.",
    )
    encoding: Encoding = Field(default="auto", description="Of text files; found out by default.")
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="Of text tables; found by default."
    )
    sheet: str | None = Field(default=None, description="The sheet of a workbook; else its first.")
    max_unpacked_mb: int = Field(
        default=256, ge=1, le=4096, description="The most a workbook may unpack to."
    )

    @field_validator("path")
    @classmethod
    def _absolute(cls, value: str) -> str:
        """A worker runs in another folder than the one in which the source was added."""
        return os.path.abspath(os.path.expanduser(value))
