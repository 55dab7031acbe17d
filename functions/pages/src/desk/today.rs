//! The first page of the desk: what waits for staff, and what today has had so far, by the organization's clock.

use axum::{extract::State, response::Response};
use domain::{Minor, Order, summary::Counted, summary::day_began_at};
use engine::EngineError;
use http::StatusCode;
use jiff::SignedDuration;
use minijinja::{Value, context};
use web::Answer;

use super::{chart, seat::DeskVisit};
use crate::{reader::Reader, state::Pages, times};

/// How many disputes and reviews are named.
const SHOWN: usize = 20;

/// The page.
pub(super) async fn today(State(pages): State<Pages>, desk: DeskVisit) -> Answer<Response> {
    let (id, now) = (&desk.seller.id, desk.visit.now);
    let began = day_began_at(desk.seller.profile.time_zone.as_deref(), now);
    // One more tells whether there are more.
    let found = futures::try_join!(
        pages.store.most_urgent_disputes(id, SHOWN + 1),
        pages.store.longest_in_review(id, SHOWN + 1),
        pages.store.day_figures(id, began, now),
    );
    let (disputes, reviews, figures) = found.map_err(EngineError::from)?;
    let reader = desk.reader();
    let received = |hour: &Counted| {
        let own = hour.sums.iter().find(|sum| sum.currency == desk.seller.currency);
        own.map_or(Minor::ZERO, |sum| sum.amount)
    };
    let amounts: Vec<Minor> = figures.hours.iter().map(received).collect();
    let hours = (0..).zip(&figures.hours).zip(chart::bars(&amounts)).map(|((n, hour), bar)| {
        let at = began + SignedDuration::from_hours(n);
        context! { at => times::clocks(&reader, at, None), orders => hour.count, sums => sums(&reader, hour), bar }
    });
    let content = context! {
        day => times::day(&reader, began),
        disputes => disputes.iter().take(SHOWN).filter_map(|order| dispute(&desk, &reader, order)).collect::<Vec<_>>(),
        reviews => reviews.iter().take(SHOWN).filter_map(|order| review(&desk, &reader, order)).collect::<Vec<_>>(),
        more_disputes => disputes.len() > SHOWN,
        more_reviews => reviews.len() > SHOWN,
        orders => figures.sales.count,
        units => figures.sales.units,
        received => sums(&reader, &figures.sales),
        refunds => figures.refunds.count,
        refunded => sums(&reader, &figures.refunds),
        partly => figures.more,
        hours => hours.collect::<Vec<_>>(),
        width => chart::WIDTH,
        height => chart::HEIGHT,
    };
    Ok(desk.render(&pages, StatusCode::OK, "desk-today.html", content))
}

fn sums(reader: &Reader, counted: &Counted) -> Vec<String> {
    counted.sums.iter().map(|sum| reader.money(sum.currency, sum.amount)).collect()
}

fn dispute(desk: &DeskVisit, reader: &Reader, order: &Order) -> Option<Value> {
    let dispute = order.dispute_to_answer()?;
    Some(context! {
        path => desk.link(&order.id),
        number => order.name_for_people(),
        buyer => order.buyer.name,
        amount => reader.money(order.paid_currency(), dispute.amount),
        due_by => dispute.due_by.map(|at| times::moment(reader, at)),
    })
}

fn review(desk: &DeskVisit, reader: &Reader, order: &Order) -> Option<Value> {
    let review = order.review.as_ref()?;
    let due = order.due_sum();
    Some(context! {
        path => desk.link(&order.id),
        number => order.name_for_people(),
        buyer => order.buyer.name,
        amount => reader.money(due.currency, due.amount),
        reason => review.reason,
        since => times::moment(reader, review.since),
    })
}
