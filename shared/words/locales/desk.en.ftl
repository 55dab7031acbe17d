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
page-desk-search = Number, name, mail address, ticket or Stripe’s id
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
page-week = Slots week by week
page-week-days = Weekdays
page-week-times = Begin at
page-week-minutes = Length in minutes
page-week-from = First day
page-week-until = Last day
page-week-except = Days without slots
page-week-preview = Show these slots
page-week-makes = What that makes
page-week-made = { $n ->
    [one] One slot goes on sale.
   *[other] { $n } slots go on sale.
}
page-week-present = { $n ->
    [one] One is on sale already and stays as it is.
   *[other] { $n } are on sale already and stay as they are.
}
page-week-overlapping = { $n ->
    [one] One does not go on sale, because you have another slot or a booking at its time:
   *[other] { $n } do not go on sale, because you have other slots or bookings at their times:
}
page-week-past = { $n ->
    [one] One has begun already.
   *[other] { $n } have begun already.
}
page-week-deleted = { $n ->
    [one] One was taken from sale before and stays away.
   *[other] { $n } were taken from sale before and stay away.
}
page-week-sell = { $n ->
    [one] Put one slot on sale
   *[other] Put { $n } slots on sale
}
page-week-is-made = goes on sale
page-week-is-present = on sale
page-week-is-past = has begun
page-week-is-deleted = taken from sale
page-week-overlaps = overlaps
page-week-moved = The clock leaps over the usual time on this day.
page-slot-free = free
page-done-slots = The slots are on sale.
page-done-slots-none = There was nothing new to put on sale.
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
page-desk-promo-new = Add a code
page-desk-promo-percent = Percent off
page-desk-promo-most = Uses at most
page-offer-presale-none = None
page-offer-presale-early = Opens to holders of a code first
page-offer-presale-only = Only for holders of a code
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

# The organization's settings
page-desk-settings = Settings
page-settings-name = Name
page-settings-contact = How buyers reach you
page-settings-phone = Telephone
page-settings-address = Postal address
page-settings-tax-id = Number at the tax office
page-settings-style = Picture, language and clock
page-settings-logo = Picture, as an https address
page-settings-color = Color of buttons and links, as #0b6455
page-settings-locale = Language, as en-GB
page-settings-zone = Time zone, as Europe/London
page-settings-paying = How buyers pay
page-settings-modes = Ways to pay, where a listing names none
page-settings-hosted = On Stripe’s page
page-settings-intent = On the shop’s own page
page-settings-fees = How documents show fees
page-settings-fees-named = in rows of their own
page-settings-fees-included = as a part of the prices
page-settings-most-amount = The most that one order may cost
page-settings-most-donation = The most that a buyer may give for one ticket
page-settings-most-tickets = The most tickets of one order, up to { $most }
page-settings-tax-automatic = Stripe reckons tax
page-settings-tax-behavior = Prices
page-settings-tax-exclusive = Tax comes on top of prices
page-settings-tax-inclusive = Prices contain the tax
page-settings-tax-liability = Who owes the tax
page-settings-tax-platform = The platform, which withholds it
page-settings-tax-seller = You do
page-settings-doors = Doors
page-settings-check-in = How many hours before the doors a ticket may be checked in
page-settings-cancellation = Canceled bookings
page-settings-cancellation-text = A booking that its buyer cancels so many hours before it begins, or earlier, gives back so many percent. Later than all of these it gives back nothing. An order keeps what was in force when it was placed.
page-settings-tier-hours = Hours before the start
page-settings-tier-percent = Percent that go back
page-settings-mail = Mail
page-settings-remind = Remind buyers once of a payment page that they left open
page-settings-summary = Each morning to your address
page-settings-summary-back = A summary came back from this address, so none is sent.
page-settings-summary-again = Try the same address once more
page-settings-summary-sales = What was sold
page-settings-summary-refunds = What was given back
page-settings-summary-disputes = Disputes with their deadlines
page-settings-summary-reviews = Orders in review
page-settings-origins = Pages of your own
page-settings-origins-text = Origins that buyers may be led back to after paying, one a line, as https://shop.example
page-settings-fixed = What the platform sets
page-settings-fixed-text = Where the money goes, and what is kept of it. Only the platform changes this.
page-settings-account = Stripe’s account
page-settings-currency = Currency
page-settings-per-ticket = Fee for each ticket
page-done-settings = The settings are saved.

# People and what they did
page-desk-team = Team
page-role-platform = Platform
page-role-admin = Admin
page-role-staff = Staff
page-role-expert = Expert
page-role-admin-may = All that staff may; also what is for sale and for how much, canceling it, these settings and the log.
page-role-staff-may = Orders, refunds, reviews, the doors, customers’ hours, figures and exports.
page-role-expert-may = Their own slots and bookings, and hours that they take from customers.
page-team-roles = Roles
page-team-issuer = Who has which role is said where your people sign in, and changed there. A change holds from their next sign-in on.
page-team-log = Who did what
page-team-log-text = What staff, experts and the platform changed in the last 400 days. Check-ins and answers to bookings are in their orders.
page-team-log-none = There is nothing yet.
page-team-newest = The newest
page-log-organization-created = Organization made
page-log-organization-changed = Settings changed
page-log-listing-created = Listing made
page-log-listing-changed = Listing changed
page-log-listing-published = Listing put on sale
page-log-listing-unpublished = Listing taken from sale
page-log-listing-canceled = Listing canceled
page-log-offer-created = Offer made
page-log-offer-changed = Offer changed
page-log-offer-deleted = Offer taken from sale for good
page-log-slots-created = Slots put on sale
page-log-promo-created = Promo code made
page-log-promo-changed = Promo code changed
page-log-presale-created = Presale code made
page-log-presale-changed = Presale code changed
page-log-refund-requested = Refund requested
page-log-review-accepted = Review accepted
page-log-review-refused = Review refused
page-log-buyer-changed = Buyer’s address changed
page-log-confirmation-resent = Confirmation sent again
page-log-attendee-changed = Attendee changed
page-log-ticket-handed-over = Ticket handed over
page-log-customer-erased = Customer erased
page-log-hours-taken = Hours taken

# New listings
page-new = New listing
page-new-kind = What it sells
page-kind-show = Tickets to a show
page-kind-product = Products
page-kind-expert = An expert’s time
page-kind-package = Prepaid hours
page-new-text-show = First the show as a draft, then its kinds of tickets, then it goes on sale.
page-new-text-product = First the product as a draft, then its kinds with their stock, then it goes on sale.
page-new-text-expert = First the expert as a draft, then the slots, then they go on sale. The expert answers each booking.
page-new-text-package = First the family of packages as a draft, then the packages with their hours, then they go on sale.
page-new-expert = Whose time it is: the subject of the expert’s sign-in
page-new-delivery = How buyers get it
page-new-delivery-none = Nothing is sent or collected
page-new-delivery-address = It is sent to an address
page-new-delivery-pickup = It is collected at the place
page-new-zone = Time zone there, if not yours
page-new-make = Make the draft
page-new-none = Make none
page-done-draft = The draft is made. It needs an offer before it goes on sale.
page-edit-mail = What that mail says
page-edit-share = Tickets that one buyer may have, over all orders
page-edit-refund-until = Who cannot come may ask for all of the money until
page-offer-hours = Hours that it credits
page-offer-hours-of = { $hours } hours
page-offer-least = Fewest of one order
page-offer-most = Most of one order
page-offer-opens = On sale from
page-offer-closes = On sale until
page-offer-attendees = Tickets name who comes
page-offer-attendees-none = no
page-offer-attendees-optional = if the buyer likes
page-offer-attendees-required = each of them
page-offer-donation = Buyers may give more than the price
page-offer-vip = It is marked as VIP
page-promo-from = Valid from
page-promo-until = Valid until
page-desk-promo-from = from { $date }
page-slot-minutes = Minutes of each slot
page-slot-weekly = The same each week, on
page-slot-until = Until the day
page-slot-except = But not on these days, as 2027-12-24
page-done-slots = The slots are on sale. Where the expert has another slot at the time, or it is over, there is none.

# Exports
page-desk-exports = Exports
page-export-text = Tables for spreadsheets. A small one comes at once; a long one is written as a file.
page-export-kind = What a row is
page-export-orders = Orders
page-export-lines = Lines of orders
page-export-tickets = Tickets
page-export-refunds = Refunds
page-export-payouts = Payouts: what of each payment is yours
page-export-listing = Only this listing, by its id
page-export-now = Download
page-export-file = Have a file written
page-export-latest = Files of the last days
page-export-none = There are none.
page-export-long = This table is too long for one answer. Have a file written.
page-export-begun = Begun
page-export-written = Written so far
page-export-kilobytes = { $n } kB
page-export-running = being written
page-export-done = done
page-export-failed = failed
page-export-running-text = It is written in the background, within minutes. You may leave this page: the file is in the list.
page-export-again = See how far it is
page-export-download = Download the file
page-export-kept = The file is kept until { $date }.
page-export-gone = The file is kept no more. Have another one written.
page-export-failed-text = It could not be written. Nothing is lost: have another one written.
