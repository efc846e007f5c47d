//! The shipped books: facts with a source and a date, parsed once.
//!
//! Cloud regions ([`RegionBook`]), round-trip times ([`RttBook`]), list prices ([`PriceBook`]),
//! published gateway throughput ([`PerformanceBook`]), promised availability ([`SlaBook`]), timers of
//! failovers ([`FailoverBook`]), outages ([`OutageBook`]), product versions ([`VersionBook`]) and the
//! facts that rules cite ([`Facts`]). [`tables`] lists them all with their age. A company's own book
//! ([`CompanyBook`]) holds before the shipped ones.
//! Nothing here knows a design: every question takes plain values, and every answer says where
//! it comes from ([`Sourced`]) and, when it is not exactly what was asked for, what stands in.
//!
//! The tables live in `assets/books`; its README names source, date, licence and doubt of each.

mod company;
pub mod compile;
mod facts;
mod failover;
mod geo;
mod listing;
mod notice;
mod outages;
mod performance;
mod prices;
mod provenance;
mod region_search;
mod regions;
mod rtt;
mod sizing;
mod slas;
mod table;
mod versions;

use std::sync::LazyLock;

pub use company::{CompanyAssumption, CompanyBook, CompanyBooks, Currency, DiscountOn, MAX_BOOK_BYTES, StorageOf};
pub use facts::{Document, Fact, FactBasis, Facts};
pub use failover::{FailoverBook, FailoverFigure, FailoverStep};
pub use geo::{EARTH_RADIUS_KM, FIBRE_KM_PER_MS, GeoPoint, fibre_bound_rtt_ms};
pub use listing::{Contents, Counts, Entry, Listed, age_days, age_words, tables};
pub use notice::{NoticeGroup, notice, notice_groups};
pub use outages::{Outage, OutageBook};
pub use performance::{CapacityFigure, PerformanceBook, Scenario};
pub use prices::{
    DatabaseEngine, DnsRouting, EgressTariff, EgressTier, Endpoint, GlobalDnsPrice, LoadBalancerKind,
    LoadBalancerPrice, NatPrice, Price, PriceBook, PriceUnit, PrivateLinePrice, SitePrices, Transfer, TransferPrice,
};
pub use provenance::{Date, DateError, Quality, Sourced};
pub use regions::{CloudRegion, Continent, Provider, RegionBook, UnknownProvider};
pub use rtt::{AccessNetwork, Place, RttBasis, RttBook, RttFigure, RttPercentileFactors, UserRtt, ZoneRtt};
pub use sizing::{CoreScaling, SizingFact, TokenRuns, sizing_facts};
pub use slas::{Availability, AvailabilityKind, SlaBook};
pub use table::{BookError, NO_LICENCE, OWN_WORK, Source, SourceBook};
pub use versions::{Packaging, Runtime, VersionBook, VersionInfo};

/// The books in force: the shipped ones, and those of a company before them. Cheap to clone.
#[derive(Clone)]
pub struct Books {
    rtt: RttBook,
    prices: PriceBook,
    company: CompanyBooks,
}

/// Every shipped book; a book is parsed when it is first asked for.
struct Shipped {
    sources: LazyLock<SourceBook>,
    regions: LazyLock<RegionBook>,
    rtt: LazyLock<rtt::RttList>,
    prices: LazyLock<prices::PriceList>,
    performance: LazyLock<PerformanceBook>,
    versions: LazyLock<VersionBook>,
    slas: LazyLock<SlaBook>,
    failover: LazyLock<FailoverBook>,
    outages: LazyLock<OutageBook>,
    facts: LazyLock<Facts>,
}

/// The text of a shipped table, with the further files that its rows stand in.
macro_rules! table {
    ($name:literal $(, $more:literal)*) => {
        $crate::books::table::Table {
            name: $name,
            text: include_str!(concat!("../../assets/books/", $name, ".csv")),
            more: &[$(table!($more)),*],
        }
    };
}

static BOOKS: LazyLock<Books> = LazyLock::new(|| Books::with(CompanyBooks::default()));

static SHIPPED: Shipped = Shipped {
    sources: LazyLock::new(|| parsed(SourceBook::parse(table!("sources")))),
    regions: LazyLock::new(|| parsed(RegionBook::parse(table!("regions", "regions_ibm"), &SHIPPED.sources))),
    rtt: LazyLock::new(|| parsed(rtt::RttList::parse(rtt_tables(), &SHIPPED.sources, &SHIPPED.regions))),
    prices: LazyLock::new(|| {
        let tables = prices::Tables {
            compute: table!("prices_compute", "prices_compute_rosa"),
            database: table!("prices_database"),
            storage: table!("prices_storage", "prices_storage_rosa"),
            service: table!("prices_service"),
            transfer: table!("prices_transfer"),
        };
        parsed(prices::PriceList::parse(tables, &SHIPPED.sources, &SHIPPED.regions))
    }),
    performance: LazyLock::new(|| parsed(PerformanceBook::parse(table!("performance"), &SHIPPED.sources))),
    versions: LazyLock::new(|| parsed(VersionBook::parse(table!("versions"), &SHIPPED.sources))),
    slas: LazyLock::new(|| parsed(SlaBook::parse(table!("slas", "slas_quoted"), &SHIPPED.sources))),
    failover: LazyLock::new(|| parsed(FailoverBook::parse(table!("failover", "failover_quoted"), &SHIPPED.sources))),
    outages: LazyLock::new(|| parsed(OutageBook::parse(table!("outages"), &SHIPPED.sources))),
    facts: LazyLock::new(|| parsed(Facts::parse(table!("facts"), table!("documents")))),
};

/// The shipped tables of round-trip times.
fn rtt_tables() -> rtt::Tables {
    rtt::Tables {
        pairs: table!("rtt", "rtt_aws", "rtt_ibm"),
        zones: table!("rtt_zone"),
        hubs: table!("rtt_hubs"),
        edges: table!("rtt_edges"),
        country_zones: table!("rtt_country_zones"),
        zone_factors: table!("rtt_zone_factors"),
    }
}

/// The tables are part of the program and no user can change them, so a table that does not
/// parse is a defect of the build; the test `every_shipped_table_parses` finds it.
#[expect(clippy::expect_used, reason = "a test proves that every shipped table parses")]
fn parsed<T>(book: Result<T, BookError>) -> T {
    book.expect("a shipped table parses")
}

impl Books {
    /// The books that ship with the program.
    pub fn shipped() -> &'static Self {
        &BOOKS
    }

    /// The shipped books with those of a company before them.
    #[must_use]
    pub fn with(company: CompanyBooks) -> Self {
        Self {
            rtt: RttBook::new(&SHIPPED.rtt, company.clone()),
            prices: PriceBook::new(&SHIPPED.prices, company.clone()),
            company,
        }
    }

    /// The books of the company.
    pub fn company(&self) -> &CompanyBooks {
        &self.company
    }

    /// Where the figures come from, for a list of references.
    pub fn sources(&self) -> &'static SourceBook {
        &SHIPPED.sources
    }

    /// Cloud regions.
    pub fn regions(&self) -> &'static RegionBook {
        &SHIPPED.regions
    }

    /// Round-trip times between places; a company's own come first.
    pub fn rtt(&self) -> &RttBook {
        &self.rtt
    }

    /// List prices; a company's own come first.
    pub fn prices(&self) -> &PriceBook {
        &self.prices
    }

    /// Published throughput of the gateway.
    pub fn performance(&self) -> &'static PerformanceBook {
        &SHIPPED.performance
    }

    /// Versions of the product.
    pub fn versions(&self) -> &'static VersionBook {
        &SHIPPED.versions
    }

    /// What providers promise of the availability of their services.
    pub fn slas(&self) -> &'static SlaBook {
        &SHIPPED.slas
    }

    /// The availability of a configuration as the tables word it: what the company says, else what is shipped.
    pub fn availability(
        &self,
        component: &str,
        provider: Option<Provider>,
        configuration: &str,
    ) -> Option<&Availability> {
        let own = self.company.availability(component, provider, configuration);
        own.or_else(|| self.slas().get(component, provider, configuration))
    }

    /// How long it takes to notice a failure and to go on elsewhere.
    pub fn failover(&self) -> &'static FailoverBook {
        &SHIPPED.failover
    }

    /// Outages of whole regions that happened.
    pub fn outages(&self) -> &'static OutageBook {
        &SHIPPED.outages
    }

    /// Facts about the product and the documents they were read in.
    pub fn facts(&self) -> &'static Facts {
        &SHIPPED.facts
    }
}

impl std::fmt::Debug for Books {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Books").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every row of every table has a known source, or parsing would fail.
    #[test]
    fn every_shipped_table_parses() {
        let books = Books::shipped();
        assert_eq!(books.regions().all().len(), 155);
        assert_eq!(books.versions().all().len(), 6);
        assert!(books.sources().all().count() > 50);
        books.rtt();
        books.prices();
        books.performance();
        books.slas();
        books.failover();
        books.outages();
        books.facts();
    }
}
