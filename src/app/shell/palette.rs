//! The command palette and the lists like it: what stands in them, and what choosing does.

use std::path::PathBuf;

use egui::Ui;
use egui_phosphor::regular as icon;

use crate::app::actions::Action;
use crate::app::state::Placing;
use crate::app::whatif::offers;
use crate::app::{Msg, State, map, places, theme};
use crate::books::{CloudRegion, Provider};
use crate::design::failure::Failure;
use crate::design::{Component, Design, Id, Proposal, Region, Site, proposals};
use crate::picture::icons;
use crate::rules::reference::family_of;
use crate::rules::{self, Rule};

use super::Shell;
use super::dialogs::{Dialog, OwnSite};
use super::picker::{How, Outcome, Picker, Row};

/// What a row of a list stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entry {
    /// Run it.
    Action(Action),
    /// Go to it.
    Element(Id),
    /// Start from it.
    Template(&'static str),
    /// Open it.
    Recent(PathBuf),
    /// Add a region there.
    Cloud(Provider, String),
    /// Add a region at a place that is asked for.
    OwnSite,
    /// Read about it.
    Rule(&'static str),
    /// Connect with it.
    Partner(Id, Proposal),
    /// Let it fail, or repair it.
    Failure(Failure),
}

/// Which list is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum List {
    /// Everything by name.
    Everything,
    /// Elements of the design.
    Elements,
    /// Partners of a component.
    Partners(Id),
    /// Places for a region.
    Regions,
    /// Other cloud regions for an element.
    Sites(Id),
}

/// An open list.
pub(super) struct OpenList {
    list: List,
    picker: Picker<Entry>,
    /// The query whose region search is shown.
    searched: Option<String>,
}

fn action_row(action: Action, state: &State, ctx: &egui::Context) -> Row<Entry> {
    Row {
        value: Entry::Action(action),
        icon: match action {
            Action::Insert(kind) => (icons::icon(kind), Some(theme::palette(ctx).kind(kind))),
            _ => (icon::TERMINAL_WINDOW, None),
        },
        title: action.label(),
        detail: action.shortcuts().first().map(|s| ctx.format_shortcut(s)).unwrap_or_default(),
        blocked: action.enabled(state).err(),
    }
}

fn region_words(region: &Region) -> String {
    let site = region.site.short();
    if region.name.contains(site) {
        region.role.label().to_owned()
    } else {
        format!("{} · {site}", region.role.label())
    }
}

fn component_place(design: &Design, component: &Component) -> Option<String> {
    component.region.as_ref().map(|r| design.name_of(r))
}

fn element_rows(state: &State, ctx: &egui::Context) -> Vec<Row<Entry>> {
    let design = state.doc.design();
    let p = theme::palette(ctx);
    let regions = design.regions.iter().map(|(id, region)| Row {
        value: Entry::Element(id.clone()),
        icon: (icon::BOUNDING_BOX, Some(p.tint(region.tint))),
        title: region.name.clone(),
        detail: region_words(region),
        blocked: None,
    });
    let components = design.components.iter().map(|(id, component)| Row {
        value: Entry::Element(id.clone()),
        icon: (icons::icon(component.kind()), Some(p.kind(component.kind()))),
        title: match component_place(design, component) {
            Some(place) => format!("{} · {place}", component.name),
            None => component.name.clone(),
        },
        detail: component.kind().label().to_owned(),
        blocked: None,
    });
    let links = design.links.iter().map(|(id, link)| Row {
        value: Entry::Element(id.clone()),
        icon: (icon::FLOW_ARROW, Some(p.purpose(link.purpose))),
        title: design.name_of(id),
        detail: link.purpose.label().to_owned(),
        blocked: None,
    });
    regions.chain(components).chain(links).collect()
}

/// The words for a cloud region: its id, city and country.
fn cloud_row(region: &CloudRegion, prefix: &str) -> Row<Entry> {
    let place = if region.city.is_empty() { &region.display_name } else { &region.city };
    Row {
        value: Entry::Cloud(region.provider, region.id.clone()),
        icon: (icon::MAP_PIN, None),
        title: format!("{prefix}{} · {place}, {}", region.id, region.country),
        detail: region.provider.label().to_owned(),
        blocked: None,
    }
}

/// The words for a rule: its id and what it asks for.
fn rule_row(rule: &Rule, ctx: &egui::Context) -> Row<Entry> {
    Row {
        value: Entry::Rule(rule.id),
        icon: (icon::BOOK_OPEN, Some(theme::palette(ctx).severity(rule.severity))),
        title: format!("{} · {}", rule.id, rule.title),
        detail: family_of(rule.id).to_owned(),
        blocked: None,
    }
}

fn own_site_row() -> Row<Entry> {
    Row {
        value: Entry::OwnSite,
        icon: (icon::BUILDINGS, None),
        title: "Own site…".into(),
        detail: "a datacenter or city by its coordinates".into(),
        blocked: None,
    }
}

/// Everything that can fail; what has failed is repaired.
fn failure_rows(state: &State, ctx: &egui::Context) -> Vec<Row<Entry>> {
    let design = state.doc.design();
    let p = theme::palette(ctx);
    let row = |failure: Failure| {
        let failed = state.whatif.failures().contains(&failure);
        let verb = match &failure {
            _ if failed => "Repair",
            Failure::Cut(_) => "Cut",
            _ => "Fail",
        };
        let title = format!("{verb} {}", failure.words(design));
        Row {
            value: Entry::Failure(failure),
            icon: (icon::LIGHTNING, Some(p.error)),
            title,
            detail: "What-if".into(),
            blocked: None,
        }
    };
    offers::everything(design).into_iter().map(row).collect()
}

/// Everything a component can be connected with, its own region first, each with every proposal that is not drawn.
fn partner_rows(state: &State, id: &Id, ctx: &egui::Context) -> Vec<Row<Entry>> {
    let design = state.doc.design();
    let p = theme::palette(ctx);
    let Some(own) = design.components.get(id) else { return Vec::new() };
    let mut others: Vec<_> = design.components.iter().filter(|(other, _)| *other != id).collect();
    others.sort_by_key(|(_, c)| c.region != own.region);
    let mut rows = Vec::new();
    for (other, component) in others {
        for proposal in proposals(own.kind(), component.kind()) {
            let (from, to) = if proposal.reversed { (other, id) } else { (id, other) };
            let drawn = |purpose| design.links_of(from).any(|(_, l)| l.to == *to && l.purpose == purpose);
            if proposal.purposes.iter().all(|purpose| drawn(*purpose)) {
                continue;
            }
            let purposes: Vec<&str> = proposal.purposes.iter().map(|p| p.label()).collect();
            let place = component_place(design, component).map(|place| format!(" · {place}")).unwrap_or_default();
            let arrow = if proposal.reversed { "from" } else { "to" };
            rows.push(Row {
                value: Entry::Partner(other.clone(), proposal),
                icon: (icons::icon(component.kind()), Some(p.kind(component.kind()))),
                title: format!("{}{place}", component.name),
                detail: format!("{} {arrow} it", purposes.join(" + ")),
                blocked: None,
            });
        }
    }
    rows
}

impl Shell {
    /// Opens a list.
    pub(super) fn open_list(&mut self, list: List, state: &State, ctx: &egui::Context) {
        let picker = match &list {
            List::Everything => Picker::new("command-palette", "Find or run…", self.everything(state, ctx)),
            List::Elements => Picker::new("find", "Find an element by name", element_rows(state, ctx)),
            List::Partners(id) => {
                let hint = format!("Connect {} with…", state.doc.design().name_of(id));
                Picker::new("partners", hint, partner_rows(state, id, ctx))
            }
            List::Regions => Picker::new("regions", "A cloud region by city, country, provider or id", Vec::new()),
            List::Sites(id) => {
                let hint = format!("Move {} to: city, country, provider or id", state.doc.design().name_of(id));
                Picker::new("sites", hint, Vec::new())
            }
        };
        self.list = Some(OpenList { list, picker, searched: None });
    }

    /// Whether a list is open.
    pub(super) fn list_is_open(&self) -> bool {
        self.list.is_some()
    }

    /// What the palette offers, last used first.
    fn everything(&self, state: &State, ctx: &egui::Context) -> Vec<Row<Entry>> {
        let mut rows: Vec<Row<Entry>> = Action::all().into_iter().map(|a| action_row(a, state, ctx)).collect();
        // What can be done now comes before what cannot.
        rows.sort_by_key(|r| r.blocked.is_some());
        rows.extend(element_rows(state, ctx));
        rows.extend(failure_rows(state, ctx));
        rows.extend(self.cards().iter().map(|card| Row {
            value: Entry::Template(card.template.id),
            icon: (icon::LAYOUT, None),
            title: format!("New from template: {}", card.template.title),
            detail: card.template.about.to_owned(),
            blocked: None,
        }));
        rows.extend(self.recent.iter().map(|recent| Row {
            value: Entry::Recent(recent.path.clone()),
            icon: (icon::FILE_TEXT, None),
            title: format!("Open recent: {}", recent.path.file_name().unwrap_or_default().to_string_lossy()),
            detail: recent.path.parent().map(|f| f.display().to_string()).unwrap_or_default(),
            blocked: recent.missing.then_some("The file is not there any more"),
        }));
        if state.open {
            rows.extend(state.books.regions().all().iter().map(|r| cloud_row(r, "Add region: ")));
        }
        rows.extend(rules::all().iter().map(|rule| rule_row(rule, ctx)));
        // Stable, so everything else keeps its place.
        rows.sort_by_key(|row| self.used.iter().position(|u| *u == row.value).unwrap_or(usize::MAX));
        rows
    }

    /// Opens or closes the lists that the state asks for.
    pub(super) fn follow_state(&mut self, state: &State, ctx: &egui::Context) {
        let view = &state.view;
        let wanted = match (&view.connecting, &view.moving, view.choosing_region) {
            (Some(id), ..) => Some(List::Partners(id.clone())),
            (None, Some(id), _) => Some(List::Sites(id.clone())),
            (None, None, true) => Some(List::Regions),
            (None, None, false) => None,
        };
        let open = self.list.as_ref().map(|l| l.list.clone());
        match (wanted, open) {
            (Some(wanted), open) if open.as_ref() != Some(&wanted) => self.open_list(wanted, state, ctx),
            (None, Some(List::Partners(_) | List::Regions | List::Sites(_))) => self.list = None,
            _ => {}
        }
    }

    /// Shows the open list.
    pub(super) fn list_ui(&mut self, ui: &Ui, state: &State, msgs: &mut Vec<Msg>) {
        let Some(mut open) = self.list.take() else { return };
        let of_regions = matches!(open.list, List::Regions | List::Sites(_));
        if of_regions && open.searched.as_deref() != Some(open.picker.query()) {
            let query = open.picker.query().to_owned();
            let found = state.books.regions().search(&query);
            let mut rows: Vec<_> = found.into_iter().map(|r| cloud_row(r, "")).collect();
            if let List::Sites(id) = &open.list {
                let own = map::moving::provider_of(state.doc.design(), id);
                rows.sort_by_key(|row| !matches!(row.value, Entry::Cloud(provider, _) if Some(provider) == own));
            }
            if open.list == List::Regions {
                rows.push(own_site_row());
            }
            open.picker.set_rows(rows);
            open.searched = Some(query);
        }
        match open.picker.show(ui) {
            Outcome::Open => self.list = Some(open),
            Outcome::Cancelled => Self::end_list(&open.list, msgs),
            Outcome::Chosen(entry, how) => {
                Self::end_list(&open.list, msgs);
                self.choose(&open, entry, how, state, msgs);
            }
        }
    }

    fn end_list(list: &List, msgs: &mut Vec<Msg>) {
        match list {
            List::Partners(_) => msgs.push(Msg::Connecting(None)),
            List::Regions => msgs.push(Msg::ChooseRegion(false)),
            List::Sites(_) => msgs.push(Msg::ChooseSite(None)),
            List::Everything | List::Elements => {}
        }
    }

    fn choose(&mut self, open: &OpenList, entry: Entry, how: How, state: &State, msgs: &mut Vec<Msg>) {
        if open.list == List::Everything {
            self.used.retain(|u| *u != entry);
            self.used.insert(0, entry.clone());
            self.used.truncate(12);
        }
        match entry {
            Entry::Action(action) => msgs.push(Msg::Action(action)),
            Entry::Element(id) => msgs.push(Msg::Reveal(vec![id])),
            Entry::Template(id) => msgs.push(Msg::NewFromTemplate(id)),
            Entry::Recent(path) => msgs.push(Msg::OpenPath(path)),
            Entry::Rule(id) => msgs.push(Msg::ShowRule(Some(id.into()))),
            Entry::Failure(failure) => msgs.push(Msg::ToggleFailure(failure)),
            Entry::OwnSite => self.ask(Dialog::OwnSite(OwnSite::named(open.picker.query()))),
            Entry::Partner(to, proposal) => {
                if let List::Partners(from) = &open.list {
                    msgs.push(Msg::Connect(from.clone(), to, proposal));
                }
            }
            Entry::Cloud(provider, id) => {
                let Some(region) = state.books.regions().get(provider, &id) else { return };
                let name = if region.city.is_empty() { &region.display_name } else { &region.city };
                let site = Site::cloud(provider.key(), &id);
                if let List::Sites(moved) = &open.list {
                    let edit = map::moving::relocate(state.doc.design(), state.books, moved, site);
                    msgs.extend(edit.map(Msg::Edit));
                    return;
                }
                match how {
                    // On the map its place is known.
                    How::Click if state.view.map.open => places::place_region(state, name, site, msgs),
                    How::Key => places::place_region(state, name, site, msgs),
                    How::Click => msgs.push(Msg::Place(Some(Placing::Region { name: name.clone(), site }))),
                }
            }
        }
    }
}
