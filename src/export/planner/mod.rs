//! The planner format: the resolved plan of a design for generators of configuration.
//!
//! A plan is deterministic: the same design, books and program give the same bytes. Readers must ignore fields they
//! do not know; a field that changes its meaning or goes away makes a new format.

mod connections;
mod databases;
mod drawing;
mod endpoints;
mod names;
mod nodes;
mod places;
mod ports;
mod reference;
mod report;
mod rulings;
mod services;
mod start_order;
mod unresolved;
mod words;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

pub use connections::PlanConnection;
pub use databases::{DatabaseClient, PlanDatabase, ReplicationLink, ReplicationMember, ReplicationSet, Schema};
pub use drawing::{PlanDrawing, PlanDrawnComponent, PlanDrawnRegion, PlanLink, PlanReplication};
pub use endpoints::Endpoint;
pub use names::PLACEHOLDER_DOMAIN;
pub use nodes::{Listener, PlanNode, PlanNodeSettings};
pub use places::{PlanPopulation, PlanRegion, PlanRequirements, PlanSite, PlanSize};
pub use ports::PlanPort;
pub use reference::reference_markdown;
pub use report::{
    PlanCost, PlanCostItem, PlanDerivation, PlanEstimates, PlanFailover, PlanFigure, PlanFinding, PlanLatency,
    PlanLoad, PlanOperationLatency, PlanPublishVisible, PlanSeen, PlanSource, PlanUnpriced, estimates, findings,
};
pub use rulings::{PlanDecision, PlanPractices, PlanRuleOff, PlanUnchecked, PlanWaived};
pub use services::{PlanBalancer, PlanPool, PlanProbing, PlanResponse, PlanService, ServiceKind, redis_label};
pub use start_order::{StartAction, StartStep};
pub use unresolved::{Topic, Unresolved};
pub use words::*;

use crate::analysis::{self, Analysis, Setting};
use crate::books::Books;
use crate::design::Design;
use crate::design::file::{self, FileError};
use crate::design::history::Revision;
use crate::topology::Topology;

/// Most things a plan may list: node instances, connections with their ends, and steps to find them.
pub const MAX_PLAN_ITEMS: u64 = 2_000_000;

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Groups with many instances, connected all to all, give more than anybody can use.
    #[error("the plan would list more than {MAX_PLAN_ITEMS} nodes and connections; draw groups with fewer instances")]
    TooLarge,
    /// The design could not be written in canonical form, so it has no hash.
    #[error("{0}")]
    Unwritable(FileError),
}

/// What may still be spent on resolving a design, so that a hostile one ends in an error.
pub(in crate::export::planner) struct Budget {
    left: u64,
}

impl Budget {
    fn spend(&mut self, items: u64) -> Result<(), PlanError> {
        self.left = self.left.checked_sub(items).ok_or(PlanError::TooLarge)?;
        Ok(())
    }
}

/// The plan of a multi-datacenter deployment of WSO2 API Manager, resolved from a Meridian design to node instances.
///
/// Facts are cited by their number (such as `A19`) in Meridian's collection of facts about the product. Later
/// programs may add fields to this format: ignore what you do not know.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Plan {
    /// Name and version of this format.
    pub format: PlanFormat,
    /// The program that wrote the plan.
    pub generator: Generator,
    /// The design it was made from.
    pub design: PlanDesign,
    /// The product to be deployed.
    pub product: PlanProduct,
    /// The deployment pattern.
    pub pattern: PlanRecognition,
    /// The domain of host names.
    pub domain: PlanDomain,
    /// How much there is of everything.
    pub counts: Counts,
    /// Regions, in order of id.
    pub regions: Vec<PlanRegion>,
    /// Every node instance that runs the product, in order of group and number.
    pub nodes: Vec<PlanNode>,
    /// Load balancers, in order of id.
    pub balancers: Vec<PlanBalancer>,
    /// Services around the product, in order of id.
    pub services: Vec<PlanService>,
    /// User populations, in order of id.
    pub populations: Vec<PlanPopulation>,
    /// Databases, in order of id.
    pub databases: Vec<PlanDatabase>,
    /// Databases that replicate each other.
    pub replication_sets: Vec<ReplicationSet>,
    /// Links as they are drawn between groups, balancers, services, databases and populations, in order of id.
    pub links: Vec<PlanLink>,
    /// Who connects to whom: the links resolved to instances, and what nobody draws.
    pub connections: Vec<PlanConnection>,
    /// In which order everything is started for the first time.
    pub start_order: Vec<StartStep>,
    /// What the rules have to say, worst first.
    pub findings: Vec<PlanFinding>,
    /// Findings that were accepted, worst first.
    pub waived: Vec<PlanWaived>,
    /// Rules that were turned off, in order of id.
    pub rules_off: Vec<PlanRuleOff>,
    /// What could not be checked, and why.
    pub unchecked: Vec<PlanUnchecked>,
    /// What holds for the deployment and cannot be drawn.
    pub practices: PlanPractices,
    /// Decisions between the deployment patterns, oldest first.
    pub decisions: Vec<PlanDecision>,
    /// Latency, load and cost with their derivations.
    pub estimates: PlanEstimates,
    /// What must still be supplied or decided.
    pub unresolved: Vec<Unresolved>,
    /// Where everything is drawn, for programs that show the plan; nothing else depends on it.
    pub drawing: PlanDrawing,
}

/// Name and version of the planner format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PlanFormat {
    /// Version 1.
    #[serde(rename = "meridian-planner/1")]
    V1,
}

/// The program that wrote a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Generator {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The design a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDesign {
    /// Name of the design.
    pub name: String,
    /// What the deployment is used for.
    pub environment: PlanEnvironment,
    /// Format of access tokens.
    pub tokens: PlanTokens,
    /// SHA-256 of the design in canonical form, as 64 hexadecimal digits. Drawn positions count as well.
    #[schemars(regex(pattern = r"^[0-9a-f]{64}$"))]
    pub sha256: String,
}

/// The product to be deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanProduct {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// How it is packaged.
    pub packaging: Packaging,
}

/// The recognised pattern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanRecognition {
    /// The pattern.
    pub recognised: PlanPattern,
    /// What the architect means it to be.
    pub intended: PlanIntent,
    /// What in the drawing says so.
    pub reasons: Vec<String>,
}

/// The domain that host names end with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanDomain {
    /// The domain.
    pub value: String,
    /// Whether it stands in for the real one, which the design does not name.
    pub placeholder: bool,
}

impl PlanDomain {
    fn of(design: &Design) -> Self {
        match design.meta.domain.as_str() {
            "" => Self { value: PLACEHOLDER_DOMAIN.into(), placeholder: true },
            own => Self { value: own.to_ascii_lowercase(), placeholder: false },
        }
    }

    /// What has to be said of one that is not the real one, as a sentence.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        self.placeholder.then(|| format!("Host names end with {}, which stands in for the real domain.", self.value))
    }
}

/// How much there is of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Regions.
    pub regions: usize,
    /// Node instances that run the product.
    pub nodes: usize,
    /// Of these, gateways.
    pub gateways: usize,
    /// Of these, traffic managers.
    pub traffic_managers: usize,
    /// Of these, control planes.
    pub control_planes: usize,
    /// Of these, key managers of their own.
    pub key_managers: usize,
    /// Of these, all-in-one nodes.
    pub all_in_ones: usize,
    /// Load balancers.
    pub balancers: usize,
    /// Services around the product.
    pub services: usize,
    /// User populations.
    pub populations: usize,
    /// Databases.
    pub databases: usize,
    /// Connections.
    pub connections: usize,
    /// Of these, between regions.
    pub connections_between_regions: usize,
    /// Findings of severity error.
    pub errors: usize,
    /// Findings of severity warning.
    pub warnings: usize,
    /// Findings of severity info.
    pub notes: usize,
    /// Findings that were accepted, of any severity.
    pub waived: usize,
}

/// Resolves a design to the plan of its deployment. `analysis` must be of the same design.
///
/// # Errors
/// [`PlanError`] when the plan would be too large to be of use.
pub fn planner_file(design: &Design, analysis: &Analysis, _books: &Books) -> Result<Plan, PlanError> {
    let topology = Topology::of(design);
    let mut budget = Budget { left: MAX_PLAN_ITEMS };
    let names = names::Names::of(&topology, &mut budget)?;
    let ports = ports::Ports::of(&topology);
    let nodes = nodes::nodes(&topology, &names);
    let balancers = services::balancers(&topology, &names, &ports, &mut budget)?;
    let replication_sets = databases::replication_sets(&topology);
    let connections = connections::connections(&topology, &names, &ports, &mut budget)?;
    let parts =
        unresolved::Parts { nodes: &nodes, balancers: &balancers, sets: &replication_sets, connections: &connections };
    let unresolved = unresolved::unresolved(&topology, &analysis.recognition, &parts);
    let mut plan = Plan {
        format: PlanFormat::V1,
        generator: Generator { name: "meridian".into(), version: env!("CARGO_PKG_VERSION").into() },
        design: PlanDesign {
            name: design.meta.name.clone(),
            environment: design.meta.environment.into(),
            tokens: design.meta.tokens.into(),
            sha256: sha256(&file::to_ron(design).map_err(PlanError::Unwritable)?),
        },
        product: PlanProduct {
            name: "WSO2 API Manager".into(),
            version: design.meta.product_version.to_string(),
            packaging: Packaging::of(design.meta.product_version),
        },
        pattern: PlanRecognition {
            recognised: analysis.recognition.pattern.into(),
            intended: design.meta.pattern.into(),
            reasons: analysis.recognition.reasons.clone(),
        },
        domain: PlanDomain::of(design),
        counts: Counts::default(),
        regions: places::regions(&topology),
        populations: places::populations(&topology),
        services: services::services(&topology, &names),
        databases: databases::databases(&topology, &names, &replication_sets),
        start_order: start_order::start_order(&topology, &names, &replication_sets),
        findings: findings(&analysis.check.findings),
        waived: rulings::waived(&analysis.check),
        rules_off: rulings::rules_off(&analysis.check),
        unchecked: rulings::unchecked(&analysis.check),
        practices: (&design.meta.practices).into(),
        decisions: design.meta.decisions.iter().map(PlanDecision::from).collect(),
        estimates: estimates(&analysis.estimates),
        links: drawing::links(design),
        drawing: drawing::drawing(design),
        nodes,
        balancers,
        replication_sets,
        connections,
        unresolved,
    };
    plan.counts = Counts::of(&plan);
    Ok(plan)
}

impl Counts {
    fn of(plan: &Plan) -> Self {
        let role = |role| plan.nodes.iter().filter(|n| n.role == role).count();
        let severity = |severity| plan.findings.iter().filter(|f| f.severity == severity).count();
        Self {
            regions: plan.regions.len(),
            nodes: plan.nodes.len(),
            gateways: role(NodeRole::Gateway),
            traffic_managers: role(NodeRole::TrafficManager),
            control_planes: role(NodeRole::ControlPlane),
            key_managers: role(NodeRole::KeyManager),
            all_in_ones: role(NodeRole::AllInOne),
            balancers: plan.balancers.len(),
            services: plan.services.len(),
            populations: plan.populations.len(),
            databases: plan.databases.len(),
            connections: plan.connections.len(),
            connections_between_regions: plan.connections.iter().filter(|c| c.crosses_regions).count(),
            errors: severity(PlanSeverity::Error),
            warnings: severity(PlanSeverity::Warning),
            notes: severity(PlanSeverity::Info),
            waived: plan.waived.len(),
        }
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Analyses a design and writes its plan as JSON: what window and command line export.
///
/// # Errors
/// [`FileError`] without a place when there is no plan, see [`PlanError`].
pub fn planner_json(design: &Design, of: Revision, setting: &Setting<'_>) -> Result<String, FileError> {
    let plan = planner_file(design, &analysis::analyse(design, of, setting), setting.books);
    plan.map(|plan| to_json(&plan)).map_err(|e| FileError::whole("planner file", e.to_string(), ""))
}

/// Any value of the format as indented JSON that ends with a line break; equal values give equal bytes.
#[must_use]
pub fn to_json<T: Serialize>(value: &T) -> String {
    // Plans hold neither maps with other keys than text nor numbers JSON has no word for, so this cannot fail.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// The JSON Schema (draft 2020-12) of [`Plan`], as shipped in `assets/planner.schema.json`.
#[must_use]
pub fn schema_json() -> String {
    to_json(&schema())
}

fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    sorted(generator.into_root_schema_for::<Plan>().to_value())
}

/// The value with the keys of every object in order, whichever map the JSON library was built with.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, v)| (key, sorted(v))).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
