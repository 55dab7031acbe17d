"""Puts real things into a local stack for the fuzzer to start from: orders of every kind and in every state, with their
tokens, listings to change, offers to delete, cursors of long lists, and events that Stripe has sent.

All of it is made over the API, as a client makes it.
"""

import html
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request

BUYER = {"name": "Ada Lovelace", "email": "ada@example.com"}
DEMO = "/v1/organizations/demo"
# What happened on a day is summed up on the next one.
DAYS = 2


class Api:
    """A stack, and one way to talk to it."""

    def __init__(self, api, stripe):
        self.api, self.stripe = api, stripe

    def send(self, method, url, body=None, headers=None, form=False):
        """The status and the parsed JSON of an answer."""
        data, headers = None, dict(headers or {})
        if body is not None:
            data = urllib.parse.urlencode(body).encode() if form else json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded" if form else "application/json")
        request = urllib.request.Request(url, data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")

    def done(self, method, url, body=None, headers=None, form=False):
        """The same, where anything but a success ends the run."""
        status, answer = self.send(method, url, body, headers, form)
        assert 200 <= status < 300, f"{method} {url}: {status} {answer}"
        return answer

    def text(self, url):
        """The text of a page."""
        with urllib.request.urlopen(url, timeout=60) as answer:
            return html.unescape(answer.read().decode())

    def token(self, subject, role=None, organization=None):
        claims = {"sub": subject, "email": "ada@example.com", "roles": [role] if role else []}
        if organization:
            claims["organization"] = organization
        return self.done("POST", f"{self.api}/local/tokens", claims)["token"]

    def put(self, path, body, token):
        return self.done("PUT", self.api + path, body, {"Authorization": f"Bearer {token}"})

    def buy(self, key, body, token=None):
        headers = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {token}"} if token else {})
        return self.done("POST", f"{self.api}/v1/checkout", body, headers)

    def at_stripe(self, path, form):
        return self.done("POST", f"{self.stripe}/_test/{path}", form, form=True)


def basket(listing, offer, quantity=1, method=None, **more):
    """A checkout request: hosted, or paid at once with that payment method."""
    payment = {"mode": "intent", "payment_method": method} if method else {"mode": "hosted"}
    return {"buyer": BUYER, "listing": listing, "items": [{"offer": offer, "quantity": quantity}], "payment": payment} | more


def summed_up(to, platform, show, ticket):
    """Organizations that were sent the summary of a day, each with the secret in it."""
    for n in range(6):
        path = f"/v1/organizations/day-{n}"
        to.put(path, {"name": f"Day {n}", "contact": {"email": "desk@example.com"}}, platform)
        to.put(f"{path}/listings/day-{n}", show, platform)
        to.put(f"{path}/listings/day-{n}/offers/free", ticket | {"price": "0.00"}, platform)
        to.buy(f"day-{n}", basket(f"day-{n}", "free"))
    for _ in range(DAYS):
        to.done("POST", f"{to.api}/local/clock", {"advance_seconds": 86_400})
        to.done("POST", f"{to.api}/local/cleanup")
    for _ in range(30):
        count = len(to.done("GET", f"{to.api}/local/mail"))
        mails = " ".join(to.text(f"{to.api}/local/mail/{n}") for n in range(count))
        found = re.findall(r"/v1/organizations/(day-\d+)/unsubscribe\?token=(\w+)", mails)
        if len(dict(found)) == 6:
            return list(dict(found).items())
        time.sleep(1)
    raise AssertionError(f"summaries were sent to {sorted(dict(found))} alone")


def plant(api, stripe):
    """Fills the stack, and says what is in it."""
    to = Api(api, stripe)
    tokens = {
        "platform": to.token("platform-1", "platform"),
        "admin": to.token("admin-1", "admin", "demo"),
        "staff": to.token("staff-1", "staff", "demo"),
        "expert": to.token("coach", "expert", "demo"),
        "customer": to.token("demo-customer"),
        "elsewhere": to.token("admin-2", "admin", "elsewhere"),
    }
    admin, customer = tokens["admin"], tokens["customer"]
    to.put("/v1/organizations/elsewhere", {"name": "Elsewhere", "stripe_account_id": "acct_2"}, tokens["platform"])
    show = {"kind": "show", "title": "A show", "published": True, "starts_at": "2099-01-01T20:00:00Z"}
    ticket = {"name": "General", "price": "20.00", "capacity": 100_000}
    summaries = summed_up(to, tokens["platform"], show, ticket)
    to.put(f"{DEMO}/listings/fuzzed", show | {"transferable": "free"}, admin)
    to.put(f"{DEMO}/listings/fuzzed/offers/general", ticket, admin)
    to.put(f"{DEMO}/listings/fuzzed/offers/free", ticket | {"name": "Free", "price": "0.00"}, admin)
    to.put(f"{DEMO}/listings/fuzzed/offers/named", ticket | {"name": "Named", "price": "0.00", "attendees": "optional"}, admin)
    book = {"kind": "product", "title": "Sent by post", "published": True, "delivery": "address"}
    to.put(f"{DEMO}/listings/sent", book, admin)
    to.put(f"{DEMO}/listings/sent/offers/book", ticket | {"name": "Book"}, admin)
    for n in range(60):
        # To cancel, and so many that the list has a second page.
        to.put(f"{DEMO}/listings/cancel-{n}", show, admin)
    for n in range(40):
        to.put(f"{DEMO}/listings/fuzzed/offers/spare-{n}", ticket | {"name": f"Spare {n}"}, admin)
        begins = f"2098-{n // 28 + 1:02}-{n % 28 + 1:02}T"
        slot = {"name": f"Slot {n}", "price": "60.00", "capacity": 1}
        times = {"starts_at": f"{begins}10:00:00Z", "ends_at": f"{begins}11:00:00Z"}
        to.put(f"{DEMO}/listings/voice-coach/offers/slot-{n}", slot | times, admin)

    groups = {name: [] for name in ("pending", "paid", "free", "product", "booking", "hours", "review")}
    for n in range(8):
        placed = to.buy(f"pending-{n}", basket("fuzzed", "general"))
        groups["pending"].append(placed)
    for n in range(24):
        placed = to.buy(f"paid-{n}", basket("fuzzed", "general", 2))
        session = placed["order"]["payment"]["session_id"]
        to.at_stripe(f"sessions/{session}/pay", {"payment_method": "pm_card_visa"})
        groups["paid"].append(placed)
    for n in range(10):
        placed = to.buy(f"review-{n}", basket("fuzzed", "general"))
        session = placed["order"]["payment"]["session_id"]
        to.at_stripe(f"sessions/{session}/price", {"amount": "1000"})
        to.at_stripe(f"sessions/{session}/pay", {"payment_method": "pm_card_visa"})
        groups["review"].append(placed)
    for n in range(20):
        groups["free"].append(to.buy(f"free-{n}", basket("fuzzed", "free", 2)))
        groups["product"].append(to.buy(f"mug-{n}", basket("lantern-shop", "mug", 1, "pm_card_visa")))
    for n in range(32):
        groups["booking"].append(to.buy(f"slot-{n}", basket("voice-coach", f"slot-{n}", 1, "pm_card_visa"), customer))
    for n in range(4):
        groups["hours"].append(to.buy(f"hours-{n}", basket("lesson-hours", "ten", 1, "pm_card_visa"), customer))
    time.sleep(3)  # Stripe's events are on their way.

    orders = {name: [[placed["order"]["id"], placed["access_token"]] for placed in all_of] for name, all_of in groups.items()}
    staff = {"Authorization": f"Bearer {tokens['staff']}"}
    codes = []
    for order, _ in orders["paid"] + orders["free"]:
        seen = to.done("GET", f"{api}/v1/orders/{order}", headers=staff)
        assert seen["status"] == "paid", f"{order} is {seen['status']}"
        codes += [ticket["code"] for ticket in seen["tickets"]]
    checked_in, codes = codes[::3], codes[1::3]
    named = []
    for n in range(12):
        placed = to.buy(f"named-{n}", basket("fuzzed", "named", 2))
        seen = to.done("GET", f"{api}/v1/orders/{placed['order']['id']}", headers=staff)
        named += [[seen["id"], placed["access_token"], ticket["code"]] for ticket in seen["tickets"]]
    to_transfer = [code for _, _, code in named[::2]]
    named = named[1::2]
    for code in checked_in:
        to.done("POST", f"{api}/v1/tickets/{code}/check-in", headers=staff)
    devices = []
    for n in range(12):
        path = f"{api}{DEMO}/listings/fuzzed/devices"
        devices.append(to.done("POST", path, {"name": f"Entrance {n}"}, staff)["device"]["id"])
    stripe_key = {"Authorization": "Bearer sk_test_local"}
    ways_back = []
    for placed in groups["pending"] + groups["paid"]:
        session = placed["order"]["payment"]["session_id"]
        page = to.done("GET", f"{stripe}/v1/checkout/sessions/{session}", headers=stripe_key)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(page["success_url"]).query)
        ways_back.append({"session_id": session, "order": query["order"][0], "mac": query["mac"][0]})
    events = to.done("GET", f"{stripe}/v1/events?limit=100", headers=stripe_key)["data"]
    assert codes and events
    exports = []
    for kind in ("orders", "lines", "tickets", "refunds"):
        export = to.done("POST", f"{api}{DEMO}/exports", {"kind": kind, "file": True}, staff)
        exports.append(export["id"])
    cursors = {
        "orders": to.done("GET", f"{api}{DEMO}/orders", headers=staff)["cursor"],
        "listings": to.done("GET", f"{api}/v1/listings")["cursor"],
    }
    return {
        "tokens": tokens,
        "orders": orders,
        "codes": codes,
        "checked_in": checked_in,
        "devices": devices,
        "named": named,
        "to_transfer": to_transfer,
        "summaries": summaries,
        "ways_back": ways_back,
        "events": events,
        "cursors": cursors,
        "exports": exports,
        "cron": "cron-local",
        "webhook_secret": "whsec_local",
        # The stack's clock is so many seconds further than this machine's.
        "ahead": DAYS * 86_400,
    }
