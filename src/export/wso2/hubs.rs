//! Pattern 1: the files by which a control plane node publishes its events to the event hubs of other regions.
//!
//! The product does not do this by itself and has no key for it (B8, A49): every node gets, for each remote node, one
//! JNDI file with the broker's address and five event publishers (B9, B11). The names and contents of the published
//! page are put right here (Z1 to Z5).

use std::collections::{BTreeMap, BTreeSet};

use crate::export::Source;
use crate::export::bundle::{ExportFile, LineOrigin, Origin, Placeholder, Syntax};
use crate::export::planner::{Plan, PlanBasis, PlanNode, PlanPurpose};
use crate::export::xml::Xml;

use super::ADMINISTRATOR;
use super::planes::has_control_plane;
use super::properties::Properties;
use super::wiring::{Address, BROKER, Wiring, element, link};

/// What a file of a hub connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HubFileKind {
    /// Address and log-in of the remote broker.
    Jndi,
    /// A publisher of one stream.
    Publisher,
}

/// One file by which a node publishes to the event hub of another region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubFile {
    /// Id of the remote node.
    pub remote: String,
    /// What the file is.
    pub kind: HubFileKind,
    /// Its name.
    pub name: String,
    /// What it holds.
    pub file: ExportFile,
}

impl HubFile {
    /// The folder it belongs to, below the folder the product is installed in (B9).
    #[must_use]
    pub fn folder(&self) -> &'static [&'static str] {
        match self.kind {
            HubFileKind::Jndi => &["repository", "conf"],
            HubFileKind::Publisher => &["repository", "deployment", "server", "eventpublishers"],
        }
    }

    /// What somebody must put into it.
    #[must_use]
    pub fn placeholders(&self) -> Vec<Placeholder> {
        let text = self.file.content.text().unwrap_or_default();
        let used = TOKENS.iter().filter(|token| text.contains(token.token));
        used.map(|t| Placeholder {
            token: t.token.to_owned(),
            meaning: t.meaning.to_owned(),
            secret: t.secret,
            by_product: false,
        })
        .collect()
    }
}

/// Something that stands in a JNDI file until somebody replaces it: these files know no variables.
struct Token {
    token: &'static str,
    meaning: &'static str,
    secret: bool,
}

const TOKENS: [Token; 6] = [
    Token {
        token: "<admin-password-encoded>",
        meaning: "Password of the administrator, the same in every region as in every deployment.toml, with special \
                  characters percent-encoded as in any URL (B18).",
        secret: true,
    },
    Token {
        token: "<remote-certificate-alias>",
        meaning: "Alias of the remote broker's certificate in the trust store of the node that publishes (S7).",
        secret: false,
    },
    Token { token: "<truststore-path>", meaning: "Path of the trust store on the node that publishes.", secret: false },
    Token { token: "<truststore-password>", meaning: "Password of that trust store.", secret: true },
    Token { token: "<keystore-path>", meaning: "Path of the key store on the node that publishes.", secret: false },
    Token { token: "<keystore-password>", meaning: "Password of that key store.", secret: true },
];

/// One of the five publishers: which stream becomes which topic (B9).
struct Publisher {
    prefix: &'static str,
    stream: &'static str,
    topic: &'static str,
    about: &'static str,
    facts: &'static [&'static str],
    rules: &'static [&'static str],
}

const PUBLISHERS: [Publisher; 5] = [
    Publisher {
        prefix: "notificationJMSPublisher",
        stream: "org.wso2.apimgt.notification.stream",
        topic: "notification",
        about: "changes of APIs, applications, subscriptions and policies",
        facts: &["B9", "S3"],
        rules: &[],
    },
    Publisher {
        prefix: "tokenRevocationJMSPublisher",
        stream: "org.wso2.apimgt.token.revocation.stream",
        topic: "tokenRevocation",
        about: "revoked tokens",
        facts: &["B9", "H2", "S3"],
        rules: &[],
    },
    Publisher {
        prefix: "keymgtEventJMSEventPublisher",
        stream: "org.wso2.apimgt.keymgt.stream",
        topic: "keyManager",
        about: "changes of key managers",
        facts: &["B9", "S3"],
        rules: &[],
    },
    Publisher {
        prefix: "asyncWebhooksEventPublisher",
        stream: "org.wso2.apimgt.webhooks.request.stream",
        topic: "asyncWebhooksData",
        about: "subscriptions of webhooks; idle without webhook APIs",
        facts: &["B9", "Z5", "S3"],
        rules: &["R-EXP-04"],
    },
    Publisher {
        prefix: "blockingEventJMSPublisher",
        stream: "org.wso2.blocking.request.stream",
        topic: "throttleData",
        about: "blocking conditions",
        facts: &["B9", "Z2", "Z4", "S3"],
        rules: &[],
    },
];

/// Name of the connection factory, in the JNDI file and in the publishers.
const FACTORY: &str = "TopicConnectionFactory";

/// The topics of the JNDI file, in the order of the page, with the one it lacks (Z3).
const TOPICS: [&str; 5] = ["tokenRevocation", "keyManager", "notification", "asyncWebhooksData", "throttleData"];

/// The files of a node: for every remote node that it is connected to by drawn links, first its JNDI file, then its
/// publishers. Empty for a node that publishes to no other region.
#[must_use]
pub fn hub_files(source: &Source<'_>, node: &PlanNode) -> Vec<HubFile> {
    files_of(&Wiring::of(&source.plan), &HubNames::of(&source.plan), node)
}

/// The same over an index that is there already.
pub(in crate::export) fn files_of(wiring: &Wiring<'_>, names: &HubNames<'_>, node: &PlanNode) -> Vec<HubFile> {
    let mut files = Vec::new();
    for remote in remotes(wiring, node) {
        let Some(name) = names.of_node(remote.endpoint) else { continue };
        files.push(jndi(wiring, name, node, &remote));
        files.extend(PUBLISHERS.iter().map(|publisher| publisher_file(wiring, name, node, &remote, publisher)));
    }
    files
}

/// The remote hub nodes that a node publishes to.
fn remotes<'a>(wiring: &Wiring<'a>, node: &PlanNode) -> Vec<Address<'a>> {
    let mut remotes = wiring.far(node, PlanPurpose::HubEvents, &BROKER);
    remotes.retain(|remote| wiring.node(remote.endpoint).is_some_and(|n| has_control_plane(n.role)));
    remotes
}

/// What a node with an event hub is called in the files of others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::export) struct HubName {
    /// Between hyphens, for files: `region-us-cp1`.
    slug: String,
    /// As one word, for publishers: `RegionUsCp1`.
    word: String,
}

impl HubName {
    fn jndi_file(&self) -> String {
        format!("jndi-{}.properties", self.slug)
    }
}

/// The names of all nodes with an event hub, no two alike, even where a file system ignores case.
pub(in crate::export) struct HubNames<'a>(BTreeMap<&'a str, HubName>);

impl<'a> HubNames<'a> {
    /// Names them in the order of the plan.
    pub(in crate::export) fn of(plan: &'a Plan) -> Self {
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut names = BTreeMap::new();
        for node in plan.nodes.iter().filter(|node| has_control_plane(node.role)) {
            let parts = parts(node);
            let name = (1..).map(|n| hub_name(&parts, n)).find(|name| {
                // Two slugs can make the same word, and then the publishers would collide.
                let word = name.word.to_lowercase();
                !taken.contains(&word) && !taken.contains(&name.slug)
            });
            if let Some(name) = name {
                taken.insert(name.word.to_lowercase());
                taken.insert(name.slug.clone());
                names.insert(node.id.as_str(), name);
            }
        }
        Self(names)
    }

    fn of_node(&self, node: &str) -> Option<&HubName> {
        self.0.get(node)
    }
}

/// The words of a name: the region, then what distinguishes the node in it, its number joined to the last word.
fn parts(node: &PlanNode) -> Vec<String> {
    let region = node.region.as_deref();
    let place = region.map_or_else(
        || vec!["no".to_owned(), "region".to_owned()],
        |r| std::iter::once("region".to_owned()).chain(words(r)).collect(),
    );
    let short = region.and_then(|r| node.id.strip_prefix(r)?.strip_prefix('-')).unwrap_or(&node.id);
    let mut own = words(short);
    if let [.., name, number] = own.as_slice()
        && number.bytes().all(|b| b.is_ascii_digit())
        && name.bytes().all(|b| b.is_ascii_lowercase())
    {
        let joined = format!("{name}{number}");
        own.truncate(own.len().saturating_sub(2));
        own.push(joined);
    }
    place.into_iter().chain(own).collect()
}

/// The runs of letters and digits, in lower case.
fn words(text: &str) -> Vec<String> {
    let runs = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|run| !run.is_empty());
    runs.map(str::to_ascii_lowercase).collect()
}

/// The `n`th name from these words.
fn hub_name(parts: &[String], n: usize) -> HubName {
    let number = (n > 1).then(|| n.to_string());
    let parts: Vec<&str> = parts.iter().map(String::as_str).chain(number.as_deref()).collect();
    let capital = |part: &&str| {
        let mut chars = part.chars();
        chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect::<String>()
    };
    HubName { slug: parts.join("-"), word: parts.iter().map(capital).collect() }
}

/// An origin that names the link and both groups, stated or concluded as the connection is.
fn origin(wiring: &Wiring<'_>, node: &PlanNode, remote: &Address<'_>, why: String, facts: &[&'static str]) -> Origin {
    let link = remote.by.and_then(link);
    let ends = [element(wiring, &node.id), element(wiring, remote.endpoint)];
    let concluded = remote.by.is_some_and(|c| c.basis == PlanBasis::Inferred) || remote.is_encrypted();
    let origin = if concluded { Origin::inferred(why, facts) } else { Origin::stated(why, facts) };
    origin.of(link.into_iter().chain(ends.into_iter().flatten()))
}

fn jndi(wiring: &Wiring<'_>, name: &HubName, node: &PlanNode, remote: &Address<'_>) -> HubFile {
    let mut file = Properties::default();
    file.comment(&format!("Broker of {} for the event publishers of {} (B10, B11).", remote.endpoint, node.id));
    file.comment("User and password: the administrator, the same in every region, percent-encoded (B18, inferred).");
    let mut facts = vec!["B10", "B11", "B18", "S3"];
    let mut why = format!("{} publishes to the broker of {} at port {}.", node.id, remote.endpoint, remote.port.number);
    let tls = match remote.is_encrypted() {
        true => {
            file.comment("The documentation shows no TLS here; this is the form of the gateways' (S7, A49), inferred.");
            facts.extend(["S7", "A49"]);
            why.push_str(" The settings of TLS are those that the documentation gives for other clients.");
            "?ssl='true'%26ssl_cert_alias='<remote-certificate-alias>'%26trust_store='<truststore-path>'\
             %26trust_store_password='<truststore-password>'%26key_store='<keystore-path>'\
             %26key_store_password='<keystore-password>'"
        }
        false => "",
    };
    let url =
        format!("amqp://{ADMINISTRATOR}:<admin-password-encoded>@clientid/carbon?brokerlist='{}{tls}'", remote.tcp());
    let broker = origin(wiring, node, remote, why, &facts);
    file.set(&format!("connectionfactory.{FACTORY}"), &url, broker.keeps(&["R-EXP-06"]));
    file.comment("");
    for topic in TOPICS {
        let publisher = PUBLISHERS.iter().find(|p| p.topic == topic);
        let why = format!("Topic for {}.", publisher.map_or("events", |p| p.about));
        let facts: &[&str] = if topic == "throttleData" { &["B9", "Z3", "S3"] } else { &["B9", "S3"] };
        file.set(&format!("topic.{topic}"), topic, Origin::stated(why, facts).keeps(&["R-EXP-01"]));
    }
    HubFile { remote: remote.endpoint.to_owned(), kind: HubFileKind::Jndi, name: name.jndi_file(), file: file.finish() }
}

fn publisher_file(
    wiring: &Wiring<'_>,
    name: &HubName,
    node: &PlanNode,
    remote: &Address<'_>,
    publisher: &Publisher,
) -> HubFile {
    let full_name = format!("{}{}", publisher.prefix, name.word);
    let text = publisher_xml(&full_name, &format!("repository/conf/{}", name.jndi_file()), publisher);
    let lines = text.lines().count();
    let mut file = ExportFile::text(Syntax::Xml, text);
    let why = format!("Publishes {} from {} to the event hub of {}.", publisher.about, node.id, remote.endpoint);
    let whole = origin(wiring, node, remote, why, publisher.facts).keeps(publisher.rules);
    let mut origins = vec![LineOrigin { first: 1, last: lines, origin: whole }];
    let details = [
        (
            "<eventPublisher ",
            Origin::stated(
                "A publisher's name is its own on the node, with region and node of the remote hub.",
                &["Z4", "Z5", "S3"],
            )
            .keeps(&["R-EXP-03", "R-EXP-04"]),
        ),
        (
            "\"java.naming.provider.url\"",
            Origin::stated("Names the JNDI file that is written beside it.", &["Z2", "S3"]).keeps(&["R-EXP-02"]),
        ),
        (
            "\"transport.jms.Destination\"",
            Origin::stated("A topic of that JNDI file.", &["B9", "Z3", "S3"]).keeps(&["R-EXP-01"]),
        ),
    ];
    for (mark, origin) in details {
        let at = file.content.text().and_then(|text| text.lines().position(|line| line.contains(mark)));
        origins.extend(at.map(|at| LineOrigin { first: at + 1, last: at + 1, origin }));
    }
    file.origins = origins.into();
    HubFile { remote: remote.endpoint.to_owned(), kind: HubFileKind::Publisher, name: format!("{full_name}.xml"), file }
}

/// The publisher as the product reads it. Without the attribute `processing="disable"` of the page, which would keep
/// it from working (Z5).
fn publisher_xml(name: &str, jndi: &str, publisher: &Publisher) -> String {
    let properties = [
        ("java.naming.factory.initial", "org.wso2.andes.jndi.PropertiesFileInitialContextFactory"),
        ("java.naming.provider.url", jndi),
        ("transport.jms.DestinationType", "topic"),
        ("transport.jms.Destination", publisher.topic),
        ("transport.jms.ConcurrentPublishers", "allow"),
        ("transport.jms.ConnectionFactoryJNDIName", FACTORY),
    ];
    let mut xml = Xml::indented(2);
    xml.declaration();
    let attributes = [
        ("name", name),
        ("statistics", "disable"),
        ("trace", "disable"),
        ("xmlns", "http://wso2.org/carbon/eventpublisher"),
    ];
    xml.open("eventPublisher", attributes);
    xml.empty("from", [("streamName", publisher.stream), ("version", "1.0.0")]);
    xml.empty("mapping", [("customMapping", "disable"), ("type", "json")]);
    xml.open("to", [("eventAdapterType", "jms")]);
    for (key, value) in properties {
        xml.text("property", [("name", key)], value);
    }
    xml.finish()
}
