# English. Every other language falls back to this file, message by message.

# Dates and times
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
date = { $weekday }, { $day } { $month } { $year }
day = { $day } { $month } { $year }
moment = { $date }, { $clock } ({ $zone })
span = { $date }, { $clock } to { $until } ({ $zone })

# Around every mail
greeting = Hello { $name },
greeting-expert = Hello,
footer = Sent by { $seller } about order { $order }.
footer-reply = Answers to this mail reach { $contact }.
view-order = View your order
order-number = Order number
label = { $label }:

# What is bought
when = When
doors = Doors
where = Where
deliver-to = Delivered to
collect-at = Collect at
slot = Time
slot-own = Your time
platform-fee = Platform fee
processing-fee = Processing fee
tax = Tax
tax-included = Includes tax
paid-accepted = Paid, and accepted as it is
discount = Discount ({ $code })
total = Total
tickets-heading = Your tickets, one code for each person
hours-added = { $hours ->
    [one] One hour was added to your balance.
   *[other] { $amount } hours were added to your balance.
}
attached-tickets = The tickets are attached as a PDF; printed or on a phone, they are scanned at the door.
attached-calendar = The attached calendar file adds it to your calendar.

# Confirmation
confirmed-subject = Your order for { $title } is confirmed
confirmed-heading = Thank you, you are all set
confirmed-text = You have bought:
booking-confirmed-subject = Your booking of { $title } is confirmed
booking-confirmed-heading = Your time is booked
booking-confirmed-text = { $title } is confirmed. { $amount } were charged.
booking-confirmed-free = { $title } is confirmed. Nothing was charged.

# Refunds
refund-subject = Refund for { $title }
refund-heading = Your refund is on its way
refund-text = We have refunded { $amount }{ $way }. Banks need a few days to show it.
refund-for = For
refund-goods = Your order for { $title } was taken back. Nothing had been charged for it.
refund-goods-heading = Your order was taken back
refund-failed-subject = Your refund for { $title } came back
refund-failed-heading = Your refund came back
refund-failed-text = The bank returned the { $amount } that we had sent{ $way }. The money is still yours.
refund-failed-next = We are looking into it. To have it sent another way, please answer this mail.
way-card = {" "}to your { $brand } card ending in { $last4 }
way-card-unknown = {" "}to the card that you paid with
way-bank = {" "}to the bank account that you paid from
way-bank-known = {" "}to your bank account ending in { $last4 }
way-other = {" "}to the payment method that you used

# A listing was canceled
canceled-subject = Canceled: { $title }
canceled-heading = { $title } is canceled
canceled-text = { $title } will not take place. We are sorry.
canceled-text-when = { $title } on { $when } will not take place. We are sorry.
canceled-reason = The organizer writes: { $reason }
canceled-refund = You get { $amount } back{ $way }. Banks need a few days to show it.
canceled-free = You had paid nothing, so there is nothing to give back.
canceled-tickets = Your tickets are no longer valid.
canceled-product = { $title } is no longer sold, and your order for it is canceled. We are sorry.

# A listing was moved, or begins soon
moved-subject = Changed: { $title }
moved-heading = { $title } has moved
moved-text = The organizer has changed the date or the place of { $title }.
moved-when-before = Date so far
moved-when = New date
moved-where-before = Place so far
moved-where = New place
moved-tickets = Your tickets stay valid. The attached calendar file changes the entry in your calendar.
moved-refund-until = If you cannot come, you may ask for all of your money back until { $until }.
moved-refund = If you cannot come, please answer this mail.
reminder-subject = Coming up: { $title }
reminder-heading = { $title } begins soon

# Payments
late-subject = Your payment for { $title } came too late
late-heading = Your payment came too late
late-text = Your payment of { $amount } arrived when your reservation had run out and nothing was left to sell. We are sorry. The whole amount goes back{ $way }; banks need a few days to show it.

lost-subject = Your order for { $title } could not be kept
lost-heading = Your order could not be kept
lost-text = We have lost your order by a failure of our own. We are sorry. The whole amount of { $amount } goes back{ $way }; banks need a few days to show it.
payment-open-subject = Your payment for { $title } is still open
payment-open-heading = Your order is waiting for your payment
payment-open-text = You have chosen { $title }, and the payment page is still open. If you have changed your mind, there is nothing to do.
payment-open-until = What you chose is kept for you until { $until }.
payment-open-pay = Pay now
failed-subject = Your payment for { $title } failed
failed-heading = Your payment did not go through
failed-text = Your payment did not go through, so your order was canceled. Nothing was charged.

# Bookings
requested-subject = Your request for { $title }
requested-heading = Your request was sent
requested-text = We have asked for your time.
requested-until = The answer comes by { $until }.
requested-money = Your card is not charged yet: { $amount } are reserved on it, and released if the answer is no or none comes.
requested-free = Nothing is charged for it.
declined-subject = Your booking of { $title } was declined
declined-heading = Your request was declined
declined-text = Your request for { $when } was declined.
timed-out-subject = Your booking of { $title } was not answered
timed-out-heading = Your request was not answered in time
timed-out-text = Your request for { $when } was not answered in time, so it has ended.
booking-canceled-subject = Your booking of { $title } is canceled
booking-canceled-heading = Your booking is canceled
booking-canceled-text = Your booking on { $when } is canceled.
booking-canceled-by-buyer = You have canceled your booking on { $when }.
booking-canceled-by-expert = Your booking on { $when } was canceled by the expert. We are sorry.
booking-canceled-by-seller = { $seller } has canceled your booking on { $when }. We are sorry.
policy-none = By the cancellation policy nothing is refunded.
policy-part = We refund { $percent } % of what you paid, { $amount }{ $way }. Banks need a few days to show it.
policy-all = We refund all that you paid, { $amount }{ $way }. Banks need a few days to show it.
policy-released = Your card was not charged, and what was reserved on it is released.

# Bookings that begin soon, and what experts hear
ticket-subject = Your ticket for { $title }
ticket-heading = Here is your ticket
ticket-text = { $buyer } has bought you a ticket for { $title }.
ticket-code = Your code
attached-ticket = The ticket is attached as a PDF; printed or on a phone, it is scanned at the door.
ticket-received-text = A ticket for { $title } that { $buyer } has bought is yours now.
ticket-received-code = Only this code opens the door; codes that the ticket had before are void.
handed-over-subject = Handed over: your ticket for { $title }
handed-over-heading = Your ticket was handed over
handed-over-text = Your ticket for { $title } went to { $name } ({ $email }), who has a new code for it.
handed-over-code = The code { $code } is void and no longer opens the door. The order is still yours.
handed-over-unwanted = If you did not want this, please tell { $seller } at once.
ticket-moved-buyer = If you cannot come, please tell { $buyer }, who has bought the ticket.
ticket-canceled-paid = Your ticket is no longer valid. Its price goes back to { $buyer }, who has bought it.
ticket-canceled-free = Your ticket from { $buyer } is no longer valid.
booking-reminder-subject = Coming up: { $title }
booking-reminder-heading = Your booking begins soon
booked-by = Booked by
expert-requested-subject = A request for { $title }
expert-requested-heading = A booking waits for your answer
expert-requested-text = Your time is asked for.
expert-requested-until = Without an answer by { $until } the request ends.
expert-confirm = Confirm
expert-decline = Decline
expert-canceled-subject = Canceled: { $title }
expert-canceled-heading = A booking is canceled
expert-canceled-text = This booking is canceled. The time is free again.
expert-canceled-by-buyer = { $buyer } has canceled this booking. The time is free again.
expert-canceled-by-seller = { $seller } has canceled this booking. The time is free again.
expert-reminder-subject = Coming up: { $title }
expert-reminder-heading = A booking of yours begins soon

# The daily summary for staff
summary-subject = { $seller }: { $day }
summary-heading = What happened on { $day }
summary-text = From { $from } to { $to }:
summary-orders = Orders paid
summary-units = Units sold
summary-received = Received
summary-refunds = Refunds made
summary-refunded = Given back
summary-disputes = Disputes that wait for an answer:
summary-dispute = { $amount }, answer until { $at }
summary-reviews = Orders in review, which wait for a decision:
summary-review = { $amount }, since { $at }
summary-more = There are more of them.
summary-dispute-first = View the dispute that is due first
summary-review-first = View the order that has waited longest
summary-footer = The daily summary of { $seller }. Its settings say what it contains; your mail program can end it, too.

# Tickets and receipts as PDF
pdf-ticket = Ticket
pdf-tickets = Tickets
pdf-ticket-of = Ticket { $number } of { $count }
pdf-place = Place
pdf-holder = Holder
pdf-ticket-type = Ticket type
pdf-starts = Starts
pdf-doors = Doors open
pdf-time-zone = Time zone
pdf-clocks-change = Clocks change that day
pdf-local-time = Local time may differ
pdf-ticket-code = Ticket code
pdf-order = Order
pdf-receipt = Receipt
pdf-page = Page { $number } of { $count }
pdf-times-utc = Times are in UTC, local time may differ
pdf-times-of = Times are those of { $zone }
pdf-seller = Seller
pdf-buyer = Buyer
pdf-amounts = Amounts in { $currency }
pdf-quantity = Quantity
pdf-unit-price = Unit price
pdf-discount = Discount
pdf-total = Total
pdf-subtotal = Subtotal
pdf-platform-fees = Platform fees
pdf-processing-fees = Processing fees
pdf-tax = Tax
pdf-includes-tax = Includes tax
pdf-payment = Payment
pdf-refunds = Refunds
pdf-date = Date
pdf-status = Status
pdf-amount = Amount in { $currency }
pdf-net-total = Net total
pdf-nothing-to-pay = Nothing to pay
pdf-paid-online = Paid online
pdf-paid-online-sum = Paid online, { $amount }
pdf-pending = pending
pdf-succeeded = succeeded
pdf-failed = failed
pdf-part-goods = goods { $amount }
pdf-part-fees = fees { $amount }
pdf-part-tax = tax { $amount }
pdf-part-includes-tax = includes tax { $amount }
