//! Whether a region lies in the jurisdiction that another region's data must not leave.

use super::RegionView;
use crate::books::{Books, Provider};
use crate::design::Site;

/// Member states of the European Union by ISO 3166 code.
const EU: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// What the drawing says about a region and a jurisdiction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lies {
    /// Inside, by its country or because it has the same jurisdiction of its own.
    Inside,
    /// Outside, by its country or because it is bound to another jurisdiction.
    Outside,
    /// Nothing tells.
    Unknown,
}

/// Where `region` lies with regard to `jurisdiction`: by the country of its site if that is known and the jurisdiction
/// is `EU`, `UK` or a country code, otherwise by the jurisdiction the region itself names.
#[must_use]
pub fn lies(region: &RegionView<'_>, jurisdiction: &str, books: &Books) -> Lies {
    let jurisdiction = jurisdiction.trim();
    let same = |text: &str| text.trim().eq_ignore_ascii_case(jurisdiction);
    let inside = |yes: bool| if yes { Lies::Inside } else { Lies::Outside };
    if let Some(country) = country(&region.region.site, books) {
        let is = |code: &str| code.eq_ignore_ascii_case(country);
        if same("EU") {
            return inside(EU.iter().any(|code| is(code)));
        }
        if jurisdiction.len() == 2 {
            return inside(is(if same("UK") { "GB" } else { jurisdiction }));
        }
    }
    match &region.region.requirements.data_residency {
        Some(own) => inside(same(own)),
        None => Lies::Unknown,
    }
}

/// ISO 3166 code of the site's country, if anybody knows it.
fn country<'a>(site: &'a Site, books: &'a Books) -> Option<&'a str> {
    let code = match site {
        Site::Place { country, .. } => country.trim(),
        Site::Cloud { provider, region } => {
            let provider: Provider = provider.parse().ok()?;
            &books.regions().get(provider, region)?.country_code
        }
    };
    (!code.is_empty()).then_some(code)
}
