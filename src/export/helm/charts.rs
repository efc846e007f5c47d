//! The public Helm charts of the product: which one a group of nodes needs, and what a chart calls its Services.
//!
//! Names and ports as the charts render them (S28, S47). No text of a chart is part of Meridian (R-EXP-18).

use crate::design::ProductVersion;
use crate::export::planner::NodeRole;

/// Longest name of a Service (RFC 1035).
const MAX_NAME: usize = 63;

/// Longest release name we give: with the longest chart name and the longest ending of a Service it stays within
/// [`MAX_NAME`], so that no chart cuts a name that others refer to.
pub const MAX_RELEASE: usize = 30;

/// A branch of the charts' repository; each goes with one version of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch {
    /// 4.5.x.
    V4_5,
    /// 4.6.x.
    V4_6,
    /// 4.7.x.
    V4_7,
}

impl Branch {
    /// Every branch we know the keys of, oldest first.
    pub const ALL: [Self; 3] = [Self::V4_5, Self::V4_6, Self::V4_7];

    /// The branch for a product version as the plan writes it; `None` before 4.5, whose charts are built differently.
    #[must_use]
    pub fn of(version: &str) -> Option<Self> {
        let version: ProductVersion = version.parse().ok()?;
        match version {
            ProductVersion::V4_5 => Some(Self::V4_5),
            ProductVersion::V4_6 => Some(Self::V4_6),
            ProductVersion::V4_7 => Some(Self::V4_7),
            _ => None,
        }
    }

    /// As it is called in the repository.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::V4_5 => "4.5.x",
            Self::V4_6 => "4.6.x",
            Self::V4_7 => "4.7.x",
        }
    }

    /// The product version its images have.
    #[must_use]
    pub fn product(self) -> &'static str {
        match self {
            Self::V4_5 => "4.5.0",
            Self::V4_6 => "4.6.0",
            Self::V4_7 => "4.7.0",
        }
    }
}

/// A chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chart {
    /// All parts of the product in one process.
    AllInOne,
    /// API Control Plane.
    ControlPlane,
    /// A key manager of its own.
    KeyManager,
    /// Traffic Manager.
    TrafficManager,
    /// Universal Gateway.
    Gateway,
}

impl Chart {
    /// Every chart, in the order in which releases are installed (D16).
    pub const ALL: [Self; 5] =
        [Self::AllInOne, Self::ControlPlane, Self::KeyManager, Self::TrafficManager, Self::Gateway];

    /// The chart for nodes of a role.
    #[must_use]
    pub fn of(role: NodeRole) -> Self {
        match role {
            NodeRole::AllInOne => Self::AllInOne,
            NodeRole::ControlPlane => Self::ControlPlane,
            NodeRole::KeyManager => Self::KeyManager,
            NodeRole::TrafficManager => Self::TrafficManager,
            NodeRole::Gateway => Self::Gateway,
        }
    }

    /// Its name, as in the chart repository.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AllInOne => "wso2am-all-in-one",
            Self::ControlPlane => "wso2am-acp",
            Self::KeyManager => "wso2am-km",
            Self::TrafficManager => "wso2am-tm",
            Self::Gateway => "wso2am-universal-gw",
        }
    }

    /// Its folder in the repository.
    #[must_use]
    pub fn folder(self) -> &'static str {
        match self {
            Self::AllInOne => "all-in-one",
            Self::ControlPlane => "distributed/control-plane",
            Self::KeyManager => "distributed/key-manager",
            Self::TrafficManager => "distributed/traffic-manager",
            Self::Gateway => "distributed/gateway",
        }
    }

    /// The newest version of it on a branch when the keys were read.
    #[must_use]
    pub fn version(self, branch: Branch) -> &'static str {
        match (branch, self) {
            (Branch::V4_5, _) => "4.5.0-10",
            (Branch::V4_6, Self::Gateway) => "4.6.0-4",
            (Branch::V4_6, _) => "4.6.0-5",
            (Branch::V4_7, _) => "4.7.0-1",
        }
    }

    /// The image its pods run; a key manager runs that of the control plane (A3).
    #[must_use]
    pub fn image(self) -> &'static str {
        match self {
            Self::AllInOne => "wso2am",
            Self::ControlPlane | Self::KeyManager => "wso2am-acp",
            Self::TrafficManager => "wso2am-tm",
            Self::Gateway => "wso2am-universal-gw",
        }
    }

    /// Whether its pods carry a control plane, and so an event hub.
    #[must_use]
    pub fn has_control_plane(self) -> bool {
        matches!(self, Self::AllInOne | Self::ControlPlane)
    }

    /// Whether each of two instances has a Service of its own. Gateways and key managers are copies behind one.
    #[must_use]
    pub fn has_instances(self) -> bool {
        matches!(self, Self::AllInOne | Self::ControlPlane | Self::TrafficManager)
    }

    /// Most nodes that the chart can run; `None` for as many as one likes (D6).
    #[must_use]
    pub fn most_nodes(self) -> Option<usize> {
        (self != Self::Gateway).then_some(2)
    }

    /// What the names of a release's objects begin with: the release and the chart, or the release alone when it
    /// holds the chart's name, cut to what a name may have.
    #[must_use]
    pub fn fullname(self, release: &str) -> String {
        let full =
            if release.contains(self.name()) { release.to_owned() } else { format!("{release}-{}", self.name()) };
        let cut: String = full.chars().take(MAX_NAME).collect();
        cut.trim_end_matches('-').to_owned()
    }

    /// The Service over all nodes of a release.
    #[must_use]
    pub fn service(self, release: &str) -> String {
        let full = self.fullname(release);
        match self {
            Self::AllInOne => format!("{full}-am-service"),
            _ => format!("{full}-service"),
        }
    }

    /// The Service of one instance, counted from 1; the one over all where the chart has no other.
    #[must_use]
    pub fn instance_service(self, release: &str, n: usize) -> String {
        let full = self.fullname(release);
        match self {
            Self::AllInOne => format!("{full}-am-service-{n}"),
            Self::ControlPlane | Self::TrafficManager => format!("{full}-{n}-service"),
            Self::KeyManager | Self::Gateway => self.service(release),
        }
    }

    /// The value of the label `deployment` on the pods of a release.
    #[must_use]
    pub fn pods(self, release: &str) -> String {
        let full = self.fullname(release);
        match self {
            Self::AllInOne => format!("{full}-am"),
            _ => full,
        }
    }

    /// Ports of the Service over all nodes.
    #[must_use]
    pub fn ports(self) -> &'static [u16] {
        match self {
            Self::AllInOne => &[8280, 8243, 9611, 9711, 5672, 9443, 9021, 8021, 8099, 9099],
            Self::ControlPlane | Self::TrafficManager | Self::KeyManager => &[9763, 9443],
            Self::Gateway => &[8280, 8243, 9763, 9443, 9099, 8099, 9021, 8021],
        }
    }

    /// Ports of the Service of one instance.
    #[must_use]
    pub fn instance_ports(self) -> &'static [u16] {
        match self {
            Self::ControlPlane | Self::TrafficManager => &[9611, 9711, 5672, 9443],
            Self::AllInOne | Self::KeyManager | Self::Gateway => self.ports(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_the_charts_render() {
        // Rendered with the real engine (S47).
        assert_eq!(Chart::ControlPlane.service("apim-acp"), "apim-acp-wso2am-acp-service");
        assert_eq!(Chart::TrafficManager.instance_service("apim-tm", 1), "apim-tm-wso2am-tm-1-service");
        assert_eq!(Chart::Gateway.service("apim-gw"), "apim-gw-wso2am-universal-gw-service");
        assert_eq!(Chart::KeyManager.service("apim-km"), "apim-km-wso2am-km-service");
        assert_eq!(Chart::AllInOne.instance_service("apim", 2), "apim-wso2am-all-in-one-am-service-2");
    }

    #[test]
    fn a_release_that_holds_the_name_of_its_chart_is_not_named_twice() {
        assert_eq!(Chart::ControlPlane.service("eu-wso2am-acp-1"), "eu-wso2am-acp-1-service");
        assert_eq!(Chart::TrafficManager.service("eu-wso2am-acp-1"), "eu-wso2am-acp-1-wso2am-tm-service");
    }

    #[test]
    fn no_name_of_a_release_of_ours_is_too_long() {
        let release = "r".repeat(MAX_RELEASE);
        for chart in Chart::ALL {
            for name in [chart.service(&release), chart.instance_service(&release, 2), chart.pods(&release)] {
                assert!(name.len() <= MAX_NAME, "{name}");
            }
            assert!(chart.fullname(&release).ends_with(chart.name()), "{chart:?} is cut");
        }
    }
}
