//! The words by which expressions know what a design holds as one of a few choices.

use std::fmt::Debug;

use crate::design::{
    AnalyticsProduct, Engine, Environment, GatewayRuntime, IdentityProduct, Kind, Network, Packaging, PatternIntent,
    Purpose, RedisMode, RegionRole, RoutingPolicy, Standby, TokenFormat, Workload,
};

/// A label as one word of an expression: `Pattern 1` becomes `pattern_1`.
pub(super) fn word(label: &str) -> String {
    let mut word = String::new();
    for c in label.chars() {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() && !word.ends_with('_') {
            word.push('_');
        }
    }
    word.trim_end_matches('_').to_owned()
}

/// The name of a variant as a word: `TrafficManager` becomes `traffic_manager`.
pub(super) fn snake(variant: impl Debug) -> String {
    let name = format!("{variant:?}");
    let mut word = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

fn snakes<T: Debug + Copy>(all: &[T]) -> Vec<String> {
    all.iter().map(snake).collect()
}

pub(super) fn kinds() -> Vec<String> {
    snakes(&Kind::ALL)
}

pub(super) fn intents() -> Vec<String> {
    PatternIntent::ALL.iter().map(|intent| word(intent.label())).collect()
}

pub(super) fn environments() -> Vec<String> {
    snakes(&Environment::ALL)
}

pub(super) fn tokens() -> Vec<String> {
    snakes(&[TokenFormat::Jwt, TokenFormat::Opaque])
}

pub(super) fn roles() -> Vec<String> {
    snakes(&RegionRole::ALL)
}

pub(super) fn policies() -> Vec<String> {
    snakes(&RoutingPolicy::ALL)
}

pub(super) fn workloads() -> Vec<String> {
    snakes(&Workload::ALL)
}

pub(super) fn runtimes() -> Vec<String> {
    snakes(&GatewayRuntime::ALL)
}

pub(super) fn packagings() -> Vec<String> {
    snakes(&Packaging::ALL)
}

/// Engines are known by names that are one word.
pub(super) fn engines() -> Vec<String> {
    Engine::ALL.iter().map(|engine| word(engine.label())).collect()
}

pub(super) fn standbys() -> Vec<String> {
    snakes(&Standby::ALL)
}

pub(super) fn products() -> Vec<String> {
    let mut all = snakes(&IdentityProduct::ALL);
    all.extend(snakes(&AnalyticsProduct::ALL));
    all
}

pub(super) fn modes() -> Vec<String> {
    snakes(&[RedisMode::Replication, RedisMode::Sharded])
}

pub(super) fn purposes() -> Vec<String> {
    snakes(&Purpose::ALL)
}

pub(super) fn networks() -> Vec<String> {
    snakes(&Network::ALL)
}
