//! The drawing as a Mermaid flowchart.
//!
//! Texts stand in quotation marks with the characters that mean something to Mermaid as its own entities, so that no
//! name ends a label, begins a directive or becomes markup.

use crate::design::{Component, Design, Id, Kind, Link, Region};
use crate::export::bundle::{ExportFile, Syntax};
use crate::export::lines::Lines;
use crate::export::text::{hex, one_line};
use crate::picture::card::{component_card, link_label, region_title};
use crate::picture::palette::{Dash, LIGHT, dash};

use super::identifiers::Identifiers;

/// The flowchart of a design.
pub(super) fn flowchart(design: &Design) -> ExportFile {
    let names = Identifiers::of("n", design.components.keys());
    let regions = Identifiers::of("r", design.regions.keys());
    let mut lines = Lines::default();
    lines.add("---");
    lines.add(&format!("title: {}", json_text(&design.meta.name)));
    lines.add("---");
    lines.open("flowchart LR");
    for (id, region) in &design.regions {
        let Some(name) = regions.get(id) else { continue };
        subgraph(&mut lines, design, &names, name, id, region);
    }
    for (id, component) in design.components.iter().filter(|(_, c)| c.region.is_none()) {
        node(&mut lines, &names, id, component);
    }
    let mut drawn = Vec::new();
    for (id, link) in &design.links {
        if edge(&mut lines, design, &names, id, link) {
            drawn.push((id, link));
        }
    }
    kinds(&mut lines, design);
    for (n, (id, link)) in drawn.into_iter().enumerate() {
        let pattern = match dash(link.purpose) {
            Dash::Solid => String::new(),
            dash => format!(",stroke-dasharray:{}", dash_pattern(dash)),
        };
        let style = format!("linkStyle {n} stroke:{}{pattern}", hex(LIGHT.purpose(link.purpose)));
        lines.drawn(&style, "The colour of the link's purpose.", [id]);
    }
    lines.into_file(Syntax::Text)
}

fn dash_pattern(dash: Dash) -> &'static str {
    match dash {
        Dash::Solid => "none",
        Dash::Dashed => "6 4",
        Dash::Dotted => "2 3",
    }
}

fn subgraph(lines: &mut Lines, design: &Design, names: &Identifiers, name: &str, id: &Id, region: &Region) {
    lines.drawn(&format!("subgraph {name}[\"{}\"]", label(&region_title(region))), "A region.", [id]);
    lines.indent();
    for (id, component) in design.components_in(id) {
        node(lines, names, id, component);
    }
    lines.close("end");
}

fn node(lines: &mut Lines, names: &Identifiers, id: &Id, component: &Component) {
    let Some(name) = names.get(id) else { return };
    let card = component_card(component, None);
    let kind = component.kind();
    let (open, close) = shape(kind);
    let second = if card.subtitle.is_empty() { String::new() } else { format!("<br/>{}", label(&card.subtitle)) };
    let text = format!("{name}{open}\"{}{second}\"{close}:::{}", label(&card.title), class(kind));
    lines.drawn(&text, "A component.", [id]);
}

/// The brackets that Mermaid draws a shape for.
fn shape(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Database | Kind::Redis | Kind::SharedFiles => ("[(", ")]"),
        Kind::Users => ("([", "])"),
        Kind::LoadBalancer | Kind::GlobalLoadBalancer => ("{{", "}}"),
        _ => ("[", "]"),
    }
}

fn class(kind: Kind) -> String {
    format!("kind_{}", kind.short())
}

/// Whether both ends are there to be drawn.
fn edge(lines: &mut Lines, design: &Design, names: &Identifiers, id: &Id, link: &Link) -> bool {
    let (Some(from), Some(to)) = (names.get(&link.from), names.get(&link.to)) else { return false };
    let text = format!("{from} -->|\"{}\"| {to}", label(&link_label(design, link, None)));
    lines.drawn(&text, "A link.", [id]);
    true
}

/// The colours of the kinds that are drawn.
fn kinds(lines: &mut Lines, design: &Design) {
    for kind in Kind::ALL {
        if design.components.values().any(|c| c.kind() == kind) {
            let style = format!("classDef {} stroke:{},stroke-width:2px", class(kind), hex(LIGHT.kind(kind)));
            lines.add(&style);
        }
    }
}

/// A text for a place between quotation marks. What Markdown reads there is escaped as well, beginnings of lists among
/// it.
fn label(text: &str) -> String {
    let text = one_line(text);
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = String::new();
    for (at, c) in text.char_indices() {
        let begins_list = at == digits && (matches!(c, '.' | ')') && at > 0 || matches!(c, '-' | '+') && at == 0);
        match c {
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            c if begins_list || "#%`\\{}[]()|*_~".contains(c) => out.push_str(&format!("#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// The text as YAML and JSON both write it.
fn json_text(text: &str) -> String {
    serde_json::to_string(&one_line(text)).unwrap_or_default()
}
