"""The kernel of the customer integration hub: settings, errors, domain types, storage, jobs."""

__version__ = "0.1.0"
