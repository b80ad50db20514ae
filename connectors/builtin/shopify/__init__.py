"""Customers and orders of a Shopify shop."""
