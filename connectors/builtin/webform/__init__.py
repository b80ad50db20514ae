"""Customers from web forms: every post is one submission."""
