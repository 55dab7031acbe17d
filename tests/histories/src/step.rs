//! A history as data: what is done, when, and what goes wrong at which call. A seed makes one, and taking steps and faults
//! out of it makes a smaller one.

use std::fmt;

use crate::fault::Planned;

/// What of the deployment takes a request, an event or a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// Listings, offers, organizations.
    Catalog,
    /// Placing orders.
    Checkout,
    /// Coming back from Stripe's page.
    Success,
    /// Stripe's events.
    Webhook,
    /// Refunds and reviews.
    Refund,
    /// Experts' answers, cancellations.
    Booking,
    /// Orders, tickets, customers.
    Orders,
    /// The sweeper.
    Cleanup,
    /// Mail.
    Notify,
    /// Long jobs.
    Worker,
    /// The shop's pages.
    Pages,
}

/// All functions, in the order of the template.
pub const FUNCTIONS: [Function; 11] = [
    Function::Catalog,
    Function::Checkout,
    Function::Success,
    Function::Webhook,
    Function::Refund,
    Function::Booking,
    Function::Orders,
    Function::Cleanup,
    Function::Notify,
    Function::Worker,
    Function::Pages,
];

/// One of the offers that every history begins with.
pub type Offer = usize;

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// On Stripe's page.
    Page,
    /// With an intent that the server confirms, with that card.
    Server(&'static str),
    /// With an intent that the buyer's browser confirms.
    Browser,
    /// On Stripe's page, after a cart and a form of the shop's pages.
    Form,
}

/// Who asks for something that several may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Staff, with a token.
    Staff,
    /// The buyer, with the order's token.
    Buyer,
    /// The buyer, by a form of the order's page.
    Form,
}

/// How a dispute ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The seller keeps the money.
    Won,
    /// The buyer has it back.
    Lost,
    /// It ends before it is one. The money is where it was, or with the buyer by a refund.
    Prevented,
}

/// Which units staff give back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// All that is left.
    All,
    /// So many units of the first line.
    Units(u8),
    /// So many cents.
    Cents(u16),
}

/// A secret that can be rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretOf {
    /// Stripe's key for us.
    Stripe,
    /// What signs webhooks.
    Webhook,
    /// What opens the maintenance route.
    Cron,
    /// What cursors are signed with.
    Token,
}

/// What is done. Orders are named by the step that placed them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A buyer buys.
    Buy {
        /// The first thing that is bought.
        offer: Offer,
        /// A further thing of the same kind, if any.
        also: Option<Offer>,
        /// How many.
        quantity: u8,
        /// How it is paid.
        mode: Mode,
        /// With the promo code.
        promo: bool,
        /// Which buyer, and whether as a customer with a token.
        buyer: u8,
    },
    /// The same request again, under the same key; or the form of a tab that was left open, or of the cart as it is now.
    BuyAgain(u32),
    /// The buyer pays on Stripe's page, or confirms in the browser, with that card.
    Pay(u32, &'static str),
    /// The buyer proves who they are, or fails to.
    Authenticate(u32, bool),
    /// A payment that takes days arrives, or comes to nothing.
    Arrive(u32, bool),
    /// The buyer comes back from Stripe's page.
    ComeBack(u32),
    /// The buyer looks at the order, its receipt and its refunds.
    Open(u32),
    /// The buyer opens the order's page, by the link of the mail or with the session.
    OpenPage(u32),
    /// The buyer cancels a booking by the form of its page.
    CancelByForm(u32),
    /// The mail is asked for once more.
    Resend(u32, By),
    /// A ticket is handed on.
    Attendee(u32, By),
    /// A ticket is handed over, under another code.
    HandOver(u32, By),
    /// Staff write the buyer's address anew.
    Address(u32),
    /// The buyer's mail program ends an order's reminders.
    Unsubscribe(u32),
    /// A mail program ends the summaries of the staff.
    EndSummaries,
    /// The expert confirms.
    Confirm(u32),
    /// The expert declines.
    Decline(u32),
    /// The buyer, or the expert, cancels a booking.
    Cancel(u32, bool),
    /// Staff refund.
    Refund(u32, Back),
    /// Staff refund so many cents in Stripe's dashboard.
    Dashboard(u32, u16),
    /// The next refund is accepted as pending.
    PendingRefund,
    /// Pending refunds arrive, or come back.
    RefundsEnd(bool),
    /// The buyer's bank takes the payment back, or only inquires.
    Dispute(u32, bool),
    /// A dispute comes to its end, by the bank or before it begins.
    DisputeEnds(u32, End),
    /// A bank thinks again: what was lost is won, what was won is lost.
    DisputeTurns(u32),
    /// Staff decide about an order in review.
    Review(u32, bool),
    /// Something makes Stripe's page charge another amount, which holds the order for review.
    OtherPrice(u32),
    /// Staff check a ticket in, or take that back.
    CheckIn(u32, bool),
    /// Staff take hours off a customer's balance.
    Debit(u8, u8),
    /// Staff erase a customer.
    Erase(u8),
    /// Staff read lists, page by page.
    Lists,
    /// The admin changes an offer's price and capacity.
    Change {
        /// The one that is written.
        offer: Offer,
        /// In cents.
        price: u16,
        /// How many in all.
        capacity: u8,
    },
    /// The admin deletes an offer.
    Delete(Offer),
    /// The admin publishes a listing, or takes it off sale.
    Publish(usize, bool),
    /// The admin sets how often the promo code may be used, or the presale code.
    Promo(u8),
    /// The admin moves the show by so many hours from when it was to be at first.
    Move(u8),
    /// The platform changes the seller's settings: fees, terms of cancellation, and who hears of each day.
    Organize(u8),
    /// The admin cancels a listing.
    CancelListing(usize),
    /// Stripe sends events: how many of a hundred are lost for good, come twice, and in which order.
    Webhooks {
        /// Of a hundred.
        lost: u8,
        /// Of a hundred.
        twice: u8,
        /// In any order.
        shuffled: bool,
        /// At most so many.
        most: u8,
    },
    /// The schedule fires, so many times at once.
    Sweep(u8),
    /// A person runs the sweeper by its route.
    SweepByHand,
    /// The queues hand out messages: how many of a hundred are lost, and come twice.
    Queues {
        /// Of a hundred.
        lost: u8,
        /// Of a hundred.
        twice: u8,
    },
    /// DynamoDB deletes so many of a hundred of what has expired.
    Ttl(u8),
    /// From now on indexes lag by so many seconds.
    Lag(u8),
    /// A function's clock is off by so many seconds.
    Skew(Function, i16),
    /// A secret is rotated, and the older one ends at once or stays.
    Rotate(SecretOf, bool),
    /// A function's settings change: it starts anew, with limits or without.
    Settings(Function, bool),
    /// Buyers stay away and time goes by.
    Wait,
}

/// An act, its moment and its faults.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name, which stays when others are taken out.
    pub id: u32,
    /// How long after the step before it begins, in milliseconds.
    pub after: u64,
    /// Whether everything before it has to end first.
    pub alone: bool,
    /// What is done.
    pub act: Act,
    /// What goes wrong, call by call.
    pub faults: Vec<Planned>,
}

/// A whole history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// What it was made from; all that is random while it runs comes from it, too.
    pub seed: u64,
    /// The form of the shop that it begins with.
    pub shop: u8,
    /// Most items on a page of the table.
    pub page: usize,
    /// In the order in which they begin.
    pub steps: Vec<Step>,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{} +{} ms {}{:?}", self.id, self.after, if self.alone { "" } else { "meanwhile " }, self.act)?;
        for planned in &self.faults {
            write!(f, "; {planned}")?;
        }
        Ok(())
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, shop {}, pages of {}", self.seed, self.shop, self.page)?;
        for step in &self.steps {
            writeln!(f, "  {step}")?;
        }
        Ok(())
    }
}
