"""ShipStation: orders, shipments with returns, and customers.

API: V1, https://docs.shipstation.com/apis/shipstation-v1/openapi. V2 lists shipments alone; only
V1 has customers and orders, with the buyer's account name, e-mail address and bill-to.
"""
