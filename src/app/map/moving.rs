//! Moving regions, users and backends over the map: where they can go, and the edit that takes them there.

use std::collections::BTreeSet;

use egui::{Pos2, Vec2};

use crate::app::camera::Camera;
use crate::app::panels::places::{city, cloud_region};
use crate::books::{Books, CloudRegion, GeoPoint, Provider};
use crate::design::commands::{self, Relocation};
use crate::design::edit::Edit;
use crate::design::{Design, Id, Site, Spec};
use crate::picture::world;

use super::model::{pos2, position, site_of};

/// Nearer than this to a known city a free place takes its name, km.
const CITY_KM: f64 = 60.0;
/// From this zoom on a free place is taken to a hundredth of a degree; before, to a tenth.
const FINE_ZOOM: f32 = 0.8;
/// Places nearer than this are the same to the arrow keys, map points.
const SAME_PLACE: f32 = 0.5;

/// What a drag snaps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Snap {
    /// What suits the element: a cloud region of its provider, or any place for what is in no cloud.
    Own,
    /// A cloud region of any provider.
    AnyProvider,
    /// Any place.
    Free,
}

/// Where a gesture would take an element.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The site.
    pub site: Site,
    /// Where it is.
    pub place: GeoPoint,
    /// Its name in words.
    pub words: String,
}

/// The providers whose regions the design uses.
#[must_use]
pub fn providers(design: &Design) -> BTreeSet<Provider> {
    let provider = |site: &Site| match site {
        Site::Cloud { provider, .. } => provider.parse().ok(),
        Site::Place { .. } => None,
    };
    design.regions.values().filter_map(|r| provider(&r.site)).collect()
}

/// The provider an element is at.
#[must_use]
pub fn provider_of(design: &Design, id: &Id) -> Option<Provider> {
    match site_of(design, id)? {
        Site::Cloud { provider, .. } => provider.parse().ok(),
        Site::Place { .. } => None,
    }
}

/// Whether an element can be at a cloud region: a region of the design, or a backend with a place of its own.
#[must_use]
pub fn can_be_in_cloud(design: &Design, id: &Id) -> bool {
    site_of(design, id).is_some() && !is_users(design, id)
}

fn is_users(design: &Design, id: &Id) -> bool {
    design.components.get(id).is_some_and(|c| matches!(c.spec, Spec::Users(_)))
}

/// The cloud regions a gesture can snap to; none where every place is fine.
pub fn candidates<'a>(
    design: &Design,
    books: &'a Books,
    id: &Id,
    snap: Snap,
) -> impl Iterator<Item = &'a CloudRegion> + use<'a> {
    let own = provider_of(design, id).filter(|_| snap == Snap::Own);
    let any = snap == Snap::AnyProvider && !is_users(design, id);
    books.regions().all().iter().filter(move |r| any || own == Some(r.provider))
}

/// A target at a cloud region.
#[must_use]
pub fn at_region(region: &CloudRegion) -> Target {
    Target {
        site: Site::cloud(region.provider.key(), &region.id),
        place: region.position(),
        words: format!("{} · {} {}", city(region), region.provider.label(), region.id),
    }
}

/// A target at a place in no cloud, named after the city if it is near one.
#[must_use]
pub fn at_place(place: GeoPoint, books: &Books) -> Target {
    let nearest = books.regions().nearest(place.latitude_deg, place.longitude_deg, 1);
    let near = nearest.into_iter().find(|(_, km)| *km < CITY_KM).map(|(region, _)| region);
    let (north, east) = (place.latitude_deg, place.longitude_deg);
    let name = near.map_or_else(
        || {
            let (ns, ew) = (if north < 0.0 { 'S' } else { 'N' }, if east < 0.0 { 'W' } else { 'E' });
            format!("{}° {ns} {}° {ew}", north.abs(), east.abs())
        },
        |region| city(region).to_owned(),
    );
    Target {
        words: name.clone(),
        site: Site::Place {
            name,
            latitude_deg: north,
            longitude_deg: east,
            country: near.map(|r| r.country_code.clone()).unwrap_or_default(),
        },
        place,
    }
}

/// Where letting go at a place of the screen takes an element; `None` where it is already, or beside the globe.
#[must_use]
pub fn aim(design: &Design, books: &Books, id: &Id, at: Pos2, camera: &Camera, snap: Snap) -> Option<Target> {
    let pos = camera.to_scene(at);
    let distance = |r: &CloudRegion| (pos2(world::project(r.position())) - pos).length();
    let nearest = candidates(design, books, id, snap).min_by(|a, b| distance(a).total_cmp(&distance(b)));
    let target = match nearest {
        Some(region) => at_region(region),
        None => {
            let per_degree = if camera.zoom < FINE_ZOOM { 10.0 } else { 100.0 };
            let rounded = |degrees: f64| (degrees * per_degree).round() / per_degree;
            let place = world::unproject((pos.x, pos.y))?;
            at_place(GeoPoint::new(rounded(place.latitude_deg), rounded(place.longitude_deg)), books)
        }
    };
    (site_of(design, id) != Some(&target.site)).then_some(target)
}

/// Which of several places is the next one in a direction: near, and rather ahead than aside.
pub fn next_in_direction<T>(from: Pos2, direction: Vec2, places: impl Iterator<Item = (T, Pos2)>) -> Option<T> {
    let cost = |to: Pos2| {
        let way = to - from;
        let ahead = way.dot(direction);
        let aside = (way - direction * ahead).length();
        (way.length() > SAME_PLACE && ahead > 0.0 && aside <= 1.5 * ahead).then_some(ahead + 2.0 * aside)
    };
    places.filter_map(|(value, at)| Some((cost(at)?, value))).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, value)| value)
}

/// The next cloud region, or for what is in no cloud the next known city, in a direction.
#[must_use]
pub fn step(design: &Design, books: &Books, id: &Id, direction: Vec2) -> Option<Target> {
    let from = pos2(world::project(position(site_of(design, id)?, books)?));
    let own = provider_of(design, id);
    let regions = books.regions().all().iter().filter(|r| own.is_none_or(|own| own == r.provider));
    let region = next_in_direction(from, direction, regions.map(|r| (r, pos2(world::project(r.position())))))?;
    Some(if own.is_some() { at_region(region) } else { at_place(region.position(), books) })
}

/// The edit that takes an element to a site. A name and a number of zones that are still those of the old site become
/// those of the new one.
#[must_use]
pub fn relocate(design: &Design, books: &Books, id: &Id, site: Site) -> Option<Edit> {
    let region = design.regions.get(id);
    let to = cloud_region(&site, books);
    let old = region.and_then(|r| cloud_region(&r.site, books));
    let zones = match (region, old, to) {
        (Some(region), Some(old), Some(to)) if region.zones == old.zones => Some(to.zones),
        _ => None,
    };
    let name = region.filter(|r| is_named_after(&r.name, &r.site, old)).and_then(|_| {
        let city = to.map_or_else(|| site.short(), city);
        let taken = |name: &str| design.regions.iter().any(|(other, r)| other != id && r.name == name);
        [city, site.short()].into_iter().find(|name| !taken(name)).map(str::to_owned)
    });
    commands::relocate(design, id, Relocation { site, name, zones })
}

/// Whether a region is called as its site is.
fn is_named_after(name: &str, site: &Site, region: Option<&CloudRegion>) -> bool {
    name == site.short() || region.is_some_and(|r| [city(r), &r.display_name, &r.state].contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::Pos;

    fn with_regions(regions: &[(&str, &str)]) -> Design {
        let mut design = Design::default();
        for (name, site) in regions {
            let (edit, _) = commands::add_region(&design, name, Site::cloud("aws", site), Pos(0, 0));
            edit.apply(&mut design).expect("a region can be added");
        }
        design
    }

    fn moved(design: &Design, id: &str, site: Site) -> (String, u8, String) {
        let id = Id::new(id).expect("an id");
        let edit = relocate(design, Books::shipped(), &id, site).expect("it can be moved");
        let mut design = design.clone();
        edit.apply(&mut design).expect("it is valid");
        let region = &design.regions[&id];
        (region.name.clone(), region.zones, edit.label)
    }

    #[test]
    fn a_name_follows_only_while_it_is_that_of_the_place() {
        let design = with_regions(&[("Mumbai", "ap-south-1"), ("Shop", "eu-central-1")]);
        let (name, _, label) = moved(&design, "mumbai", Site::cloud("aws", "eu-west-1"));
        assert_eq!((name.as_str(), label.as_str()), ("Dublin", "Move Mumbai to aws eu-west-1"));
        assert_eq!(moved(&design, "shop", Site::cloud("aws", "eu-west-1")).0, "Shop");
    }

    #[test]
    fn two_regions_never_get_the_same_name() {
        let design = with_regions(&[("Mumbai", "ap-south-1"), ("Frankfurt", "eu-central-1")]);
        assert_eq!(moved(&design, "mumbai", Site::cloud("azure", "germanywestcentral")).0, "germanywestcentral");
    }

    #[test]
    fn the_number_of_zones_follows_the_cloud_region() {
        let design = with_regions(&[("Mumbai", "ap-south-1")]);
        let tokyo = Books::shipped().regions().get(Provider::Aws, "ap-northeast-1").expect("a region");
        let zones = moved(&design, "mumbai", Site::cloud("aws", "ap-northeast-1")).1;
        assert_eq!(zones, tokyo.zones);
    }

    #[test]
    fn an_arrow_goes_to_what_lies_that_way() {
        let design = with_regions(&[("Frankfurt", "eu-central-1")]);
        let id = Id::new("frankfurt").expect("an id");
        let east = |d: Vec2| step(&design, Books::shipped(), &id, d).map(|t| t.place.longitude_deg);
        assert!(east(egui::vec2(1.0, 0.0)).is_some_and(|lon| lon > 9.0));
        assert!(east(egui::vec2(-1.0, 0.0)).is_some_and(|lon| lon < 8.0));
        let north = step(&design, Books::shipped(), &id, egui::vec2(0.0, -1.0));
        assert!(north.is_some_and(|t| t.place.latitude_deg > 51.0));
    }

    #[test]
    fn a_free_place_near_a_city_is_called_like_it() {
        let near = at_place(GeoPoint::new(19.1, 72.9), Books::shipped());
        assert!(matches!(near.site, Site::Place { ref name, ref country, .. } if name == "Mumbai" && country == "IN"));
        let sea = at_place(GeoPoint::new(-20.5, -120.0), Books::shipped());
        assert_eq!(sea.words, "20.5° S 120° W");
    }
}
