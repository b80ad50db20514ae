"""Tryton as the ERP: parties, sales and customer invoices."""
