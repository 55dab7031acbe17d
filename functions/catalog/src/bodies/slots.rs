//! An expert's slots by a rule, as their seller writes it down.

use domain::{
    Listing, Organization, Refusal,
    slots::{Occurrence, RuledSlot, TypedRule, occurrences, slot_id},
};
use serde::Deserialize;
use utoipa::ToSchema;
use web::forms::{LocalDayForm, LocalTimeForm, RecurrenceRuleForm, TimeZoneForm};

use super::offer::OfferBody;

/// Slots by a rule. Their time on the wall is the same on each day, across changes of the clock: a time that the clock leaps over
/// is as much later, and of one that comes twice it is the first.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SlotsRequest, examples(json!({
    "rule": "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=20", "starts_at": "2099-11-02T09:00", "time_zone": "Europe/Berlin",
    "duration_minutes": 60, "except": ["2099-12-23"], "offer": { "name": "An hour", "price": "60.00", "capacity": 1 }
})))]
pub(crate) struct SlotsBody {
    /// On which days. `COUNT` counts days that are excepted, too; `UNTIL` without a zone is of the expert's.
    #[schema(value_type = RecurrenceRuleForm)]
    rule: String,
    /// The first day that the rule may fall on, and the time of all slots on the wall.
    #[schema(value_type = LocalTimeForm)]
    starts_at: String,
    /// Whose clock that is. Left out, it is the listing's zone, else the organization's.
    #[serde(default)]
    #[schema(value_type = Option<TimeZoneForm>)]
    time_zone: Option<String>,
    #[schema(minimum = 1, maximum = 44_640, example = 60)]
    duration_minutes: u32,
    /// Days on which there is no slot.
    #[serde(default)]
    #[schema(value_type = Vec<LocalDayForm>, max_items = 400, required = false)]
    except: Vec<String>,
    /// Whether nothing is written, so that the answer says what would become of each slot.
    #[serde(default)]
    preview: bool,
    /// What each of them is, without its times.
    offer: OfferBody,
}

impl SlotsBody {
    pub(crate) fn is_preview(&self) -> bool {
        self.preview
    }

    pub(crate) fn parse(&self, seller: &Organization, listing: &Listing) -> Result<Vec<RuledSlot>, Refusal> {
        let own = self.time_zone.as_ref().or(listing.timezone.as_ref()).or(seller.profile.time_zone.as_ref());
        let time_zone = own.ok_or_else(|| {
            Refusal::field("time_zone", "Neither the listing nor its organization says in which zone this is")
        })?;
        let typed = TypedRule {
            rule: &self.rule,
            starts_at: &self.starts_at,
            time_zone,
            duration_minutes: self.duration_minutes,
            except: &self.except,
        };
        occurrences(&typed)?.into_iter().map(|at| self.slot(&at, listing)).collect()
    }

    fn slot(&self, at: &Occurrence, listing: &Listing) -> Result<RuledSlot, Refusal> {
        let named = |expert: &str| slot_id(&at.span, expert).map_err(|error| Refusal::field("rule", error.to_string()));
        let mut offer = self.offer.at(at.span)?.parse(named("")?, listing, None).map_err(of_offer)?;
        if let Some(expert) = &offer.expert {
            offer.id = named(expert)?;
        }
        Ok(RuledSlot { local: at.local, offer })
    }
}

/// A refusal of the offer in a rule's body, with the field's place in this.
fn of_offer(mut refusal: Refusal) -> Refusal {
    for error in &mut refusal.errors {
        error.field = format!("offer.{}", error.field);
    }
    refusal
}
