"""What schemathesis sends: most of its own making, and often enough something real, so that more than refusals is reached.

Each request is changed by its own hash: the same request is changed in the same way, so a failure comes again. An operation
that was not answered with success yet gets what it takes, until it was.
"""

import atexit
import copy
import hashlib
import hmac
import json
import os
import random
import time
import zlib
from collections import Counter

import schemathesis
from schemathesis.core import NotSet
from schemathesis.core.parameters import ParameterLocation

with open(os.environ["HOLDFAST_FUZZ_SEEDS"], encoding="utf-8") as file:
    SEEDS = json.load(file)
REACHED = Counter()

ANY_ORDER = ["pending", "paid", "free", "product", "booking", "hours", "review"]
# Which orders an operation is for. The rest take any.
ORDERS = {
    "get_order": ANY_ORDER,
    "create_refund": ["paid", "product", "hours"],
    "review": ["review"],
    "tickets": ["paid", "free"],
}
# Values that programs choke on, wherever they stand.
ODD = [
    None, True, -1, 0, 2**63, -(2**63) - 1, 10**400, 0.5, 1e308, "", " ", "\x00", "a\x00b", "é", "💩" * 300, "\u202e",
    "\ufeff", "\uffff", "a" * 70_000, "1e999", "-0.00", "9" * 60, "0." + "0" * 60 + "1", "NaN",
    "-009999-01-01T00:00:00Z", "2026-13-45", "<script>", "' OR 1=1 --", "../..", "%00", "{}", [], {}, [[[[[[[[[[]]]]]]]]]],
    {"a": {"a": {"a": {}}}},
]  # fmt: skip


def bodies(name, pick):
    """A body that the operation takes, of those that it takes."""
    n = pick.randrange(10**9)
    buyer = {"name": "Ada Lovelace", "email": f"ada{n}@example.com"}
    times = {"starts_at": "2097-01-01T10:00:00Z", "ends_at": "2097-01-01T11:00:00Z"}
    parcel = {"name": "Grace Hopper", "address": {"line1": "7 Parcel Lane", "city": "Porto", "country": "PT"}}
    gift = {"listing": "open-stage", "offer": "hat", "quantity": 1, "donation": "7.50"}
    show = {"kind": "show", "title": f"Show {n}", "published": True, "starts_at": "2099-01-01T20:00:00Z", "venue": "Hall"}
    known = {
        "checkout": [
            {"buyer": buyer, "listing": "fuzzed", "items": [{"offer": "general", "quantity": 1}]},
            {"buyer": buyer, "listing": "fuzzed", "items": [{"offer": "free", "quantity": 2}], "promo_code": "FUZZ"},
            {"buyer": buyer | {"phone": "+44 20", "company": "A & B"}, "items": [gift]},
            {"buyer": buyer, "listing": "fuzzed", "items": [{"offer": "general", "quantity": 1}], "payment": {"mode": "hosted"}},
            {"buyer": buyer, "listing": "sent", "items": [{"offer": "book", "quantity": 1}], "delivery": parcel},
        ],
        "put_organization": [
            {"name": "The Lantern Theatre"},
            {"name": f"Shop {n}", "currency": "eur", "contact": {"email": "a@b.co"}},
        ],
        "put_listing": [show, show | {"published": False, "doors_at": None, "description": ""}, show | {"delivery": "pickup", "venue": "Hall"},
            show | {"transferable": "until", "transferable_until": "2098-12-31T20:00:00Z"}],
        "put_offer": [
            {"name": f"Offer {n}", "price": "12.00", "capacity": 100, "shards": 2},
            {"name": "Free", "price": "0.00", "capacity": None} | times,
            {"name": "Early", "price": "9.00", "capacity": 50, "min_per_order": 1, "max_per_order": 4,
             "opens_at": "2020-01-01T00:00:00Z", "closes_at": "2090-01-01T00:00:00Z"},
        ],
        "put_slots": [
            {"rule": "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3", "starts_at": "2090-01-02T09:00", "time_zone": "Europe/Berlin",
             "duration_minutes": 60, "offer": {"name": "An hour", "price": "60.00", "capacity": 1}},
            {"rule": f"FREQ=DAILY;COUNT={n % 9 + 1}", "starts_at": f"20{n % 50 + 40}-03-28T02:30", "duration_minutes": 45, "preview": True,
             "time_zone": "Australia/Lord_Howe", "except": ["2090-01-02"], "offer": {"name": "Early", "price": "0.00", "capacity": 2}},
        ],
        "put_promo": [{"percent_off": "0.20", "max_uses": 1000, "valid_until": "2099-01-01T00:00:00Z"}],
        "put_presale": [{"max_uses": 1000, "valid_until": "2099-01-01T00:00:00Z"}, {"max_uses": None}],
        "debit": [{"organization": "demo", "hours": "0.25", "reference": f"lesson {n}"}],
        "create_refund": [{"amount": "0.01", "reason": "damaged"}, {"items": [{"line": "l1", "quantity": 1}]}, {}],
        "review": [{"accept": True}, {"accept": False}],
        "check_in": [{"listing": "fuzzed"}, {}],
        "register_device": [{"name": f"Entrance {n}"}],
        "merge_scans": [
            {"scans": [{"id": f"s-{n}", "code": pick.choice(SEEDS["codes"]), "at": "2026-11-26T12:00:00Z"}]},
            {"scans": [{"id": f"u-{n}", "code": pick.choice(SEEDS["checked_in"]).lower(), "at": "2026-11-26T12:00:00Z", "kind": "undo"},
                       {"id": f"t-{n}", "code": "AAAA-BBBB", "at": "2026-11-26T12:00:00Z"}]},
        ],
        "change_attendee": [{"name": f"Guest {chr(97 + n % 26)}", "email": f"guest{n}@example.com"}, {"name": "Grace Hopper"}],
        "transfer_ticket": [{"name": "Grace Hopper", "email": "grace@example.com"}],
        "export_orders": [{"kind": "orders"}, {"kind": "tickets", "listing": "fuzzed", "from": TIMES[0]}, {"kind": "lines", "file": True}],
        "confirm_booking": [{}], "decline_booking": [{}], "cancel_booking": [{}],
        "receive_stripe_event": [event | {"id": f"evt_{n}"} for event in SEEDS["events"]],
    }  # fmt: skip
    return copy.deepcopy(pick.choice(known[name])) if name in known else None


def places(value, path=()):
    """Each place in a body, by the keys that lead there."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield from places(below, (*path, key))


def changed(body, pick):
    """A body with one or two places removed, replaced, or doubled."""
    for _ in range(pick.choice([1, 1, 2])):
        path = pick.choice([path for path in places(body) if path] or [()])
        if not path:
            return body
        at = body
        for key in path[:-1]:
            at = at[key]
        how = pick.randrange(5)
        if how == 0 and isinstance(at, dict):
            del at[path[-1]]
        elif how == 1 and isinstance(at, dict):
            at[path[-1] + "x"] = at[path[-1]]
        elif how == 2 and isinstance(at, list):
            at.extend(copy.deepcopy(at) * 60)
        else:
            at[path[-1]] = copy.deepcopy(pick.choice(ODD))
    return body


def paths(name, case, pick):
    """Path parameters that name something real, and the order's token where there is one."""
    given, token = {}, None
    if name == "change_attendee":
        order, token, code = pick.choice(SEEDS["named"])
        return {"order": order, "code": code}, token
    for parameter in case.path_parameters or {}:
        if parameter == "order":
            kinds = ["booking"] if "booking" in name or name == "cancellation" else ORDERS.get(name, ANY_ORDER)
            given[parameter], token = pick.choice(SEEDS["orders"][pick.choice(kinds)])
        elif parameter == "code":
            codes = {"check_in": SEEDS["codes"], "undo_check_in": SEEDS["checked_in"], "transfer_ticket": SEEDS["to_transfer"]}
            given[parameter] = pick.choice(codes.get(name, ["FUZZ"]))
        elif parameter == "export":
            given[parameter] = pick.choice(SEEDS["exports"])
        elif parameter == "customer":
            given[parameter] = "demo-customer"
        elif name == "end_summaries":
            given[parameter] = pick.choice(SEEDS["summaries"])[0]
        elif parameter == "organization":
            given[parameter] = f"org-{pick.randrange(50)}" if name == "put_organization" else "demo"
        elif parameter == "listing":
            new = {"cancel_listing": f"cancel-{pick.randrange(60)}", "put_listing": f"new-{pick.randrange(50)}", "put_slots": "voice-coach"}
            given[parameter] = new.get(name, "fuzzed")
        elif parameter == "device":
            given[parameter] = pick.choice(SEEDS["devices"])
        elif parameter == "offer":
            given[parameter] = f"spare-{pick.randrange(40)}"
    return given, token


TIMES = ["2020-01-01T00:00:00Z", "2026-11-26T12:00:00+02:00", "2030-01-01T00:00:00Z", "9999-12-30T22:00:00Z"]
FILTERS = {
    "organization": ["demo", "demo", "elsewhere"],
    "kind": ["show", "product", "expert", "package"],
    "status": ["pending", "authorized", "paid", "failed", "expired", "canceled", "refunded"],
    "listing": ["fuzzed", "voice-coach", "none"],
    "from": TIMES,
    "to": TIMES,
    "review": ["true", "false"],
    "q": ["K7WQ2M9D", "ord_1", "ada"],
    "expert": ["coach", "ann"],
    "code": SEEDS["codes"],
}  # fmt: skip


def queries(name, case, pick):
    """Query parameters that mean something."""
    if name in ("success", "unpaid"):
        back = dict(pick.choice(SEEDS["ways_back"]))
        if pick.random() < 0.3:
            back["session_id"] = pick.choice(["", "x", "../refunds", "a b", "é", "\x00", back["session_id"] + "/expire"])
        return back if name == "success" else {key: back[key] for key in ("order", "mac")}
    if name == "end_summaries":
        return {"token": dict(SEEDS["summaries"]).get(case.path_parameters["organization"], "guess")}
    all_of = case.operation.definition.raw.get("parameters", [])
    declared = {parameter["name"] for parameter in all_of if parameter["in"] == "query"}
    given = {key: pick.choice(values) for key, values in FILTERS.items() if key in declared and pick.random() < 0.35}
    if name in ("balance", "ledger", "customer_orders", "erasure"):
        given["organization"] = "demo"
    if "cursor" in declared and pick.random() < 0.2:
        # Good for the list without filters, and for no other.
        cursor = {"cursor": SEEDS["cursors"]["orders" if name == "list_orders" else "listings"]}
        return cursor if pick.random() < 0.7 else given | cursor
    return given


def signed(body):
    """The header that Stripe would send with these bytes."""
    now = str(int(time.time()) + SEEDS["ahead"])
    mac = hmac.new(SEEDS["webhook_secret"].encode(), now.encode() + b"." + body, hashlib.sha256)
    return f"t={now},v1={mac.hexdigest()}"


# Who may do it, where that is not the platform.
MAY = {
    "confirm_booking": "expert", "decline_booking": "expert", "cancel_booking": "expert", "cancellation": "expert",
    "debit": "staff", "erasure": "staff", "balance": "customer", "ledger": "customer",
    "customer_orders": "customer",
}  # fmt: skip


def role(name, pick, eager):
    """A role that may do it, most of the time."""
    may = MAY.get(name, "platform")
    others = ["platform", "admin", "staff", "expert", "customer", "elsewhere"]
    return may if eager or pick.random() < 0.6 else pick.choice(others)


@schemathesis.hook
def filter_query(context, query):
    """Leaves out empty values: as the description says, they are parameters left out, so that nothing is wrong with them."""
    return not query or all(value != "" for value in query.values())


@schemathesis.hook
def before_call(context, case, kwargs):
    name = case.operation.definition.raw["operationId"]
    known = repr((case.method, case.path_parameters, dict(case.query or {}), dict(case.headers or {}), case.body))
    pick = random.Random(zlib.crc32(known.encode(errors="replace")))
    meta, token = case.meta, None
    negative = lambda place: meta is not None and meta.is_negative_at(place)
    well = any(200 <= status < 400 for label, status in REACHED if label == case.operation.label)
    eager = not well and not any(negative(place) for place in ParameterLocation)
    headers = dict(case.headers or {})
    if not negative(ParameterLocation.PATH) and (eager or pick.random() < 0.85):
        given, token = paths(name, case, pick)
        case.path_parameters = dict(case.path_parameters) | given
    if not negative(ParameterLocation.QUERY) and (eager or pick.random() < 0.8):
        case.query = queries(name, case, pick)
    elif negative(ParameterLocation.QUERY):
        # The phase that tries each bound does not go through `filter_query`. A blank is a value, and as wrong.
        case.query = {key: " " if value == "" else value for key, value in dict(case.query or {}).items()}
    own = None if negative(ParameterLocation.BODY) else bodies(name, pick)
    if own is not None and (eager or pick.random() < 0.8):
        case.body = own if eager or pick.random() < 0.5 else changed(own, pick)
    if not negative(ParameterLocation.HEADER) and pick.random() < 0.9:
        headers["Idempotency-Key"] = f"fuzz-{pick.randrange(10**9)}"
    kind = 0.5 if eager else pick.random()
    if name == "receive_stripe_event":
        if kind < 0.8:
            body = None if isinstance(case.body, NotSet) else case.body
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            kwargs["data"] = data
            headers |= {"Stripe-Signature": signed(data), "Content-Type": "application/json"}
    elif name == "run_cleanup":
        if kind < 0.8:
            headers["Authorization"] = f"Bearer {SEEDS['cron']}"
    elif kind < 0.75:
        headers["Authorization"] = f"Bearer {SEEDS['tokens'][role(name, pick, eager)]}"
    elif kind < 0.78:
        headers["Authorization"] = pick.choice(["Bearer", "Bearer a.b.c", "Basic YTpi", "Bearer " + "a" * 9_000, "Bearer é.é"])
    if token and (kind > 0.78 or pick.random() < 0.3):
        headers["X-Order-Token"] = token
    case.headers = headers
    kwargs["allow_redirects"] = False


@schemathesis.hook
def after_call(context, case, response):
    if response.request.method == case.operation.method.upper():
        REACHED[case.operation.label, response.status_code] += 1


@atexit.register
def report():
    with open(os.environ["HOLDFAST_FUZZ_REACHED"], "w", encoding="utf-8") as file:
        json.dump([[*key, count] for key, count in REACHED.items()], file)
