//! The documents that rules cite, by the tag of our source list.

use super::SourceRef;

/// A fact and the document it was read in.
#[must_use]
pub const fn source(fact: &'static str, document: &'static str) -> SourceRef {
    SourceRef { fact, document }
}

macro_rules! documents {
    ($($tag:ident $text:literal)*) => {
        $(
            #[doc = concat!("\"", $text, "\".")]
            pub const $tag: &str = concat!($text, " [", stringify!($tag), "]");
        )*
    };
}

documents! {
    S1 "WSO2 API Manager docs: Multi-DC deployment patterns overview"
    S2 "wso2/docs-apim: multi-dc-deployment/multi-dc-deployment-patterns-overview.md"
    S3 "WSO2 API Manager docs: Configuring multi-DC deployment pattern 1"
    S4 "WSO2 API Manager docs: Configuring multi-DC deployment pattern 2"
    S5 "wso2/docs-apim: deploy/steps-to-deploy-apim-in-a-distributed-setup-with-tm-separation.md"
    S6 "wso2/docs-apim: deploy/steps-to-deploy-apim-in-a-distributed-setup-with-km-separation.md"
    S7 "wso2/docs-apim: distributed-deployment/deploying-wso2-api-m-in-a-simple-scalable-setup.md"
    S8 "WSO2 API Manager 4.5.0 docs: Deployment overview"
    S9 "WSO2 API Manager 4.7.0 docs: Deployment patterns"
    S10 "wso2/docs-apim: distributed-deployment/understanding-the-distributed-deployment-of-wso2-api-m.md"
    S12 "WSO2 API Manager 4.5.0 docs: Scaling the gateway"
    S13 "WSO2 API Manager 4.7.0 docs: Scaling the gateway"
    S14 "wso2/docs-apim: reference/default-product-ports.md"
    S15 "wso2/docs-apim: setting-up-proxy-server-and-the-load-balancer/configuring-the-proxy-server-and-the-load-balancer.md"
    S16 "WSO2 API Manager docs: Installation prerequisites"
    S17 "wso2/docs-apim: deployment-best-practices/performance-tests-results.md"
    S19 "wso2/docs-apim: deployment-best-practices/production-deployment-guidelines.md"
    S20 "wso2/docs-apim: setting-up-databases/overview.md"
    S21 "wso2/docs-apim: deployment-best-practices/backup-recovery.md"
    S23 "WSO2 API Manager 4.6.0 docs: Kubernetes deployment on AWS"
    S24 "wso2/docs-apim: rate-limiting/distributed-throttling.md"
    S25 "WSO2 API Manager 4.6.0 docs: Rate limiting on a gateway cluster"
    S26 "wso2/product-apim: configuration defaults and templates of the packs"
    S27 "wso2/carbon-apimgt: conf_templates and multi-dc database scripts"
    S28 "wso2/helm-apim: charts 4.2.x to 4.7.x"
    S30 "GitHub issues of wso2/api-manager, wso2/carbon-apimgt, wso2/andes and wso2/docs-apim"
    S32 "BechtelCanDoIt/WSO2-APIM-Multi-DC-Simulator (community)"
    S33 "Guide to API Manager 4.7 in two Azure regions (community, public GitHub repository)"
    S34 "WSO2 API Manager 4.6.0 docs: Product compatibility"
    S35 "WSO2 API Manager docs: JWT access tokens, token revocation"
    S36 "WSO2 API Manager 4.7.0 docs: Platform Gateway capabilities"
    S37 "WSO2 API Manager docs: Moesif analytics, Choreo analytics"
    S39 "WSO2 API Manager 4.1.0 docs: Deployment overview"
    S41 "WSO2 Identity Server 7.0.0 docs: Deployment guide"
    S42 "Keycloak docs: Building blocks of a highly available cluster"
    S43 "wso2/docs-apim: key-management/third-party-key-managers/overview.md"
    S44 "WSO2 API Manager 4.6.0 docs: Moving APIs between environments with apictl"
    S46 "wso2/docs-apim: changing-default-databases/changing-to-{postgresql,mssql,oracle}.md"
}

/// An employee's article, not the vendor's documentation.
pub const S31C: &str = "Chintana Wilamuna: Deploying WSO2 API Manager on multiple data centers, caveats, tips and test conditions (medium.com) [S31c]";
/// The vendor's 2020 article on several data centres.
pub const S31A: &str = "WSO2 library: Deploying WSO2 API Manager in a multi-DC environment (2020) [S31a]";
/// How subscriptions are priced.
pub const S32B: &str = "WSO2 subscription FAQ [S32b]";
/// The vendor's 2020 article on evaluating the products.
pub const S32C: &str = "WSO2 library: Evaluating the products before a project (2020) [S32c]";
/// The vendor's 2015 article on the architecture of several data centres.
pub const S31B: &str = "WSO2 blog: Multi-data-center deployment architecture (2015) [S31b]";
