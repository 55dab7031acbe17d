//! Orders whose payment staff have to accept or refund.

mod causes;
mod staff;
