//! Forms about an order that is paid, broken at each call: its buyer hands a ticket over on the order's page; staff refund at the desk,
//! accept a payment in review, and an admin cancels a show. A person whose form came to nothing sends it again.

use std::{sync::Mutex, time::Duration};

use domain::OrderStatus;
use holdfast_tests::{Bought, Browser, ORGANIZATION, Page, SHOW, World, faults::Faults};
use http::{Method, StatusCode, header};
use serde_json::json;

use super::{
    stage::{LEASE, Stage, assert_done},
    sweep::{Flow, sweep},
};
use crate::pages::sign_in::signed_in_as;

/// How often a person tries again before the test fails.
const REPEATS: usize = 5;
/// How long a person waits before that, in seconds.
const PAUSE: u32 = 61;

/// A form that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// A buyer hands one of two tickets over.
    HandOver,
    /// Staff give one of two tickets back, as the page has shown it.
    Refund,
    /// Staff accept a payment of another amount.
    Accept,
    /// An admin cancels a show with one order.
    Cancel,
}

/// A world with a browser that is about to send a form.
pub(super) struct Scene {
    case: Case,
    stage: Stage,
    browser: Mutex<Browser>,
    /// The page with the form.
    page: Page,
    order: Bought,
    /// The code of the first ticket.
    code: String,
}

fn desk(rest: &str) -> String {
    format!("/desk/{ORGANIZATION}/{rest}")
}

impl Case {
    /// The page that the form stands on.
    fn page(self, order: &Bought) -> String {
        match self {
            Self::HandOver => format!("/orders/{}?token={}", order.id, order.token),
            Self::Refund => desk(&format!("orders/{}/refund?what=items&quantity.l1=1", order.id)),
            Self::Accept => desk(&format!("orders/{}", order.id)),
            Self::Cancel => desk(&format!("listings/{SHOW}/cancel")),
        }
    }

    /// Where it is sent to.
    fn action(self, order: &Bought) -> String {
        match self {
            Self::HandOver => format!("/orders/{}/hand-over", order.id),
            Self::Refund => desk(&format!("orders/{}/refund", order.id)),
            Self::Accept => desk(&format!("orders/{}/review", order.id)),
            Self::Cancel => desk(&format!("listings/{SHOW}/cancel")),
        }
    }

    /// What says that it is done.
    fn done(self) -> &'static str {
        match self {
            Self::HandOver => "The ticket is handed over",
            Self::Refund => "The refund is on its way",
            Self::Accept => "The review is over: accepted",
            Self::Cancel => "Refunds follow",
        }
    }
}

impl Scene {
    /// Sends the form as it stood there, and follows nothing.
    async fn send(&self) -> Page {
        let mut browser = self.browser.lock().expect("no panic").clone();
        let value = |name: &str| self.page.value(name).unwrap_or_default();
        let (csrf, key, seen) = (value("csrf"), value("key"), value("seen"));
        let mut fields = vec![("csrf", csrf.as_str())];
        fields.extend(match self.case {
            Case::HandOver => {
                vec![("code", self.code.as_str()), ("name", "Grace Hopper"), ("email", "grace@example.com")]
            }
            Case::Refund => vec![
                ("key", key.as_str()),
                ("seen", seen.as_str()),
                ("what", "items"),
                ("quantity.l1", "1"),
                ("reason", "The buyer is ill."),
            ],
            Case::Accept => vec![("decision", "accept")],
            Case::Cancel => vec![("sure", SHOW), ("reason", "The hall is closed.")],
        });
        let answer = browser.send(Method::POST, &self.case.action(&self.order), Some(&fields)).await;
        *self.browser.lock().expect("no panic") = browser;
        answer
    }

    /// Opens the page that an answer leads to.
    async fn follow(&self, answer: &Page) -> Page {
        let mut browser = self.browser.lock().expect("no panic").clone();
        let page = browser.open(answer.location()).await;
        *self.browser.lock().expect("no panic") = browser;
        page
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        let faults = Faults::new();
        let world = World::with(faults.options()).await;
        world.show(SHOW, json!({ "transferable": "free" })).await.expect(200);
        let order = if self == Self::Accept {
            let order = world.buy("general", 2).await;
            world.at_stripe(&format!("sessions/{}/price", order.session), &json!({ "amount": 1_000 })).await;
            world.pay(&order);
            order
        } else {
            world.bought("general", 2).await
        };
        world.settle().await;
        let all = world.everything().await;
        let code = all.orders[0].tickets.first().map(|ticket| ticket.code.to_string()).unwrap_or_default();
        let mut browser = Browser::new(&world);
        if self != Self::HandOver {
            let role = if self == Self::Cancel { "admin" } else { "staff" };
            signed_in_as(&mut browser, "sam", ORGANIZATION, role, "/desk").await;
        }
        let page = browser.open(&self.page(&order)).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.says("<form method=\"post\" action=\""), "the form stands there: {}", page.text);
        world.drop_webhooks().await;
        Scene { case: self, stage: Stage::new(faults, world), browser: Mutex::new(browser), page, order, code }
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let answer = scene.stage.faults.run(scene.send()).await?;
        let status = answer.status.as_u16();
        assert!([303, 503].contains(&status), "answered {status}: {}", answer.text);
        if status == 503 {
            assert!(answer.headers.contains_key(header::RETRY_AFTER), "{}", answer.text);
        }
        Some(())
    }

    async fn recover(scene: &Scene) {
        let mut said = String::new();
        for _ in 0..REPEATS {
            let answer = scene.send().await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
            let page = scene.follow(&answer).await;
            if page.status == StatusCode::OK {
                assert!(page.says(scene.case.done()), "{}", page.text);
                said.clear();
                break;
            }
            assert!([409, 503].contains(&page.status.as_u16()), "{}", page.text);
            said = page.text;
            scene.stage.world.advance(PAUSE.into()).await;
            tokio::time::sleep(Duration::from_secs(PAUSE.into())).await;
        }
        assert!(said.is_empty(), "{REPEATS} repeats did not help: {said}");
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let Scene { case, stage: Stage { world, .. }, order, .. } = scene;
        let all = world.everything().await;
        assert_done(&all);
        let audit = world.stack.audit().await.expect("the table answers");
        assert_eq!(audit.violations, Vec::<String>::new());
        let kept = &all.orders[0];
        let balance = world.stack.stripe().balance("order_id", &order.id);
        let refunds = world.stack.stripe().objects("refund").len();
        let steps = |what: &str| kept.trail.iter().filter(|step| step.what == what).count();
        let (status, stock, made) = match case {
            Case::HandOver => {
                assert_eq!((steps("handed_over"), kept.tickets[0].past_codes.len()), (1, 1));
                assert_eq!((kept.holder(0), all.tickets.len()), ("Grace Hopper", 3));
                (OrderStatus::Paid, (98, 0, 2), 0)
            }
            Case::Refund => {
                assert_eq!((steps("refund_requested"), kept.refunds.len(), balance.refunded), (1, 1, 2_500));
                (OrderStatus::Paid, (99, 0, 1), 1)
            }
            Case::Accept => {
                assert_eq!((steps("review_accepted"), balance.net()), (1, 1_000));
                (OrderStatus::Paid, (98, 0, 2), 0)
            }
            Case::Cancel => {
                assert_eq!(balance.net(), 0);
                (OrderStatus::Refunded, (100, 0, 0), 1)
            }
        };
        assert_eq!((kept.status, world.stock("general").await, refunds), (status, stock, made));
        // What staff did is in their log once, and what a buyer did is not.
        let logged = world.logged();
        for (action, of) in
            [("refund_requested", Case::Refund), ("review_accepted", Case::Accept), ("listing_canceled", Case::Cancel)]
        {
            let times = logged.iter().filter(|logged| *logged == action).count();
            assert_eq!(times, usize::from(*case == of), "{action}: {logged:?}");
        }
        assert!(!logged.iter().any(|logged| logged == "ticket_handed_over"), "{logged:?}");
    }
}

#[test]
fn handing_over_by_form() {
    sweep(Case::HandOver, 20);
}

#[test]
fn refunding_by_form() {
    sweep(Case::Refund, 60);
}

#[test]
fn accepting_a_payment_by_form() {
    sweep(Case::Accept, 15);
}

#[test]
fn canceling_a_show_by_form() {
    sweep(Case::Cancel, 15);
}
