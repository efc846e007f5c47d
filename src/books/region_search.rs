//! Ranked search over the region names.

use super::regions::CloudRegion;

/// The searchable words of a region, folded to plain lower case.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SearchKey {
    fields: [String; WEIGHTS.len()],
}

/// What a hit in a field costs: name, city, state, country, provider, id. Name and city weigh the
/// same, because providers differ in which of the two they put the city into.
const WEIGHTS: [u32; 6] = [0, 0, 1, 2, 3, 4];

impl SearchKey {
    /// Fields in the order of [`WEIGHTS`].
    pub fn new(fields: [&str; WEIGHTS.len()]) -> Self {
        Self { fields: fields.map(fold) }
    }

    /// How badly a folded word fits (lower is better), or `None` if it does not occur.
    fn penalty(&self, word: &str) -> Option<u32> {
        let fields = self.fields.iter().zip(WEIGHTS);
        fields.filter_map(|(field, weight)| Some(match_kind(field, word)? * 10 + weight)).min()
    }
}

/// 0: the field starts with the word, 1: a word of the field does, 2: it contains it.
fn match_kind(field: &str, word: &str) -> Option<u32> {
    if field.starts_with(word) {
        return Some(0);
    }
    let mut best = None;
    for (at, _) in field.match_indices(word) {
        let starts_word = field
            .get(..at)
            .and_then(|before| before.chars().next_back())
            .is_some_and(|before| !before.is_alphanumeric());
        if starts_word {
            return Some(1);
        }
        best = Some(2);
    }
    best
}

/// See [`super::RegionBook::search`].
pub(super) fn search<'a>(regions: &'a [CloudRegion], query: &str) -> Vec<&'a CloudRegion> {
    let query = fold(query);
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut hits: Vec<(u32, &CloudRegion)> = regions
        .iter()
        .filter_map(|region| {
            let penalties = words.iter().map(|word| region.search_key.penalty(word));
            Some((penalties.sum::<Option<u32>>()?, region))
        })
        .collect();
    // The sort is stable, so equal hits keep the order of provider and id.
    hits.sort_by_key(|(penalty, _)| *penalty);
    hits.into_iter().map(|(_, region)| region).collect()
}

/// Lower case without accents, for the Latin letters that occur in place names.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        let plain = match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
            'ç' | 'ć' | 'č' => "c",
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
            'ł' => "l",
            'ñ' | 'ń' | 'ň' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
            'ř' => "r",
            'ś' | 'š' | 'ş' | 'ș' => "s",
            'ß' => "ss",
            'ţ' | 'ț' => "t",
            'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
            'ý' | 'ÿ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            'æ' => "ae",
            'œ' => "oe",
            // Combining marks, for text that spells an accent as a letter of its own.
            '\u{300}'..='\u{36f}' => "",
            other => {
                folded.push(other);
                continue;
            }
        };
        folded.push_str(plain);
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::{Books, Provider};

    fn ids(query: &str) -> Vec<String> {
        let hits = Books::shipped().regions().search(query);
        hits.iter().map(|region| format!("{}/{}", region.provider, region.id)).collect()
    }

    #[test]
    fn the_start_of_a_city_finds_it_at_every_provider() {
        assert_eq!(ids("frank"), ["aws/eu-central-1", "azure/germanywestcentral", "gcp/europe-west3", "ibm/eu-de"]);
    }

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(ids("SÃO paulo"), ids("sao paulo"));
        assert_eq!(ids("sao paulo").len(), 4);
        assert!(ids("zürich").contains(&"gcp/europe-west6".to_owned()));
        assert!(ids("Zurich").contains(&"azure/switzerlandnorth".to_owned()));
    }

    #[test]
    fn several_words_must_all_match() {
        assert_eq!(ids("aws germany").first().map(String::as_str), Some("aws/eusc-de-east-1"));
        assert!(ids("aws germany").contains(&"aws/eu-central-1".to_owned()));
        assert!(ids("aws germany").iter().all(|id| id.starts_with("aws/")));
        assert!(ids("atlantis").is_empty());
    }

    #[test]
    fn an_exact_id_comes_first_and_no_query_gives_all() {
        assert_eq!(ids("us-east-1").first().map(String::as_str), Some("aws/us-east-1"));
        assert_eq!(ids("  ").len(), Books::shipped().regions().all().len());
        assert_eq!(Provider::ALL.len(), 4);
    }

    #[test]
    fn a_prefix_beats_a_word_beats_a_part() {
        assert!(match_kind("paris", "par") < match_kind("new paris", "par"));
        assert!(match_kind("new paris", "par") < match_kind("compared", "par"));
        assert_eq!(match_kind("paris", "rome"), None);
    }
}
