//! What a tree of configuration says against a design.
//!
//! The design that was made of the tree is laid over the open one: what stands for the same thing gets the same id, and
//! what no file can say is taken from the open design. Then both are compared like any two designs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::analysis::{Setting, analyse};
use crate::books::Books;
use crate::compare::{ElementChange, FieldChange, compare_drawings};
use crate::design::file::FileError;
use crate::design::history::Revision;
use crate::design::{
    Component, Design, GatewayRuntime, Id, Kind, Link, ProductVersion, Purpose, Region, SceneRect, Site, Spec, places,
};
use crate::export::bundle::FilePath;
use crate::export::planner::PLACEHOLDER_DOMAIN;
use crate::export::{Form, Options, Source};

use super::super::layout;
use super::Imported;
use super::keys::{Key, Value};
use super::tree;

/// How the files of a deployment differ from its design.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Drift {
    /// Settings of the design as a whole that differ; "before" is the design, "after" are the files.
    pub settings: Vec<FieldChange>,
    /// Groups, databases and links that differ: removed are those that no file knows, added those that are not drawn.
    pub elements: Vec<ElementChange>,
    /// Keys that differ from what would be exported of the design.
    pub keys: Vec<KeyChange>,
}

impl Drift {
    /// Whether the files say what the design says.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty() && self.elements.is_empty() && self.keys.is_empty()
    }
}

/// A key that has another value in the files than an export of the design would give it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct KeyChange {
    /// The node: the folders of its region and its own.
    pub node: String,
    /// The file as it is; the one that would be exported where there is none.
    pub file: String,
    /// Line in that file, from 1; 0 where the files do not have the key.
    pub line: usize,
    /// The key with its tables; empty for a node that only one side has.
    pub key: String,
    /// Its value in the files; `None` where they do not have it.
    pub files: Option<String>,
    /// Its value in an export of the design; `None` where that would not have it.
    pub design: Option<String>,
}

/// Port of an event broker that is not encrypted.
const BROKER: u16 = 5672;

/// What stands for a value that may be anything.
const NOT_SHOWN: &str = "a value that is not shown";

/// A tree of configuration held against a design.
#[derive(Debug, Clone, PartialEq)]
pub struct Against {
    /// How they differ.
    pub drift: Drift,
    /// The design as the files would have it: what they can tell is theirs, under the ids of the design where they mean
    /// the same; everything else, such as users and backends, is that of the design.
    pub said: Design,
}

/// Compares a tree that was read with a design. Users, backends and whatever else stands in no such file is left out.
#[must_use]
pub fn drift(imported: &Imported, design: &Design) -> Drift {
    let seen = visible(design);
    drawn_drift(&seen, &laid_over(&visible(&imported.design), &seen, design))
}

/// The same for the files as well: which keys differ from those that would be exported of the design, and what the
/// design would be if the files were right.
///
/// # Errors
/// [`FileError`] when a file is no TOML, or the design is too large for a plan.
pub fn against(
    imported: &Imported,
    files: &BTreeMap<FilePath, String>,
    design: &Design,
    books: &Books,
) -> Result<Against, FileError> {
    let analysis = analyse(design, Revision::default(), &Setting::of(books));
    let source =
        Source::of(design, &analysis, books).map_err(|error| FileError::whole("design", error.to_string(), ""))?;
    let exported = Form::Toml.bundle(&source, &Options::default()).files;
    let exported = exported.into_iter().filter_map(|(path, file)| Some((path, file.content.text()?.to_owned())));
    let keys = key_drift(files, &exported.collect())?;
    let seen = visible(design);
    let over = laid_over(&visible(&imported.design), &seen, design);
    Ok(Against { drift: Drift { keys, ..drawn_drift(&seen, &over) }, said: said(over, &seen, design) })
}

fn drawn_drift(seen: &Design, over: &Design) -> Drift {
    let (settings, elements) = compare_drawings(seen, over);
    Drift { settings, elements, keys: Vec::new() }
}

/// The design with what is seen of it in files put in the place of what they say.
fn said(over: Design, seen: &Design, design: &Design) -> Design {
    let mut said = design.clone();
    said.meta = over.meta;
    said.regions.extend(over.regions);
    said.components.retain(|id, _| !seen.components.contains_key(id));
    said.components.extend(over.components);
    said.links.retain(|id, _| !seen.links.contains_key(id));
    said.links.extend(over.links);
    let components = &said.components;
    said.links.retain(|_, link| components.contains_key(&link.from) && components.contains_key(&link.to));
    set_beside(&mut said, design);
    set_free(&mut said, design);
    said
}

/// Puts components that only the files have, or have in another region, at free spots of the regions that are drawn.
fn set_free(said: &mut Design, design: &Design) {
    let mut drawn = design.clone();
    for (id, component) in &mut said.components {
        let Some(region) = component.region.clone().filter(|region| design.regions.contains_key(region)) else {
            continue;
        };
        if design.components.get(id).is_some_and(|there| there.region.as_ref() == Some(&region)) {
            continue;
        }
        let component = Arc::make_mut(component);
        component.pos = places::in_region(&drawn, &region, component.kind().extent(), places::FIRST_SPOT);
        drawn.components.insert(id.clone(), Arc::new(component.clone()));
    }
}

/// Moves regions, and what stands in none, that only the files have to the right of what is drawn.
fn set_beside(said: &mut Design, design: &Design) {
    let stands_alone = |component: &Component| component.region.is_none();
    let regions = said.regions.iter().filter(|(id, _)| !design.regions.contains_key(*id)).map(|(_, r)| r.rect());
    let loose = said.components.iter().filter(|(id, c)| !design.components.contains_key(*id) && stands_alone(c));
    let new = regions.chain(loose.map(|(_, c)| said.rect_scene(c))).reduce(SceneRect::union);
    let (Some(new), Some(drawn)) = (new, design.bounds()) else { return };
    let (right, down) = (drawn.max().0 + layout::REGION_GAP - new.min.0, drawn.min.1 - new.min.1);
    for (_, region) in said.regions.iter_mut().filter(|(id, _)| !design.regions.contains_key(*id)) {
        let region = Arc::make_mut(region);
        region.pos = region.pos.offset(right, down);
    }
    let components =
        said.components.iter_mut().filter(|(id, c)| !design.components.contains_key(*id) && stands_alone(c));
    for (_, component) in components {
        let component = Arc::make_mut(component);
        component.pos = component.pos.offset(right, down);
    }
}

/// The part of a design that files of configuration can tell.
fn visible(design: &Design) -> Design {
    let mut seen = design.clone();
    let by_files = |component: &Component| match &component.spec {
        // It is registered in the Admin portal and has no such file (A8).
        Spec::Gateway(gateway) => gateway.runtime == GatewayRuntime::Universal,
        Spec::Database(_) | Spec::Redis(_) | Spec::Analytics(_) | Spec::LoadBalancer(_) => true,
        spec => spec.kind().is_product_node(),
    };
    seen.components.retain(|_, component| by_files(component));
    let kinds: BTreeMap<Id, Kind> = seen.components.iter().map(|(id, c)| (id.clone(), c.kind())).collect();
    let version = design.meta.product_version;
    seen.links.retain(|_, link| match (kinds.get(&link.from), kinds.get(&link.to)) {
        (Some(from), Some(_)) => is_in_files(link, *from, version),
        _ => false,
    });
    // A balancer that nothing but its own settings know is in no file either.
    let named: BTreeSet<Id> = seen.links.values().map(|link| link.to.clone()).collect();
    let fronts: BTreeSet<&Id> =
        design.links.values().filter(|link| link.purpose == Purpose::ApiTraffic).map(|link| &link.from).collect();
    seen.components.retain(|id, c| c.kind() != Kind::LoadBalancer || named.contains(id) || fronts.contains(id));
    seen
}

/// Whether some file says that this link is there. What a balancer hands on is set in the balancer; where revoked tokens
/// of a control plane go is written whether it is drawn or not.
fn is_in_files(link: &Link, from: Kind, version: ProductVersion) -> bool {
    match link.purpose {
        _ if !from.is_product_node() => false,
        Purpose::EventStream
        | Purpose::HubEvents
        | Purpose::ManagementHttps
        | Purpose::KeyManagerHttps
        | Purpose::ThrottleData
        | Purpose::ThrottleDecision
        | Purpose::SharedCounters
        | Purpose::AnalyticsEvents => true,
        Purpose::TokenNotification => from == Kind::KeyManager,
        // From 4.7 the packs of gateways and traffic managers have no database (A14).
        Purpose::Database => version < ProductVersion::V4_7 || !matches!(from, Kind::Gateway | Kind::TrafficManager),
        Purpose::ApiTraffic
        | Purpose::PortalAccess
        | Purpose::GatewayManagement
        | Purpose::DbReplication
        | Purpose::Identity
        | Purpose::BackendCall
        | Purpose::FileShare => false,
    }
}

/// The imported design with the ids of the open one, and with everything of it that files cannot say.
fn laid_over(imported: &Design, design: &Design, whole: &Design) -> Design {
    let regions = same_regions(imported, design);
    let mut ids =
        Ids { imported, whole, given: same_components(imported, design, &regions.ids), taken: BTreeSet::new() };
    ids.given.extend(regions.ids.clone());
    let mut over = Design { meta: Arc::clone(&design.meta), ..Design::default() };
    Arc::make_mut(&mut over.meta).product_version = imported.meta.product_version;
    for (id, region) in &imported.regions {
        let drawn = ids.drawn(id).and_then(|id| design.regions.get(id));
        let merged = match drawn {
            Some(drawn) if regions.is_guess(id) => Arc::new(with_known_site(drawn, region)),
            Some(drawn) => Arc::clone(drawn),
            None => Arc::clone(region),
        };
        over.regions.insert(ids.of(id), merged);
    }
    for (id, component) in &imported.components {
        let drawn = ids.drawn(id).and_then(|id| design.components.get(id));
        let mut merged = drawn.map_or_else(|| Component::clone(component), |drawn| said_by_files(drawn, component));
        merged.region = match drawn {
            Some(drawn) if component.region.is_none() => drawn.region.clone(),
            _ => component.region.as_ref().map(|region| ids.of(region)),
        };
        over.components.insert(ids.of(id), Arc::new(merged));
    }
    for (id, link) in &imported.links {
        let (from, to) = (ids.of(&link.from), ids.of(&link.to));
        let same =
            |(_, drawn): &(&Id, &Arc<Link>)| drawn.from == from && drawn.to == to && drawn.purpose == link.purpose;
        let (id, merged) = match design.links.iter().find(same) {
            Some((id, drawn)) => {
                // Only at event brokers encryption is a matter of choice (A36).
                let broker = link.purpose.ports().iter().any(|port| port.number == BROKER);
                let tls = if broker { link.tls } else { drawn.tls };
                (id.clone(), Link { tls, port: link.port, ..Link::clone(drawn) })
            }
            None => (ids.of(id), Link { from, to, ..Link::clone(link) }),
        };
        over.links.insert(id, Arc::new(merged));
    }
    over
}

/// The ids that imported elements have in the design that is laid over.
struct Ids<'d> {
    imported: &'d Design,
    /// The design, with what files cannot tell.
    whole: &'d Design,
    /// Ids by those of the imported design.
    given: BTreeMap<Id, Id>,
    /// Ids that neither design has and that were given.
    taken: BTreeSet<Id>,
}

impl Ids<'_> {
    /// The drawn element that an imported one stands for.
    fn drawn(&self, imported: &Id) -> Option<&Id> {
        self.given.get(imported)
    }

    /// The id of an imported element: that of the drawn one, else its own, else one that is free in both designs.
    fn of(&mut self, imported: &Id) -> Id {
        if let Some(id) = self.given.get(imported) {
            return id.clone();
        }
        let is_free = |id: &Id| !self.whole.contains(id) && !self.imported.contains(id) && !self.taken.contains(id);
        let id = match self.whole.contains(imported) {
            false => imported.clone(),
            true => (2..).map(|n| imported.with_number(n)).find(is_free).unwrap_or_else(|| imported.clone()),
        };
        self.taken.insert(id.clone());
        self.given.insert(imported.clone(), id.clone());
        id
    }
}

/// A drawn region at the site that the files name, where they name one that is known.
fn with_known_site(drawn: &Region, files: &Region) -> Region {
    let site = if matches!(files.site, Site::Cloud { .. }) { &files.site } else { &drawn.site };
    Region { site: site.clone(), ..drawn.clone() }
}

/// A drawn component with what the files say of it.
fn said_by_files(drawn: &Component, files: &Component) -> Component {
    let mut merged = drawn.clone();
    // What balancers, databases and services consist of is their own affair.
    if drawn.kind().is_product_node() {
        merged.instances = files.instances;
        merged.settings.cache_domain.clone_from(&files.settings.cache_domain);
        merged.settings.token_cleanup_off = files.settings.token_cleanup_off;
    }
    match (&mut merged.spec, &files.spec) {
        (Spec::Gateway(drawn), Spec::Gateway(files)) => drawn.environment.clone_from(&files.environment),
        (Spec::AllInOne(drawn), Spec::AllInOne(files)) => drawn.environment.clone_from(&files.environment),
        (Spec::Database(drawn), Spec::Database(files)) => drawn.engine = files.engine,
        (Spec::Analytics(drawn), Spec::Analytics(files)) => drawn.product = files.product,
        _ => {}
    }
    merged
}

/// Regions that are the same.
struct SameRegions {
    /// Ids of drawn regions by those of imported ones.
    ids: BTreeMap<Id, Id>,
    /// Imported ones that are taken for a drawn one only because no other was left.
    guessed: BTreeSet<Id>,
}

impl SameRegions {
    fn is_guess(&self, imported: &Id) -> bool {
        self.guessed.contains(imported)
    }
}

/// Regions that are the same: by id, by name or site, by a word of these, or because no other is left.
fn same_regions(imported: &Design, design: &Design) -> SameRegions {
    let names = |id: &Id, region: &Region| {
        let site = match &region.site {
            Site::Cloud { region, .. } => region.clone(),
            Site::Place { name, .. } => name.clone(),
        };
        [id.as_str().to_lowercase(), region.name.to_lowercase(), site.to_lowercase()]
    };
    // Numbers and single letters are the same in too many names.
    let tells = |word: &&str| word.chars().count() > 1 && !word.chars().all(char::is_numeric);
    let words = |id: &Id, region: &Region| -> BTreeSet<String> {
        let all = names(id, region);
        let words = all.iter().flat_map(|name| name.split(['-', '_', '.', '/', ' ']).filter(tells));
        words.map(str::to_owned).collect()
    };
    let mut same = Matched::default();
    same.add(&imported.regions, &design.regions, |(a, _), (b, _)| a == b);
    same.add(&imported.regions, &design.regions, |(a, x), (b, y)| {
        names(a, x).iter().any(|name| names(b, y).contains(name))
    });
    same.add(&imported.regions, &design.regions, |(a, x), (b, y)| !words(a, x).is_disjoint(&words(b, y)));
    let sure: BTreeSet<Id> = same.0.keys().cloned().collect();
    same.add(&imported.regions, &design.regions, |_, _| true);
    let guessed = same.0.keys().filter(|id| !sure.contains(*id)).cloned().collect();
    SameRegions { ids: same.0, guessed }
}

/// Components that are the same: by id, else by kind and environment in the same region, else by kind alone.
fn same_components(imported: &Design, design: &Design, regions: &BTreeMap<Id, Id>) -> BTreeMap<Id, Id> {
    let place = |component: &Component| {
        let own = component.region.as_ref();
        own.map(|region| regions.get(region).cloned().unwrap_or_else(|| region.clone()))
    };
    let kind = |a: &Component, b: &Component| a.kind() == b.kind() && place(a) == b.region;
    let environment = |component: &Component| match &component.spec {
        Spec::Gateway(gateway) => gateway.environment.clone(),
        Spec::AllInOne(all) => all.environment.clone(),
        _ => String::new(),
    };
    let mut same = Matched::default();
    let [files, drawn] = [&imported.components, &design.components];
    same.add(files, drawn, |(a, x), (b, y)| a == b && kind(x, y));
    same.add(files, drawn, |(_, x), (_, y)| kind(x, y) && environment(x) == environment(y));
    same.add(files, drawn, |(_, x), (_, y)| kind(x, y));
    same.0
}

/// Pairs of ids, imported and drawn.
#[derive(Default)]
struct Matched(BTreeMap<Id, Id>);

impl Matched {
    /// Adds the pairs that fit and of which neither side fits another one that is still free.
    fn add<T>(
        &mut self,
        imported: &BTreeMap<Id, Arc<T>>,
        drawn: &BTreeMap<Id, Arc<T>>,
        fit: impl Fn((&Id, &T), (&Id, &T)) -> bool,
    ) {
        let taken: BTreeSet<&Id> = self.0.values().collect();
        let free: Vec<(&Id, &Arc<T>)> = drawn.iter().filter(|(id, _)| !taken.contains(id)).collect();
        let open: Vec<(&Id, &Arc<T>)> = imported.iter().filter(|(id, _)| !self.0.contains_key(*id)).collect();
        let mut pairs = Vec::new();
        for (id, element) in &open {
            let mut fits = free.iter().filter(|(other, drawn)| fit((id, element), (other, drawn)));
            if let (Some((other, drawn)), None) = (fits.next(), fits.next()) {
                let rivals = open.iter().filter(|(id, element)| fit((id, element), (other, drawn))).count();
                if rivals == 1 {
                    pairs.push(((*id).clone(), (*other).clone()));
                }
            }
        }
        self.0.extend(pairs);
    }
}

/// Compares the `deployment.toml` of every node with what would be exported. Nodes are the same when their folders are;
/// where no folder is, nothing is said. Secrets, and values for which an export has a placeholder, are not compared.
/// Values of keys that the export has nowhere are compared, but not told: nobody knows what they are.
///
/// # Errors
/// [`FileError`] when a file is no TOML.
pub fn key_drift(
    files: &BTreeMap<FilePath, String>,
    exported: &BTreeMap<FilePath, String>,
) -> Result<Vec<KeyChange>, FileError> {
    let (files, exported) = (tree::nodes(files)?.nodes, tree::nodes(exported)?.nodes);
    let name = |node: &tree::Node<'_>| format!("{}/{}", node.region, node.name).to_lowercase();
    let by_name: BTreeMap<String, &tree::Node<'_>> = exported.iter().map(|node| (name(node), node)).collect();
    let known: BTreeSet<String> = files.iter().map(name).collect();
    if !by_name.keys().any(|node| known.contains(node)) {
        return Ok(Vec::new());
    }
    let written: BTreeSet<&str> = exported.iter().flat_map(|node| &node.keys).map(|key| key.path.as_str()).collect();
    let mut changes = Vec::new();
    let only = |node: &tree::Node<'_>, in_files: bool| {
        let there = || Some("there".to_owned());
        KeyChange {
            node: name(node),
            file: node.file.to_string(),
            line: 0,
            key: String::new(),
            files: in_files.then(there).flatten(),
            design: (!in_files).then(there).flatten(),
        }
    };
    for node in &files {
        match by_name.get(&name(node)) {
            Some(exported) => node_drift(&name(node), [node, exported], &written, &mut changes),
            None => changes.push(only(node, true)),
        }
    }
    changes.extend(exported.iter().filter(|node| !known.contains(&name(node))).map(|node| only(node, false)));
    changes.sort();
    Ok(changes)
}

/// Compares the keys of a node: first as its files have them, then as they would be exported.
fn node_drift(name: &str, nodes: [&tree::Node<'_>; 2], written: &BTreeSet<&str>, changes: &mut Vec<KeyChange>) {
    let [files, _] = nodes;
    type Keys<'k> = BTreeMap<(&'k str, usize), &'k Key>;
    let [is, should]: [Keys<'_>; 2] =
        nodes.map(|node| node.keys.iter().map(|key| ((key.path.as_str(), key.element), key)).collect());
    let all: BTreeSet<&(&str, usize)> = is.keys().chain(should.keys()).collect();
    for at in all {
        let (is, should) = (is.get(at), should.get(at));
        if [is, should].into_iter().flatten().any(|key| is_open(&key.value)) {
            continue;
        }
        if is.map(|key| &key.value) == should.map(|key| &key.value) || stands_in(is, should) {
            continue;
        }
        let value = |key: Option<&&Key>| {
            key.map(|key| if written.contains(key.path.as_str()) { shown(&key.value) } else { NOT_SHOWN.to_owned() })
        };
        changes.push(KeyChange {
            node: name.to_owned(),
            file: files.file.to_string(),
            line: is.map_or(0, |key| key.line),
            key: at.0.to_owned(),
            files: value(is),
            design: value(should),
        });
    }
}

/// Whether the value is a secret, or stands for one that is not supplied yet.
fn is_open(value: &Value) -> bool {
    matches!(value, Value::Secret(_)) || value.texts().iter().any(|text| super::endpoint::is_placeholder(text))
}

/// Whether the export has only a host name in the domain that stands for the real one, and the files have another.
/// Which node or balancer is meant, the links tell.
fn stands_in(is: Option<&&Key>, should: Option<&&Key>) -> bool {
    let (Some(is), Some(should)) = (is, should) else { return false };
    let placeholder = |key: &Key| key.value.texts().iter().any(|text| text.contains(PLACEHOLDER_DOMAIN));
    placeholder(should) && !placeholder(is)
}

fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::List(texts) => texts.join(", "),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Secret(_) => "a secret".to_owned(),
        Value::Other => "something else".to_owned(),
    }
}
