//! Names of machines in the domain name system.

use std::net::Ipv4Addr;

/// Stands for the number of the node in the host name of a group.
pub const NODE_NUMBER: &str = "{n}";

/// Longest host name (RFC 1035).
const MAX_HOST: usize = 253;
/// Longest label of one.
const MAX_LABEL: usize = 63;

/// Whether the text is a host name or a domain: labels of letters, digits and inner hyphens, joined by dots (RFC 1123).
#[must_use]
pub fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= MAX_HOST && text.split('.').all(label)
}

/// Whether the text can be the host name of a group of nodes: one with [`NODE_NUMBER`] at most once.
#[must_use]
pub fn is_host_pattern(text: &str) -> bool {
    text.matches(NODE_NUMBER).count() <= 1 && is_host(&text.replacen(NODE_NUMBER, "1000", 1))
}

/// Whether the text can be the host name of a group of `of` nodes: a pattern that gives each of them a host name or an
/// address. An address without [`NODE_NUMBER`] is that of one node only.
#[must_use]
pub fn is_host_of_group(text: &str, of: u32) -> bool {
    let shared = || text.parse::<Ipv4Addr>().is_ok();
    let numbered = || {
        let last = host_of_node(text, of, of);
        let numeric = last.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        is_host(&last) && (!numeric || last.parse::<Ipv4Addr>().is_ok())
    };
    is_host_pattern(text) && (of <= 1 || (!shared() && numbered()))
}

/// The host name of node `n`, from 1, of a group of `of`. Where the group has several nodes and the pattern has no place
/// for the number, it goes behind the first label: `cp.example.com` gives `cp-2.example.com`.
#[must_use]
pub fn host_of_node(pattern: &str, n: u32, of: u32) -> String {
    if pattern.contains(NODE_NUMBER) {
        return pattern.replacen(NODE_NUMBER, &n.to_string(), 1).to_ascii_lowercase();
    }
    if of <= 1 {
        return pattern.to_ascii_lowercase();
    }
    let (first, rest) = pattern.split_at(pattern.find('.').unwrap_or(pattern.len()));
    let number = format!("-{n}");
    let kept = first.len().min(MAX_LABEL.saturating_sub(number.len()));
    format!("{}{number}{rest}", first.get(..kept).unwrap_or(first)).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_are_told_from_other_texts() {
        for good in ["example.com", "a", "cp-1.eu.example.com", "1.2.3.4", "xn--bcher-kva.example"] {
            assert!(is_host(good), "{good}");
        }
        let long = "a".repeat(64);
        for bad in ["", ".", "a..b", "-a", "a-", "a b", "ä.de", "a/b", "a:1", "{n}", "\"", "a.b.", long.as_str()] {
            assert!(!is_host(bad), "{bad}");
        }
        assert!(is_host_pattern("cp{n}.eu.example.com") && !is_host_pattern("{n}{n}") && !is_host_pattern("{m}"));
    }

    #[test]
    fn an_address_is_that_of_one_node() {
        for (text, of) in [("10.0.0.5", 1), ("10.0.0.{n}", 255), ("cp.example.com", 1_000), ("10-0-0-5", 2)] {
            assert!(is_host_of_group(text, of), "{text} of {of}");
        }
        let long = format!("cp.{}", ["a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(57)].join("."));
        assert!(is_host_of_group(&long, 1), "{}", long.len());
        let names = [("10.0.0.5", 2), ("10.0.0.{n}", 256), ("-cp", 1), (long.as_str(), 2)];
        for (text, of) in names {
            assert!(!is_host_of_group(text, of), "{text} of {of}");
        }
    }

    #[test]
    fn every_node_of_a_group_has_a_name_of_its_own() {
        let of = |pattern, n, of| host_of_node(pattern, n, of);
        assert_eq!(of("cp{n}.eu.example.com", 2, 2), "cp2.eu.example.com");
        assert_eq!(of("cp.eu.example.com", 2, 2), "cp-2.eu.example.com");
        assert_eq!(of("CP.eu.example.com", 1, 1), "cp.eu.example.com");
        assert_eq!(of("cp", 12, 20), "cp-12");
        let long = "a".repeat(63);
        assert!(is_host(&of(&format!("{long}.com"), 7, 9)));
    }
}
