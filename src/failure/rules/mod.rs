//! What each capability needs: one file a capability, each with its reason and the facts it follows from.
//!
//! The rules follow the dependency model that stands before the truth tables, which is inferred from the documented
//! connections (A19 to A35). They are written over what is drawn, so that they hold for designs of any shape.

mod admin;
mod analytics;
mod apps;
mod gateway_start;
mod issue;
pub(super) mod populations;
mod publish;
mod remote;
mod revoke;
mod serve;
mod shared;
mod throttle;
mod traffic_manager_start;
mod validate;

use serde::Serialize;

use crate::design::{Capability, Id};

use super::model::{Builder, Condition};
use super::need::NeedId;

/// What a capability needs, and what it can do without at a price.
#[derive(Debug, Clone)]
pub struct Built {
    /// What it cannot do without.
    pub usable: NeedId,
    /// What it can do without, at a price.
    pub conditions: Vec<Condition>,
}

/// What stays after a capability was down, as sentences; empty where nothing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct After {
    /// What is lost for good.
    pub lost: &'static str,
    /// What catches up by itself.
    pub resync: &'static str,
    /// What must be done by hand.
    pub by_hand: &'static str,
}

/// Nothing stays.
const NOTHING: After = After { lost: "", resync: "", by_hand: "" };

/// How a capability depends on the drawing.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CapabilityRule {
    /// The capability.
    pub capability: Capability,
    /// What it needs, as a sentence.
    pub needs: &'static str,
    /// What people may think it needs and it does not; empty when there is nothing to say.
    pub not_needed: &'static str,
    /// What it means when it is down, as a sentence.
    pub down: &'static str,
    /// What is lost for good while it is down, what catches up by itself, and what must be done by hand after the
    /// repair; sentences, empty when there is nothing to say.
    pub after: After,
    /// The facts it follows from.
    pub facts: &'static [&'static str],
    /// Builds it for a region; `None` where the region has nothing to do with it.
    #[serde(skip)]
    pub region: fn(&mut Builder<'_, '_>, &Id) -> Option<Built>,
}

/// Compared by what they are about: there is one rule a capability.
impl PartialEq for CapabilityRule {
    fn eq(&self, other: &Self) -> bool {
        self.capability == other.capability
    }
}

/// Every rule. Those that others build on come first.
pub static ALL: [&CapabilityRule; 15] = [
    &gateway_start::RULE,
    &serve::RULE,
    &throttle::RULE,
    &issue::RULE,
    &validate::RULE,
    &revoke::RULE,
    &publish::RULE,
    &apps::RULE,
    &admin::RULE,
    &traffic_manager_start::RULE,
    &analytics::RULE,
    &remote::REVOKE,
    &remote::PUBLISH,
    &remote::APPS,
    &remote::ADMIN,
];

/// The rule of a capability.
#[must_use]
pub fn of(capability: Capability) -> Option<&'static CapabilityRule> {
    ALL.iter().copied().find(|rule| rule.capability == capability)
}
