//! Load balancers, NAT, DNS, private lines and other services with a fixed price.

use serde::{Deserialize, Serialize};

use super::super::provenance::{Quality, Sourced};
use super::super::regions::{Provider, RegionBook};
use super::super::table::{BookError, SourceBook, Table, flag, non_empty};
use super::{Price, PriceList, PriceUnit, amount, known_region};

/// Kind of a load balancer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoadBalancerKind {
    /// Understands HTTP (layer 7).
    Application,
    /// Passes TCP (layer 4).
    Network,
}

/// Price of a load balancer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LoadBalancerPrice {
    /// Each hour it exists.
    pub hourly: Price,
    /// Each capacity unit and hour, where the provider counts such units.
    pub capacity_unit_hourly: Option<Price>,
    /// Each GB, where the provider counts those instead.
    pub per_gb: Option<Price>,
}

/// Price of a NAT gateway.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NatPrice {
    /// Each hour it exists; not listed for Google Cloud.
    pub hourly: Option<Price>,
    /// Each GB.
    pub per_gb: Price,
}

/// How DNS chooses a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DnsRouting {
    /// One answer, or failover.
    Simple,
    /// The site with the least latency.
    Latency,
    /// The site by the users' location.
    Geo,
}

/// Price of DNS, or of a global balancer that works by DNS.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GlobalDnsPrice {
    /// Each zone and month; not listed for Azure.
    pub zone_month: Option<Price>,
    /// Each million queries with this routing.
    pub million_queries: Price,
    /// Each health check of an endpoint at this provider and month.
    pub health_check_month: Option<Price>,
    /// Each health check of an endpoint elsewhere and month.
    pub external_health_check_month: Option<Price>,
}

/// Price of a private line into the cloud. The line to the meeting point is the carrier's
/// business and not in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PrivateLinePrice {
    /// Parts that are charged by the hour: port, connection, gateway.
    pub hourly: Vec<Price>,
    /// Each GB out of the cloud, where it is listed.
    pub per_gb: Option<Price>,
}

/// Prices of services by a fixed name of the article.
#[derive(Debug)]
pub(super) struct ServicePrices {
    rows: Vec<Service>,
}

#[derive(Debug)]
struct Service {
    provider: Provider,
    region: String,
    item: Item,
    sku: String,
    unit: PriceUnit,
    usd: f64,
    sourced: Sourced,
    note: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Item {
    LbApplicationHour,
    LbApplicationUnit,
    LbApplicationGb,
    LbNetworkHour,
    LbNetworkUnit,
    LbNetworkGb,
    NatHour,
    NatGb,
    DnsZoneMonth,
    DnsQueriesSimple,
    DnsQueriesLatency,
    DnsQueriesGeo,
    DnsQueriesAny,
    HealthCheckCloud,
    HealthCheckExternal,
    LinePortHour,
    LineGatewayHour,
    LineGb,
    VpnHour,
    KubernetesHour,
}

#[derive(Deserialize)]
struct Row {
    provider: Provider,
    region: String,
    item: Item,
    sku: String,
    unit: PriceUnit,
    usd: f64,
    quality: Quality,
    #[serde(deserialize_with = "flag")]
    stale: bool,
    source: String,
    note: String,
}

impl ServicePrices {
    pub fn parse(table: Table, sources: &'static SourceBook, regions: &RegionBook) -> Result<Self, BookError> {
        let rows = table.read(|row: Row| {
            known_region(regions, row.provider, &row.region)?;
            Ok(Service {
                usd: amount(row.usd)?,
                sourced: sources.sourced(&row.source, row.quality, row.stale)?,
                provider: row.provider,
                region: row.region,
                item: row.item,
                sku: row.sku,
                unit: row.unit,
                note: non_empty(row.note),
            })
        })?;
        Ok(Self { rows })
    }
}

impl PriceList {
    fn service(&self, provider: Provider, region: &str, item: Item) -> Option<Price> {
        let rows = self.service.rows.iter();
        let rows = rows.filter(|row| row.provider == provider && row.item == item);
        let listed = self.listed(provider, region, rows, |row| &row.region)?;
        let row = listed.rows.first()?;
        Some(listed.noted(Price {
            usd: row.usd,
            unit: row.unit,
            sku: row.sku.clone(),
            description: row.sku.clone(),
            provider: Some(provider),
            region: row.region.clone(),
            list_usd: None,
            sourced: row.sourced,
            note: row.note.clone(),
            note_on_fallback: None,
        }))
    }

    /// Price of a load balancer.
    pub fn load_balancer(&self, provider: Provider, region: &str, kind: LoadBalancerKind) -> Option<LoadBalancerPrice> {
        let (hour, unit, gb) = match kind {
            LoadBalancerKind::Application => (Item::LbApplicationHour, Item::LbApplicationUnit, Item::LbApplicationGb),
            LoadBalancerKind::Network => (Item::LbNetworkHour, Item::LbNetworkUnit, Item::LbNetworkGb),
        };
        Some(LoadBalancerPrice {
            hourly: self.service(provider, region, hour)?,
            capacity_unit_hourly: self.service(provider, region, unit),
            per_gb: self.service(provider, region, gb),
        })
    }

    /// Price of a NAT gateway.
    pub fn nat(&self, provider: Provider, region: &str) -> Option<NatPrice> {
        Some(NatPrice {
            hourly: self.service(provider, region, Item::NatHour),
            per_gb: self.service(provider, region, Item::NatGb)?,
        })
    }

    /// Price of DNS with this routing. Where the list does not tell routings apart, the price of
    /// plain queries stands in and says so.
    pub fn global_dns(&self, provider: Provider, routing: DnsRouting) -> Option<GlobalDnsPrice> {
        let global = |item| self.service(provider, super::GLOBAL, item);
        let item = match routing {
            DnsRouting::Simple => Item::DnsQueriesSimple,
            DnsRouting::Latency => Item::DnsQueriesLatency,
            DnsRouting::Geo => Item::DnsQueriesGeo,
        };
        let plain = || {
            let mut price = global(Item::DnsQueriesSimple)?;
            price.stands_in(Quality::Estimate, "no list price for this routing: plain queries");
            Some(price)
        };
        let million_queries = global(item).or_else(|| global(Item::DnsQueriesAny)).or_else(plain)?;
        Some(GlobalDnsPrice {
            zone_month: global(Item::DnsZoneMonth),
            million_queries,
            health_check_month: global(Item::HealthCheckCloud),
            external_health_check_month: global(Item::HealthCheckExternal),
        })
    }

    /// Price of a private line (Direct Connect, ExpressRoute).
    pub fn private_line(&self, provider: Provider, region: &str) -> Option<PrivateLinePrice> {
        let hourly: Vec<Price> = [Item::LinePortHour, Item::LineGatewayHour]
            .into_iter()
            .filter_map(|item| self.service(provider, region, item))
            .collect();
        (!hourly.is_empty()).then(|| PrivateLinePrice { hourly, per_gb: self.service(provider, region, Item::LineGb) })
    }

    /// Price per hour of one end of an IPsec tunnel.
    pub fn vpn_hourly(&self, provider: Provider, region: &str) -> Option<Price> {
        self.service(provider, region, Item::VpnHour)
    }

    /// Price per hour of a managed Kubernetes control plane.
    pub fn kubernetes_hourly(&self, provider: Provider, region: &str) -> Option<Price> {
        self.service(provider, region, Item::KubernetesHour)
    }
}
