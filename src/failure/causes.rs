//! Why something does not hold: the chain of causes from a capability down to what has failed, in words.

use std::collections::{BTreeMap, VecDeque};

use super::need::{Need, NeedId, NodesIn, Of, Says, capitalised};
use super::outcome::{Outcome, Unmet};
use super::{Model, PartOf};
use crate::design::Design;

/// Most chains of one reason that are told.
const MOST_CHAINS: usize = 3;

/// Most sentences of one chain.
const MOST_STEPS: usize = 6;

impl Model {
    /// Why a need does not hold: from it down to parts that are down, one chain of needs for each such part, the
    /// shortest first. Empty when it holds. At most `most` chains.
    #[must_use]
    pub fn causes(&self, need: NeedId, outcome: &Outcome, most: usize) -> Vec<Vec<NeedId>> {
        let fails = |id: NeedId| self.need(id).filter(|need| !outcome.holds(need.formula));
        let mut chains = Vec::new();
        let mut came: BTreeMap<NeedId, NeedId> = BTreeMap::new();
        let mut open: VecDeque<NeedId> = fails(need).map(|_| need).into_iter().collect();
        while let Some(at) = open.pop_front() {
            if chains.len() >= most {
                break;
            }
            let children = match fails(at).map(|need| &need.of) {
                Some(Of::All(children) | Of::Any(children)) => children.as_slice(),
                _ => &[],
            };
            let mut leads_on = false;
            for child in children.iter().copied().filter(|child| fails(*child).is_some()) {
                leads_on = true;
                if child != need && !came.contains_key(&child) {
                    came.insert(child, at);
                    open.push_back(child);
                }
            }
            if !leads_on {
                let mut chain = vec![at];
                let mut step = at;
                while let Some(from) = came.get(&step) {
                    chain.push(*from);
                    step = *from;
                }
                chain.reverse();
                chains.push(chain);
            }
        }
        chains
    }

    /// The same in words: what does not hold, and why, and why that, down to what has failed. At most three chains of
    /// at most six sentences each, without full stops; where two in a row say the same of one component, only the
    /// nearer to the failure is there.
    #[must_use]
    pub fn why(&self, design: &Design, unmet: &Unmet, outcome: &Outcome) -> Vec<Vec<String>> {
        let mut told: Vec<Vec<String>> = Vec::new();
        for chain in self.causes(unmet.need, outcome, MOST_CHAINS) {
            let words = self.chain_in_words(design, &chain, outcome);
            if !told.contains(&words) {
                told.push(words);
            }
        }
        told
    }

    fn chain_in_words(&self, design: &Design, chain: &[NeedId], outcome: &Outcome) -> Vec<String> {
        let needs: Vec<&Need> = chain.iter().filter_map(|id| self.need(*id)).collect();
        let mut words: Vec<String> = Vec::new();
        for (at, need) in needs.iter().enumerate() {
            let next = needs.get(at + 1).copied();
            if at > 0 && self.says_nothing_more(design, need, next) {
                continue;
            }
            let sentence = need.words_unmet(design, &self.parts);
            if words.last() != Some(&sentence) {
                words.push(sentence);
            }
        }
        if let Some(Of::Nodes { zones, .. }) = needs.last().map(|need| &need.of) {
            words.extend(self.nodes_in_words(design, zones, outcome));
        }
        // What was looked for and what has failed matter most.
        while words.len() > MOST_STEPS {
            words.remove(2);
        }
        words
    }

    /// Whether the next step says all that this one does: it is about the same component, or about one end of the link.
    fn says_nothing_more(&self, design: &Design, need: &Need, next: Option<&Need>) -> bool {
        let Some(next) = next else { return false };
        let about = |need: &Need| match (&need.says, &need.of) {
            (Says::Part, Of::Part(part)) => match self.part_of(*part).map(|part| &part.of) {
                Some(PartOf::Component(id) | PartOf::Nodes(id, _) | PartOf::Link(id)) => Some(id.clone()),
                _ => None,
            },
            (says, _) => says.element().filter(|id| !design.regions.contains_key(*id)).cloned(),
        };
        match (&need.says, about(need)) {
            // The link itself works when its far end is the reason.
            (Says::Link(id), _) => {
                let part = PartOf::Link(id.clone());
                let of_link = matches!(&next.of, Of::Part(at) if self.part(&part) != Some(*at));
                !of_link || next.says != Says::Part
            }
            (_, Some(component)) => about(next) == Some(component),
            (_, None) => false,
        }
    }

    /// What is down of nodes and of the zones they stand in, as one sentence.
    fn nodes_in_words(&self, design: &Design, zones: &[NodesIn], outcome: &Outcome) -> Option<String> {
        let mut down = Vec::new();
        for zone in zones {
            let zone_down = zone.zone.filter(|zone| outcome.down().of(*zone) > 0);
            let nodes_down = outcome.down().of(zone.nodes).min(zone.members);
            if let Some(part) = zone_down.and_then(|part| self.part_of(part)) {
                down.push(format!("{} is down", part.of.words(design)));
            } else if let Some(part) = self.part_of(zone.nodes).filter(|_| nodes_down > 0) {
                down.push(format!("{nodes_down} of {} {} are down", zone.members, part.of.words(design)));
            }
        }
        (!down.is_empty()).then(|| capitalised(&down.join(", ")))
    }
}
