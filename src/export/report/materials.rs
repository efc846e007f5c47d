//! The bill of materials.

use crate::design::Kind;
use crate::export::Source;
use crate::export::document::{Section, Table};
use crate::export::materials::{Item, items};
use crate::words::{plural, shown};

/// Everything that has to be provided, by region.
pub(super) fn materials(source: &Source<'_>) -> Section {
    let head = ["Region", "Name", "What", "Details", "Number", "vCPU each", "GiB each", "Disk each"];
    let mut table = Table::new(head).numbers_from(4);
    let mut all = [0.0; 3];
    for item in items(source) {
        // Connections and callers are paid for; nobody provides them.
        let Some(component) = item.component.filter(|component| component.kind() != Kind::Users) else { continue };
        let each = component.size.map(|size| [size.vcpu, size.memory_gib, size.disk_gib]);
        for (all, each) in all.iter_mut().zip(each.unwrap_or_default()) {
            *all += each * f64::from(component.instances);
        }
        let [vcpu, memory_gib, disk_gib] = each.map(|each| each.map(shown)).unwrap_or_default();
        table.row([
            item.region.clone().unwrap_or_else(|| "–".to_owned()),
            item.name.clone(),
            item.kind.to_owned(),
            details(&item),
            component.instances.to_string(),
            vcpu,
            memory_gib,
            disk_gib,
        ]);
    }
    let mut section = Section::new("Bill of materials");
    section.table(table);
    if !section.is_empty() {
        let nodes = plural(source.plan.nodes.len(), "node");
        let [vcpu, memory_gib, disk_gib] = all.map(shown);
        section.note(&format!(
            "{nodes} of the product. What has a size needs {vcpu} vCPU, {memory_gib} GiB of memory and {disk_gib} GiB of \
             disk in all."
        ));
    }
    section
}

/// What is installed there, unless that is what it is called anyway, and what else decides on the order.
fn details(item: &Item<'_>) -> String {
    let product = Some(item.product.to_string()).filter(|product| !product.is_empty() && product != item.kind);
    product.iter().chain(&item.details(shown)).map(String::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::{Setting, analyse};
    use crate::books::Books;
    use crate::design::Spec;
    use crate::design::history::Revision;
    use crate::export::document::Block;
    use crate::templates;

    #[test]
    fn the_report_tells_of_everything_but_callers_what_the_spreadsheet_tells() {
        let books = Books::shipped();
        let mut design = templates::get("pattern-2").unwrap().design();
        let database = design.components.values_mut().find(|c| c.kind() == Kind::Database).unwrap();
        if let Spec::Database(database) = &mut Arc::make_mut(database).spec {
            database.storage_gib = 100.0 / 3.0;
        }
        let analysis = analyse(&design, Revision::default(), &Setting::of(books));
        let source = Source::of(&design, &analysis, books).unwrap();
        let section = materials(&source);
        let Some(Block::Table(table)) = section.blocks.first() else { panic!("a table") };
        let callers = design.components.values().filter(|component| component.kind() == Kind::Users).count();
        assert_eq!(table.rows.len(), design.components.len() - callers);
        let told: Vec<&str> = table.rows.iter().map(|row| row[3].text.as_str()).collect();
        for details in [
            "PostgreSQL 16.2, managed, standby in another zone, 33.3 GiB of storage, zones a b",
            "WSO2 Universal Gateway 4.6.0, zones a b",
            "lowest latency",
        ] {
            assert!(told.contains(&details), "{details}: {told:?}");
        }
    }
}
