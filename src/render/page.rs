//! Renders the river as web pages: plain HTML and CSS without scripts. They are the same for every public address.

use std::sync::LazyLock;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{Representation, article_fields, valid};
use crate::model::{MergedFeed, MergedItem};
use crate::time::Timestamp;

/// Articles on one page. It loads quickly, and a river of 200 articles has four pages.
const ARTICLES_PER_PAGE: usize = 50;

const STYLE: &str = include_str!("../../templates/style.css");

/// The value of `Content-Security-Policy`: the pages may use their own style sheet and show pictures, and nothing else. If
/// markup from a source ever got into a page, it could run or send nothing.
pub static CONTENT_SECURITY_POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; img-src data: https: http:; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    )
});

/// A page could not be rendered.
#[derive(Debug, thiserror::Error)]
#[error("can't render the page: {0}")]
pub struct PageError(#[from] askama::Error);

#[derive(Template)]
#[template(path = "river.html", whitespace = "minimize")]
struct RiverPage {
    style: &'static str,
    title: String,
    description: String,
    days: Vec<PageDay>,
    newer: Option<String>,
    older: Option<String>,
    number: usize,
    pages: usize,
}

struct PageDay {
    date: String,
    articles: Vec<PageArticle>,
}

struct PageArticle {
    headline: String,
    url: Option<String>,
    source: String,
    site: Option<String>,
    author: Option<String>,
    language: Option<String>,
    at: Timestamp,
    time: String,
    excerpt: String,
    image: Option<article_fields::Image>,
    also_in: Vec<article_fields::AlsoInPlace>,
}

/// Renders the pages of the river, the newest first. There is at least one. The first is served at `/`, the others at
/// `/?page=2` and so on.
pub fn river_pages(feed: &MergedFeed) -> Result<Vec<Representation>, PageError> {
    let mut chunks: Vec<&[MergedItem]> = feed.items.chunks(ARTICLES_PER_PAGE).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let pages = chunks.len();
    let numbered = chunks.into_iter().enumerate();
    numbered.map(|(index, articles)| river_page(feed, articles, index + 1, pages)).collect()
}

fn river_page(
    feed: &MergedFeed,
    articles: &[MergedItem],
    number: usize,
    pages: usize,
) -> Result<Representation, PageError> {
    // Relative links work under any path prefix that a proxy adds.
    let address = |number: usize| if number == 1 { "./".to_owned() } else { format!("./?page={number}") };
    let page = RiverPage {
        style: STYLE,
        title: valid::line(&feed.channel.title),
        description: valid::line(&feed.channel.description),
        days: days(articles),
        newer: (number > 1).then(|| address(number - 1)),
        older: (number < pages).then(|| address(number + 1)),
        number,
        pages,
    };
    Ok(Representation::new("text/html; charset=utf-8", page.render()?.into_bytes()))
}

/// Groups articles by their day in UTC.
fn days(articles: &[MergedItem]) -> Vec<PageDay> {
    let day_of = |merged: &MergedItem| merged.article.river_at.to_utc().date_naive();
    articles
        .chunk_by(|a, b| day_of(a) == day_of(b))
        .filter_map(|of_day| {
            let date = day_of(of_day.first()?).format("%A, %-d %B %Y").to_string();
            Some(PageDay { date, articles: of_day.iter().map(page_article).collect() })
        })
        .collect()
}

fn page_article(merged: &MergedItem) -> PageArticle {
    let article = &merged.article;
    // A post without a title is shown as its own headline, and not repeated below it.
    let is_short_post = article.title.trim().is_empty() && !merged.excerpt.is_empty();
    let (headline, excerpt) =
        if is_short_post { (&merged.excerpt, "") } else { (&merged.headline, merged.excerpt.as_str()) };
    let excerpt = if excerpt == headline { "" } else { excerpt };
    PageArticle {
        headline: valid::line(headline),
        url: article.url.as_deref().and_then(valid::address),
        source: article_fields::source_title(&article.source),
        site: article.source.site_url.as_deref().and_then(valid::address),
        author: article_fields::author(article),
        language: article.language.as_deref().and_then(valid::language),
        at: article.river_at,
        time: article.river_at.to_utc().format("%H:%M").to_string(),
        excerpt: valid::line(excerpt),
        image: article_fields::image(article),
        also_in: article_fields::also_in(article),
    }
}

#[derive(Template)]
#[template(path = "not_found.html")]
struct NotFoundPage {
    style: &'static str,
}

/// Renders the page for a path where nothing is.
pub fn not_found_page() -> String {
    // If the template fails, a plain sentence is enough, because the status says the same.
    NotFoundPage { style: STYLE }.render().unwrap_or_else(|_| "There is nothing here.".to_owned())
}
