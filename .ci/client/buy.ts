// Buys a ticket with a client whose types are made from docs/openapi.json alone: what a shop's author would write first.
//
//     node buy.js API STRIPE
//
// Where the description and the service differ, this does not compile or does not run to its end. What must not compile is
// marked so, and fails the check if it does.

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import createClient from "openapi-fetch";

import type { components, operations, paths } from "./api.js";

type Schemas = components["schemas"];
type Code = Schemas["ProblemCode"];

const [api, stripe] = process.argv.slice(2);
assert(api && stripe, "usage: buy.js API STRIPE");
const client = createClient<paths>({ baseUrl: api });

/** The data of an answer that has to be a success. */
function done<T>(answer: { data?: T; error?: unknown; response: Response }): T {
  assert(answer.data !== undefined, `${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

/** The problem of an answer that has to be a refusal. */
function refused(answer: { error?: Schemas["Problem"]; response: Response }): Schemas["Problem"] {
  assert(answer.error !== undefined, `${answer.response.url}: ${answer.response.status} is no refusal`);
  assert.equal(answer.error.status, answer.response.status);
  return answer.error;
}

/** What to do about a refusal: more codes may come, so there is a word for the rest. */
function advice(code: Code): string {
  switch (code) {
    case "invalid_request":
      return "mend it";
    case "payment_declined":
      return "another card";
    case "idempotency_mismatch":
      return "another key";
    default:
      return "ask";
  }
}

async function find(): Promise<{ listing: Schemas["Listing"]; offer: Schemas["Offer"] }> {
  const page = done(await client.GET("/v1/listings", { params: { query: { kind: "show" } } }));
  const published = page.listings.find((listing) => listing.id === "summer-show");
  assert(published, "there is a show for sale");
  const path = { listing: published.id };
  const listing = done(await client.GET("/v1/listings/{listing}", { params: { path } }));
  const offer = listing.offers?.find((each) => (each.available ?? Infinity) > 0);
  assert(offer, "something of it is left");
  assert.match(offer.price, /^[0-9]+\.[0-9]{2}$/);
  assert(listing.starts_at !== null && Date.parse(listing.starts_at) > 0);
  return { listing, offer };
}

function request(listing: Schemas["Listing"], offer: Schemas["Offer"]): Schemas["Checkout"] {
  return {
    buyer: { name: "Ada Lovelace", email: "ada@example.com" },
    listing: listing.id,
    items: [{ offer: offer.id, quantity: 1 }],
    payment: { mode: "hosted" },
  };
}

function key(name: string): { header: { "Idempotency-Key": string } } {
  return { header: { "Idempotency-Key": `${name}-${process.pid}` } };
}

/** Pays on Stripe's page, which the local stack stands in for. */
async function pay(session: string): Promise<void> {
  const body = new URLSearchParams({ payment_method: "pm_card_visa" });
  const answer = await fetch(`${stripe}/_test/sessions/${session}/pay`, { method: "POST", body });
  assert(answer.ok, `paying: ${answer.status}`);
}

async function paid(order: string, token: string): Promise<Schemas["Order"]> {
  const init = { params: { path: { order } }, headers: { "X-Order-Token": token } };
  for (let tries = 0; tries < 50; tries += 1) {
    const seen = done(await client.GET("/v1/orders/{order}", init));
    if (seen.status === "paid") {
      return seen;
    }
    assert.equal(seen.status, "pending");
    await sleep(200);
  }
  throw new Error("the order was not paid within ten seconds");
}

async function buy(): Promise<void> {
  const { listing, offer } = await find();
  const body = request(listing, offer);
  const params = key("bought");
  const placed = done(await client.POST("/v1/checkout", { params, body }));
  assert.equal(placed.order.status, "pending");
  assert.equal(placed.order.payment.mode, "hosted");
  assert(placed.checkout_url !== null && placed.order.payment.session_id !== null);
  await pay(placed.order.payment.session_id);

  const order = await paid(placed.order.id, placed.access_token);
  const [ticket, ...others] = order.tickets;
  assert(ticket && others.length === 0, "one ticket");
  assert.equal(ticket.status, "valid");
  assert.equal(order.payment.status, "captured");
  assert(order.receipt_number !== null && order.number !== null && order.paid_at !== null);
  console.log(`order ${order.number}: ${order.payment.captured} ${order.payment.currency}, ticket ${ticket.code}`);

  const secret = { params: { path: { order: order.id } }, headers: { "X-Order-Token": placed.access_token } };
  const receipt = done(await client.GET("/v1/orders/{order}/receipt", secret));
  assert(typeof receipt !== "string", "it is JSON unless a PDF was asked for");
  assert.equal(receipt.total, order.payment.captured);
  const pdf = done(await client.GET("/v1/orders/{order}/tickets.pdf", { ...secret, parseAs: "blob" }));
  assert((await pdf.slice(0, 5).text()) === "%PDF-", "a PDF");

  const twice = done(await client.POST("/v1/checkout", { params, body }));
  assert.equal(twice.order.id, order.id, "the same key is the same order");
  const other = { ...body, items: [{ offer: offer.id, quantity: 2 }] };
  const mismatch = refused(await client.POST("/v1/checkout", { params, body: other }));
  assert.equal(mismatch.code, "idempotency_mismatch");
}

async function failures(): Promise<void> {
  const { listing, offer } = await find();
  const right = request(listing, offer);

  const wrong = refused(await client.POST("/v1/checkout", { body: { ...right, buyer: { ...right.buyer, email: "ada" } } }));
  assert.equal(wrong.code, "invalid_request");
  assert.deepEqual(wrong.errors?.map((error) => error.field), ["buyer.email"]);
  assert.equal(advice(wrong.code), "mend it");

  const payment = { mode: "intent", payment_method: "pm_card_chargeDeclined" } as const;
  const mug = { ...right, listing: "lantern-shop", items: [{ offer: "mug", quantity: 1 }], payment };
  const declined = refused(await client.POST("/v1/checkout", { params: key("declined"), body: mug }));
  assert.equal(declined.code, "payment_declined");
  assert.equal(declined.order?.status, "failed", "a decline leaves a failed order");

  const nothing = refused(await client.GET("/v1/orders/{order}", { params: { path: { order: "ord_none" } } }));
  assert.equal(nothing.code, "unauthenticated");
}

/** What the types forbid. It is compiled, and never called. */
export async function forbidden(order: Schemas["Order"]): Promise<void> {
  // @ts-expect-error There is no such path.
  await client.GET("/v1/order/{order}", { params: { path: { order: order.id } } });
  // @ts-expect-error A checkout has a buyer.
  await client.POST("/v1/checkout", { body: { items: [] } });
  // @ts-expect-error There is no such kind of listing.
  await client.GET("/v1/listings", { params: { query: { kind: "concert" } } });
  // @ts-expect-error No order has this status.
  assert(order.status !== "shipped");
  // @ts-expect-error An order may have no time of payment.
  Date.parse(order.paid_at);
  const nick: Schemas["BuyerRequest"] = {
    email: "ada@example.com",
    // @ts-expect-error A body has no field that the description does not name.
    nick: "ada",
  };
  const declined: operations["checkout"]["responses"][402]["content"]["application/problem+json"]["code"] = "payment_declined";
  assert(declined && nick);
}

await buy();
await failures();
console.log("bought, paid and read; declined and refused as described");
