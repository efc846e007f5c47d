//! Which elements have problems.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::design::{Design, Id};
use crate::rules::{Finding, Severity};

/// The worst severity of each element that a finding concerns first, and of each region that holds such an element.
pub fn marks(design: &Design, analysis: Option<&Analysis>) -> BTreeMap<Id, Severity> {
    let mut marks = BTreeMap::new();
    for finding in analysis.into_iter().flat_map(|a| &a.check.findings) {
        let Some(first) = finding.subjects.first() else { continue };
        raise(&mut marks, first, finding.severity);
        if let Some(region) = design.components.get(first).and_then(|c| c.region.as_ref()) {
            raise(&mut marks, region, finding.severity);
        }
    }
    marks
}

fn raise(marks: &mut BTreeMap<Id, Severity>, id: &Id, severity: Severity) {
    // Severities are ordered worst first.
    marks.entry(id.clone()).and_modify(|s| *s = severity.min(*s)).or_insert(severity);
}

/// Findings that concern the element at all, with their place in the list of all findings.
pub fn findings_of<'a>(analysis: &'a Analysis, id: &Id) -> Vec<(usize, &'a Finding)> {
    analysis.check.findings.iter().enumerate().filter(|(_, f)| f.subjects.contains(id)).collect()
}

/// How many findings there are of each severity, worst first.
pub fn counts(findings: &[Finding]) -> [(Severity, usize); 3] {
    Severity::ALL.map(|s| (s, findings.iter().filter(|f| f.severity == s).count()))
}
