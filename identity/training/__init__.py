"""Fitting match models to records, without labels or with some."""

from identity.training.features import Fit, fit_matches, train
from identity.training.tables import train_prepared, train_table

__all__ = ["Fit", "fit_matches", "train", "train_prepared", "train_table"]
