"""Tryton as the SCM system: shipments, returns and purchases, and the parties in them."""
