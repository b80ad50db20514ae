"""What a check of the installation found."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "fault"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check's result."""

    subject: str
    level: Level
    message: str
    next_step: str = ""
