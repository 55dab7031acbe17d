//! Something to buy on a first start, made over the same routes that any client has.

use http::Method;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use crate::{
    gateway::Client,
    stack::{Claims, Stack},
};

/// The demo's organization.
pub(crate) const ORGANIZATION: &str = "demo";

/// Creates the demo organization with its shows, unless it has some already.
///
/// # Errors
/// What was refused, in words.
pub(crate) async fn create(stack: &Stack) -> Result<(), String> {
    let client = stack.client().with_token(stack.token(&Claims::of("demo-data", "platform", None)));
    let there = client.get(&format!("/v1/listings?organization={ORGANIZATION}")).await;
    if there.body["listings"].as_array().is_some_and(|listings| !listings.is_empty()) {
        return Ok(());
    }
    let seller = json!({ "name": "The Lantern Theatre", "currency": "usd", "stripe_account_id": "acct_demo" });
    put(&client, "", &seller).await?;
    for show in shows(stack.clock().now())? {
        let path = format!("/listings/{}", show.id);
        put(&client, &path, &show.listing).await?;
        for (offer, body) in &show.offers {
            put(&client, &format!("{path}/offers/{offer}"), body).await?;
        }
        let promo = json!({ "percent_off": "0.20", "max_uses": 100 });
        put(&client, &format!("{path}/promos/TEST20"), &promo).await?;
    }
    Ok(())
}

async fn put(client: &Client, path: &str, body: &Value) -> Result<(), String> {
    let path = format!("/v1/organizations/{ORGANIZATION}{path}");
    let answer = client.send(Method::PUT, &path, None, Some(body)).await;
    if answer.status.is_success() { Ok(()) } else { Err(format!("PUT {path}: {} {}", answer.status, answer.body)) }
}

struct Show {
    id: &'static str,
    listing: Value,
    offers: Vec<(&'static str, Value)>,
}

fn shows(now: Timestamp) -> Result<Vec<Show>, String> {
    let evening = |days: i64, hour: i8| -> Result<Timestamp, String> {
        let at = || {
            let day = now.to_zoned(TimeZone::UTC).date().checked_add(jiff::Span::new().days(days))?;
            day.at(hour, 0, 0, 0).to_zoned(TimeZone::UTC).map(|at| at.timestamp())
        };
        at().map_err(|error: jiff::Error| error.to_string())
    };
    Ok(vec![
        Show {
            id: "summer-show",
            listing: json!({
                "kind": "show",
                "title": "Summer Night Revue",
                "description": "Two hours of songs and sketches under the lanterns. TEST20 takes a fifth off.",
                "published": true,
                "starts_at": evening(21, 19)?, "doors_at": evening(21, 18)?, "ends_at": evening(21, 22)?,
                "venue": "The Lantern Theatre, main stage",
            }),
            offers: vec![
                ("general", json!({ "name": "General", "price": "25.00", "capacity": 200 })),
                ("vip", json!({ "name": "VIP", "price": "60.00", "capacity": 40, "vip": true })),
                ("supporter", json!({ "name": "Supporter", "price": "10.00", "capacity": 100, "donation": true })),
                ("front-row", json!({ "name": "Front row", "price": "45.00", "capacity": 3 })),
            ],
        },
        Show {
            id: "open-stage",
            listing: json!({
                "kind": "show",
                "title": "Open Stage",
                "description": "New acts, ten minutes each. Come in for free, or leave something in the hat.",
                "published": true,
                "starts_at": evening(9, 20)?, "doors_at": evening(9, 19)?, "ends_at": evening(9, 23)?,
                "venue": "The Lantern Theatre, cellar",
            }),
            offers: vec![
                ("free", json!({ "name": "Free entry", "price": "0.00", "capacity": 60 })),
                ("hat", json!({ "name": "Something in the hat", "price": "5.00", "capacity": null, "donation": true })),
            ],
        },
        Show {
            id: "big-night",
            listing: json!({
                "kind": "show",
                "title": "The Big Night",
                "description": "Five thousand people, one stage, and nobody stands in the queue twice.",
                "published": true,
                "starts_at": evening(60, 20)?, "doors_at": evening(60, 17)?, "ends_at": evening(60, 23)?,
                "venue": "Harbour Field",
            }),
            offers: vec![
                ("standing", json!({ "name": "Standing", "price": "48.00", "capacity": 5_000, "shards": 10 })),
                ("stand", json!({ "name": "Seat on the stand", "price": "85.00", "capacity": 600 })),
            ],
        },
    ])
}
