//! An expert's time: requested, confirmed, declined, canceled.

mod answers;
mod callers;
mod canceling;
mod events;
mod hosted;
mod overlaps;
mod races;
mod rules;
mod shared;
