//! Something to buy on a first start, made over the same routes that any client has.

use http::Method;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::{gateway::Client, options::TokenFields, stack::Stack};

/// The demo's organization.
pub(crate) const ORGANIZATION: &str = "demo";
/// The subject of the demo's expert.
pub(crate) const EXPERT: &str = "coach";
/// The subject of the customer who is signed in when the console buys hours.
pub(crate) const CUSTOMER: &str = "demo-customer";
/// The demo theatre's time zone.
const ZONE: &str = "Europe/London";
/// A lesson is offered at least so long before it begins, so that it can still be booked and answered.
const NOTIFICATION: SignedDuration = SignedDuration::from_hours(4);

/// Creates the demo organization with something of each kind, unless it has listings already.
///
/// # Errors
/// What was refused, in words.
pub(crate) async fn create(stack: &Stack) -> Result<(), String> {
    let client = stack.client().with_token(stack.token(&TokenFields::of("demo-data", "platform", None)));
    let there = client.get(&format!("/v1/listings?organization={ORGANIZATION}")).await;
    if there.body["listings"].as_array().is_some_and(|listings| !listings.is_empty()) {
        return Ok(());
    }
    let seller = json!({ "name": "The Lantern Theatre", "currency": "usd", "stripe_account_id": "acct_demo" });
    put(&client, "", &seller).await?;
    let days = Days::from(stack.clock().now())?;
    let mut sold = shows(&days)?;
    sold.extend([shop(), lessons(&days)?, hours()]);
    for Sold { id, listing, offers } in sold {
        let path = format!("/listings/{id}");
        put(&client, &path, &listing).await?;
        for (offer, body) in &offers {
            put(&client, &format!("{path}/offers/{offer}"), body).await?;
        }
        if listing["kind"] == "show" {
            let promo = json!({ "percent_off": "0.20", "max_uses": 100 });
            put(&client, &format!("{path}/promos/TEST20"), &promo).await?;
        }
    }
    Ok(())
}

async fn put(client: &Client, path: &str, body: &Value) -> Result<(), String> {
    let path = format!("/v1/organizations/{ORGANIZATION}{path}");
    let answer = client.send(Method::PUT, &path, None, Some(body)).await;
    if answer.status.is_success() { Ok(()) } else { Err(format!("PUT {path}: {} {}", answer.status, answer.body)) }
}

/// Times to come, as the house's clock shows them.
struct Days {
    now: Timestamp,
    zone: TimeZone,
}

impl Days {
    fn from(now: Timestamp) -> Result<Self, String> {
        Ok(Self { now, zone: TimeZone::get(ZONE).map_err(|error| error.to_string())? })
    }

    /// An hour of the day, `days` days from now.
    fn at(&self, days: i64, hour: i8) -> Result<Timestamp, String> {
        let at = || {
            let day = self.now.to_zoned(self.zone.clone()).date().checked_add(jiff::Span::new().days(days))?;
            day.at(hour, 0, 0, 0).to_zoned(self.zone.clone()).map(|at| at.timestamp())
        };
        at().map_err(|error: jiff::Error| error.to_string())
    }

    /// The next lesson of any day: always in less than 24 hours, so that a cancellation costs something.
    fn soon(&self) -> Result<Timestamp, String> {
        for (day, hour) in [(0, 10), (0, 14), (0, 18), (1, 10), (1, 14), (1, 18)] {
            let at = self.at(day, hour)?;
            if at >= self.now + NOTIFICATION {
                return Ok(at);
            }
        }
        self.at(1, 18)
    }
}

/// A listing with its offers.
struct Sold {
    id: &'static str,
    listing: Value,
    offers: Vec<(&'static str, Value)>,
}

fn shows(days: &Days) -> Result<Vec<Sold>, String> {
    Ok(vec![
        Sold {
            id: "summer-show",
            listing: json!({
                "kind": "show",
                "title": "Summer Night Revue",
                "description": "Two hours of songs and sketches under the lanterns. TEST20 takes a fifth off.",
                "published": true,
                "starts_at": days.at(21, 19)?, "doors_at": days.at(21, 18)?, "ends_at": days.at(21, 22)?,
                "venue": "The Lantern Theatre, main stage", "timezone": ZONE,
            }),
            offers: vec![
                ("general", json!({ "name": "General", "price": "25.00", "capacity": 200 })),
                ("vip", json!({ "name": "VIP", "price": "60.00", "capacity": 40, "vip": true })),
                ("supporter", json!({ "name": "Supporter", "price": "10.00", "capacity": 100, "donation": true })),
                ("front-row", json!({ "name": "Front row", "price": "45.00", "capacity": 3 })),
            ],
        },
        Sold {
            id: "open-stage",
            listing: json!({
                "kind": "show",
                "title": "Open Stage",
                "description": "New acts, ten minutes each. Come in for free, or leave something in the hat.",
                "published": true,
                "starts_at": days.at(9, 20)?, "doors_at": days.at(9, 19)?, "ends_at": days.at(9, 23)?,
                "venue": "The Lantern Theatre, cellar", "timezone": ZONE,
            }),
            offers: vec![
                ("free", json!({ "name": "Free entry", "price": "0.00", "capacity": 60 })),
                ("hat", json!({ "name": "Something in the hat", "price": "5.00", "capacity": null, "donation": true })),
            ],
        },
        Sold {
            id: "big-night",
            listing: json!({
                "kind": "show",
                "title": "The Big Night",
                "description": "Five thousand people, one stage, and each ticket is sold once.",
                "published": true,
                "starts_at": days.at(60, 20)?, "doors_at": days.at(60, 17)?, "ends_at": days.at(60, 23)?,
                "venue": "Harbour Field", "timezone": ZONE,
            }),
            offers: vec![
                ("standing", json!({ "name": "Standing", "price": "48.00", "capacity": 5_000, "shards": 10 })),
                ("stand", json!({ "name": "Seat on the stand", "price": "85.00", "capacity": 600 })),
            ],
        },
    ])
}

fn shop() -> Sold {
    Sold {
        id: "lantern-shop",
        listing: json!({
            "kind": "product",
            "title": "The Lantern Shop",
            "description": "Something to take home. Two of the records are left, and no more will be pressed.",
            "published": true,
        }),
        offers: vec![
            ("mug", json!({ "name": "Enamel mug", "price": "14.00", "capacity": 80 })),
            ("poster", json!({ "name": "Revue poster, A2", "price": "18.50", "capacity": 45 })),
            ("record", json!({ "name": "Revue on vinyl", "price": "32.00", "capacity": 2 })),
        ],
    }
}

fn lessons(days: &Days) -> Result<Sold, String> {
    let slot = |name: &str, price: &str, capacity: u32, starts_at: Timestamp, minutes: i64| {
        json!({
            "name": name, "price": price, "capacity": capacity,
            "starts_at": starts_at, "ends_at": starts_at + SignedDuration::from_mins(minutes),
        })
    };
    Ok(Sold {
        id: "voice-coach",
        listing: json!({
            "kind": "expert",
            "title": "Voice lessons with Mira",
            "description": "Breath, range and nerve, in a room with a piano. Mira answers within half an hour.",
            "published": true,
            "venue": "The Lantern Theatre, rehearsal room", "timezone": ZONE, "expert": EXPERT,
            "contact": { "email": "mira@lantern.example" },
        }),
        offers: vec![
            ("soon", slot("Short lesson", "35.00", 1, days.soon()?, 30)),
            ("lesson-1", slot("Lesson", "60.00", 1, days.at(2, 11)?, 60)),
            ("lesson-2", slot("Lesson", "60.00", 1, days.at(2, 16)?, 60)),
            ("lesson-3", slot("Lesson", "60.00", 1, days.at(4, 10)?, 60)),
            ("lesson-4", slot("Long lesson", "85.00", 1, days.at(5, 17)?, 90)),
            ("group", slot("Group of four", "25.00", 4, days.at(6, 18)?, 90)),
        ],
    })
}

fn hours() -> Sold {
    Sold {
        id: "lesson-hours",
        listing: json!({
            "kind": "package",
            "title": "Lesson hours",
            "description": "Paid ahead, used whenever you like. Hours do not run out.",
            "published": true,
        }),
        offers: vec![
            ("five", json!({ "name": "5 hours", "price": "260.00", "capacity": null, "hours": "5" })),
            ("ten", json!({ "name": "10 hours", "price": "480.00", "capacity": null, "hours": "10" })),
        ],
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::{Days, NOTIFICATION};

    #[test]
    fn the_next_lesson_is_never_a_day_away_nor_too_soon_to_be_answered() {
        let midnight: Timestamp = "2026-03-28T00:00:00Z".parse().expect("a time");
        // Over the night in which the clocks go forward, too.
        for minutes in (0..3 * 24 * 60).step_by(7) {
            let now = midnight + SignedDuration::from_mins(minutes);
            let ahead = Days::from(now).expect("a zone").soon().expect("a time").duration_since(now);
            assert!(ahead >= NOTIFICATION && ahead < SignedDuration::from_hours(24), "{now}: {ahead}");
        }
    }
}
