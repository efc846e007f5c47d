//! How available each part is, and where that figure comes from.
//!
//! # Which figure
//!
//! The design's own `availability_pct` first, then the company's book, then the shipped one, then an assumption. Figures of
//! the books are mostly agreements: the share of time below which money is given back. Nobody measured them. So every
//! figure of a book gets a range by the assumption `outage-factor`, and answers are shown for both of its ends.
//!
//! # What a figure holds, so that nothing counts twice
//!
//! - A *node* has the weaker of the figure for a node of its kind, restarts included, and for one machine of its provider. That
//!   is everything that takes this one node away. The machine's share of what befalls its zone is in it as well; the zone
//!   is still counted, a few hundredths of a percent on the safe side, since it is what nodes have in common.
//! - Nodes of a group of two or more have something in common: the share β of a node's unavailability
//!   (`common-cause-pct`) moves to the group's own part, the rest stays with each node. A single node keeps all.
//! - A *service* that the drawing shows as one has its whole figure, standby included: the two machines of a managed
//!   database are inside of it.
//! - A *zone* and a *region* have what takes all of it: power, network, control. An own site with one zone is a data centre,
//!   and its zone is the site.
//! - A *connection* between two regions has the figure of the network there: that of the weakest network its links run over.
//! - A drawn *link* is a configuration and does not fail by itself, unless the design gives it a figure. Where all links
//!   between two regions have one, the connection has none of its own.

use crate::books::{Availability, AvailabilityKind, Books, Provider};
use crate::design::failure::nodes;
use crate::design::{
    Between, Component, Database, Design, Engine, Id, IdentityProduct, Kind, Link, Network, Region, Site, Spec, Standby,
};
use crate::estimate::{Assumed, Assumption, Assumptions, Derivation, Figure, Quality, Unit};

use super::availability::{HOURS_PER_YEAR, PartChance, chance::beta_factor};
use super::formula::PartId;
use super::model::Model;
use super::part::PartOf;

/// Which end of the range of every input is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The best guess.
    Value,
    /// All inputs at their worse end.
    Low,
    /// All inputs at their better end.
    High,
}

/// How one part fails.
#[derive(Debug, Clone, PartialEq)]
pub struct PartFigure {
    /// Availability of one member, percent.
    pub availability: Figure,
    /// Failures of one member in a year, at the best guess; 0 when it never fails.
    pub failures_per_year: f64,
    /// Hours that an outage lasts, without restarts.
    pub repair_h: f64,
    /// Whether somebody gave or published a figure for it, rather than that it is a drawn line without one.
    pub is_known: bool,
}

/// How every part of a model fails.
#[derive(Debug, Clone, PartialEq)]
pub struct Chances {
    figures: Vec<PartFigure>,
    members: Vec<u32>,
}

impl Chances {
    /// What design, books and assumptions say of every part of the model.
    #[must_use]
    pub fn of(design: &Design, books: &Books, model: &Model) -> Self {
        let assume = Assumptions::of(&design.meta.estimation, books.company());
        let finder = Finder { design, books, assume };
        Self {
            figures: model.parts.iter().map(|part| finder.part(&part.of)).collect(),
            members: model.parts.iter().map(|part| part.members).collect(),
        }
    }

    /// How a part fails.
    #[must_use]
    pub fn figure(&self, part: PartId) -> Option<&PartFigure> {
        self.figures.get(part.index())
    }

    /// All figures, in the order of the model's parts.
    #[must_use]
    pub fn all(&self) -> &[PartFigure] {
        &self.figures
    }

    /// Share of the time in which one member of a part does not work, 0 to 1.
    #[must_use]
    pub fn down(&self, part: PartId, end: End) -> f64 {
        self.figure(part).map_or(0.0, |figure| figure.down(end))
    }

    /// How many members each part has.
    #[must_use]
    pub fn members(&self) -> &[u32] {
        &self.members
    }

    /// The same in the words of the exact analysis, in the order of the model's parts.
    #[must_use]
    pub fn part_chances(&self, end: End) -> Vec<PartChance> {
        let of = |(figure, members): (&PartFigure, &u32)| {
            // Repair takes as long at either end of the range, so that a part that is away for longer fails more often.
            let (usual, down) = (figure.down(End::Value), figure.down(end));
            let rate = if usual > 0.0 {
                figure.failures_per_year * down / usual
            } else {
                down * HOURS_PER_YEAR / figure.repair_h
            };
            PartChance::new(*members, down, Some(rate)).or_else(|| PartChance::new(*members, 0.0, Some(0.0)))
        };
        self.figures.iter().zip(&self.members).filter_map(of).collect()
    }
}

impl PartFigure {
    /// Share of the time in which one member does not work, 0 to 1.
    #[must_use]
    pub fn down(&self, end: End) -> f64 {
        let percent = match end {
            End::Value => self.availability.value,
            End::Low => self.availability.low,
            End::High => self.availability.high,
        };
        down_of(percent)
    }
}

fn down_of(percent: f64) -> f64 {
    (1.0 - percent / 100.0).clamp(0.0, 1.0)
}

fn percent_of(down: f64) -> f64 {
    100.0 * (1.0 - down)
}

/// What limits how often a part fails.
#[derive(Debug, Clone, Copy)]
enum Repair {
    /// A node: restarts and failed machines.
    Node,
    /// A service.
    Service,
    /// A zone or region.
    Site,
    /// A network.
    Line,
}

struct Finder<'a> {
    design: &'a Design,
    books: &'a Books,
    assume: Assumptions<'a>,
}

impl Finder<'_> {
    fn part(&self, of: &PartOf) -> PartFigure {
        match of {
            PartOf::Region(id) => match self.design.regions.get(id) {
                Some(region) => self.figure(self.region(region), Repair::Site),
                None => never("Not drawn"),
            },
            PartOf::Zone(id, _) => match self.design.regions.get(id) {
                Some(region) if is_one_data_centre(region) => never("The site is one data centre and counted as such"),
                _ => self.figure(self.assumed(Assumed::ZonePct), Repair::Site),
            },
            PartOf::Component(id) => self.component(id),
            PartOf::Nodes(id, _) => self.nodes(id),
            PartOf::Link(id) => match self.design.links.get(id).and_then(|link| link.availability_pct) {
                Some(percent) => self.figure(given("Availability of the link", percent), Repair::Line),
                None => PartFigure {
                    is_known: false,
                    ..never("A drawn link is a configuration: its ends and network fail")
                },
            },
            PartOf::Connection(between) => match self.connection(between) {
                Some(node) => self.figure(node, Repair::Line),
                None => never("Every link of the connection has a figure of its own"),
            },
        }
    }

    // -- Sites ---------------------------------------------------------------------------------------------------

    fn region(&self, region: &Region) -> Derivation {
        if let Some(percent) = region.availability_pct {
            return given("Availability of the site", percent);
        }
        if is_one_data_centre(region)
            && let Some(tier) = self.books.availability("data-centre", None, "Uptime Institute Tier III")
        {
            return self.booked(tier, "an own site that names no tier");
        }
        self.assumed(Assumed::RegionPct)
    }

    // -- Components ----------------------------------------------------------------------------------------------

    /// What takes a service down, or the nodes of a group together.
    fn component(&self, id: &Id) -> PartFigure {
        let Some(component) = self.design.components.get(id) else { return never("Not drawn") };
        match nodes(component) {
            None => self.figure(self.service(component), Repair::Service),
            Some(0 | 1) => never("A single node has nothing in common with others"),
            Some(_) => self.shared(self.node(component), true),
        }
    }

    fn nodes(&self, id: &Id) -> PartFigure {
        let Some(component) = self.design.components.get(id) else { return never("Not drawn") };
        let node = self.node(component);
        if nodes(component).is_some_and(|nodes| nodes > 1) {
            self.shared(node, false)
        } else {
            self.figure(node, Repair::Node)
        }
    }

    /// The share of a node's figure that it has in common with the others, or the rest.
    fn shared(&self, node: Derivation, common: bool) -> PartFigure {
        let beta = self.assume.get(Assumed::CommonCausePct);
        let part = |down: f64, beta_pct: f64| {
            let (own, shared) = beta_factor(down, beta_pct / 100.0);
            percent_of(if common { shared } else { own })
        };
        let [low, high] = node.range.unwrap_or([node.value; 2]);
        let value = part(down_of(node.value), beta.value);
        // More in common is worse for the group and better for the single node.
        let (worse, better) = if common { (beta.high, beta.low) } else { (beta.low, beta.high) };
        let (low, high) = (part(down_of(low), worse), part(down_of(high), better));
        let (label, formula) = if common {
            ("What the nodes have in common", "share that takes the whole group along × unavailability of a node")
        } else {
            ("Availability of a node, apart from what it has in common", "the rest of the unavailability of a node")
        };
        // Restarts are one node at a time; of all that happens to a node, the share β happens to the whole group.
        let whole = self.figure(node.clone(), Repair::Node);
        let share = if down_of(node.value) > 0.0 { down_of(value) / down_of(node.value) } else { 0.0 };
        let node =
            Derivation::computed(label, value, Unit::Percent, formula, vec![node, beta.node()]).within(low, high);
        PartFigure { failures_per_year: whole.failures_per_year * share, ..self.figure(node, Repair::Node) }
    }

    /// One node: the weaker of what is said of a node of its kind and of one machine.
    fn node(&self, component: &Component) -> Derivation {
        if let Some(percent) = component.availability_pct {
            return given("Availability of a node", percent);
        }
        let (row, configuration) = match component.kind() {
            Kind::ControlPlane => ("wso2-control-plane-node", "one of an active-active pair"),
            Kind::TrafficManager => ("wso2-traffic-manager-node", "one of a pair"),
            Kind::KeyManager | Kind::IdentityProvider => ("wso2-key-manager-node", "one of a pair"),
            Kind::Database => ("database-self-managed", "one VM with SQL Server or Oracle"),
            Kind::Backend => ("backend", "user supplied"),
            _ => ("wso2-gateway-node", "JVM process on one VM, restarts included"),
        };
        let node = self.books.availability(row, None, configuration);
        let machine = match self.provider(component) {
            Some(provider @ Provider::Aws) => self.books.availability("vm", Some(provider), "one EC2 instance"),
            Some(provider @ Provider::Azure) => {
                self.books.availability("vm", Some(provider), "one VM, Premium SSD or Ultra disk")
            }
            Some(provider @ Provider::Gcp) => self.books.availability("vm", Some(provider), "one instance"),
            _ => None,
        };
        let all: Vec<Derivation> =
            [node, machine].into_iter().flatten().map(|figure| self.booked(figure, "one node")).collect();
        match all.as_slice() {
            [] => self.assumed(Assumed::ServicePct),
            [only] => only.clone(),
            _ => weakest("Availability of a node", "the weaker of the node and its machine", all),
        }
    }

    /// A service that fails as one.
    fn service(&self, component: &Component) -> Derivation {
        if let Some(percent) = component.availability_pct {
            return given("Availability of the service", percent);
        }
        let provider = self.provider(component);
        let book = |row: &str, configuration: &str| {
            let found = self.books.availability(row, provider, configuration)?;
            Some(self.booked(found, component.kind().label()))
        };
        let found = match &component.spec {
            Spec::LoadBalancer(_) => match provider {
                Some(Provider::Aws) => book("load-balancer", "ALB, NLB (ELB)"),
                // Calls and portals need a balancer that knows HTTP.
                Some(Provider::Azure) => book("load-balancer", "Application Gateway (two or more instances)"),
                Some(Provider::Gcp) => book("load-balancer", "Cloud Load Balancing"),
                _ => None,
            },
            Spec::GlobalLoadBalancer(_) => return self.global_balancer(component),
            Spec::Database(database) => self.database(database, provider),
            Spec::IdentityProvider(of) if of.product == IdentityProduct::EntraId => self
                .books
                .availability("identity", Some(Provider::Azure), "Entra ID Premium")
                .map(|figure| self.booked(figure, "identity provider")),
            Spec::IdentityProvider(of) if matches!(of.product, IdentityProduct::Wso2Is | IdentityProduct::Keycloak) => {
                return self.node(component);
            }
            Spec::Backend(_) => {
                self.books.availability("backend", None, "user supplied").map(|figure| self.booked(figure, "backend"))
            }
            Spec::Redis(_) => match provider {
                Some(Provider::Azure) => book("cache", "Cache for Redis Standard"),
                _ => None,
            },
            Spec::SharedFiles => match provider {
                Some(Provider::Aws) => book("storage", "EFS"),
                _ => None,
            },
            Spec::Users(_) => {
                return Derivation::input("Users", 100.0, Unit::Percent, Quality::Given, "they are no part");
            }
            _ => None,
        };
        found.unwrap_or_else(|| self.assumed(Assumed::ServicePct))
    }

    /// A managed database by engine and standby; one that nobody promises anything of counts as one machine.
    fn database(&self, database: &Database, provider: Option<Provider>) -> Option<Derivation> {
        let redundant = database.standby == Standby::MultiZone;
        let configuration = match (provider?, database.engine) {
            (Provider::Aws, _) => {
                if redundant {
                    "RDS Multi-AZ"
                } else {
                    "RDS Single-AZ"
                }
            }
            (Provider::Azure, Engine::SqlServer) if redundant => "SQL Database zone redundant",
            (Provider::Azure, Engine::SqlServer) => "SQL Database General Purpose",
            (Provider::Azure, Engine::MySql) if redundant => "MySQL",
            (Provider::Azure, _) if redundant => "PostgreSQL flexible, zone redundant HA",
            (Provider::Azure, _) => "PostgreSQL flexible, no HA",
            (Provider::Gcp, _) if redundant => "Cloud SQL HA (Enterprise)",
            _ => {
                let machine =
                    self.books.availability("database-self-managed", None, "one VM with SQL Server or Oracle")?;
                return Some(
                    self.booked(machine, "nothing is published for this database, so it counts as one machine"),
                );
            }
        };
        let found = self.books.availability("database", provider, configuration)?;
        Some(self.booked(found, database.engine.label()))
    }

    /// By the one cloud that all regions stand in; it stands in none itself.
    fn global_balancer(&self, component: &Component) -> Derivation {
        let assumed = self.assumed(Assumed::GlobalBalancerPct);
        let found = match self.provider(component) {
            Some(p @ Provider::Aws) => self.books.availability("dns", Some(p), "Route 53 data plane"),
            Some(p @ Provider::Azure) => self.books.availability("gslb", Some(p), "Traffic Manager"),
            Some(p @ Provider::Gcp) => self.books.availability("dns", Some(p), "Cloud DNS"),
            _ => None,
        };
        let Some(found) = found else { return assumed };
        let node = self.booked(found, "global balancer");
        if found.percent < 100.0 || self.is_of_company(found) {
            return node;
        }
        // Nothing never fails; the promise of 100 % says that money is given back for every minute.
        let low = assumed.value.min(node.value);
        let (label, value, high) = (node.label.clone(), node.value, node.value);
        let formula = "as promised; the lower end is what is assumed of other global balancers";
        Derivation::computed(label, value, Unit::Percent, formula, vec![node, assumed]).within(low, high)
    }

    /// The cloud that a component stands in: that of its region, else the one that all regions stand in.
    fn provider(&self, component: &Component) -> Option<Provider> {
        if let Some(region) = &component.region {
            return self.design.regions.get(region).and_then(|region| cloud(&region.site));
        }
        let mut clouds: Vec<Option<Provider>> =
            self.design.regions.values().map(|region| cloud(&region.site)).collect();
        clouds.sort_unstable();
        clouds.dedup();
        match clouds.as_slice() {
            [only] => *only,
            _ => None,
        }
    }

    // -- Networks ------------------------------------------------------------------------------------------------

    /// The network between two regions; `None` when every link over it has its own figure.
    fn connection(&self, between: &Between) -> Option<Derivation> {
        let region = |end: &Id| self.design.components.get(end).and_then(|c| c.region.clone());
        let over: Vec<&Link> = self
            .design
            .links
            .values()
            .map(AsRef::as_ref)
            .filter(|link: &&Link| match (region(&link.from), region(&link.to)) {
                (Some(from), Some(to)) => from != to && Between::new(from, to) == *between,
                _ => false,
            })
            .collect();
        if !over.is_empty() && over.iter().all(|link| link.availability_pct.is_some()) {
            return None;
        }
        let mut networks: Vec<Network> =
            over.iter().filter(|link| link.availability_pct.is_none()).map(|link| link.network).collect();
        networks.sort_unstable();
        networks.dedup();
        let ends = [between.first(), between.second()]
            .map(|id| self.design.regions.get(id).and_then(|region| cloud(&region.site)));
        let found: Vec<Derivation> = networks.into_iter().map(|network| self.network(network, ends)).collect();
        Some(match found.as_slice() {
            [] => self.backbone(),
            [only] => only.clone(),
            _ => weakest("Availability of the connection", "the weakest network that its links run over", found),
        })
    }

    fn network(&self, network: Network, ends: [Option<Provider>; 2]) -> Derivation {
        let of_end = |row: &str, names: [&str; 3]| {
            let found: Vec<Derivation> = ends
                .into_iter()
                .flatten()
                .filter_map(|provider| {
                    let name = match provider {
                        Provider::Aws => names.first(),
                        Provider::Azure => names.get(1),
                        Provider::Gcp => names.get(2),
                        Provider::Ibm => None,
                    }?;
                    Some(self.booked(self.books.availability(row, Some(provider), name)?, "one end of the connection"))
                })
                .collect();
            match found.as_slice() {
                [] => None,
                [only] => Some(only.clone()),
                _ => Some(weakest("Availability of the connection", "the weaker of its two ends", found)),
            }
        };
        let wide_area = || {
            let found = self.books.availability("wan-link", None, "wide-area link, CENIC study");
            found.map_or_else(|| self.assumed(Assumed::InternetPct), |found| self.booked(found, "a leased line"))
        };
        match network {
            Network::Private if ends.first() == ends.last() && ends.first().is_some_and(Option::is_some) => {
                self.backbone()
            }
            Network::Private => {
                let names =
                    ["Direct Connect, high resiliency design", "ExpressRoute", "Interconnect, non-critical topology"];
                of_end("private-line", names).unwrap_or_else(wide_area)
            }
            Network::Vpn => of_end("vpn", ["Site-to-Site VPN", "VPN gateway (not Basic)", "HA VPN"])
                .unwrap_or_else(|| self.assumed(Assumed::InternetPct)),
            Network::Public => self.assumed(Assumed::InternetPct),
        }
    }

    fn backbone(&self) -> Derivation {
        let found = self.books.availability("inter-region-link-provider-backbone", None, "provider backbone path");
        found.map_or_else(|| self.assumed(Assumed::InternetPct), |found| self.booked(found, "within one cloud"))
    }

    // -- Figures -------------------------------------------------------------------------------------------------

    fn is_of_company(&self, figure: &Availability) -> bool {
        figure.sourced.quality == crate::books::Quality::Company
    }

    /// A row of a book; a shipped one times the design's factor on all of them, and within its range.
    fn booked(&self, figure: &Availability, what: &str) -> Derivation {
        let by = figure.provider.map(|provider| format!(", {provider}")).unwrap_or_default();
        let label = format!("{}{by}", figure.configuration);
        let mut source = match figure.kind {
            AvailabilityKind::Agreement => format!("agreement, not measured: {}", figure.sourced.source),
            AvailabilityKind::Design => format!("what it is designed for: {}", figure.sourced.source),
            AvailabilityKind::Default | AvailabilityKind::Measured => figure.sourced.source.to_owned(),
        };
        if let Some(note) = &figure.note {
            source.push_str("; ");
            source.push_str(note);
        }
        let quality = figure.sourced.quality.into();
        let leaf = |value: f64| {
            Derivation::input(label.clone(), value, Unit::Percent, quality, source.clone()).dated(&figure.sourced)
        };
        if self.is_of_company(figure) {
            return leaf(figure.percent);
        }
        let factor: Assumption<'_> = self.assume.get(Assumed::OutageFactor);
        let down = down_of(figure.percent);
        let [value, low, high] = [factor.value, factor.high, factor.low].map(|f| percent_of((down * f).min(1.0)));
        let label = format!("Availability of {what}");
        let inputs = vec![leaf(figure.percent), factor.node()];
        let formula = "unavailability of the book × factor";
        Derivation::computed(label, value, Unit::Percent, formula, inputs).within(low, high)
    }

    fn assumed(&self, key: Assumed) -> Derivation {
        self.assume.get(key).node()
    }

    /// The figure of a derivation, with how often the part fails.
    fn figure(&self, node: Derivation, repair: Repair) -> PartFigure {
        let [low, high] = node.range.unwrap_or([node.value; 2]);
        let down_h = down_of(node.value) * HOURS_PER_YEAR;
        let value = |key| self.assume.value(key);
        let failures_per_year = match repair {
            Repair::Service => down_h / value(Assumed::ServiceRepairH),
            Repair::Site => down_h / value(Assumed::SiteRepairH),
            Repair::Line => down_h / value(Assumed::LineRepairH),
            Repair::Node => {
                // Restarts take what they take; the rest of the time a machine is missing.
                let restart_h = value(Assumed::RestartS) / 3_600.0;
                let restarts = (value(Assumed::RestartsPerMonth) * 12.0).min(down_h / restart_h);
                restarts + (down_h - restarts * restart_h).max(0.0) / value(Assumed::NodeRepairH)
            }
        };
        let availability = Figure { value: node.value, low, high, unit: Unit::Percent, derivation: node };
        let repair_h = match repair {
            Repair::Node => value(Assumed::NodeRepairH),
            Repair::Service => value(Assumed::ServiceRepairH),
            Repair::Site => value(Assumed::SiteRepairH),
            Repair::Line => value(Assumed::LineRepairH),
        };
        PartFigure { availability, failures_per_year, repair_h, is_known: true }
    }
}

/// An own site with one zone.
fn is_one_data_centre(region: &Region) -> bool {
    matches!(region.site, Site::Place { .. }) && region.zones <= 1
}

fn cloud(site: &Site) -> Option<Provider> {
    match site {
        Site::Cloud { provider, .. } => provider.parse().ok(),
        Site::Place { .. } => None,
    }
}

fn given(label: &str, percent: f64) -> Derivation {
    Derivation::input(label, percent, Unit::Percent, Quality::Given, "given in the drawing")
}

/// A part that does not fail by itself.
fn never(why: &str) -> PartFigure {
    let node = Derivation::input("Does not fail by itself", 100.0, Unit::Percent, Quality::Derived, why);
    let availability = Figure { value: 100.0, low: 100.0, high: 100.0, unit: Unit::Percent, derivation: node };
    PartFigure { availability, failures_per_year: 0.0, repair_h: 1.0, is_known: true }
}

/// The lowest of several figures, which are its inputs.
fn weakest(label: &str, formula: &str, of: Vec<Derivation>) -> Derivation {
    let least = |end: fn(&Derivation) -> f64| of.iter().map(end).fold(f64::INFINITY, f64::min);
    let value = least(|node| node.value);
    let low = least(|node| node.range.map_or(node.value, |[low, _]| low));
    let high = least(|node| node.range.map_or(node.value, |[_, high]| high));
    Derivation::computed(label, value, Unit::Percent, formula, of).within(low, high)
}
