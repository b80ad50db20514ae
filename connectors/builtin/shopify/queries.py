"""What is asked of the Admin API: the fields that a profile and its purchases need, no more.

https://shopify.dev/docs/api/admin-graphql/2026-10/objects/Customer and .../objects/Order
"""

CUSTOMERS, ORDERS = "customers", "orders"

_ADDRESS = """
fragment Address on MailingAddress {
  firstName lastName company address1 address2 city province provinceCode zip countryCodeV2 phone
}"""

_LINES = """
pageInfo { hasNextPage endCursor }
nodes { sku title variantTitle quantity originalUnitPriceSet { shopMoney { amount currencyCode } } }
"""

_CUSTOMERS = """
query Customers($first: Int!, $after: String, $query: String) {
  page: customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes {
      legacyResourceId firstName lastName locale state tags createdAt updatedAt
      defaultEmailAddress { emailAddress marketingState marketingUpdatedAt }
      defaultPhoneNumber { phoneNumber marketingState marketingUpdatedAt }
      defaultAddress { company }
      addressesV2(first: 10) { nodes { ...Address } }
    }
  }
}"""

_ORDERS = f"""
query Orders($first: Int!, $after: String, $query: String) {{
  page: orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{
      id legacyResourceId name email phone test sourceName poNumber
      createdAt processedAt updatedAt cancelledAt
      displayFinancialStatus displayFulfillmentStatus
      totalPriceSet {{ shopMoney {{ amount currencyCode }} }}
      currentTotalPriceSet {{ shopMoney {{ amount currencyCode }} }}
      customer {{ legacyResourceId }}
      billingAddress {{ ...Address }}
      shippingAddress {{ ...Address }}
      lineItems(first: 20) {{ {_LINES} }}
    }}
  }}
}}"""

PAGES = {CUSTOMERS: _CUSTOMERS + _ADDRESS, ORDERS: _ORDERS + _ADDRESS}

MORE_LINES = f"""
query Lines($id: ID!, $after: String) {{
  order(id: $id) {{ lineItems(first: 100, after: $after) {{ {_LINES} }} }}
}}"""

SHOP = "query Shop { shop { name } }"

FIRST = {
    CUSTOMERS: "query { page: customers(first: 1) { nodes { firstName } } }",
    ORDERS: "query { page: orders(first: 1) { nodes { email } } }",
}
"""One record of each stream, to see whether the app may read it."""
