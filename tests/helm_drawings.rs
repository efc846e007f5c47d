//! Helm values by what is drawn: balancers over regions, encrypted brokers, databases, pairs, key managers, what an
//! administrator sets, and what the charts cannot say.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic anywhere")]

#[path = "support/helm.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use meridian::analysis::{Setting, analyse};
use meridian::books::Books;
use meridian::design::draft::Draft;
use meridian::design::history::Revision;
use meridian::design::{
    Database, Design, Engine, Gateway, GatewayRuntime, Id, IdentityProduct, IdentityProvider, Kind, Network,
    NodeSettings, NodeSize, ProductVersion, Purpose, Requirements, Spec,
};
use meridian::export::bundle::{Bundle, FilePath};
use meridian::export::helm::Chart;
use meridian::export::{Form, Options, Source};
use serde_norway::Value;
use support::*;

#[test]
fn calls_by_the_name_of_the_balancer_over_regions_find_a_route() {
    for (version, kind, host) in [
        (ProductVersion::V4_7, "HTTPRoute", "spec.hostnames.0"),
        (ProductVersion::V4_6, "Ingress", "spec.rules.0.host"),
    ] {
        let bundle = bundle(&template("pattern-2", version));
        let objects = objects(&bundle, "us");
        let route = objects.iter().find(|o| o["kind"] == kind).unwrap();
        assert_eq!(at(route, host), "gslb.apim.internal");
        let backend = match kind {
            "HTTPRoute" => at(route, "spec.rules.0.backendRefs.0.name"),
            _ => at(route, "spec.rules.0.http.paths.0.backend.service.name"),
        };
        assert_eq!(backend, "us-gw-wso2am-universal-gw-service");
        if let Some(gateway) = objects.iter().find(|o| o["kind"] == "Gateway") {
            let listeners = at(gateway, "spec.listeners").as_sequence().unwrap();
            let listener = listeners.iter().find(|l| l["name"] == at(route, "spec.parentRefs.0.sectionName").clone());
            assert_eq!(listener.unwrap()["hostname"], "gslb.apim.internal");
        }
        // Where every region serves the same APIs, the chart's own route has that name.
        let same = self::objects(&self::bundle(&template("pattern-1", version)), "us");
        assert!(same.iter().all(|o| o["kind"] != kind));
    }
}

#[test]
fn brokers_that_other_regions_publish_to_with_tls_are_configured_for_it() {
    let drawn = template("pattern-1", ProductVersion::V4_7);
    let mut plain = drawn.clone();
    plain.links.values_mut().for_each(|link| Arc::make_mut(link).tls = false);
    let values = |design| values(&bundle(design), "eu/eu-cp-values.yaml");
    let text = values(&drawn);
    let text = configuration(&text, "extraConfigs").as_str().unwrap();
    let toml: BTreeMap<String, serde_json::Value> = basic_toml::from_str(text).unwrap();
    let ssl = &toml["broker"]["transport"]["amqp"]["ssl_connection"];
    assert_eq!((&ssl["port"], &ssl["enabled"]), (&8672.into(), &true.into()));
    assert_eq!(ssl["ssl_enabled_protocols"], "TLSv1.2");
    assert_eq!(ssl["keystore"]["password"], "$ref{keystore.tls.password}");
    assert!(!has(&values(&plain), "wso2.apim.configurations.extraConfigs"));
}

#[test]
fn ports_that_links_name_are_taken() {
    let mut design = template("pattern-1", ProductVersion::V4_7);
    let to_database = |l: &&mut Arc<meridian::design::Link>| l.purpose == Purpose::Database && l.from == id("eu-cp");
    Arc::make_mut(design.links.values_mut().find(to_database).unwrap()).port = Some(6543);
    for link in design.links.values_mut().filter(|l| l.purpose == Purpose::HubEvents) {
        let link = Arc::make_mut(link);
        (link.tls, link.port) = (false, Some(5999));
    }
    let bundle = bundle(&design);
    let values = values(&bundle, "eu/eu-cp-values.yaml");
    let url = configuration(&values, "databases.shared_db.url");
    assert_eq!(url, "jdbc:postgresql://eu-db.eu.apim.internal:6543/shared_db");
    assert!(text(&bundle, "dns.md").contains("| `eu-db.eu.apim.internal` | the database server | 6543 |"));
    // The pods' broker stays where the chart has it.
    let service = objects(&bundle, "eu").into_iter().find(|o| o["kind"] == "Service").unwrap();
    assert_eq!(at(&service, "spec.ports.0.port").as_u64(), Some(5999));
    assert_eq!(at(&service, "spec.ports.0.targetPort").as_u64(), Some(5672));
}

#[test]
fn pods_whose_heap_takes_all_their_memory_are_no_use() {
    for (memory_gib, blocked, said) in [(2.0, true, false), (2.5, false, true), (4.0, false, false)] {
        let design = with(template("pattern-1", ProductVersion::V4_7), "eu-cp", |c| {
            c.size = Some(NodeSize { vcpu: 2.0, memory_gib, disk_gib: 20.0 });
        });
        let bundle = bundle(&design);
        assert_eq!(bundle.blocked.iter().any(|b| b.message.contains("they are killed")), blocked, "{memory_gib}");
        assert_eq!(bundle.remarks.iter().any(|r| r.contains("are left beside the heap")), said, "{memory_gib}");
    }
}

#[test]
fn r_exp_15_the_keys_of_tokens_have_an_address() {
    let url = |bundle: &Bundle, path: &str| {
        configuration(&values(bundle, path), "oauth_config.oauth2JWKSUrl").as_str().unwrap().to_owned()
    };
    let one = bundle(&template("pattern-1", ProductVersion::V4_7));
    assert_eq!(url(&one, "us/us-cp-values.yaml"), "https://us-cp-wso2am-acp-service:9443/oauth2/jwks");
    // Gateways of sub regions know no Service of another cluster.
    let two = bundle(&template("pattern-2", ProductVersion::V4_7));
    assert_eq!(url(&two, "eu/eu-cp-values.yaml"), "https://eu-cp-lb.eu.apim.internal:9443/oauth2/jwks");
    let all_in_one = bundle(&template("all-in-one-ha", ProductVersion::V4_7));
    let [file] = &files(&all_in_one)[..] else { panic!("one release") };
    let service = file.chart.service(&file.release);
    assert_eq!(url(&all_in_one, file.path.as_str()), format!("https://{service}:9443/oauth2/jwks"));
}

#[test]
fn hub_files_are_mounted_under_the_names_that_the_secret_has() {
    let bundle = bundle(&template("pattern-1", ProductVersion::V4_7));
    for region in ["eu", "us"] {
        let values = values(&bundle, &format!("{region}/{region}-cp-values.yaml"));
        let secret = objects(&bundle, region).into_iter().find(|o| o["kind"] == "Secret").unwrap();
        assert_eq!(at(&values, "kubernetes.extraVolumes.0.secret.secretName"), at(&secret, "metadata.name"));
        let names: BTreeSet<&str> =
            secret["stringData"].as_mapping().unwrap().keys().map(|k| k.as_str().unwrap()).collect();
        let mounts = at(&values, "kubernetes.extraVolumeMounts").as_sequence().unwrap();
        assert_eq!(mounts.len(), 12, "two remote nodes, one JNDI file and five publishers each");
        for mount in mounts {
            let (path, sub) = (mount["mountPath"].as_str().unwrap(), mount["subPath"].as_str().unwrap());
            assert!(names.contains(sub) && path.ends_with(&format!("/{sub}")), "{path}");
            let folder = if sub.ends_with(".properties") { "conf/" } else { "deployment/server/eventpublishers/" };
            assert!(path.starts_with(&format!("/home/wso2carbon/wso2-config-volume/repository/{folder}")), "{path}");
        }
        for (name, text) in secret["stringData"].as_mapping().unwrap() {
            let (name, text) = (name.as_str().unwrap(), text.as_str().unwrap());
            if name.ends_with(".xml") {
                roxmltree::Document::parse(text).unwrap();
            } else {
                let other = if region == "eu" { "us" } else { "eu" };
                assert!(text.contains(&format!(".{other}.apim.internal:8672")), "{text}");
            }
        }
    }
}

#[test]
fn listeners_of_the_gateway_are_those_that_the_routes_attach_to() {
    let bundle = bundle(&template("pattern-1", ProductVersion::V4_7));
    let gateway = objects(&bundle, "eu").into_iter().find(|o| o["kind"] == "Gateway").unwrap();
    let listeners: BTreeMap<&str, &str> = at(&gateway, "spec.listeners")
        .as_sequence()
        .unwrap()
        .iter()
        .map(|l| (l["name"].as_str().unwrap(), l["hostname"].as_str().unwrap()))
        .collect();
    let expected = BTreeMap::from([
        ("control-plane-https", "eu-cp-lb.eu.apim.internal"),
        ("gateway-https", "gslb.apim.internal"),
        ("websocket-https", "websocket.gslb.apim.internal"),
        ("websub-https", "websub.gslb.apim.internal"),
    ]);
    assert_eq!(listeners, expected);
    for (path, key) in [("eu/eu-cp", "controlPlane"), ("eu/eu-gw", "gateway")] {
        let values = values(&bundle, &format!("{path}-values.yaml"));
        assert_eq!(at(&values, "kubernetes.gatewayAPI.gatewayName"), at(&gateway, "metadata.name"));
        assert!(listeners.values().any(|host| at(&values, &format!("kubernetes.gatewayAPI.{key}.hostname")) == *host));
    }
}

#[test]
fn databases_follow_the_branch() {
    let of = |version| bundle(&template("pattern-2", version));
    let (old, new) = (of(ProductVersion::V4_6), of(ProductVersion::V4_7));
    // Sub regions have no database: before 4.7 the charts need the embedded one to be named, then none.
    let sub = values(&old, "us/us-gw-values.yaml");
    assert_eq!(configuration(&sub, "databases.type"), "h2");
    assert!(!has(&values(&new, "us/us-gw-values.yaml"), "wso2.apim.configurations.databases"));
    assert!(!has(&values(&new, "eu/eu-tm-values.yaml"), "wso2.apim.configurations.databases"));
    for bundle in [&old, &new] {
        let main = values(bundle, "eu/eu-cp-values.yaml");
        assert_eq!(configuration(&main, "databases.type"), "postgre");
        let url = configuration(&main, "databases.apim_db.url");
        assert_eq!(url, "jdbc:postgresql://eu-db.eu.apim.internal:5432/apim_db");
        assert!(!has(&main, "wso2.apim.configurations.databases.apim_db.password"), "a Secret has it");
        assert_eq!(configuration(&main, "existingSecret.apimDBPasswordKey"), "apimDbPassword");
    }
}

#[test]
fn groups_are_pairs_or_single_nodes_and_nothing_else() {
    let of = |n: u32| {
        let design = with(template("pattern-1", ProductVersion::V4_7), "eu-cp", |c| c.instances = n);
        let design = with(design, "eu-tm", |c| c.instances = n);
        bundle(&design)
    };
    for (n, pair) in [(1, false), (2, true), (3, true)] {
        let bundle = of(n);
        for path in ["eu/eu-cp-values.yaml", "eu/eu-tm-values.yaml"] {
            let values = values(&bundle, path);
            assert_eq!(at(&values, "wso2.deployment.highAvailability"), &Value::Bool(pair), "{n} {path}");
            let path = FilePath::parse(path).unwrap();
            let mut blocked = bundle.blocked.iter().filter(|b| b.paths.contains(&path));
            assert_eq!(
                blocked.any(|b| b.message.contains("runs 2 at most")),
                n > 2,
                "{n} {path}: {:?}",
                bundle.blocked
            );
        }
        let urls = configuration(&values(&bundle, "eu/eu-gw-values.yaml"), "eventhub.urls").clone();
        assert_eq!(texts(&urls).len(), usize::min(n as usize, 2));
    }
}

#[test]
fn gateways_scale_as_drawn() {
    let design = with(template("pattern-1", ProductVersion::V4_6), "eu-gw", |c| {
        c.instances = 3;
        c.spec = Spec::Gateway(Gateway { autoscale_max: Some(7), ..Gateway::default() });
    });
    let bundle = bundle(&design);
    let counts = |path: &str| {
        let values = values(&bundle, path);
        ["replicas", "minReplicas", "maxReplicas"]
            .map(|k| at(&values, &format!("wso2.deployment.{k}")).as_u64().unwrap())
    };
    assert_eq!(counts("eu/eu-gw-values.yaml"), [3, 3, 7]);
    assert_eq!(counts("us/us-gw-values.yaml"), [2, 2, 2]);
}

#[test]
fn pairs_of_all_in_one_nodes_get_the_event_hub_that_the_chart_leaves_out() {
    let (bundle, plan) = exported(&template("simple-scalable", ProductVersion::V4_7));
    let file = files(&bundle).into_iter().find(|f| f.chart == Chart::AllInOne).unwrap();
    let extra = configuration(&file.values, "extraConfigs").as_str().unwrap();
    let toml: BTreeMap<String, serde_json::Value> = basic_toml::from_str(extra).unwrap();
    let hub = &toml["apim"]["event_hub"];
    let urls: Vec<&str> =
        hub["publish"]["url_group"].as_array().unwrap().iter().map(|g| g["urls"][0].as_str().unwrap()).collect();
    let services = [1, 2].map(|n| format!("tcp://{}:9611", file.chart.instance_service(&file.release, n)));
    assert_eq!(urls, services);
    // Gateways use the all-in-one nodes as control plane and traffic managers.
    let gateway = files(&bundle).into_iter().find(|f| f.chart == Chart::Gateway).unwrap();
    for key in ["eventhub.urls", "throttling.urls"] {
        let names = [1, 2].map(|n| file.chart.instance_service(&file.release, n));
        assert_eq!(texts(configuration(&gateway.values, key)), names, "{key}");
    }
    // The all-in-one nodes are no gateways here, so callers get to their portals only.
    assert!(plan.nodes.iter().any(|n| n.group == file.release));
    assert_eq!(at(&file.values, "kubernetes.gatewayAPI.gateway.enabled"), &Value::Bool(false));
    assert_eq!(at(&file.values, "kubernetes.gatewayAPI.management.enabled"), &Value::Bool(true));
}

#[test]
fn one_balancer_for_portals_and_calls_gives_two_names() {
    let bundle = bundle(&template("all-in-one-ha", ProductVersion::V4_7));
    let [file] = &files(&bundle)[..] else { panic!("one release") };
    let host = |key: &str| at(&file.values, &format!("kubernetes.gatewayAPI.{key}.hostname")).as_str().unwrap();
    let names: BTreeSet<&str> = ["management", "gateway", "websocket", "websub"].map(host).into();
    assert_eq!(names.len(), 4, "{names:?}");
    for name in names {
        assert!(text(&bundle, "dns.md").contains(&format!("| `{name}` |")), "{name}");
    }
}

#[test]
fn what_the_charts_cannot_say_is_said() {
    // Before 4.5, and Platform Gateways.
    let old = bundle(&template("pattern-1", ProductVersion::V4_4));
    assert!(old.files.is_empty() && !old.remarks.is_empty());
    let platform = with(template("pattern-1", ProductVersion::V4_7), "eu-gw", |c| {
        c.spec = Spec::Gateway(Gateway { runtime: GatewayRuntime::Platform, ..Gateway::default() });
    });
    let platform = bundle(&platform);
    assert!(!platform.files.keys().any(|p| p.as_str().contains("eu-gw")));
    assert!(platform.remarks.iter().any(|r| r.contains("eu-gw") && r.contains("Platform")), "{:?}", platform.remarks);
    // Encrypted events: over the internet they must not go as they are.
    let mut design = template("pattern-2", ProductVersion::V4_6);
    let link = design.links.values_mut().find(|l| l.purpose == Purpose::EventStream && l.tls).unwrap();
    Arc::make_mut(link).network = Network::Public;
    let public = bundle(&design);
    assert!(public.blocked.iter().any(|b| b.message.contains("encrypted over the internet")), "{:?}", public.blocked);
    // Databases inside the pod.
    let h2 = with(template("pattern-1", ProductVersion::V4_7), "eu-db", |c| {
        c.spec = Spec::Database(Database { engine: Engine::H2, ..Database::default() });
    });
    assert!(bundle(&h2).blocked.iter().any(|b| b.message.contains("embedded H2")));
}

#[test]
fn settings_of_nodes_choose_names_of_secrets_and_portals() {
    let settings = NodeSettings {
        keystore: "Prod Store/2".into(),
        encryption_key: "eu key".into(),
        portal_host: "Portal.Example.com".into(),
        heap_gib: Some(3.5),
        cache_domain: "a \"domain\"".into(),
        ..NodeSettings::default()
    };
    let design = with(template("pattern-1", ProductVersion::V4_7), "eu-cp", |c| c.settings = settings);
    let bundle = bundle(&design);
    let values = values(&bundle, "eu/eu-cp-values.yaml");
    assert_eq!(configuration(&values, "security.jksSecretName"), "apim-keystore-secret.prod-store-2");
    assert_eq!(configuration(&values, "existingSecret.encryptionKeyKey"), "encryptionKey.eu-key");
    assert_eq!(at(&values, "kubernetes.gatewayAPI.controlPlane.hostname"), "portal.example.com");
    assert_eq!(at(&values, "wso2.deployment.resources.jvm.memory.xmx"), "3584m");
    let extra = configuration(&values, "extraConfigs").as_str().unwrap();
    let toml: BTreeMap<String, serde_json::Value> = basic_toml::from_str(extra).unwrap();
    assert_eq!(toml["apim"]["cache_invalidation"]["domain"], "a \"domain\"");
}

/// What portals are called means nothing to nodes without any.
#[test]
fn a_host_of_portals_on_gateways_says_nothing() {
    let said = |component: &str, host: &str| {
        let design = template("pattern-1", ProductVersion::V4_7);
        let design = with(design, component, |c| c.settings.portal_host = host.into());
        bundle(&design).remarks.iter().any(|remark| remark.contains("host name of the portals"))
    };
    assert!(said("eu-cp", "-portal.example.com"));
    assert!(!said("eu-cp", "portal.example.com"));
    assert!(!said("eu-gw", "portal.example.com"));
}

/// Gateways, traffic managers and control plane in one region, with a key manager, shared counters and tenants.
#[test]
fn key_managers_shared_counters_and_tenants_are_written_where_the_branch_knows_them() {
    let design = |version| {
        let mut draft = Draft::of(&template("pattern-1", version));
        let eu = id("eu");
        let redis = draft.add(Some(&eu), Kind::Redis, "Counters");
        let km = draft.add(Some(&eu), Kind::KeyManager, "Key manager");
        for (from, to, purpose) in [
            (&id("eu-tm"), &redis, Purpose::SharedCounters),
            (&id("eu-cp"), &km, Purpose::KeyManagerHttps),
            (&km, &id("eu-cp"), Purpose::EventStream),
            (&km, &id("eu-cp-lb"), Purpose::ManagementHttps),
            (&km, &id("eu-db"), Purpose::Database),
        ] {
            draft.connect(from, to, &[purpose]);
        }
        let mut design = draft.design().clone();
        let requirements = Requirements { multi_tenancy: Some(true), ..Requirements::default() };
        Arc::make_mut(&mut design.meta).requirements = requirements;
        (design, redis, km)
    };
    for version in [ProductVersion::V4_5, ProductVersion::V4_6, ProductVersion::V4_7] {
        let (design, redis, km) = design(version);
        let (bundle, plan) = exported(&design);
        check(&bundle, &plan, "with key manager");
        let has_counters = version > ProductVersion::V4_5;
        for release in ["eu-tm", "eu-cp"] {
            let values = values(&bundle, &format!("eu/{release}-values.yaml"));
            let host = configuration(&values, "distributedThrottling.keyvalueStore.host");
            let expected = format!("{redis}.eu.apim.internal");
            assert_eq!(host.as_str(), has_counters.then_some(expected.as_str()), "{release} {version}");
            let user = configuration(&values, "distributedThrottling.keyvalueStore.user");
            assert_eq!(user.as_str(), has_counters.then_some("<redis-user>"), "{release} {version}");
            let tls = configuration(&values, "distributedThrottling.keyvalueStore.ssl").as_bool();
            let known = release == "eu-tm" && version == ProductVersion::V4_7;
            let drawn = design.links.values().any(|l| l.purpose == Purpose::SharedCounters && l.tls);
            assert_eq!(tls, known.then_some(drawn), "{release} {version}");
        }
        let gateway = values(&bundle, "eu/eu-gw-values.yaml");
        let grouped = configuration(&gateway, "distributedThrottling.enable");
        assert_eq!(grouped.as_bool(), has_counters.then_some(true), "{version}");
        let tenants = configuration(&gateway, "syncRuntimeArtifacts.tenantLoading.enabled");
        assert_eq!(tenants.as_bool(), (version > ProductVersion::V4_5).then_some(true), "{version}");
        let service = format!("{km}-wso2am-km-service");
        let plane = values(&bundle, "eu/eu-cp-values.yaml");
        assert_eq!(configuration(&plane, "km.serviceName"), service.as_str());
        let keys = configuration(&plane, "oauth_config.oauth2JWKSUrl");
        assert_eq!(keys, format!("https://{service}:9443/oauth2/jwks").as_str());
    }
}

/// H4, whichever link of the drawing says it: node configuration and rules say the same. A report of revoked tokens alone
/// does not say it: rules and gateways look at who asks about tokens.
#[test]
fn an_identity_server_is_the_key_manager_of_those_it_serves() {
    let drawn = |links: &[(&str, &str, Purpose)]| {
        let mut draft = Draft::of(&template("pattern-1", ProductVersion::V4_7));
        let eu = id("eu");
        draft.add(Some(&eu), Kind::IdentityProvider, "Server");
        draft.add(Some(&eu), Kind::LoadBalancer, "Front");
        let mut design = draft.design().clone();
        let named = |name: &str| match design.components.iter().find(|(_, c)| c.name == name) {
            Some((id, _)) => id.clone(),
            None => id(name),
        };
        let mut draft = Draft::of(&design);
        for (from, to, purpose) in links {
            draft.connect(&named(from), &named(to), &[*purpose]);
        }
        let server = named("Server");
        design = draft.design().clone();
        let product = IdentityProduct::Wso2Is;
        let spec = Spec::IdentityProvider(IdentityProvider { product, ..IdentityProvider::default() });
        let design = with(design, server.as_str(), |c| c.spec = spec);
        let (bundle, plan) = exported(&design);
        check(&bundle, &plan, "with identity server");
        let with_server = ["eu-cp", "eu-tm", "eu-gw", "us-cp"].map(|group| {
            let (region, _) = group.split_once('-').unwrap();
            let values = values(&bundle, &format!("{region}/{group}-values.yaml"));
            configuration(&values, "iskm.enabled").as_bool() == Some(true)
        });
        let (found, files) = found_and_configured(&design);
        for (group, with_server) in ["eu-cp", "us-cp"].into_iter().zip([with_server[0], with_server[3]]) {
            let (region, _) = group.split_once('-').unwrap();
            let file = text(&files, &format!("{region}/{group}-1/repository/conf/deployment.toml"));
            assert_eq!(file.contains("[[event_listener]]"), !with_server, "{group} of {links:?}");
        }
        // The control plane of the template reports, so the rule on that speaks unless the server reports as well.
        let reports = links.iter().any(|(from, _, _)| *from == "Server");
        let rules: Vec<&str> =
            found.iter().filter(|(_, at)| at.contains(&server)).map(|(rule, _)| rule.as_str()).collect();
        assert!(!rules.contains(&"R-CON-16"), "{links:?}");
        assert_eq!(rules.contains(&"R-CON-17"), with_server[0] && !reports, "{links:?}");
        with_server
    };
    use Purpose::{Identity, KeyManagerHttps, PortalAccess, TokenNotification};
    assert_eq!(drawn(&[]), [false; 4]);
    assert_eq!(drawn(&[("eu-cp", "Server", Identity)]), [false; 4], "people log in there");
    assert_eq!(drawn(&[("eu-gw", "Server", Identity)]), [true, true, true, false]);
    assert_eq!(drawn(&[("eu-cp", "Server", KeyManagerHttps)]), [true, true, false, false]);
    let reports = ("Server", "eu-cp-lb", TokenNotification);
    assert_eq!(drawn(&[reports]), [false; 4], "nobody asks it");
    assert_eq!(drawn(&[reports, ("eu-gw", "Server", Identity)]), [true, true, true, false]);
    assert_eq!(drawn(&[("eu-gw", "Front", Identity), ("Front", "Server", Identity)]), [true, true, true, false]);
    // Its portals behind the balancer of the control plane do not make it anybody's key manager.
    let beside = [("eu-cp", "Front", KeyManagerHttps), ("Front", "Server", PortalAccess)];
    assert_eq!(drawn(&beside), [true, true, false, false], "they share the port");
    let [asks, portals] = beside;
    assert_eq!(drawn(&[asks, portals, ("Front", "us-cp", KeyManagerHttps)]), [false; 4], "another is asked");
}

/// What the rules find, each with the elements concerned, and node configuration of a design.
fn found_and_configured(design: &Design) -> (Vec<(String, Vec<Id>)>, Bundle) {
    let books = Books::shipped();
    let analysis = analyse(design, Revision::default(), &Setting::of(books));
    let source = Source::of(design, &analysis, books).unwrap();
    let found =
        analysis.check.findings.iter().map(|finding| (finding.rule.to_string(), finding.subjects.clone())).collect();
    (found, Form::Toml.bundle(&source, &Options::default()))
}

/// A gateway with no link to whom it asks about tokens asks the key manager of its control plane.
#[test]
fn gateways_without_a_key_manager_have_that_of_their_control_plane() {
    let spec = IdentityProvider { product: IdentityProduct::Wso2Is, ..IdentityProvider::default() };
    let mut draft = Draft::of(&template("pattern-1", ProductVersion::V4_7));
    let server = draft.add(Some(&id("eu")), Kind::IdentityProvider, "Server");
    let other = draft.add(Some(&id("eu")), Kind::IdentityProvider, "Other");
    draft.connect(&id("eu-cp"), &server, &[Purpose::KeyManagerHttps]);
    let mut design = with(draft.design().clone(), server.as_str(), |c| c.spec = Spec::IdentityProvider(spec));
    let has_server = |design: &Design| {
        let values = values(&bundle(design), "eu/eu-gw-values.yaml");
        configuration(&values, "iskm.enabled").as_bool() == Some(true)
    };
    assert!(!has_server(&design), "it asks the control plane");
    design.links.retain(|_, link| !(link.from == id("eu-gw") && link.purpose == Purpose::KeyManagerHttps));
    assert!(has_server(&design));
    let mut draft = Draft::of(&design);
    draft.connect(&id("eu-gw"), &other, &[Purpose::Identity]);
    assert!(!has_server(draft.design()), "it asks another");
}

/// Traffic managers share counters or do not, whatever store the gateways themselves count bursts in (D5, D11).
#[test]
fn traffic_managers_are_one_group_when_all_of_them_share_counters() {
    let drawn = |links: &[(&str, &str)], more: bool| {
        let mut draft = Draft::of(&template("pattern-1", ProductVersion::V4_7));
        let eu = id("eu");
        let redis = draft.add(Some(&eu), Kind::Redis, "Counters");
        let balancer = draft.add(Some(&eu), Kind::LoadBalancer, "Front");
        if more {
            let second = draft.add(Some(&eu), Kind::TrafficManager, "Second");
            draft.connect(&id("eu-gw"), &second, &[Purpose::ThrottleData, Purpose::ThrottleDecision]);
            draft.connect(&second, &id("eu-cp-lb"), &[Purpose::ManagementHttps]);
            draft.connect(&second, &id("eu-cp"), &[Purpose::EventStream]);
        }
        let named = |name: &str| match name {
            "redis" => redis.clone(),
            "front" => balancer.clone(),
            name => id(name),
        };
        for (from, to) in links {
            draft.connect(&named(from), &named(to), &[Purpose::SharedCounters]);
        }
        let design = draft.design().clone();
        let bundle = bundle(&design);
        let grouped = configuration(&values(&bundle, "eu/eu-gw-values.yaml"), "distributedThrottling.enable").as_bool();
        let host = configuration(&values(&bundle, "eu/eu-cp-values.yaml"), "distributedThrottling.keyvalueStore.host")
            .as_str()
            .map(ToOwned::to_owned);
        // Node configuration has one group for all of them exactly then.
        let file = found_and_configured(&design).1;
        let file = text(&file, "eu/eu-gw-1/repository/conf/deployment.toml").to_owned();
        let groups = file.matches("[[apim.throttling.url_group]]").count();
        assert_eq!(groups == 1, grouped == Some(true), "{links:?}: {file}");
        (grouped == Some(true), host, bundle.remarks)
    };
    let (grouped, host, _) = drawn(&[("eu-tm", "redis")], false);
    assert!(grouped && host.is_some());
    let (grouped, host, _) = drawn(&[("eu-tm", "front"), ("front", "redis")], false);
    assert!(grouped && host.is_some_and(|host| host.starts_with("eu-") && host.contains("lb")), "the balancer's");
    let (grouped, host, remarks) = drawn(&[("eu-gw", "redis")], false);
    assert!(!grouped && host.is_none());
    assert!(remarks.iter().any(|r| r.contains("eu-gw: burst control")), "{remarks:#?}");
    let (grouped, _, remarks) = drawn(&[("eu-tm", "redis")], true);
    assert!(!grouped && remarks.iter().any(|r| r.contains("only some of its traffic managers")), "{remarks:#?}");
}

/// The charts put these into `deployment.toml`, where the product puts other values in place of such marks.
#[test]
fn texts_that_the_product_would_expand_are_gaps() {
    const EXPANDED: &str = "$ref{super_admin.password}";
    for version in [ProductVersion::V4_5, ProductVersion::V4_6, ProductVersion::V4_7] {
        let design = with(template("pattern-1", version), "eu-cp", |c| c.settings.cache_domain = EXPANDED.into());
        let design = with(design, "eu-gw", |c| {
            c.spec = Spec::Gateway(Gateway { environment: EXPANDED.into(), ..Gateway::default() });
        });
        let bundle = bundle(&design);
        for file in files(&bundle) {
            let mut found = Vec::new();
            flat(&file.values, "", false, &mut found);
            let expanded =
                |(path, value): &&(String, String)| value.contains(EXPANDED) && !path.ends_with("extraConfigs");
            assert_eq!(found.iter().find(expanded), None, "{}", file.path);
            let extra = configuration(&file.values, "extraConfigs").as_str().unwrap_or_default();
            assert!(!extra.contains("cache_invalidation"), "{}", file.path);
        }
        for (words, path) in [
            ("cache domain", "eu/eu-cp-values.yaml"),
            ("name of environment", "eu/eu-cp-values.yaml"),
            ("labels of its gateway", "eu/eu-gw-values.yaml"),
        ] {
            let gap = bundle.blocked.iter().find(|b| b.rule.is_none() && b.message.contains(words)).unwrap();
            assert_eq!(gap.paths.iter().map(|p| p.as_str()).collect::<Vec<_>>(), [path], "{version}");
        }
    }
}
