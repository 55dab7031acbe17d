//! Stock and uses of codes against the orders that claim them.

use std::collections::{BTreeMap, HashMap};

use domain::order::StockState;

use crate::Everything;

/// Never oversold, never undersold: each counter is what the orders claim, and all of them are the capacity.
pub(crate) fn stock(all: &Everything, violations: &mut Vec<String>) {
    let mut claims: HashMap<(String, String, u16), (u32, u32)> = HashMap::new();
    for order in &all.orders {
        for line in &order.lines {
            for draw in &line.draws {
                let at = (line.listing.to_string(), line.offer.to_string(), draw.shard);
                let claim = claims.entry(at).or_default();
                match order.stock {
                    StockState::Held => claim.0 += draw.quantity,
                    StockState::Sold => claim.1 += draw.quantity,
                    StockState::None => violations.push(format!("order {} claims stock it does not have", order.id)),
                }
            }
        }
    }
    let mut capacity: BTreeMap<(String, String), u32> = BTreeMap::new();
    for shard in &all.shards {
        let at = (shard.listing.to_string(), shard.offer.to_string(), shard.shard);
        let name = format!("stock {}/{} shard {}", at.0, at.1, at.2);
        let sum = u64::from(shard.available) + u64::from(shard.held) + u64::from(shard.sold);
        if sum != u64::from(shard.capacity) {
            violations.push(format!("{name}: available + held + sold is {sum}, capacity {}", shard.capacity));
        }
        *capacity.entry((at.0.clone(), at.1.clone())).or_default() += shard.capacity;
        let (held, sold) = claims.remove(&at).unwrap_or_default();
        if (held, sold) != (shard.held, shard.sold) {
            violations.push(format!(
                "{name}: held {} and sold {}, but orders claim {held} and {sold}",
                shard.held, shard.sold
            ));
        }
    }
    for ((listing, offer, shard), _) in claims {
        violations.push(format!("orders claim stock {listing}/{offer} shard {shard}, which is not there"));
    }
    for offer in all.offers.iter().filter(|offer| !offer.deleted) {
        let at = (offer.listing.to_string(), offer.id.to_string());
        if let Some(needed) = offer.capacity {
            let found = capacity.get(&at).copied().unwrap_or(0);
            if found != needed {
                violations.push(format!("offer {}/{}: capacity {needed}, stock for {found}", at.0, at.1));
            }
        }
    }
}

/// A promo code's uses are the orders that use it.
pub(crate) fn promos(all: &Everything, violations: &mut Vec<String>) {
    let mut uses: HashMap<(String, String), u32> = HashMap::new();
    for promo in all.orders.iter().filter_map(|order| order.promo.as_ref()) {
        for listing in &promo.counted {
            *uses.entry((listing.to_string(), promo.code.to_string())).or_default() += 1;
        }
    }
    for promo in all.promos.iter().filter(|promo| promo.max_uses.is_some()) {
        let counted = uses.get(&(promo.listing.to_string(), promo.code.to_string())).copied().unwrap_or(0);
        if counted > promo.uses || promo.max_uses.is_some_and(|limit| promo.uses > limit.max(counted)) {
            violations.push(format!(
                "promo {}/{}: {} uses counted, {counted} orders use it, limit {:?}",
                promo.listing, promo.code, promo.uses, promo.max_uses
            ));
        }
    }
}

/// A presale code's uses are the orders that use it.
pub(crate) fn presales(all: &Everything, violations: &mut Vec<String>) {
    let mut uses: HashMap<(String, String, String), u32> = HashMap::new();
    for presale in all.orders.iter().filter_map(|order| order.presale.as_ref()) {
        for used in &presale.counted {
            let at = (used.listing.to_string(), used.offer.to_string(), presale.code.to_string());
            *uses.entry(at).or_default() += 1;
        }
    }
    for presale in all.presales.iter().filter(|presale| presale.max_uses.is_some()) {
        let at = (presale.listing.to_string(), presale.offer.to_string(), presale.code.to_string());
        let counted = uses.get(&at).copied().unwrap_or(0);
        if counted > presale.uses || presale.max_uses.is_some_and(|limit| presale.uses > limit.max(counted)) {
            violations.push(format!(
                "presale {}/{}/{}: {} uses counted, {counted} orders use it, limit {:?}",
                at.0, at.1, at.2, presale.uses, presale.max_uses
            ));
        }
    }
}

/// A buyer's tickets of a show, and a card's, are those of the orders that count them.
pub(crate) fn shares(all: &Everything, violations: &mut Vec<String>) {
    let mut counted: BTreeMap<(String, String), u32> = BTreeMap::new();
    for (listing, mark, units) in all.orders.iter().flat_map(domain::Order::counts).filter(|(.., units)| *units > 0) {
        *counted.entry((listing.to_string(), mark)).or_default() += units;
    }
    for known in &all.buyer_tickets {
        let units = counted.remove(&(known.listing.to_string(), known.mark.clone())).unwrap_or(0);
        if units != known.units {
            let (listing, mark) = (&known.listing, &known.mark);
            violations.push(format!("buyer {listing}/{mark}: {} tickets counted, orders have {units}", known.units));
        }
    }
    for ((listing, mark), units) in counted {
        violations.push(format!("buyer {listing}/{mark}: orders have {units} tickets, which are not counted"));
    }
}
