//! A seed's history.

use crate::{
    dice::Dice,
    fault::{Fault, Planned},
    shop::{LISTINGS, OFFERS, SHOPS},
    step::{Act, Back, By, End, FUNCTIONS, History, Mode, SecretOf, Step},
};

/// Cards, the good one first.
const CARDS: [&str; 9] = [
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_visa",
    "pm_card_chargeDeclined",
    "pm_card_authenticationRequired",
    "pm_sepaDebit",
    "pm_card_refundFail",
    "pm_card_pendingRefund",
    "pm_card_createDispute",
];

/// A history in the making.
struct Planning {
    dice: Dice,
    steps: Vec<Step>,
    /// The steps that buy, each with its offer and how it is paid.
    bought: Vec<(u32, usize, Mode)>,
    /// The offers that this history is about.
    offers: Vec<usize>,
    /// How many of a hundred steps have faults.
    faulty: u64,
    next: u32,
}

/// The history of a seed.
#[must_use]
pub fn plan(seed: u64) -> History {
    let mut dice = Dice::new(seed);
    let shop = u8::try_from(dice.up_to(u64::from(SHOPS) - 1)).unwrap_or(0);
    let page = *dice.one_of(&[1_000, 1_000, 3, 1]);
    let faulty = *dice.one_of(&[0, 15, 30, 60]);
    // Few things that many want: that is where they meet.
    let focus = usize::try_from(dice.up_to(LISTINGS.len() as u64)).unwrap_or(0);
    let of_focus = |offer: &usize| focus == LISTINGS.len() || OFFERS[*offer].listing == focus;
    let offers = (0..OFFERS.len()).filter(of_focus).collect();
    let count = 6 + dice.up_to(12);
    let mut planning = Planning { dice, steps: Vec::new(), bought: Vec::new(), offers, faulty, next: 0 };
    for _ in 0..count {
        planning.one();
    }
    History { seed, shop, page, steps: planning.steps }
}

impl Planning {
    fn number(&mut self, most: u64) -> u8 {
        u8::try_from(self.dice.up_to(most)).unwrap_or(u8::MAX)
    }

    fn add(&mut self, alone: bool, after: u64, act: Act) -> u32 {
        self.next += 1;
        let faults = if self.dice.percent(self.faulty) { self.faults() } else { Vec::new() };
        self.steps.push(Step { id: self.next, after, alone, act, faults });
        self.next
    }

    /// Adds a step at any time: mostly in the middle of others, sometimes after minutes, rarely after hours.
    fn any(&mut self, act: Act) -> u32 {
        let (alone, after) = match self.dice.up_to(9) {
            0..=4 => (false, self.dice.up_to(60)),
            5 | 6 => (false, self.dice.up_to(2_000)),
            7 => (true, self.dice.up_to(60_000)),
            8 => (true, self.dice.up_to(1_800_000)),
            _ => (true, self.dice.up_to(3 * 3_600_000)),
        };
        self.add(alone, after, act)
    }

    fn faults(&mut self) -> Vec<Planned> {
        let count = 1 + self.dice.up_to(2);
        (0..count).map(|_| self.fault()).collect()
    }

    fn fault(&mut self) -> Planned {
        let seconds = *self.dice.one_of(&[1, 3, 10, 50, 100, 400, 1_300]);
        let fault = match self.dice.up_to(14) {
            0 => Fault::NoConnection,
            1 => Fault::RequestLost,
            2 => Fault::AnswerLost,
            3 => Fault::Throttled,
            4 => Fault::Conflict,
            5 => Fault::InProgress,
            6 => Fault::ServerError,
            7 => Fault::ServerErrorDone,
            8 => Fault::TurnedAway,
            9 => Fault::Slow(seconds.min(30)),
            10 => Fault::Silent,
            11 => Fault::DieBefore,
            12 => Fault::DieAfter,
            13 => Fault::FreezeBefore(seconds),
            _ => Fault::FreezeAfter(seconds),
        };
        let most = *self.dice.one_of(&[4, 9, 14, 40]);
        Planned { call: self.number(most).into(), fault }
    }

    fn card(&mut self) -> &'static str {
        self.dice.one_of::<&'static str>(&CARDS)
    }

    /// An order, and one of a slot where there is one.
    fn order(&mut self) -> Option<u32> {
        if self.bought.is_empty() { None } else { Some(self.dice.one_of(&self.bought).0) }
    }

    fn booking(&mut self) -> Option<u32> {
        let slots: Vec<_> = self.bought.iter().filter(|(_, offer, _)| OFFERS[*offer].listing == 2).collect();
        if slots.is_empty() { None } else { Some(self.dice.one_of(&slots).0) }
    }

    fn buy(&mut self) {
        let offer = *self.dice.one_of(&self.offers);
        let listing = OFFERS[offer].listing;
        let card = self.card();
        let mode = match (listing, self.dice.up_to(2)) {
            // Hours are for customers, whom the pages do not know.
            (0..=2, _) if self.dice.percent(35) => Mode::Form,
            // Tickets are paid on Stripe's page.
            (0, _) | (_, 0) => Mode::Page,
            (_, 1) => Mode::Server(card),
            _ => Mode::Browser,
        };
        let also = match listing {
            2 => None,
            listing if self.dice.percent(25) => Some(if listing == 0 {
                0
            } else if listing == 1 {
                4
            } else {
                9
            }),
            _ => None,
        };
        let also = also.filter(|also| *also != offer);
        let quantity = if listing == 2 { 1 } else { 1 + self.number(1) };
        // Hours are for customers.
        let buyer = if listing == 3 { 1 + 2 * self.number(1) } else { self.number(3) };
        let promo = listing == 0 && self.dice.percent(30);
        let act = Act::Buy { offer, also, quantity, mode, promo, buyer };
        let step = self.any(act);
        self.bought.push((step, offer, mode));
        if self.dice.percent(20) {
            self.add(false, 40, Act::BuyAgain(step));
        }
        if self.dice.percent(75) && !matches!(mode, Mode::Server(_)) {
            let wait = self.dice.up_to(20_000);
            let card = if self.dice.percent(60) { CARDS[0] } else { card };
            self.add(true, wait, Act::Pay(step, card));
            if self.dice.percent(30) {
                self.any(Act::ComeBack(step));
            }
        }
        if card == "pm_card_authenticationRequired" {
            let proves = self.dice.percent(70);
            self.any(Act::Authenticate(step, proves));
        }
        if listing == 2 && self.dice.percent(60) {
            let act = if self.dice.percent(70) { Act::Confirm(step) } else { Act::Decline(step) };
            self.add(true, 500, Act::Webhooks { lost: 0, twice: 20, shuffled: false, most: 10 });
            self.any(act);
        }
    }

    fn one(&mut self) {
        match self.dice.up_to(99) {
            0..=20 => self.buy(),
            21..=31 => {
                let (lost, twice) = (self.number(3) * 15, self.number(3) * 25);
                let (shuffled, most) = (self.dice.percent(50), 1 + self.number(11));
                self.any(Act::Webhooks { lost, twice, shuffled, most });
            }
            32..=38 => {
                let times = 1 + self.number(1);
                self.any(Act::Sweep(times));
            }
            39..=43 => {
                let (lost, twice) = (self.number(2) * 20, self.number(2) * 20);
                self.any(Act::Queues { lost, twice });
            }
            44..=54 => self.about_an_order(),
            55..=62 => self.about_a_booking(),
            63..=69 => self.refunding(),
            70..=77 => self.outsiders(),
            78..=84 => self.catalog(),
            85..=88 => self.staff(),
            89..=94 => self.platform(),
            _ => {
                let hours = self.dice.up_to(20);
                self.add(true, hours * 3_600_000, Act::Wait);
            }
        }
    }

    fn about_an_order(&mut self) {
        let Some(of) = self.order() else { return self.buy() };
        let card = self.card();
        let by = *self.dice.one_of(&[By::Staff, By::Buyer, By::Form]);
        let act = match self.dice.up_to(12) {
            0 => Act::ComeBack(of),
            1 => Act::Open(of),
            2 | 3 => Act::Pay(of, card),
            4 => return self.check_in(of),
            5 | 6 => Act::OpenPage(of),
            7 => Act::Resend(of, by),
            8 => Act::Attendee(of, by),
            9 => Act::Unsubscribe(of),
            10 => return self.hand_over(of, by),
            11 => Act::CheckIn(of, false),
            _ => Act::BuyAgain(of),
        };
        self.any(act);
    }

    /// A ticket is handed over; now and then the request comes twice at once, or another one with it.
    fn hand_over(&mut self, of: u32, by: By) {
        self.any(Act::HandOver(of, by));
        if self.dice.percent(40) {
            let other = *self.dice.one_of(&[By::Staff, By::Buyer, By::Form]);
            self.add(false, 5, Act::HandOver(of, other));
        }
    }

    /// A ticket is checked in, when that is open; now and then it was the wrong one.
    fn check_in(&mut self, of: u32) {
        if self.dice.percent(50) {
            self.add(true, 26 * 3_600_000, Act::Wait);
        }
        self.any(Act::CheckIn(of, false));
        if self.dice.percent(40) {
            self.any(Act::CheckIn(of, true));
        }
    }

    fn about_a_booking(&mut self) {
        let Some(of) = self.booking() else { return self.about_an_order() };
        let act = match self.dice.up_to(5) {
            0 | 1 => Act::Confirm(of),
            2 => Act::Decline(of),
            3 => Act::CancelByForm(of),
            _ => Act::Cancel(of, self.dice.percent(50)),
        };
        self.any(act);
    }

    fn refunding(&mut self) {
        let Some(of) = self.order() else { return self.buy() };
        let back = match self.dice.up_to(3) {
            0 => Back::All,
            1 => Back::Cents(1 + u16::from(self.number(254)) * 10),
            _ => Back::Units(1 + self.number(1)),
        };
        self.any(Act::Refund(of, back));
        if self.dice.percent(30) {
            // Two of staff at once.
            self.add(false, 3, Act::Refund(of, back));
        }
    }

    fn outsiders(&mut self) {
        let Some(of) = self.order() else { return self.buy() };
        let end = *self.dice.one_of(&[End::Won, End::Lost, End::Lost, End::Prevented]);
        let act = match self.dice.up_to(9) {
            0 | 1 => Act::Dashboard(of, 1 + u16::from(self.number(254)) * 7),
            2 => return self.quarrel(of),
            3 => Act::DisputeEnds(of, end),
            9 => Act::DisputeTurns(of),
            4 => Act::PendingRefund,
            5 => Act::RefundsEnd(self.dice.percent(70)),
            6 => Act::Arrive(of, self.dice.percent(70)),
            7 => Act::OtherPrice(of),
            _ => Act::Review(of, self.dice.percent(50)),
        };
        self.any(act);
    }

    /// A bank takes the payment back; often the quarrel ends, and sometimes it turns.
    fn quarrel(&mut self, of: u32) {
        let inquiry = self.dice.percent(30);
        self.any(Act::Dispute(of, inquiry));
        if self.dice.percent(60) {
            let end = *self.dice.one_of(&[End::Won, End::Lost, End::Lost, End::Prevented]);
            self.any(Act::DisputeEnds(of, end));
            if self.dice.percent(50) {
                self.any(Act::DisputeTurns(of));
            }
        }
    }

    fn catalog(&mut self) {
        let offer = *self.dice.one_of(&self.offers);
        let listing = OFFERS[offer].listing;
        let act = match self.dice.up_to(10) {
            8 | 9 => Act::Move(self.number(40)),
            10 => Act::Organize(self.number(4)),
            0..=2 => {
                let price =
                    if self.dice.percent(50) { OFFERS[offer].price } else { 500 + u16::from(self.number(200)) * 25 };
                Act::Change { offer, price, capacity: self.number(4) }
            }
            3 => Act::Delete(offer),
            4 | 5 => Act::Publish(listing, self.dice.percent(60)),
            6 => Act::Promo(self.number(3)),
            _ => Act::CancelListing(listing),
        };
        self.any(act);
    }

    fn staff(&mut self) {
        let buyer = self.number(3);
        let of = self.order();
        let act = match (self.dice.up_to(7), of) {
            (0..=2, _) => Act::Debit(1 + 2 * (buyer % 2), 1 + self.number(60)),
            (3, _) => Act::Erase(buyer),
            (4, _) => Act::EndSummaries,
            (5 | 6, Some(of)) => Act::Address(of),
            _ => Act::Lists,
        };
        self.any(act);
    }

    fn platform(&mut self) {
        let function = *self.dice.one_of(&FUNCTIONS);
        let secrets = [SecretOf::Stripe, SecretOf::Webhook, SecretOf::Cron, SecretOf::Token];
        let act = match self.dice.up_to(6) {
            0 => Act::Ttl(*self.dice.one_of(&[100, 50, 10])),
            1 => Act::Lag(*self.dice.one_of(&[0, 1, 3, 20])),
            2 | 3 => Act::Skew(function, *self.dice.one_of(&[-300, -30, -2, 2, 30, 300])),
            4 => Act::Rotate(*self.dice.one_of(&secrets), self.dice.percent(50)),
            5 => Act::Settings(function, self.dice.percent(50)),
            _ => Act::SweepByHand,
        };
        self.any(act);
    }
}
