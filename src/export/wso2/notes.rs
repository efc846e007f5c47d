//! What turns up while files are written: values that somebody must supply, keys that the drawing does not decide.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::Id;
use crate::export::bundle::{Blocked, Bundle, FilePath, Placeholder};

use crate::export::text::one_line;

/// What turns up over all files.
#[derive(Debug, Default)]
pub(in crate::export) struct Notes {
    placeholders: BTreeMap<String, Placeholder>,
    /// Variables by what they stand for and the name that the design gives it.
    named: BTreeMap<(&'static str, String), String>,
    /// By message: the elements and the files concerned.
    missing: BTreeMap<String, (BTreeSet<Id>, BTreeSet<FilePath>)>,
    remarks: BTreeSet<String>,
}

impl Notes {
    /// An environment variable that the product puts in when it starts (S48:
    /// <https://apim.docs.wso2.com/en/4.1.0/install-and-setup/setup/security/logins-and-passwords/set-passwords-using-vars-and-sys-props/>).
    pub(in crate::export) fn env(&mut self, name: &str, meaning: &str, secret: bool) -> String {
        let token = format!("$env{{{name}}}");
        self.placeholders.entry(token.clone()).or_insert_with(|| Placeholder {
            token: token.clone(),
            meaning: meaning.to_owned(),
            secret,
            by_product: true,
        });
        token
    }

    /// The same for something that the design may name, such as one of several keys: each name has its own variable.
    pub(in crate::export) fn env_of(
        &mut self,
        base: &'static str,
        name: Option<&str>,
        meaning: &str,
        secret: bool,
    ) -> String {
        let Some(name) = name else { return self.env(base, meaning, secret) };
        let key = (base, name.to_owned());
        let variable = match self.named.get(&key) {
            Some(variable) => variable.clone(),
            None => {
                let word: String = name.chars().filter_map(variable_char).collect();
                let word = if word.is_empty() { format!("{base}_NAMED") } else { format!("{base}_{word}") };
                let mut wishes = (1..).map(|n: u32| if n == 1 { word.clone() } else { format!("{word}_{n}") });
                let taken = |wish: &String| self.named.values().any(|known| known == wish);
                let variable = wishes.find(|wish| !taken(wish)).unwrap_or(word);
                self.named.insert(key, variable.clone());
                variable
            }
        };
        let meaning = format!("{meaning} In the design it is called \u{201c}{}\u{201d}.", one_line(name));
        self.env(&variable, &meaning, secret)
    }

    /// Takes in placeholders of other files.
    pub(in crate::export) fn needs(&mut self, placeholders: impl IntoIterator<Item = Placeholder>) {
        for placeholder in placeholders {
            self.placeholders.entry(placeholder.token.clone()).or_insert(placeholder);
        }
    }

    /// Something that a file needs and the drawing does not say.
    pub(in crate::export) fn missing(&mut self, path: &FilePath, gap: Gap) {
        let (elements, paths) = self.missing.entry(gap.message).or_default();
        elements.extend(gap.elements);
        paths.insert(path.clone());
    }

    /// What else is worth knowing, as a sentence.
    pub(in crate::export) fn remark(&mut self, sentence: impl Into<String>) {
        self.remarks.insert(sentence.into());
    }

    /// Puts everything into the bundle.
    pub(in crate::export) fn finish(self, bundle: &mut Bundle) {
        self.placeholders.into_values().for_each(|placeholder| bundle.needs(placeholder));
        bundle.blocked.extend(self.missing.into_iter().map(|(message, (elements, paths))| Blocked {
            paths: paths.into_iter().collect(),
            rule: None,
            message,
            elements: elements.into_iter().collect(),
        }));
        bundle.remarks.extend(self.remarks);
    }
}

/// A character as the name of a variable may hold it.
fn variable_char(c: char) -> Option<char> {
    match c {
        c if c.is_ascii_alphanumeric() => Some(c.to_ascii_uppercase()),
        '-' | '_' | '.' | ' ' => Some('_'),
        _ => None,
    }
}

/// Something that one file needs and the drawing does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::export) struct Gap {
    /// What is missing and what is left out for it, as sentences.
    pub(in crate::export) message: String,
    /// Elements concerned.
    pub(in crate::export) elements: Vec<Id>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_names_never_share_a_variable() {
        let mut notes = Notes::default();
        let mut of = |name| notes.env_of("KEY", name, "A key.", true);
        assert_eq!(of(None), "$env{KEY}");
        assert_eq!(of(Some("prod eu")), "$env{KEY_PROD_EU}");
        assert_eq!(of(Some("prod-eu")), "$env{KEY_PROD_EU_2}");
        assert_eq!(of(Some("prod eu")), "$env{KEY_PROD_EU}");
        assert_eq!(of(Some("日本")), "$env{KEY_NAMED}");
        let mut bundle = Bundle::default();
        notes.finish(&mut bundle);
        assert_eq!(bundle.placeholders.len(), 4);
    }
}
