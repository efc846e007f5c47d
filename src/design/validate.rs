//! What every design must satisfy, whatever the rules of the product say of it.

use super::checked::{check_latitude, check_longitude, check_quantity};
use super::component::{Component, MAX_INSTANCES, Spec};
use super::estimation::Estimation;
use super::failure::{FAILURE_FORMS, Failure};
use super::geometry::{Extent, MAX_COORDINATE, Pos, SceneRect};
use super::host::{is_host, is_host_of_group, is_host_pattern};
use super::id::Id;
use super::link::{Link, Purpose};
use super::region::{Region, Site};
use super::rulings::Waiver;
use super::story::{Claim, MAX_SCENES, Resilience};
use super::{Design, MAX_ELEMENTS, MIN_REGION_EXTENT};

/// Longest name, characters.
const MAX_NAME: usize = 200;
/// Longest note, characters.
const MAX_NOTES: usize = 20_000;

const HOST_HINT: &str = "write labels of letters, digits and hyphens joined by dots; {n} stands for the number of a node, and an address \
     of several nodes needs it";

/// A breach of the document's own structure; such a design is neither opened nor produced by an edit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Invalid {
    /// The element concerned; `None` for the design as a whole.
    pub element: Option<Id>,
    /// Name of the offending field as it stands in a file, to find its place again; empty when it is the element itself.
    pub field: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: &'static str,
}

fn invalid(element: &Id, field: &'static str, message: String, hint: &'static str) -> Invalid {
    Invalid { element: Some(element.clone()), field, message, hint }
}

impl Design {
    /// Checks the whole document.
    ///
    /// # Errors
    /// The first breach, in the order regions, components, links.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.validate_size()?;
        self.validate_meta()?;
        for id in self.components.keys().chain(self.links.keys()) {
            let twice =
                self.regions.contains_key(id) || (self.components.contains_key(id) && self.links.contains_key(id));
            if twice {
                return Err(invalid(
                    id,
                    "",
                    format!("the id \"{id}\" is used twice"),
                    "ids are unique over regions, components and links; rename one of them",
                ));
            }
        }
        self.regions.iter().try_for_each(|(id, r)| validate_region(id, r))?;
        self.components.iter().try_for_each(|(id, c)| self.validate_component(id, c))?;
        self.links.iter().try_for_each(|(id, l)| self.validate_link(id, l))
    }

    pub(super) fn validate_size(&self) -> Result<(), Invalid> {
        if self.len() <= MAX_ELEMENTS {
            return Ok(());
        }
        Err(Invalid {
            element: None,
            field: "",
            message: format!("{} elements are more than a design may have ({MAX_ELEMENTS})", self.len()),
            hint: "split the design into several files",
        })
    }

    pub(super) fn validate_meta(&self) -> Result<(), Invalid> {
        let whole = |message| Invalid { element: None, field: "name", message, hint: TEXT_HINT };
        check_name(&self.meta.name).map_err(whole)?;
        check_notes(&self.meta.notes).map_err(whole)?;
        if !self.meta.domain.is_empty() && !is_host(&self.meta.domain) {
            let message = "this is no domain".to_owned();
            return Err(Invalid { element: None, field: "domain", message, hint: HOST_HINT });
        }
        self.meta.requirements.data_residency.as_deref().map_or(Ok(()), check_name).map_err(whole)?;
        self.validate_rulings()
    }

    /// Texts and numbers of decisions about rules. Whether such rules and elements exist is not asked: a waiver
    /// outlives what it was about, and says so.
    fn validate_rulings(&self) -> Result<(), Invalid> {
        let at = |field, hint| move |message| Invalid { element: None, field, message, hint };
        for (rule, setting) in &self.meta.rules {
            check_name(rule).and_then(|()| check_notes(&setting.reason)).map_err(at("rules", TEXT_HINT))?;
        }
        for waiver in &self.meta.waivers {
            validate_waiver(waiver).map_err(at("waivers", "a waiver needs a reason; texts are ordinary text"))?;
        }
        for d in &self.meta.decisions {
            [&d.title, &d.recommended, &d.chosen, &d.owner]
                .into_iter()
                .chain(&d.criteria)
                .try_for_each(|t| check_name(t))
                .and_then(|()| d.reasons.iter().chain([&d.notes]).try_for_each(|t| check_notes(t)))
                .map_err(at("decisions", TEXT_HINT))?;
        }
        let practices = &self.meta.practices;
        if practices.sequences_for_regions == Some(0) {
            let message = "key sequences cannot be made for 0 regions".to_owned();
            return Err(at("sequences_for_regions", "leave it out before the first deployment")(message));
        }
        check_quantity(practices.max_rtt_ms.unwrap_or(0.0))
            .map(drop)
            .map_err(at("max_rtt_ms", "give a finite number that is not negative"))?;
        self.validate_estimation()
    }

    fn validate_estimation(&self) -> Result<(), Invalid> {
        let at = |field, hint| move |message| Invalid { element: None, field, message, hint };
        let Estimation { targets: t, assumptions, terms } = &self.meta.estimation;
        for (id, o) in assumptions {
            check_name(id).and_then(|()| check_notes(&o.note)).map_err(at("assumptions", TEXT_HINT))?;
            for number in [Some(o.value), o.low, o.high].into_iter().flatten() {
                check_quantity(number).map_err(at("assumptions", NUMBER_HINT))?;
            }
        }
        let (d, l) = (&terms.discounts, &terms.licences);
        for pct in [d.compute_pct, d.database_pct, d.storage_pct, d.load_balancing_pct, d.traffic_pct] {
            check_quantity(pct)
                .and_then(
                    |pct| if pct > 100.0 { Err(format!("a discount of {pct} % is more than all")) } else { Ok(()) },
                )
                .map_err(at("discounts", "give a share between 0 and 100"))?;
        }
        if let Some(pct) = t.peak_use_pct.filter(|pct| *pct > 100.0) {
            let message = format!("a use of {pct} % is more than all");
            return Err(at("peak_use_pct", "give a share between 0 and 100")(message));
        }
        [t.api_p95_ms, t.token_p95_ms, t.publish_p95_ms, t.usd_per_month, t.peak_use_pct]
            .into_iter()
            .chain([l.usd_per_node_month, l.usd_per_core_month, l.usd_per_month])
            .flatten()
            .try_for_each(|number| check_quantity(number).map(drop))
            .map_err(at("estimation", NUMBER_HINT))?;
        check_hours(terms.hours_per_month).map_err(at("hours_per_month", HOURS_HINT))?;
        for Resilience { rto_s, rpo_s, availability_pct } in t.resilience.values() {
            [rto_s, rpo_s]
                .into_iter()
                .flatten()
                .try_for_each(|s| check_quantity(*s).map(drop))
                .map_err(at("resilience", NUMBER_HINT))?;
            check_availability(*availability_pct).map_err(at("availability_pct", AVAILABILITY_HINT))?;
        }
        self.validate_story()
    }

    /// Texts, numbers and count of scenes. Whether what fails in them still exists is not asked: a scene outlives what
    /// it shows, and says so.
    fn validate_story(&self) -> Result<(), Invalid> {
        let at = |hint| move |message| Invalid { element: None, field: "story", message, hint };
        let story = &self.meta.story;
        if story.len() > MAX_SCENES {
            let message = format!("{} scenes are more than a story may have ({MAX_SCENES})", story.len());
            return Err(at("tell it in several designs")(message));
        }
        for scene in story {
            check_name(&scene.title)
                .and_then(|()| check_notes(&scene.talking_point))
                .and_then(|()| check_notes(&scene.notes))
                .map_err(at(TEXT_HINT))?;
            for failure in &scene.failures {
                if let Failure::Zone { zone, .. } = failure {
                    check_name(zone).map_err(at(TEXT_HINT))?;
                }
                // No nodes, no more milliseconds, a region and itself: nothing that could be written and read again.
                if failure.to_string().parse() != Ok(failure.clone()) {
                    let message = format!("\"{failure}\" in scene \"{}\" names nothing that can fail", scene.title);
                    return Err(at(FAILURE_FORMS)(message));
                }
            }
            for claim in &scene.claims {
                let number = match claim {
                    Claim::State { .. } => continue,
                    Claim::Rto { at_most_s, .. } | Claim::Rpo { at_most_s, .. } => at_most_s,
                    Claim::Latency { at_most_ms, .. } => at_most_ms,
                    Claim::Use { at_most_pct, .. } => at_most_pct,
                };
                check_quantity(*number).map_err(at(NUMBER_HINT))?;
            }
            if let Some(view) = scene.view {
                check_view(view).map_err(at(VIEW_HINT))?;
            }
        }
        Ok(())
    }

    pub(super) fn validate_component(&self, id: &Id, c: &Component) -> Result<(), Invalid> {
        let text = |message| invalid(id, "", message, TEXT_HINT);
        check_name(&c.name).map_err(text)?;
        check_notes(&c.notes).map_err(text)?;
        c.zones.iter().try_for_each(|z| check_name(z)).map_err(text)?;
        let s = &c.settings;
        [&s.keystore, &s.encryption_key, &s.time_zone, &s.cache_domain, &s.portal_host]
            .into_iter()
            .try_for_each(|t| check_name(t))
            .map_err(text)?;
        // A service of several nodes is reached at one name.
        let nodes = if c.kind().is_product_node() { c.instances } else { 1 };
        if !s.host.is_empty() && !is_host_of_group(&s.host, nodes) {
            let message = match is_host_pattern(&s.host) {
                true => format!("{nodes} nodes cannot all have this host name, and it takes no number"),
                false => "this is no host name".into(),
            };
            return Err(invalid(id, "host", message, HOST_HINT));
        }
        quantities(id, &[("heap_gib", s.heap_gib.unwrap_or(0.0))])?;
        check_hours(c.hours_per_month).map_err(|message| invalid(id, "hours_per_month", message, HOURS_HINT))?;
        check_availability(c.availability_pct)
            .map_err(|message| invalid(id, "availability_pct", message, AVAILABILITY_HINT))?;
        check_pos(id, c.pos)?;
        if c.instances == 0 || c.instances > MAX_INSTANCES {
            let message = format!("{} instances are not between 1 and {MAX_INSTANCES}", c.instances);
            return Err(invalid(id, "instances", message, "to have none, delete the component"));
        }
        if let Some(region) = &c.region {
            if !self.regions.contains_key(region) {
                return Err(invalid(
                    id,
                    "region",
                    format!("component \"{id}\" stands in region \"{region}\", which does not exist"),
                    "name an existing region or leave the field out",
                ));
            }
            if !c.kind().fits_in_region() {
                let message = format!("{} cannot stand inside a region", c.kind().label());
                return Err(invalid(id, "region", message, "leave out its region"));
            }
        }
        if let Some(size) = &c.size {
            quantities(id, &[("vcpu", size.vcpu), ("memory_gib", size.memory_gib), ("disk_gib", size.disk_gib)])?;
            for (field, value) in [("vcpu", size.vcpu), ("memory_gib", size.memory_gib)] {
                if value <= 0.0 {
                    let message = format!("a node of \"{id}\" has {value} of {field}");
                    return Err(invalid(id, field, message, "leave out the size of what has no nodes"));
                }
            }
        }
        validate_spec(id, &c.spec)
    }

    pub(super) fn validate_link(&self, id: &Id, l: &Link) -> Result<(), Invalid> {
        for (field, end) in [("from", &l.from), ("to", &l.to)] {
            if !self.components.contains_key(end) {
                return Err(invalid(
                    id,
                    field,
                    format!("link \"{id}\" ends at \"{end}\", which is no component"),
                    "name an existing component or delete the link",
                ));
            }
        }
        if l.from == l.to {
            let message = format!("link \"{id}\" ends where it begins");
            return Err(invalid(id, "to", message, "the nodes of one group know each other without a link"));
        }
        if l.replication.is_some() && l.purpose != Purpose::DbReplication {
            let message = format!("link \"{id}\" has replication settings but another purpose");
            return Err(invalid(id, "replication", message, "replication settings go with the purpose DbReplication"));
        }
        if l.port == Some(0) {
            let message = format!("link \"{id}\" has port 0");
            return Err(invalid(id, "port", message, "ports go from 1 to 65535"));
        }
        check_availability(l.availability_pct)
            .map_err(|message| invalid(id, "availability_pct", message, AVAILABILITY_HINT))?;
        if let Some(lag_s) = l.replication.as_ref().and_then(|r| r.lag_s) {
            quantities(id, &[("lag_s", lag_s)])?;
        }
        check_notes(&l.notes).map_err(|m| invalid(id, "notes", m, TEXT_HINT))?;
        quantities(
            id,
            &[
                ("measured_rtt_ms", l.measured_rtt_ms.unwrap_or(0.0)),
                ("bandwidth_mbps", l.bandwidth_mbps.unwrap_or(0.0)),
            ],
        )
    }
}

const TEXT_HINT: &str =
    "use ordinary text without control characters, names up to 200 and notes up to 20,000 characters";

pub(super) fn validate_region(id: &Id, r: &Region) -> Result<(), Invalid> {
    let text = |message| invalid(id, "", message, TEXT_HINT);
    check_name(&r.name).map_err(text)?;
    check_notes(&r.notes).map_err(text)?;
    r.requirements.data_residency.as_deref().map_or(Ok(()), check_name).map_err(text)?;
    check_pos(id, r.pos)?;
    let Extent(w, h) = r.extent;
    let fits = |size: i32, min: i32| size >= min && size <= 2 * MAX_COORDINATE;
    if !fits(w, MIN_REGION_EXTENT.0) || !fits(h, MIN_REGION_EXTENT.1) {
        let message = format!("region \"{id}\" is drawn {w} × {h} points large");
        return Err(invalid(id, "extent", message, "at least 200 × 120, at most 2,000,000 points"));
    }
    if r.zones == 0 {
        let message = format!("region \"{id}\" has no availability zone");
        return Err(invalid(id, "zones", message, "a region has at least one zone"));
    }
    check_availability(r.availability_pct)
        .map_err(|message| invalid(id, "availability_pct", message, AVAILABILITY_HINT))?;
    validate_site(id, &r.site)
}

fn validate_site(id: &Id, site: &Site) -> Result<(), Invalid> {
    let bad = |message| invalid(id, "", message, "latitude -90 to 90, longitude -180 to 180, names in ordinary text");
    match site {
        Site::Cloud { provider, region } => check_name(provider).and_then(|()| check_name(region)).map_err(bad),
        Site::Place { name, latitude_deg, longitude_deg, country } => check_name(name)
            .and_then(|()| check_name(country))
            .and_then(|()| check_latitude(*latitude_deg).map(drop))
            .and_then(|()| check_longitude(*longitude_deg).map(drop))
            .map_err(bad),
    }
}

fn validate_spec(id: &Id, spec: &Spec) -> Result<(), Invalid> {
    let text = |message| invalid(id, "", message, TEXT_HINT);
    match spec {
        Spec::Users(u) => {
            quantities(
                id,
                &[
                    ("requests_per_s", u.requests_per_s),
                    ("request_bytes", u.request_bytes),
                    ("response_bytes", u.response_bytes),
                    ("concurrent_calls", u.concurrent_calls.unwrap_or(0.0)),
                    ("target_p95_ms", u.target_p95_ms.unwrap_or(0.0)),
                ],
            )?;
            percentages(id, &[("mean_load_pct", u.mean_load_pct), ("new_connections_pct", u.new_connections_pct)])?;
            validate_site(id, &u.site)
        }
        Spec::GlobalLoadBalancer(g) => quantities(id, &[("probe_interval_s", g.probe_interval_s), ("ttl_s", g.ttl_s)]),
        Spec::Gateway(g) => check_name(&g.environment).map_err(text),
        Spec::AllInOne(a) => check_name(&a.environment).map_err(text),
        Spec::Database(d) => {
            check_name(&d.version).and_then(|()| check_name(&d.dcid)).map_err(text)?;
            if !d.schemas.is_sorted_by(|a, b| a < b) {
                let message = format!("the schemas of \"{id}\" are not in order or there twice");
                return Err(invalid(
                    id,
                    "schemas",
                    message,
                    "list each once, in the order Apim, Shared, Carbon, Broker",
                ));
            }
            if d.sequence_start == Some(0) {
                let message = format!("the key sequences of \"{id}\" start at 0");
                return Err(invalid(id, "sequence_start", message, "regions are counted from 1"));
            }
            quantities(id, &[("storage_gib", d.storage_gib)])
        }
        Spec::Backend(b) => {
            quantities(id, &[("p50_ms", b.p50_ms), ("p99_ms", b.p99_ms)])?;
            percentages(id, &[("share_pct", b.share_pct)])?;
            b.site.as_ref().map_or(Ok(()), |s| validate_site(id, s))
        }
        Spec::IdentityProvider(i) => check_name(&i.cluster).map_err(text),
        Spec::LoadBalancer(_)
        | Spec::TrafficManager
        | Spec::ControlPlane(_)
        | Spec::KeyManager
        | Spec::Redis(_)
        | Spec::Analytics(_)
        | Spec::SharedFiles => Ok(()),
    }
}

fn validate_waiver(waiver: &Waiver) -> Result<(), String> {
    check_name(&waiver.rule)?;
    check_name(&waiver.owner)?;
    check_notes(&waiver.reason)?;
    waiver.facts.iter().try_for_each(|(what, value)| check_name(what).and_then(|()| check_notes(value)))?;
    if waiver.reason.trim().is_empty() {
        return Err(format!("the waiver of {} gives no reason", waiver.rule));
    }
    Ok(())
}

/// Hours of a month in all price lists.
const MONTH_HOURS: f64 = 730.0;
const HOURS_HINT: &str = "a month of the price lists has 730 hours";
const NUMBER_HINT: &str = "give a finite number that is not negative";

const AVAILABILITY_HINT: &str = "give a share of the time above 0 and up to 100";

fn check_availability(pct: Option<f64>) -> Result<(), String> {
    match pct.map(check_quantity).transpose()? {
        Some(pct) if pct <= 0.0 || pct > 100.0 => Err(format!("{pct} % is no availability")),
        _ => Ok(()),
    }
}

/// What to do about a view that is none.
pub(super) const VIEW_HINT: &str = "leave the view out to show everything";

/// A part of the drawing that can be shown.
pub(super) fn check_view(view: SceneRect) -> Result<SceneRect, String> {
    let (Pos(x, y), Extent(w, h)) = (view.min, view.extent);
    let shown = |size: i32| (1..=2 * MAX_COORDINATE).contains(&size);
    if x.abs() <= MAX_COORDINATE && y.abs() <= MAX_COORDINATE && shown(w) && shown(h) {
        return Ok(view);
    }
    Err(format!("a view of {w} × {h} points at ({x}, {y}) shows no part of a drawing"))
}

fn check_hours(hours: Option<f64>) -> Result<(), String> {
    match hours.map(check_quantity).transpose()? {
        Some(hours) if hours > MONTH_HOURS => Err(format!("{hours} is more hours than a month has")),
        _ => Ok(()),
    }
}

fn quantities(id: &Id, values: &[(&'static str, f64)]) -> Result<(), Invalid> {
    for &(field, value) in values {
        check_quantity(value).map_err(|message| {
            invalid(id, field, format!("{field}: {message}"), "give a finite number that is not negative")
        })?;
    }
    Ok(())
}

fn percentages(id: &Id, values: &[(&'static str, f64)]) -> Result<(), Invalid> {
    quantities(id, values)?;
    match values.iter().find(|(_, value)| *value > 100.0) {
        None => Ok(()),
        Some((field, value)) => {
            Err(invalid(id, field, format!("{field}: {value} percent is more than all"), "give 0 to 100"))
        }
    }
}

fn check_pos(id: &Id, pos: Pos) -> Result<(), Invalid> {
    if pos.0.abs() <= MAX_COORDINATE && pos.1.abs() <= MAX_COORDINATE {
        return Ok(());
    }
    let message = format!("\"{id}\" is drawn at ({}, {}), too far away", pos.0, pos.1);
    Err(invalid(id, "pos", message, "positions go from -1,000,000 to 1,000,000 points"))
}

fn check_name(text: &str) -> Result<(), String> {
    if text.chars().any(char::is_control) {
        return Err(format!("the text {text:?} holds a control character"));
    }
    if text.chars().count() > MAX_NAME {
        return Err(format!("the text \"{}…\" is too long", text.chars().take(40).collect::<String>()));
    }
    Ok(())
}

fn check_notes(text: &str) -> Result<(), String> {
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("the notes hold a control character".into());
    }
    if text.len() > MAX_NOTES * 4 || text.chars().count() > MAX_NOTES {
        return Err("the notes are too long".into());
    }
    Ok(())
}
