//! Services that are down, slow or overrun.

mod services;
