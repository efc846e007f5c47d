//! The day it is. Analyses are given it, so that they stay functions of their arguments.

use crate::design::Date;

/// Today where the user is, or in UTC when the system does not say.
#[must_use]
pub fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}
