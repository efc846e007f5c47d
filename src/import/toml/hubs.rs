//! The files with which a control plane publishes to the hub of another region (B8, A49): publishers in XML, each of
//! which names a JNDI file, which names the broker.

use std::collections::BTreeMap;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::export::bundle::FilePath;

use super::endpoint::{Endpoint, endpoints};
use super::tree::Node;

/// Where publishers stand below a node's home.
const PUBLISHERS: &str = "repository/deployment/server/eventpublishers/";
/// The property of a publisher that names its JNDI file.
const JNDI: &str = "java.naming.provider.url";

/// What the files of one node say.
#[derive(Debug, Default)]
pub(super) struct Published<'t> {
    /// Brokers that are published to, with the number of publishers and whether it is encrypted.
    pub(super) brokers: BTreeMap<Endpoint, Broker<'t>>,
    /// Files that were not understood, with the reason.
    pub(super) not_understood: Vec<(&'t FilePath, String)>,
    /// Files that were.
    pub(super) understood: Vec<&'t FilePath>,
}

/// A broker of another region.
#[derive(Debug)]
pub(super) struct Broker<'t> {
    /// The JNDI file that names it.
    pub(super) file: &'t FilePath,
    /// Publishers that send to it.
    pub(super) publishers: usize,
    /// Whether the connection is encrypted.
    pub(super) tls: bool,
}

/// Reads the publishers of a node.
pub(super) fn published<'t>(node: &Node<'t>) -> Published<'t> {
    let mut found = Published::default();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for (below, (path, text)) in &node.others {
        if !below.starts_with(PUBLISHERS) {
            continue;
        }
        match provider(text) {
            Ok(Some(file)) => {
                *named.entry(file).or_default() += 1;
                found.understood.push(path);
            }
            Ok(None) => found.not_understood.push((path, format!("it is no publisher that names a {JNDI}"))),
            Err(why) => found.not_understood.push((path, why)),
        }
    }
    for (below, (path, text)) in &node.others {
        if below.starts_with(PUBLISHERS) {
            continue;
        }
        let Some(brokers) = brokers(text) else {
            found.not_understood.push((path, "it names no broker, and nothing else is read of such files".to_owned()));
            continue;
        };
        let publishers = named.remove(below.as_str()).unwrap_or_default();
        found.understood.push(path);
        for (broker, tls) in brokers {
            found.brokers.entry(broker).or_insert(Broker { file: path, publishers: 0, tls }).publishers += publishers;
        }
    }
    for (file, n) in named {
        let why = format!("{n} publishers name {file}, which is not there");
        found.not_understood.push((node.file, why));
    }
    found
}

/// The JNDI file that a publisher names, below the node's home.
fn provider(xml: &str) -> Result<Option<String>, String> {
    let mut reader = Reader::from_str(xml);
    let mut inside = false;
    let mut found = None;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                let mut names = start.attributes().flatten();
                inside = names.any(|attribute| attribute.value == JNDI);
            }
            Ok(Event::Text(text)) if inside => {
                found = Some(text.trim().to_owned());
            }
            Ok(Event::End(_)) => inside = false,
            Ok(Event::Eof) => return Ok(found),
            Ok(_) => {}
            Err(_) => return Err("it is no well-formed XML".to_owned()),
        }
    }
}

/// The brokers of a JNDI file, each with whether it is encrypted; `None` when there is no list of brokers in it. The
/// account that stands before the list is not looked at.
fn brokers(properties: &str) -> Option<Vec<(Endpoint, bool)>> {
    let lines = properties.lines().map(str::trim).filter(|line| !line.starts_with(['#', '!']));
    // Colons and equals signs may be escaped in such a file.
    let plain: Vec<String> = lines.map(|line| line.replace("\\:", ":").replace("\\=", "=")).collect();
    let (_, list) = plain.iter().find_map(|line| line.split_once("brokerlist="))?;
    let list = list.trim_matches(|c: char| c == '\'' || c.is_whitespace());
    let found = list.split(';').flat_map(endpoints).map(|broker| {
        let tls = broker.port == Some(8672) || list.contains("ssl=");
        (broker, tls)
    });
    let found: Vec<(Endpoint, bool)> = found.collect();
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broker_is_read_without_its_account() {
        let text = "# amqp://a:b@x?brokerlist='tcp://no:1'\n\
                    connectionfactory.T = amqp://admin:hunter2@clientid/carbon?brokerlist='tcp://cp1.us:5672'\n";
        let found = brokers(text).unwrap();
        assert_eq!(found, [(Endpoint { host: "cp1.us".into(), port: Some(5672) }, false)]);
        let tls = "c = amqp://a:b@clientid/carbon?brokerlist='tcp://cp1.us:8672?ssl='true'%26trust_store='x''";
        assert_eq!(brokers(tls).unwrap(), [(Endpoint { host: "cp1.us".into(), port: Some(8672) }, true)]);
        assert_eq!(brokers("a = b\n"), None);
    }

    #[test]
    fn a_publisher_names_its_file() {
        let xml = "<eventPublisher name=\"n\"><to eventAdapterType=\"jms\">\
                   <property name=\"java.naming.provider.url\">repository/conf/j.properties</property></to></eventPublisher>";
        assert_eq!(provider(xml).unwrap().as_deref(), Some("repository/conf/j.properties"));
        assert_eq!(provider("<a/>").unwrap(), None);
        assert!(provider("<a></b>").is_err());
    }
}
