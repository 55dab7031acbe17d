"""Changes of a description made up, each with the place where it breaks clients, or none: what tells that breaks are found."""

import copy

from breaks import breaks

ORDER = "/v1/orders/{order}"


def schema(document, name):
    return document["components"]["schemas"][name]


def operation(document, path=ORDER, method="get"):
    return document["paths"][path][method]


def named(document, path, method, name):
    parameters = operation(document, path, method)["parameters"]
    return next(parameter for parameter in parameters if parameter["name"] == name)


CHECKOUT = ("/v1/checkout", "post")
KEY = "POST /v1/checkout header idempotency-key"
LISTINGS = ("/v1/listings", "get")

BREAKS = {
    "an operation is gone": (lambda d: d["paths"][ORDER].pop("get"), f"GET {ORDER}"),
    "a path is gone": (lambda d: d["paths"].pop(ORDER), f"GET {ORDER}"),
    "an operation has another id": (lambda d: operation(d).update(operationId="read"), f"GET {ORDER}"),
    "a status is gone": (lambda d: operation(d, *CHECKOUT)["responses"].pop("409"), "POST /v1/checkout 409"),
    "a success is gone": (lambda d: operation(d, *CHECKOUT)["responses"].pop("201"), "POST /v1/checkout 201"),
    "an answer has another media type": (
        lambda d: operation(d)["responses"]["200"].update(content={"text/plain": {}}),
        f"GET {ORDER} 200 application/json",
    ),
    "a field of an answer is gone": (lambda d: schema(d, "Order")["properties"].pop("total"), "Order.total"),
    "an optional field of an answer is gone": (lambda d: schema(d, "Order")["properties"].pop("trail"), "Order.trail"),
    "a field of an answer may be missing": (lambda d: schema(d, "Order")["required"].remove("total"), "Order.total"),
    "a field of an answer may be null": (
        lambda d: schema(d, "Line")["properties"]["quantity"].update(type=["integer", "null"]),
        "Line.quantity",
    ),
    "a field of an answer has another type": (
        lambda d: schema(d, "Order")["properties"].update(total={"type": "number"}),
        "Order.total",
    ),
    "a list is none any more": (
        lambda d: schema(d, "Order")["properties"].update(lines={"$ref": "#/components/schemas/Line"}),
        "Order.lines",
    ),
    "an answer has a word that was not in its list": (lambda d: schema(d, "OrderStatus")["enum"].append("lost"), "OrderStatus"),
    "a time of an answer is any text": (lambda d: schema(d, "Instant").pop("format"), "Instant"),
    "a header of an answer is gone": (
        lambda d: operation(d, "/v1/checkout/return")["responses"]["303"].pop("headers"),
        "GET /v1/checkout/return 303 header Location",
    ),
    "a request has a new required field": (
        lambda d: (
            schema(d, "CheckoutBuyer")["properties"].update(age={"type": "integer"}),
            schema(d, "CheckoutBuyer")["required"].append("age"),
        ),
        "CheckoutBuyer.age",
    ),
    "a field of a request is required": (lambda d: schema(d, "Checkout")["required"].append("payment"), "Checkout.payment"),
    "a field of a request is gone": (lambda d: schema(d, "Checkout")["properties"].pop("promo_code"), "Checkout.promo_code"),
    "a field of a request has another type": (
        lambda d: schema(d, "CheckoutItem")["properties"]["quantity"].update(type="string"),
        "CheckoutItem.quantity",
    ),
    "a field of a request has a pattern": (
        lambda d: schema(d, "CheckoutBuyer")["properties"]["name"].update(pattern="^[a-z]+$"),
        "CheckoutBuyer.name",
    ),
    "a field of a request is bounded": (
        lambda d: schema(d, "CheckoutItem")["properties"]["quantity"].update(minimum=1),
        "CheckoutItem.quantity",
    ),
    "a list of words of a request is shorter": (lambda d: schema(d, "Attendees")["enum"].remove("optional"), "Attendees"),
    "a body is required": (
        lambda d: operation(d, f"{ORDER}/refunds", "post")["requestBody"].update(required=True),
        f"POST {ORDER}/refunds body",
    ),
    "a header is required": (lambda d: named(d, *CHECKOUT, "Idempotency-Key").update(required=True), KEY),
    "a new header is required": (
        lambda d: operation(d)["parameters"].append({"in": "header", "name": "X-New", "required": True, "schema": {}}),
        f"GET {ORDER} header x-new",
    ),
    "a parameter is gone": (lambda d: operation(d, *LISTINGS)["parameters"].pop(0), "GET /v1/listings query organization"),
    "a parameter takes fewer words": (
        lambda d: named(d, *LISTINGS, "kind")["schema"]["enum"].remove("show"),
        "GET /v1/listings query kind",
    ),
    "an open operation asks who is calling": (
        lambda d: operation(d, *LISTINGS).update(security=[{"token": []}]),
        "GET /v1/listings",
    ),
    "a way to say who is calling is gone": (lambda d: operation(d).update(security=[{"token": []}]), f"GET {ORDER}"),
    "a token stands elsewhere": (
        lambda d: d["components"]["securitySchemes"]["order_token"].update(name="X-Token"),
        "security order_token",
    ),
}

ADDITIONS = {
    "nothing changes": lambda d: None,
    "there is another operation": lambda d: d["paths"].update({"/v1/new": {"get": operation(d)}}),
    "there is another status": lambda d: operation(d)["responses"].update({"410": operation(d)["responses"]["404"]}),
    "an answer has another field": lambda d: (
        schema(d, "Order")["properties"].update(colour={"type": "string"}),
        schema(d, "Order")["required"].append("colour"),
    ),
    "an answer's field is always there": lambda d: schema(d, "Order")["required"].append("trail"),
    "an answer's list of words is shorter": lambda d: schema(d, "BookingStatus")["enum"].remove("timed_out"),
    "there is another code of a problem": lambda d: schema(d, "ProblemCode")["enum"].append("full_moon"),
    "a request may have another field": lambda d: schema(d, "Checkout")["properties"].update(gift={"type": "boolean"}),
    "a request's field may be left out": lambda d: schema(d, "CheckoutBuyer")["required"].remove("email"),
    "a request's field may be null": lambda d: schema(d, "CheckoutItem")["properties"]["quantity"].update(
        type=["integer", "null"]
    ),
    "a request may have another word": lambda d: schema(d, "CheckoutPaymentMode")["enum"].append("cash"),
    "there is another parameter": lambda d: operation(d)["parameters"].append(
        {"in": "query", "name": "fields", "required": False, "schema": {"type": "string"}}
    ),
    "there is another way to say who is calling": lambda d: operation(d)["security"].append({"cron_secret": []}),
    "words, examples and tags differ": lambda d: (
        operation(d).update(summary="Another", tags=["Other"]),
        schema(d, "Order").update(description="Another", examples=[]),
    ),
}


def try_all(document):
    """Tries each change on a description, and says how many there were.

    Raises AssertionError for one that is judged wrong.
    """
    for what, (change, place) in BREAKS.items():
        changed = copy.deepcopy(document)
        change(changed)
        found = breaks(document, changed)
        assert any(at == place for at, _ in found), f"{what}: {place} is not among {found}"
    for what, change in ADDITIONS.items():
        changed = copy.deepcopy(document)
        change(changed)
        found = breaks(document, changed)
        assert not found, f"{what}: {found}"
    return len(BREAKS) + len(ADDITIONS)
