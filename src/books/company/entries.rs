//! The entries of a book, kind by kind.

use std::collections::BTreeMap;

use super::super::geo::fibre_bound_rtt_ms;
use super::super::prices::DatabaseEngine;
use super::super::{Availability, AvailabilityKind, Books, Provider};
use super::file::{FileBook, FileDatabase, FileLoadBalancer, FileMachine, FileSla, FileStorage};
use super::read::{Read, Reader, closest};
use super::{
    At, CompanyAssumption, CompanyBook, Currency, Discount, Dns, End, InstanceType, LoadBalancer, Rtt, Size, Storage,
    Traffic, TrafficTo,
};

/// Longest time of a round trip, ms.
const MAX_RTT_MS: f64 = 60_000.0;

/// Entries that hold in clouds, or at a site of one's own.
pub(super) struct Placed<'f> {
    /// Of the paths of these entries.
    pub prefix: String,
    /// `None` for clouds; else the name of the site, if it has one.
    pub site: Option<Option<&'f str>>,
    pub machines: &'f [FileMachine],
    pub databases: &'f [FileDatabase],
    pub storage: &'f [FileStorage],
    pub load_balancers: &'f [FileLoadBalancer],
}

/// A place in words: `aws eu-central-1`, `every aws region`, `the site munich`.
fn words(at: &At) -> String {
    match at {
        At::Cloud(provider, Some(region)) => format!("{provider} {region}"),
        At::Cloud(provider, None) => format!("every {provider} region"),
        At::Site(Some(name)) => format!("the site {name}"),
        At::Site(None) => "every own site".to_owned(),
    }
}

fn end_words(end: &End) -> String {
    match end {
        End::Cloud(provider, region) => format!("{provider} {region}"),
        End::Site(name) => name.clone(),
    }
}

impl Reader<'_> {
    pub(super) fn placed(&mut self, book: &mut CompanyBook, of: &Placed<'_>) -> Read<()> {
        for (index, file) in of.machines.iter().enumerate() {
            let path = format!("{}machines[{index}]", of.prefix);
            let at = self.at(&path, [file.provider.as_deref(), file.region.as_deref()], of.site)?;
            let figure = Size {
                name: file.name.clone().unwrap_or_else(|| "own machine".to_owned()),
                engine: None,
                multi_zone: None,
                vcpu: self.size(&path, "vcpu", file.vcpu)?,
                memory_gib: self.size(&path, "memory_gib", file.memory_gib)?,
                usd_per_hour: self.price(&path, "usd_per_hour", file.usd_per_hour)?,
            };
            let (vcpu, memory) = (figure.vcpu, figure.memory_gib);
            self.claim(&path, format!("the machine of {vcpu} vCPU and {memory} GiB in {}", words(&at)))?;
            book.machines.push(self.entry(&path, at, &file.said(), figure)?);
        }
        for (index, file) in of.databases.iter().enumerate() {
            self.database(book, &format!("{}databases[{index}]", of.prefix), file, of.site)?;
        }
        for (index, file) in of.storage.iter().enumerate() {
            let path = format!("{}storage[{index}]", of.prefix);
            let at = self.at(&path, [file.provider.as_deref(), file.region.as_deref()], of.site)?;
            let usd_per_gb_month = self.price(&path, "usd_per_gb_month", file.usd_per_gb_month)?;
            self.claim(&path, format!("the storage of {:?} in {}", file.of, words(&at)).to_lowercase())?;
            book.storage.push(self.entry(&path, at, &file.said(), Storage { of: file.of, usd_per_gb_month })?);
        }
        for (index, file) in of.load_balancers.iter().enumerate() {
            let path = format!("{}load_balancers[{index}]", of.prefix);
            let at = self.at(&path, [file.provider.as_deref(), file.region.as_deref()], of.site)?;
            let units = [("usd_per_unit_hour", file.usd_per_unit_hour), ("usd_per_gb", file.usd_per_gb)];
            self.prices(&path, units)?;
            if let Some((field, _)) = units.iter().find(|(_, usd)| of.site.is_some() && usd.is_some()) {
                let hint = "give its whole price as usd_per_hour";
                return Err(self.wrong(&path, field, "a load balancer of an own site costs by the hour only", hint));
            }
            let figure = LoadBalancer {
                usd_per_hour: self.price(&path, "usd_per_hour", file.usd_per_hour)?,
                usd_per_unit_hour: file.usd_per_unit_hour,
                usd_per_gb: file.usd_per_gb,
            };
            self.claim(&path, format!("the load balancer in {}", words(&at)))?;
            book.load_balancers.push(self.entry(&path, at, &file.said(), figure)?);
        }
        Ok(())
    }

    fn database(
        &mut self,
        book: &mut CompanyBook,
        path: &str,
        file: &FileDatabase,
        site: Option<Option<&str>>,
    ) -> Read<()> {
        let at = self.at(path, [file.provider.as_deref(), file.region.as_deref()], site)?;
        let engine = file.engine.as_deref().map(|key| {
            key.parse::<DatabaseEngine>().map_err(|message| {
                self.wrong(path, "engine", &message, &closest(key, DatabaseEngine::ALL.into_iter().map(|e| e.key())))
            })
        });
        let figure = Size {
            name: file.name.clone().unwrap_or_else(|| "own database".to_owned()),
            engine: engine.transpose()?,
            multi_zone: file.multi_zone,
            vcpu: self.size(path, "vcpu", file.vcpu)?,
            memory_gib: self.size(path, "memory_gib", file.memory_gib)?,
            usd_per_hour: self.price(path, "usd_per_hour", file.usd_per_hour)?,
        };
        let engine = figure.engine.map_or("any database", DatabaseEngine::key);
        let zones = match figure.multi_zone {
            None => "",
            Some(false) => " in one zone",
            Some(true) => " with a standby",
        };
        let (vcpu, memory) = (figure.vcpu, figure.memory_gib);
        self.claim(path, format!("{engine} of {vcpu} vCPU and {memory} GiB{zones} in {}", words(&at)))?;
        book.databases.push(self.entry(path, at, &file.said(), figure)?);
        Ok(())
    }

    pub(super) fn currency(&mut self, file: &FileBook) -> Read<Option<Currency>> {
        let Some(of) = &file.currency else { return Ok(None) };
        let path = "currency";
        if of.code.len() != 3 || !of.code.chars().all(|c| c.is_ascii_uppercase()) {
            let message = format!("\"{}\" is no code of a currency", of.code);
            return Err(self.wrong(path, "code", &message, "use three capital letters, such as EUR"));
        }
        let per_usd = self.number(path, "per_usd", of.per_usd, [1e-6, MAX_RATE])?;
        self.claim(path, "the currency".to_owned())?;
        Ok(Some(Currency { code: of.code.clone(), per_usd, sourced: Some(self.noted(path, &of.said())?) }))
    }

    pub(super) fn discounts(&mut self, file: &FileBook) -> Read<Vec<Discount>> {
        let mut found = Vec::new();
        for (index, of) in file.discounts.iter().enumerate() {
            let path = format!("discounts[{index}]");
            let provider = of.provider.as_deref().map(|key| self.provider(&path, key)).transpose()?;
            let pct = self.number(&path, "pct", of.pct, [0.0, 100.0])?;
            let on = of.on.map_or_else(|| "everything".to_owned(), |on| format!("{on:?}").to_lowercase());
            let whose = provider.map_or_else(|| "every provider".to_owned(), |provider| provider.to_string());
            self.claim(&path, format!("the discount on {on} of {whose}"))?;
            found.push(Discount { on: of.on, provider, pct, sourced: self.noted(&path, &of.said())? });
        }
        Ok(found)
    }

    pub(super) fn instance_types(&mut self, file: &FileBook) -> Read<Vec<super::Entry<InstanceType>>> {
        let mut found = Vec::new();
        for (index, of) in file.instance_types.iter().enumerate() {
            let path = format!("instance_types[{index}]");
            let at = self.at(&path, [Some(of.provider.as_str()), of.region.as_deref()], None)?;
            let listed = match &at {
                At::Cloud(provider, _) => Books::shipped().prices().size_of(*provider, &of.name),
                At::Site(_) => None,
            };
            let (vcpu, memory_gib) = (of.vcpu.or(listed.map(|l| l.0)), of.memory_gib.or(listed.map(|l| l.1)));
            let (Some(vcpu), Some(memory_gib)) = (vcpu, memory_gib) else {
                let message = format!("the size of \"{}\" is not known", of.name);
                return Err(self.wrong(&path, "name", &message, "add vcpu and memory_gib"));
            };
            let figure = InstanceType {
                name: of.name.clone(),
                vcpu: self.size(&path, "vcpu", vcpu)?,
                memory_gib: self.size(&path, "memory_gib", memory_gib)?,
                usd_per_hour: self.price(&path, "usd_per_hour", of.usd_per_hour)?,
            };
            self.claim(&path, format!("the instance type {} in {}", of.name, words(&at)))?;
            found.push(self.entry(&path, at, &of.said(), figure)?);
        }
        Ok(found)
    }

    pub(super) fn dns(&mut self, file: &FileBook) -> Read<Vec<super::Entry<Dns>>> {
        let mut found = Vec::new();
        for (index, of) in file.dns.iter().enumerate() {
            let path = format!("dns[{index}]");
            let at = At::Cloud(self.provider(&path, &of.provider)?, None);
            let (zone, queries, check) =
                (of.usd_per_zone_month, of.usd_per_million_queries, of.usd_per_health_check_month);
            let fields = [
                ("usd_per_zone_month", zone),
                ("usd_per_million_queries", queries),
                ("usd_per_health_check_month", check),
            ];
            self.prices(&path, fields)?;
            self.claim(&path, format!("the DNS of {}", of.provider))?;
            let figure =
                Dns { usd_per_zone_month: zone, usd_per_million_queries: queries, usd_per_health_check_month: check };
            found.push(self.entry(&path, at, &of.said(), figure)?);
        }
        Ok(found)
    }

    pub(super) fn traffic(&mut self, file: &FileBook) -> Read<Vec<super::Entry<Traffic>>> {
        let mut found = Vec::new();
        for (index, of) in file.traffic.iter().enumerate() {
            let path = format!("traffic[{index}]");
            let at = self.at(&path, [Some(of.provider.as_str()), of.region.as_deref()], None)?;
            let to_region = match (&of.to_region, of.to, &at) {
                (None, ..) => None,
                (Some(id), TrafficTo::Region, At::Cloud(provider, _)) => {
                    Some(self.region(&path, "to_region", *provider, id)?.id.clone())
                }
                (Some(_), ..) => {
                    let hint = "leave to_region out, or say to: Region";
                    return Err(self.wrong(&path, "to_region", "only traffic to a region names one", hint));
                }
            };
            let usd_per_gb = self.price(&path, "usd_per_gb", of.usd_per_gb)?;
            let to = to_region.clone().unwrap_or_else(|| format!("another {:?}", of.to).to_lowercase());
            self.claim(&path, format!("traffic from {} to {to}", words(&at)))?;
            found.push(self.entry(&path, at, &of.said(), Traffic { to: of.to, to_region, usd_per_gb })?);
        }
        Ok(found)
    }

    /// One end of a round trip: `aws:eu-central-1` or `site:Munich`.
    fn end(&self, path: &str, field: &str, text: &str) -> Read<End> {
        let hint = "write it as aws:eu-central-1 or, for an own site, as site:Munich";
        match text.split_once(':') {
            Some(("site", name)) if !name.trim().is_empty() => Ok(End::site(name)),
            Some((key, region)) => {
                let provider: Provider =
                    key.parse().map_err(|_| self.wrong(path, field, &format!("\"{text}\" is no place"), hint))?;
                Ok(End::Cloud(provider, self.region(path, field, provider, region.trim())?.id.clone()))
            }
            None => Err(self.wrong(path, field, &format!("\"{text}\" is no place"), hint)),
        }
    }

    pub(super) fn rtts(&mut self, file: &FileBook) -> Read<Vec<Rtt>> {
        let mut found = Vec::new();
        for (index, of) in file.rtts.iter().enumerate() {
            let path = format!("rtts[{index}]");
            let mut ends = [self.end(&path, "from", &of.from)?, self.end(&path, "to", &of.to)?];
            ends.sort();
            let p50_ms = self.number(&path, "p50_ms", of.p50_ms, [0.001, MAX_RTT_MS])?;
            let mut least = p50_ms;
            for (field, ms) in [("p95_ms", of.p95_ms), ("p99_ms", of.p99_ms)] {
                if let Some(ms) = ms {
                    least = self.number(&path, field, ms, [least, MAX_RTT_MS])?;
                }
            }
            self.possible(&path, &ends, p50_ms)?;
            let [a, b] = ends.each_ref().map(end_words);
            self.claim(&path, format!("the round trip between {a} and {b}"))?;
            let (tail_ms, sourced) = ([of.p95_ms, of.p99_ms], self.sourced(&path, &of.said())?);
            found.push(Rtt { ends, p50_ms, tail_ms, sourced, note: of.said().note_line() });
        }
        Ok(found)
    }

    /// Refuses a round trip that is faster than light in a straight fibre; where own sites are, no book says.
    fn possible(&self, path: &str, ends: &[End; 2], p50_ms: f64) -> Read<()> {
        let [End::Cloud(a, from), End::Cloud(b, to)] = ends else { return Ok(()) };
        let regions = Books::shipped().regions();
        let (Some(a), Some(b)) = (regions.get(*a, from), regions.get(*b, to)) else { return Ok(()) };
        let distance_km = a.position().distance_km(b.position());
        let bound_ms = fibre_bound_rtt_ms(distance_km);
        if p50_ms >= bound_ms {
            return Ok(());
        }
        let message = format!(
            "{p50_ms} ms is less than light in a fibre needs for {distance_km:.0} km and back ({bound_ms:.1} ms)"
        );
        Err(self.wrong(path, "p50_ms", &message, "check the two places, and that it is the way there and back in ms"))
    }

    pub(super) fn availabilities(&mut self, file: &FileBook) -> Read<Vec<Availability>> {
        let mut found = Vec::new();
        for (index, of) in file.slas.iter().enumerate() {
            let path = format!("slas[{index}]");
            let provider = of.provider.as_deref().map(|key| self.provider(&path, key)).transpose()?;
            self.known_configuration(&path, of, provider)?;
            let percent = self.number(&path, "pct", of.pct, [0.001, 100.0])?;
            let whose = provider.map(|provider| format!(" of {provider}")).unwrap_or_default();
            self.claim(&path, format!("the availability of {}{whose}, {}", of.component, of.configuration))?;
            found.push(Availability {
                component: of.component.clone(),
                provider,
                configuration: of.configuration.clone(),
                percent,
                kind: AvailabilityKind::Agreement,
                sourced: self.sourced(&path, &of.said())?,
                note: of.said().note_line(),
            });
        }
        Ok(found)
    }

    /// Refuses a configuration that no table has, since nothing would ask for it.
    fn known_configuration(&self, path: &str, of: &FileSla, provider: Option<Provider>) -> Read<()> {
        let slas = Books::shipped().slas();
        if slas.get(&of.component, provider, &of.configuration).is_some() {
            return Ok(());
        }
        let alike = slas.all().iter().filter(|row| row.component == of.component);
        if alike.clone().next().is_none() {
            let message = format!("\"{}\" is no component with an availability", of.component);
            let hint = closest(&of.component, slas.all().iter().map(|row| row.component.as_str()));
            return Err(self.wrong(path, "component", &message, &hint));
        }
        let alike = alike.filter(|row| row.provider == provider).map(|row| row.configuration.as_str());
        let message = format!("\"{}\" is no configuration of it at this provider", of.configuration);
        let hint = closest(&of.configuration, alike);
        let hint = if hint.is_empty() { "see meridian books slas".to_owned() } else { hint };
        Err(self.wrong(path, "configuration", &message, &hint))
    }

    pub(super) fn assumptions(&mut self, file: &FileBook, known: &[&str]) -> Read<BTreeMap<String, CompanyAssumption>> {
        let mut found = BTreeMap::new();
        for (id, of) in &file.assumptions {
            let path = format!("assumptions.{id}");
            if !known.contains(&id.as_str()) {
                let message = format!("\"{id}\" is no assumption");
                return Err(self.wrong(&path, "", &message, &closest(id, known.iter().copied())));
            }
            let value = self.number(&path, "value", of.value, [0.0, MAX_RATE])?;
            let low = of.low.map_or(Ok(value), |low| self.number(&path, "low", low, [0.0, value]))?;
            let high = of.high.map_or(Ok(value), |high| self.number(&path, "high", high, [value, MAX_RATE]))?;
            self.claim(&path, format!("the assumption {id}"))?;
            let note = of.said().note_line().map(|note| format!("; {note}")).unwrap_or_default();
            let said = format!("{}{note}", self.sourced(&path, &of.said())?);
            found.insert(id.clone(), CompanyAssumption { value, low, high, said });
        }
        Ok(found)
    }
}

/// Largest rate of a currency and value of an assumption.
const MAX_RATE: f64 = 1e9;
