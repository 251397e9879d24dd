//! What is wrong with the daemon now, apart from its sources. The loop notes each problem. systemd's status line shows the
//! problems, and so does `riverd status`, which gets them through the control socket.

use std::sync::{Arc, Mutex, PoisonError};

use crate::model::LastingProblem;
use crate::text::words::counted;
use crate::time::Timestamp;

/// The words that come before what is wrong with feeds.toml.
pub const BROKEN_CONFIG: &str = "feeds.toml is broken";

/// A problem that lasts until it is noted that it is over.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Notice {
    /// The database can't be written, so nothing is polled.
    Database,
    /// What polls read can't be stored.
    Documents,
    /// feeds.toml is broken.
    Config,
    /// The addresses of `server.listen` can't be listened on.
    Listen,
    /// The scheduled backup failed, or its folder can't be written.
    Backup,
}

impl Notice {
    /// Returns the words that come before the cause.
    fn label(self) -> &'static str {
        match self {
            Self::Database => "nothing is polled",
            Self::Documents => "nothing new can be stored",
            Self::Config => BROKEN_CONFIG,
            Self::Listen => "`server.listen` is not in force",
            Self::Backup => "no backup is made",
        }
    }

    /// Says in one line what is wrong, why, and since when. Also returns the hints, each with a line break before it.
    fn describe(self, problem: &LastingProblem) -> (String, &str) {
        let LastingProblem { since, cause } = problem;
        let (cause, hints) = cause.split_at(cause.find('\n').unwrap_or(cause.len()));
        (format!("{}: {cause} (since {since})", self.label()), hints)
    }
}

/// The problems that last, in the order in which they are reported. Clones share them.
#[derive(Clone, Default, Debug)]
pub(super) struct Notices(Arc<Mutex<Vec<(Notice, LastingProblem)>>>);

impl Notices {
    /// Notes the cause of a problem, or, if `cause` is `None`, that the problem is over. A problem with a new cause is still
    /// the same problem, which began when its first cause was noted. Returns whether anything changed.
    pub(super) fn note(&self, notice: Notice, cause: Option<String>, now: Timestamp) -> bool {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = noted.iter().position(|(other, _)| *other == notice).map(|index| noted.remove(index).1);
        let is_news = before.as_ref().map(|problem| &problem.cause) != cause.as_ref();
        if let Some(cause) = cause {
            let since = before.map_or(now, |problem| problem.since);
            noted.push((notice, LastingProblem { since, cause }));
            noted.sort_by_key(|(notice, _)| *notice);
        }
        is_news
    }

    /// Returns a problem that lasts.
    pub(super) fn problem(&self, notice: Notice) -> Option<LastingProblem> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.iter().find(|(other, _)| *other == notice).map(|(_, problem)| problem.clone())
    }

    /// Returns the cause of a problem that lasts.
    pub(super) fn cause(&self, notice: Notice) -> Option<String> {
        self.problem(notice).map(|problem| problem.cause)
    }

    /// Returns systemd's status line: where the river is served, from how many sources, and each problem.
    pub(super) fn status_line(&self, served_at: &str, sources: usize) -> String {
        let mut line = format!("serving {served_at} from {}", counted(sources as u64, "source"));
        for (notice, problem) in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // The status has only one line, so the hints are only in the log.
            line.extend(["; ", &notice.describe(problem).0]);
        }
        line
    }

    /// Says what a reload of feeds.toml changed, and whether the file was broken before. `what` is empty if nothing in the file
    /// changed. `purged` is how many articles were deleted with sources that were to be purged.
    pub(super) fn describe_reload(&self, what: &str, purged: u64) -> String {
        let was_broken = self.cause(Notice::Config).is_some().then(|| "it is valid again".to_owned());
        let changes = if what.is_empty() { "nothing that matters changed" } else { what };
        let deleted =
            (purged > 0).then(|| format!("deleted {} of purged sources", counted(purged, "article")));
        let changes = Some(changes.to_owned()).filter(|_| !what.is_empty() || deleted.is_none());
        [was_broken, changes, deleted].into_iter().flatten().collect::<Vec<_>>().join("; ")
    }

    /// Returns the problems that a verb can't find out by itself. One is that feeds.toml is broken for the daemon: its user may
    /// not be allowed to read it.
    pub(super) fn warnings(&self) -> Vec<String> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = noted
            .iter()
            .filter(|(notice, _)| matches!(notice, Notice::Config | Notice::Listen | Notice::Backup));
        let described = unknown.map(|(notice, problem)| notice.describe(problem));
        described.map(|(line, hints)| line + hints).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
    const LATER: Timestamp = Timestamp::from_unix(1_800_003_600);

    #[test]
    fn a_problem_is_reported_until_it_is_over() {
        let notices = Notices::default();
        assert!(!notices.note(Notice::Backup, None, NOW), "nothing was wrong");
        assert!(notices.note(Notice::Backup, Some("not mounted".to_owned()), NOW));
        assert!(notices.note(Notice::Backup, Some("no room\nhint: make some".to_owned()), LATER));
        assert!(!notices.note(Notice::Backup, Some("no room\nhint: make some".to_owned()), LATER), "no news");
        assert!(notices.note(Notice::Database, Some("it is full".to_owned()), LATER));
        assert_eq!(
            notices.status_line("http://127.0.0.1:8080/", 2),
            "serving http://127.0.0.1:8080/ from 2 sources; nothing is polled: it is full (since 2027-01-15T09:00:00Z); \
             no backup is made: no room (since 2027-01-15T08:00:00Z)"
        );
        assert_eq!(
            notices.warnings(),
            ["no backup is made: no room (since 2027-01-15T08:00:00Z)\nhint: make some"]
        );
        assert!(notices.note(Notice::Database, None, LATER) && notices.note(Notice::Backup, None, LATER));
        assert_eq!(notices.cause(Notice::Backup), None);
        assert_eq!(notices.describe_reload("", 0), "nothing that matters changed");
        assert_eq!(notices.describe_reload("", 5), "deleted 5 articles of purged sources");
        assert_eq!(notices.status_line("unix:/run/x", 1), "serving unix:/run/x from 1 source");
        notices.note(Notice::Config, Some("it is empty".to_owned()), LATER);
        assert_eq!(notices.describe_reload("added a", 0), "it is valid again; added a");
    }
}
