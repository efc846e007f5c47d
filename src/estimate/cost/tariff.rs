//! Internet tariffs, whose tiers count the traffic of a whole account.

use crate::books::EgressTariff;

use super::super::figure::{Derivation, Quality, Unit, grouped};
use super::ledger::{Ledger, Priced, doubt, is_by_company, said};

/// How much less than the last listed price a provider may agree to beyond the list, as a share; ours.
const BEYOND_LIST_DOWN: f64 = 0.5;

impl Ledger<'_> {
    /// The average rate that a tariff gives for the internet traffic of the whole account.
    pub fn average(&mut self, tariff: &EgressTariff, account_gb: f64) -> Priced {
        // The same tariff also stands in for other regions, and then says so.
        let stands_in = tariff.note_on_fallback.as_deref().unwrap_or_default();
        let key = (tariff.provider, format!("{} {stands_in}", tariff.region));
        if let Some(known) = self.rates.get(&key) {
            return known.clone();
        }
        let mut used = self.used(format!("{} {} egress", tariff.provider, tariff.region), &tariff.sourced);
        let rate = if account_gb > 0.0 { tariff.usd_per_month(account_gb) / account_gb } else { 0.0 };
        let tiers: Vec<String> = tariff
            .tiers
            .iter()
            .map(|tier| {
                let to = tier.to_gb.map_or_else(|| "on".to_owned(), |gb| format!("to {gb} GB"));
                format!("{} from {} {to}", tier.usd_per_gb, tier.from_gb)
            })
            .collect();
        let what = format!("{} {}: {}", tariff.provider, tariff.region, tiers.join(", "));
        let notes = [tariff.note.as_deref(), tariff.note_on_fallback.as_deref()];
        let source = said(&tariff.sourced, &what, &notes);
        let first = tariff.tiers.first().map_or(0.0, |tier| tier.usd_per_gb);
        let mut node = Derivation::computed(
            "Average for each GB",
            rate,
            Unit::Usd,
            "tiers applied to the account's traffic / that traffic",
            vec![
                Derivation::input("First tier, for each GB", first, Unit::Usd, tariff.sourced.quality.into(), source)
                    .dated(&tariff.sourced),
                Derivation::input(
                    format!("All internet traffic of the account at {}", tariff.provider.label()),
                    account_gb,
                    Unit::GbPerMonth,
                    Quality::Derived,
                    "sum over all flows of this bill; the tiers count the whole account",
                ),
            ],
        );
        let by_company = is_by_company(&tariff.sourced);
        let off = doubt(&tariff.sourced);
        let mut off_down = off;
        if let Some(listed_gb) = tariff.listed_to_gb().filter(|listed| account_gb > *listed) {
            used.estimated = true;
            let last = tariff.tiers.last().map_or(0.0, |tier| tier.usd_per_gb);
            let beyond = 1.0 - tariff.usd_per_month(listed_gb) / tariff.usd_per_month(account_gb);
            off_down = 1.0 - (1.0 - off) * (1.0 - BEYOND_LIST_DOWN * beyond.clamp(0.0, 1.0));
            node.quality = Quality::Estimated;
            node.inputs.push(Derivation::input(
                "For each GB beyond the list",
                last,
                Unit::Usd,
                Quality::Estimated,
                format!(
                    "the list ends at {} GB a month; beyond it the price is agreed with {}, so the last listed one \
                     goes on and half of it is the lower end",
                    grouped(listed_gb),
                    tariff.provider.label()
                ),
            ));
        }
        let description = "traffic to the internet".to_owned();
        let priced = Priced { usd: rate, off_down, off_up: off, description, node, used: Some(used), by_company }
            .scaled(&self.assume);
        self.rates.insert(key, priced.clone());
        priced
    }
}
