//! Which files an open error of the drawing makes unfit.

use std::collections::BTreeSet;

use crate::design::Id;
use crate::export::Source;
use crate::export::bundle::{Blocked, FilePath};
use crate::rules::Severity;

use super::FilesOfGroups;

/// One entry for every open finding of severity error that concerns nodes with files: those of the groups and regions
/// that it names, at either end of the links that it names. A finding about the design as a whole concerns all.
pub(in crate::export) fn by_findings(source: &Source<'_>, files: &FilesOfGroups<'_>) -> Vec<Blocked> {
    let errors = source.analysis.check.findings.iter().filter(|f| f.severity == Severity::Error);
    let blocked = errors.filter_map(|finding| {
        let concerned: BTreeSet<&FilePath> =
            finding.subjects.iter().flat_map(|subject| files_of(source, files, subject)).collect();
        let fits = finding.subjects.is_empty() || !concerned.is_empty();
        fits.then(|| Blocked {
            paths: concerned.into_iter().cloned().collect(),
            rule: Some(finding.rule.to_string()),
            message: finding.message.clone(),
            elements: finding.subjects.clone(),
        })
    });
    blocked.collect()
}

/// The files of the nodes that an element stands for, or that stand where it stands.
fn files_of<'f>(source: &Source<'_>, files: &'f FilesOfGroups<'_>, element: &Id) -> Vec<&'f FilePath> {
    let design = source.design;
    if let Some(link) = design.links.get(element) {
        return [&link.from, &link.to].into_iter().flat_map(|end| files_of(source, files, end)).collect();
    }
    if let Some(own) = files.get(element.as_str()) {
        return own.iter().collect();
    }
    let place = design.components.get(element).map_or(Some(element), |component| component.region.as_ref());
    let Some(region) = place.filter(|id| design.regions.contains_key(*id)) else { return Vec::new() };
    let here = |group: &str| {
        let component = Id::new(group).ok().and_then(|id| design.components.get(&id));
        component.is_some_and(|component| component.region.as_ref() == Some(region))
    };
    files.iter().filter(|(group, _)| here(group)).flat_map(|(_, paths)| paths).collect()
}
