//! Where things are on the globe, and where there is room in the drawing.

use std::collections::BTreeSet;

use crate::books::{Books, CloudRegion, Provider};
use crate::design::{Component, Design, Extent, Id, Link, Pos, SceneRect, Site, Spec, commands};

/// Distance between spots tried for a component, scene points.
const SPOT_STEP: usize = 24;
/// Most spots tried; a region that large and full gets an overlap rather than a long wait.
const MAX_SPOTS: usize = 4_000;

/// The cloud region of a site, if the books know it.
pub fn cloud_region<'a>(site: &Site, books: &'a Books) -> Option<&'a CloudRegion> {
    let Site::Cloud { provider, region } = site else { return None };
    books.regions().get(provider.parse::<Provider>().ok()?, region)
}

/// Where a site is, for distances and round-trip times.
pub fn locate(site: &Site, books: &Books) -> Option<crate::books::Place> {
    match site {
        Site::Cloud { .. } => cloud_region(site, books).map(Into::into),
        Site::Place { latitude_deg, longitude_deg, country, .. } => Some(crate::books::Place::site(
            *latitude_deg,
            *longitude_deg,
            (!country.is_empty()).then(|| country.clone()),
        )),
    }
}

/// The city of a cloud region, or what comes nearest to it.
pub fn city(region: &CloudRegion) -> &str {
    [&region.city, &region.state, &region.display_name].into_iter().find(|t| !t.is_empty()).map_or("", String::as_str)
}

/// Provider and id of a cloud region: `AWS eu-central-1`.
pub fn provider_and_id(region: &CloudRegion) -> String {
    format!("{} {}", region.provider.label(), region.id)
}

/// A site in words: `Frankfurt · AWS eu-central-1`, or a place's name.
pub fn site_words(site: &Site, books: &Books) -> String {
    match (site, cloud_region(site, books)) {
        (_, Some(region)) => format!("{} · {}", city(region), provider_and_id(region)),
        (Site::Cloud { provider, region }, None) => format!("{provider} {region} (unknown)"),
        (Site::Place { name, .. }, None) => name.clone(),
    }
}

/// Cloud regions near the drawn users, nearest first for each population in turn. Only providers that the design
/// already uses, if it uses any.
pub fn near_users<'a>(design: &Design, books: &'a Books, n: usize) -> Vec<&'a CloudRegion> {
    let used: BTreeSet<Provider> = design
        .regions
        .values()
        .filter_map(|r| match &r.site {
            Site::Cloud { provider, .. } => provider.parse().ok(),
            Site::Place { .. } => None,
        })
        .collect();
    let suits = |r: &CloudRegion| used.is_empty() || used.contains(&r.provider);
    let mut nearest: Vec<Vec<&CloudRegion>> = Vec::new();
    for component in design.components.values() {
        let Spec::Users(users) = &component.spec else { continue };
        let Some(place) = locate(&users.site, books) else { continue };
        let all = books.regions().nearest(place.latitude_deg, place.longitude_deg, usize::MAX);
        nearest.push(all.into_iter().map(|(r, _)| r).filter(|r| suits(r)).take(n).collect());
        if nearest.len() >= 16 {
            break;
        }
    }
    let mut found: Vec<&CloudRegion> = Vec::new();
    for rank in 0..n {
        for list in &nearest {
            if let Some(region) = list.get(rank)
                && found.len() < n
                && !found.iter().any(|f| std::ptr::eq(*f, *region))
            {
                found.push(region);
            }
        }
    }
    found
}

/// The site a component stands at: its region's, or its own.
fn site_of<'a>(design: &'a Design, component: &'a Component) -> Option<&'a Site> {
    if let Some(region) = component.region.as_ref().and_then(|r| design.regions.get(r)) {
        return Some(&region.site);
    }
    match &component.spec {
        Spec::Users(users) => Some(&users.site),
        Spec::Backend(backend) => backend.site.as_ref(),
        _ => None,
    }
}

/// Round-trip time of a link by the books, ms: only between different sites, where it tells something.
pub fn book_rtt_ms(design: &Design, link: &Link, books: &Books) -> Option<f64> {
    let end = |id: &Id| site_of(design, design.components.get(id)?);
    let (from, to) = (end(&link.from)?, end(&link.to)?);
    if from == to {
        return None;
    }
    Some(books.rtt().between(&locate(from, books)?, &locate(to, books)?).rtt_ms)
}

/// Where a component goes when it becomes part of another region: the same place in it if that is free, else the first
/// free spot, else a place inside. Relative to the region's corner.
pub fn spot_in(design: &Design, region_id: &Id, component: &Component) -> Pos {
    let Some(region) = design.regions.get(region_id) else { return component.pos };
    let size = component.kind().extent();
    let (left, top) = (commands::REGION_PADDING, commands::REGION_TITLE);
    let right = (region.extent.0 - commands::REGION_PADDING - size.0).max(left);
    let bottom = (region.extent.1 - commands::REGION_PADDING - size.1).max(top);
    let taken: Vec<SceneRect> = design
        .components_in(region_id)
        .map(|(_, c)| SceneRect { min: c.pos.offset(-8, -8), extent: grown(c.kind().extent()) })
        .collect();
    let free = |pos: Pos| !taken.iter().any(|t| t.intersects(SceneRect { min: pos, extent: size }));
    let clamped = Pos(component.pos.0.clamp(left, right), component.pos.1.clamp(top, bottom));
    if clamped == component.pos && free(clamped) {
        return clamped;
    }
    let along = |from: i32, to: i32| (from..=to).step_by(SPOT_STEP);
    along(top, bottom)
        .flat_map(|y| along(left, right).map(move |x| Pos(x, y)))
        .take(MAX_SPOTS)
        .find(|pos| free(*pos))
        .unwrap_or(clamped)
}

fn grown(extent: Extent) -> Extent {
    Extent(extent.0 + 16, extent.1 + 16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Kind, Region};
    use std::sync::Arc;

    fn with_region() -> (Design, Id) {
        let mut design = Design::default();
        let (edit, id) = commands::add_region(&design, "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        edit.apply(&mut design).unwrap();
        (design, id)
    }

    #[test]
    fn a_moved_component_keeps_its_place_or_finds_a_free_one() {
        let (mut design, id) = with_region();
        let mut gateway = Component::new(Kind::Gateway, "Gateway");
        gateway.pos = Pos(32, 120);
        assert_eq!(spot_in(&design, &id, &gateway), Pos(32, 120));
        let mut other = Component::new(Kind::Gateway, "Other");
        other.region = Some(id.clone());
        other.pos = Pos(40, 130);
        design.components.insert(Id::slug("other"), Arc::new(other.clone()));
        let pos = spot_in(&design, &id, &gateway);
        let rect = |pos| SceneRect { min: pos, extent: Kind::Gateway.extent() };
        assert!(!rect(pos).intersects(rect(other.pos)));
        gateway.pos = Pos(5_000, -70);
        let inside = spot_in(&design, &id, &gateway);
        let region: &Region = design.regions.get(&id).unwrap();
        assert!(region.rect().contains(inside) && region.rect().contains(inside.offset(176, 64)));
    }

    #[test]
    fn regions_near_users_prefer_the_provider_in_use() {
        let (mut design, _) = with_region();
        let books = Books::shipped();
        assert!(near_users(&design, books, 5).is_empty(), "no users, nothing to be near to");
        design.components.insert(Id::slug("users"), Arc::new(Component::new(Kind::Users, "Users DE")));
        let near = near_users(&design, books, 5);
        assert_eq!(near.first().map(|r| r.id.as_str()), Some("eu-central-1"));
        assert!(near.iter().all(|r| r.provider == Provider::Aws) && near.len() == 5);
    }

    #[test]
    fn links_inside_a_site_show_no_round_trip() {
        let (mut design, id) = with_region();
        for (name, kind) in [("gw", Kind::Gateway), ("tm", Kind::TrafficManager), ("users", Kind::Users)] {
            let mut component = Component::new(kind, name);
            component.region = kind.fits_in_region().then(|| id.clone());
            design.components.insert(Id::slug(name), Arc::new(component));
        }
        let link = |a, b| Link::new(Id::slug(a), Id::slug(b), crate::design::Purpose::ApiTraffic);
        assert_eq!(book_rtt_ms(&design, &link("gw", "tm"), Books::shipped()), None);
        let far = book_rtt_ms(&design, &link("users", "gw"), Books::shipped()).unwrap();
        assert!((80.0..200.0).contains(&far), "Frankfurt to Mumbai takes {far} ms");
    }
}
