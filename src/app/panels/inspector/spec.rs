//! The settings that only one kind of component has.

use egui::Ui;

use crate::app::panels::fields::{Form, NumberSpec};
use crate::design::{
    AnalyticsProduct, Engine, IdentityProduct, MAX_INSTANCES, RedisMode, RoutingPolicy, Spec, Standby, Workload,
};

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
const MAX_INSTANCES_SPEC: NumberSpec = NumberSpec::whole("", 1.0, MAX_INSTANCES as f64);

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
        let mut real = f64::from(*value);
        self.number(ui, words, &mut real, spec);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the field keeps it within range")]
        if self.changed == Some((words, true)) {
            *value = real as u32;
        }
    }

    fn text(&mut self, ui: &mut Ui, words: &'static str, value: &mut String, required: bool) {
        if let Some(typed) = self.form.text(ui, words, value, "", required) {
            *value = typed;
            self.changed = Some((words, true));
        }
    }

    fn toggle(&mut self, ui: &mut Ui, words: &'static str, value: &mut bool) {
        if let Some(chosen) = self.form.toggle(ui, words, *value) {
            *value = chosen;
            self.changed = Some((words, false));
        }
    }

    fn choice<T: Copy + PartialEq>(
        &mut self,
        ui: &mut Ui,
        words: &'static str,
        value: &mut T,
        all: &[T],
        name: fn(T) -> &'static str,
    ) {
        if let Some(chosen) = self.form.choice(ui, words, *value, all, |v| name(v).to_owned()) {
            *value = chosen;
            self.changed = Some((words, false));
        }
    }
}

/// Draws the settings; sites are not among them.
pub fn show(ui: &mut Ui, form: &mut Form<'_>, spec: &Spec) -> Option<Change> {
    let mut spec = spec.clone();
    let mut e = Editor { form, changed: None };
    match &mut spec {
        Spec::Users(u) => {
            e.number(ui, "Calls at peak", &mut u.requests_per_s, PER_SECOND);
            e.number(ui, "Mean load", &mut u.mean_load_pct, PERCENT);
            e.number(ui, "Request size", &mut u.request_bytes, BYTES);
            e.number(ui, "Response size", &mut u.response_bytes, BYTES);
            e.number(ui, "New connections", &mut u.new_connections_pct, PERCENT);
        }
        Spec::GlobalLoadBalancer(g) => {
            e.choice(ui, "Routing", &mut g.policy, &RoutingPolicy::ALL, RoutingPolicy::label);
            e.number(ui, "Probe interval", &mut g.probe_interval_s, SECONDS);
            e.whole(ui, "Failures to fail over", &mut g.failures, NumberSpec::whole("", 1.0, 1_000.0));
            e.number(ui, "DNS time to live", &mut g.ttl_s, SECONDS);
        }
        Spec::LoadBalancer(lb) => {
            e.toggle(ui, "Sticky sessions", &mut lb.sticky);
            e.whole(ui, "Header limit", &mut lb.header_limit_kib, NumberSpec::whole("KiB", 1.0, 65_536.0));
        }
        Spec::Gateway(g) => {
            e.text(ui, "Environment", &mut g.environment, true);
            e.choice(ui, "Workload", &mut g.workload, &Workload::ALL, Workload::label);
            let model = g.autoscale_max.map(f64::from);
            let most = "Scales up to";
            if let Some(typed) = e.form.optional_number(ui, most, model, "fixed number", MAX_INSTANCES_SPEC, true) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the field keeps it within range"
                )]
                let whole = typed.map(|n| n as u32);
                g.autoscale_max = whole;
                e.changed = Some((most, true));
            }
        }
        Spec::ControlPlane(c) => e.toggle(ui, "Scales by itself", &mut c.autoscale),
        Spec::AllInOne(a) => {
            e.text(ui, "Environment", &mut a.environment, true);
            e.choice(ui, "Workload", &mut a.workload, &Workload::ALL, Workload::label);
        }
        Spec::Database(d) => {
            e.choice(ui, "Engine", &mut d.engine, &Engine::ALL, Engine::label);
            e.text(ui, "Version", &mut d.version, false);
            e.toggle(ui, "Run by the provider", &mut d.managed);
            e.choice(ui, "Redundancy", &mut d.standby, &Standby::ALL, Standby::label);
            e.number(ui, "Storage", &mut d.storage_gib, NumberSpec::real("GiB", 0.0, 1e12, 10.0));
        }
        Spec::IdentityProvider(i) => {
            e.choice(ui, "Product", &mut i.product, &IdentityProduct::ALL, IdentityProduct::label);
        }
        Spec::Backend(b) => {
            e.number(ui, "Response, median", &mut b.p50_ms, MILLISECONDS);
            e.number(ui, "Response, p99", &mut b.p99_ms, MILLISECONDS);
            e.number(ui, "Share of calls", &mut b.share_pct, PERCENT);
        }
        Spec::Redis(r) => e.choice(ui, "Mode", &mut r.mode, &RedisMode::ALL, RedisMode::label),
        Spec::Analytics(a) => {
            e.choice(ui, "Product", &mut a.product, &AnalyticsProduct::ALL, AnalyticsProduct::label);
        }
        Spec::TrafficManager | Spec::KeyManager | Spec::SharedFiles => {}
    }
    e.changed.map(|(what, typed)| Change { spec, what, typed })
}
