//! The settings that only one kind of component has.

use egui::Ui;

use crate::app::panels::fields::{Form, NumberSpec};
use crate::design::{
    AnalyticsProduct, Database, Engine, Gateway, GatewayRuntime, IdentityProduct, MAX_INSTANCES, ProductVersion,
    RedisMode, RoutingPolicy, Schema, Spec, Standby, Workload,
};

use super::section;

/// A changed setting.
pub struct Change {
    /// The settings with the change.
    pub spec: Spec,
    /// What was changed, for the history.
    pub what: &'static str,
    /// Whether it was typed or dragged, so that changes in a row become one step.
    pub typed: bool,
}

const PERCENT: NumberSpec = NumberSpec::real("%", 0.0, 100.0, 5.0);
const MILLISECONDS: NumberSpec = NumberSpec::real("ms", 0.0, 1e12, 1.0);
const SECONDS: NumberSpec = NumberSpec::real("s", 0.0, 1e12, 5.0);
const BYTES: NumberSpec = NumberSpec::real("bytes", 0.0, 1e12, 256.0);
const PER_SECOND: NumberSpec = NumberSpec::real("calls/s", 0.0, 1e12, 50.0);
const CALLS: NumberSpec = NumberSpec::real("calls", 0.0, 1e12, 50.0);
const MAX_INSTANCES_SPEC: NumberSpec = NumberSpec::whole("", 1.0, MAX_INSTANCES as f64);

/// A field's words and a sentence about it.
type Words = (&'static str, &'static str);

/// Words without a sentence.
const fn plain(words: &'static str) -> Words {
    (words, "")
}

/// Edits a copy of the settings and remembers what was changed.
struct Editor<'a, 'b> {
    form: &'a mut Form<'b>,
    changed: Option<(&'static str, bool)>,
}

impl Editor<'_, '_> {
    fn number(&mut self, ui: &mut Ui, words: &'static str, value: &mut f64, spec: NumberSpec) {
        if let Some(typed) = self.form.number(ui, words, *value, spec) {
            *value = typed;
            self.changed = Some((words, true));
        }
    }

    fn whole(&mut self, ui: &mut Ui, words: &'static str, value: &mut u32, spec: NumberSpec) {
        let mut some = Some(*value);
        if self.optional_whole_or(ui, plain(words), &mut some, "", spec, false)
            && let Some(typed) = some
        {
            *value = typed;
        }
    }

    fn optional(&mut self, ui: &mut Ui, words: Words, value: &mut Option<f64>, hint: &str, spec: NumberSpec) {
        if let Some(typed) = self.form.optional_number(ui, words, *value, hint, spec, true) {
            *value = typed;
            self.changed = Some((words.0, true));
        }
    }

    fn optional_whole(&mut self, ui: &mut Ui, words: Words, value: &mut Option<u32>, hint: &str, spec: NumberSpec) {
        self.optional_whole_or(ui, words, value, hint, spec, true);
    }

    /// A whole number that may be left out if `may_be_empty`; returns whether it changed.
    fn optional_whole_or(
        &mut self,
        ui: &mut Ui,
        words: Words,
        value: &mut Option<u32>,
        hint: &str,
        spec: NumberSpec,
        may_be_empty: bool,
    ) -> bool {
        let typed = self.form.optional_number(ui, words, value.map(f64::from), hint, spec, may_be_empty);
        let Some(typed) = typed else { return false };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the field keeps it within range")]
        let whole = typed.map(|n| n as u32);
        *value = whole;
        self.changed = Some((words.0, true));
        true
    }

    fn text(&mut self, ui: &mut Ui, words: Words, value: &mut String, hint: &str, required: bool) {
        if let Some(typed) = self.form.text(ui, words, value, hint, required) {
            *value = typed;
            self.changed = Some((words.0, true));
        }
    }

    /// A text that blanks alone leave empty.
    fn optional_text(&mut self, ui: &mut Ui, words: Words, value: &mut String, hint: &str) {
        self.text(ui, words, value, hint, false);
        if value.trim().is_empty() {
            value.clear();
        }
    }

    fn toggle(&mut self, ui: &mut Ui, words: Words, value: &mut bool) {
        if let Some(chosen) = self.form.toggle(ui, words, *value) {
            *value = chosen;
            self.changed = Some((words.0, false));
        }
    }

    fn choice<T: Copy + PartialEq>(
        &mut self,
        ui: &mut Ui,
        words: Words,
        value: &mut T,
        all: &[T],
        name: fn(T) -> &'static str,
    ) {
        if let Some(chosen) = self.form.choice(ui, words, *value, all, |v| name(v).to_owned()) {
            *value = chosen;
            self.changed = Some((words.0, false));
        }
    }
}

/// Draws the settings; sites are not among them. `version` is the product version of these nodes.
pub fn show(ui: &mut Ui, form: &mut Form<'_>, spec: &Spec, version: ProductVersion) -> Option<Change> {
    let mut spec = spec.clone();
    let mut e = Editor { form, changed: None };
    match &mut spec {
        Spec::Users(u) => {
            e.number(ui, "Calls at peak", &mut u.requests_per_s, PER_SECOND);
            e.number(ui, "Mean load", &mut u.mean_load_pct, PERCENT);
            e.number(ui, "Request size", &mut u.request_bytes, BYTES);
            e.number(ui, "Response size", &mut u.response_bytes, BYTES);
            e.number(ui, "New connections", &mut u.new_connections_pct, PERCENT);
            let about = "Calls under way at the same time at peak. One gateway did best with about a hundred; beyond a \
                         thousand the advice is to scale out (E8).";
            e.optional(ui, ("Calls at once", about), &mut u.concurrent_calls, "not counted", CALLS);
            let about = "What the 95th percentile of their API calls must stay below; empty means the target of the \
                         design. A breach becomes a finding.";
            e.optional(ui, ("Target, p95", about), &mut u.target_p95_ms, "design's", MILLISECONDS);
        }
        Spec::GlobalLoadBalancer(g) => {
            e.choice(ui, plain("Routing"), &mut g.policy, &RoutingPolicy::ALL, RoutingPolicy::label);
            e.number(ui, "Probe interval", &mut g.probe_interval_s, SECONDS);
            e.whole(ui, "Failures to fail over", &mut g.failures, NumberSpec::whole("", 1.0, 1_000.0));
            e.number(ui, "DNS time to live", &mut g.ttl_s, SECONDS);
        }
        Spec::LoadBalancer(lb) => {
            e.toggle(ui, plain("Sticky sessions"), &mut lb.sticky);
            e.whole(ui, "Header limit", &mut lb.header_limit_kib, NumberSpec::whole("KiB", 1.0, 65_536.0));
        }
        Spec::Gateway(g) => gateway_ui(ui, &mut e, g, version),
        Spec::ControlPlane(c) => e.toggle(ui, plain("Scales by itself"), &mut c.autoscale),
        Spec::AllInOne(a) => {
            e.text(ui, plain("Environment"), &mut a.environment, "", true);
            e.choice(ui, plain("Workload"), &mut a.workload, &Workload::ALL, Workload::label);
        }
        Spec::Database(d) => database_ui(ui, &mut e, d),
        Spec::IdentityProvider(i) => {
            e.choice(ui, plain("Product"), &mut i.product, &IdentityProduct::ALL, IdentityProduct::label);
            let about = "Name of the cluster it belongs to, where one cluster spans several components. For Keycloak \
                         over several sites a round trip below 10 ms is asked for (F9).";
            e.optional_text(ui, ("Cluster", about), &mut i.cluster, "none");
        }
        Spec::Backend(b) => {
            e.number(ui, "Response, median", &mut b.p50_ms, MILLISECONDS);
            e.number(ui, "Response, p99", &mut b.p99_ms, MILLISECONDS);
            e.number(ui, "Share of calls", &mut b.share_pct, PERCENT);
        }
        Spec::Redis(r) => e.choice(ui, plain("Mode"), &mut r.mode, &RedisMode::ALL, RedisMode::label),
        Spec::Analytics(a) => {
            e.choice(ui, plain("Product"), &mut a.product, &AnalyticsProduct::ALL, AnalyticsProduct::label);
        }
        Spec::TrafficManager | Spec::KeyManager | Spec::SharedFiles => {}
    }
    e.changed.map(|(what, typed)| Change { spec, what, typed })
}

fn gateway_ui(ui: &mut Ui, e: &mut Editor<'_, '_>, g: &mut Gateway, version: ProductVersion) {
    e.text(ui, plain("Environment"), &mut g.environment, "", true);
    e.choice(ui, plain("Workload"), &mut g.workload, &Workload::ALL, Workload::label);
    e.optional_whole(ui, plain("Scales up to"), &mut g.autoscale_max, "fixed number", MAX_INSTANCES_SPEC);
    if version >= ProductVersion::V4_7 || g.runtime != GatewayRuntime::Universal {
        let about = "From 4.7 there is a second gateway product, based on Envoy. The documented patterns describe the \
                     Universal Gateway only (A8).";
        e.choice(ui, ("Runtime", about), &mut g.runtime, &GatewayRuntime::ALL, GatewayRuntime::label);
    }
}

/// What a schema holds: words of its switch and a sentence.
fn schema_words(schema: Schema) -> Words {
    match schema {
        Schema::Apim => ("Holds apim_db", "APIs, applications, subscriptions and tokens (A9)."),
        Schema::Shared => ("Holds shared_db", "Registry and users (A9)."),
        Schema::Carbon => {
            ("Holds WSO2CARBON_DB", "Data of one node; it may stay embedded and is never shared (A9, A47).")
        }
        Schema::Broker => (
            "Holds WSO2MB_DB",
            "The event broker's store of one node; it best stays embedded and is never shared (A47).",
        ),
    }
}

fn database_ui(ui: &mut Ui, e: &mut Editor<'_, '_>, d: &mut Database) {
    e.choice(ui, plain("Engine"), &mut d.engine, &Engine::ALL, Engine::label);
    e.text(ui, plain("Version"), &mut d.version, "", false);
    e.toggle(ui, plain("Run by the provider"), &mut d.managed);
    e.choice(ui, plain("Redundancy"), &mut d.standby, &Standby::ALL, Standby::label);
    e.number(ui, "Storage", &mut d.storage_gib, NumberSpec::real("GiB", 0.0, 1e12, 10.0));
    for schema in Schema::ALL {
        let mut holds = d.schemas.contains(&schema);
        e.toggle(ui, schema_words(schema), &mut holds);
        if holds != d.schemas.contains(&schema) {
            let kept: Vec<Schema> = d.schemas.iter().copied().filter(|s| *s != schema).collect();
            // Files list them in this order.
            e.changed = Some(("schemas", false));
            d.schemas = Schema::ALL.into_iter().filter(|s| kept.contains(s) || (holds && *s == schema)).collect();
        }
    }
    if d.engine == Engine::MySql || d.latin1 {
        e.toggle(ui, ("Character set latin1", "MySQL 8 needs it for apim_db (A17)."), &mut d.latin1);
    }
    let palette = e.form.palette;
    let set = section::set(&[d.sequence_start.is_some(), !d.dcid.is_empty()]);
    section::show(ui, palette, "For several regions", &set, |ui| {
        let about = "Pattern 1: number of this region in the key sequences, from 1, different in each region (B15). \
                     Empty lets the export deal them out.";
        let numbers = NumberSpec::whole("", 1.0, 1_000.0);
        e.optional_whole(ui, ("Keys start at", about), &mut d.sequence_start, "by the export", numbers);
        let about = "Pattern 1: what the region writes beside its tokens, such as DC1, different in each region (B16). \
                     Empty lets the export choose.";
        e.optional_text(ui, ("DCID", about), &mut d.dcid, "by the export");
    });
}
