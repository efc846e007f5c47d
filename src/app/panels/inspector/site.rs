//! Choosing where something is.

use egui::{PopupCloseBehavior, TextEdit, Ui};

use crate::app::panels::fields::{Form, menu_item};
use crate::app::panels::parts::{LATITUDE, LONGITUDE};
use crate::app::panels::places;
use crate::app::theme;
use crate::books::Books;
use crate::design::Site;

/// Most regions listed at once.
const MAX_HITS: usize = 60;

/// A field for a site: a cloud region from a list that can be searched, or an own place. Returns the new site, and
/// whether it was typed (and so belongs to a run of edits).
pub fn field(ui: &mut Ui, form: &mut Form<'_>, books: &'static Books, site: &Site) -> Option<(Site, bool)> {
    let shown = places::site_words(site, books);
    let mut query = std::mem::take(&mut form.fields.site_query);
    let mut chosen = None;
    let opened_now = !std::mem::take(&mut form.fields.site_list_open);
    let list = (320.0, PopupCloseBehavior::CloseOnClickOutside);
    let open = form.menu(ui, "Site", &shown, list, |ui, palette| {
        let edit = TextEdit::singleline(&mut query).hint_text("Search cloud regions").desired_width(f32::INFINITY);
        let search = ui.add(edit);
        ui.ctx().accesskit_node_builder(search.id, |node| node.set_label("Search cloud regions"));
        if opened_now {
            search.request_focus();
        }
        ui.add_space(4.0);
        let own = menu_item(ui, palette, "Own place", "name and coordinates", matches!(site, Site::Place { .. }));
        if own.clicked() {
            chosen = Some(as_place(site, books));
            ui.close();
        }
        let hits = books.regions().search(&query);
        for region in hits.iter().take(MAX_HITS) {
            let candidate = Site::cloud(region.provider.key(), &region.id);
            let weak = places::provider_and_id(region);
            if menu_item(ui, palette, places::city(region), &weak, candidate == *site).clicked() {
                chosen = Some(candidate);
                ui.close();
            }
        }
        if hits.is_empty() {
            ui.colored_label(theme::color(palette.text_weak), "No cloud region is called that.");
        }
    });
    form.fields.site_list_open = open && chosen.is_none();
    if form.fields.site_list_open {
        form.fields.site_query = query;
    }
    if let Some(site) = chosen.filter(|c| c != site) {
        return Some((site, false));
    }
    place_fields(ui, form, site).map(|site| (site, true))
}

/// An own place where the site is now.
fn as_place(site: &Site, books: &Books) -> Site {
    match (site, places::cloud_region(site, books)) {
        (Site::Cloud { .. }, Some(region)) => Site::Place {
            name: places::city(region).to_owned(),
            latitude_deg: region.latitude_deg,
            longitude_deg: region.longitude_deg,
            country: region.country_code.clone(),
        },
        (Site::Cloud { region, .. }, None) => {
            Site::Place { name: region.clone(), latitude_deg: 0.0, longitude_deg: 0.0, country: String::new() }
        }
        (Site::Place { .. }, _) => site.clone(),
    }
}

fn place_fields(ui: &mut Ui, form: &mut Form<'_>, site: &Site) -> Option<Site> {
    let Site::Place { name, latitude_deg, longitude_deg, country } = site else { return None };
    let mut new = (name.clone(), *latitude_deg, *longitude_deg, country.clone());
    let mut changed = false;
    if let Some(typed) = form.text(ui, "Place", name, "City or site", true) {
        new.0 = typed;
        changed = true;
    }
    if let Some(typed) = form.number(ui, "Latitude", *latitude_deg, LATITUDE) {
        new.1 = typed;
        changed = true;
    }
    if let Some(typed) = form.number(ui, "Longitude", *longitude_deg, LONGITUDE) {
        new.2 = typed;
        changed = true;
    }
    if let Some(typed) = form.text(ui, "Country", country, "Two letters, such as DE", false) {
        new.3 = typed.trim().to_uppercase();
        changed = true;
    }
    changed.then_some(Site::Place { name: new.0, latitude_deg: new.1, longitude_deg: new.2, country: new.3 })
}
