//! Any valid design: every kind and setting, awkward numbers and awkward texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use meridian::design::*;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Texts of shipped designs, to be damaged.
pub fn sample_texts() -> Vec<String> {
    let all = meridian::templates::all();
    all.iter().map(|t| t.ron().to_owned()).collect()
}

/// Text with characters that writers of files get wrong.
fn text(extra: &'static [&'static str], max: usize) -> BoxedStrategy<String> {
    let awkward = [
        "\"",
        "\\",
        "\\n",
        "\\\"",
        "r#\"",
        "\"#",
        "//",
        "/*",
        "{",
        "(",
        ",",
        "'",
        " ",
        "é",
        "日本",
        "🙂",
        "👩‍👩‍👧",
        "\u{202e}",
        "\u{feff}",
        "\u{2028}",
        "\u{a0}",
        "\u{ad}",
        "e\u{301}",
        "\u{fffd}",
        "\u{10ffff}",
        "apim_db",
        "Frankfurt",
    ];
    let pieces: Vec<&'static str> = awkward.iter().chain(extra).copied().collect();
    let any_char = any::<char>().prop_filter("no control characters", |c| !c.is_control()).prop_map(String::from);
    let piece = prop_oneof![2 => select(pieces).prop_map(str::to_owned), 1 => any_char];
    prop::collection::vec(piece, 0..max).prop_map(|pieces| pieces.concat()).boxed()
}

pub fn name() -> BoxedStrategy<String> {
    text(&[], 6)
}

pub fn notes() -> BoxedStrategy<String> {
    prop_oneof![3 => Just(String::new()), 2 => text(&["\n", "\t", "\n\n"], 8)].boxed()
}

/// Numbers at the ends of what is allowed, and ordinary ones.
pub fn quantity() -> BoxedStrategy<f64> {
    let ends = vec![0.0, -0.0, 0.1, 1.0, 100.0, 1e-9, 5e-324, f64::MIN_POSITIVE, 1e12, 123_456_789.123, 1.0 / 3.0];
    prop_oneof![select(ends), 0.0..1e12, 0.0..1e-3, (0u32..5_000).prop_map(f64::from)].boxed()
}

pub fn site() -> BoxedStrategy<Site> {
    let places = (name(), -90.0..=90.0, prop_oneof![Just(-0.0), -180.0..=180.0], name());
    prop_oneof![
        select(vec![("aws", "eu-central-1"), ("azure", "uksouth"), ("gcp", "us-central1"), ("own", "nowhere")])
            .prop_map(|(provider, region)| Site::cloud(provider, region)),
        places.prop_map(|(name, latitude_deg, longitude_deg, country)| Site::Place {
            name,
            latitude_deg,
            longitude_deg,
            country
        }),
    ]
    .boxed()
}

pub fn requirements() -> BoxedStrategy<Requirements> {
    let answers = prop::collection::vec(option::weighted(0.2, any::<bool>()), Requirements::CRITERIA.len());
    (answers, option::weighted(0.2, name()))
        .prop_map(|(answers, data_residency)| {
            let mut requirements = Requirements { data_residency, ..Requirements::default() };
            for (criterion, answer) in Requirements::CRITERIA.iter().zip(answers) {
                (criterion.set)(&mut requirements, answer);
            }
            requirements
        })
        .boxed()
}

fn practices() -> BoxedStrategy<Practices> {
    let regions = option::weighted(0.3, prop_oneof![1..5u32, Just(u32::MAX)]);
    (any::<[bool; 6]>(), regions, option::weighted(0.3, quantity()))
        .prop_map(|([webhook, stores, burst, backups, callbacks, in_turn], sequences_for_regions, max_rtt_ms)| {
            Practices {
                webhook_apis: webhook,
                secondary_user_stores: stores,
                burst_limits: burst,
                backups_planned: backups,
                callbacks_for_all_hosts: callbacks,
                gateways_start_in_turn: in_turn,
                sequences_for_regions,
                max_rtt_ms,
            }
        })
        .boxed()
}

fn rule_id() -> BoxedStrategy<String> {
    prop_oneof![3 => select(vec!["R-HA-01", "R-TOP-21", "X-OWN-1"]).prop_map(str::to_owned), 1 => name()].boxed()
}

fn rules() -> BoxedStrategy<BTreeMap<String, RuleSetting>> {
    let setting = (select(Level::ALL.to_vec()), notes()).prop_map(|(level, reason)| RuleSetting { level, reason });
    prop::collection::btree_map(rule_id(), setting, 0..3).boxed()
}

fn date() -> BoxedStrategy<Date> {
    let far = select(vec![Date::MIN, Date::ZERO, Date::MAX]);
    let near = (2020..2040i16, 1..=12i8, 1..=28i8).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap());
    prop_oneof![8 => near, 1 => far].boxed()
}

fn waiver() -> BoxedStrategy<Waiver> {
    let reason = notes().prop_map(|text| format!("Accepted. {text}"));
    (
        rule_id(),
        prop::collection::vec(id(), 0..3),
        prop::collection::btree_map(name(), notes(), 0..3),
        reason,
        name(),
        option::of(date()),
    )
        .prop_map(|(rule, subjects, facts, reason, owner, expires)| {
            Waiver { rule, subjects, facts, reason, owner, expires }.in_order()
        })
        .boxed()
}

fn decision() -> BoxedStrategy<Decision> {
    let words = (name(), prop::collection::vec(name(), 0..3), name(), name());
    let kept = (prop::collection::vec(notes(), 0..3), option::of(date()), name(), notes());
    (option::of(id()), words, select(ProductVersion::ALL.to_vec()), kept)
        .prop_map(|(region, (title, criteria, recommended, chosen), product_version, (reasons, date, owner, notes))| {
            Decision { region, title, criteria, recommended, chosen, reasons, product_version, date, owner, notes }
        })
        .boxed()
}

/// One in two says nothing, as files from before these settings.
fn node_settings() -> BoxedStrategy<NodeSettings> {
    let word = || prop_oneof![1 => Just(String::new()), 1 => name()];
    let said = (
        option::of(select(ProductVersion::ALL.to_vec())),
        select(Packaging::ALL.to_vec()),
        (host(), word(), word(), word(), word(), word()),
        option::of(quantity()),
        any::<bool>(),
    )
        .prop_map(|(product_version, packaging, words, heap_gib, token_cleanup_off)| {
            let (host, keystore, encryption_key, time_zone, cache_domain, portal_host) = words;
            NodeSettings {
                product_version,
                packaging,
                host,
                keystore,
                encryption_key,
                time_zone,
                heap_gib,
                cache_domain,
                portal_host,
                token_cleanup_off,
            }
        });
    prop_oneof![Just(NodeSettings::default()), said].boxed()
}

/// None, a name of its own, or one with the number of the node.
fn host() -> BoxedStrategy<String> {
    select(vec!["", "gw.example.com", "cp{n}.eu.example.com", "x"]).prop_map(str::to_owned).boxed()
}

fn maybe() -> BoxedStrategy<Option<f64>> {
    option::of(quantity()).boxed()
}

fn availability_pct() -> BoxedStrategy<Option<f64>> {
    let ends = select(vec![99.9, 99.99, 100.0, 5e-324, f64::MIN_POSITIVE]);
    option::weighted(0.3, prop_oneof![1 => ends, 1 => 1e-9..100.0f64]).boxed()
}

fn capability() -> BoxedStrategy<Capability> {
    select(Capability::ALL.to_vec()).boxed()
}

fn failure() -> BoxedStrategy<Failure> {
    let zone = name().prop_filter("a zone has a name", |zone| !zone.is_empty());
    let between = || (id(), id()).prop_filter("two regions", |(a, b)| a != b).prop_map(|(a, b)| Between::new(a, b));
    prop_oneof![
        id().prop_map(Failure::Region),
        (id(), zone).prop_map(|(region, zone)| Failure::Zone { region, zone }),
        id().prop_map(Failure::Component),
        (id(), 1..=u32::MAX).prop_map(|(component, count)| Failure::Nodes { component, count }),
        id().prop_map(Failure::Link),
        between().prop_map(Failure::Cut),
        (between(), 1..=u32::MAX).prop_map(|(between, extra_rtt_ms)| Failure::Slow { between, extra_rtt_ms }),
    ]
    .boxed()
}

fn claim() -> BoxedStrategy<Claim> {
    let scope = || prop_oneof![Just(Scope::Everywhere), id().prop_map(Scope::At)];
    prop_oneof![
        (capability(), scope(), select(Expect::ALL.to_vec())).prop_map(|(capability, scope, expect)| Claim::State {
            capability,
            scope,
            expect
        }),
        (capability(), scope(), quantity()).prop_map(|(capability, scope, at_most_s)| Claim::Rto {
            capability,
            scope,
            at_most_s
        }),
        (capability(), scope(), quantity()).prop_map(|(capability, scope, at_most_s)| Claim::Rpo {
            capability,
            scope,
            at_most_s
        }),
        (scope(), quantity()).prop_map(|(scope, at_most_ms)| Claim::Latency { scope, at_most_ms }),
        (scope(), quantity()).prop_map(|(scope, at_most_pct)| Claim::Use { scope, at_most_pct }),
    ]
    .boxed()
}

fn scene() -> BoxedStrategy<Scene> {
    let size = || prop_oneof![4 => 1..4_000, 1 => Just(2 * MAX_COORDINATE)];
    let view = (pos(), size(), size()).prop_map(|(min, w, h)| SceneRect { min, extent: Extent(w, h) });
    let what = (prop::collection::btree_set(failure(), 0..4), prop::collection::vec(claim(), 0..4));
    (name(), notes(), what, option::of(view), notes())
        .prop_map(|(title, talking_point, (failures, claims), view, notes)| Scene {
            title,
            talking_point,
            failures,
            view,
            claims,
            notes,
        })
        .boxed()
}

fn estimation() -> BoxedStrategy<Estimation> {
    let resilience = (maybe(), maybe(), availability_pct()).prop_map(|(rto_s, rpo_s, availability_pct)| Resilience {
        rto_s,
        rpo_s,
        availability_pct,
    });
    let resilience = prop::collection::btree_map(capability(), resilience, 0..3);
    let targets = ([(); 5].map(|()| maybe()), resilience).prop_map(
        |([api_p95_ms, token_p95_ms, publish_p95_ms, usd_per_month, peak_use_pct], resilience)| Targets {
            api_p95_ms,
            token_p95_ms,
            publish_p95_ms,
            usd_per_month,
            peak_use_pct: peak_use_pct.map(|pct| pct % 100.0),
            resilience,
        },
    );
    let by = (quantity(), maybe(), maybe(), notes()).prop_map(|(value, low, high, note)| Override {
        value,
        low,
        high,
        note,
    });
    let known = select(vec!["cache-miss-pct".to_owned(), "query-ms".to_owned(), "set-up-trips".to_owned()]);
    let assumptions = prop::collection::btree_map(prop_oneof![known.boxed(), name()], by, 0..3);
    let commitment = || select(Commitment::ALL.to_vec());
    let discounts = [(); 5].map(|()| 0.0..100.0f64).prop_map(|[a, b, c, d, e]| Discounts {
        compute_pct: a,
        database_pct: b,
        storage_pct: c,
        load_balancing_pct: d,
        traffic_pct: e,
    });
    let licences = [(); 3].map(|()| maybe()).prop_map(|[a, b, c]| Licences {
        usd_per_node_month: a,
        usd_per_core_month: b,
        usd_per_month: c,
    });
    let terms = (option::of(0.0..730.0f64), commitment(), commitment(), discounts, licences).prop_map(
        |(hours_per_month, compute_commitment, database_commitment, discounts, licences)| Terms {
            hours_per_month,
            compute_commitment,
            database_commitment,
            discounts,
            licences,
        },
    );
    let said = (targets, assumptions, terms).prop_map(|(targets, assumptions, terms)| Estimation {
        targets,
        assumptions,
        terms,
    });
    prop_oneof![Just(Estimation::default()), said].boxed()
}

pub fn meta() -> BoxedStrategy<Meta> {
    let rulings = (
        practices(),
        rules(),
        prop::collection::btree_set(waiver(), 0..3),
        prop::collection::vec(decision(), 0..3),
        (estimation(), prop::collection::vec(scene(), 0..3)),
    );
    let tokens = select(vec![TokenFormat::Jwt, TokenFormat::Opaque]);
    let domain = select(vec!["", "example.com"]).prop_map(str::to_owned);
    (
        name(),
        select(ProductVersion::ALL.to_vec()),
        select(PatternIntent::ALL.to_vec()),
        select(Environment::ALL.to_vec()),
        (tokens, domain),
        requirements(),
        rulings,
        notes(),
    )
        .prop_map(|(name, product_version, pattern, environment, (tokens, domain), requirements, rulings, notes)| {
            let (practices, rules, waivers, decisions, (estimation, story)) = rulings;
            Meta {
                name,
                product_version,
                pattern,
                environment,
                tokens,
                domain,
                requirements,
                practices,
                rules,
                waivers,
                decisions,
                estimation,
                story,
                notes,
            }
        })
        .boxed()
}

fn service_spec() -> BoxedStrategy<Spec> {
    prop_oneof![
        (site(), [(); 5].map(|()| quantity()), [(); 2].map(|()| maybe())).prop_map(
            |(site, [a, b, c, d, e], [calls, target])| {
                Spec::Users(Users {
                    site,
                    requests_per_s: a,
                    mean_load_pct: b % 100.0,
                    request_bytes: c,
                    response_bytes: d,
                    new_connections_pct: e % 100.0,
                    concurrent_calls: calls,
                    target_p95_ms: target,
                })
            }
        ),
        (select(RoutingPolicy::ALL.to_vec()), quantity(), any::<u32>(), quantity()).prop_map(
            |(policy, probe_interval_s, failures, ttl_s)| {
                Spec::GlobalLoadBalancer(GlobalLoadBalancer { policy, probe_interval_s, failures, ttl_s })
            }
        ),
        (any::<bool>(), any::<u32>())
            .prop_map(|(sticky, header_limit_kib)| Spec::LoadBalancer(LoadBalancer { sticky, header_limit_kib })),
        (select(IdentityProduct::ALL.to_vec()), name())
            .prop_map(|(product, cluster)| Spec::IdentityProvider(IdentityProvider { product, cluster })),
        (option::of(site()), quantity(), quantity(), quantity()).prop_map(|(site, p50_ms, p99_ms, share_pct)| {
            Spec::Backend(Backend { site, p50_ms, p99_ms, share_pct: share_pct % 100.0 })
        }),
        select(AnalyticsProduct::ALL.to_vec()).prop_map(|product| Spec::Analytics(Analytics { product })),
        Just(Spec::SharedFiles),
    ]
    .boxed()
}

pub fn spec() -> BoxedStrategy<Spec> {
    let workload = || select(Workload::ALL.to_vec());
    let schemas = prop::sample::subsequence(Schema::ALL.to_vec(), 0..=Schema::ALL.len());
    let start = option::of(prop_oneof![1..5u32, Just(u32::MAX)]);
    let database = (
        (select(Engine::ALL.to_vec()), name(), any::<bool>(), select(Standby::ALL.to_vec()), quantity()),
        (schemas, any::<bool>(), start, name()),
    );
    let node = prop_oneof![
        (name(), workload(), option::of(any::<u32>()), select(GatewayRuntime::ALL.to_vec())).prop_map(
            |(environment, workload, autoscale_max, runtime)| {
                Spec::Gateway(Gateway { environment, workload, autoscale_max, runtime })
            }
        ),
        Just(Spec::TrafficManager),
        any::<bool>().prop_map(|autoscale| Spec::ControlPlane(ControlPlane { autoscale })),
        Just(Spec::KeyManager),
        (name(), workload()).prop_map(|(environment, workload)| Spec::AllInOne(AllInOne { environment, workload })),
        database.prop_map(
            |((engine, version, managed, standby, storage_gib), (schemas, latin1, sequence_start, dcid))| {
                Spec::Database(Database {
                    engine,
                    version,
                    managed,
                    standby,
                    storage_gib,
                    schemas,
                    latin1,
                    sequence_start,
                    dcid,
                })
            }
        ),
        select(RedisMode::ALL.to_vec()).prop_map(|mode| Spec::Redis(Redis { mode })),
    ];
    prop_oneof![node, service_spec()].boxed()
}

fn id() -> BoxedStrategy<Id> {
    let pool = vec!["eu", "us", "gw", "gw-2", "gw-2-2", "eu-west-1", "A_b.c", "0", "x"];
    prop_oneof![
        4 => select(pool).prop_map(|id| Id::new(id).unwrap()),
        4 => "[a-zA-Z0-9][a-zA-Z0-9._-]{0,12}".prop_map(|id| Id::new(&id).unwrap()),
        1 => "[a-z0-9-]{63}".prop_map(|id| Id::new(&format!("i{id}")).unwrap()),
    ]
    .boxed()
}

pub fn pos() -> BoxedStrategy<Pos> {
    let near = (-2_000..2_000, -2_000..2_000);
    let edge = select(vec![-MAX_COORDINATE, -999_999, 0, MAX_COORDINATE]);
    prop_oneof![
        12 => near.prop_map(|(x, y)| Pos(x, y)),
        1 => (edge.clone(), edge).prop_map(|(x, y)| Pos(x, y)),
    ]
    .boxed()
}

fn region() -> BoxedStrategy<Region> {
    let extent = (MIN_REGION_EXTENT.0..2_000, MIN_REGION_EXTENT.1..2_000).prop_map(|(w, h)| Extent(w, h));
    (
        name(),
        select(RegionRole::ALL.to_vec()),
        site(),
        1..=u8::MAX,
        pos(),
        extent,
        any::<u8>(),
        (requirements(), availability_pct(), notes()),
    )
        .prop_map(|(name, role, site, zones, pos, extent, tint, (requirements, availability_pct, notes))| Region {
            name,
            role,
            site,
            zones,
            pos,
            extent,
            tint,
            requirements,
            availability_pct,
            notes,
        })
        .boxed()
}

/// A component in no region.
pub fn component() -> BoxedStrategy<Component> {
    let size = (quantity(), quantity(), quantity()).prop_map(|(vcpu, memory_gib, disk_gib)| NodeSize {
        vcpu: vcpu.max(0.1),
        memory_gib: memory_gib.max(0.1),
        disk_gib,
    });
    (
        name(),
        spec(),
        pos(),
        prop_oneof![1..4u32, 1..=MAX_INSTANCES],
        option::of(size),
        (prop::collection::vec(name(), 0..3), node_settings(), option::of(0.0..730.0f64), availability_pct()),
        any::<bool>(),
        notes(),
    )
        .prop_map(
            |(
                name,
                spec,
                pos,
                instances,
                size,
                (zones, settings, hours_per_month, availability_pct),
                pinned,
                notes,
            )| Component {
                name,
                spec,
                region: None,
                pos,
                instances,
                size,
                zones,
                settings,
                hours_per_month,
                availability_pct,
                pinned,
                notes,
            },
        )
        .boxed()
}

/// A link between the components with these ids.
pub fn link(from: Id, to: Id) -> BoxedStrategy<Link> {
    let replication =
        (any::<[bool; 4]>(), maybe()).prop_map(|([bidirectional, apim_db, shared_db, synchronous], lag_s)| {
            Replication { bidirectional, apim_db, shared_db, synchronous, lag_s }
        });
    (
        select(Purpose::ALL.to_vec()),
        select(Network::ALL.to_vec()),
        any::<bool>(),
        option::of(1..=u16::MAX),
        option::of(quantity()),
        option::of(quantity()),
        (option::of(replication), availability_pct()),
        notes(),
    )
        .prop_map(
            move |(
                purpose,
                network,
                tls,
                port,
                measured_rtt_ms,
                bandwidth_mbps,
                (replication, availability_pct),
                notes,
            )| Link {
                from: from.clone(),
                to: to.clone(),
                purpose,
                network,
                tls,
                port,
                measured_rtt_ms,
                bandwidth_mbps,
                replication: replication.filter(|_| purpose == Purpose::DbReplication),
                availability_pct,
                notes,
            },
        )
        .boxed()
}

/// A design that passes its own validation.
pub fn any_design() -> BoxedStrategy<Design> {
    let ids = prop::collection::btree_set(id(), 0..24);
    let parts = (
        prop::collection::vec(region(), 4),
        prop::collection::vec((component(), any::<prop::sample::Index>()), 10),
        prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 10),
    );
    (ids, meta(), parts)
        .prop_flat_map(|(ids, meta, (regions, components, ends))| {
            let mut ids = ids.into_iter();
            let regions: BTreeMap<Id, Arc<Region>> =
                ids.by_ref().take(4).zip(regions).map(|(id, r)| (id, Arc::new(r))).collect();
            let region_ids: Vec<Id> = regions.keys().cloned().collect();
            let components: BTreeMap<Id, Arc<Component>> = ids
                .by_ref()
                .take(10)
                .zip(components)
                .map(|(id, (mut component, home))| {
                    // One in five stands in no region.
                    if component.kind().fits_in_region() && home.index(5) > 0 && !region_ids.is_empty() {
                        component.region = Some(home.get(&region_ids).clone());
                    }
                    (id, Arc::new(component))
                })
                .collect();
            let component_ids: Vec<Id> = components.keys().cloned().collect();
            let links: Vec<_> = ids
                .zip(ends)
                .filter(|_| component_ids.len() > 1)
                .map(|(id, (from, to))| (id, from.get(&component_ids).clone(), to.get(&component_ids).clone()))
                .filter(|(_, from, to)| from != to)
                .map(|(id, from, to)| link(from, to).prop_map(move |l| (id.clone(), Arc::new(l))))
                .collect();
            let design = Design { meta: Arc::new(meta), regions, components, links: BTreeMap::new() };
            links.prop_map(move |links| Design { links: links.into_iter().collect(), ..design.clone() })
        })
        .boxed()
}
