//! The report of a check as SARIF 2.1.0, which code scanning services read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Component, Path};

use serde_json::{Value, json};

use crate::books::Facts;
use crate::cli::scan::{Place, places};
use crate::cli::text;
use crate::design::{Design, Element, Id, Waiver};
use crate::rules::reference::{RulePage, address, cited, family_of};
use crate::rules::{Finding, Lapsed, Rule, Severity, all};

use super::report::fingerprint;
use super::sarif_format::{
    Artifact, ArtifactLocation, BaselineState, Configuration, Descriptor, Driver, Invocation, Level, Location, Log,
    LogicalLocation, Notification, PhysicalLocation, Properties, Reference, Region, Run as SarifRun, SarifResult,
    Suppression, Text, Tool,
};
use super::{Checked, Run, Since, key};

/// What notifications are about: id and description, in the order of their indices.
const NOTIFICATIONS: [(&str, &str); 7] = [
    ("rule-off", "The design turns a rule off."),
    ("severity-changed", "The design takes a rule more or less seriously than it is."),
    ("unchecked", "Something could not be checked."),
    ("broken-rule", "A company rule cannot be asked."),
    ("other-version", "Rules do not hold for the product version."),
    ("idle-waiver", "A waiver matches no finding any more."),
    ("gone", "Findings of the base are not there any more."),
];

pub(super) fn log(run: &Run, facts: &Facts) -> Log {
    let mut artifacts = Vec::new();
    let mut results = Vec::new();
    let mut notifications = Vec::new();
    for checked in &run.designs {
        let file = checked.path.as_deref().map(|path| artifact(path, &mut artifacts));
        let source = Source { checked, file, places: places(&checked.text) };
        source.results(&mut results);
        source.notifications(&mut notifications);
    }
    let mut properties = Properties::from([("asOf", json!(run.as_of.to_string()))]);
    if let Some(version) = run.as_version {
        properties.insert("asVersion", json!(version.to_string()));
    }
    if let Some(base) = run.designs.iter().find_map(|d| d.base.as_ref()) {
        properties.insert("base", json!(base.name));
    }
    let kind = |(id, about): (&str, &str)| Descriptor { id: id.into(), ..descriptor(about) };
    let driver = Driver {
        name: "Meridian",
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        short_description: Text::plain("Checks designs of multi-datacenter deployments of WSO2 API Manager."),
        rules: all().iter().map(|r| rule(r, facts)).collect(),
        notifications: NOTIFICATIONS.into_iter().map(kind).collect(),
    };
    Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [SarifRun {
            tool: Tool { driver },
            invocations: [Invocation { execution_successful: true, tool_configuration_notifications: notifications }],
            artifacts,
            results,
            column_kind: "unicodeCodePoints",
            properties,
        }],
    }
}

/// Where a file is, listed once however often it is checked.
fn artifact(path: &Path, artifacts: &mut Vec<Artifact>) -> ArtifactLocation {
    let uri = uri(path);
    let index = artifacts.iter().position(|a| a.location.uri == uri).unwrap_or_else(|| {
        let location = ArtifactLocation { uri: uri.clone(), index: None };
        artifacts.push(Artifact { location, roles: ["analysisTarget"] });
        artifacts.len() - 1
    });
    ArtifactLocation { uri, index: Some(index) }
}

fn descriptor(about: &str) -> Descriptor {
    Descriptor {
        id: String::new(),
        name: None,
        short_description: Text::plain(about),
        full_description: None,
        help: None,
        help_uri: None,
        default_configuration: None,
        properties: Properties::new(),
    }
}

fn rule(rule: &Rule, facts: &Facts) -> Descriptor {
    let page = RulePage::of(rule, facts);
    let cited = cited(rule, facts);
    let ids: Vec<&str> = cited.iter().map(|c| c.fact.as_str()).collect();
    let properties = Properties::from([
        ("basis", json!(rule.basis)),
        ("facts", json!(ids)),
        ("versions", json!(rule.versions.words())),
        ("tags", json!([family_of(rule.id)])),
    ]);
    Descriptor {
        id: rule.id.to_owned(),
        name: Some(pascal_case(rule.title)),
        full_description: Some(Text::plain(format!("{} {}", rule.impact, rule.why).trim())),
        help: Some(Text { text: text::page(&page), markdown: Some(page.to_markdown(1)) }),
        help_uri: cited.iter().flat_map(|c| &c.documents).find_map(address).map(str::to_owned),
        default_configuration: Some(Configuration { level: level(rule.severity) }),
        properties,
        ..descriptor(rule.title)
    }
}

/// The words of a sentence as one name, as the standard asks for.
fn pascal_case(sentence: &str) -> String {
    let mut name = String::new();
    for word in sentence.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()) {
        let mut chars = word.chars();
        name.extend(chars.next().map(|c| c.to_ascii_uppercase()));
        name.push_str(chars.as_str());
    }
    name
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Info => Level::Note,
    }
}

fn reference(rule: &str) -> Reference {
    Reference { id: rule.to_owned(), index: all().iter().position(|r| r.id == rule) }
}

/// A checked design with what is needed to point into its file.
struct Source<'a> {
    checked: &'a Checked,
    /// `None` for standard input.
    file: Option<ArtifactLocation>,
    places: BTreeMap<&'a str, Place>,
}

impl Source<'_> {
    /// Findings that count, and waived ones as suppressed.
    fn results(&self, results: &mut Vec<SarifResult>) {
        // Two findings of a rule may rest on the same facts at the same place; then their order tells them apart.
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut numbered = |finding: &Finding| {
            let hash = fingerprint(finding);
            let count = seen.entry(hash.clone()).or_default();
            *count += 1;
            format!("{hash}:{count}")
        };
        for counted in self.checked.counted() {
            let state = match counted.since {
                Since::NoBase => None,
                Since::New => Some(BaselineState::New),
                Since::Changed(_) => Some(BaselineState::Updated),
            };
            results
                .push(SarifResult { baseline_state: state, ..self.result(counted.finding, numbered(counted.finding)) });
        }
        for waived in &self.checked.analysis.check.waived {
            let state = self.checked.base.as_ref().map(|base| {
                if base.known.contains(&key(&waived.finding)) { BaselineState::Unchanged } else { BaselineState::New }
            });
            results.push(SarifResult {
                baseline_state: state,
                suppressions: vec![suppression(&waived.waiver)],
                ..self.result(&waived.finding, numbered(&waived.finding))
            });
        }
    }

    fn result(&self, finding: &Finding, fingerprint: String) -> SarifResult {
        let rule = reference(&finding.rule);
        let seen: BTreeMap<String, String> = finding.facts();
        let subjects: Vec<&str> = finding.subjects.iter().map(Id::as_str).collect();
        let mut properties = Properties::from([
            ("subjects", json!(subjects)),
            ("seen", json!(seen)),
            ("impact", json!(finding.impact)),
            ("why", json!(finding.why)),
            ("remedy", json!(finding.remedy)),
            ("fixable", json!(finding.fixable)),
        ]);
        if let Some(link) = &finding.link {
            properties.insert("link", json!(link));
        }
        if let Some(lapsed) = &finding.lapsed {
            properties.insert("lapsedWaiver", Value::String(Lapsed::sentence(lapsed)));
        }
        let mut places = finding.subjects.iter().map(|id| self.place(id));
        SarifResult {
            rule_id: rule.id,
            rule_index: rule.index,
            level: level(finding.severity),
            message: Text::plain(format!("{}. {}", finding.message.trim_end_matches('.'), finding.remedy).trim_end()),
            locations: vec![places.next().unwrap_or_else(|| self.whole())],
            related_locations: places.collect(),
            partial_fingerprints: BTreeMap::from([
                ("meridianFinding/v1", fingerprint.clone()),
                // The name under which code hosts look for it.
                ("primaryLocationLineHash", fingerprint),
            ]),
            baseline_state: None,
            suppressions: Vec::new(),
            properties,
        }
    }

    fn at(&self, place: Place) -> Option<PhysicalLocation> {
        let (start_line, start_column) = place;
        let artifact_location = self.file.clone()?;
        Some(PhysicalLocation { artifact_location, region: Region { start_line, start_column } })
    }

    /// The design as a whole.
    fn whole(&self) -> Location {
        let logical = LogicalLocation {
            name: self.checked.design.meta.name.clone(),
            fully_qualified_name: self.checked.name(),
            kind: "design".into(),
        };
        Location { physical_location: self.at((1, 1)), logical_locations: vec![logical] }
    }

    fn place(&self, id: &Id) -> Location {
        let design = &self.checked.design;
        let logical =
            LogicalLocation { name: design.name_of(id), fully_qualified_name: id.to_string(), kind: kind(design, id) };
        let place = self.places.get(id.as_str()).copied().unwrap_or((1, 1));
        Location { physical_location: self.at(place), logical_locations: vec![logical] }
    }

    fn notifications(&self, notifications: &mut Vec<Notification>) {
        let report = &self.checked.analysis.check;
        let mut note = |about: &str, level: Level, rule: Option<&str>, text: String| {
            let index = NOTIFICATIONS.iter().position(|(id, _)| *id == about);
            notifications.push(Notification {
                descriptor: Reference { id: about.to_owned(), index },
                level,
                message: Text::plain(format!("{}: {text}", self.checked.name())),
                associated_rule: rule.map(reference),
                locations: vec![self.whole()],
            });
        };
        let because = |reason: &str| if reason.is_empty() { String::new() } else { format!(": {reason}") };
        for off in &report.off {
            let text = format!("{} is turned off{}", off.rule, because(&off.reason));
            note("rule-off", Level::Note, Some(&off.rule), text);
        }
        for c in &report.changed {
            let (from, to) = (c.from.label(), c.to.label());
            let text = format!("{} counts as {to} instead of {from}{}", c.rule, because(&c.reason));
            note("severity-changed", Level::Note, Some(&c.rule), text);
        }
        for u in &report.unchecked {
            note("unchecked", Level::Warning, Some(&u.rule), format!("{} could not be checked: {}", u.rule, u.why));
        }
        for b in &report.broken {
            let place = format!("{}:{}:{}", b.source_name, b.line, b.column);
            note("broken-rule", Level::Error, None, format!("{place}: {}, {}: {}", b.rule, b.field, b.message));
        }
        for w in &report.idle_waivers {
            note(
                "idle-waiver",
                Level::Note,
                Some(&w.rule),
                format!("a waiver of {} matches no finding any more", w.rule),
            );
        }
        if !report.other_versions.is_empty() {
            let version = self.checked.design.meta.product_version;
            let rules = report.other_versions.join(", ");
            note("other-version", Level::Note, None, format!("these rules do not hold for {version}: {rules}"));
        }
        if let Some(base) = self.checked.base.as_ref().filter(|b| !b.delta.vanishes.is_empty()) {
            let gone = base.delta.vanishes.len();
            note("gone", Level::Note, None, format!("of the findings in {}, {gone} are gone", base.name));
        }
    }
}

fn suppression(waiver: &Waiver) -> Suppression {
    let mut properties = Properties::new();
    if !waiver.owner.is_empty() {
        properties.insert("owner", json!(waiver.owner));
    }
    if let Some(day) = waiver.expires {
        properties.insert("expires", json!(day.to_string()));
    }
    Suppression { kind: "external", status: "accepted", justification: waiver.reason.clone(), properties }
}

fn kind(design: &Design, id: &Id) -> String {
    match design.element(id) {
        Some(Element::Region(_)) => "region".into(),
        Some(Element::Component(component)) => component.kind().label().to_lowercase(),
        Some(Element::Link(_)) => "link".into(),
        None => "element".into(),
    }
}

/// The path as a URI reference: relative paths stay relative, so that they can be resolved in the repository.
fn uri(path: &Path) -> String {
    let mut out = String::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            // A root follows either nothing or the drive it belongs to.
            Component::RootDir if out.is_empty() => out.push_str("file://"),
            Component::RootDir => {}
            Component::Prefix(drive) => {
                let _ = write!(out, "file:///{}", drive.as_os_str().to_string_lossy());
            }
            Component::ParentDir | Component::Normal(_) => {
                if !out.is_empty() {
                    out.push('/');
                }
                encode(&mut out, &component.as_os_str().to_string_lossy());
            }
        }
    }
    out
}

/// Appends a segment of a path with everything but unreserved characters as `%XX` (RFC 3986).
fn encode(out: &mut String, segment: &str) {
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri(Path::new("./designs/my plan:é.ron")), "designs/my%20plan%3A%C3%A9.ron");
        assert_eq!(uri(Path::new("../a.ron")), "../a.ron");
        #[cfg(unix)]
        assert_eq!(uri(Path::new("/srv/a#1.ron")), "file:///srv/a%231.ron");
    }

    #[test]
    fn a_title_becomes_a_name() {
        assert_eq!(pascal_case("A sub region has its own gateway."), "ASubRegionHasItsOwnGateway");
    }
}
