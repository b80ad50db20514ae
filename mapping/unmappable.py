"""The reason a record cannot be mapped, on its way from a value to the rejected record."""


class Unmappable(Exception):
    """A value that cannot be read. `reason` is a clause for people and quotes no data.

    It stays inside this package: `apply_mapping` turns it into a rejected record.
    """

    def __init__(self, code: str, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.field = field
