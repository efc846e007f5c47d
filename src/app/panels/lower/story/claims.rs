//! The claims of a scene: what each says, whether it is so, and the fields of the one that is open.

use egui::{Button, RichText, Sense, Ui, WidgetInfo, WidgetType, pos2, vec2};

use crate::app::panels::fields::{Form, NumberSpec};
use crate::app::panels::{Cx, paint};
use crate::app::theme;
use crate::app::whatif::mark;
use crate::design::{Capability, Claim, Design, Expect, Kind, Scene, Scope};
use crate::failure::State as Capable;
use crate::failure::claims::ClaimCheck;

use super::change;

const SECONDS: NumberSpec = NumberSpec::real("s", 0.0, 1e12, 30.0);
const MILLISECONDS: NumberSpec = NumberSpec::real("ms", 0.0, 1e12, 10.0);
const PERCENT: NumberSpec = NumberSpec::real("%", 0.0, 1e6, 5.0);

/// What is asserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    State,
    Rto,
    Rpo,
    Latency,
    Use,
}

impl About {
    const ALL: [Self; 5] = [Self::State, Self::Rto, Self::Rpo, Self::Latency, Self::Use];

    fn of(claim: &Claim) -> Self {
        match claim {
            Claim::State { .. } => Self::State,
            Claim::Rto { .. } => Self::Rto,
            Claim::Rpo { .. } => Self::Rpo,
            Claim::Latency { .. } => Self::Latency,
            Claim::Use { .. } => Self::Use,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::State => "whether it works",
            Self::Rto => "time until it is back",
            Self::Rpo => "changes lost",
            Self::Latency => "time of API calls",
            Self::Use => "use of gateways",
        }
    }

    /// The places it can speak of.
    fn fits(self, is_population: bool) -> bool {
        match self {
            Self::State | Self::Rto | Self::Rpo => true,
            Self::Latency => is_population,
            Self::Use => !is_population,
        }
    }

    /// The claim about this that is nearest to another one.
    fn like(self, claim: &Claim, design: &Design) -> Claim {
        let capability = claim.capability().unwrap_or(Capability::Serve);
        let scope = match claim.scope() {
            Scope::At(id) if !self.fits(is_population(design, id)) => Scope::Everywhere,
            scope => scope.clone(),
        };
        match self {
            Self::State => Claim::State { capability, scope, expect: Expect::Continues },
            Self::Rto => Claim::Rto { capability, scope, at_most_s: 300.0 },
            Self::Rpo => Claim::Rpo { capability, scope, at_most_s: 60.0 },
            Self::Latency => Claim::Latency { scope, at_most_ms: 500.0 },
            Self::Use => Claim::Use { scope, at_most_pct: 70.0 },
        }
    }
}

fn is_population(design: &Design, id: &crate::design::Id) -> bool {
    design.components.get(id).is_some_and(|component| component.kind() == Kind::Users)
}

/// What the claims remember.
#[derive(Default)]
pub struct Claims {
    /// The scene and the claim whose fields are shown.
    open: Option<(usize, usize)>,
}

impl Claims {
    /// Draws the claims of a scene.
    pub fn show(&mut self, ui: &mut Ui, cx: &mut Cx<'_>, at: usize, scene: &Scene) {
        // Of another scene nothing is open, also when that comes to stand here.
        self.open = self.open.filter(|(scene, _)| *scene == at);
        let design = cx.state.doc.design().clone();
        paint::heading(ui, cx.palette, "Claims");
        for (index, claim) in scene.claims.iter().enumerate() {
            let found = cx.state.scene_check(at).and_then(|(check, now)| Some((check.claims.get(index)?, now)));
            let open = self.open == Some((at, index));
            if claim_ui(ui, cx, &claim.words(&design), found, (at, index, open)) {
                self.open = if open { None } else { Some((at, index)) };
            }
            if open {
                let mut removed = false;
                ui.indent(("claim", index), |ui| removed = fields_ui(ui, cx, &design, (at, index), claim));
                if removed {
                    self.open = None;
                }
            }
        }
        ui.add_space(4.0);
        if ui.add(Button::new("Add claim")).clicked() {
            self.open = Some((at, scene.claims.len()));
            let claim =
                Claim::State { capability: Capability::Serve, scope: Scope::Everywhere, expect: Expect::Continues };
            change(cx, at, None, |scene| scene.claims.push(claim));
        }
    }
}

/// Draws a claim with what is so; returns whether its fields are to be opened or closed.
fn claim_ui(
    ui: &mut Ui,
    cx: &Cx<'_>,
    words: &str,
    found: Option<(&ClaimCheck, bool)>,
    (scene, index, open): (usize, usize, bool),
) -> bool {
    let palette = cx.palette;
    let opacity = if found.is_some_and(|(_, current)| current) { 1.0 } else { 0.45 };
    let width = (ui.available_width() - 24.0).max(40.0);
    let painter = ui.painter().clone();
    let ink = theme::color(palette.text);
    let claim = painter.layout(words.to_owned(), paint::body(), ink, width);
    let is_so = found.map(|(check, _)| match (check.found.as_str(), check.because.as_str()) {
        (found, "") => found.to_owned(),
        (found, because) => format!("{found}: {because}"),
    });
    let weak = theme::faded(palette.text_weak, opacity);
    let below = is_so.as_ref().map(|words| painter.layout(words.clone(), paint::small(), weak, width));
    let height = claim.size().y + below.as_ref().map_or(0.0, |galley| galley.size().y) + 8.0;
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let response = ui.interact(rect, egui::Id::new(("claim of a scene", scene, index)), Sense::click());
    paint::row_ground(&painter, rect, palette, open, response.hovered() || response.has_focus());
    let top = rect.top() + 4.0;
    let state = found.map(|(check, _)| if check.holds { Capable::Works } else { Capable::Down });
    if let Some(state) = state {
        let ink = palette.state(state).faded(opacity);
        mark::draw(&painter, pos2(rect.left() + 11.0, top + 8.0), 5.0, state, ink);
    }
    let left = rect.left() + 24.0;
    let under = top + claim.size().y;
    painter.galley(pos2(left, top), claim, ink);
    if let Some(below) = below {
        painter.galley(pos2(left, under), below, weak);
    }
    response.widget_info(|| {
        let verdict = match state {
            Some(Capable::Works) => "holds: ",
            Some(_) => "does not hold: ",
            None => "",
        };
        let is_so = is_so.as_ref().map(|words| format!("; {words}")).unwrap_or_default();
        WidgetInfo::selected(WidgetType::Button, true, open, format!("Claim {verdict}{words}{is_so}"))
    });
    response.on_hover_text("Click to change it").clicked()
}

/// Draws the fields of a claim; returns whether it is taken away.
fn fields_ui(ui: &mut Ui, cx: &mut Cx<'_>, design: &Design, (at, index): (usize, usize), claim: &Claim) -> bool {
    let mut new = claim.clone();
    let mut typed = false;
    let form_owner = format!("claim {at} {index}");
    let mut form = Form { fields: cx.fields, msgs: cx.msgs, palette: cx.palette, owner: form_owner };
    if let Some(about) = form.choice(ui, "About", About::of(claim), &About::ALL, |a| a.label().to_owned()) {
        new = about.like(claim, design);
    }
    if let Some(capability) = claim.capability() {
        let chosen = form.choice(ui, "Capability", capability, Capability::ALL, |c| c.label().to_owned());
        if let (
            Some(chosen),
            Claim::State { capability, .. } | Claim::Rto { capability, .. } | Claim::Rpo { capability, .. },
        ) = (chosen, &mut new)
        {
            *capability = chosen;
        }
    }
    let (scopes, names) = scopes(design, claim);
    let all: Vec<usize> = (0..scopes.len()).collect();
    let model = scopes.iter().position(|scope| scope == claim.scope()).unwrap_or(0);
    let name = |at: usize| names.get(at).cloned().unwrap_or_default();
    if let Some(scope) = form.choice(ui, "Where", model, &all, name).and_then(|at| scopes.get(at).cloned()) {
        *scope_of(&mut new) = scope;
    }
    let number = match claim {
        Claim::State { expect, .. } => {
            let chosen = form.choice(ui, "Expected", *expect, &Expect::ALL, |e| e.label().to_owned());
            if let (Some(chosen), Claim::State { expect, .. }) = (chosen, &mut new) {
                *expect = chosen;
            }
            None
        }
        Claim::Rto { at_most_s, .. } | Claim::Rpo { at_most_s, .. } => form.number(ui, "At most", *at_most_s, SECONDS),
        Claim::Latency { at_most_ms, .. } => form.number(ui, "At most", *at_most_ms, MILLISECONDS),
        Claim::Use { at_most_pct, .. } => form.number(ui, "At most", *at_most_pct, PERCENT),
    };
    if let Some(number) = number {
        typed = true;
        match &mut new {
            Claim::State { .. } => {}
            Claim::Rto { at_most_s, .. } | Claim::Rpo { at_most_s, .. } => *at_most_s = number,
            Claim::Latency { at_most_ms, .. } => *at_most_ms = number,
            Claim::Use { at_most_pct, .. } => *at_most_pct = number,
        }
    }
    ui.add_space(4.0);
    let remove = ui.add(Button::new(RichText::new("Remove claim").size(theme::SIZE_SMALL))).clicked();
    ui.add_space(4.0);
    if remove {
        change(cx, at, None, |scene| {
            if index < scene.claims.len() {
                scene.claims.remove(index);
            }
        });
    } else if new != *claim {
        let key = format!("claim {index}");
        change(cx, at, typed.then_some(key.as_str()), |scene| {
            if let Some(claim) = scene.claims.get_mut(index) {
                *claim = new;
            }
        });
    }
    remove
}

fn scope_of(claim: &mut Claim) -> &mut Scope {
    match claim {
        Claim::State { scope, .. }
        | Claim::Rto { scope, .. }
        | Claim::Rpo { scope, .. }
        | Claim::Latency { scope, .. }
        | Claim::Use { scope, .. } => scope,
    }
}

/// The places a claim can speak of, with their names: also the one it speaks of when that is not drawn any more.
fn scopes(design: &Design, claim: &Claim) -> (Vec<Scope>, Vec<String>) {
    let about = About::of(claim);
    let regions = design.regions.keys().filter(|_| about.fits(false));
    let users = design.components.keys().filter(|id| about.fits(true) && is_population(design, id));
    let mut scopes = vec![Scope::Everywhere];
    let mut names = vec!["everywhere".to_owned()];
    for id in regions.chain(users) {
        scopes.push(Scope::At(id.clone()));
        names.push(design.name_of(id));
    }
    if let Scope::At(id) = claim.scope()
        && !scopes.contains(claim.scope())
    {
        scopes.push(claim.scope().clone());
        names.push(format!("{id} (not drawn)"));
    }
    (scopes, names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::templates;

    #[test]
    fn a_claim_about_something_else_keeps_what_still_fits() {
        let design = templates::get("pattern-2").expect("a template").design();
        let region = design.regions.keys().next().expect("a region").clone();
        let at = Scope::At(region);
        let claim = Claim::State { capability: Capability::Issue, scope: at.clone(), expect: Expect::Lost };
        let rto = About::Rto.like(&claim, &design);
        assert!(matches!(&rto, Claim::Rto { capability: Capability::Issue, scope, .. } if *scope == at), "{rto:?}");
        let latency = About::Latency.like(&claim, &design);
        assert_eq!(latency.scope(), &Scope::Everywhere, "a region has no calls of its own");
        assert_eq!(About::Use.like(&claim, &design).scope(), &at);
    }

    #[test]
    fn a_place_that_is_gone_can_still_be_seen() {
        let design = templates::get("pattern-2").expect("a template").design();
        let gone = Scope::At(crate::design::Id::slug("mars"));
        let claim = Claim::Latency { scope: gone.clone(), at_most_ms: 1.0 };
        let (scopes, names) = scopes(&design, &claim);
        assert_eq!(scopes.last(), Some(&gone));
        assert!(names.last().is_some_and(|name| name.contains("not drawn")));
    }
}
