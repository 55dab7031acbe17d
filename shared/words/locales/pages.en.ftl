# The pages. Every other language falls back to this file, message by message.

# Around every page
page-brand = Shop
page-skip = Skip to content
page-navigation = Pages
page-languages = Languages
page-calendar = Calendar
page-as-list = Show as a list
page-nothing-this-month = Nothing in this month
page-on-sale = On sale
page-cart = Cart
page-error = Error
page-optional = optional
page-to-overview = See what is on sale
page-month = { $name } { $number }

# Refusals
page-not-found = There is nothing here
page-not-found-text = The address may be mistyped, or what was here is gone. If you came by a link in a mail, use the whole link.
page-not-yours = This page is not open to you
page-not-yours-text = An order is opened by the link in its mail. Use that link once in this browser.
page-too-many = Too many requests
page-too-many-text = Please wait a minute and try again.
page-unavailable = Please try again in a moment
page-unavailable-text = The shop is busy right now. Nothing is lost: load the page again in a few seconds.
page-refused = That did not work
page-refused-text = The request could not be read. Go back and try again.
refused-invalid-request = Some of it is not filled in correctly. Please look at the marked fields.
refused-insufficient-stock = There are not enough left of what you chose.
refused-listing-unavailable = This is not on sale at the moment.
refused-listing-ended = This is over.
refused-promo-invalid = This promo code is not valid.
refused-quantity-limit = That is more than one order may have.
refused-amount-limit = The order's total is outside of what is allowed.
refused-donation-too-low = The amount you give is below the least one.
refused-donation-too-high = The amount you give is above the most one.
refused-donation-not-allowed = Here the price is fixed.
refused-payments-not-configured = The seller cannot take payments at the moment.
refused-payment-declined = The card was declined.
refused-slot-taken = Another buyer has just taken this time.
refused-slot-overlaps = The expert has another booking at this time.
refused-out-of-stock = There are not enough left of what you chose.
refused-request-in-progress = Your order is being worked on. Please try again in a moment.
refused-idempotency-mismatch = This order was placed before with other details.
refused-illegal-state = This cannot be done any more. Please look at the page again.
refused-not-paid = The order is not paid.
refused-rate-limited = That was too often. Please wait a while.
refused-forbidden = This form is out of date. Go back, load the page again and send it once more.
refused-payment-unavailable = The payment service does not answer. Nothing was charged; please try again.
refused-store-unavailable = The shop is busy. Nothing was charged; please try again.

# Overview
page-overview-heading = What is on sale
page-nothing-on-sale = Nothing is on sale at the moment.
page-more = More
page-section-shows = Shows
page-section-products = Products
page-section-experts = By appointment
page-section-packages = Prepaid hours

# A listing
page-until = Until
page-canceling = Canceling
page-policy = You get back { $name }. All of it, if your expert cancels.
page-policy-tier = { $percent } % up to { $hours } hours before
page-policy-until-start = { $percent } % until it begins
page-policy-none = Nothing comes back once it is confirmed. All of it, if your expert cancels.
page-choose-show = Tickets
page-choose-product = Items
page-choose-expert = Choose a time
page-choose-package = Hours
page-standing-canceled = This was canceled.
page-standing-over = This is over.
page-standing-no-times = There is no time to book at the moment.
page-standing-sold-out = Sold out.
page-how-many = How many
page-from = from { $price }
page-free = free
page-price-with-fees = { $price } and { $amount } fees
page-fees-included = fees included
page-hours = { $hours } hours each
page-names-needed = with the name of each person
page-sold-out = sold out
page-left = { $n ->
    [one] one left
   *[other] { $n } left
}
page-you-give = You give, each
page-most-tickets = { $n ->
    [one] One ticket an order at most.
   *[other] { $n } tickets an order at most.
}
page-most-each = { $n ->
    [one] One for each buyer, over all orders.
   *[other] { $n } for each buyer at most, over all orders.
}
page-to-cart = Continue
page-update-cart = Update the cart
page-taken = taken
page-places = Places
page-places-note = more than one in a group only
page-places-left = { $n ->
    [one] one place left
   *[other] { $n } places left
}
page-there = At the expert's:
page-month-before = The month before
page-month-after = The next month
page-zone = Times by the clock of
page-show = Show

# The cart
page-cart-empty = Your cart is empty.
page-cart-replaced = Your cart now holds this alone: it cannot be bought together with what was in it before.
page-cart-changed = You changed the cart. This is what it costs now. Nothing was ordered yet.
page-nothing-ordered = Nothing was ordered.
page-what = What you buy
page-each = { $amount } each
page-remove = Remove
page-who-comes = Who comes?
page-name-of = Name on ticket { $n }
page-promo-code = Promo code
page-presale-code = Presale code
page-presale-needed = For holders of a presale code
page-what-it-costs = What it costs
page-tax-later = Any tax is added on the next page, before you pay.
page-who-buys = Who buys?
page-name = Name
page-email = Email
page-company = Company
page-phone = Phone
page-order-free = Get it
page-to-payment = Go to payment
page-hold-show = Your tickets are held for half an hour while you pay.
page-hold-product = Your items are held for half an hour while you pay.
page-hold-expert = Your card is asked to authorize the money. It is taken once the expert says yes; else your card is released.
page-hold-package = The hours are on your balance as soon as they are paid.

# An order
page-order-pending = Waiting for your payment
page-order-pending-text = We hold it for you until { $date }.
page-order-try-again = The last try failed: { $name } You can try again until { $date }.
page-order-processing = Your payment is on its way
page-order-processing-text = It takes a few days to arrive. You will get a mail then.
page-order-authorized = Waiting for your expert's answer
page-order-authorized-text = Your card has authorized { $amount }. Nothing was taken yet.
page-order-authorized-until = Your card has authorized { $amount }. Nothing was taken yet; if no answer comes until { $date }, your card is released.
page-order-paid-show = You are in
page-order-paid-product = It is yours
page-order-paid-expert = Your time is booked
page-order-paid-package = Your hours are there
page-order-paid-mixed = All of it is yours
page-order-paid-text = We sent a mail to { $email }.
page-order-refunded = Your money is on its way back
page-order-expired = The hold ran out
page-order-expired-text = Nothing was charged. What you chose is on sale again.
page-order-failed = The payment failed
page-order-failed-text = { $name } Nothing was charged.
page-order-canceled = This order was canceled
page-order-released-text = Nothing was taken. Your card is released.
page-order-declined = Your expert has no time then
page-order-timed-out = Your expert did not answer in time
page-order-canceled-by-you = You canceled the booking
page-order-canceled-by-expert = Your expert canceled the booking
page-order-listing-canceled = This was canceled
page-order-listing-canceled-text = The seller canceled it. What you paid is given back.
page-order-review = We are looking at your payment
page-order-review-text = Something about the payment has to be checked by a person. You will get a mail; nothing more is needed from you.
page-pay-now = Pay { $amount }
page-credited = { $hours } hours were credited.
page-booking = Booking
page-booking-requested = requested
page-booking-confirmed = confirmed
page-booking-declined = declined
page-booking-canceled = canceled
page-booking-timed-out = not answered
page-moved = This was moved; date and place here are the new ones.
page-refund-until = Until { $date } you may ask for all of your money.
page-tickets-pdf = Tickets (PDF)
page-receipt-pdf = Receipt (PDF)
page-add-to-calendar = Add to calendar
page-cancel-booking = Cancel the booking
page-cancel-free = Canceling now costs nothing: your card is released.
page-cancel-nothing = Canceling now gives you nothing back.
page-cancel-quote = Canceling now gives you back { $amount } ({ $percent } %).
page-holds-until = That holds until { $date }.
page-tickets = Your tickets
page-frozen = Your bank disputes the payment. Until that is decided, these tickets do not open the door.
page-qr = QR code { $code }
page-ticket-of = Ticket { $number } of { $most }
page-ticket-valid = show this at the door
page-ticket-used = used { $date }
page-ticket-refunding = being refunded
page-ticket-void = void
page-hand-on = Change the name
page-hand-on-email = optional: the ticket is sent there
page-save = Save
page-hand-over = Hand the ticket over
page-hand-over-text = The ticket goes to another person under a new code, which only that person gets. The code here becomes void; the order, with its refunds, stays yours.
page-hand-over-button = Hand over
page-ticket-handed-over = handed over to { $name }
page-given-back = { $n ->
    [one] one given back
   *[other] { $n } given back
}
page-refunds = Refunds
page-refund-pending = on its way
page-refund-succeeded = made
page-refund-failed = failed
page-about-order = About this order
page-status = Status
page-status-pending = unpaid
page-status-authorized = authorized
page-status-paid = paid
page-status-failed = failed
page-status-expired = expired
page-status-canceled = canceled
page-status-refunded = refunded
page-buyer = Buyer
page-placed = Placed
page-paid = Paid
page-receipt = Receipt
page-resend = Send the mail once more
page-done-canceled = The booking is canceled.
page-done-resent = The mail is on its way.
page-done-renamed = The name is changed.
page-done-handed-over = The ticket is handed over; its new code is on its way.
page-at-least = { $n ->
    [one] At least one in an order
   *[other] At least { $n } in an order
}
page-at-most = { $n ->
    [one] At most one in an order
   *[other] At most { $n } in an order
}
page-closes = On sale until { $date }
page-opens = On sale from { $date }
page-fee-once = Fee for the order
page-sent-to = Where do we send it?
page-delivery-name = Name on the parcel
page-delivery-line1 = Street and number
page-delivery-line2 = More of the address
page-delivery-postal-code = Postal code
page-delivery-city = City
page-delivery-state = State or province
page-delivery-country = Country
page-delivered-to = Sent to
page-collect = Collect it at
page-pay-heading = Payment
page-pay-lead = Everything is held for you until { $date }.
page-pay-needs-script = Please turn on JavaScript to pay here, or order again without it to pay on Stripe’s page.
page-pay-not-loaded = The payment form cannot be loaded. Please check your connection and load this page again.
page-pay-by-stripe = Your card’s data go to Stripe and never to us.
page-to-order = To the order

# Signing in, and the account
page-account = Account
page-sign-in = Sign in
page-sign-out = Sign out
page-not-signed-in = You are not signed in
page-sign-in-none = Signing in is not set up here. You can buy without it, and each order opens by the link in its mail.
page-sign-in-outdated = This sign-in is out of date, or was begun in another browser.
page-sign-in-denied = You did not agree to sign in.
page-sign-in-refused = The sign-in was refused. Nothing of yours has changed.
page-sign-in-unavailable = Signing in is not possible at the moment. Please try again in a while.
page-signed-out = You are signed out
page-signed-out-text = Nothing of your visit is kept in this browser.
page-signed-out-onwards = Nothing of your visit is kept in this browser. One moment: you are signed out where you signed in, too.
page-go-on = Go on
page-try-again = Try again
page-hours-need-sign-in = Hours go on your balance, so they need a customer. Sign in, and your cart is still here.
page-hours-no-sign-in = Hours need a customer who is signed in, and signing in is not set up here. Please ask the seller.
page-bookings-to-come = Bookings to come
page-hours-with = Hours with
page-hours-left = { $hours } hours left
page-hours-ledger = What came and went
page-hours-bought = Bought
page-hours-given-back = Given back
page-hours-disputed = Disputed
page-hours-taken = Taken
page-own-orders = Your orders
page-no-orders = You have no orders yet.
page-newest-orders = Newest orders

# The doors of a show
page-doors-title = Doors
page-doors-choose = Choose the show
page-doors-sign-in = Sign in as staff
page-doors-show = Show
page-doors-device = Name of this device, as its door
page-doors-begin = Begin
page-doors-revoked = This device may not check in any more. Staff can register it again.
page-doors-again = Register again
page-doors-ready = Ready
page-doors-undo = Undo
page-doors-code = Code
page-doors-check = Check
page-doors-camera = Picture of the camera
page-doors-camera-on = Camera on
page-doors-camera-off = Camera off
page-doors-no-camera = There is no camera, or it may not be used here
page-doors-counts = Who has come
page-doors-search = Search by name
page-doors-name = Name
page-doors-find = Find
page-doors-problems = Known better since
page-doors-doubles = Tickets scanned twice
page-doors-silent = Without sound
page-doors-leave = Another show
page-doors-script = This page needs JavaScript.
page-doors-checked-in = Come in
page-doors-double = Scanned before
page-doors-refunded = Refunded
page-doors-disputed = Payment disputed
page-doors-handed-over = Handed over: ask for the new code
page-doors-unknown = Unknown code
page-doors-wrong-show = Another show
page-doors-early = Too early
page-doors-late = Too late
page-doors-outside = Outside check-in
page-doors-unchecked = Cannot be checked here
page-doors-forged = Not genuine
page-doors-undone = Taken back
page-doors-taken-back = Taken back
page-doors-nothing-to-undo = Nothing to take back
page-doors-clock = Wrong clock
page-doors-too-many = Scanned too often
page-doors-since-by = At { $time }, { $name }
page-doors-since = At { $time }
page-doors-at = { $time }
page-doors-is-for = The ticket is for { $name }
page-doors-early-at = Check-in opens { $time }
page-doors-late-at = Check-in closed { $time }
page-doors-of = { $came } of { $all }
page-doors-online = Online
page-doors-offline = Offline
page-doors-waiting = { $number } to be sent
page-doors-known = { $number } tickets known
page-doors-synced = up to { $time }
page-doors-none-found = No one found
page-doors-needs-network = This needs the network
page-doors-no-doubles = No ticket was scanned twice
page-doors-check-in = Check in
page-doors-no-shows = There is no show on sale
page-doors-not-staff = Only staff of a seller can check tickets in
page-doors-not-registered = The device was not registered. Load the page again.
page-doors-leave-waiting = { $number } scans were not sent and would be lost. Leave?
