//! Everything the estimates assume: figures for which no source speaks and the drawing has no field.
//!
//! Each is a value with the range that widens the result, and says what it rests on. A company's book and a
//! design, which is the stronger, may make any of them otherwise, with a note. They appear as leaves in the derivations and, all together, in the ledger and the report.

use serde::Serialize;

use crate::books::{CompanyAssumption, CompanyBooks};
use crate::design::file::edit_distance;
use crate::design::{Estimation, Override};

use super::figure::{Derivation, Quality, Unit};

/// An assumed figure, as the design makes it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Assumption<'a> {
    /// Which one.
    #[serde(rename = "id")]
    pub key: Assumed,
    /// What it is, for people.
    pub label: &'static str,
    /// The value the estimate uses.
    pub value: f64,
    /// Lower end of what is plausible.
    pub low: f64,
    /// Upper end of what is plausible.
    pub high: f64,
    /// Unit of the three.
    pub unit: Unit,
    /// How far it can be trusted.
    pub quality: Quality,
    /// What the shipped value rests on.
    pub basis: &'static str,
    /// The value that ships.
    pub shipped: f64,
    /// Least and most a design may say.
    pub within: [f64; 2],
    /// The note of the design or of the company's book that makes it otherwise.
    pub note: Option<&'a str>,
}

impl<'a> Assumption<'a> {
    /// As the company's book says; outside what can be, the nearest that can.
    fn of_company(self, by: &'a CompanyAssumption) -> Self {
        let [least, most] = self.within;
        let fit = |x: f64| x.clamp(least, most);
        let (value, low, high) = (fit(by.value), fit(by.low), fit(by.high));
        Self { value, low, high, quality: Quality::Company, note: Some(&by.said), ..self }
    }

    /// As the design says; outside what can be, the nearest that can.
    fn overridden(self, by: &'a Override) -> Self {
        let [least, most] = self.within;
        let fit = |x: f64| x.clamp(least, most);
        let value = fit(by.value);
        Self {
            value,
            low: by.low.map_or(value, fit).min(value),
            high: by.high.map_or(value, fit).max(value),
            quality: Quality::Given,
            note: Some(&by.note),
            ..self
        }
    }

    /// The assumption as a leaf of a derivation.
    #[must_use]
    pub fn node(&self) -> Derivation {
        let source = match self.note {
            None => self.basis.to_owned(),
            Some(note) => {
                let note = if note.is_empty() { "assumed by the design" } else { note };
                format!("{note}; {} is usual: {}", self.shipped, self.basis)
            }
        };
        let leaf = Derivation::input(self.label, self.value, self.unit, self.quality, source);
        Derivation { assumed: Some(self.key), ..leaf }.within(self.low, self.high)
    }

    /// A number times this factor; the number as it is where the factor is the usual one.
    #[must_use]
    pub(super) fn times(&self, node: Derivation) -> Derivation {
        if !self.is_changed() {
            return node;
        }
        let (value, factor) = (node.value * self.value, self.value);
        let range = node.range.map(|range| range.map(|end| end * factor));
        let label = node.label.clone();
        let times = Derivation::computed(label, value, node.unit, "number × factor", vec![node, self.node()]);
        Derivation { range, ..times }
    }

    /// Whether the value is another one than the usual one.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        (self.value - self.shipped).abs() > 0.0
    }

    /// The assumption with another value, its range in proportion: also the spread that a range may stand for
    /// grows and shrinks with the value.
    #[must_use]
    pub fn at(&self, value: f64, note: impl Into<String>) -> Override {
        let [least, most] = self.within;
        let factor = if self.value > 0.0 { value / self.value } else { 1.0 };
        let end = |end: f64| Some((end * factor).clamp(least, most));
        Override { value, low: end(self.low), high: end(self.high), note: note.into() }
    }

    /// Whether a design may say this value.
    ///
    /// # Errors
    /// The range it must lie in, as a sentence.
    pub fn check(&self, value: f64) -> Result<f64, String> {
        let [least, most] = self.within;
        if value >= least && value <= most {
            return Ok(value + 0.0);
        }
        Err(if most >= UNBOUNDED { format!("At least {least}") } else { format!("Between {least} and {most}") })
    }
}

/// From here on an upper bound says only that a number must be finite.
const UNBOUNDED: f64 = 1e9;

/// One row each: name, id, label, value with range, range of what can be, unit, quality, basis.
macro_rules! assumptions {
    ($($(#[$doc:meta])+ $key:ident = $id:literal, $label:literal, [$($range:literal),+] of [$($within:literal),+],
        $unit:ident, $quality:ident, $basis:literal;)+) => {
        /// What is assumed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Assumed {
            $($(#[$doc])+ $key,)+
        }

        impl Assumed {
            /// All of them, in the order of the ledger.
            pub const ALL: &[Self] = &[$(Self::$key,)+];

            /// The name by which a design, a book or a command line speaks of it.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$key => $id,)+ }
            }
        }

        const SHIPPED: [Assumption<'static>; Assumed::ALL.len()] = [$({
            let [value, low, high] = [$($range),+];
            Assumption {
                key: Assumed::$key,
                label: $label,
                value,
                low,
                high,
                unit: Unit::$unit,
                quality: Quality::$quality,
                basis: $basis,
                shipped: value,
                within: [$($within),+],
                note: None,
            }
        },)+];
    };
}

assumptions! {
    /// Growth of what all populations send.
    PeakLoadFactor = "peak-load-factor", "Calls of all populations, times", [1.0, 0.5, 2.0] of [0.0, 1_000.0], Count, Assumed,
        "the drawing gives the calls; half to double is what forecasts of traffic miss by";
    /// All round trips that nobody measured.
    RttFactor = "rtt-factor", "Round trips of the book, times", [1.0, 0.75, 1.25] of [0.01, 100.0], Count, Estimated,
        "95 of 100 round trips err less than a quarter: the model by 25 %, two providers between the same cities by 26 %";
    /// Calls a second of all gateways.
    ThroughputFactor = "throughput-factor", "Published throughput of gateways, times", [1.0, 0.57, 1.02] of [0.01, 100.0], Count, Estimated,
        "runs of one version reached 2,000 to 3,570 requests a second where 3,499 are used (E6)";
    /// All list prices.
    PriceFactor = "price-factor", "List prices, times", [1.0, 0.9, 1.1] of [0.0, 100.0], Count, Assumed,
        "lists are exact on their day; a tenth either way until the bill comes";
    /// Round trips that open a connection.
    SetUpTrips = "set-up-trips", "Round trips to open a connection", [2.0, 1.0, 3.0] of [0.0, 1e9], Count, Assumed,
        "TCP one and TLS 1.3 one; TLS 1.2 needs one more, a resumed session one less";
    /// Share of opaque tokens the gateway does not find in its cache.
    CacheMissPct = "cache-miss-pct", "Opaque tokens not in the gateway's cache", [10.0, 2.0, 50.0] of [0.0, 100.0], Percent, Assumed,
        "no published figure; it falls with the lifetime of the cache";
    /// Calls a client makes before it needs another token.
    CallsPerToken = "calls-per-token", "Calls made with one access token", [200.0, 50.0, 2_000.0] of [1.0, 1e9], Count, Assumed,
        "no published figure; a client that calls every 18 s makes 200 in the hour that a token usually lives";
    /// Database queries of one token.
    TokenQueries = "token-queries", "Database queries for one token", [4.0, 3.0, 6.0] of [0.0, 1e9], Count, Assumed,
        "engineering estimate; measure it";
    /// Time of one query in the database.
    QueryMs = "query-ms", "Time of one query in the database", [1.0, 0.3, 5.0] of [0.001, 1e9], Ms, Assumed,
        "engineering estimate; measure it";
    /// Round trips of a portal page one after the other.
    PortalTrips = "portal-trips", "Round trips of a portal page that wait for each other", [3.0, 2.0, 6.0] of [0.0, 1e9], Count, Assumed,
        "page, scripts, then data; engineering estimate";
    /// Server time of a portal page, all its requests together.
    PortalServerMs = "portal-server-ms", "Server time of a portal page", [50.0, 20.0, 250.0] of [0.001, 1e9], Ms, Assumed,
        "no published figure; its upper end is taken as the 99th percentile";
    /// Database queries of a portal page.
    PortalQueries = "portal-queries", "Database queries of a portal page", [4.0, 2.0, 10.0] of [0.0, 1e9], Count, Assumed,
        "engineering estimate";
    /// Database writes of a publication.
    PublishWrites = "publish-writes", "Database queries of a publication", [10.0, 5.0, 30.0] of [0.0, 1e9], Count, Assumed,
        "engineering estimate";
    /// Time a gateway needs to deploy an artifact it has pulled.
    DeployMs = "deploy-ms", "Time a gateway needs to deploy an API it has pulled", [2_000.0, 500.0, 10_000.0] of [0.001, 1e9], Ms, Assumed,
        "no published figure; its upper end is taken as the 99th percentile";
    /// Delay of database replication apart from the network.
    ReplicationMs = "replication-ms", "Delay of database replication apart from the network", [5_000.0, 1_000.0, 30_000.0] of [0.001, 1e9], Ms, Estimated,
        "log reader and distribution agents poll every 5 s by default; its upper end is taken as the 99th percentile";
    /// Bytes of the throttling event of one call.
    EventBytes = "event-bytes", "Size of the throttling event of one call", [512.0, 256.0, 2_048.0] of [0.0, 1e9], Bytes, Assumed,
        "no published figure";
    /// Bytes of the usage event of one call.
    UsageBytes = "usage-bytes", "Size of the usage event of one call", [1_024.0, 512.0, 4_096.0] of [0.0, 1e9], Bytes, Assumed,
        "no published figure";
    /// Bytes of one question to a key manager, both ways together.
    ValidationBytes = "validation-bytes", "Size of a token check, there and back", [2_048.0, 1_024.0, 4_096.0] of [0.0, 1e9], Bytes, Assumed,
        "no published figure";
    /// Traffic of events and pulls each way.
    BackgroundGb = "background-gb", "Events or pulls each way", [5.0, 0.5, 50.0] of [0.0, 1e9], GbPerMonth, Assumed,
        "no published figure; about 2 kB a second";
    /// Share of new connections that ask the provider's name servers.
    DnsQueryPct = "dns-query-pct", "New connections that lead to a DNS query at the provider", [10.0, 1.0, 100.0] of [0.0, 100.0], Percent, Assumed,
        "resolvers and clients answer the others from their cache";
    /// New connections a second in one load-balancer capacity unit.
    UnitConnections = "unit-connections", "New connections a second in one capacity unit", [25.0, 25.0, 50.0] of [0.001, 1e6], Count, Assumed,
        "the application balancer of AWS; check against the price list";
    /// Gigabytes an hour in one load-balancer capacity unit.
    UnitGbPerHour = "unit-gb-per-hour", "GB an hour in one capacity unit", [1.0, 1.0, 1.0] of [0.001, 1e6], Count, Assumed,
        "AWS 1 GB an hour, Azure 2.22 Mbit/s; check against the price list";
    /// Connections held open at the same time in one load-balancer capacity unit.
    UnitOpenConnections = "unit-open-connections", "Open connections in one capacity unit", [3_000.0, 2_500.0, 3_000.0] of [0.001, 1e9], Count, Assumed,
        "AWS 3,000 a minute, Azure 2,500; check against the price list";
    /// How long a client keeps a connection open.
    ConnectionS = "connection-s", "Seconds a client keeps a connection open", [60.0, 10.0, 120.0] of [0.0, 86_400.0], Count, Assumed,
        "the idle timeout of the balancers; no published figure for clients";
    /// Rules a balancer evaluates for each call beyond those that are free.
    RulesBeyondFree = "rules-beyond-free", "Rules the balancer evaluates for each call beyond the free ten", [0.0, 0.0, 0.0] of [0.0, 1_000.0], Count, Assumed,
        "API traffic needs a rule or two; raise it where the balancer routes by many";
    /// Rule evaluations a second in one load-balancer capacity unit.
    UnitRules = "unit-rules", "Rule evaluations a second in one capacity unit", [1_000.0, 1_000.0, 1_000.0] of [0.001, 1e9], Count, Assumed,
        "the application balancer of AWS; check against the price list";
    /// Share of the traffic between an AWS application balancer and targets in other zones that is paid for.
    BalancerZonePct = "balancer-zone-pct", "Paid share of AWS traffic between balancer and other zones", [0.0, 0.0, 100.0] of [0.0, 100.0], Percent, Assumed,
        "free between an application balancer and its targets as far as known; no list in the books says so";
    /// Bytes one new token adds to what a database replicates.
    TokenChangeBytes = "token-change-bytes", "Changes in the database for one token", [4_096.0, 2_048.0, 8_192.0] of [0.0, 1e9], Bytes, Assumed,
        "a row with its indexes as the log carries them; measure it";
    /// Other changes of a database.
    PortalChangeGb = "portal-change-gb", "Changes in the database by portals and administration", [1.0, 0.1, 10.0] of [0.0, 1e9], GbPerMonth, Assumed,
        "no published figure; about 400 bytes a second";
    /// NAT gateways of a region whose nodes call the internet.
    NatGateways = "nat-gateways", "NAT gateways of a region whose nodes call the internet", [1.0, 0.0, 3.0] of [0.0, 1_000.0], Count, Assumed,
        "none where nodes have public addresses, one in each zone where it must survive a zone";
    /// Bandwidth of one port of a private line.
    LinePortMbps = "line-port-mbps", "Mbit/s that one port of a private line carries", [1_000.0, 1_000.0, 1_000.0] of [1.0, 1e6], Count, Assumed,
        "the port the price list has";
    /// Bandwidth of one tunnel.
    TunnelMbps = "tunnel-mbps", "Mbit/s that one VPN tunnel carries", [1_000.0, 500.0, 1_250.0] of [1.0, 1e6], Count, Assumed,
        "AWS names 1.25 Gbit/s at most; check against the size of the gateway";
    /// What a commitment of one year takes off virtual machines.
    CommitOneYearCompute = "commit-1y-compute-pct", "Machines committed to for one year are cheaper by", [28.0, 20.0, 40.0] of [0.0, 100.0], Percent, Assumed,
        "a factor of the user's, not from the price books; put in the offer";
    /// What a commitment of three years takes off virtual machines.
    CommitThreeYearsCompute = "commit-3y-compute-pct", "Machines committed to for three years are cheaper by", [48.0, 35.0, 60.0] of [0.0, 100.0], Percent, Assumed,
        "a factor of the user's, not from the price books; put in the offer";
    /// What a commitment of one year takes off managed databases.
    CommitOneYearDatabase = "commit-1y-database-pct", "Databases committed to for one year are cheaper by", [28.0, 20.0, 35.0] of [0.0, 100.0], Percent, Assumed,
        "a factor of the user's, not from the price books; put in the offer";
    /// What a commitment of three years takes off managed databases.
    CommitThreeYearsDatabase = "commit-3y-database-pct", "Databases committed to for three years are cheaper by", [48.0, 35.0, 60.0] of [0.0, 100.0], Percent, Assumed,
        "a factor of the user's, not from the price books; put in the offer";
    /// Time of a name look-up that the users' resolver has to pass on.
    DnsLookupMs = "dns-lookup-ms", "Look-up of a name that the resolver has to pass on", [30.0, 10.0, 200.0] of [0.001, 1e9], Ms, Assumed,
        "a trip to a name server of the provider, which are many; its upper end is taken as the 99th percentile";
    /// Time to live of names that no global balancer answers, seconds.
    DnsTtlS = "dns-ttl-s", "Time to live of a name, s", [300.0, 60.0, 3_600.0] of [0.0, 1e9], Count, Assumed,
        "usual for names that seldom change";
    /// Resolvers among which the users of a population are spread.
    DnsResolvers = "dns-resolvers", "Resolvers that the users of a population share", [20.0, 1.0, 1_000.0] of [1.0, 1e9], Count, Assumed,
        "a resolver serves a company or many customers of a provider; no published figure";
    /// Time a request spends in a regional load balancer.
    BalancerMs = "balancer-ms", "Time in a load balancer, there and back", [0.5, 0.1, 5.0] of [0.001, 1e9], Ms, Assumed,
        "engineering estimate; its upper end is taken as the 99th percentile";
    /// How long a probe of a global balancer waits for an answer, seconds.
    TimerProbeTimeoutS = "timer-probe-timeout-s", "A health probe of a global balancer waits for an answer, s", [10.0, 5.0, 10.0] of [0.0, 1e6], Count, Estimated,
        "Azure Traffic Manager; for Route 53 the book counts interval × threshold only";
    /// Until a regional balancer takes a node out that is gone, seconds.
    TimerBalancerS = "timer-balancer-s", "A regional balancer takes a lost node out after, s", [5.0, 4.0, 6.0] of [0.0, 1e6], Count, Assumed,
        "HAProxy: a check every 2 s, out after 3 failures; the balancers of AWS and Google have rows of their own in the book of failovers";
    /// Until people have decided and begun to act, seconds.
    TimerDecideS = "timer-decide-s", "People decide and start a failover by hand, s", [1_800.0, 300.0, 7_200.0] of [0.0, 1e9], Count, Assumed,
        "engineering assumption; measure it in a drill";
    /// How much longer than the time to live some resolvers keep a name, seconds.
    TimerDnsTailS = "timer-dns-tail-s", "Some resolvers keep a name longer than its time to live, s", [0.0, 0.0, 600.0] of [0.0, 1e9], Count, Assumed,
        "engineering assumption; few users are affected, so it counts only where the value is raised";
    /// Until a standby of a database has taken over by itself, seconds.
    TimerDbFailoverS = "timer-db-failover-s", "A standby of a database takes over by itself after, s", [60.0, 10.0, 300.0] of [0.0, 1e9], Count, Assumed,
        "for engines and providers without a row in the book of failovers; those that have one take 10 to 120 s";
    /// Until a copy of a database in another region is made the one that is written to, seconds.
    TimerDbPromoteS = "timer-db-promote-s", "A copy of a database elsewhere is promoted by hand within, s", [300.0, 120.0, 900.0] of [0.0, 1e9], Count, Estimated,
        "a read replica of RDS in another region: minutes, no figure is published";
    /// Start of a product node, seconds.
    TimerStartS = "timer-start-s", "A product node starts within, s", [45.0, 30.0, 90.0] of [0.0, 1e6], Count, Estimated,
        "one log of a Carbon server: 41 s; measure it on the target machine";
    /// Until an orchestrator has given up a node and placed its pods elsewhere, seconds.
    TimerNodeS = "timer-node-s", "An orchestrator replaces a lost node after, s", [340.0, 40.0, 350.0] of [0.0, 1e6], Count, Estimated,
        "Kubernetes: 40 s until the node counts as lost, 300 s until its pods are evicted";
    /// Until an orchestrator lets calls to a started pod, seconds.
    TimerReadyS = "timer-ready-s", "An orchestrator lets calls to a new pod after, s", [60.0, 60.0, 110.0] of [0.0, 1e6], Count, Estimated,
        "charts of the product: first probe after 60 s, then up to 5 of 10 s each";
    /// Until a client of a broker has found another one, seconds.
    TimerReconnectS = "timer-reconnect-s", "A listener finds an event hub again after, s", [10.0, 0.0, 30.0] of [0.0, 1e6], Count, Estimated,
        "waits 10 s before it tries again and doubles that each time, up to an hour after a long outage (F5)";
    /// Until caches and connections of what took over are warm, seconds.
    TimerWarmS = "timer-warm-s", "Caches and connections are warm after, s", [10.0, 0.0, 30.0] of [0.0, 1e6], Count, Assumed,
        "engineering assumption";
    /// Until a service that a provider runs goes on in another zone, seconds.
    TimerServiceS = "timer-service-s", "A service of a provider goes on in another zone after, s", [60.0, 0.0, 300.0] of [0.0, 1e6], Count, Assumed,
        "engineering assumption; ask the provider";
    /// Time between two backups of a database, seconds.
    TimerBackupS = "timer-backup-s", "Time between two backups of a database, s", [86_400.0, 300.0, 86_400.0] of [0.0, 1e9], Count, Assumed,
        "a backup every night; no figure is published (H21), and RDS can be brought back to within 300 s";
    /// Until a database is restored from its backup, seconds.
    TimerRestoreS = "timer-restore-s", "A database is restored from its backup within, s", [14_400.0, 3_600.0, 86_400.0] of [0.0, 1e9], Count, Assumed,
        "no figure is published (H21); a day is the most that AWS names for backup and restore";
    /// How much of the time that books leave for failures is used.
    OutageFactor = "outage-factor", "Unavailability of the books, times", [1.0, 0.25, 3.0] of [0.0, 1_000.0], Count, Assumed,
        "agreements say below what money is given back, and most services keep well within; some years hold one long outage";
    /// What nodes of one group have in common.
    CommonCausePct = "common-cause-pct", "Failures of a node that take its whole group along", [5.0, 1.0, 10.0] of [0.0, 100.0], Percent, Assumed,
        "the beta factor of reliability engineering, usual where nothing was measured: software, configuration, changes";
    /// Availability of one zone of a cloud region or an own site.
    ZonePct = "zone-pct", "Availability of a zone", [99.982, 99.741, 99.995] of [0.001, 100.0], Percent, Assumed,
        "nothing is published for a zone; data centres of tier III are designed for 99.982 %, those of tiers II and IV for the ends";
    /// Availability of a region as a whole.
    RegionPct = "region-pct", "Availability of a region as a whole", [99.99, 99.95, 99.999] of [0.001, 100.0], Percent, Assumed,
        "nothing is published for a region; machines in several zones are promised 99.99 %, which holds what takes a region down";
    /// Availability of the way over the internet.
    InternetPct = "internet-pct", "Availability of the way over the internet between two regions", [99.9, 99.466, 99.99] of [0.001, 100.0], Percent, Assumed,
        "nobody promises it; a wide-area link of one study had 99.466 %, and the internet has more than one";
    /// Availability of a global balancer nobody names.
    GlobalBalancerPct = "gslb-pct", "Availability of a global balancer", [99.99, 99.9, 100.0] of [0.001, 100.0], Percent, Assumed,
        "name services of clouds are promised 100 %, accelerators 99.99 %; one's own pair is rarely better";
    /// Availability of a service for which no figure is published.
    ServicePct = "service-pct", "Availability of a service for which nothing is published", [99.9, 99.5, 99.99] of [0.001, 100.0], Percent, Assumed,
        "what most agreements over managed services say; a single machine has 99.5 %";
    /// How often a node is restarted.
    RestartsPerMonth = "node-restarts", "Restarts of a node a month", [4.0, 1.0, 10.0] of [0.0, 10_000.0], Count, Assumed,
        "the number that the figure for a gateway node counts with: deployments, patches, crashes";
    /// How long a restart takes.
    RestartS = "node-restart-s", "Time of a restart, s", [90.0, 60.0, 300.0] of [0.1, 1e6], Count, Assumed,
        "the time that the figure for a gateway node counts with: process, APIs, probes of the balancer";
    /// How long a failed machine is missing.
    NodeRepairH = "node-repair-h", "Hours until a failed machine is replaced", [4.0, 0.25, 24.0] of [0.01, 10_000.0], Count, Assumed,
        "minutes where a scheduler does it, the next working day where people do";
    /// How long a service is away when it fails.
    ServiceRepairH = "service-repair-h", "Hours that an outage of a service lasts", [1.0, 0.1, 8.0] of [0.01, 10_000.0], Count, Assumed,
        "no published figure; it decides how often, not how long a year";
    /// How long a zone or region is away when it fails.
    SiteRepairH = "site-repair-h", "Hours that an outage of a zone or region lasts", [7.0, 3.0, 24.0] of [0.01, 10_000.0], Count, Estimated,
        "outages of regions that the books list lasted 3 to 24 h, half of them no more than about 7";
    /// How long a connection between regions is away when it fails.
    LineRepairH = "line-repair-h", "Hours that an outage of the network between regions lasts", [1.0, 0.1, 12.0] of [0.01, 10_000.0], Count, Assumed,
        "no published figure; rerouting takes minutes, a cut fibre half a day";
}

impl Assumed {
    /// Whether it is a timer of a failover, on which no latency, load or cost rests.
    #[must_use]
    pub fn is_timer(self) -> bool {
        self.id().starts_with("timer-")
    }

    /// The ids of all of them, in the order of the ledger.
    #[must_use]
    pub fn ids() -> Vec<&'static str> {
        Self::ALL.iter().map(|key| key.id()).collect()
    }

    /// The assumption with this id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|key| key.id() == id)
    }

    /// Whether it multiplies something everywhere, and so stands in a derivation only where it is not 1.
    #[must_use]
    pub fn is_factor(self) -> bool {
        matches!(self, Self::PeakLoadFactor | Self::RttFactor | Self::ThroughputFactor | Self::PriceFactor)
    }

    /// Whether it says how often or how long things fail, which moves no latency, load or cost.
    #[must_use]
    pub fn is_about_failures(self) -> bool {
        self.is_timer()
            || matches!(
                self,
                Self::OutageFactor
                    | Self::CommonCausePct
                    | Self::ZonePct
                    | Self::RegionPct
                    | Self::InternetPct
                    | Self::GlobalBalancerPct
                    | Self::ServicePct
                    | Self::RestartsPerMonth
                    | Self::RestartS
                    | Self::NodeRepairH
                    | Self::ServiceRepairH
                    | Self::SiteRepairH
                    | Self::LineRepairH
            )
    }

    /// The assumption with this id.
    ///
    /// # Errors
    /// The ids that were probably meant, as a hint.
    pub fn named(id: &str) -> Result<Self, String> {
        Self::by_id(id).ok_or_else(|| {
            let mut known: Vec<&str> = Self::ALL.iter().map(|key| key.id()).collect();
            known.sort_by_key(|known| (!known.contains(id), edit_distance(id, known)));
            known.truncate(3);
            format!("closest are {}", known.join(", "))
        })
    }

    /// As it ships.
    #[must_use]
    pub fn shipped(self) -> Assumption<'static> {
        SHIPPED[self as usize]
    }
}

impl std::fmt::Display for Assumed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Assumed {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.id())
    }
}

/// All assumptions of one design.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumptions<'a>([Assumption<'a>; Assumed::ALL.len()]);

impl<'a> Assumptions<'a> {
    /// As they ship, except where the company's books or, before them, the design make them otherwise.
    #[must_use]
    pub fn of(estimation: &'a Estimation, company: &'a CompanyBooks) -> Self {
        Self(SHIPPED.map(|shipped| {
            let id = shipped.key.id();
            match (estimation.assumptions.get(id), company.assumption(id)) {
                (Some(by), _) => shipped.overridden(by),
                (None, Some(by)) => shipped.of_company(by),
                (None, None) => shipped,
            }
        }))
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, key: Assumed) -> Assumption<'a> {
        self.0[key as usize]
    }

    /// Its value.
    #[must_use]
    pub fn value(&self, key: Assumed) -> f64 {
        self.get(key).value
    }

    /// All, in the order of the ledger.
    #[must_use]
    pub fn all(&self) -> &[Assumption<'a>] {
        &self.0
    }
}

/// Ids of a design's assumptions that this version does not know: nothing rests on them.
pub fn unknown_assumptions(estimation: &Estimation) -> impl Iterator<Item = &str> {
    estimation.assumptions.keys().map(String::as_str).filter(|id| Assumed::by_id(id).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_design_makes_assumptions_otherwise_within_what_can_be() {
        let mut estimation = Estimation::default();
        let by = |value| Override { value, low: None, high: None, note: "measured in June".into() };
        estimation.assumptions.insert("cache-miss-pct".into(), by(400.0));
        estimation.assumptions.insert("deploy-ms".into(), by(0.0));
        estimation.assumptions.insert("unheard-of".into(), by(1.0));
        let company = CompanyBooks::default();
        let all = Assumptions::of(&estimation, &company);
        assert_eq!(all.get(Assumed::CacheMissPct).high.total_cmp(&100.0), std::cmp::Ordering::Equal);
        assert!(all.value(Assumed::DeployMs) > 0.0);
        assert!(all.get(Assumed::CacheMissPct).node().source.contains("measured in June"));
        assert_eq!(all.get(Assumed::QueryMs), Assumed::QueryMs.shipped());
    }

    #[test]
    fn a_wrong_id_names_the_closest_ones() {
        assert_eq!(Assumed::named("query-ms"), Ok(Assumed::QueryMs));
        assert!(Assumed::named("rttfactor").is_err_and(|hint| hint.starts_with("closest are rtt-factor")));
        assert!(Assumed::named("price").is_err_and(|hint| hint.starts_with("closest are price-factor")));
    }

    #[test]
    fn a_range_goes_with_its_value_as_far_as_it_can_be() {
        let by = Assumed::CacheMissPct.shipped().at(40.0, "");
        assert_eq!((by.low, by.high), (Some(8.0), Some(100.0)));
    }

    #[test]
    fn ids_are_unique_and_values_lie_within_their_ranges() {
        for key in Assumed::ALL {
            let Assumption { value, low, high, within: [least, most], .. } = key.shipped();
            assert_eq!(Assumed::by_id(key.id()), Some(*key));
            assert!(least <= low && low <= value && value <= high && high <= most, "{key}");
        }
    }
}
