# The desk and the experts' pages. Every other language falls back to this file, message by message.
# The desk
page-desk = Desk
page-desk-closed = This page is for people with another role
page-desk-closed-text = Your sign-in does not name a role that may see it. Roles are given where you sign in.
page-desk-which = Organization
page-desk-orders = Orders
page-desk-all = all
page-desk-in-review = in review
page-desk-from = Placed from
page-desk-to = Placed until
page-desk-no-number = There is no order { $number } here.
page-desk-disputed = The buyer’s bank disputes the payment.
page-desk-answer-until = Answer until { $date }
page-desk-no-orders = There are no such orders.
page-desk-newest = Newest orders
page-desk-disputes = Disputes
page-desk-card-over-share = The card has paid for more tickets of a show than one buyer may have.
page-dispute-open = open: the bank has the money meanwhile
page-dispute-inquiry = an inquiry: no money has moved
page-dispute-won = won
page-dispute-lost = lost
page-dispute-prevented = prevented
page-dispute-where = A dispute is answered in Stripe’s dashboard, with the papers that prove the sale.
page-desk-lines = What was ordered
page-desk-expert = Expert
page-desk-payment = Payment
page-payment-unpaid = unpaid
page-payment-processing = on its way
page-payment-authorized = authorized
page-payment-captured = captured
page-payment-failed = failed
page-payment-canceled = canceled
page-payment-partially-refunded = refunded in part
page-payment-refunded = refunded
page-desk-captured = { $amount } arrived
page-desk-refunded = { $amount } given back
page-desk-left = { $amount } could still be refunded
page-desk-unreachable = Mail to this address comes back. Nothing more is sent to it; another address is written to at once.
page-desk-address = Change the address
page-desk-tickets = Tickets
page-desk-ticket-valid = valid
page-desk-trail = Who did what
page-review-accept = Accept
page-review-refuse = Refuse
page-review-waits = Decided, or under dispute: its money is on the way, or the bank decides first.
page-review-payment-accept = The buyer gets what was ordered for what was paid.
page-review-payment-refuse = All that was paid goes back to the buyer.
page-review-authorization-accept = The expert is asked, for what was authorized.
page-review-authorization-refuse = The card is released.
page-review-refund-accept = Take note that the refund came to nothing, as where the money was given back in another way.
page-review-refund-refuse = The refund is tried again.
page-review-returned-accept = The goods stay with the buyer.
page-review-returned-refuse = The goods are taken back, with what is left of the money.
page-refund = Refund
page-refund-none = Nothing of this order can be refunded at the moment.
page-refund-what = What goes back
page-refund-items = Units of lines, with what was paid for them
page-refund-amount = An amount, for goodwill; no goods come back
page-refund-rest = All that is left: { $amount }
page-refund-of = { $n } of { $most } can go back
page-refund-preview = See what that comes to
page-refund-comes-to = What that comes to
page-refund-goods-back = These come back, and what may be sold again is for sale again. Their tickets open nothing any more.
page-refund-goods-stay = No goods come back: tickets stay valid, and nothing is for sale again.
page-refund-goods = For goods
page-refund-fees = For fees
page-refund-reason = Why, for the record; the buyer reads it, too
page-refund-now = Refund { $amount }
page-done-address = The address is changed.
page-done-accepted = The review is over: accepted.
page-done-refused = The review is over: refused.
page-done-refunded = The refund is on its way.

# Today
page-today = Today
page-today-disputes = Disputes that wait for an answer
page-today-reviews = Orders in review
page-today-since = since { $date }
page-today-more = There are more of them.
page-today-figures = What today has had so far
page-today-partly = There is more than is counted here; the daily summary has all of it.
page-today-hours = Received hour by hour
page-today-hour = Hour

# An expert's bookings
page-bookings = Bookings
page-bookings-requests = Requests
page-bookings-no-requests = No request waits for your answer.
page-bookings-none = There is no booking to come.
page-booking-places = { $n } places
page-booking-confirm = Confirm
page-booking-decline = Decline
page-booking-cancel-free = Canceling costs nothing: nothing was paid.
page-booking-cancel-quote = If you cancel, the buyer gets { $amount } back, at any time.
page-hours-to-answer = { $n } hours left
page-minutes-to-answer = { $n ->
    [one] one minute left
   *[other] { $n } minutes left
}
page-slots = Slots
page-slots-no-listing = There is no listing of your time yet. An admin of the seller makes one.
page-slot-add = Put a slot on sale
page-slot-listing = Listing
page-slots-coming = Slots to come
page-slots-none = There are none yet.
page-done-slot = The slot is on sale.
page-done-confirmed = The booking is confirmed.
page-done-declined = The request is declined; the card is released.

# What the desk sells
page-desk-listings = Listings
page-desk-no-listings = There is nothing yet.
page-desk-published = on sale
page-desk-draft = not on sale
page-desk-canceled = canceled
page-desk-publish = Put on sale
page-desk-withdraw = Take from sale
page-desk-shop-page = As buyers see it
page-desk-stock = Offers and stock
page-desk-offer = Offer
page-desk-available = Available
page-desk-held = Held
page-desk-sold = Sold
page-desk-unlimited = no limit
page-desk-more-offers = There are more offers than are shown here.
page-desk-offer-name = Name
page-desk-price = Price
page-desk-capacity = How many in all
page-desk-change-offer = Change
page-desk-edit = Edit or move
page-desk-copy = Duplicate
page-desk-copy-text = The copy is a draft with the same offers. Slots stay where they are.
page-desk-new-id = Its id: small letters, digits and hyphens
page-desk-offer-new = Add an offer
page-edit-title = Title
page-edit-description = Description
page-edit-clock = by the clock of { $name }
page-edit-starts = Begins
page-edit-ends = Ends
page-edit-doors = Doors open
page-edit-moves = If day or place change, buyers with tickets hear of it by mail. Tickets stay valid.
page-done-edited = It is changed.
page-done-copied = This is the copy: a draft.
page-done-offer-added = The offer is added.
page-desk-promos = Promo codes
page-desk-no-promos = There are no codes yet.
page-desk-promo-off = { $percent } % off
page-desk-promo-used = { $n } used
page-desk-promo-used-of = { $n } of { $most } used
page-desk-promo-until = until { $date }
page-desk-promo-new = Add or change a code
page-desk-promo-percent = Percent off
page-desk-promo-most = Uses at most
page-desk-presales = Presale codes
page-desk-presale-offer = Offer
page-desk-presale-add = Add or change a presale code
page-desk-cancel = Cancel it
page-desk-cancel-what = Cancel { $name }
page-desk-cancel-means = The sale closes at once and does not open again. Open payments are ended, and all buyers get back what they paid for it.
page-desk-cancel-orders = Orders to refund
page-desk-cancel-open = Payments to end
page-desk-cancel-money = Money that goes back
page-desk-cancel-time = At Stripe’s pace
page-desk-cancel-minutes = { $n ->
    [one] about one minute
   *[other] about { $n } minutes
}
page-desk-cancel-more = There are more orders than are added up here, so it is at least this much.
page-desk-cancel-reason = Why, as buyers read it
page-desk-cancel-sure = Type its id, { $code }, to confirm
page-desk-keep = Keep it
page-desk-cancel-running = { $n ->
    [one] It is being canceled: one order is done so far.
   *[other] It is being canceled: { $n } orders are done so far.
}
page-desk-cancel-waiting = { $n ->
    [one] One order has to wait, for a bank or a payment under way, and follow by themselves.
   *[other] { $n } orders have to wait, for a bank or a payment under way, and follow by themselves.
}
page-desk-cancel-over = It was canceled, and all of its orders are done.
page-done-published = It is on sale.
page-done-withdrawn = It is on sale no more. Orders stay as they are.
page-done-listing-canceled = It is canceled. Refunds follow, and this page says how far they are.
page-done-offer = The offer is changed.
page-done-promo = The code is saved.
