"""ERPNext: customers, contacts, addresses, sales orders and invoices over Frappe's REST API.

API: https://docs.frappe.io/framework/user/en/api/rest (Frappe 13 to 16).
"""
