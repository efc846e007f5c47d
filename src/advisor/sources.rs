//! What the advisor's sentences rest on.

use serde::Serialize;

use crate::rules::Basis;

/// The fact behind a sentence, where it can be read and what kind of text that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Backing {
    /// Number of the fact in our collection, such as `B32`.
    pub fact: &'static str,
    /// Page, file or issue it was read in.
    pub source: &'static str,
    /// Whether it is stated there or our conclusion.
    pub basis: Basis,
}

/// Stated in the pattern overview itself.
pub(super) const fn overview(fact: &'static str) -> Backing {
    Backing { fact, source: S1, basis: Basis::Overview }
}

/// Stated in another document.
pub(super) const fn documented(fact: &'static str, source: &'static str) -> Backing {
    Backing { fact, source, basis: Basis::Documented }
}

/// Concluded by us from a document.
pub(super) const fn inferred(fact: &'static str, source: &'static str) -> Backing {
    Backing { fact, source, basis: Basis::Inferred }
}

pub(super) const S1: &str = "WSO2 API Manager docs: Multi-DC deployment patterns overview [S1]";
pub(super) const S3: &str = "WSO2 API Manager docs: Configuring multi-DC deployment pattern 1 [S3]";
pub(super) const S4: &str = "WSO2 API Manager docs: Configuring multi-DC deployment pattern 2 [S4]";
pub(super) const S8: &str = "WSO2 API Manager 4.5.0 docs: Deployment overview [S8]";
pub(super) const S21: &str = "wso2/docs-apim: deployment-best-practices/backup-recovery.md [S21]";
pub(super) const S26: &str = "wso2/product-apim: configuration of the packs, tags v4.2.0 to v4.7.0 [S26]";
pub(super) const S30: &str =
    "GitHub issues of wso2/api-manager, wso2/carbon-apimgt, wso2/andes and wso2/docs-apim [S30]";
pub(super) const S35: &str = "WSO2 API Manager docs: JWT tokens; Token revocation [S35]";
pub(super) const S44: &str = "WSO2 API Manager 4.6.0 docs: Migrating APIs to different environments [S44]";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    #[test]
    fn documents_that_rules_cite_go_by_the_same_name_here() {
        let cited = |tag: &str| {
            let documents = rules::all().iter().flat_map(|r| r.sources).map(|s| s.document);
            documents.into_iter().find(|d| d.ends_with(tag))
        };
        for document in [S1, S3, S4, S8, S30] {
            let (_, tag) = document.rsplit_once(' ').unwrap();
            assert_eq!(cited(tag), Some(document));
        }
    }
}
