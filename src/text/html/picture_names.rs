//! Recognises one picture in several sizes by its addresses.

use std::borrow::Cow;

use crate::text::words::is_all_digits;

/// What programs write at the end of a name for a size of a picture, besides two numbers (`-300x200`).
const SIZE_WORDS: [&str; 9] =
    ["-scaled", "-thumb", "_thumb", ".thumb", "-small", "-large", "-medium", "_large", "_small"];

/// Names that YouTube gives the first picture of a video in its sizes.
const YOUTUBE_NAMES: [&str; 6] = ["default", "mqdefault", "hqdefault", "sddefault", "maxresdefault", "hq720"];

/// File extensions of pictures.
pub(super) const PICTURE_EXTENSIONS: [&str; 9] =
    ["jpg", "jpeg", "png", "webp", "gif", "avif", "svg", "jfif", "bmp"];

/// Parameters of a query that state the size, the form or the version of a picture, and not which picture it is.
const SIZE_PARAMETERS: [&str; 17] = [
    "w", "h", "width", "height", "size", "fit", "resize", "crop", "quality", "q", "format", "fm", "auto",
    "dpr", "ssl", "v", "ver",
];

/// Returns whether the path of an address ends like the name of a picture's file. If it does not, only the query may say which
/// picture the address means.
pub fn names_picture(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit_once('.')
        .is_some_and(|(_, end)| PICTURE_EXTENSIONS.iter().any(|known| end.eq_ignore_ascii_case(known)))
}

/// Returns the address of a picture without its scheme, its extension and the marks of its size. Its query counts only if its
/// path names no picture (`/show?id=7`), and without [`SIZE_PARAMETERS`]. Two pictures for which this is the same text are one
/// picture in two sizes.
pub fn without_size(address: &str) -> String {
    let (scaled, host) = (scaled_address(address), host_of(address));
    let scaled = scaled.as_deref().map(|inner| match inner.strip_prefix('/') {
        Some(path) if !path.starts_with('/') => Cow::Owned(format!("{host}/{path}")),
        _ => Cow::Borrowed(inner.trim_start_matches("//")),
    });
    name_without_size(scaled.as_deref().unwrap_or(address))
}

/// Returns the address in the query of a program that scales the picture of another address:
/// `/_next/image?url=%2Fpier.jpg&w=640`.
fn scaled_address(address: &str) -> Option<String> {
    let (_, query) = address.split_once('?').filter(|_| !names_picture(address))?;
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let inner = pairs.into_iter().find(|(key, _)| ["url", "src", "image"].contains(&&**key))?.1;
    (inner.contains('/') && names_picture(&inner)).then(|| inner.into_owned())
}

fn host_of(address: &str) -> &str {
    let after = address.split_once("://").map_or(address, |(_, after)| after);
    after.split('/').next().unwrap_or_default()
}

fn name_without_size(address: &str) -> String {
    let query = address.split_once('?').filter(|_| !names_picture(address)).map_or("", |(_, query)| query);
    let is_size = |pair: &&str| {
        pair.is_empty() || SIZE_PARAMETERS.contains(&pair.split('=').next().unwrap_or_default())
    };
    let which: Vec<&str> = query.split('&').filter(|pair| !is_size(pair)).collect();
    let query = if which.is_empty() { String::new() } else { format!("?{}", which.join("&")) };
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let address = address.split_once("://").map_or(address, |(_, after)| after);
    let (directory, name) = address.rsplit_once('/').unwrap_or(("", address));
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    // Some programs add `.webp` to the whole name: `pier.jpg.webp`.
    let stem = stem
        .rsplit_once('.')
        .filter(|(_, end)| PICTURE_EXTENSIONS.contains(end))
        .map_or(stem, |(stem, _)| stem);
    let stem = if directory.contains("ytimg.com/") && YOUTUBE_NAMES.contains(&stem) { "" } else { stem };
    let mut stem = stem.strip_suffix("@2x").unwrap_or(stem);
    for _ in 0..2 {
        let size = SIZE_WORDS.iter().find_map(|word| stem.strip_suffix(word));
        stem = size.or_else(|| without_numbers(stem)).filter(|rest| !rest.is_empty()).unwrap_or(stem);
    }
    // Spiegel writes the width and the ratio, and the New York Times names its sizes.
    stem = stem.split_once("_w").filter(|(_, size)| is_width_and_ratio(size)).map_or(stem, |(rest, _)| rest);
    if directory.starts_with("static01.nyt.com/") {
        let named = stem.rsplit_once('-').filter(|(_, size)| size.bytes().all(|b| b.is_ascii_alphanumeric()));
        stem = named.map_or(stem, |(rest, _)| rest);
    }
    if directory == "i.imgur.com" && stem.len() == 8 {
        stem = stem.strip_suffix(['s', 'b', 't', 'm', 'l', 'h']).unwrap_or(stem);
    }
    // Discourse keeps the pictures that it scales in another directory, and ends their names with its version: `_2`.
    let directory = match directory.split_once("/optimized/") {
        Some((before, after)) => {
            stem = stem.strip_suffix("_2").unwrap_or(stem);
            Cow::Owned(format!("{before}/original/{after}"))
        }
        None => Cow::Borrowed(directory),
    };
    // Flickr has one letter for each size, Wikimedia the width before the name.
    if directory.contains("staticflickr.com") {
        stem = stem.rsplit_once('_').filter(|(_, size)| size.len() == 1).map_or(stem, |(rest, _)| rest);
    }
    let width = stem.split_once("px-").filter(|(width, _)| is_all_digits(width));
    format!("{directory}/{}{query}", width.map_or(stem, |(_, rest)| rest))
}

/// Returns a name without the width and the height at its end: `-300x200`, `_640x`.
fn without_numbers(stem: &str) -> Option<&str> {
    let (rest, size) = stem.rsplit_once(['-', '_', '.'])?;
    let (width, height) = size.split_once('x')?;
    (is_all_digits(width) && (height.is_empty() || is_all_digits(height))).then_some(rest)
}

/// Returns whether a text is a width and a ratio, perhaps with more behind them: `948_r1.778_fpx50_fpy50`.
fn is_width_and_ratio(size: &str) -> bool {
    let ratio = size.split_once("_r").filter(|(width, _)| is_all_digits(width));
    ratio.is_some_and(|(_, ratio)| ratio.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_one_picture_have_the_same_name_and_other_pictures_do_not() {
        for (one, other) in [
            ("https://a.example/up/pier-150x150.jpg", "https://a.example/up/pier-1024x683.jpg?w=3"),
            ("https://a.example/up/pier.jpg", "http://a.example/up/pier-scaled.jpg"),
            ("https://a.example/pier_100x.jpg", "https://a.example/pier_800x.webp"),
            ("https://a.example/pier.jpg", "https://a.example/pier-768x512.jpg.webp"),
            ("https://a.example/show?id=7&w=80", "https://a.example/show?id=7&w=800"),
            ("https://live.staticflickr.com/1/2_ab_b.jpg", "https://live.staticflickr.com/1/2_ab_m.jpg"),
            ("https://i.vimeocdn.com/video/1-d_960x540.jpg", "https://i.vimeocdn.com/video/1-d_295x166"),
            ("https://i.ytimg.com/vi/ab/hqdefault.jpg", "https://i.ytimg.com/vi/ab/maxresdefault.jpg"),
            (
                "https://a.example/_next/image?url=%2Fup%2Fpier.jpg&w=640&q=75",
                "https://a.example/up/pier.jpg",
            ),
            ("https://images.weserv.nl/?url=a.example/pier.jpg&w=300", "https://a.example/pier-300x200.jpg"),
            ("https://wsrv.nl/?url=https://a.example/pier.jpg&w=300", "https://a.example/pier.jpg"),
            (
                "https://static01.nyt.com/images/2026/pier/1pier-mediumSquareAt3X.jpg",
                "https://static01.nyt.com/images/2026/pier/1pier-articleLarge.jpg",
            ),
            ("https://cdn.example/ab-12_w948_r1.778_fpx50.jpg", "https://cdn.example/ab-12_w520_r2_fpx3.jpg"),
            (
                "https://f.example/original/3X/a/b/abc.jpeg",
                "https://f.example/optimized/3X/a/b/abc_2_690x460.jpeg",
            ),
            ("https://i.imgur.com/AbCdEfGh.jpg", "https://i.imgur.com/AbCdEfG.jpg"),
            ("https://w.example/F.jpg/120px-F.jpg", "https://w.example/F.jpg/330px-F.jpg"),
        ] {
            assert_eq!(without_size(one), without_size(other));
        }
        for (one, other) in [
            ("https://a.example/pier-1.jpg", "https://a.example/pier-2.jpg"),
            ("https://a.example/show?id=7&w=80", "https://a.example/show?id=8&w=80"),
            ("https://a.example/1/pier.jpg", "https://a.example/2/pier.jpg"),
            ("https://i.ytimg.com/vi/ab/hqdefault.jpg", "https://i.ytimg.com/vi/cd/hqdefault.jpg"),
            ("https://a.example/2_b.jpg", "https://a.example/2_m.jpg"),
            (
                "https://a.example/_next/image?url=%2F1.jpg&w=640",
                "https://a.example/_next/image?url=%2F2.jpg&w=640",
            ),
            ("https://a.example/pier-mediumSquare.jpg", "https://a.example/pier-articleLarge.jpg"),
            ("https://i.imgur.com/AbCdEf1.jpg", "https://i.imgur.com/AbCdEf2.jpg"),
            ("https://a.example/300x200.jpg", "https://a.example/640x480.jpg"),
        ] {
            assert_ne!(without_size(one), without_size(other));
        }
    }
}
