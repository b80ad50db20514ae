"""Contacts, sales orders and customer invoices of an Odoo database."""
