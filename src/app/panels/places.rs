//! Where things are on the globe.

use std::collections::BTreeSet;

use crate::books::{Books, CloudRegion, Provider};
use crate::design::{Design, Site, Spec};
use crate::topology::locate;

pub use crate::words::site::{city, cloud_region, provider_and_id, site_words};

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
        let Ok(place) = locate(&users.site, books) else { continue };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Component, Id, Kind, Pos, commands};
    use std::sync::Arc;

    fn with_region() -> (Design, Id) {
        let mut design = Design::default();
        let (edit, id) = commands::add_region(&design, "Mumbai", Site::cloud("aws", "ap-south-1"), Pos(0, 0));
        edit.apply(&mut design).unwrap();
        (design, id)
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
}
