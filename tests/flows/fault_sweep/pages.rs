//! What a visitor does on the pages, broken at each call: a checkout by form and its repeat, a cancellation by form, and opening an
//! order's page whose events were lost.

use std::{sync::Mutex, time::Duration};

use domain::{OrderStatus, order::BookingStatus};
use holdfast_tests::{Bought, Browser, CRAFTS, HOUR, Page, SHOW, World, faults::Faults};
use http::{Method, StatusCode, header};

use super::{
    stage::{HOLD, LEASE, Stage, assert_done},
    sweep::{Flow, sweep},
};

/// How often a visitor tries again before the test fails.
const REPEATS: usize = 5;
/// How long a visitor waits before that, in seconds.
const PAUSE: u32 = 61;

/// A form or a page that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Case {
    /// A visitor orders what is in the cart, tries again until it works, and pays.
    Order,
    /// The same, but the visitor never tries again.
    OrderAndLeave,
    /// The same for what costs nothing, so that no payment follows.
    OrderFree,
    /// A second tab sends the form of the same cart, after the first one.
    OrderAgain,
    /// A visitor cancels a booking before its expert has answered.
    CancelRequested,
    /// A visitor cancels a confirmed booking, of which half comes back.
    CancelConfirmed,
    /// A visitor opens the page of an order that was paid, and no event of it has come.
    Unheard,
}

/// A world with a visitor who is about to send a form or to open a page.
struct Scene {
    case: Case,
    stage: Stage,
    browser: Mutex<Browser>,
    /// The page before, with the form.
    page: Page,
    /// The browser as it was with that page: a tab that was left open.
    tab: Browser,
    /// Where the checkout led, once it did.
    led: Mutex<Option<Page>>,
    /// The order, where there is one already.
    order: Option<Bought>,
}

fn cancel_path(order: &Bought) -> String {
    format!("/orders/{}/cancel", order.id)
}

impl Scene {
    async fn of(case: Case) -> Self {
        let faults = Faults::new();
        let mut order = None;
        let world = match case {
            Case::CancelRequested | Case::CancelConfirmed => World::of_experts_with(faults.options()).await,
            Case::Unheard => World::of_products_with(faults.options()).await,
            _ => World::with(faults.options()).await,
        };
        let mut browser = Browser::new(&world);
        let page = match case {
            Case::Order | Case::OrderAndLeave | Case::OrderAgain => {
                browser.choose(SHOW, &[("quantity.general", "2"), ("quantity.vip", "1")]).await
            }
            Case::OrderFree => {
                world.offer("free", "0.00", 50).await;
                browser.choose(SHOW, &[("quantity.free", "2")]).await
            }
            Case::CancelRequested | Case::CancelConfirmed => {
                let booked = match case {
                    Case::CancelRequested => world.requested("morning").await,
                    _ => world.booked("morning").await,
                };
                if case == Case::CancelConfirmed {
                    world.advance(30 * HOUR).await;
                    // What else is due by then is not what is broken.
                    world.sweep().await;
                }
                let page = browser.open(&format!("/orders/{}?token={}", booked.id, booked.token)).await;
                order = Some(booked);
                page
            }
            Case::Unheard => {
                let bought = world.ordered(&[(CRAFTS, "mug", 1)], None).await;
                let page = browser.open(&format!("/orders/{}?token={}", bought.id, bought.token)).await;
                order = Some(bought);
                page
            }
        };
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        world.drop_webhooks().await;
        let tab = browser.clone();
        let scene = Self {
            case,
            stage: Stage::new(faults, world),
            browser: Mutex::new(browser),
            page,
            tab,
            led: Mutex::default(),
            order,
        };
        match case {
            // The first tab is led to Stripe's page.
            Case::OrderAgain => {
                let led = scene.send(&mut scene.tab.clone(), &scene.page).await;
                assert!(led.location().contains("/pay/"), "{}", led.location());
            }
            Case::Unheard => {
                scene.stage.world.confirm(scene.order(), "pm_card_visa").await.expect(200);
                // The page asks Stripe once in some seconds.
                scene.stage.world.advance(6).await;
            }
            _ => {}
        }
        scene
    }

    fn order(&self) -> &Bought {
        self.order.as_ref().expect("there is an order")
    }

    fn browser(&self) -> Browser {
        self.browser.lock().expect("no panic").clone()
    }

    /// What a browser has after an answer; one that heard nothing has what it had.
    fn keep(&self, browser: Browser, answer: &Page) {
        *self.browser.lock().expect("no panic") = browser;
        if self.orders() && !answer.location().is_empty() && answer.location() != "/cart" {
            *self.led.lock().expect("no panic") = Some(answer.clone());
        }
    }

    /// Whether the form is a checkout's.
    fn orders(&self) -> bool {
        matches!(self.case, Case::Order | Case::OrderAndLeave | Case::OrderFree | Case::OrderAgain)
    }

    /// Sends the form of a page, or opens the page again; follows nothing.
    async fn send(&self, browser: &mut Browser, page: &Page) -> Page {
        let value = |name: &str| page.value(name).unwrap_or_default();
        let (csrf, key, percent) = (value("csrf"), value("key"), value("percent"));
        if self.orders() {
            let fields = [("csrf", &*csrf), ("key", &*key), ("name", "Ada Lovelace"), ("email", "ada@example.com")];
            return browser.send(Method::POST, "/checkout", Some(&fields)).await;
        }
        if self.case == Case::Unheard {
            return browser.send(Method::GET, &page.path, None).await;
        }
        let fields = [("csrf", &*csrf), ("percent", &*percent)];
        browser.send(Method::POST, &cancel_path(self.order()), Some(&fields)).await
    }

    /// The visitor tries again until it is clear, as a person does: loads the page, and sends its form.
    async fn repeat(&self) {
        for _ in 0..REPEATS {
            let mut browser = self.browser();
            let path = if self.orders() { "/cart" } else { self.page.path.as_str() };
            let page = browser.open(path).await;
            // What was wrong before is said once, with its status.
            let status = page.status.as_u16();
            assert!([200, 409, 503].contains(&status), "{}", page.text);
            let open = if self.orders() { page.value("key") } else { page.value("percent") };
            self.keep(browser.clone(), &page);
            if open.is_none() {
                return;
            }
            let answer = self.send(&mut browser, &page).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
            self.keep(browser, &answer);
            if self.led.lock().expect("no panic").is_some() {
                return;
            }
            self.stage.world.advance(PAUSE.into()).await;
            tokio::time::sleep(Duration::from_secs(PAUSE.into())).await;
        }
        let page = self.browser().open(&self.page.path).await;
        assert!(!self.orders() && page.value("percent").is_none(), "{REPEATS} repeats did not help: {}", page.text);
    }

    /// What was ordered is paid, where it costs something, and the tab that was left open leads to the same order.
    async fn pay(&self) {
        let led = self.led.lock().expect("no panic").clone().expect("the checkout led somewhere");
        let mut browser = self.browser();
        let shown = if self.case == Case::OrderFree {
            browser.open(led.location()).await
        } else {
            browser.pay(&self.stage.world, &led, "pm_card_visa").await
        };
        assert!(shown.status == StatusCode::OK && shown.says("You are in"), "{}", shown.text);
        let late = self.send(&mut self.tab.clone(), &self.page).await;
        assert_eq!(late.location(), shown.path, "{}", late.text);
    }
}

impl Flow for Case {
    type Scene = Scene;

    async fn set(self) -> Scene {
        Box::pin(Scene::of(self)).await
    }

    fn stage(scene: &Scene) -> &Stage {
        &scene.stage
    }

    async fn operate(scene: &Scene) -> Option<()> {
        let mut browser = scene.browser();
        let answer = scene.stage.faults.run(scene.send(&mut browser, &scene.page)).await?;
        let status = answer.status.as_u16();
        let expected: &[u16] = if scene.case == Case::Unheard { &[200, 503] } else { &[303, 503] };
        assert!(expected.contains(&status), "answered {status}: {}", answer.text);
        assert!(status == 303 || answer.says("</html>"), "no page: {}", answer.text);
        if status == 503 {
            assert!(answer.headers.contains_key(header::RETRY_AFTER), "{}", answer.text);
        }
        scene.keep(browser, &answer);
        Some(())
    }

    async fn recover(scene: &Scene) {
        match scene.case {
            Case::OrderAndLeave => {}
            Case::Unheard => {
                scene.stage.world.advance(6).await;
                let page = scene.browser().open(&scene.page.path).await;
                assert!(page.status == StatusCode::OK && !page.says("Waiting for your payment"), "{}", page.text);
                assert_eq!(scene.stage.world.order(scene.order()).await["status"], "paid");
            }
            Case::CancelRequested | Case::CancelConfirmed => scene.repeat().await,
            Case::Order | Case::OrderFree | Case::OrderAgain => {
                if scene.led.lock().expect("no panic").is_none() {
                    scene.repeat().await;
                }
                scene.pay().await;
            }
        }
        scene.stage.world.send_webhooks().await;
        scene.stage.wait(&[LEASE, LEASE, LEASE, HOLD, LEASE, 3_700]).await;
    }

    async fn expect(scene: &Scene) {
        let world = &scene.stage.world;
        world.finish().await;
        let all = world.everything().await;
        assert_done(&all);
        let leaves = scene.case == Case::OrderAndLeave;
        assert!(all.orders.len() == 1 || leaves && all.orders.is_empty(), "{} orders", all.orders.len());
        let Some(order) = all.orders.first() else { return };
        let balance = world.stack.stripe().balance("order_id", order.id.as_str());
        let money = (balance.charges, balance.captured, balance.refunded, balance.capturable);
        let tickets = (world.stock("general").await, world.stock("vip").await);
        match scene.case {
            Case::Order | Case::OrderAgain => {
                assert!(money.1 > 0, "{balance:?}");
                assert_eq!((order.status, money), (OrderStatus::Paid, (1, money.1, 0, 0)));
                assert_eq!(tickets, ((98, 0, 2), (9, 0, 1)));
            }
            Case::OrderAndLeave => {
                assert!(order.status.is_released(), "{:?}", order.status);
                assert_eq!((money, tickets), ((0, 0, 0, 0), ((100, 0, 0), (10, 0, 0))));
            }
            Case::OrderFree => {
                assert_eq!((order.status, money), (OrderStatus::Paid, (0, 0, 0, 0)));
                assert_eq!(world.stock("free").await, (48, 0, 2));
            }
            Case::Unheard => {
                assert_eq!((order.status, money.0, money.2), (OrderStatus::Paid, 1, 0));
                let (_, held, sold) = world.stock_of(CRAFTS, "mug").await;
                assert_eq!((held, sold), (0, 1));
            }
            Case::CancelRequested | Case::CancelConfirmed => {
                let booking = order.booking.as_ref().map(|booking| booking.status);
                let ended = match scene.case {
                    Case::CancelRequested => (OrderStatus::Canceled, (0, 0)),
                    _ => (OrderStatus::Paid, (8_000, 4_000)),
                };
                assert_eq!(booking, Some(BookingStatus::Canceled));
                assert_eq!((order.status, (money.1, money.2), money.3), (ended.0, ended.1, 0));
                assert_eq!(world.seats("morning").await, (1, 0, 0));
            }
        }
    }
}

#[test]
fn ordering_by_form_and_paying() {
    sweep(Case::Order, 50);
}

#[test]
fn ordering_by_form_and_never_coming_back() {
    sweep(Case::OrderAndLeave, 50);
}

#[test]
fn ordering_what_is_free_by_form() {
    sweep(Case::OrderFree, 30);
}

#[test]
fn ordering_by_form_from_a_second_tab() {
    sweep(Case::OrderAgain, 10);
}

#[test]
fn canceling_a_request_by_form() {
    sweep(Case::CancelRequested, 30);
}

#[test]
fn canceling_a_booking_by_form() {
    sweep(Case::CancelConfirmed, 30);
}

#[test]
fn opening_an_order_whose_events_were_lost() {
    sweep(Case::Unheard, 10);
}
