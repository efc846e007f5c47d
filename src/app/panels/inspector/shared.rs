//! What several inspectors have in common.

use egui::{Align, Id as WidgetId, Rect, Sense, Ui, Vec2, WidgetInfo, WidgetType, pos2, vec2};

use crate::analysis::Analysis;
use crate::app::actions::Action;
use crate::app::panels::explain::{Explained, Subject, explain};
use crate::app::panels::fields::{Form, NumberSpec};
use crate::app::panels::{Cx, format, marks, paint};
use crate::app::state::BottomTab;
use crate::app::theme::{self, SIZE_BODY};
use crate::app::{Msg, State};
use crate::design::edit::Edit;
use crate::design::{Component, Design, Id, Link, Meta, Purpose, Region, Spec, commands};
use crate::picture::palette::Rgb;

/// Most connections listed of one component.
pub const MAX_CONNECTIONS: usize = 60;

/// A form for the properties of one element.
pub fn form<'a>(cx: &'a mut Cx<'_>, owner: &str) -> Form<'a> {
    Form { fields: cx.fields, msgs: cx.msgs, palette: cx.palette, owner: owner.to_owned() }
}

/// Words of a field as they stand within a sentence: `Time zone` becomes `time zone`, `DNS time to live` stays.
pub fn within(words: &str) -> String {
    let mut letters = words.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(std::iter::once(second)).chain(letters).collect()
        }
        _ => words.to_owned(),
    }
}

fn push(msgs: &mut Vec<Msg>, edit: Edit, key: Option<String>) {
    msgs.push(Msg::Edit(match key {
        Some(key) => edit.merging(key),
        None => edit,
    }));
}

/// Asks for a change of a component. With `typed`, changes of the same property in a row become one step.
pub fn edit_component(
    state: &State,
    msgs: &mut Vec<Msg>,
    id: &Id,
    what: &str,
    typed: bool,
    change: impl FnOnce(&mut Component),
) {
    let Some(component) = state.doc.design().components.get(id) else { return };
    let mut component = Component::clone(component);
    let label = format!("Change {what} of {}", component.name);
    change(&mut component);
    push(msgs, commands::set_component(label, id, component), typed.then(|| format!("{what} {id}")));
}

/// Asks for a change of a region.
pub fn edit_region(
    state: &State,
    msgs: &mut Vec<Msg>,
    id: &Id,
    what: &str,
    typed: bool,
    change: impl FnOnce(&mut Region),
) {
    let Some(region) = state.doc.design().regions.get(id) else { return };
    let mut region = Region::clone(region);
    let label = format!("Change {what} of {}", region.name);
    change(&mut region);
    push(msgs, commands::set_region(label, id, region), typed.then(|| format!("{what} {id}")));
}

/// Asks for a change of a link.
pub fn edit_link(state: &State, msgs: &mut Vec<Msg>, id: &Id, what: &str, typed: bool, change: impl FnOnce(&mut Link)) {
    let design = state.doc.design();
    let Some(link) = design.links.get(id) else { return };
    let mut link = Link::clone(link);
    let label = format!("Change {what} of {}", design.name_of(id));
    change(&mut link);
    push(msgs, commands::set_link(label, id, link), typed.then(|| format!("{what} {id}")));
}

/// Asks for a change of what holds for the whole design.
pub fn edit_meta(state: &State, msgs: &mut Vec<Msg>, what: &str, typed: bool, change: impl FnOnce(&mut Meta)) {
    let mut meta = Meta::clone(&state.doc.design().meta);
    change(&mut meta);
    push(msgs, commands::set_meta(format!("Change {what} of the design"), meta), typed.then(|| what.to_owned()));
}

/// The head of an inspector: a tile, a title and what it is.
pub fn head(ui: &mut Ui, cx: &Cx<'_>, icon: &str, rgb: Rgb, title: &str, below: &str) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::hover());
    let painter = ui.painter_at(rect);
    let tile = Rect::from_min_size(rect.min + vec2(0.0, 4.0), Vec2::splat(28.0));
    paint::tile(&painter, tile, icon, rgb, cx.palette);
    let left = tile.right() + 12.0;
    let line = |top: f32, height: f32| {
        Rect::from_min_max(pos2(left, rect.top() + top), pos2(rect.right(), rect.top() + top + height))
    };
    let ink = theme::color(cx.palette.text);
    let weak = theme::color(cx.palette.text_weak);
    let (_, cut) = paint::text(&painter, line(0.0, 20.0), title, theme::strong_font(SIZE_BODY), ink, Align::Min);
    let (_, cut_below) = paint::text(&painter, line(19.0, 16.0), below, paint::small(), weak, Align::Min);
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Label, true, format!("{title}, {below}")));
    if cut || cut_below {
        response.on_hover_text(format!("{title}\n{below}"));
    }
}

/// The name field; takes the keyboard when renaming was asked for.
pub fn name_field(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id, name: &str) {
    let state = cx.state;
    let mut form = form(cx, id.as_str());
    if state.view.rename.as_ref() == Some(id) {
        let field = form.id("Name");
        form.fields.focus(field);
        form.msgs.push(Msg::Rename(None));
    }
    if let Some(typed) = form.text(ui, "Name", name, "", true)
        && let Some(edit) = commands::rename(state.doc.design(), id, &typed)
    {
        form.msgs.push(Msg::Edit(edit));
    }
}

/// A number of the analysis as a row; a dash when there is none, faded while it lags.
pub fn figure(ui: &mut Ui, cx: &mut Cx<'_>, owner: &Id, words: &str, subject: Subject) {
    let figure = cx.state.analysis.as_deref().and_then(|a| match explain(&subject, cx.state.shown(), a)? {
        Explained::Figure(figure) => {
            let currency = &a.estimates.cost.currency;
            Some((format::figure_in(&figure, currency), format::headline_in(&figure, currency)))
        }
        Explained::Sentences(_) => None,
    });
    let current = cx.state.analysis_is_current();
    let form = form(cx, owner.as_str());
    let Some((value, short)) = figure else {
        form.fact(ui, words, format::NONE);
        return;
    };
    let clicked = ui
        .scope(|ui| {
            if !current {
                ui.multiply_opacity(0.5);
            }
            form.figure(ui, words, &value, &short)
        })
        .inner;
    if clicked {
        *cx.explain = Some(subject);
    }
}

/// A line that says that the numbers above lag behind.
pub fn lag_note(ui: &mut Ui, cx: &Cx<'_>) {
    if cx.state.analysis.is_some() && !cx.state.analysis_is_current() {
        paint::note(ui, cx.palette, "updating…");
    }
}

/// The findings that concern an element.
pub fn findings(ui: &mut Ui, cx: &mut Cx<'_>, id: &Id) {
    let Some(analysis) = cx.state.analysis.clone() else { return };
    let found = marks::findings_of(&analysis, id);
    if found.is_empty() {
        return;
    }
    paint::heading(ui, cx.palette, "Problems");
    for (index, finding) in found {
        let width = ui.available_width();
        let color = theme::color(cx.palette.text);
        let galley = ui.painter().layout(finding.message.clone(), paint::body(), color, width - 24.0);
        let (rect, _) = ui.allocate_exact_size(vec2(width, galley.size().y + 8.0), Sense::hover());
        let response = ui.interact(rect, WidgetId::new(("finding of", id.as_str(), index)), Sense::click());
        let lit = response.hovered() || response.has_focus();
        paint::row_ground(ui.painter(), rect, cx.palette, false, lit);
        let mark = theme::color(cx.palette.severity(finding.severity));
        paint::severity_mark(ui.painter(), rect.min + vec2(9.0, 12.0), finding.severity, mark);
        ui.painter().galley(rect.min + vec2(22.0, 4.0), galley, color);
        response.widget_info(|| {
            let words = format!("{}: {}", finding.severity.label(), finding.message);
            WidgetInfo::labeled(WidgetType::Button, true, words)
        });
        if response.on_hover_text(finding.remedy.as_ref()).clicked() {
            cx.msgs.extend([Msg::Action(Action::ShowTab(BottomTab::Problems)), Msg::Problem(Some(index))]);
        }
    }
}

/// A link of a component, seen from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The link.
    pub link: Id,
    /// Its purpose.
    pub purpose: Purpose,
    /// `→ Control plane · Frankfurt`: the arrow points away from the side that opens the connection.
    pub partner: String,
    /// `Artifact pull · 9443 · 124 ms`.
    pub detail: String,
}

/// The links of a component: those it opens first. Round trips come from the analysis, if it speaks of this design.
pub fn connections(design: &Design, analysis: Option<&Analysis>, id: &Id) -> Vec<Connection> {
    let mut all: Vec<(bool, Connection)> = design
        .links_of(id)
        .map(|(link_id, link)| {
            let opens = link.from == *id;
            let partner = if opens { &link.to } else { &link.from };
            let region = design.components.get(partner).and_then(|c| design.regions.get(c.region.as_ref()?));
            let place = region.map(|r| format!(" · {}", r.name)).unwrap_or_default();
            let arrow = if opens { "→" } else { "←" };
            let mut detail = vec![link.purpose.label().to_owned()];
            detail.extend(ports(design, link));
            detail.extend(round_trip(analysis, link_id));
            let connection = Connection {
                link: link_id.clone(),
                purpose: link.purpose,
                partner: format!("{arrow} {}{place}", design.name_of(partner)),
                detail: detail.join(" · "),
            };
            (opens, connection)
        })
        .collect();
    all.sort_by_key(|(opens, _)| !opens);
    all.into_iter().map(|(_, c)| c).collect()
}

/// The ports of a link: `8243 https`, with the one of the database's engine, encrypted ones where TLS is on (A36), or
/// the one the link says.
pub fn ports(design: &Design, link: &Link) -> Vec<String> {
    let usual = usual_ports(design, link);
    let Some(port) = link.port else { return usual };
    let protocol = usual.first().and_then(|p| p.split_once(' ')).map(|(_, protocol)| format!(" {protocol}"));
    vec![format!("{port}{}", protocol.unwrap_or_default())]
}

fn usual_ports(design: &Design, link: &Link) -> Vec<String> {
    let broker = matches!(link.purpose, Purpose::EventStream | Purpose::HubEvents | Purpose::ThrottleDecision);
    if link.tls && broker {
        return vec!["8672 amqps".into()];
    }
    let mut ports: Vec<String> = link.purpose.ports().iter().map(|p| format!("{} {}", p.number, p.protocol)).collect();
    if let Some(Spec::Database(database)) = design.components.get(&link.to).map(|c| &c.spec) {
        ports.extend(database.engine.port().map(|p| p.to_string()));
    }
    ports
}

/// Round-trip time of a link in words.
fn round_trip(analysis: Option<&Analysis>, link: &Id) -> Option<String> {
    let figure = analysis?.estimates.link_rtt.get(link)?;
    Some(format::value(figure.value, figure.unit))
}

/// A row of two lines that can be clicked.
pub fn two_lines(
    ui: &mut Ui,
    cx: &Cx<'_>,
    id: WidgetId,
    bar: Option<Rgb>,
    first: &str,
    second: &str,
) -> egui::Response {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 40.0), Sense::hover());
    let response = ui.interact(rect, id, Sense::click());
    if ui.is_rect_visible(rect) {
        let painter = ui.painter_at(rect);
        let lit = response.hovered() || response.has_focus();
        paint::row_ground(&painter, rect, cx.palette, false, lit);
        if let Some(rgb) = bar {
            let bar = Rect::from_min_size(rect.min + vec2(2.0, 6.0), vec2(3.0, rect.height() - 12.0));
            painter.rect_filled(bar, 1.5, theme::color(rgb));
        }
        let line = |top: f32, height: f32| {
            let left = rect.left() + 12.0;
            Rect::from_min_max(pos2(left, rect.top() + top), pos2(rect.right() - 4.0, rect.top() + top + height))
        };
        let (ink, weak) = (theme::color(cx.palette.text), theme::color(cx.palette.text_weak));
        paint::text(&painter, line(3.0, 19.0), first, paint::body(), ink, Align::Min);
        paint::text(&painter, line(21.0, 15.0), second, paint::small(), weak, Align::Min);
    }
    response.widget_info(|| WidgetInfo::labeled(WidgetType::Button, true, format!("{first}, {second}")));
    response.on_hover_text(format!("{first}\n{second}"))
}

/// How available an element is on its own, where that is known better than assumed. The outer option says whether it
/// changed.
#[expect(clippy::option_option, reason = "changed to nothing is not the same as unchanged")]
pub fn availability(ui: &mut Ui, form: &mut Form<'_>, model: Option<f64>) -> Option<Option<f64>> {
    let about = "Share of the time that this is available by itself, measured or promised, in place of what is assumed. \
                 What it needs is counted on its own.";
    let percent = NumberSpec::real("%", 0.001, 100.0, 0.01);
    form.optional_number(ui, ("Availability", about), model, "as assumed", percent, true)
}

/// Buttons for named actions, side by side.
pub fn actions(ui: &mut Ui, cx: &mut Cx<'_>, actions: &[Action]) {
    ui.add_space(12.0);
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 4.0);
        for action in actions {
            let enabled = action.enabled(cx.state);
            let button = ui.add_enabled(enabled.is_ok(), egui::Button::new(action.label()));
            if button.clicked() {
                cx.msgs.push(Msg::Action(*action));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Kind, Pos, Site};

    #[test]
    fn connections_say_direction_port_and_distance() {
        let mut design = Design::default();
        for (name, region, x) in [("Frankfurt", "eu-central-1", 0), ("Mumbai", "ap-south-1", 1_000)] {
            let (edit, _) = commands::add_region(&design, name, Site::cloud("aws", region), Pos(x, 0));
            edit.apply(&mut design).unwrap();
        }
        let (edit, cp) = commands::add_component(&design, Kind::ControlPlane, Pos(200, 200));
        edit.apply(&mut design).unwrap();
        let (edit, gw) = commands::add_component(&design, Kind::Gateway, Pos(1_200, 200));
        edit.apply(&mut design).unwrap();
        let proposal = crate::design::proposals(Kind::Gateway, Kind::ControlPlane).into_iter().next().unwrap();
        let (edit, _) = commands::connect(&design, &gw, &cp, proposal);
        edit.apply(&mut design).unwrap();
        let revision = crate::design::history::Revision::default();
        let analysis =
            crate::analysis::analyse(&design, revision, &crate::analysis::Setting::of(crate::books::Books::shipped()));
        let connections = |id| connections(&design, Some(&analysis), id);
        let from_gateway = connections(&gw);
        assert_eq!(from_gateway.len(), 3);
        assert!(from_gateway.iter().all(|c| c.partner == "→ Control plane · Frankfurt"));
        assert!(from_gateway.iter().any(|c| c.detail.starts_with("Artifact pull · 9443 https · ")));
        assert!(from_gateway.iter().all(|c| c.detail.ends_with(" ms")));
        assert!(connections(&cp).iter().all(|c| c.partner == "← Gateway · Mumbai"));
    }
}
