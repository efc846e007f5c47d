//! What to do with the files: one README for each region, and one for all.

use std::collections::BTreeSet;

use crate::design::Id;
use crate::export::bundle::{ExportFile, Origin};
use crate::export::markdown::{Markdown, code};
use crate::export::planner::PlanPurpose;
use crate::export::wso2::wiring::BROKER;

use super::charts::{Branch, Chart};
use super::common::{has_gateway_api, image_name};
use super::databases::Databases;
use super::hosts::Hosts;
use super::key_managers::control_plane;
use super::names;
use super::objects;
use super::releases::Release;
use super::tokens::{self, NAMESPACE};

/// Name of the file, of each region and of all.
pub(super) use crate::export::wso2::README;

/// Gateways that should be started at a time (D13).
const AT_A_TIME: usize = 10;

/// The README of one region.
pub(super) fn region(hosts: &Hosts<'_>, region: &str, has_objects: bool) -> ExportFile {
    let releases: Vec<&Release<'_>> = hosts.releases.of_region(region).collect();
    let mut text = Markdown::default();
    text.heading(1, &format!("Region {}", code(region)));
    text.paragraph(&format!(
        "One cluster. All releases go into the namespace {}, under exactly these names: values refer to each other by \
         the Services that follow from them.",
        code(NAMESPACE)
    ));
    table(&mut text, &releases);
    prerequisites(&mut text, hosts, &releases);
    images(&mut text, hosts, &releases);
    install(&mut text, hosts, &releases, has_objects);
    text.finish()
}

/// Which release runs what.
fn table(text: &mut Markdown, releases: &[&Release<'_>]) {
    let rows = releases.iter().map(|release| {
        [
            code(&release.name),
            format!("{} {}", code(release.chart.name()), release.chart.version(release.branch)),
            code(release.group),
            release.nodes.len().to_string(),
            code(&release.service()),
        ]
    });
    text.table(["Release", "Chart", "In the design", "Nodes", "Service"], rows);
    let elements: BTreeSet<Id> = releases.iter().filter_map(|release| release.element()).collect();
    text.because(Origin::stated("A release for every group of nodes, named after it.", &["A48", "S28"]).of(elements));
    if releases.iter().any(|release| release.branch == Branch::V4_5) {
        text.paragraph(
            "Charts of 4.5 know no Secret for the passwords of key stores; they stand in the values as placeholders.",
        );
    }
}

/// What must be there before the first release.
fn prerequisites(text: &mut Markdown, hosts: &Hosts<'_>, releases: &[&Release<'_>]) {
    text.heading(2, "What must exist first");
    let databases: Vec<Databases<'_>> = releases.iter().map(|r| Databases::of(hosts.wiring(), r)).collect();
    let mut wanted = vec![tokens::ADMIN_PASSWORD];
    if databases.iter().any(|d| d.needs_password() && d.has_apim()) {
        wanted.push(tokens::APIM_DB_PASSWORD);
    }
    if databases.iter().any(Databases::needs_password) {
        wanted.push(tokens::SHARED_DB_PASSWORD);
    }
    if releases.iter().any(|release| release.product().symmetric_key) {
        wanted.push(tokens::ENCRYPTION_KEY);
    }
    let mut commands = vec![format!("kubectl create namespace {NAMESPACE}")];
    commands.push(secret(tokens::SECRET, &wanted));
    if releases.iter().any(|release| release.branch > Branch::V4_5) {
        let stores = [tokens::STORE_PASSWORD, tokens::STORE_KEY_PASSWORD, tokens::TRUST_PASSWORD];
        commands.push(secret(tokens::STORE_SECRET, &stores));
    }
    commands.push(format!(
        "kubectl create secret generic {} --namespace {NAMESPACE} --from-file=wso2carbon.jks \
         --from-file=client-truststore.jks",
        tokens::STORES
    ));
    commands.push(format!(
        "kubectl create secret tls {} --namespace {NAMESPACE} --cert=tls.crt --key=tls.key",
        tokens::CERTIFICATE
    ));
    let gateway_api = releases.iter().any(|release| has_gateway_api(release.branch));
    if gateway_api {
        commands
            .push(format!("kubectl create configmap {} --namespace {NAMESPACE} --from-file=ca.crt", tokens::AUTHORITY));
    }
    text.code("sh", &commands);
    text.because(Origin::stated("The values name these; no secret stands in them.", &["A42", "A43", "A48", "S28"]));
    let mut also = vec![
        "The administrator's password and the key stores are the same in all regions (A43), and from 4.7 the encryption \
         key (A42)."
            .to_owned(),
        format!("Names: see {} beside this folder.", code(names::FILE)),
    ];
    also.push(match gateway_api {
        true => {
            "A controller of the Gateway API with BackendTLSPolicy; for sticky sessions the charts use a policy of \
                 Envoy Gateway."
                .to_owned()
        }
        false => "The NGINX Ingress controller, whose annotations the charts use.".to_owned(),
    });
    for release in releases {
        let settings = release.nodes.first().map(|node| &node.settings);
        let own = settings.is_some_and(|s| s.keystore.is_some() || s.encryption_key.is_some());
        if own {
            also.push(format!(
                "{} has a key store or encryption key of its own: its values name a Secret or a key of one for it.",
                code(&release.name)
            ));
        }
    }
    text.list(also);
}

/// The command that makes a Secret of these keys.
fn secret(name: &str, keys: &[&str]) -> String {
    let values = tokens::SECRET_VALUES.iter().filter(|(key, _)| keys.contains(key));
    let literals: Vec<String> = values.map(|(key, token)| format!("--from-literal={key}='{}'", token.text)).collect();
    format!("kubectl create secret generic {name} --namespace {NAMESPACE} {}", literals.join(" "))
}

/// The images that somebody must build.
fn images(text: &mut Markdown, hosts: &Hosts<'_>, releases: &[&Release<'_>]) {
    let mut wanted: BTreeSet<(Chart, &'static str, String)> = BTreeSet::new();
    let mut engines = BTreeSet::new();
    for release in releases {
        let databases = Databases::of(hosts.wiring(), release);
        if databases.driver_is_missing() {
            wanted.insert((release.chart, release.branch.product(), image_name(release.chart, &databases)));
            engines.extend(databases.servers().into_iter().map(|server| server.database.engine));
        }
    }
    if wanted.is_empty() {
        return;
    }
    text.heading(2, "Images");
    text.paragraph(
        "The images of the product hold no JDBC driver. Build these with the driver of the database in \
         `repository/components/lib/` below the product's folder, and push them to the registry that the values name.",
    );
    let mut images: Vec<String> = wanted.iter().map(|(_, version, name)| code(&format!("{name}:{version}"))).collect();
    images.dedup();
    text.list(images);
    text.because(Origin::stated("A driver is needed wherever a database is.", &["A46", "S29"]).keeps(&["R-EXP-19"]));
}

/// The commands, in the order that the product needs.
fn install(text: &mut Markdown, hosts: &Hosts<'_>, releases: &[&Release<'_>], has_objects: bool) {
    text.heading(2, "Installing");
    let above: BTreeSet<&str> = releases.iter().filter_map(|release| region_above(hosts, release)).collect();
    if !above.is_empty() {
        let regions: Vec<String> = above.iter().map(|region| code(region)).collect();
        text.paragraph(&format!(
            "Only when the control plane in {} is ready: gateways here start by what they pull from there, and their pods \
             stay unready without it.",
            regions.join(", ")
        ));
        text.because(Origin::inferred("Gateways need their control plane when they start.", &["B23", "F6", "F7"]));
    }
    let mut commands = vec!["helm repo add wso2 https://helm.wso2.com".to_owned()];
    if has_objects {
        commands.push(format!("kubectl apply --namespace {NAMESPACE} --filename {}", objects::FILE));
    }
    for release in releases {
        commands.push(format!(
            "helm upgrade --install {} wso2/{} --version {} --namespace {NAMESPACE} --values {} --wait --timeout 20m",
            release.name,
            release.chart.name(),
            release.chart.version(release.branch),
            release.file()
        ));
    }
    text.code("sh", &commands);
    text.because(Origin::stated(
        "Control planes first, then key managers, traffic managers and gateways, each when those before are ready.",
        &["D16", "B23", "S33"],
    ));
    let many = releases.iter().filter(|r| r.chart == Chart::Gateway && r.nodes.len() > AT_A_TIME);
    let many: Vec<String> = many.map(|release| code(&release.name)).collect();
    if !many.is_empty() {
        text.paragraph(&format!(
            "No more than {AT_A_TIME} gateways should start at a time (D13): give {} fewer replicas first.",
            many.join(", ")
        ));
    }
}

/// The README over all regions, with their order and what was left out.
pub(super) fn all(hosts: &Hosts<'_>, remarks: &[String]) -> ExportFile {
    let mut text = Markdown::default();
    text.heading(1, "Helm values");
    text.paragraph(
        "Values for the public charts of WSO2 API Manager, https://helm.wso2.com, one folder for each region, which is \
         one cluster. The charts themselves are not part of this export.",
    );
    let order = in_order(hosts);
    let rows = order.iter().zip(1..).map(|(region, n)| {
        let folder = hosts.releases.folder(region);
        let releases: Vec<String> = hosts.releases.of_region(region).map(|r| code(&r.name)).collect();
        [n.to_string(), code(region), format!("[README]({folder}/{README})"), releases.join(", ")]
    });
    text.table(["Order", "Region", "What to do", "Releases"], rows);
    text.because(Origin::stated(
        "Regions in the order of the plan: those with a control plane first.",
        &["D16", "B23"],
    ));
    text.list([
        format!("{}: names that must be resolved, and where they lead.", code(names::FILE)),
        format!("{}: what must be filled in before anything is installed.", code(tokens::FILE)),
    ]);
    if !remarks.is_empty() {
        text.heading(2, "To know");
        text.list(remarks);
    }
    text.finish()
}

/// Regions with releases, in the order in which the plan starts them.
fn in_order<'a>(hosts: &Hosts<'a>) -> Vec<&'a str> {
    let with = hosts.releases.regions();
    let mut order: Vec<&str> = Vec::new();
    let started = hosts.source.plan.start_order.iter().filter_map(|step| step.region.as_deref());
    for region in started.chain(with.iter().copied()) {
        if with.contains(region) && !order.contains(&region) {
            order.push(region);
        }
    }
    order
}

/// Another region whose control plane a release cannot start without.
fn region_above<'a>(hosts: &Hosts<'a>, release: &Release<'_>) -> Option<&'a str> {
    let target = control_plane(hosts, release).filter(|target| target.elsewhere)?;
    let hubs = hosts.nodes(release, PlanPurpose::EventStream, &BROKER);
    let endpoint = hubs.first().map_or(target.endpoint.as_str(), |hub| hub.endpoint.as_str());
    hosts.source.plan.nodes.iter().find(|node| node.id == endpoint).and_then(|node| node.region.as_deref())
}
