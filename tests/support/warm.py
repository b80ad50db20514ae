"""Loads models and tables when imported: for processes that are forked many times from one."""

from identity.resolve import resolve
from tests.support.parties import person

resolve([person("warm", name="山田 太郎", emails=("yamada@mail.example",))])
