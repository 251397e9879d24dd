//! Removes query parameters that tell where a reader came from and do not select another page.

use url::form_urlencoded;

use super::domain::registrable_domain_of_name;

/// Beginnings of the names that tracking tools give their parameters. In lower case.
const PREFIXES: [&str; 8] = ["utm_", "mtm_", "piwik_", "matomo_", "hsa_", "at_custom", "bsft_", "__hs"];

/// Parameters that are used for tracking on every site. In lower case, sorted.
const NAMES: [&str; 113] = [
    "__s",
    "__twitter_impression",
    "_branch_match_id",
    "_branch_referrer",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "_ke",
    "_kx",
    "_openstat",
    "_trkparms",
    "amp_gsa",
    "amp_js_v",
    "at_bbc_team",
    "at_campaign",
    "at_campaign_type",
    "at_creation",
    "at_format",
    "at_general",
    "at_link_id",
    "at_link_origin",
    "at_link_type",
    "at_medium",
    "at_network",
    "at_platform",
    "at_ptr_name",
    "at_recipient_id",
    "at_recipient_list",
    "at_send_date",
    "at_variant",
    "ck_subscriber_id",
    "cmpid",
    "cvid_src",
    "dclid",
    "dm_i",
    "ef_id",
    "emci",
    "emdi",
    "epik",
    "fb_action_ids",
    "fb_action_types",
    "fb_comment_id",
    "fb_ref",
    "fb_source",
    "fbclid",
    "ga_campaign",
    "ga_content",
    "ga_medium",
    "ga_place",
    "ga_source",
    "ga_term",
    "gad_source",
    "gbraid",
    "gclid",
    "gclsrc",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "icid",
    "igsh",
    "igshid",
    "irclickid",
    "irgwc",
    "li_fat_id",
    "mbid",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "ml_subscriber",
    "ml_subscriber_hash",
    "msclkid",
    "ncid",
    "nr_email_referer",
    "ns_campaign",
    "ns_linkname",
    "ns_mchannel",
    "ns_source",
    "oly_anon_id",
    "oly_enc_id",
    "pk_campaign",
    "pk_cid",
    "pk_content",
    "pk_keyword",
    "pk_kwd",
    "pk_medium",
    "pk_source",
    "rb_clickid",
    "ref_src",
    "ref_url",
    "referringsource",
    "rss_id",
    "s_cid",
    "s_kwcid",
    "sc_campaign",
    "sc_channel",
    "sc_content",
    "sc_country",
    "sc_geo",
    "sc_outcome",
    "spm",
    "sr_share",
    "srsltid",
    "ttclid",
    "twclid",
    "usqp",
    "vero_conv",
    "vero_id",
    "wbraid",
    "wt.mc_ev",
    "wt.mc_id",
    "wt_mc",
    "yclid",
];

/// Parameters that are used for tracking on one site and for something else on others. A site that ends with a dot matches
/// under every public suffix.
const BY_HOST: [(&str, &[&str]); 14] = [
    ("youtube.com", &["feature", "si", "pp", "ab_channel", "t", "app"]),
    ("spotify.com", &["si", "context", "nd"]),
    ("x.com", &["s", "t"]),
    ("instagram.com", &["hl", "img_index"]),
    (
        "nytimes.com",
        &[
            "smid",
            "smtyp",
            "partner",
            "emc",
            "rref",
            "sk",
            "unlocked_article_code",
            "campaign_id",
            "instance_id",
        ],
    ),
    ("theguardian.com", &["cmp"]),
    ("bbc.co.uk", &["xtor"]),
    ("bbc.com", &["xtor"]),
    ("dailymail.co.uk", &["ito"]),
    (
        "amazon.",
        &["tag", "linkcode", "creative", "creativeasin", "camp", "pf_rd_p", "pf_rd_r", "psc", "ref_"],
    ),
    ("cnn.com", &["hpt", "iref"]),
    ("medium.com", &["sk", "sd"]),
    ("reddit.com", &["share_id", "rdt", "context"]),
    ("heise.de", &["from-classic"]),
];

/// The parameters that are removed from the query of a canonical URL: a built-in list, and those of the configuration.
#[derive(Clone, Default, Debug)]
pub struct TrackingParameters {
    /// Names from the configuration, in lower case.
    configured: Vec<String>,
}

impl TrackingParameters {
    /// Returns the built-in list and the `configured` names, which are compared without case.
    pub fn with(configured: &[String]) -> Self {
        Self { configured: configured.iter().map(|name| name.to_lowercase()).collect() }
    }

    /// Removes the tracking parameters and empty ones (`&&`) from the query of an address on `host`. The others stay byte
    /// for byte and in their order. `feed_host` is the host of the feed that contains the address.
    pub(super) fn strip(&self, query: &str, host: &str, feed_host: Option<&str>) -> String {
        let kept =
            query.split('&').filter(|pair| !pair.is_empty() && !self.is_tracking(pair, host, feed_host));
        let mut stripped = String::with_capacity(query.len());
        for pair in kept {
            if !stripped.is_empty() {
                stripped.push('&');
            }
            stripped.push_str(pair);
        }
        stripped
    }

    /// Returns whether a pair of name and value is for tracking only.
    fn is_tracking(&self, pair: &str, host: &str, feed_host: Option<&str>) -> bool {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = name.to_ascii_lowercase();
        let name = name.as_str();
        NAMES.binary_search(&name).is_ok()
            || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
            || self.configured.iter().any(|configured| configured == name)
            || BY_HOST.iter().any(|(site, names)| belongs_to(host, site) && names.contains(&name))
            || match name {
                "ref" => feed_host.is_some_and(|feed_host| names_host(value, feed_host)),
                // Medium writes `source=rss----abc---4`, also under custom domains.
                "source" => value.starts_with("rss-") || value == "rss",
                "from" | "cmp" => value == "rss",
                // MSN and other sites name campaigns in `ocid`. With the prefix `ocds-` it is the id of a public contract
                // instead.
                "ocid" => !value.starts_with("ocds-"),
                "amp" | "mobile" | "rss" => matches!(value, "" | "1" | "true"),
                "m" => matches!(value, "0" | "1") && host.split('.').any(|label| label == "blogspot"),
                "outputtype" => value == "amp",
                // The form of a page for a printer, as WP-Print, MediaWiki, Joomla and others write it.
                "print" | "printable" => matches!(value, "" | "1" | "true" | "yes" | "print"),
                "view" | "format" | "output" | "layout" => value == "print",
                "tmpl" => value == "component",
                _ => false,
            }
    }
}

/// Returns whether `host` is part of `site`, which matches under every public suffix if it ends with a dot.
fn belongs_to(host: &str, site: &str) -> bool {
    if site.ends_with('.') {
        return registrable_domain_of_name(host).is_some_and(|domain| domain.starts_with(site));
    }
    host.strip_suffix(site).is_some_and(|front| front.is_empty() || front.ends_with('.'))
}

/// Returns whether the value of `ref=` names the host of the feed, with or without `https://` and `www.`, or the site that
/// this host belongs to (`example.org` for a feed on `feeds.example.org`).
fn names_host(value: &str, feed_host: &str) -> bool {
    let Some((decoded, _)) = form_urlencoded::parse(value.as_bytes()).next() else {
        return false;
    };
    let named = decoded.to_ascii_lowercase();
    let named = named.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    let feed_host = feed_host.to_ascii_lowercase();
    let feed_host = feed_host.as_str();
    let site = registrable_domain_of_name(feed_host).unwrap_or(feed_host);
    let named = named.strip_prefix("www.").unwrap_or(named);
    named == feed_host.strip_prefix("www.").unwrap_or(feed_host) || named == site
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_so_that_it_can_be_searched() {
        assert!(NAMES.is_sorted());
    }
}
