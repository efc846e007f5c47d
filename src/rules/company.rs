//! Rules of the user's own company: what packs say, as findings beside ours.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::check::{CheckReport, Unchecked, severity_here};
use super::context::Context;
use super::finding::{Basis, Finding, Seen, Severity};
use crate::custom::{self, Pack};

/// A pack that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PackReport {
    /// What people call it.
    pub name: String,
    /// What was read: a path or another name.
    pub source_name: String,
    /// How many of its rules can be asked.
    pub rules: usize,
}

/// A rule of a pack that cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BrokenRule {
    /// Its id.
    pub rule: String,
    /// What was read: a path or another name.
    pub source_name: String,
    /// The field with the fault: `id`, `when`, `require` or `message`.
    pub field: &'static str,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl From<custom::Severity> for Severity {
    fn from(severity: custom::Severity) -> Self {
        match severity {
            custom::Severity::Error => Self::Error,
            custom::Severity::Warning => Self::Warning,
            custom::Severity::Info => Self::Info,
        }
    }
}

/// Asks the rules of packs about the drawing; what they are and what cannot be asked goes into the report.
pub(super) fn check(context: &Context<'_>, packs: &[Arc<Pack>], report: &mut CheckReport) -> Vec<Finding> {
    if packs.is_empty() {
        return Vec::new();
    }
    let mut known: BTreeMap<&str, &str> = BTreeMap::new();
    let mut skip = BTreeSet::new();
    let mut severities = BTreeMap::new();
    for (at, pack) in packs.iter().enumerate() {
        for (index, rule) in pack.rules.iter().enumerate() {
            if let Some(first) = known.get(rule.id.as_str()) {
                skip.insert((at, index));
                report.broken.push(used_twice(pack, rule, first));
                continue;
            }
            known.insert(&rule.id, &pack.source_name);
            match severity_here(context, &rule.id, rule.severity.into(), report) {
                Some(severity) => drop(severities.insert((at, index), severity)),
                None => drop(skip.insert((at, index))),
            }
        }
        report.broken.extend(pack.broken.iter().map(|error| BrokenRule {
            rule: error.rule.clone(),
            source_name: pack.source_name.clone(),
            field: error.field,
            line: error.line,
            column: error.column,
            message: error.message.clone(),
            hint: error.hint.clone(),
        }));
        let (name, source_name) = (pack.name.clone(), pack.source_name.clone());
        report.company.push(PackReport { name, source_name, rules: pack.rules.len() });
    }
    report.broken.sort_by(|a, b| (&a.source_name, a.line, a.column).cmp(&(&b.source_name, b.line, b.column)));
    let said = custom::evaluate(packs, &skip, context.topology, context.pattern.label(), context.books);
    let rule_of = |pack: usize, rule: usize| packs.get(pack).and_then(|pack| pack.rules.get(rule));
    report.unchecked.extend(said.errors.into_iter().filter_map(|error| {
        let rule = rule_of(error.pack, error.rule)?.id.clone();
        let others = if error.count > 1 { format!(" and {} more", error.count - 1) } else { String::new() };
        let place = error.subject.map(|id| format!(" at {id}{others}")).unwrap_or_default();
        Some(Unchecked { rule, why: format!("Cannot be asked{place}: {}.", error.message) })
    }));
    let finding = |breach: custom::CustomBreach| {
        let rule = rule_of(breach.pack, breach.rule)?;
        let severity = *severities.get(&(breach.pack, breach.rule))?;
        Some(found(rule, severity, breach))
    };
    said.breaches.into_iter().filter_map(finding).collect()
}

fn used_twice(pack: &Pack, rule: &custom::CompiledRule, first: &str) -> BrokenRule {
    BrokenRule {
        rule: rule.id.clone(),
        source_name: pack.source_name.clone(),
        field: "id",
        line: rule.line,
        column: rule.column,
        message: format!("{first} has a rule of this id already"),
        hint: "give every rule an id of its own".into(),
    }
}

fn found(rule: &custom::CompiledRule, severity: Severity, breach: custom::CustomBreach) -> Finding {
    let seen = breach.evidence.into_iter().map(|(what, value)| Seen { what: Cow::Owned(what), value });
    Finding {
        rule: Cow::Owned(rule.id.clone()),
        severity,
        subjects: breach.subjects,
        message: breach.message,
        seen: seen.collect(),
        impact: Cow::Owned(rule.impact.clone()),
        why: Cow::Owned(rule.why.clone()),
        remedy: Cow::Owned(rule.remedy.clone()),
        basis: Basis::Company,
        sources: &[],
        link: rule.link.clone(),
        lapsed: None,
        fixable: false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::pattern_2;
    use super::super::{Inputs, check, waiver_for};
    use super::*;
    use crate::books::Books;
    use crate::design::{Design, Level, RuleSetting};
    use crate::topology::Topology;

    fn pack(name: &str, rules: &[(&str, &str)]) -> Arc<Pack> {
        let rules: String = rules
            .iter()
            .map(|(id, require)| {
                format!(
                    "  (id: \"{id}\", severity: Warning, title: \"T\", impact: \"I\", why: \"W\", remedy: \"R\", \
                     link: \"https://wiki.example.com/{id}\", each: Component, when: \"component.kind == 'gateway'\", \
                     require: \"{require}\", message: \"{{component.name}} differs\"),\n"
                )
            })
            .collect();
        let text = format!("(format: 1, name: \"{name}\", rules: [\n{rules}])");
        Arc::new(Pack::parse(&text, &format!("{name}.rules.ron")).expect("a pack"))
    }

    fn checked(design: &Design, packs: &[Arc<Pack>]) -> CheckReport {
        check(&Topology::of(design), &Inputs { packs, ..Inputs::of(Books::shipped()) })
    }

    /// What could not be checked of the company's rules.
    fn unchecked(report: &CheckReport) -> Vec<(&str, &str)> {
        let company = report.unchecked.iter().filter(|u| u.rule.starts_with("ACME-"));
        company.map(|u| (u.rule.as_str(), u.why.as_str())).collect()
    }

    fn of_company(report: &CheckReport) -> Vec<&Finding> {
        report.findings.iter().filter(|f| f.basis == Basis::Company).collect()
    }

    #[test]
    fn breaches_are_findings_in_order_with_the_words_of_the_pack() {
        let design = pattern_2().design();
        let report = checked(&design, &[pack("acme", &[("ACME-1", "component.vcpu >= 64.0")])]);
        let found = of_company(&report);
        assert_eq!(found.len(), 2, "{found:#?}");
        let words = found.first().map(|f| (f.rule.as_ref(), f.impact.as_ref(), f.why.as_ref(), f.remedy.as_ref()));
        assert_eq!(words, Some(("ACME-1", "I", "W", "R")));
        assert!(found.iter().all(|f| f.link.as_deref() == Some("https://wiki.example.com/ACME-1") && !f.fixable));
        assert!(found.iter().all(|f| f.seen.iter().any(|s| s.what == "component.vcpu")));
        assert!(report.findings.is_sorted_by_key(|f| (f.severity, f.rule.clone(), f.subjects.clone())));
        let ours = check(&Topology::of(&design), &Inputs::of(Books::shipped())).findings;
        assert_eq!(report.findings.len(), ours.len() + 2);
        assert_eq!(report.company.iter().map(|p| (p.name.as_str(), p.rules)).collect::<Vec<_>>(), [("acme", 1)]);
    }

    #[test]
    fn a_design_sets_their_severity_turns_them_off_and_waives_their_findings() {
        let packs = [pack("acme", &[("ACME-1", "component.vcpu >= 64.0"), ("ACME-2", "component.vcpu >= 64.0")])];
        let mut design = pattern_2().design();
        let waived = checked(&design, &packs).findings.into_iter().find(|f| f.rule == "ACME-1").expect("found");
        let meta = Arc::make_mut(&mut design.meta);
        let setting = |level| RuleSetting { level, reason: "agreed".into() };
        meta.rules.insert("ACME-1".into(), setting(Level::Error));
        meta.rules.insert("ACME-2".into(), setting(Level::Off));
        meta.waivers.insert(waiver_for(&waived, "a pilot", "", None));
        let report = checked(&design, &packs);
        let found = of_company(&report);
        assert_eq!(
            found.iter().map(|f| (f.rule.as_ref(), f.severity)).collect::<Vec<_>>(),
            [("ACME-1", Severity::Error)]
        );
        assert_eq!((report.waived.len(), report.off.len(), report.changed.len()), (1, 1, 1));
        assert_eq!((unchecked(&report), report.idle_waivers.len()), (vec![], 0));
        // Without the pack nobody knows the rules that the design speaks of.
        assert_eq!(unchecked(&checked(&design, &[])).len(), 2);
    }

    #[test]
    fn what_cannot_be_asked_is_said() {
        let first = pack("a", &[("ACME-1", "component.vcpu >= 64.0"), ("ACME-2", "component.vpcu >= 64.0")]);
        let second = pack("b", &[("ACME-3", "component.links_out[50].tls"), ("ACME-1", "true")]);
        let mut design = pattern_2().design();
        let setting = RuleSetting { level: Level::Error, reason: String::new() };
        Arc::make_mut(&mut design.meta).rules.insert("ACME-2".into(), setting);
        let report = checked(&design, &[first, second]);
        let broken: Vec<_> = report.broken.iter().map(|b| (b.source_name.as_str(), b.rule.as_str(), b.line)).collect();
        assert_eq!(broken, [("a.rules.ron", "ACME-2", 3), ("b.rules.ron", "ACME-1", 3)]);
        assert_eq!(of_company(&report).len(), 2, "the first of two rules with one id holds");
        let said = unchecked(&report);
        let [("ACME-3", why)] = said.as_slice() else { panic!("{said:?}") };
        assert!(why.starts_with("Cannot be asked at frankfurt-gw and 1 more: require: "), "{why}");
    }
}
