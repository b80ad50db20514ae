"""Reads records from a Tryton server through its REST interface (trytond 8.2 or later).

The two connectors for Tryton share it: each says what it reads in a `StreamPlan`.
"""
