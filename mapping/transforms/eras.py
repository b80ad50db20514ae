"""Japanese eras (和暦): 令和6年, R6.5.1, 昭和元年."""

_ERAS = {
    "令和": 2019,
    "平成": 1989,
    "昭和": 1926,
    "大正": 1912,
    "明治": 1868,
    "R": 2019,
    "H": 1989,
    "S": 1926,
    "T": 1912,
    "M": 1868,
}

ERA = (
    r"(?P<era>令和|平成|昭和|大正|明治|[RHSTMrhstm])\s*(?P<era_year>元|\d{1,2})\s*[-/.年]\s*"
    r"(?P<era_month>\d{1,2})\s*[-/.月]\s*(?P<era_day>\d{1,2})\s*日?"
)
"""The pattern of a date in an era. NFKC has already turned ㍻ into 平成."""


def western_year(era: str, year: str) -> int:
    """The year of our era: `western_year("令和", "元")` is 2019."""
    return _ERAS[era.upper()] + (1 if year == "元" else int(year)) - 1
