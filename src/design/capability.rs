//! What a deployment does for those who depend on it: the capabilities that a failure takes away.

use serde::{Deserialize, Serialize};

macro_rules! capabilities {
    ($($(#[$doc:meta])+ $key:ident = $id:literal, $label:literal, $short:literal;)+) => {
        /// Something a deployment does. Ids, and what each needs, follow the truth tables of the failure model.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Capability {
            $($(#[$doc])+ $key,)+
        }

        impl Capability {
            /// All of them, in the order of tables.
            pub const ALL: &[Self] = &[$(Self::$key,)+];

            /// The name on a command line and in machine-readable output.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$key => $id,)+ }
            }

            /// What people call it.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self { $(Self::$key => $label,)+ }
            }

            /// The same as the end of a sentence, such as `issue tokens`.
            #[must_use]
            pub fn verb(self) -> &'static str {
                match self { $(Self::$key => $short,)+ }
            }
        }
    };
}

capabilities! {
    /// Calls of APIs that are already deployed are answered.
    Serve = "serve", "Serve API traffic", "serve API traffic";
    /// Limits on calls are enforced.
    Throttle = "throttle", "Throttle", "throttle calls";
    /// Access tokens are issued.
    Issue = "issue", "Issue tokens", "issue tokens";
    /// Opaque tokens are checked with the key manager.
    Validate = "validate", "Validate opaque tokens", "validate opaque tokens";
    /// A revoked token stops working at the gateways.
    Revoke = "revoke", "Revoke tokens", "revoke tokens";
    /// An API that is published or changed shows at the gateways.
    Publish = "publish", "Publish APIs", "publish APIs";
    /// Applications, keys and subscriptions are created and take effect.
    Apps = "apps", "Create applications", "create applications and subscriptions";
    /// The portals and policies are administered.
    Admin = "admin", "Administer", "administer portals and policies";
    /// A gateway starts, restarts, or more of them are added.
    GatewayStart = "gwstart", "Start gateways", "start, restart or add gateways";
    /// A traffic manager starts or restarts with its policies.
    TrafficManagerStart = "tmstart", "Start traffic managers", "start or restart traffic managers";
    /// Usage of the APIs reaches analytics.
    Analytics = "analytics", "Analytics", "record usage for analytics";
    /// A token revoked in another region stops working here.
    RemoteRevoke = "remote-revoke", "See tokens revoked elsewhere", "see tokens revoked in other regions";
    /// An API published in another region shows here.
    RemotePublish = "remote-publish", "See APIs published elsewhere", "see APIs published in other regions";
    /// An application or subscription created in another region works here.
    RemoteApps = "remote-apps", "See applications created elsewhere", "see applications created in other regions";
    /// Users, tenants and policies of another region show here.
    RemoteAdmin = "remote-admin", "See administration elsewhere", "see policies and tenants of other regions";
}

impl Capability {
    /// The capability with this id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|capability| capability.id() == id)
    }

    /// Whether it is about changes made in another region (Pattern 1).
    #[must_use]
    pub fn is_remote(self) -> bool {
        matches!(self, Self::RemoteRevoke | Self::RemotePublish | Self::RemoteApps | Self::RemoteAdmin)
    }
}
