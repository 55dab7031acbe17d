//! Faults where bytes leave the process.
