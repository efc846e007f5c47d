//! Where things stand, in words.

use crate::books::{Books, CloudRegion, Provider};
use crate::design::Site;

/// The cloud region of a site, if the books know it.
#[must_use]
pub fn cloud_region<'a>(site: &Site, books: &'a Books) -> Option<&'a CloudRegion> {
    let Site::Cloud { provider, region } = site else { return None };
    books.regions().get(provider.parse::<Provider>().ok()?, region)
}

/// The city of a cloud region, or what comes nearest to it.
#[must_use]
pub fn city(region: &CloudRegion) -> &str {
    [&region.city, &region.state, &region.display_name].into_iter().find(|t| !t.is_empty()).map_or("", String::as_str)
}

/// Provider and id of a cloud region: `AWS eu-central-1`.
#[must_use]
pub fn provider_and_id(region: &CloudRegion) -> String {
    format!("{} {}", region.provider.label(), region.id)
}

/// A site in words: `Frankfurt · AWS eu-central-1`, or a place's name.
#[must_use]
pub fn site_words(site: &Site, books: &Books) -> String {
    match (site, cloud_region(site, books)) {
        (_, Some(region)) => format!("{} · {}", city(region), provider_and_id(region)),
        (Site::Cloud { provider, region }, None) => format!("{provider} {region} (unknown)"),
        (Site::Place { name, .. }, None) => name.clone(),
    }
}
