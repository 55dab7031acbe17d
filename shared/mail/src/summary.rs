//! What staff hear each day of their organization.

use domain::{
    DailySummary, Organization,
    order::Sum,
    summary::{Counted, Waiting, WaitingOrders},
};
use jiff::Timestamp;
use words::{Language, Zone, money};

use crate::letter::{Block, Letter, Row};

/// The mail of a summary to an organization's contact address. None where it has nothing to tell.
#[must_use]
pub fn summary_letter(summary: &DailySummary, organization: &Organization, pages: &str) -> Option<Letter> {
    if summary.is_empty() {
        return None;
    }
    let locale = organization.profile.locale.as_deref();
    let language = locale.and_then(Language::from_tag).unwrap_or(Language::English);
    let zone = Zone::new(organization.profile.time_zone.as_deref());
    let locale = locale.filter(|tag| Language::from_tag(tag).is_some()).unwrap_or(language.tag());
    Some(SummaryWriter { language, zone, locale, pages, seller: &organization.name }.letter(summary, organization))
}

struct SummaryWriter<'a> {
    language: Language,
    zone: Zone,
    locale: &'a str,
    pages: &'a str,
    seller: &'a str,
}

impl SummaryWriter<'_> {
    fn phrase(&self, id: &str, args: &[(&'static str, &str)]) -> String {
        self.language.phrase(id, args)
    }

    fn letter(&self, summary: &DailySummary, organization: &Organization) -> Letter {
        let moment = |at| self.zone.moment(self.language, at);
        let period = [("from", moment(summary.from)), ("to", moment(summary.to))];
        let period = period.each_ref().map(|(name, at)| (*name, at.as_str()));
        let day = [("seller", self.seller), ("day", &self.zone.day(self.language, summary.from))];
        let mut blocks = vec![Block::text(self.phrase("summary-text", &period))];
        let mut rows = Vec::new();
        if let Some(sales) = &summary.sales {
            rows.push(self.counted("summary-orders", sales.count));
            rows.push(self.counted("summary-units", sales.units));
            rows.extend(self.worth("summary-received", sales));
        }
        if let Some(refunds) = &summary.refunds {
            rows.push(self.counted("summary-refunds", refunds.count));
            rows.extend(self.worth("summary-refunded", refunds));
        }
        if !rows.is_empty() {
            blocks.push(Block::Facts { rows });
        }
        blocks.extend(self.waiting("summary-dispute", summary.disputes.as_ref()));
        blocks.extend(self.waiting("summary-review", summary.reviews.as_ref()));
        Letter {
            language: self.language,
            subject: self.phrase("summary-subject", &day),
            heading: self.phrase("summary-heading", &day),
            greeting: self.phrase("greeting-expert", &[]),
            blocks,
            footer: vec![self.phrase("summary-footer", &day)],
            seller: self.seller.to_owned(),
            logo_url: organization.profile.logo_url.clone(),
        }
    }

    fn counted(&self, id: &str, count: u64) -> Row {
        Row::new(self.phrase(id, &[]), money::number(self.locale, &count.to_string()))
    }

    fn money(&self, sum: Sum) -> String {
        money::format(self.locale, sum.currency, sum.amount)
    }

    /// A row for each currency.
    fn worth(&self, id: &str, counted: &Counted) -> Vec<Row> {
        let rows = counted.sums.iter().filter(|sum| !sum.amount.is_zero());
        rows.map(|sum| Row::new(self.phrase(id, &[]), self.money(*sum))).collect()
    }

    /// Orders that wait for staff, with the way to the most urgent one.
    fn waiting(&self, each: &str, waiting: Option<&WaitingOrders>) -> Vec<Block> {
        let Some(waiting) = waiting.filter(|waiting| !waiting.shown.is_empty()) else { return Vec::new() };
        let about = |waiting: &Waiting| {
            let amount = self.money(waiting.sum);
            let at = |at: Timestamp| self.zone.moment(self.language, at);
            match waiting.at {
                Some(when) => self.phrase(each, &[("amount", &amount), ("at", &at(when))]),
                None => amount,
            }
        };
        let rows = waiting.shown.iter().map(|waiting| Row::new(waiting.order.to_string(), about(waiting)));
        let mut blocks =
            vec![Block::text(self.phrase(&format!("{each}s"), &[])), Block::Facts { rows: rows.collect() }];
        if waiting.more {
            blocks.push(Block::text(self.phrase("summary-more", &[])));
        }
        if let Some(first) = waiting.shown.first() {
            let url = format!("{}/orders/{}", self.pages, first.order);
            blocks.push(Block::Link { label: self.phrase(&format!("{each}-first"), &[]), url });
        }
        blocks
    }
}
