//! How fields and their values are called, as the inspector does.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::design::{
    AnalyticsProduct, Commitment, Design, Engine, Environment, GatewayRuntime, Id, IdentityProduct, Network, Packaging,
    PatternIntent, Purpose, RedisMode, RegionRole, Requirements, RoutingPolicy, Schema, Site, Standby, TokenFormat,
    Workload,
};
use crate::estimate::grouped;

use super::elements::placed;

/// What stands where there is nothing.
pub(super) const NONE: &str = "none";

/// How a value reads.
#[derive(Clone, Copy)]
enum Show {
    /// As it is, with a unit behind a number.
    Plain(&'static str),
    /// By the label of its variant, or of the usual one.
    Label(fn(Option<&Value>) -> Option<&'static str>),
    /// The name of the element it names.
    Element,
    /// Where something is.
    Site,
}

/// What is known of a field.
struct Word {
    /// Its path in what is written.
    path: &'static str,
    /// What it is called.
    words: &'static str,
    /// What stands for a value that is left out.
    absent: &'static str,
    show: Show,
}

const fn word(path: &'static str, words: &'static str, absent: &'static str, show: Show) -> Word {
    Word { path, words, absent, show }
}

const TEXT: Show = Show::Plain("");
const COMMITMENT: Show = Show::Label(|v| named_or(v, Commitment::label));

/// The label of a variant.
fn named<T: DeserializeOwned>(value: Option<&Value>, label: fn(T) -> &'static str) -> Option<&'static str> {
    T::deserialize(value?).ok().map(label)
}

/// The label of a variant, or of the usual one.
fn named_or<T: DeserializeOwned + Default>(
    value: Option<&Value>,
    label: fn(T) -> &'static str,
) -> Option<&'static str> {
    Some(label(match value {
        Some(value) => T::deserialize(value).ok()?,
        None => T::default(),
    }))
}

fn product(value: Option<&Value>) -> Option<&'static str> {
    named(value, IdentityProduct::label).or_else(|| named(value, AnalyticsProduct::label))
}

fn token_words(format: TokenFormat) -> &'static str {
    match format {
        TokenFormat::Jwt => "JWT, self-contained",
        TokenFormat::Opaque => "Opaque reference",
    }
}

/// Fields in the order in which they are told.
const WORDS: &[Word] = &[
    word("name", "Name", "", TEXT),
    word("kind", "Kind", "", TEXT),
    word("product_version", "API Manager", "", TEXT),
    word("pattern", "Pattern meant", "", Show::Label(|v| named(v, PatternIntent::label))),
    word("environment", "Used for", "", Show::Label(|v| named(v, Environment::label))),
    word("domain", "Domain", "not decided", TEXT),
    word("tokens", "Access tokens", "", Show::Label(|v| named(v, token_words))),
    word("role", "Role", "", Show::Label(|v| named(v, RegionRole::label))),
    word("region", "Region", NONE, Show::Element),
    word("site", "Site", NONE, Show::Site),
    word("zones", "Availability zones", "", TEXT),
    word("tint", "Colour", "0", TEXT),
    word("zone_names", "Zones", "not decided", TEXT),
    word("instances", "Instances", "1", TEXT),
    word("size.vcpu", "Processors", "no size", Show::Plain("vCPU")),
    word("size.memory_gib", "Memory", "no size", Show::Plain("GiB")),
    word("size.disk_gib", "Disk", "no size", Show::Plain("GiB")),
    word("spec.site", "Site", NONE, Show::Site),
    word("spec.requests_per_s", "Calls at peak", "", Show::Plain("calls/s")),
    word("spec.mean_load_pct", "Mean load", "", Show::Plain("%")),
    word("spec.request_bytes", "Request size", "", Show::Plain("bytes")),
    word("spec.response_bytes", "Response size", "", Show::Plain("bytes")),
    word("spec.new_connections_pct", "New connections", "", Show::Plain("%")),
    word("spec.concurrent_calls", "Calls at once", "not counted", Show::Plain("calls")),
    word("spec.target_p95_ms", "Target, p95", "that of the design", Show::Plain("ms")),
    word("spec.policy", "Routing", "", Show::Label(|v| named(v, RoutingPolicy::label))),
    word("spec.probe_interval_s", "Probe interval", "", Show::Plain("s")),
    word("spec.failures", "Failures to fail over", "", TEXT),
    word("spec.ttl_s", "DNS time to live", "", Show::Plain("s")),
    word("spec.sticky", "Sticky sessions", "", TEXT),
    word("spec.header_limit_kib", "Header limit", "", Show::Plain("KiB")),
    word("spec.environment", "Environment", "", TEXT),
    word("spec.workload", "Workload", "", Show::Label(|v| named(v, Workload::label))),
    word("spec.autoscale_max", "Scales up to", "fixed number", TEXT),
    word("spec.runtime", "Runtime", "", Show::Label(|v| named_or(v, GatewayRuntime::label))),
    word("spec.autoscale", "Scales by itself", "", TEXT),
    word("spec.engine", "Engine", "", Show::Label(|v| named(v, Engine::label))),
    word("spec.version", "Version", "", TEXT),
    word("spec.managed", "Run by the provider", "", TEXT),
    word("spec.standby", "Redundancy", "", Show::Label(|v| named(v, Standby::label))),
    word("spec.storage_gib", "Storage", "", Show::Plain("GiB")),
    word("spec.schemas", "Holds", "apim_db, shared_db", TEXT),
    word("spec.latin1", "Character set latin1", "", TEXT),
    word("spec.sequence_start", "Keys start at", "by the export", TEXT),
    word("spec.dcid", "DCID", "by the export", TEXT),
    word("spec.product", "Product", "", Show::Label(product)),
    word("spec.cluster", "Cluster", NONE, TEXT),
    word("spec.p50_ms", "Response, median", "", Show::Plain("ms")),
    word("spec.p99_ms", "Response, p99", "", Show::Plain("ms")),
    word("spec.share_pct", "Share of calls", "", Show::Plain("%")),
    word("spec.mode", "Mode", "", Show::Label(|v| named(v, RedisMode::label))),
    word("settings.product_version", "Version", "as the design", TEXT),
    word("settings.packaging", "Installed as", "", Show::Label(|v| named_or(v, Packaging::label))),
    word("settings.host", "Host name", "by the export", TEXT),
    word("settings.keystore", "Keystore", "the common one", TEXT),
    word("settings.encryption_key", "Encryption key", "the common one", TEXT),
    word("settings.time_zone", "Time zone", "UTC", TEXT),
    word("settings.heap_gib", "Java heap", "2 GiB", Show::Plain("GiB")),
    word("settings.cache_domain", "Cache domain", NONE, TEXT),
    word("settings.portal_host", "Portal host", "one for all", TEXT),
    word("settings.token_cleanup_off", "Leaves token clean-up", "", TEXT),
    word("pinned", "Pinned in place", "", TEXT),
    word("from", "Opens the connection", "", Show::Element),
    word("to", "Listens", "", Show::Element),
    word("purpose", "Purpose", "", Show::Label(|v| named(v, Purpose::label))),
    word("port", "Other port", "usual", TEXT),
    word("network", "Network", "", Show::Label(|v| named_or(v, Network::label))),
    word("tls", "Encrypted (TLS)", "", TEXT),
    word("measured_rtt_ms", "Measured round trip", "not measured", Show::Plain("ms")),
    word("bandwidth_mbps", "Bandwidth", "not given", Show::Plain("Mbit/s")),
    word("replication.bidirectional", "In both directions", "", TEXT),
    word("replication.apim_db", "Carries apim_db", "", TEXT),
    word("replication.shared_db", "Carries shared_db", "", TEXT),
    word("replication.synchronous", "Waits for the other side", "", TEXT),
    word("replication.lag_s", "Measured lag", "not measured", Show::Plain("s")),
    word("availability_pct", "Availability", "as assumed", Show::Plain("%")),
    word("requirements.data_residency", "Data stays in", "not answered", TEXT),
    word("practices.webhook_apis", "Webhook APIs", "", TEXT),
    word("practices.secondary_user_stores", "Secondary user stores", "", TEXT),
    word("practices.burst_limits", "Burst and backend limits", "", TEXT),
    word("practices.gateways_start_in_turn", "Gateways start in turn", "", TEXT),
    word("practices.backups_planned", "Planned backups", "", TEXT),
    word("practices.callbacks_for_all_hosts", "Callbacks for all hosts", "", TEXT),
    word("practices.sequences_for_regions", "Keys dealt out for", "not yet", Show::Plain("regions")),
    word("practices.max_rtt_ms", "Longest round trip", "no limit", Show::Plain("ms")),
    word("estimation.targets.api_p95_ms", "Target: API calls, p95", "no limit", Show::Plain("ms")),
    word("estimation.targets.token_p95_ms", "Target: tokens, p95", "no limit", Show::Plain("ms")),
    word("estimation.targets.publish_p95_ms", "Target: publishing, p95", "no limit", Show::Plain("ms")),
    word("estimation.targets.usd_per_month", "Target: cost a month", "no limit", Show::Plain("USD a month")),
    word("estimation.targets.peak_use_pct", "Target: use at peak", "no limit", Show::Plain("%")),
    word("estimation.terms.hours_per_month", "Machines run", "730 hours a month", Show::Plain("hours a month")),
    word("estimation.terms.compute_commitment", "Machines committed to", "", COMMITMENT),
    word("estimation.terms.database_commitment", "Databases committed to", "", COMMITMENT),
    word("estimation.terms.discounts.compute_pct", "Discount on compute", "0 %", Show::Plain("%")),
    word("estimation.terms.discounts.database_pct", "Discount on databases", "0 %", Show::Plain("%")),
    word("estimation.terms.discounts.storage_pct", "Discount on storage", "0 %", Show::Plain("%")),
    word("estimation.terms.discounts.load_balancing_pct", "Discount on load balancing", "0 %", Show::Plain("%")),
    word("estimation.terms.discounts.traffic_pct", "Discount on traffic", "0 %", Show::Plain("%")),
    word("estimation.terms.licences.usd_per_node_month", "Licence of a node", NONE, Show::Plain("USD a month")),
    word("estimation.terms.licences.usd_per_core_month", "Licence of a core", NONE, Show::Plain("USD a month")),
    word("estimation.terms.licences.usd_per_month", "Licence of all", NONE, Show::Plain("USD a month")),
];

/// Units that names of fields end in.
const UNITS: [(&str, &str); 12] = [
    ("_ms", "ms"),
    ("_pct", "%"),
    ("_gib", "GiB"),
    ("_kib", "KiB"),
    ("_bytes", "bytes"),
    ("_mbps", "Mbit/s"),
    ("_per_s", "a second"),
    ("_s", "s"),
    ("_min", "minutes"),
    ("_h", "h"),
    ("_usd", "US dollars"),
    ("_gb", "GB"),
];

fn known(path: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.path == path)
}

/// Place of a field among others.
pub(super) fn rank(path: &str) -> usize {
    // Notes are long and come last.
    if path == "notes" {
        return usize::MAX;
    }
    WORDS.iter().position(|word| word.path == path).unwrap_or(WORDS.len())
}

/// The criterion that an answer is about.
fn question(path: &str) -> Option<&'static str> {
    let field = path.strip_prefix("requirements.")?;
    let criterion = Requirements::CRITERIA.into_iter().find(|criterion| {
        let mut only = Requirements::default();
        (criterion.set)(&mut only, Some(true));
        serde_json::to_value(only).is_ok_and(|answers| answers.get(field).is_some())
    })?;
    Some(criterion.question)
}

/// What a field is called.
pub(super) fn field(path: &str) -> String {
    if let Some(words) = known(path).map(|word| word.words).or_else(|| question(path)) {
        return words.to_owned();
    }
    let name = path.rsplit('.').next().unwrap_or(path);
    let name = UNITS.iter().find_map(|(ending, _)| name.strip_suffix(ending)).unwrap_or(name).replace('_', " ");
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A value in words, beside the one it is compared with; `designs` are the one it stands in and the other one.
pub(super) fn value(path: &str, value: Option<&Value>, other: Option<&Value>, designs: [&Design; 2]) -> String {
    let word = known(path);
    match word.map_or(TEXT, |word| word.show) {
        Show::Label(label) => {
            if let Some(label) = label(value) {
                return label.to_owned();
            }
        }
        Show::Element => {
            if let Some(id) = value.and_then(|value| Id::deserialize(value).ok()) {
                // An element under a new id is told under the old one, which the design after does not know.
                let design = designs.into_iter().find(|design| design.contains(&id));
                return design.map_or_else(|| id.to_string(), |design| placed(design, &id));
            }
        }
        Show::Site => {
            if let Some(site) = value.and_then(|value| Site::deserialize(value).ok()) {
                return site_words(&site);
            }
        }
        Show::Plain(_) => {}
    }
    let unit = match word.map(|word| word.show) {
        Some(Show::Plain(unit)) => unit,
        Some(_) => "",
        None => UNITS.iter().find(|(ending, _)| path.ends_with(ending)).map_or("", |(_, unit)| unit),
    };
    plain(value, unit).unwrap_or_else(|| absent(path, word, other).to_owned())
}

fn absent(path: &str, word: Option<&Word>, other: Option<&Value>) -> &'static str {
    match word.map(|word| word.absent).filter(|words| !words.is_empty()) {
        Some(words) => words,
        None if path.starts_with("requirements.") => "not answered",
        // A switch that is left out is off.
        None if matches!(other, Some(Value::Bool(_))) => "no",
        None => NONE,
    }
}

/// A value as it is; `None` where there is nothing.
fn plain(value: Option<&Value>, unit: &str) -> Option<String> {
    Some(match value? {
        Value::Null => return None,
        Value::Bool(on) => if *on { "yes" } else { "no" }.to_owned(),
        Value::Number(number) => {
            let text = match number.as_f64() {
                // Whole numbers of this size are exact.
                Some(whole) if whole.fract().abs() < f64::EPSILON && whole.abs() < 1e15 => grouped(whole),
                _ => number.to_string(),
            };
            format!("{text} {unit}").trim_end().to_owned()
        }
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => text.clone(),
        Value::Array(list) if list.is_empty() => return None,
        Value::Array(list) => {
            let schema = |value| Schema::deserialize(value).ok().map(|schema| schema.label().to_owned());
            let entries = list.iter().filter_map(|entry| schema(entry).or_else(|| plain(Some(entry), unit)));
            entries.collect::<Vec<_>>().join(", ")
        }
        other @ Value::Object(_) => other.to_string(),
    })
}

/// A site with all that makes it this one.
fn site_words(site: &Site) -> String {
    match site {
        Site::Cloud { provider, region } => format!("{provider} {region}"),
        Site::Place { name, latitude_deg, longitude_deg, country } => {
            let country = if country.is_empty() { String::new() } else { format!(", {country}") };
            format!("{name}{country} ({latitude_deg}°, {longitude_deg}°)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_nobody_has_named_reads_well_all_the_same() {
        assert_eq!(field("targets.recovery_time_s"), "Recovery time");
        assert_eq!(field("practices.audit_logs"), "Audit logs");
        let design = Design::default();
        assert_eq!(value("targets.recovery_time_s", Some(&Value::from(90.0)), None, [&design; 2]), "90 s");
        assert_eq!(value("targets.recovery_time_s", None, None, [&design; 2]), "none");
    }

    #[test]
    fn numbers_keep_every_digit_that_differs() {
        let design = Design::default();
        let of = |n: f64| value("spec.p50_ms", Some(&Value::from(n)), None, [&design; 2]);
        assert_eq!([of(1_234_567.0), of(0.1), of(0.100_000_01)], ["1,234,567 ms", "0.1 ms", "0.10000001 ms"]);
    }
}
