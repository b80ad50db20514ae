"""Suggests a mapping for a table of customers from its column names and a few rows.

suggestion = suggest(["氏名", "TEL"], [{"氏名": "山田 花子", "TEL": "03-0000-0000"}])
load_mapping(suggestion.to_yaml())
"""

from mapping.suggest.columns import ColumnGuess
from mapping.suggest.suggestion import SuggestedMapping, suggest

__all__ = ["ColumnGuess", "SuggestedMapping", "suggest"]
