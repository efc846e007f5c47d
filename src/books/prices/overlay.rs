//! The prices in force: those of a company's own books, else the lists less what the company has negotiated.

use std::sync::LazyLock;

use super::super::company::{CompanyBooks, Discount, DiscountOn, Dns, Entry, Here, Size, StorageOf, TrafficTo};
use super::super::provenance::Quality;
use super::super::regions::Provider;
use super::{
    DatabaseEngine, DnsRouting, EgressTariff, EgressTier, Endpoint, GlobalDnsPrice, LoadBalancerKind,
    LoadBalancerPrice, NatPrice, Price, PriceList, PriceUnit, PrivateLinePrice, Transfer, TransferPrice,
};

/// Prices: a company's own come first.
#[derive(Debug, Clone)]
pub struct PriceBook {
    list: &'static LazyLock<PriceList>,
    company: CompanyBooks,
    /// What the company's discounts do not hold for.
    undiscounted: Vec<DiscountOn>,
}

/// Prices of a company at a site of its own.
#[derive(Debug, Clone, Copy)]
pub struct SitePrices<'a> {
    company: &'a CompanyBooks,
    names: &'a [&'a str],
}

impl PriceBook {
    pub(in crate::books) const fn new(list: &'static LazyLock<PriceList>, company: CompanyBooks) -> Self {
        Self { list, company, undiscounted: Vec::new() }
    }

    /// The same prices without the company's discounts on these, for who has negotiated discounts of their own.
    #[must_use]
    pub fn without_discounts(&self, on: Vec<DiscountOn>) -> Self {
        Self { undiscounted: on, ..self.clone() }
    }

    fn discount(&self, provider: Provider, on: DiscountOn) -> Option<&Discount> {
        self.company.discount(provider, on).filter(|_| !self.undiscounted.contains(&on))
    }

    /// Size of a listed machine: vCPU and memory in GiB.
    pub(in crate::books) fn size_of(&self, provider: Provider, sku: &str) -> Option<(f64, f64)> {
        self.list.size_of(provider, sku)
    }

    /// Whether a company's book has prices of this region.
    pub fn has_own(&self, provider: Provider, region: &str) -> bool {
        self.company.sells_at(Here::Cloud(provider, region))
    }

    /// Prices at a site of one's own that goes by any of these names; `None` where a company's book has none.
    pub fn at_site<'a>(&'a self, names: &'a [&'a str]) -> Option<SitePrices<'a>> {
        self.company.sells_at(Here::Site(names)).then_some(SitePrices { company: &self.company, names })
    }

    /// A list price less the discount of the company; its own prices are what they are.
    fn discounted(&self, mut price: Price, on: DiscountOn) -> Price {
        let Some(provider) = price.provider.filter(|_| price.sourced.quality != Quality::Company) else { return price };
        let Some(discount) = self.discount(provider, on) else { return price };
        price.list_usd = Some(price.usd);
        let why = format!("list price {} less {} %, {}", price.usd, discount.pct, discount.sourced);
        price.usd *= 1.0 - discount.pct / 100.0;
        price.note = Some(price.note.map_or_else(|| why.clone(), |note| format!("{note}; {why}")));
        price
    }

    /// Price per hour of a machine with at least this size: the smallest of the company's that is large enough, else
    /// the cheapest on-demand Linux machine of the list.
    ///
    /// Burstable and ARM machines are taken only if nothing else is listed: the published throughput was measured on
    /// neither. A size beyond the list is a multiple of a listed machine, and the price says so.
    pub fn compute_hourly(&self, provider: Provider, region: &str, vcpu: f64, memory_gib: f64) -> Option<Price> {
        if let Some(own) = self.company.machine(Here::Cloud(provider, region), vcpu, memory_gib) {
            return Some(sized(own, Some(provider), "virtual machine"));
        }
        let types = self.company.instance_types(provider, region);
        let price = self.list.compute_hourly(provider, region, vcpu, memory_gib, &types)?;
        Some(self.discounted(price, DiscountOn::Compute))
    }

    /// Price per hour of a managed database with at least this size.
    ///
    /// `multi_az` asks for a standby in another zone; where the list has no price for it, twice the price of one zone
    /// stands in and the price says so.
    pub fn database_hourly(
        &self,
        provider: Provider,
        region: &str,
        engine: DatabaseEngine,
        vcpu: f64,
        memory_gib: f64,
        multi_az: bool,
    ) -> Option<Price> {
        let here = Here::Cloud(provider, region);
        if let Some(own) = self.company.database(here, engine, vcpu, memory_gib, multi_az) {
            return Some(sized(own, Some(provider), "managed database"));
        }
        let price = self.list.database_hourly(provider, region, engine, vcpu, memory_gib, multi_az)?;
        Some(self.discounted(price, DiscountOn::Databases))
    }

    /// Price per GB and month of a managed database's storage; with `multi_az` for both copies.
    pub fn database_storage_gb_month(
        &self,
        provider: Provider,
        region: &str,
        engine: DatabaseEngine,
        multi_az: bool,
    ) -> Option<Price> {
        storage(&self.company, Here::Cloud(provider, region), Some(provider), StorageOf::Databases).or_else(|| {
            let price = self.list.database_storage_gb_month(provider, region, engine, multi_az)?;
            Some(self.discounted(price, DiscountOn::Storage))
        })
    }

    /// Price per GB and month of the provider's general-purpose SSD disk.
    pub fn block_storage_gb_month(&self, provider: Provider, region: &str) -> Option<Price> {
        storage(&self.company, Here::Cloud(provider, region), Some(provider), StorageOf::Machines).or_else(|| {
            let price = self.list.block_storage_gb_month(provider, region)?;
            Some(self.discounted(price, DiscountOn::Storage))
        })
    }

    /// Price of a load balancer. What the company's own price leaves out costs nothing.
    pub fn load_balancer(&self, provider: Provider, region: &str, kind: LoadBalancerKind) -> Option<LoadBalancerPrice> {
        if let Some(own) = self.company.load_balancer(Here::Cloud(provider, region)) {
            let priced = |usd, unit| priced(own, Some(provider), usd, unit, ["own load balancer", "load balancer"]);
            let of = &own.figure;
            return Some(LoadBalancerPrice {
                hourly: priced(of.usd_per_hour, PriceUnit::Hour),
                capacity_unit_hourly: of.usd_per_unit_hour.map(|usd| priced(usd, PriceUnit::UnitHour)),
                per_gb: of.usd_per_gb.map(|usd| priced(usd, PriceUnit::Gb)),
            });
        }
        let price = self.list.load_balancer(provider, region, kind)?;
        let less = |price| self.discounted(price, DiscountOn::LoadBalancing);
        Some(LoadBalancerPrice {
            hourly: less(price.hourly),
            capacity_unit_hourly: price.capacity_unit_hourly.map(less),
            per_gb: price.per_gb.map(less),
        })
    }

    /// Price of a NAT gateway.
    pub fn nat(&self, provider: Provider, region: &str) -> Option<NatPrice> {
        let price = self.list.nat(provider, region)?;
        let less = |price| self.discounted(price, DiscountOn::Traffic);
        Some(NatPrice { hourly: price.hourly.map(less), per_gb: less(price.per_gb) })
    }

    /// Price of DNS with this routing. Where the list does not tell routings apart, the price of
    /// plain queries stands in and says so.
    pub fn global_dns(&self, provider: Provider, routing: DnsRouting) -> Option<GlobalDnsPrice> {
        let own = |usd: fn(&Dns) -> Option<f64>, unit, what: &str| {
            let (usd, entry) = self.company.dns(provider, usd)?;
            Some(priced(entry, Some(provider), usd, unit, ["own DNS", what]))
        };
        let zone = own(|dns| dns.usd_per_zone_month, PriceUnit::Month, "DNS zone");
        let queries = own(|dns| dns.usd_per_million_queries, PriceUnit::MillionQueries, "DNS queries");
        let check = own(|dns| dns.usd_per_health_check_month, PriceUnit::Month, "health check");
        let list = self.list.global_dns(provider, routing);
        let less = |price| self.discounted(price, DiscountOn::LoadBalancing);
        let listed = |of: fn(&GlobalDnsPrice) -> Option<Price>| list.as_ref().and_then(of).map(less);
        Some(GlobalDnsPrice {
            zone_month: zone.or_else(|| listed(|list| list.zone_month.clone())),
            million_queries: queries.or_else(|| listed(|list| Some(list.million_queries.clone())))?,
            health_check_month: check.clone().or_else(|| listed(|list| list.health_check_month.clone())),
            external_health_check_month: check.or_else(|| listed(|list| list.external_health_check_month.clone())),
        })
    }

    /// Price of a private line (Direct Connect, ExpressRoute).
    pub fn private_line(&self, provider: Provider, region: &str) -> Option<PrivateLinePrice> {
        let price = self.list.private_line(provider, region)?;
        let less = |price| self.discounted(price, DiscountOn::Traffic);
        Some(PrivateLinePrice { hourly: price.hourly.into_iter().map(less).collect(), per_gb: price.per_gb.map(less) })
    }

    /// Price per hour of one end of an IPsec tunnel.
    pub fn vpn_hourly(&self, provider: Provider, region: &str) -> Option<Price> {
        Some(self.discounted(self.list.vpn_hourly(provider, region)?, DiscountOn::Traffic))
    }

    /// Price per hour of a managed Kubernetes control plane.
    pub fn kubernetes_hourly(&self, provider: Provider, region: &str) -> Option<Price> {
        Some(self.discounted(self.list.kubernetes_hourly(provider, region)?, DiscountOn::Compute))
    }

    /// The company's own price of traffic out of a region.
    fn own_traffic(&self, provider: Provider, region: &str, to: TrafficTo, end: Option<&str>) -> Option<TransferPrice> {
        let own = self.company.traffic(provider, region, to, end)?;
        let what = match to {
            TrafficTo::Zone => "traffic between zones",
            TrafficTo::Region => "traffic between regions",
            TrafficTo::Internet => "traffic to the internet",
        };
        let price = priced(own, Some(provider), own.figure.usd_per_gb, PriceUnit::Gb, ["own traffic", what]);
        Some(TransferPrice { price, billed_ends: 1 })
    }

    /// Price of a GB between two zones of a region. Not listed for Azure.
    pub fn inter_zone(&self, provider: Provider, region: &str) -> Option<TransferPrice> {
        self.own_traffic(provider, region, TrafficTo::Zone, None).or_else(|| {
            let TransferPrice { price, billed_ends } = self.list.inter_zone(provider, region)?;
            Some(TransferPrice { price: self.discounted(price, DiscountOn::Traffic), billed_ends })
        })
    }

    /// Price of a GB from one region to another of the same provider; the sender pays. `None`
    /// for a region to itself: that is traffic within or between zones.
    pub fn inter_region(&self, provider: Provider, from: &str, to: &str) -> Option<TransferPrice> {
        if from == to {
            return None;
        }
        self.own_traffic(provider, from, TrafficTo::Region, Some(to)).or_else(|| {
            let TransferPrice { price, billed_ends } = self.list.inter_region(provider, from, to)?;
            Some(TransferPrice { price: self.discounted(price, DiscountOn::Traffic), billed_ends })
        })
    }

    /// Tariff of traffic from a region to the internet.
    pub fn internet_egress(&self, provider: Provider, region: &str) -> Option<EgressTariff> {
        if let Some(own) = self.company.traffic(provider, region, TrafficTo::Internet, None) {
            return Some(EgressTariff {
                provider,
                region: own.region(),
                tiers: vec![EgressTier { from_gb: 0.0, to_gb: None, usd_per_gb: own.figure.usd_per_gb }],
                sourced: own.sourced,
                note: own.note.clone(),
                note_on_fallback: None,
            });
        }
        let mut tariff = self.list.internet_egress(provider, region)?;
        if let Some(discount) = self.discount(provider, DiscountOn::Traffic) {
            for tier in &mut tariff.tiers {
                tier.usd_per_gb *= 1.0 - discount.pct / 100.0;
            }
            let why = format!("list prices less {} %, {}", discount.pct, discount.sourced);
            tariff.note = Some(tariff.note.map_or_else(|| why.clone(), |note| format!("{note}; {why}")));
        }
        Some(tariff)
    }

    /// How a flow from one place to another is charged to the sender.
    ///
    /// `None` where no price is known: flows from own sites, IBM Cloud, and flows within one
    /// region (those are free within a zone, else [`Self::inter_zone`]).
    pub fn transfer(&self, from: Endpoint<'_>, to: Endpoint<'_>) -> Option<Transfer> {
        let Endpoint::Cloud(provider, region) = from else {
            return None;
        };
        match to {
            Endpoint::Cloud(other, target) if other == provider => {
                self.inter_region(provider, region, target).map(Transfer::PerGb)
            }
            Endpoint::Cloud(..) | Endpoint::Outside => self.internet_egress(provider, region).map(Transfer::Internet),
        }
    }
}

impl SitePrices<'_> {
    /// Price per hour of a machine with at least this size.
    pub fn machine_hourly(&self, vcpu: f64, memory_gib: f64) -> Option<Price> {
        Some(sized(self.company.machine(Here::Site(self.names), vcpu, memory_gib)?, None, "machine"))
    }

    /// Price per hour of a database somebody runs, with at least this size.
    pub fn database_hourly(
        &self,
        engine: DatabaseEngine,
        vcpu: f64,
        memory_gib: f64,
        with_standby: bool,
    ) -> Option<Price> {
        let own = self.company.database(Here::Site(self.names), engine, vcpu, memory_gib, with_standby)?;
        Some(sized(own, None, "database"))
    }

    /// Price per GB and month of storage.
    pub fn storage_gb_month(&self, of: StorageOf) -> Option<Price> {
        storage(self.company, Here::Site(self.names), None, of)
    }

    /// Price per hour of a load balancer.
    pub fn load_balancer_hourly(&self) -> Option<Price> {
        let own = self.company.load_balancer(Here::Site(self.names))?;
        let what = ["own load balancer", "load balancer"];
        Some(priced(own, None, own.figure.usd_per_hour, PriceUnit::Hour, what))
    }
}

/// The price of an entry, with the name of the article and what it is.
fn priced<T>(
    own: &Entry<T>,
    provider: Option<Provider>,
    usd: f64,
    unit: PriceUnit,
    [sku, description]: [&str; 2],
) -> Price {
    Price {
        usd,
        unit,
        sku: sku.to_owned(),
        description: description.to_owned(),
        provider,
        region: own.region(),
        list_usd: None,
        sourced: own.sourced,
        note: own.note.clone(),
        note_on_fallback: None,
    }
}

fn sized(own: &Entry<Size>, provider: Option<Provider>, what: &str) -> Price {
    let Size { name, vcpu, memory_gib, usd_per_hour, .. } = &own.figure;
    let description = format!("{what}: {vcpu} vCPU, {memory_gib} GiB");
    priced(own, provider, *usd_per_hour, PriceUnit::Hour, [name, &description])
}

fn storage(company: &CompanyBooks, here: Here<'_>, provider: Option<Provider>, of: StorageOf) -> Option<Price> {
    let own = company.storage(here, of)?;
    let what = match of {
        StorageOf::Machines => ["own disk", "disk"],
        StorageOf::Databases => ["own database storage", "storage of databases"],
    };
    Some(priced(own, provider, own.figure.usd_per_gb_month, PriceUnit::GbMonth, what))
}
