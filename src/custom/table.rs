//! The table of everything a rule can see: one row a field, with its type and where its value comes from.

use super::fields::FieldType as F;
use super::fields::Part::{Component as C, Design as D, Link as L, Region as R};
use super::fields::{FieldType, Part, ViewField, cut};
use super::record::{Cell, Record};
use super::view::{MAX_NAME_BYTES, MAX_ZONES, Sizes};
use super::words::{
    engines, environments, intents, kinds, modes, networks, packagings, policies, products, purposes, roles, runtimes,
    snake, standbys, tokens, word, workloads,
};
use crate::design::{
    Component, Database, Link, NodeSettings, NodeSize, Practices, Region, Replication, Requirements, Schema, Site, Spec,
};

impl<'v> Record<'v> {
    fn region_row(self) -> Option<&'v super::view::RegionRow<'v>> {
        self.view.regions.get(self.at)
    }

    fn component_row(self) -> Option<&'v super::view::ComponentRow<'v>> {
        self.view.components.get(self.at)
    }

    fn link_row(self) -> Option<&'v super::view::LinkRow<'v>> {
        self.view.links.get(self.at)
    }

    fn region(self) -> Option<&'v Region> {
        self.region_row().map(|row| row.region)
    }

    fn component(self) -> Option<&'v Component> {
        self.component_row().map(|row| row.component)
    }

    fn link(self) -> Option<&'v Link> {
        self.link_row().map(|row| row.link)
    }

    fn spec(self) -> Option<&'v Spec> {
        self.component().map(|c| &c.spec)
    }

    fn size(self) -> Option<NodeSize> {
        self.component().and_then(|c| c.size)
    }

    fn settings(self) -> Option<&'v NodeSettings> {
        self.component().map(|c| &c.settings)
    }

    fn practices(self) -> &'v Practices {
        &self.view.design.meta.practices
    }

    fn database(self) -> Option<&'v Database> {
        match self.spec()? {
            Spec::Database(database) => Some(database),
            _ => None,
        }
    }

    fn replication(self) -> Option<&'v Replication> {
        self.link().and_then(|l| l.replication.as_ref())
    }

    /// Where a region is; where a component itself is, or else its region.
    fn site(self) -> Option<&'v Site> {
        if self.part == Part::Region {
            return self.region().map(|r| &r.site);
        }
        let own = match self.spec()? {
            Spec::Users(users) => Some(&users.site),
            Spec::Backend(backend) => backend.site.as_ref(),
            _ => None,
        };
        let row = self.component_row()?;
        let region = row.region.and_then(|r| self.view.regions.get(r)).map(|row| &row.region.site);
        if row.region.is_some() { region } else { own }
    }

    fn country(self) -> Option<&'v str> {
        let site = self.site()?;
        match site {
            Site::Cloud { .. } => self.view.cloud(site).map(|cloud| cloud.country_code.as_str()),
            Site::Place { country, .. } => Some(country.as_str()).filter(|country| !country.is_empty()),
        }
    }

    /// The version a design is drawn for, as numbers.
    fn version(self) -> Vec<i64> {
        let text = self.view.design.meta.product_version.to_string();
        text.split('.').filter_map(|part| part.parse().ok()).collect()
    }

    /// The answer to a question that holds: that of a region stands over that of the design.
    fn answer<T>(self, read: impl Fn(&'v Requirements) -> Option<T>) -> Option<T> {
        let design = self.view.design;
        let own = self.at.checked_sub(1).and_then(|at| self.view.regions.get(at));
        own.and_then(|row| read(&row.region.requirements)).or_else(|| read(&design.meta.requirements))
    }

    fn many(self, part: Part, places: impl IntoIterator<Item = usize>) -> Cell<'v> {
        Cell::List(places.into_iter().map(|at| Cell::Record(self.view.record(part, at))).collect())
    }

    /// The component at an end of a link.
    fn end(self, end: Option<usize>) -> Option<Record<'v>> {
        end.map(|at| self.view.record(Part::Component, at))
    }

    /// The region of the component at an end of a link.
    fn end_region(self, end: Option<usize>) -> Option<Record<'v>> {
        let region = end.and_then(|at| self.view.components.get(at)).and_then(|row| row.region);
        region.map(|at| self.view.record(Part::Region, at))
    }
}

const fn field(
    part: Part,
    name: &'static str,
    kind: FieldType,
    about: &'static str,
    get: for<'v> fn(Record<'v>) -> Cell<'v>,
) -> ViewField {
    ViewField { part, name, kind, about, get, count: |_| 0 }
}

const fn list(mut field: ViewField, count: fn(&Sizes) -> u64) -> ViewField {
    field.count = count;
    field
}

/// A setting that one kind of component has.
macro_rules! setting {
    ($spec:ident . $field:ident) => {
        |r| match r.spec() {
            Some(Spec::$spec(settings)) => settings.$field.into(),
            _ => Cell::Null,
        }
    };
}

/// A text of the node settings; null where it is empty.
macro_rules! node_text {
    ($field:ident, $about:literal) => {
        field(C, stringify!($field), FieldType::Text, $about, |r| r.settings().and_then(|s| written(&s.$field)).into())
    };
}

/// The answer to one question of the requirements.
macro_rules! answer {
    ($field:ident, $about:literal) => {
        field(Part::Requirements, stringify!($field), FieldType::Bool, $about, |r| {
            r.answer(|answers| answers.$field).into()
        })
    };
}

/// Something that holds and cannot be drawn.
macro_rules! practice {
    ($field:ident, $kind:ident, $about:literal) => {
        field(Part::Practices, stringify!($field), FieldType::$kind, $about, |r| r.practices().$field.into())
    };
}

/// A text that was written; `None` for an empty one.
fn written(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

pub(super) static DESIGN: [ViewField; 16] = [
    field(D, "name", F::Text, "Name of the design.", |r| (&r.view.design.meta.name).into()),
    field(D, "product_version", F::Text, "Version it is drawn for, such as `4.6.0`.", |r| {
        r.view.design.meta.product_version.to_string().into()
    }),
    list(
        field(D, "version", F::Integers, "The same as numbers, such as `[4, 6, 0]`.", |r| {
            Cell::List(r.version().into_iter().map(Cell::Integer).collect())
        }),
        |_| 3,
    ),
    field(D, "major", F::Integer, "First number of the version.", |r| {
        r.version().first().map_or(Cell::Null, |n| Cell::Integer(*n))
    }),
    field(D, "minor", F::Integer, "Second number of the version, such as `6`.", |r| {
        r.version().get(1).map_or(Cell::Null, |n| Cell::Integer(*n))
    }),
    field(D, "pattern", F::Text, "The recognised pattern, such as `pattern_1` or `single_region`.", |r| {
        (&r.view.pattern).into()
    }),
    field(D, "pattern_intent", F::Word(intents), "The pattern the architect means.", |r| {
        word(r.view.design.meta.pattern.label()).into()
    }),
    field(D, "environment", F::Word(environments), "What the deployment is used for.", |r| {
        snake(r.view.design.meta.environment).into()
    }),
    field(D, "domain", F::Text, "Domain that host names end with; null while not decided.", |r| {
        written(&r.view.design.meta.domain).into()
    }),
    field(D, "tokens", F::Word(tokens), "Format of access tokens.", |r| snake(r.view.design.meta.tokens).into()),
    field(D, "requirements", F::Record(Part::Requirements), "What the deployment must do.", |r| {
        r.view.record(Part::Requirements, 0).into()
    }),
    field(D, "practices", F::Record(Part::Practices), "What holds and cannot be drawn.", |r| {
        r.view.record(Part::Practices, 0).into()
    }),
    field(D, "notes", F::Note, "Free text.", |r| (&r.view.design.meta.notes).into()),
    list(
        field(D, "regions", F::Records(R), "All regions, in order of id.", |r| r.many(R, 0..r.view.regions.len())),
        |sizes| sizes.regions,
    ),
    list(
        field(D, "components", F::Records(C), "All components, in order of id.", |r| {
            r.many(C, 0..r.view.components.len())
        }),
        |sizes| sizes.components,
    ),
    list(
        field(D, "links", F::Records(L), "All links, in order of id.", |r| r.many(L, 0..r.view.links.len())),
        |sizes| sizes.links,
    ),
];

pub(super) static REGION: [ViewField; 14] = [
    field(R, "id", F::Text, "Its id, which never changes.", |r| r.region_row().map(|row| row.id.as_str()).into()),
    field(R, "name", F::Text, "What people call it.", |r| r.region().map(|region| &region.name).into()),
    field(R, "role", F::Word(roles), "Its part in the deployment pattern.", |r| {
        r.region().map(|region| snake(region.role)).into()
    }),
    field(R, "zones", F::Integer, "Number of availability zones the site offers.", |r| {
        r.region().map(|region| region.zones).into()
    }),
    field(R, "provider", F::Text, "Cloud provider, such as `aws`; null for an own site.", provider),
    field(R, "cloud_region", F::Text, "The provider's id, such as `eu-central-1`; null for an own site.", cloud_region),
    field(R, "place", F::Text, "City or name of an own site; null in a cloud.", place),
    field(R, "country", F::Text, "ISO 3166 code such as `DE`; null when unknown.", |r| r.country().into()),
    field(R, "jurisdiction", F::Text, "`EU`, `EEA`, `UK` or the country; null outside the known clouds.", |r| {
        r.site().and_then(|site| r.view.cloud(site)).map(|cloud| cloud.jurisdiction.as_str()).into()
    }),
    field(R, "latitude_deg", F::Number, "Degrees north; null when unknown.", |r| position(r).map(|p| p.0).into()),
    field(R, "longitude_deg", F::Number, "Degrees east; null when unknown.", |r| position(r).map(|p| p.1).into()),
    field(R, "requirements", F::Record(Part::Requirements), "Its own answers over those of the design.", |r| {
        r.view.record(Part::Requirements, r.at + 1).into()
    }),
    field(R, "notes", F::Note, "Free text.", |r| r.region().map(|region| &region.notes).into()),
    list(
        field(R, "components", F::Records(C), "Components that stand in it, in order of id.", |r| {
            r.many(C, r.region_row().map(|row| row.components.as_slice()).unwrap_or_default().iter().copied())
        }),
        |sizes| sizes.in_region,
    ),
];

pub(super) static COMPONENT: [ViewField; 62] = [
    field(C, "id", F::Text, "Its id, which never changes.", |r| r.component_row().map(|row| row.id.as_str()).into()),
    field(C, "name", F::Text, "What people call it.", |r| r.component().map(|c| &c.name).into()),
    field(C, "kind", F::Word(kinds), "What it is.", |r| r.component().map(|c| snake(c.kind())).into()),
    field(C, "product_node", F::Bool, "Whether its nodes run API Manager.", |r| {
        r.component().map(|c| c.kind().is_product_node()).into()
    }),
    field(C, "has_gateway", F::Bool, "Whether it serves API traffic.", |r| {
        r.component().map(|c| c.kind().has_gateway()).into()
    }),
    field(C, "has_control_plane", F::Bool, "Whether it carries a control plane.", |r| {
        r.component().map(|c| c.kind().has_control_plane()).into()
    }),
    field(C, "region", F::Record(R), "The region it stands in; null outside all.", |r| {
        r.component_row().and_then(|row| row.region).map(|at| r.view.record(R, at)).into()
    }),
    field(C, "instances", F::Integer, "How many equal nodes it has.", |r| r.component().map(|c| c.instances).into()),
    field(C, "vcpu", F::Number, "Virtual processors of each node; null for services.", |r| {
        r.size().map(|size| size.vcpu).into()
    }),
    field(C, "memory_gib", F::Number, "Memory of each node, GiB; null for services.", |r| {
        r.size().map(|size| size.memory_gib).into()
    }),
    field(C, "disk_gib", F::Number, "Disk of each node, GiB; null for services.", |r| {
        r.size().map(|size| size.disk_gib).into()
    }),
    list(
        field(C, "zones", F::Texts, "Names of the availability zones it is spread over; at most 32.", |r| {
            let zones = r.component().map(|c| c.zones.as_slice()).unwrap_or_default();
            Cell::List(zones.iter().take(MAX_ZONES).map(|zone| Cell::Text(cut(zone, MAX_NAME_BYTES))).collect())
        }),
        |_| MAX_ZONES as u64,
    ),
    field(C, "notes", F::Note, "Free text.", |r| r.component().map(|c| &c.notes).into()),
    list(
        field(C, "links_out", F::Records(L), "Links that begin at it, in order of id.", |r| {
            r.many(L, r.component_row().map(|row| row.links_out.as_slice()).unwrap_or_default().iter().copied())
        }),
        |sizes| sizes.links_out,
    ),
    list(
        field(C, "links_in", F::Records(L), "Links that end at it, in order of id.", |r| {
            r.many(L, r.component_row().map(|row| row.links_in.as_slice()).unwrap_or_default().iter().copied())
        }),
        |sizes| sizes.links_in,
    ),
    field(C, "provider", F::Text, "Cloud provider where it is, such as `aws`; null elsewhere.", provider),
    field(C, "cloud_region", F::Text, "The provider's id of the region where it is; null elsewhere.", cloud_region),
    field(C, "place", F::Text, "City or own site where it is; null in a cloud.", place),
    field(C, "country", F::Text, "ISO 3166 code of where it is; null when unknown.", |r| r.country().into()),
    field(C, "environment", F::Text, "Gateways, all-in-one: the gateway environment served.", |r| match r.spec() {
        Some(Spec::Gateway(gateway)) => (&gateway.environment).into(),
        Some(Spec::AllInOne(all_in_one)) => (&all_in_one.environment).into(),
        _ => Cell::Null,
    }),
    field(C, "workload", F::Word(workloads), "Gateways, all-in-one: what is done with a call.", |r| match r.spec() {
        Some(Spec::Gateway(gateway)) => snake(gateway.workload).into(),
        Some(Spec::AllInOne(all_in_one)) => snake(all_in_one.workload).into(),
        _ => Cell::Null,
    }),
    field(C, "runtime", F::Word(runtimes), "Gateways: which gateway product it is.", |r| match r.spec() {
        Some(Spec::Gateway(gateway)) => snake(gateway.runtime).into(),
        _ => Cell::Null,
    }),
    field(
        C,
        "autoscale_max",
        F::Integer,
        "Gateways: most instances; null for a fixed number.",
        setting!(Gateway.autoscale_max),
    ),
    field(
        C,
        "autoscale",
        F::Bool,
        "Control planes: whether the number of nodes changes by itself.",
        setting!(ControlPlane.autoscale),
    ),
    field(C, "engine", F::Word(engines), "Databases: the engine.", |r| {
        r.database().map(|d| word(d.engine.label())).into()
    }),
    field(C, "version", F::Text, "Databases: version of the engine, such as `16.2`.", |r| {
        r.database().map(|d| &d.version).into()
    }),
    field(C, "managed", F::Bool, "Databases: whether the cloud provider runs it.", setting!(Database.managed)),
    field(C, "standby", F::Word(standbys), "Databases: redundancy inside the region.", |r| {
        r.database().map(|d| snake(d.standby)).into()
    }),
    field(C, "storage_gib", F::Number, "Databases: storage, GiB.", setting!(Database.storage_gib)),
    list(
        field(C, "schemas", F::Texts, "Databases: what it holds, such as `apim_db` and `shared_db`.", |r| {
            let schemas = r.database().map(|d| d.schemas.iter().take(Schema::ALL.len()));
            schemas.map(|schemas| Cell::List(schemas.map(|schema| schema.label().into()).collect())).into()
        }),
        |_| Schema::ALL.len() as u64,
    ),
    field(C, "latin1", F::Bool, "Databases: whether apim_db uses the character set latin1.", setting!(Database.latin1)),
    field(
        C,
        "sequence_start",
        F::Integer,
        "Databases: number of the region in the key sequences; null when not decided.",
        setting!(Database.sequence_start),
    ),
    field(C, "dcid", F::Text, "Databases: the region's DCID; null when not decided.", |r| {
        r.database().and_then(|d| written(&d.dcid)).into()
    }),
    field(C, "sticky", F::Bool, "Load balancers: whether a session stays on one node.", setting!(LoadBalancer.sticky)),
    field(
        C,
        "header_limit_kib",
        F::Integer,
        "Load balancers: largest request header, KiB.",
        setting!(LoadBalancer.header_limit_kib),
    ),
    field(C, "policy", F::Word(policies), "Global load balancers: how a region is chosen.", |r| match r.spec() {
        Some(Spec::GlobalLoadBalancer(balancer)) => snake(balancer.policy).into(),
        _ => Cell::Null,
    }),
    field(
        C,
        "probe_interval_s",
        F::Number,
        "Global load balancers: seconds between health probes.",
        setting!(GlobalLoadBalancer.probe_interval_s),
    ),
    field(
        C,
        "failures",
        F::Integer,
        "Global load balancers: failed probes until a region is taken out.",
        setting!(GlobalLoadBalancer.failures),
    ),
    field(
        C,
        "ttl_s",
        F::Number,
        "Global load balancers: DNS time to live, seconds.",
        setting!(GlobalLoadBalancer.ttl_s),
    ),
    field(C, "product", F::Word(products), "Identity providers, analytics: the product.", |r| match r.spec() {
        Some(Spec::IdentityProvider(provider)) => snake(provider.product).into(),
        Some(Spec::Analytics(analytics)) => snake(analytics.product).into(),
        _ => Cell::Null,
    }),
    field(C, "cluster", F::Text, "Identity providers: name of its cluster; null for none.", |r| match r.spec() {
        Some(Spec::IdentityProvider(provider)) => written(&provider.cluster).into(),
        _ => Cell::Null,
    }),
    field(C, "mode", F::Word(modes), "Redis: how it is set up.", |r| match r.spec() {
        Some(Spec::Redis(redis)) => snake(redis.mode).into(),
        _ => Cell::Null,
    }),
    field(C, "requests_per_s", F::Number, "Users: API calls a second at peak.", setting!(Users.requests_per_s)),
    field(
        C,
        "mean_load_pct",
        F::Number,
        "Users: mean over the month, percent of the peak.",
        setting!(Users.mean_load_pct),
    ),
    field(C, "request_bytes", F::Number, "Users: mean size of a request, bytes.", setting!(Users.request_bytes)),
    field(C, "response_bytes", F::Number, "Users: mean size of a response, bytes.", setting!(Users.response_bytes)),
    field(
        C,
        "new_connections_pct",
        F::Number,
        "Users: calls that open a new connection, percent.",
        setting!(Users.new_connections_pct),
    ),
    field(
        C,
        "concurrent_calls",
        F::Number,
        "Users: calls under way at once at peak; null when not counted.",
        setting!(Users.concurrent_calls),
    ),
    field(C, "p50_ms", F::Number, "Backends: median response time, ms.", setting!(Backend.p50_ms)),
    field(C, "p99_ms", F::Number, "Backends: 99th percentile of the response time, ms.", setting!(Backend.p99_ms)),
    field(C, "share_pct", F::Number, "Backends: share of all API calls, percent.", setting!(Backend.share_pct)),
    field(C, "product_version", F::Text, "Product nodes: the version they run, their own or the design's.", |r| {
        let product = r.component().filter(|c| c.kind().is_product_node());
        let own = product.map(|c| c.settings.product_version.unwrap_or(r.view.design.meta.product_version));
        own.map(|version| version.to_string()).into()
    }),
    field(C, "packaging", F::Word(packagings), "How its nodes are installed.", |r| {
        r.settings().map(|s| snake(s.packaging)).into()
    }),
    node_text!(
        host,
        "Host name at which it is reached, with {n} for the number of the node; null leaves it to the export."
    ),
    node_text!(keystore, "Name of the primary keystore; null for the usual one."),
    node_text!(encryption_key, "Name of the symmetric encryption key; null for the usual one."),
    node_text!(time_zone, "Time zone of the nodes; null for UTC."),
    field(C, "heap_gib", F::Number, "Java heap of each node, GiB; null for the product's own.", |r| {
        r.settings().and_then(|s| s.heap_gib).into()
    }),
    node_text!(cache_domain, "Domain in which control planes invalidate each other's caches; null for none."),
    node_text!(portal_host, "Host name of the portals; null for one global name or when not decided."),
    field(C, "token_cleanup_off", F::Bool, "Whether it leaves cleaning up expired tokens to others.", |r| {
        r.settings().map(|s| s.token_cleanup_off).into()
    }),
    field(C, "pinned", F::Bool, "Whether arranging leaves it where it is.", |r| r.component().map(|c| c.pinned).into()),
];

pub(super) static LINK: [ViewField; 19] = [
    field(L, "id", F::Text, "Its id, which never changes.", |r| r.link_row().map(|row| row.id.as_str()).into()),
    field(L, "name", F::Text, "Names of its two ends with an arrow between.", |r| {
        let end = |end: Option<usize>| r.view.components.get(end?).map(|row| cut(&row.component.name, 190));
        r.link_row().map(|row| format!("{} → {}", end(row.from).unwrap_or("?"), end(row.to).unwrap_or("?"))).into()
    }),
    field(L, "from", F::Record(C), "The component that opens the connection.", |r| {
        r.end(r.link_row().and_then(|row| row.from)).into()
    }),
    field(L, "to", F::Record(C), "The component that listens.", |r| r.end(r.link_row().and_then(|row| row.to)).into()),
    field(L, "from_region", F::Record(R), "The region it begins in; null outside all.", |r| {
        r.end_region(r.link_row().and_then(|row| row.from)).into()
    }),
    field(L, "to_region", F::Record(R), "The region it ends in; null outside all.", |r| {
        r.end_region(r.link_row().and_then(|row| row.to)).into()
    }),
    field(L, "crosses_regions", F::Bool, "Whether its ends stand in different regions.", |r| {
        let region = |end: Option<usize>| end.and_then(|at| r.view.components.get(at)).and_then(|row| row.region);
        let ends = r.link_row().map(|row| (region(row.from), region(row.to)));
        matches!(ends, Some((Some(from), Some(to))) if from != to).into()
    }),
    field(L, "purpose", F::Word(purposes), "What it is for.", |r| r.link().map(|l| snake(l.purpose)).into()),
    list(
        field(L, "ports", F::Integers, "Ports the listening side offers; empty where its settings decide.", |r| {
            let ports = r.link().map(|l| l.purpose.ports()).unwrap_or_default();
            Cell::List(ports.iter().map(|port| port.number.into()).collect())
        }),
        |_| 4,
    ),
    field(L, "network", F::Word(networks), "The network it runs over.", |r| r.link().map(|l| snake(l.network)).into()),
    field(L, "tls", F::Bool, "Whether it is encrypted where the purpose leaves the choice.", |r| {
        r.link().map(|l| l.tls).into()
    }),
    field(L, "port", F::Integer, "Port of the listening side where it is not a usual one; null otherwise.", |r| {
        r.link().and_then(|l| l.port).into()
    }),
    field(L, "measured_rtt_ms", F::Number, "Own measurement of the round-trip time, ms; null without one.", |r| {
        r.link().and_then(|l| l.measured_rtt_ms).into()
    }),
    field(L, "bandwidth_mbps", F::Number, "Bandwidth, Mbit/s; null when not given.", |r| {
        r.link().and_then(|l| l.bandwidth_mbps).into()
    }),
    field(L, "replicates", F::Bool, "Whether it replicates a database.", |r| r.replication().is_some().into()),
    field(L, "bidirectional", F::Bool, "Replications: whether both sides write.", |r| {
        r.replication().map(|replication| replication.bidirectional).into()
    }),
    field(L, "apim_db", F::Bool, "Replications: whether apim_db is replicated.", |r| {
        r.replication().map(|replication| replication.apim_db).into()
    }),
    field(L, "shared_db", F::Bool, "Replications: whether shared_db is replicated.", |r| {
        r.replication().map(|replication| replication.shared_db).into()
    }),
    field(L, "notes", F::Note, "Free text.", |r| r.link().map(|l| &l.notes).into()),
];

pub(super) static REQUIREMENTS: [ViewField; 10] = [
    answer!(autonomous, "Autonomous operation with all features; null where not answered, like all of these."),
    answer!(independent_writes, "Data is written independently to the database of each region."),
    answer!(replication_feasible, "Replicating the databases between regions is feasible."),
    answer!(budget_bound, "The budget demands the cheaper approach."),
    answer!(low_latency, "All operations need low latency inside the region."),
    answer!(multi_tenancy, "Several tenants are served."),
    answer!(independent_survival, "Regions survive independently after a disaster."),
    answer!(data_plane_only, "The region needs data plane components only."),
    answer!(near_backends, "Gateways must be close to the backends."),
    field(Part::Requirements, "data_residency", F::Text, "Jurisdiction that data must not leave, such as `EU`.", |r| {
        r.answer(|answers| answers.data_residency.as_deref()).into()
    }),
];

pub(super) static PRACTICES: [ViewField; 8] = [
    practice!(webhook_apis, Bool, "APIs that push events to subscribers are used."),
    practice!(secondary_user_stores, Bool, "User stores besides the primary one are used."),
    practice!(burst_limits, Bool, "Burst control or limits of the backend are used."),
    practice!(backups_planned, Bool, "Backups are planned, with drills."),
    practice!(callbacks_for_all_hosts, Bool, "Login callbacks of the portals accept the hosts of all regions."),
    practice!(gateways_start_in_turn, Bool, "Gateways are started in turn, no more than ten at a time."),
    practice!(sequences_for_regions, Integer, "Number of regions the key sequences were created for; null before."),
    practice!(max_rtt_ms, Number, "Longest round trip accepted between linked regions, ms; null when not given."),
];

fn provider(record: Record<'_>) -> Cell<'_> {
    match record.site() {
        Some(Site::Cloud { provider, .. }) => provider.into(),
        _ => Cell::Null,
    }
}

fn cloud_region(record: Record<'_>) -> Cell<'_> {
    match record.site() {
        Some(Site::Cloud { region, .. }) => region.into(),
        _ => Cell::Null,
    }
}

fn place(record: Record<'_>) -> Cell<'_> {
    match record.site() {
        Some(Site::Place { name, .. }) => name.into(),
        _ => Cell::Null,
    }
}

/// Degrees north and east.
fn position(record: Record<'_>) -> Option<(f64, f64)> {
    let site = record.site()?;
    match site {
        Site::Cloud { .. } => record.view.cloud(site).map(|cloud| (cloud.latitude_deg, cloud.longitude_deg)),
        Site::Place { latitude_deg, longitude_deg, .. } => Some((*latitude_deg, *longitude_deg)),
    }
}
