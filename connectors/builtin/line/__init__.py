"""Customers from a LINE official account: followers, and what they send."""
