//! Draws small bar charts as inline SVG. The style sheet of the pages has the styles of the bars.

use std::fmt::Write as _;

/// Width of one bar with its gap, in units of the picture.
const BAR: usize = 10;
/// Height of the picture, in its own units.
const HEIGHT: u64 = 60;

/// One bar, which may consist of two parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bar {
    /// Count that the lower part shows.
    pub(super) count: u64,
    /// Count that the upper part shows, in the colour of warnings.
    pub(super) warned: u64,
    /// What the bar stands for, in words. A browser shows them while the pointer is on the bar.
    pub(super) title: String,
}

/// Draws the bars. `description` says what they show, for people who can't see them. The description and the titles of the bars
/// are not escaped, so they must not contain characters of markup.
pub(super) fn bars(bars: &[Bar], description: &str) -> String {
    let highest = bars.iter().map(|bar| bar.count + bar.warned).max().unwrap_or_default().max(1);
    let width = bars.len() * BAR;
    let mut svg = format!(
        "<svg class=\"plot\" viewBox=\"0 0 {width} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{description}\">"
    );
    for (index, bar) in bars.iter().enumerate() {
        let x = index * BAR;
        let (lower, upper) = (scaled(bar.count, highest), scaled(bar.warned, highest));
        // Writing to a string does not fail.
        let written = write!(
            svg,
            "<g><title>{}</title><rect class=\"ground\" x=\"{x}\" y=\"0\" width=\"8\" height=\"{HEIGHT}\"/>",
            bar.title
        );
        written.unwrap_or_default();
        svg.push_str(&rectangle("bar", x, HEIGHT - lower, lower));
        svg.push_str(&rectangle("warned", x, HEIGHT - lower.min(HEIGHT) - upper.min(HEIGHT - lower), upper));
        svg.push_str("</g>");
    }
    svg.push_str("</svg>");
    svg
}

fn rectangle(class: &str, x: usize, y: u64, height: u64) -> String {
    if height == 0 {
        return String::new();
    }
    format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"8\" height=\"{height}\"/>")
}

/// Scales a count to the height of the picture. A count above zero is always visible.
fn scaled(count: u64, highest: u64) -> u64 {
    if count == 0 {
        0
    } else {
        (u128::from(count) * u128::from(HEIGHT) / u128::from(highest.max(1))).max(1) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(count: u64, warned: u64) -> Bar {
        Bar { count, warned, title: "x".to_owned() }
    }

    #[test]
    fn bars_stay_in_the_picture_and_small_counts_stay_visible() {
        let svg = bars(&[bar(0, 0), bar(1, 0), bar(1_000_000, 500_000), bar(u64::MAX / 4, 1)], "d");
        assert!(svg.contains("viewBox=\"0 0 40 60\""), "{svg}");
        for part in svg.split("<rect ").skip(1) {
            let number = |name: &str| -> u64 {
                let rest = part.split(&format!(" {name}=\"")).nth(1).unwrap();
                rest.split('"').next().unwrap().parse().unwrap()
            };
            assert!(number("y") + number("height") <= 60, "{part}");
        }
        assert_eq!(svg.matches("class=\"bar\"").count(), 3, "{svg}");
    }

    #[test]
    fn a_plot_of_nothing_is_empty_ground() {
        assert!(!bars(&[bar(0, 0)], "d").contains("class=\"bar\""));
    }
}
