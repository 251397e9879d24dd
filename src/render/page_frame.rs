//! What all web pages share: the style sheet, the script, the security policy, and how times are written.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{Local, NaiveDateTime};
use sha2::{Digest as _, Sha256};

use super::Representation;
use crate::time::Timestamp;

const STYLE: &str = include_str!("../../templates/style.css");
const SCRIPT: &str = include_str!("../../templates/river.js");

/// The value of `Content-Security-Policy`. The pages may use their own style sheet and script, show pictures, play recordings
/// and send forms to riverd, and do nothing else. Even if markup from a source got into a page, it could run no script and send
/// no form to another server.
pub static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; script-src 'self'; img-src data: https: http:; \
         media-src https: http:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
});

/// Version of the script, which is part of its address. So browsers may keep each version for ever.
static SCRIPT_VERSION: LazyLock<String> =
    LazyLock::new(|| hex::encode(Sha256::digest(SCRIPT).get(..6).unwrap_or_default()));

/// A page could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("can't render the page: {0}")]
pub struct PageRenderError(#[from] askama::Error);

/// What the template of every page needs.
pub(super) struct Frame {
    pub(super) style: &'static str,
    pub(super) script_version: &'static str,
    /// Relative path from the page to the root of the river. Relative links work under any path prefix that a proxy adds.
    pub(super) root: String,
}

impl Frame {
    /// Makes the frame of a page that is this many folders below the root.
    pub(super) fn at_depth(folders: usize) -> Self {
        let root = if folders == 0 { "./".to_owned() } else { "../".repeat(folders) };
        Self { style: STYLE, script_version: &SCRIPT_VERSION, root }
    }
}

/// Returns the script of the pages as a document. The pages also work without it.
pub fn script() -> Representation {
    Representation::new("text/javascript; charset=utf-8", SCRIPT.as_bytes().to_vec())
}

/// Makes the representation of a page.
pub(super) fn html_page(page: &impl askama::Template) -> Result<Representation, PageRenderError> {
    Ok(Representation::new("text/html; charset=utf-8", page.render()?.into_bytes()))
}

/// The time zone in which pages write times. The script rewrites them in the reader's own zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageZone {
    /// The time zone of the machine, which is probably also that of the operator.
    Operator,
    /// UTC.
    Utc,
}

impl PageZone {
    /// Returns the local date and time of a moment.
    pub(super) fn local(self, at: Timestamp) -> NaiveDateTime {
        match self {
            Self::Operator => at.to_utc().with_timezone(&Local).naive_local(),
            Self::Utc => at.to_utc().naive_utc(),
        }
    }

    /// Returns the words by which a page says in which zone its times are.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Operator => "in the time zone of this server, or in yours where scripts run",
            Self::Utc => "UTC, or in your time zone where scripts run",
        }
    }

    /// Returns a `<time>` element with a date and a time.
    pub(super) fn moment(self, at: Timestamp) -> String {
        format!(
            "<time datetime=\"{at}\" data-as=\"moment\">{}</time>",
            self.local(at).format("%-d %b %Y, %H:%M")
        )
    }

    /// Returns a `<time>` element with a date and a time, which the script replaces by its distance from now.
    pub(super) fn relative(self, at: Timestamp) -> String {
        self.moment(at).replace("data-as=\"moment\"", "data-as=\"relative\"")
    }
}

/// A link on a page, with what is said about it.
pub(super) struct PageLink {
    pub(super) url: String,
    pub(super) label: String,
    pub(super) about: String,
}
