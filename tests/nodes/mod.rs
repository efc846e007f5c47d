//! Designs of node configuration and readers of what is made of them.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, reason = "only tests use it")]

use std::collections::BTreeMap;
use std::sync::Arc;

use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::history::Revision;
use meridian::design::*;
use meridian::export::bundle::Bundle;
use meridian::export::planner::Plan;
use meridian::export::{Form, Options, Source};
use serde_json::Value;

pub fn id(text: &str) -> Id {
    Id::new(text).expect("an id")
}

/// A drawing in the making, with the number of links that were drawn.
pub struct Draw(pub Design, usize);

impl Draw {
    pub fn new(version: ProductVersion) -> Self {
        let meta = Arc::new(Meta { name: "Nodes".into(), product_version: version, ..Meta::default() });
        Self(Design { meta, ..Design::default() }, 0)
    }

    pub fn region(&mut self, name: &str, role: RegionRole) -> &mut Self {
        let region = Region {
            name: name.into(),
            role,
            site: Site::cloud("aws", "eu-central-1"),
            zones: 3,
            pos: Pos(0, 0),
            extent: Extent(600, 400),
            tint: 0,
            requirements: Requirements::default(),
            availability_pct: None,
            notes: String::new(),
        };
        self.0.regions.insert(id(name), Arc::new(region));
        self
    }

    pub fn put(&mut self, name: &str, kind: Kind, region: &str, instances: u32) -> &mut Self {
        let region = (!region.is_empty()).then(|| id(region));
        let component = Component { region, instances, ..Component::new(kind, name) };
        self.0.components.insert(id(name), Arc::new(component));
        self
    }

    pub fn link(&mut self, from: &str, to: &str, purposes: &[Purpose]) -> &mut Self {
        for purpose in purposes {
            let link = Link::new(id(from), id(to), *purpose);
            self.0.links.insert(id(&format!("l{:03}", self.1)), Arc::new(link));
            self.1 += 1;
        }
        self
    }

    pub fn component(&mut self, name: &str, change: impl FnOnce(&mut Component)) -> &mut Self {
        change(Arc::make_mut(self.0.components.get_mut(&id(name)).expect("a component")));
        self
    }

    pub fn meta(&mut self, change: impl FnOnce(&mut Meta)) -> &mut Self {
        change(Arc::make_mut(&mut self.0.meta));
        self
    }

    /// All links of these purposes.
    pub fn links(&mut self, purposes: &[Purpose], change: impl Fn(&mut Link)) -> &mut Self {
        for link in self.0.links.values_mut().filter(|link| purposes.contains(&link.purpose)) {
            change(Arc::make_mut(link));
        }
        self
    }

    /// Gateways, traffic managers and their balancers of a region, wired to the control plane of another.
    pub fn data_plane(&mut self, region: &str, hub: &str) -> &mut Self {
        use Purpose as P;
        let [gw, tm, gw_lb, tm_lb] = ["gw", "tm", "gw-lb", "tm-lb"].map(|role| format!("{region}-{role}"));
        let [cp, cp_lb] = ["cp", "cp-lb"].map(|role| format!("{hub}-{role}"));
        self.put(&gw, Kind::Gateway, region, 2).put(&tm, Kind::TrafficManager, region, 2);
        self.put(&gw_lb, Kind::LoadBalancer, region, 1).put(&tm_lb, Kind::LoadBalancer, region, 1);
        self.link(&gw_lb, &gw, &[P::ApiTraffic, P::GatewayManagement]).link(&tm_lb, &tm, &[P::ManagementHttps]);
        self.link(&gw, &cp_lb, &[P::ManagementHttps, P::KeyManagerHttps]).link(&gw, &cp, &[P::EventStream]);
        self.link(&gw, &tm, &[P::ThrottleData, P::ThrottleDecision]);
        self.link(&tm, &cp_lb, &[P::ManagementHttps]).link(&tm, &cp, &[P::EventStream]);
        self.link(&cp, &gw_lb, &[P::GatewayManagement])
    }

    /// Two control plane nodes with balancer and database.
    pub fn hub(&mut self, region: &str) -> &mut Self {
        use Purpose as P;
        let [cp, cp_lb, db] = ["cp", "cp-lb", "db"].map(|role| format!("{region}-{role}"));
        self.put(&cp, Kind::ControlPlane, region, 2).put(&cp_lb, Kind::LoadBalancer, region, 1);
        self.put(&db, Kind::Database, region, 1);
        self.link(&cp_lb, &cp, &[P::ManagementHttps, P::PortalAccess]).link(&cp, &db, &[P::Database]);
        self.link(&cp, &cp_lb, &[P::TokenNotification])
    }
}

/// Pattern 1 with these regions: databases replicated both ways, hubs in a full mesh.
pub fn pattern_1(regions: &[&str], version: ProductVersion) -> Draw {
    let mut draw = Draw::new(version);
    for region in regions {
        draw.region(region, RegionRole::Peer).hub(region).data_plane(region, region);
    }
    for (n, from) in regions.iter().enumerate() {
        for to in regions.iter().filter(|to| *to != from) {
            draw.link(&format!("{from}-cp"), &format!("{to}-cp"), &[Purpose::HubEvents]);
        }
        if let Some(next) = regions.get(n + 1) {
            draw.link(&format!("{from}-db"), &format!("{next}-db"), &[Purpose::DbReplication]);
        }
    }
    draw
}

/// Pattern 2: a main region and a sub region whose gateways have an environment of their own.
pub fn pattern_2(version: ProductVersion) -> Draw {
    let mut draw = Draw::new(version);
    draw.region("eu", RegionRole::Main).region("ap", RegionRole::Sub);
    draw.hub("eu").data_plane("eu", "eu").data_plane("ap", "eu");
    draw.component("ap-gw", |c| c.spec = Spec::Gateway(Gateway { environment: "ap".into(), ..Gateway::default() }));
    draw
}

/// All-in-one nodes as control plane and traffic manager, gateways before the APIs.
pub fn simple_scalable(version: ProductVersion) -> Draw {
    use Purpose as P;
    let mut draw = Draw::new(version);
    draw.region("eu", RegionRole::Peer);
    draw.put("eu-aio", Kind::AllInOne, "eu", 2).put("eu-aio-lb", Kind::LoadBalancer, "eu", 1);
    draw.put("eu-gw", Kind::Gateway, "eu", 2).put("eu-gw-lb", Kind::LoadBalancer, "eu", 1);
    draw.put("eu-db", Kind::Database, "eu", 1).link("eu-aio", "eu-db", &[P::Database]);
    draw.link("eu-aio-lb", "eu-aio", &[P::ManagementHttps, P::PortalAccess]);
    draw.link("eu-aio", "eu-aio-lb", &[P::TokenNotification]);
    draw.link("eu-gw-lb", "eu-gw", &[P::ApiTraffic, P::GatewayManagement]);
    draw.link("eu-aio", "eu-gw-lb", &[P::GatewayManagement]);
    draw.link("eu-gw", "eu-aio-lb", &[P::ManagementHttps, P::KeyManagerHttps]);
    draw.link("eu-gw", "eu-aio", &[P::EventStream, P::ThrottleData, P::ThrottleDecision]);
    draw
}

/// What is made of a design.
pub struct Made {
    pub plan: Plan,
    pub bundle: Bundle,
}

pub fn made(design: &Design) -> Made {
    design.validate().expect("a valid design");
    let books = Books::shipped();
    let analysis = analyse(design, Revision::default(), &Setting::of(books));
    let source = Source::of(design, &analysis, books).expect("a plan");
    let bundle = Form::Toml.bundle(&source, &Options::default());
    Made { plan: source.plan, bundle }
}

impl Made {
    /// The text of a file.
    pub fn text(&self, path: &str) -> &str {
        let file = self.bundle.files.iter().find(|(p, _)| p.as_str() == path);
        file.unwrap_or_else(|| panic!("no {path} among {:#?}", self.paths(""))).1.content.text().expect("a text")
    }

    /// `deployment.toml` of a node, as another parser reads it.
    pub fn node(&self, folder: &str) -> Value {
        toml(self.text(&format!("{folder}/repository/conf/deployment.toml")))
    }

    /// All paths that end so.
    pub fn paths(&self, ending: &str) -> Vec<&str> {
        self.bundle.files.keys().map(|p| p.as_str()).filter(|p| p.ends_with(ending)).collect()
    }
}

pub fn toml(text: &str) -> Value {
    basic_toml::from_str(text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// A properties file as Java reads it.
pub fn properties(text: &str) -> BTreeMap<String, String> {
    let mut read = BTreeMap::new();
    for line in text.lines().map(str::trim_start).filter(|l| !l.is_empty() && !l.starts_with(['#', '!'])) {
        let mut sides = [String::new(), String::new()];
        let (mut side, mut chars) = (0, line.chars().peekable());
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next().expect("nothing continues") {
                    'u' => {
                        let digits: String = chars.by_ref().take(4).collect();
                        sides[side].push(char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap_or('?'));
                    }
                    'n' => sides[side].push('\n'),
                    c => sides[side].push(c),
                },
                ' ' | '=' | ':' if side == 0 => {
                    let mut separated = c != ' ';
                    while let Some(c) = chars.next_if(|c| *c == ' ' || (!separated && "=:".contains(*c))) {
                        separated |= c != ' ';
                    }
                    side = 1;
                }
                c => sides[side].push(c),
            }
        }
        let [key, value] = sides;
        assert_eq!(read.insert(key, value), None, "{line} twice");
    }
    read
}

/// An event publisher: attributes, stream, properties.
pub fn publisher(text: &str) -> Value {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    let root = document.root_element();
    let attributes = |node: roxmltree::Node<'_, '_>| -> BTreeMap<String, String> {
        node.attributes().map(|a| (a.name().to_owned(), a.value().to_owned())).collect()
    };
    let properties =
        root.descendants().filter(|n| n.has_tag_name(("http://wso2.org/carbon/eventpublisher", "property")));
    let properties: BTreeMap<_, _> =
        properties.map(|p| (p.attribute("name").unwrap(), p.text().unwrap_or_default())).collect();
    let children: BTreeMap<_, _> =
        root.children().filter(|n| n.is_element()).map(|n| (n.tag_name().name(), attributes(n))).collect();
    serde_json::json!({
        "root": root.tag_name().name(),
        "namespace": root.tag_name().namespace(),
        "attributes": attributes(root),
        "children": children,
        "properties": properties,
    })
}

/// Every text in a value, with the keys that lead to it.
pub fn texts(value: &Value) -> Vec<(String, &str)> {
    match value {
        Value::String(text) => vec![(String::new(), text)],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, v)| texts(v).into_iter().map(move |(path, text)| (format!("{key}.{path}"), text)))
            .map(|(path, text)| (path.trim_end_matches('.').to_owned(), text))
            .collect(),
        _ => Vec::new(),
    }
}

/// Hosts with their ports in a text: `scheme://host:port` of any kind.
pub fn addresses(text: &str) -> Vec<(String, u16)> {
    let mut found = Vec::new();
    let schemes = [
        ("tcp://", 0),
        ("ssl://", 0),
        ("https://", 443),
        ("http://", 80),
        ("ws://", 80),
        ("wss://", 443),
        ("jdbc:postgresql://", 0),
        ("jdbc:mysql://", 0),
        ("jdbc:sqlserver://", 0),
        ("jdbc:oracle:thin:@", 0),
    ];
    for (scheme, usual) in schemes {
        for (at, _) in text.match_indices(scheme) {
            if at > 0 && text.as_bytes()[at - 1].is_ascii_alphabetic() {
                continue;
            }
            let rest = &text[at + scheme.len()..];
            let authority = rest.split(|c: char| "/;?'\"".contains(c)).next().unwrap();
            match authority.split_once(':') {
                Some((host, port)) => found.push((host.to_owned(), port.parse().unwrap_or(0))),
                None => found.push((authority.to_owned(), usual)),
            }
        }
    }
    found
}
