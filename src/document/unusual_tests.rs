//! Tests with documents that each have one unusual feature.

use super::*;
use crate::model::{Entry, LeftOutReason, MarkupText};

fn read(body: &str) -> ParsedFeed {
    let url = Url::parse("http://site.example/feed.xml").unwrap();
    parse(RawDocument { body: body.as_bytes(), content_type: None, url: Some(&url) }).unwrap()
}

fn channel(items: &str) -> ParsedFeed {
    read(&format!(r#"<rss version="2.0"><channel><title>T</title>{items}</channel></rss>"#))
}

/// Reads a channel with one item that contains `elements`, and returns the entry.
fn item(elements: &str) -> Entry {
    let mut entries = channel(&format!("<item>{elements}</item>")).entries;
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries.remove(0)
}

fn title(written: &str) -> String {
    item(&format!("<title>{written}</title><guid>1</guid>")).title.unwrap_or_default()
}

fn repairs(feed: &ParsedFeed) -> Vec<&'static str> {
    feed.defects.iter().map(|defect| defect.name).collect()
}

fn html(text: Option<&MarkupText>) -> &str {
    match text {
        Some(MarkupText::UnsafeHtml(html)) => html,
        other => panic!("no HTML: {other:?}"),
    }
}

#[test]
fn a_text_has_no_white_space_at_its_ends_that_a_repair_brought() {
    let entry = item("<description>\u{c2}\u{a0}Ørsted og årsag</description><guid>1</guid>");
    assert_eq!(entry.summary, Some(MarkupText::Plain("Ørsted og årsag".to_owned())));
}

#[test]
fn texts_stand_in_their_own_entry_and_field() {
    let items = "<item><title>First &lt;b&gt;title&lt;/b&gt;</title><description>One &amp;lt; two</description><guid>1</guid></item>\
        <item><description>7</description><guid>2</guid></item>\
        <item><title>0</title><description>]]&gt; end</description><guid>3</guid></item>";
    let feed = channel(items);
    let texts: Vec<(Option<&str>, Option<MarkupText>)> =
        feed.entries.iter().map(|entry| (entry.title.as_deref(), entry.summary.clone())).collect();
    let plain = |text: &str| Some(MarkupText::Plain(text.to_owned()));
    assert_eq!(
        texts,
        [(Some("First title"), plain("One < two")), (None, plain("7")), (Some("0"), plain("]]> end"))]
    );
    assert_eq!(feed.title.as_deref(), Some("T"));
}

#[test]
fn names_of_categories_people_and_sources_are_decoded_once_like_titles() {
    for (written, category) in [
        ("<![CDATA[Arts &amp; Culture]]>", "Arts & Culture"),
        ("<![CDATA[Rock &#8217;n&#8217; Roll]]>", "Rock ’n’ Roll"),
        ("AT&amp;T", "AT&T"),
        ("<![CDATA[<b>New</b>]]>", "New"),
        ("Vec&lt;T&gt;", "Vec<T>"),
    ] {
        assert_eq!(item(&format!("<category>{written}</category>")).categories, [category], "{written}");
    }
    let keywords = item("<media:keywords><![CDATA[R&amp;D, Caf&eacute;]]></media:keywords>");
    assert_eq!(keywords.categories, ["R&D", "Café"]);

    for (written, author) in [
        ("<dc:creator><![CDATA[O&#039;Brien]]></dc:creator>", "O'Brien"),
        ("<author>&lt;a href=\"http://e.org/\"&gt;Jo&lt;/a&gt;</author>", "Jo"),
        ("<author>Jo &lt;jo@e.org&gt;</author>", "Jo"),
        ("<author><name><![CDATA[Jo &amp; Co]]></name></author>", "Jo & Co"),
    ] {
        assert_eq!(item(written).authors, [author], "{written}");
    }

    let source = item("<source url=\"http://e.org/feed\"><![CDATA[A &amp; B]]></source>").origin.unwrap();
    assert_eq!(source.title.as_deref(), Some("A & B"));
}

#[test]
fn several_people_in_one_line_are_several_authors() {
    for (written, authors) in [
        ("a@b.org (Ann), c@d.org (Cy)", vec!["Ann", "Cy"]),
        ("a@e.org,b@e.org", vec!["a@e.org", "b@e.org"]),
        ("Ann &lt;a@b.org&gt;; Cy &lt;c@d.org&gt;", vec!["Ann", "Cy"]),
        ("a@b.org (Ann, at home), c@d.org", vec!["Ann, at home", "c@d.org"]),
        ("Doe, Jo &lt;jo@e.org&gt;", vec!["Doe, Jo"]),
        ("Ann, Cy", vec!["Ann, Cy"]),
    ] {
        assert_eq!(item(&format!("<author>{written}</author>")).authors, authors, "{written}");
    }
}

#[test]
fn an_address_without_a_name_is_no_author_beside_a_name() {
    for (written, authors) in [
        ("<author>noreply@e.org</author><dc:creator>Ann</dc:creator>", vec!["Ann"]),
        ("<dc:creator>Ann</dc:creator><author>ann@e.org</author>", vec!["Ann"]),
        ("<author>noreply@e.org</author>", vec!["noreply@e.org"]),
        ("<author>ann@e.org (Ann)</author><dc:creator>Ann</dc:creator>", vec!["Ann"]),
    ] {
        assert_eq!(item(written).authors, authors, "{written}");
    }
    let entry = item(
        "<dc:creator>Jan</dc:creator><dc:contributor>Bo</dc:contributor><atom:contributor><atom:name>Cy</atom:name></atom:contributor>",
    );
    assert_eq!(
        (entry.authors, entry.details.contributors.clone()),
        (vec!["Jan".to_owned()], vec!["Bo".to_owned(), "Cy".to_owned()])
    );
}

#[test]
fn the_wider_picture_of_a_group_and_a_thumbnail_as_text_are_found() {
    for (elements, picture) in [
        (
            "<media:content url='http://e.org/1.jpg' width='140'/><media:content url='http://e.org/2.jpg' width='700'/>",
            "http://e.org/2.jpg",
        ),
        (
            "<media:group><media:content url='http://e.org/1.jpg' width='300' medium='image'/>\
             <media:content url='http://e.org/2.jpg' width='1100' medium='image'/></media:group>",
            "http://e.org/2.jpg",
        ),
        (
            "<media:content url='http://e.org/2.jpg' width='1200' medium='image'>\
             <media:thumbnail url='http://e.org/1.jpg' width='150'/><media:description>Two</media:description></media:content>",
            "http://e.org/2.jpg",
        ),
        ("<media:thumbnail>http://e.org/2.jpg</media:thumbnail>", "http://e.org/2.jpg"),
    ] {
        let entry = item(&format!("<title>t</title>{elements}"));
        assert_eq!(entry.details.image.as_ref().map(|image| image.url.as_str()), Some(picture), "{elements}");
    }
}

#[test]
fn categories_authors_and_files_inside_a_list_element_are_read() {
    let entry = item(
        "<categories><category>A</category><category>B</category></categories>\
         <authors><author>Jo</author></authors>\
         <enclosures><enclosure url=\"http://e.org/1.mp3\"/></enclosures><title>t</title>",
    );
    assert_eq!(entry.categories, ["A", "B"]);
    assert_eq!(entry.authors, ["Jo"]);
    assert_eq!(entry.enclosures.len(), 1);
    assert_eq!(entry.title.as_deref(), Some("t"));
    let feed = channel("<item><categories><category>A</category></categories></item>");
    assert!(feed.defects.is_empty(), "{:?}", feed.defects);
}

#[test]
fn the_category_by_which_blogger_marks_posts_is_ignored() {
    let entry = item(
        "<category scheme=\"http://schemas.google.com/g/2005#kind\" \
         term=\"http://schemas.google.com/blogger/2008/kind#post\"/>\
         <category scheme=\"http://www.blogger.com/atom/ns#\" term=\"rust\"/>",
    );
    assert_eq!(entry.categories, ["rust"]);
}

#[test]
fn a_guid_that_is_a_permalink_is_resolved_like_a_link() {
    for (guid, link) in [
        ("<guid isPermaLink=\"true\">/blog/intro</guid>", Some("http://site.example/blog/intro")),
        ("<guid isPermaLink=\"true\">post?id=1</guid>", Some("http://site.example/post?id=1")),
        ("<guid isPermaLink=\"true\">/a</guid><link>/b</link>", Some("http://site.example/b")),
        ("<guid isPermaLink=\"false\">/blog/intro</guid>", None),
        ("<guid>1204</guid>", None),
        ("<guid isPermaLink=\"true\">1204 at e.org</guid>", None),
        ("<guid isPermaLink=\"true\">tag:e.org,2026:1</guid>", None),
    ] {
        assert_eq!(item(guid).link.as_deref(), link, "{guid}");
    }
}

#[test]
fn an_empty_item_inside_an_item_does_not_end_it_and_is_no_entry() {
    let feed = channel(
        "<item><title>a</title><item /><feedburner:origLink>http://e.org/a</feedburner:origLink></item>\
         <item><title>b</title></item>",
    );
    let titles: Vec<_> = feed.entries.iter().map(|entry| entry.title.as_deref()).collect();
    assert_eq!(titles, [Some("a"), Some("b")]);
    assert_eq!(feed.entries[0].original_link.as_deref(), Some("http://e.org/a"));
    assert!(repairs(&feed).contains(&"empty-entry"));
}

#[test]
fn empty_entries_are_left_out_and_many_of_them_hide_no_other_entry() {
    let valid = "<item><title>a</title></item>";
    let feed = channel(&format!("{}<item> </item>{valid}", "<item/>".repeat(30_000)));
    assert_eq!(feed.entries.len(), 1);
    let empty = feed.defects.iter().find(|defect| defect.name == "empty-entry").unwrap();
    assert_eq!(empty.count, 30_001);
    assert_eq!(feed.left_out.of(LeftOutReason::Empty), 30_001);
}

#[test]
fn xhtml_under_a_prefix_keeps_its_markup() {
    let xhtml = "xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"";
    let entry = item(&format!(
        "<xhtml:body {xhtml}><xhtml:p>one <xhtml:a href=\"http://x.org/\">link</xhtml:a></xhtml:p>\
         <xhtml:img src=\"http://x.org/i\"/></xhtml:body>"
    ));
    assert_eq!(
        html(entry.content.as_ref()),
        "<p>one <a href=\"http://x.org/\">link</a></p><img src=\"http://x.org/i\">"
    );
}

#[test]
fn rdf_about_is_the_id_of_an_item_with_any_prefix() {
    let feed = read(
        "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\">\
         <item r:about=\"http://e.org/1\"><title>a</title></item><item about=\"http://e.org/2\"/></r:RDF>",
    );
    let ids: Vec<_> = feed.entries.iter().map(|entry| entry.id.as_deref()).collect();
    assert_eq!(ids, [Some("http://e.org/1"), Some("http://e.org/2")]);
}

#[test]
fn each_text_of_an_entry_has_its_own_base() {
    let feed = read(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"http://f.org/\">\
         <entry xml:base=\"http://e.org/\"><summary type=\"html\" xml:base=\"http://s.org/\">s</summary>\
         <content type=\"html\" xml:base=\"http://c.org/\">c</content></entry>\
         <entry xml:base=\"http://e.org/\"><summary type=\"html\" xml:base=\"sub/\">s</summary>\
         <content type=\"xhtml\"><div xml:base=\"http://c.org/\"><a href=\"q\">c</a></div></content></entry>\
         <entry><summary type=\"html\">s</summary>\
         <content type=\"xhtml\" xml:base=\"a/\"><div xml:base=\"b/\">c</div></content></entry></feed>",
    );
    let bases: Vec<_> = feed
        .entries
        .iter()
        .map(|entry| (entry.summary_base.as_deref(), entry.content_base.as_deref()))
        .collect();
    assert_eq!(
        bases,
        [
            (Some("http://s.org/"), Some("http://c.org/")),
            (Some("http://e.org/sub/"), Some("http://c.org/")),
            (Some("http://f.org/"), Some("http://f.org/a/b/")),
        ]
    );
}

#[test]
fn references_to_both_halves_of_a_surrogate_pair_are_one_character() {
    assert_eq!(title("&#55357;&#56832; &#xD83D;&#xDE00;"), "😀 😀");
    assert_eq!(title("a&#55357;b&#56832;c&#55357;&#55357;&#56832;"), "abc😀");
    assert_eq!(repairs(&channel("<item><title>&#55357;&#56832;</title></item>")), ["surrogate-pair"]);
}

#[test]
fn a_tag_of_an_unknown_name_without_an_end_tag_is_text() {
    for (written, shown) in [
        ("Vec<T> explained", "Vec<T> explained"),
        ("if a<b then c", "if a<b then c"),
        ("HashMap<String, Vec<u8>> and <stdio.h>", "HashMap<String, Vec<u8>> and <stdio.h>"),
        ("a <b>bold</b> step", "a bold step"),
        ("a <blink>step</blink>", "a step"),
        ("one<br>two", "one two"),
    ] {
        assert_eq!(title(written), shown, "{written}");
    }
    let entry = item("<description>Use <b>Vec<T></b>, <custom-tag x=\"y\">now</description>");
    assert_eq!(html(entry.summary.as_ref()), "Use <b>Vec&lt;T></b>, <custom-tag x=\"y\">now");
    assert_eq!(item("<author>Jo <jo@e.org></author>").authors, ["Jo"]);
}

#[test]
fn only_tags_and_references_of_html_are_removed_from_titles() {
    for (written, shown) in [
        ("Some &lt;mark&gt;thing&lt;/mark&gt;, &lt;kbd&gt;Ctrl&lt;/kbd&gt;", "Some thing, Ctrl"),
        ("I &lt;3 you &amp;amp; me", "I <3 you & me"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
        ("&lt;img src=\"/i.png\" alt=\"A cat &amp;amp; a dog\"&gt;", "A cat & a dog"),
        ("&lt;img src=\"/i.png\" alt=\"A cat\"&gt; sleeps", "sleeps"),
        ("&lt;img src=\"/i.png\" alt=\"cat &lt;br> dog\"/&gt;", "cat <br> dog"),
    ] {
        assert_eq!(title(written), shown, "{written}");
    }
}

#[test]
fn the_dates_of_journals_and_libraries_are_used_if_there_is_no_other() {
    for (written, published) in [
        (
            "<prism:publicationDate xmlns:prism=\"http://prismstandard.org/namespaces/basic/2.0/\">2026-11-20\
             </prism:publicationDate>",
            "2026-11-20T00:00:00Z",
        ),
        ("<prism:publicationDate>2026-11-20</prism:publicationDate>", "2026-11-20T00:00:00Z"),
        ("<dcterms:available>2026-11-20T01:02:03Z</dcterms:available>", "2026-11-20T01:02:03Z"),
        (
            "<dc:date>2026-11-19T05:00:00Z</dc:date><prism:publicationDate>2026-11-20</prism:publicationDate>",
            "2026-11-19T05:00:00Z",
        ),
    ] {
        let read = item(written).published.map(|at| at.to_string());
        assert_eq!(read.as_deref(), Some(published), "{written}");
    }
    let declared = "<x xmlns:prism=\"http://purl.org/rss/1.0/modules/prism/\"/><item><title>a</title></item>";
    assert!(channel(declared).defects.is_empty(), "the namespace of RSS 1.0's module");
}

#[test]
fn an_address_after_an_empty_link_element_belongs_to_the_link() {
    let feed = channel(
        "<link/>http://site.example/<item><title>a</title><link/> http://e.org/a\n<guid>1</guid></item>",
    );
    assert_eq!(feed.link.as_deref(), Some("http://site.example/"));
    assert_eq!(feed.entries[0].link.as_deref(), Some("http://e.org/a"));
    assert_eq!(repairs(&feed), ["text-behind-link"]);
    assert_eq!(item("<link/>Read on<guid>1</guid>").link, None);
}

#[test]
fn a_root_element_with_a_prefix_of_the_publishers_own_namespace_is_a_feed() {
    let feed = read(
        "<x:rss version=\"2.0\" xmlns:x=\"http://foo.example/\"><x:channel><x:title>T</x:title>\
         <x:item><x:title>a</x:title></x:item></x:channel></x:rss>",
    );
    assert_eq!(feed.title.as_deref(), Some("T"));
    assert_eq!(feed.entries[0].title.as_deref(), Some("a"));
    assert_eq!(repairs(&feed), ["odd-namespace"]);
}

#[test]
fn an_unreadable_date_is_a_defect_and_its_entry_is_kept() {
    for (elements, count) in [
        ("<pubDate>yesterday at noon</pubDate>", 1),
        ("<dc:date>2026-13-40</dc:date>", 1),
        ("<pubDate>soon</pubDate><dc:date>2026-11-20</dc:date>", 1),
        ("<pubDate>soon</pubDate><atom:updated>later</atom:updated>", 2),
        ("<pubDate></pubDate>", 0),
        ("<pubDate>Fri, 20 Nov 2026 07:30:00 +0100</pubDate>", 0),
    ] {
        let feed = channel(&format!("<item><title>a</title>{elements}</item>"));
        let found = feed.defects.iter().find(|defect| defect.name == "unreadable-date");
        assert_eq!(found.map_or(0, |defect| defect.count), count, "{elements}");
        assert_eq!((feed.entries.len(), feed.left_out.total()), (1, 0), "{elements}");
    }
    let feed = channel("<lastBuildDate>some day</lastBuildDate><item><title>a</title></item>");
    assert_eq!(repairs(&feed), ["unreadable-date"], "the date of the feed, too");
    let feed = read(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[
            {"id":"1","date_published":"soon"},{"id":"2","date_modified":"2026-11-20T00:00:00Z"}]}"#,
    );
    assert_eq!((repairs(&feed), feed.entries.len()), (vec!["unreadable-date"], 2));
}

#[test]
fn entries_that_are_not_read_are_counted_by_reason() {
    let counts = |feed: &ParsedFeed| feed.left_out.iter().collect::<Vec<_>>();
    let cut = read("<rss version=\"2.0\"><channel><item><title>a</title></item><item><title>b</ti");
    assert_eq!((cut.entries.len(), counts(&cut)), (1, vec![(LeftOutReason::CutOff, 1)]));
    let other = channel("<x:item xmlns:x=\"urn:x\"><title>b</title></x:item><item><title>a</title></item>");
    assert_eq!((other.entries.len(), counts(&other)), (1, vec![(LeftOutReason::UnknownNamespace, 1)]));
    let within = channel("<item><title>a</title><x:item xmlns:x=\"urn:x\">b</x:item></item>");
    assert_eq!(
        (within.entries.len(), counts(&within)),
        (1, Vec::new()),
        "an element within an entry is no lost entry"
    );
    let json = read(r#"{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1"},"two"]}"#);
    assert_eq!((json.entries.len(), counts(&json)), (1, vec![(LeftOutReason::NotAnObject, 1)]));
}

#[test]
fn the_page_of_the_content_is_the_link_only_of_an_entry_without_one() {
    let entry = |links: &str| {
        let entry = format!(
            "<entry><id>a</id>{links}<content type=\"text/html\" src=\"http://e.org/content\"/></entry>"
        );
        read(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{entry}</feed>")).entries.remove(0).link
    };
    let own = "<link rel=\"alternate\" href=\"http://e.org/page\"/>";
    assert_eq!(entry(own).as_deref(), Some("http://e.org/page"));
    assert_eq!(entry("").as_deref(), Some("http://e.org/content"));
}

#[test]
fn a_link_with_several_relations_has_the_first_that_is_read() {
    let link = |rels: [&str; 2]| {
        let links =
            rels.map(|rel| format!("<link rel=\"{rel}\" href=\"http://e.org/{}\"/>", rel.replace(' ', "-")));
        let entry = format!("<entry><id>a</id><title>a</title>{}</entry>", links.concat());
        read(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{entry}</feed>")).entries.remove(0).link
    };
    for rel in ["alternate bookmark", "Bookmark  Alternate", "nofollow alternate"] {
        let page = format!("http://e.org/{}", rel.replace(' ', "-"));
        assert_eq!(link(["edit", rel]).as_deref(), Some(page.as_str()));
    }
    assert_eq!(link(["self alternate", "alternate"]).as_deref(), Some("http://e.org/alternate"));
    assert_eq!(link(["bookmark nofollow", "edit"]), None);
}

#[test]
fn a_page_that_a_browser_opens_comes_before_an_address_for_another_program() {
    let link = |links: [(&str, &str); 2]| {
        let links = links.map(|(kind, href)| format!("<link rel=\"alternate\"{kind} href=\"{href}\"/>"));
        let entry = format!("<entry><id>a</id><title>a</title>{}</entry>", links.concat());
        read(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{entry}</feed>")).entries.remove(0).link
    };
    let (pdf, page) = ((" type=\"application/pdf\"", "https://e.org/a.pdf"), ("", "https://e.org/a"));
    for other in
        [("", "gemini://e.org/a"), (" type=\"text/html\"", "ftp://e.org/a"), ("", "gopher://e.org/a")]
    {
        for web in [pdf, page] {
            assert_eq!(link([other, web]).as_deref(), Some(web.1));
            assert_eq!(link([web, other]).as_deref(), Some(web.1));
        }
        assert_eq!(link([other, other]).as_deref(), Some(other.1));
    }
    assert_eq!(link([pdf, page]).as_deref(), Some(page.1));
}

#[test]
fn links_that_other_programs_open_are_links() {
    for link in [
        "magnet:?xt=urn:btih:0a1b2c&amp;dn=quay",
        "gemini://quay.example/log",
        "ftp://quay.example/a.iso",
        "ipfs://bafybeigdyrzt/log.html",
        "ipns://quay.example/log",
        "dat://0a1b2c/log",
        "hyper://0a1b2c/log",
    ] {
        let entry = item(&format!(
            "<title>a</title><link>{link}</link><enclosure url=\"{link}\" type=\"application/x-bittorrent\"/>"
        ));
        let link = link.replace("&amp;", "&");
        assert_eq!(entry.link.as_deref(), Some(link.as_str()));
        assert_eq!(entry.enclosures[0].url, link);
    }
    for other in [
        "javascript:alert(1)",
        "data:text/html,a",
        "file:///etc/passwd",
        "vbscript:a",
        "blob:https://a.example/1",
        "magnet:",
        "ipfs:",
    ] {
        assert_eq!(item(&format!("<title>a</title><link>{other}</link>")).link, None, "{other}");
    }
}

#[test]
fn only_an_absolute_web_address_is_the_new_address_of_a_podcast() {
    let named = |text: &str| {
        let body = format!(
            "<rss version=\"2.0\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\"><channel><title>T</title>\
            <itunes:new-feed-url>{text}</itunes:new-feed-url></channel></rss>"
        );
        read(&body).hints.new_feed_url
    };
    for (text, expected) in [
        (" https://new.example/pod\n", "https://new.example/pod"),
        ("https:/new.example/pod", "https://new.example/pod"),
        ("www.new.example/pod", "http://www.new.example/pod"),
        ("feed://new.example/pod", "https://new.example/pod"),
    ] {
        assert_eq!(named(text).as_deref(), Some(expected), "{text}");
    }
    for text in [
        "see our website",
        "none",
        "/pod/new.xml",
        "new.xml",
        "https://new.example/see our website",
        "https://new.example/pod\nhttps://other.example/pod",
        "https://",
        "mailto:pod@new.example",
        "javascript:alert(1)",
    ] {
        assert_eq!(named(text), None, "{text}");
    }
}
