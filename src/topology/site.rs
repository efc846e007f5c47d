//! Where a site of a drawing is on the globe.

use crate::books::{Books, Place, Provider};
use crate::design::Site;

/// The place of a site by the region book.
///
/// # Errors
/// A sentence when the book does not know the provider or its region.
pub fn locate(site: &Site, books: &Books) -> Result<Place, String> {
    match site {
        Site::Cloud { provider, region } => {
            let known: Provider = provider.parse().map_err(|_| {
                format!("the provider “{provider}” is not in the region book, so its place is not known")
            })?;
            let found = books.regions().get(known, region);
            found.map(Place::from).ok_or_else(|| {
                format!(
                    "the cloud region “{region}” of {} is not in the region book, so its place is not known",
                    known.label()
                )
            })
        }
        Site::Place { name, latitude_deg, longitude_deg, country } => {
            let country = (!country.is_empty()).then(|| country.clone());
            Ok(Place::site(*latitude_deg, *longitude_deg, country).named(name))
        }
    }
}
