//! Incidents: what went wrong with a source or with feeds.toml, and when that ended.

use crate::time::Timestamp;

/// The kinds of incident, which `/status.json`, the status feed and metrics name. The names are stable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum IncidentKind {
    /// feeds.toml has errors, so the last good configuration stays in force.
    ConfigBroken,
    /// The server said that the feed is gone for ever (410).
    Gone,
    /// Polls of the source have failed for hours, or its server has asked for pauses for a day.
    Failing,
    /// The list of the source was replaced between two polls, so entries may have been missed.
    Missed,
    /// The source moved for good.
    Moved,
    /// The source published nothing for many times its usual gap.
    Silent,
}

impl IncidentKind {
    /// Every kind once, the most serious first.
    pub const ALL: [Self; 6] =
        [Self::ConfigBroken, Self::Gone, Self::Failing, Self::Missed, Self::Moved, Self::Silent];

    /// Returns the stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConfigBroken => "config_broken",
            Self::Gone => "gone",
            Self::Failing => "failing",
            Self::Missed => "missed",
            Self::Moved => "moved",
            Self::Silent => "silent",
        }
    }

    /// Returns the kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// One incident, as it is stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Incident {
    /// Globally unique URI that never changes.
    pub guid: String,
    /// What kind of incident it is.
    pub kind: IncidentKind,
    /// Name of the source when the incident was noticed. `None` if it concerns feeds.toml.
    pub source: Option<String>,
    /// When it began.
    pub since: Timestamp,
    /// When riverd noticed that it is an incident.
    pub noticed_at: Timestamp,
    /// What happened, in words, without secrets.
    pub detail: String,
    /// What the operator can do, if anything.
    pub hint: Option<String>,
    /// Its end. `None` while it lasts.
    pub end: Option<IncidentEnd>,
}

/// The end of an incident.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IncidentEnd {
    /// When it ended.
    pub at: Timestamp,
    /// Whether a poll or a reload showed that the problem is over. `false` if the source was disabled or taken out of
    /// feeds.toml, or if a failing source is now gone, for which there is another incident.
    pub recovered: bool,
}
