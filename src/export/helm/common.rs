//! What the values of every chart hold: image, secrets, size, high availability.

use crate::export::bundle::Origin;
use crate::export::wso2::ADMINISTRATOR;

use super::charts::{Branch, Chart};
use super::databases::Databases;
use super::releases::Release;
use super::tokens;
use super::values::Values;
use super::yaml::Yaml;

/// Heap of a node for which the design names none, MiB (E2).
const USUAL_HEAP_MIB: f64 = 2048.0;

/// Memory that a pod may use when the design gives no size, MiB (E2).
const USUAL_LIMIT_MIB: f64 = 3072.0;

/// What the charts leave a pod beyond its heap, MiB (E2).
const BESIDE_HEAP_MIB: f64 = USUAL_LIMIT_MIB - USUAL_HEAP_MIB;

/// MiB in a GiB.
const MIB: f64 = 1024.0;

/// Adds what all charts share.
pub(super) fn common(values: &mut Values, release: &Release<'_>, databases: &Databases<'_>) {
    secrets(values, release, databases);
    users(values, release);
    stores(values, release);
    databases.write(values, release);
    image(values, release, databases);
    resources(values, release);
    copies(values, release);
}

/// Secrets are named, never written.
fn secrets(values: &mut Values, release: &Release<'_>, databases: &Databases<'_>) {
    let named = Origin::stated("Names a Secret that must exist in the namespace.", &["A48", "S28"]);
    values.configure("existingSecret.secretName", tokens::SECRET, &named);
    values.configure("existingSecret.adminPasswordKey", tokens::ADMIN_PASSWORD, &named);
    if databases.needs_password() {
        if databases.has_apim() {
            values.configure("existingSecret.apimDBPasswordKey", tokens::APIM_DB_PASSWORD, &named);
        }
        values.configure("existingSecret.sharedDBPasswordKey", tokens::SHARED_DB_PASSWORD, &named);
    }
    let key = Origin::stated(
        "Without a symmetric key the charts of 4.7 do not render; it is the same on all nodes of all regions.",
        &["A42", "A48", "Z12"],
    );
    let own = release.nodes.first().and_then(|node| node.settings.encryption_key.as_deref());
    let (name, key) = match own {
        Some(own) => (format!("{}.{}", tokens::ENCRYPTION_KEY, secret_key(own)), key.of(release.element())),
        None => (tokens::ENCRYPTION_KEY.to_owned(), key),
    };
    values.configure_where_known("existingSecret.encryptionKeyKey", name, &key.keeps(&["R-EXP-08"]));
}

/// A name as the key of a Secret: letters, digits, hyphens, underscores and dots.
pub(super) fn secret_key(text: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.chars().map(|c| if kept(c) { c } else { '-' }).take(200).collect()
}

fn users(values: &mut Values, release: &Release<'_>) {
    let origin = Origin::stated("The store of users of the packs.", &["S5", "S28"]);
    values.configure("userStore.type", "database_unique_id", &origin);
    let origin = Origin::stated(
        "Takes away the default of the chart, an example that would end up in the configuration.",
        &["A48"],
    );
    values.configure("userStore.properties", Yaml::Null, &origin.keeps(&["R-EXP-09"]));
    let origin =
        Origin::stated("The administrator, the same on all nodes: gateways and others log on with it.", &["S5"]);
    values.configure("adminUsername", ADMINISTRATOR, &origin.of(release.element()));
}

/// Key stores and trust store.
fn stores(values: &mut Values, release: &Release<'_>) {
    let own = release.nodes.first().and_then(|node| node.settings.keystore.as_deref());
    let origin = Origin::stated("The primary key store is the same on all nodes of all regions.", &["A43"]);
    let (name, origin) = match own {
        Some(own) => (format!("{}.{}", tokens::STORES, secret_name(own)), origin.of(release.element())),
        None => (tokens::STORES.to_owned(), origin),
    };
    values.configure("security.jksSecretName", name, &origin);
    if values.has("security.jksExistingSecret.secretName") {
        let origin = Origin::stated("Passwords of the stores come from a Secret.", &["S28"]);
        let keys = [
            ("secretName", tokens::STORE_SECRET),
            ("tlsKeystorePasswordKey", tokens::STORE_PASSWORD),
            ("tlsKeystoreKeyPasswordKey", tokens::STORE_KEY_PASSWORD),
            ("truststorePasswordKey", tokens::TRUST_PASSWORD),
        ];
        for (key, value) in keys {
            values.configure(&format!("security.jksExistingSecret.{key}"), value, &origin);
        }
    } else {
        let origin = Origin::stated("This branch takes the passwords of the stores only as they are.", &["S28"]);
        values.configure("security.keystores.tls.password", tokens::KEYSTORE_PASSWORD.text, &origin);
        values.configure("security.keystores.tls.keyPassword", tokens::KEY_PASSWORD.text, &origin);
        values.configure("security.truststore.password", tokens::TRUSTSTORE_PASSWORD.text, &origin);
    }
}

/// A name as part of the name of an object: lower case letters, digits and inner hyphens.
fn secret_name(text: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    let name: String = text.chars().map(kept).take(100).collect();
    match name.trim_matches('-') {
        "" => "own".to_owned(),
        name => name.to_owned(),
    }
}

fn image(values: &mut Values, release: &Release<'_>, databases: &Databases<'_>) {
    let version = release.branch.product();
    let drawn = Origin::drawn("The product version of these nodes.", release.element());
    values.set("wso2.apim.version", version, &drawn);
    let origin = Origin::stated("Where the images of the product are pulled from is not part of a design.", &["S29"]);
    values.deploy("image.registry", tokens::REGISTRY.text, &origin);
    let origin = match databases.driver_is_missing() {
        true => Origin::stated("The image holds no JDBC driver: build one that does, see the README.", &["A46", "S29"])
            .keeps(&["R-EXP-19"]),
        false => Origin::stated("The image of this role.", &["A37", "S29"]),
    };
    values.deploy("image.repository", image_name(release.chart, databases), &origin);
    values.deploy("image.tag", version, &drawn);
}

/// The image that a release runs: one with a driver where it connects to a database.
pub(super) fn image_name(chart: Chart, databases: &Databases<'_>) -> String {
    match databases.driver_is_missing() {
        true => format!("{}-with-jdbc-driver", chart.image()),
        false => chart.image().to_owned(),
    }
}

/// The size of a node is what a pod asks for and may use; without one the chart's own figures stay.
fn resources(values: &mut Values, release: &Release<'_>) {
    let Some(node) = release.nodes.first() else { return };
    if let Some(size) = node.size {
        let origin = Origin::drawn("The size of a node.", release.element());
        let amounts = [("cpu", thousandths(size.vcpu)), ("memory", memory(size.memory_gib))];
        for (place, (what, amount)) in ["requests", "limits"].iter().flat_map(|p| amounts.iter().map(move |a| (p, a))) {
            if let Some(amount) = amount {
                values.deploy(&format!("resources.{place}.{what}"), amount.as_str(), &origin);
            }
        }
    }
    let (heap, origin) = match node.settings.heap_gib {
        Some(gib) => (gib * MIB, Origin::drawn("The heap of a node.", release.element())),
        None => (USUAL_HEAP_MIB, Origin::stated("The usual heap.", &["E2"])),
    };
    if let Some(heap) = whole(heap) {
        values.deploy("resources.jvm.memory.xms", format!("{heap}m"), &origin);
        values.deploy("resources.jvm.memory.xmx", format!("{heap}m"), &origin);
    }
}

/// Processors as Kubernetes writes them.
fn thousandths(vcpu: f64) -> Option<String> {
    whole(vcpu * 1000.0).map(|amount| format!("{amount}m"))
}

/// Memory as Kubernetes writes it.
fn memory(gib: f64) -> Option<String> {
    let mib = whole(gib * MIB)?;
    Some(if mib.is_multiple_of(1024) { format!("{}Gi", mib / 1024) } else { format!("{mib}Mi") })
}

/// The number without a fraction; `None` when nothing is left of it or it is beyond what Kubernetes counts in.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is whole and within bounds")]
fn whole(amount: f64) -> Option<u64> {
    let whole = amount.round();
    (1.0..=1e15).contains(&whole).then_some(whole as u64)
}

/// How many nodes run. Of a chart with pairs, a second copy of one instance would not be the other half of a pair.
fn copies(values: &mut Values, release: &Release<'_>) {
    if release.chart == Chart::Gateway {
        return;
    }
    let (why, facts): (_, &[&'static str]) = match (release.chart, release.is_pair()) {
        (Chart::KeyManager, true) => ("Two copies behind one Service.", &["S28"]),
        (_, true) => ("Two instances that name each other; more copies of one would be no such pair.", &["D6"]),
        (_, false) => ("One instance, as drawn.", &["D6"]),
    };
    let origin = Origin::stated(why, facts).of(release.element());
    values.deploy("highAvailability", release.is_pair(), &origin);
}

/// Why a release is not what the drawing shows, when the chart cannot run so many nodes.
pub(super) fn too_many(release: &Release<'_>) -> Option<String> {
    let most = release.chart.most_nodes().filter(|most| release.nodes.len() > *most)?;
    Some(format!(
        "{} has {} nodes, and the chart {} runs {most} at most: its values give two. Draw groups of two, or take the \
         configuration of the nodes instead of the charts (D6).",
        release.group,
        release.nodes.len(),
        release.chart.name(),
    ))
}

/// Heap of a pod and the memory that it may use, MiB.
fn heap_and_limit(release: &Release<'_>) -> Option<(f64, f64)> {
    let node = release.nodes.first()?;
    let heap = node.settings.heap_gib.map_or(USUAL_HEAP_MIB, |gib| gib * MIB);
    let limit = node.size.map_or(USUAL_LIMIT_MIB, |size| size.memory_gib * MIB);
    Some((heap, limit))
}

/// Why the pods of a release cannot last, when the heap alone takes all the memory that they may use.
pub(super) fn no_room(release: &Release<'_>) -> Option<String> {
    let (heap, limit) = heap_and_limit(release).filter(|(heap, limit)| heap >= limit)?;
    Some(format!(
        "{}: a heap of {heap:.0} MiB in pods that may use {limit:.0} MiB: they are killed as it fills. Draw larger nodes \
         or a smaller heap (E2).",
        release.group
    ))
}

/// What to know about pods with less memory beside the heap than the charts leave them.
pub(super) fn little_room(release: &Release<'_>) -> Option<String> {
    let tight = |(heap, limit): &(f64, f64)| heap < limit && heap + BESIDE_HEAP_MIB > *limit;
    let (heap, limit) = heap_and_limit(release).filter(tight)?;
    Some(format!(
        "{}: {:.0} MiB are left beside the heap; the charts leave {BESIDE_HEAP_MIB:.0} MiB (E2).",
        release.group,
        limit - heap
    ))
}

/// Whether the branch has the Gateway API switched on, and not Ingress, unless told otherwise.
pub(super) fn has_gateway_api(branch: Branch) -> bool {
    branch >= Branch::V4_7
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_written_as_kubernetes_reads_them() {
        assert_eq!(thousandths(2.0).as_deref(), Some("2000m"));
        assert_eq!(thousandths(0.25).as_deref(), Some("250m"));
        assert_eq!(memory(8.0).as_deref(), Some("8Gi"));
        assert_eq!(memory(1.5).as_deref(), Some("1536Mi"));
        for nothing in [0.0, 5e-324, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!((thousandths(nothing), memory(nothing)), (None, None), "{nothing}");
        }
    }
}
