//! Values for the public Helm charts, region by region, with what no chart creates.
//!
//! Every region is one cluster, every group of nodes one release. Inside a cluster releases name each other by the
//! Services of the charts; what other regions connect to goes by the plan's host names.

mod analytics;
mod charts;
mod common;
mod control_plane;
mod data_plane;
mod databases;
mod extra;
mod hosts;
mod hubs;
mod key_managers;
mod keys;
mod limits;
mod names;
mod objects;
mod openings;
mod readme;
mod releases;
mod routes;
mod shared_counters;
mod tokens;
mod values;
mod yaml;

pub use charts::{Branch, Chart};
pub use keys::Keys;

use super::Source;
use super::bundle::{Bundle, ExportFile, FilePath};
use super::wso2::notes::{Gap, Notes};
use super::wso2::{self, FilesOfGroups, blocked};
use databases::Databases;
use hosts::Hosts;
use releases::Release;
use values::Values;

/// The values of all regions.
#[must_use]
pub fn bundle(source: &Source<'_>) -> Bundle {
    let hosts = Hosts::of(source);
    let mut bundle = Bundle::default();
    let mut notes = Notes::default();
    let mut files = FilesOfGroups::new();
    for region in hosts.releases.regions() {
        let folder = hosts.releases.folder(region).to_owned();
        for release in hosts.releases.of_region(region) {
            let path = FilePath::of([folder.as_str(), &release.file()]);
            let (file, gaps) = release_values(&hosts, release, &mut notes);
            for gap in gaps {
                notes.missing(&path, gap);
            }
            files.entry(release.group).or_default().push(bundle.add(path, file));
        }
        let objects = objects::file(&hosts, region, &mut notes);
        let readme = readme::region(&hosts, region, objects.is_some());
        if let Some(objects) = objects {
            bundle.add(FilePath::of([folder.as_str(), objects::FILE]), objects);
        }
        bundle.add(FilePath::of([folder.as_str(), readme::README]), readme);
    }
    for (_, why) in &hosts.releases.left_out {
        notes.remark(why.clone());
    }
    limits::of_design(&hosts, &mut notes);
    if !bundle.files.is_empty() {
        bundle.add(FilePath::of([names::FILE]), names::file(&hosts));
    }
    for file in bundle.files.values() {
        notes.needs(tokens::found(file.content.text().unwrap_or_default(), &source.plan));
    }
    let has_files = !bundle.files.is_empty();
    notes.finish(&mut bundle);
    if has_files {
        bundle.blocked.extend(blocked::by_findings(source, &files));
        let readme = readme::all(&hosts, &bundle.remarks);
        bundle.add(FilePath::of([readme::README]), readme);
        let placeholders = wso2::placeholders(&bundle.placeholders).finish();
        bundle.add(FilePath::of([tokens::FILE]), placeholders);
    }
    bundle
}

/// The values of one release, and what they lack.
fn release_values(hosts: &Hosts<'_>, release: &Release<'_>, notes: &mut Notes) -> (ExportFile, Vec<Gap>) {
    let databases = Databases::of(hosts.wiring(), release);
    let mut values = Values::of(release);
    common::common(&mut values, release, &databases);
    let mut gaps = match release.chart {
        Chart::ControlPlane | Chart::AllInOne => control_plane::write(&mut values, hosts, release),
        Chart::KeyManager => data_plane::key_manager(&mut values, hosts, release),
        Chart::TrafficManager => data_plane::traffic_manager(&mut values, hosts, release),
        Chart::Gateway => data_plane::gateway(&mut values, hosts, release),
    };
    routes::write(&mut values, hosts, release);
    gaps.extend(extra::write(&mut values, hosts, release));
    let gap = |message| Gap { message, elements: release.element().into_iter().collect() };
    gaps.extend(databases.problem(release).map(gap));
    gaps.extend(common::too_many(release).map(gap));
    gaps.extend(common::no_room(release).map(gap));
    gaps.extend(limits::of_release(hosts, release));
    let unknown = values.unknown().iter();
    gaps.extend(unknown.map(|key| {
        let (chart, branch) = (release.chart.name(), release.branch.label());
        gap(format!("{}: the chart {chart} of {branch} has no key {key}, so it is left out.", release.group))
    }));
    for remark in limits::remarks(hosts, release, &values) {
        notes.remark(remark);
    }
    (values.into_file(release), gaps)
}
