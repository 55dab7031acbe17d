//! What sellers write down, parsed into what the table keeps. What a body leaves out gets the contract's default.

mod cancel;
mod fields;
mod listing;
mod offer;
mod organization;
mod presale;
mod profile;
mod promo;
mod sales;
mod sent;
mod slots;
mod summary;
mod transferable;

pub(crate) use self::{
    cancel::CancelBody,
    listing::ListingBody,
    offer::OfferBody,
    organization::OrganizationBody,
    presale::PresaleBody,
    promo::PromoBody,
    sales::{ModeWord, TaxView},
    slots::SlotsBody,
    transferable::TransferableWord,
};
