//! The runbook as a document.

use crate::design::{Design, Failure};
use crate::export::document::{Document, Section, Table};
use crate::export::loss::{chains, failover, reason_cells, users};
use crate::export::planner::{Plan, PlanBasis, StartStep};
use crate::export::sources;
use crate::failure::{Basis, Return, State, Step, rules};
use crate::words::{plural, whatif as words};

use super::Runbook;
use super::scenario::Scenario;
use super::start;

/// Stands where there is nothing to name.
const NONE: &str = "–";

/// The whole document.
pub(super) fn document(runbook: &Runbook<'_>) -> Document {
    let source = runbook.source;
    let (design, plan) = (source.design, &source.plan);
    let mut document = Document::new(&format!("Runbook of {}", design.meta.name));
    document.say(&format!(
        "{} {}, {}, {}. Everything here follows from the drawing: the order from its plan, the losses from \
         its failure model. What a source states is told apart from what is inferred. Times are estimates with the \
         range in which they may lie; measure them in a drill.",
        plan.product.name,
        plan.product.version,
        plural(plan.counts.regions, "region"),
        plural(plan.counts.nodes, "node"),
    ));
    document.say(&plan.domain.remark().unwrap_or_default());
    document.add(first_start(plan));
    document.add(checks(runbook));
    document.add(before_restarts(runbook));
    let mut losses = Section::new("When something is lost");
    losses.note("Stated: a sentence of the vendor says so. Inferred: concluded from documented facts.");
    for scenario in &runbook.scenarios {
        losses.add(loss(runbook, scenario));
    }
    if !runbook.left_out.is_empty() {
        losses.note(&left_out(runbook));
    }
    document.add(losses);
    let cited = sources::cited(&document, source.books.facts());
    document.add(cited);
    document
}

/// What was left out, as a sentence.
pub(super) fn left_out(runbook: &Runbook<'_>) -> String {
    let first = runbook.left_out.first().map(Failure::to_string).unwrap_or_default();
    format!(
        "{} more losses are not told here, since the design is large; \"meridian whatif FILE --fail {first}\" and so on \
         tells each of them.",
        runbook.left_out.len()
    )
}

/// What people call the region.
fn region(plan: &Plan, id: Option<&str>) -> String {
    id.map_or(NONE, |id| plan.region_name(id)).to_owned()
}

fn plan_basis(basis: PlanBasis) -> &'static str {
    match basis {
        PlanBasis::Overview | PlanBasis::Documented => "stated",
        PlanBasis::Inferred => "inferred",
        PlanBasis::Community => "from the community",
        PlanBasis::Company => "a rule of the company",
    }
}

fn rests_on(basis: Basis, facts: &[&str]) -> String {
    let word = match basis {
        Basis::Stated => "stated by",
        Basis::Inferred => "inferred from",
    };
    if facts.is_empty() { basis.label().to_owned() } else { format!("{word} {}", facts.join(", ")) }
}

/// What a step rests on, with the facts where any are named.
fn basis_of(step: &StartStep) -> String {
    let basis = plan_basis(step.basis);
    if step.facts.is_empty() { basis.to_owned() } else { format!("{basis}: {}", step.facts.join(", ")) }
}

fn first_start(plan: &Plan) -> Section {
    let mut section = Section::new("First start");
    section.say("One step after the other: the next one waits until everything in the step is ready.");
    let mut table = Table::new(["Step", "What", "Region", "Which", "Why now", "Rests on"]);
    for step in &plan.start_order {
        section.cite(&step.facts);
        section.cite_in(&step.reason);
        table.row([
            step.step.to_string(),
            start::action(step.action).to_owned(),
            region(plan, step.region.as_deref()),
            step.targets.join(", "),
            step.reason.clone(),
            basis_of(step),
        ]);
    }
    section.table(table);
    let mut commands = Section::new("How nodes are started");
    commands.table(start_commands(plan));
    section.add(commands);
    section
}

/// Commands by group; its nodes are alike.
fn start_commands(plan: &Plan) -> Table {
    let mut table = Table::new(["Nodes", "Region", "Hosts", "Pack", "Once before the first start", "Start"]);
    for nodes in plan.groups().values() {
        let Some(first) = nodes.first() else { continue };
        let hosts: Vec<&str> = nodes.iter().map(|node| node.host.as_str()).collect();
        table.row([
            first.group_name.clone(),
            region(plan, first.region.as_deref()),
            hosts.join(", "),
            format!("{} {}", first.pack, first.version),
            first.setup_command.clone().unwrap_or_else(|| NONE.to_owned()),
            first.start_command.clone().unwrap_or_else(|| "no source says how".to_owned()),
        ]);
    }
    table
}

fn checks(runbook: &Runbook<'_>) -> Section {
    let (plan, facts) = (&runbook.source.plan, runbook.source.books.facts());
    let mut section = Section::new("Checks at start");
    section.say("A node has started when it answers here (F7).");
    section.cite(["F7"]);
    let mut table = Table::new(["Node", "Region", "Ask"]);
    for check in &runbook.checks {
        let region = region(plan, check.node.region.as_deref());
        table.row([check.node.id.as_str(), &region, &check.address]);
    }
    section.table(table);
    section.cite(start::facts(plan));
    let known = start::facts(plan).into_iter().filter_map(|fact| facts.fact(fact));
    let mut table = Table::new(["Fact", "What to know", "Basis"]);
    known.for_each(|fact| table.row([fact.id.as_str(), &fact.statement, fact.basis.label()]));
    let mut said = Section::new("What happens at start");
    said.table(table);
    section.add(said);
    section
}

fn before_restarts(runbook: &Runbook<'_>) -> Section {
    let design = runbook.source.design;
    let mut section = Section::new("Before anything is started again");
    if runbook.restarts.is_empty() {
        section.say("No single failure keeps gateways or traffic managers elsewhere from starting.");
        return section;
    }
    let mut capabilities: Vec<_> = runbook.restarts.iter().map(|restart| restart.capability).collect();
    capabilities.dedup();
    for capability in capabilities {
        let of = runbook.restarts.iter().filter(|restart| restart.capability == capability);
        let mut below = Section::new(capability.label());
        if let Some(rule) = rules::of(capability) {
            let texts = [rule.needs, rule.not_needed, rule.down];
            texts.iter().for_each(|text| below.cite_in(text));
            below.list(texts.into_iter().filter(|text| !text.is_empty()));
        }
        let mut table = Table::new(["While this is down", "Not possible in", "Why", "Rests on"]);
        for restart in of {
            below.cite(&restart.facts);
            let regions: Vec<String> = restart.regions.iter().map(|region| design.name_of(region)).collect();
            table.row([
                restart.failure.words(design),
                regions.join(", "),
                chains(&restart.why),
                rests_on(restart.basis, &restart.facts),
            ]);
        }
        below.table(table);
        section.add(below);
    }
    if runbook.restarts_left_out > 0 {
        section.note(&format!(
            "{} more failures do this; \"meridian sweep FILE --capability gwstart\" and tmstart list all.",
            runbook.restarts_left_out
        ));
    }
    section
}

fn loss(runbook: &Runbook<'_>, scenario: &Scenario) -> Section {
    let design = runbook.source.design;
    let mut section = Section::new(&scenario.title(design));
    section.note(&format!("Play it with: meridian whatif FILE --fail {}", scenario.failure));
    section.add(what_changes(runbook, scenario));
    section.add(users(design, &scenario.whatif));
    section.add(failover(design, &scenario.whatif));
    section.add(way_back(design, scenario));
    section.add(aftermath(scenario));
    if section.sections.is_empty() {
        section.say("Nothing changes for anybody.");
    }
    section
}

fn what_changes(runbook: &Runbook<'_>, scenario: &Scenario) -> Section {
    let source = runbook.source;
    let mut section = Section::new("What changes");
    let mut table = Table::new(["State", "What", "Where", "It means", "Why", "Rests on"]);
    for reason in words::reasons(source.design, &source.analysis.failure, &scenario.whatif) {
        section.cite(&reason.facts);
        reason.means.iter().for_each(|text| section.cite_in(text));
        table.row(reason_cells(&reason).into_iter().chain([rests_on(reason.basis, &reason.facts).into()]));
    }
    section.table(table);
    section
}

fn way_back(design: &Design, scenario: &Scenario) -> Section {
    let mut section = Section::new("The way back");
    for (n, step) in (1..).zip(&scenario.recovery.steps) {
        let mut below = Section::new(&format!("Step {n}: {}", step.what));
        let facts = if step.facts.is_empty() { String::new() } else { format!(" ({})", step.facts.join(", ")) };
        below.say(&format!("{}{facts}", step.why));
        below.cite(&step.facts);
        [&step.why].into_iter().chain(&step.resyncs).chain(&step.still).for_each(|text| below.cite_in(text));
        below.list(points(design, step));
        section.add(below);
    }
    section
}

/// What comes of a step: what is back, what catches up, what is still to be done.
fn points(design: &Design, step: &Step) -> Vec<String> {
    // Capabilities that come back the same way at several places stand together.
    type What = (&'static str, State, State);
    let mut back: Vec<(What, Vec<String>)> = Vec::new();
    for Return { capability, place, before, after } in &step.returns {
        let (what, place) = ((capability.label(), *before, *after), design.name_of(place.id()));
        match back.iter_mut().find(|(known, _)| *known == what) {
            Some((_, places)) => places.push(place),
            None => back.push((what, vec![place])),
        }
    }
    let back = back.into_iter().map(|((what, before, after), places)| {
        format!("Back: {what}, from {} to {}: {}", before.label(), after.label(), places.join(", "))
    });
    let resyncs = step.resyncs.iter().map(|text| format!("Catches up: {text}"));
    let still = step.still.iter().map(|text| format!("To do: {text}"));
    back.chain(resyncs).chain(still).collect()
}

fn aftermath(scenario: &Scenario) -> Section {
    let mut section = Section::new("What stays");
    let aftermath = scenario.whatif.outcome.aftermath();
    let said =
        [("Lost for good", aftermath.lost), ("Catches up by itself", aftermath.resync), ("By hand", aftermath.by_hand)];
    said.iter().flat_map(|(_, of)| of).for_each(|text| section.cite_in(text));
    section.list(said.into_iter().flat_map(|(title, of)| of.into_iter().map(move |text| format!("{title}: {text}"))));
    section
}
