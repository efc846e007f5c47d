//! The bill of materials.

use std::collections::BTreeMap;

use crate::design::{Component, Id, Kind, Spec};
use crate::export::Source;
use crate::export::document::{Section, Table};
use crate::words::{plural, shown};

/// Everything that has to be provided, by region.
pub(super) fn materials(source: &Source<'_>) -> Section {
    let (design, plan) = (source.design, &source.plan);
    let packs: BTreeMap<&str, String> =
        plan.nodes.iter().map(|node| (node.group.as_str(), format!("{} {}", node.pack, node.version))).collect();
    let mut all: Vec<(&Id, &Component)> = design
        .components
        .iter()
        .map(|(id, component)| (id, component.as_ref()))
        .filter(|(_, component)| component.kind() != Kind::Users)
        .collect();
    all.sort_by_key(|(id, component)| (component.region.is_none(), &component.region, component.kind(), *id));
    let head = ["Region", "Name", "What", "Details", "Number", "vCPU each", "GiB each", "Disk each"];
    let mut table = Table::new(head).numbers_from(4);
    let (mut vcpu, mut memory_gib, mut disk_gib) = (0.0, 0.0, 0.0);
    for (id, component) in all {
        let number = f64::from(component.instances);
        let each = component.size.map_or([const { String::new() }; 3], |size| {
            vcpu += size.vcpu * number;
            memory_gib += size.memory_gib * number;
            disk_gib += size.disk_gib * number;
            [size.vcpu, size.memory_gib, size.disk_gib].map(shown)
        });
        let [cores, memory, disk] = each;
        table.row([
            component.region.as_ref().map_or_else(|| "–".to_owned(), |region| design.name_of(region)),
            component.name.clone(),
            component.kind().label().to_owned(),
            details(component, packs.get(id.as_str())),
            component.instances.to_string(),
            cores,
            memory,
            disk,
        ]);
    }
    let mut section = Section::new("Bill of materials");
    section.table(table);
    if !section.is_empty() {
        let nodes = plural(plan.nodes.len(), "node");
        let [vcpu, memory_gib, disk_gib] = [vcpu, memory_gib, disk_gib].map(shown);
        section.note(&format!(
            "{nodes} of the product. What has a size needs {vcpu} vCPU, {memory_gib} GiB of memory and {disk_gib} GiB of \
             disk in all."
        ));
    }
    section
}

/// What is installed there, or what it is.
fn details(component: &Component, pack: Option<&String>) -> String {
    match &component.spec {
        Spec::Database(database) => {
            let managed = if database.managed { ", managed" } else { "" };
            let version = [database.engine.label(), &database.version].join(" ");
            let (standby, storage) = (database.standby.label().to_lowercase(), shown(database.storage_gib));
            format!("{}{managed}, {standby}, {storage} GiB of storage", version.trim_end())
        }
        Spec::IdentityProvider(provider) => provider.product.label().to_owned(),
        Spec::Analytics(analytics) => analytics.product.label().to_owned(),
        _ => pack.cloned().unwrap_or_default(),
    }
}
