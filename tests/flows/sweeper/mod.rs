//! What the sweeper does when its time comes.

mod archive;
mod maintenance;
mod runs;
mod stock_check;
mod unopened;
