//! Services that are down, slow or overrun.

mod behind;
mod services;
