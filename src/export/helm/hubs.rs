//! Pattern 1 in Kubernetes: the files by which a control plane publishes to the event hubs of other regions, as a
//! Secret, since they hold a log-in, and where the pods find them.

use indexmap::IndexMap;

use crate::design::Id;
use crate::export::bundle::{Origin, Placeholder};
use crate::export::wso2::hubs::{HubFile, files_of};

use super::hosts::Hosts;
use super::releases::Release;
use super::values::Values;
use super::yaml::Yaml;

/// Files below this folder are copied into the product when a pod starts.
const CONFIGURATION: &str = "/home/wso2carbon/wso2-config-volume";

/// Name of the volume.
const VOLUME: &str = "event-hubs";

/// The Secret with the files of a release.
pub(super) fn secret_name(release: &Release<'_>) -> String {
    format!("{}-event-hubs", release.name)
}

/// The files of a release, by name, for the remote nodes that their charts run. All nodes of a group have the same
/// links, and one set of values serves them, so those of the first are those of all.
pub(super) fn files(hosts: &Hosts<'_>, release: &Release<'_>) -> IndexMap<String, HubFile> {
    let node = release.nodes.first().filter(|_| release.chart.has_control_plane());
    let files = node.map(|node| files_of(hosts.wiring(), &hosts.hub_names, node)).unwrap_or_default();
    let runs = |hub: &HubFile| hosts.releases.of_node(&hub.remote).is_none_or(|(other, n)| n <= other.instances());
    files.into_iter().filter(runs).map(|hub| (hub.name.clone(), hub)).collect()
}

/// Mounts the files, each for itself, so that what else is in their folders stays.
pub(super) fn mount(values: &mut Values, hosts: &Hosts<'_>, release: &Release<'_>) {
    let files = files(hosts, release);
    if files.is_empty() {
        return;
    }
    let origin = Origin::inferred(
        "The files that connect the event hubs of the regions come from a Secret in extra-objects.yaml; both instances \
         get all of them.",
        &["B8", "B11", "A49", "H20"],
    )
    .of(elements(release, files.values()));
    let volume =
        Yaml::map([("name", VOLUME.into()), ("secret", Yaml::map([("secretName", secret_name(release).into())]))]);
    values.set("kubernetes.extraVolumes", Yaml::List(vec![volume]), &origin);
    let mounts = files.values().map(|file| {
        let path = file.folder().iter().copied().chain([file.name.as_str()]).collect::<Vec<_>>().join("/");
        Yaml::map([
            ("name", VOLUME.into()),
            ("mountPath", format!("{CONFIGURATION}/{path}").into()),
            ("subPath", file.name.as_str().into()),
        ])
    });
    values.set("kubernetes.extraVolumeMounts", Yaml::List(mounts.collect()), &origin);
}

/// What a Secret with these files holds, and what somebody must put into them.
pub(super) fn secret(release: &Release<'_>, files: &IndexMap<String, HubFile>) -> (Yaml, Vec<Placeholder>) {
    let texts = files.iter().filter_map(|(name, hub)| {
        let text = hub.file.content.text()?;
        Some((name.clone(), Yaml::Text(text.to_owned())))
    });
    let secret = Yaml::map([
        ("apiVersion", "v1".into()),
        ("kind", "Secret".into()),
        ("metadata", Yaml::map([("name", secret_name(release).into())])),
        ("type", "Opaque".into()),
        ("stringData", Yaml::Map(texts.collect())),
    ]);
    (secret, files.values().flat_map(HubFile::placeholders).collect())
}

/// The groups at both ends.
pub(super) fn elements<'f>(release: &Release<'_>, files: impl IntoIterator<Item = &'f HubFile>) -> Vec<Id> {
    let origins = files.into_iter().flat_map(|hub| &hub.file.origins);
    let mut elements: Vec<Id> =
        origins.flat_map(|o| o.origin.elements.iter().cloned()).chain(release.element()).collect();
    elements.sort();
    elements.dedup();
    elements
}
