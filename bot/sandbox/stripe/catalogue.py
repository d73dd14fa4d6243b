"""Products, prices and customers: what a session's line items are made of, and who buys."""

from __future__ import annotations

from bot.sandbox.stripe import money
from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.refusal import Json, Refusal


def create_product(books: Books, params: Json, *, active: bool = True) -> Json:
    """``POST /v1/products``; ``active`` False for the products a session's price_data makes on the way."""
    product: Json = {
        "id": params.get("id") or new_id("prod", 14),
        "object": "product",
        "active": params.get("active", active),
        "created": books.now(),
        "default_price": None,
        "description": params.get("description"),
        "images": params.get("images", []),
        "livemode": False,
        "marketing_features": [],
        "metadata": params.get("metadata", {}),
        "name": params["name"],
        "package_dimensions": None,
        "shippable": params.get("shippable"),
        "statement_descriptor": params.get("statement_descriptor"),
        "tax_code": params.get("tax_code"),
        "type": "service",
        "unit_label": params.get("unit_label"),
        "updated": books.now(),
        "url": params.get("url"),
    }
    if product["id"] in books.shelves["product"]:
        raise Refusal(f"Product already exists: {product['id']}", code="resource_already_exists")
    books.put(product)
    books.tell("product.created", product)
    return product


def create_price(books: Books, params: Json, *, active: bool = True) -> Json:
    """``POST /v1/prices`` for a product that exists or is described by ``product_data``."""
    if "product" in params:
        product = books.get("product", params["product"], "product")
    elif "product_data" in params:
        product = create_product(books, params["product_data"], active=active)
    else:
        raise Refusal("Name product or product_data.", code="parameter_missing", param="product")
    if "unit_amount" not in params:
        raise Refusal("Missing required param: unit_amount.", code="parameter_missing", param="unit_amount")
    if params["unit_amount"] > money.CEILING:
        raise Refusal("This price is too high.", code="amount_too_large", param="unit_amount")
    price: Json = {
        "id": new_id("price"),
        "object": "price",
        "active": params.get("active", active),
        "billing_scheme": "per_unit",
        "created": books.now(),
        "currency": params["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": params.get("lookup_key"),
        "metadata": params.get("metadata", {}),
        "nickname": params.get("nickname"),
        "product": product["id"],
        "recurring": None,
        "tax_behavior": params.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": params["unit_amount"],
        "unit_amount_decimal": str(params["unit_amount"]),
    }
    books.put(price)
    books.tell("price.created", price)
    return price


def create_customer(books: Books, params: Json) -> Json:
    """``POST /v1/customers``."""
    address = params.get("address")
    customer: Json = {
        "id": new_id("cus", 14),
        "object": "customer",
        "address": address or None,
        "balance": 0,
        "created": books.now(),
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "discount": None,
        "email": params.get("email"),
        "invoice_prefix": new_id("x", 8)[2:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "name": params.get("name"),
        "next_invoice_sequence": 1,
        "phone": params.get("phone"),
        "preferred_locales": params.get("preferred_locales", []),
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    books.put(customer)
    books.tell("customer.created", customer)
    return customer


def update_customer(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/customers/:id``."""
    customer = books.get("customer", id_)
    before = {key: customer[key] for key in params if key != "metadata"}
    customer |= {key: value for key, value in params.items() if key != "metadata"}
    customer["metadata"] = customer["metadata"] | params.get("metadata", {})
    books.tell("customer.updated", customer, before)
    return customer


def delete_customer(books: Books, params: Json, id_: str) -> Json:
    """``DELETE /v1/customers/:id``."""
    customer = books.get("customer", id_)
    del books.shelves["customer"][id_]
    books.tell("customer.deleted", customer)
    return {"id": id_, "object": "customer", "deleted": True}
