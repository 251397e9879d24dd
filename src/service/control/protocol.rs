//! The messages on the control socket. Each message is one line of JSON. Only the request `keep_answer` has a body after its
//! line. A verb sends one request, and the daemon sends one or more answers. The last answer is `done`, `summary` or `health`,
//! or `error` if the request failed.

use serde::{Deserialize, Serialize};

use crate::model::EarlierAnswer;
use crate::store::StoreError;

/// Maximum length of a request in bytes, with its line end. Names of a thousand sources fit.
pub const MAX_REQUEST_BYTES: usize = 64 << 10;

/// Maximum length of an answer in bytes, with its line end. The longest answer is the report of one poll.
pub const MAX_ANSWER_BYTES: usize = 1 << 20;

/// What a verb asks the daemon to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
pub enum ControlRequest {
    /// Poll sources now. The daemon reads feeds.toml first, if it changed. Answers: `planned`, a `polled` for each source, and
    /// `summary`.
    Poll {
        /// Names or addresses of sources. Empty for all sources that are due.
        sources: Vec<String>,
        /// Whether to poll every enabled source.
        all: bool,
    },
    /// Note whether the articles of a source are deleted once feeds.toml no longer names it. Answer: `done`.
    NotePurge {
        /// Address of the source.
        url: String,
        /// Whether the articles are deleted.
        purge: bool,
    },
    /// Let a source that its server called gone (410) be polled again. Answer: `done`.
    Revive {
        /// Address of the source.
        url: String,
    },
    /// Keep, for the next poll of a source, the answer that a verb got from its server. The body follows the line, unless it is
    /// too large to be kept. Answer: `done`.
    KeepAnswer {
        /// The answer, with the length of its body in bytes.
        answer: Box<EarlierAnswer<usize>>,
    },
    /// Say whether the database can be written, and what else is wrong. Answer: `health`.
    Health,
    /// Read feeds.toml now. Answer: `done`, or `error` if the file is broken or can't be put in force.
    Reload,
}

/// What the daemon answers.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum ControlAnswer {
    /// How many sources are polled for the request.
    Planned {
        /// The number of sources.
        sources: usize,
    },
    /// The report of one source.
    Polled {
        /// The object of `poll --json`.
        line: serde_json::Value,
        /// Name of the source.
        name: String,
        /// What a person should know, if the source was skipped or failed.
        #[serde(rename = "trouble")]
        problem: Option<String>,
    },
    /// All polls have ended.
    Summary {
        /// The last object of `poll --json`.
        line: serde_json::Value,
        /// The summary for people.
        text: String,
        /// How many sources failed.
        failed: usize,
    },
    /// Whether the database can be written, and what else is wrong.
    Health {
        /// Why polls can't be stored now; `None` if they can be stored.
        #[serde(rename = "trouble")]
        problem: Option<String>,
        /// What else is wrong with the daemon, apart from its sources and feeds.toml.
        #[serde(default)]
        warnings: Vec<String>,
    },
    /// The request was carried out.
    Done {
        /// How many articles were deleted with purged sources. It is 0 for all requests except `reload`.
        purged: u64,
    },
    /// The request was not carried out.
    Error {
        /// Why, and what to do about it.
        message: String,
        /// Exit code of the verb.
        exit_code: u8,
    },
}

impl ControlAnswer {
    /// Returns the answer to a request that failed.
    pub fn error(error: &dyn std::fmt::Display) -> Self {
        Self::Error { message: error.to_string(), exit_code: 1 }
    }

    /// Returns the answer to a request that the store could not carry out.
    pub fn store_error(error: &StoreError) -> Self {
        let hint = error.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        let exit_code = if error.is_permanent() { 78 } else { 1 };
        Self::Error { message: format!("{error}{hint}"), exit_code }
    }

    /// Returns the answer to a wrong request.
    pub fn wrong_usage(message: String) -> Self {
        Self::Error { message, exit_code: 2 }
    }
}
