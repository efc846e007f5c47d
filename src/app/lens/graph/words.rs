//! What the nodes of the graph are called, and what they stand for in the drawing.

use crate::design::failure::Failure;
use crate::design::{Design, Id};
use crate::failure::formula::FormulaId;
use crate::failure::{Need, Of, PartOf, Says};

use super::merge::{Form, Merging};
use super::{Gate, Node};

impl Merging<'_> {
    /// The node of a form.
    pub fn node(&self, form: &Form, at: usize, design: &Design) -> Node {
        let speaks = self.speaks.get(at).copied();
        let need = speaks.and_then(|id| self.model.need(id));
        let parts: Vec<&PartOf> =
            form.parts.iter().filter_map(|part| self.model.part_of(*part)).map(|part| &part.of).collect();
        let mut formulas: Vec<FormulaId> = speaks.map(|id| self.model.formula(id)).into_iter().collect();
        let mut words = need.map(|need| need.words(design, &self.model.parts)).unwrap_or_default();
        // A zone speaks for itself and not for the nodes in it; its part tells how it stands.
        if let (Some(Need { of: Of::Nodes { .. }, .. }), [zone @ PartOf::Zone(..)]) = (need, parts.as_slice()) {
            words = format!("{} works", zone.words(design));
            formulas.clear();
        }
        let (title, detail) = self.words(form, need, &parts, design);
        let elements = match parts.first() {
            Some(PartOf::Connection(between)) => vec![between.first().clone(), between.second().clone()],
            Some(part) => vec![part.element().clone()],
            None => form.about.iter().cloned().collect(),
        };
        let element = elements.first();
        let component = element.and_then(|id| design.components.get(id));
        let region_of = |id: &Id| design.components.get(id).and_then(|c| c.region.clone());
        let region = element.and_then(|id| {
            let link = design.links.get(id);
            let own = design.regions.contains_key(id).then(|| id.clone());
            own.or_else(|| region_of(id)).or_else(|| link.and_then(|link| region_of(&link.from)))
        });
        Node {
            title,
            detail,
            words,
            gate: form.gate,
            formulas,
            parts: form.parts.clone(),
            failure: failure_of(&parts),
            kind: component.map(|c| c.kind()),
            region: region.filter(|_| !matches!(parts.first(), Some(PartOf::Connection(_)))),
            elements,
            cut: None,
            without: None,
        }
    }

    /// Title and detail of a node.
    fn words(&self, form: &Form, need: Option<&Need>, parts: &[&PartOf], design: &Design) -> (String, String) {
        let region = |id: &Id| design.components.get(id).and_then(|c| c.region.as_ref()).map(|r| design.name_of(r));
        match (parts, need.map(|need| (&need.says, &need.of))) {
            ([PartOf::Region(id)], _) => (design.name_of(id), "the region as a whole".to_owned()),
            ([PartOf::Zone(id, zone)], _) => (format!("Zone {zone}"), design.name_of(id)),
            ([PartOf::Connection(between)], _) => {
                let name = |id: &Id| design.name_of(id);
                (format!("{} – {}", name(between.first()), name(between.second())), "connection".to_owned())
            }
            (_, Some((_, Of::Nodes { at_least, zones }))) => {
                let members: u32 = zones.iter().map(|zone| zone.members).sum();
                let of = form.about.as_ref().map(|id| design.name_of(id)).unwrap_or_default();
                let zones = if form.of.len() > 1 { format!(" in {} zones", form.of.len()) } else { String::new() };
                (format!("{at_least} of {members} nodes"), format!("{of}{zones}"))
            }
            (_, Some((Says::Link(id), _))) => {
                let purpose = design.links.get(id).map(|link| link.purpose.label()).unwrap_or_default();
                (design.name_of(id), either(purpose.to_owned(), form))
            }
            (_, Some((Says::Way { from, purpose }, _))) => {
                (format!("A way from {}", design.name_of(from)), either(purpose.label().to_owned(), form))
            }
            ([], Some((Says::Does { who, what }, _))) => (capitalised(what), either(design.name_of(who), form)),
            _ => {
                let name = form.about.as_ref().map(|id| design.name_of(id)).unwrap_or_default();
                let place = form.about.as_ref().and_then(region);
                let what = match (need.map(|need| &need.says), place) {
                    (Some(Says::Does { what, .. }), Some(place)) => format!("{place} · {what}"),
                    (Some(Says::Does { what, .. }), None) => (*what).to_owned(),
                    (_, place) => place.unwrap_or_default(),
                };
                (name, either(what, form))
            }
        }
    }
}

/// The detail of a node, and how many ways there are if one is enough.
pub fn either(detail: String, form: &Form) -> String {
    match (form.gate, detail.is_empty()) {
        (Gate::Any, true) => format!("one of {}", form.of.len()),
        (Gate::Any, false) => format!("{detail} · one of {}", form.of.len()),
        (Gate::All, _) => detail,
    }
}

/// The text with a capital letter at its beginning.
fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// What fails when the parts do.
fn failure_of(parts: &[&PartOf]) -> Option<Failure> {
    let failure = |part: &&PartOf| match part {
        PartOf::Region(id) => Failure::Region(id.clone()),
        PartOf::Zone(region, zone) => Failure::Zone { region: region.clone(), zone: zone.clone() },
        PartOf::Component(id) | PartOf::Nodes(id, _) => Failure::Component(id.clone()),
        PartOf::Link(id) => Failure::Link(id.clone()),
        PartOf::Connection(between) => Failure::Cut(between.clone()),
    };
    parts.first().map(failure)
}
