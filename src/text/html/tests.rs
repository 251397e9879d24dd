//! Tests fragments, each with the HTML that sanitising must give.

use proptest::prelude::*;
use url::Url;

use super::{ammonia_pass, from_plain, permitted, rewriter, sanitise, to_plain};

fn base() -> Url {
    Url::parse("https://example.com/blog/post").unwrap()
}

/// Sanitises a fragment of a document at `base`.
pub(super) fn clean_at(html: &str, base: &Url) -> String {
    sanitise(html, Some(base)).map_or_else(String::new, |sanitised| sanitised.html.as_str().to_owned())
}

/// Checks what becomes of each fragment of a document at `base`, and that sanitising the result again changes nothing.
#[track_caller]
pub(super) fn assert_becomes_at(base: &Url, cases: &[(&str, &str)]) {
    for (html, expected) in cases {
        assert_eq!(clean_at(html, base), *expected, "from `{html}`");
        assert_eq!(clean_at(expected, base), *expected, "sanitising must be idempotent");
    }
}

fn clean(html: &str) -> String {
    clean_at(html, &base())
}

#[track_caller]
fn assert_becomes(cases: &[(&str, &str)]) {
    assert_becomes_at(&base(), cases);
}

#[test]
fn elements_that_articles_need_are_kept() {
    assert_becomes(&[
        ("<p>Hello <b>world</b></p>", "<p>Hello <b>world</b></p>"),
        ("<h2>A</h2><ul><li>1<li>2</ul>", "<h2>A</h2><ul><li>1</li><li>2</li></ul>"),
        (
            "<table><tr><th scope=row>a<td colspan=2>b</table>",
            "<table><tbody><tr><th scope=\"row\">a</th><td colspan=\"2\">b</td></tr></tbody></table>",
        ),
        (
            "<figure><img src=\"a.png\" alt=\"A &amp; B\"><figcaption>c</figcaption></figure>",
            "<figure><img src=\"https://example.com/blog/a.png\" alt=\"A &amp; B\"><figcaption>c</figcaption></figure>",
        ),
        ("<pre><code>a\n  b</code></pre>", "<pre><code>a\n  b</code></pre>"),
        (
            "<details open><summary>s</summary>t</details>",
            "<details open=\"\"><summary>s</summary>t</details>",
        ),
        ("<ruby>漢<rp>(<rt>kan<rp>)</ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"),
        (
            "<audio src=/a.mp3 autoplay></audio>",
            "<audio src=\"https://example.com/a.mp3\" controls=\"\" preload=\"none\"></audio>",
        ),
        (
            "<video poster=p.jpg><source src=v.mp4 type=video/mp4></video>",
            "<video poster=\"https://example.com/blog/p.jpg\" controls=\"\" preload=\"none\"><source src=\"https://example.com/blog/v.mp4\" type=\"video/mp4\"></video>",
        ),
        (
            "<math display=block><mfrac><mi>a</mi><mn>2</mn></mfrac></math>",
            "<math display=\"block\"><mfrac><mi>a</mi><mn>2</mn></mfrac></math>",
        ),
        ("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("a &nbsp; b &mdash; &hellip; « é »", "a &nbsp; b — … « é »"),
    ]);
}

#[test]
fn everything_that_runs_scripts_or_changes_the_page_is_removed() {
    assert_becomes(&[
        ("a<script>alert(1)</script>b", "ab"),
        ("<style>p{}</style>a", "a"),
        ("<p onclick=x style=color:red class=y id=z>a</p>", "<p>a</p>"),
        ("<a href=\"javascript:alert(1)\">a</a>", "a"),
        ("<a href=\" java\nscript:alert(1)\">a</a>", "a"),
        ("<a href=\"&#106;avascript:alert(1)\">a</a>", "a"),
        ("<a href=\"vbscript:x\">a</a><a href=\"data:text/html,x\">b</a>", "ab"),
        ("<img src=x onerror=alert(1)>", "<img src=\"https://example.com/blog/x\">"),
        ("<img src=\"data:image/svg+xml,<svg onload=x>\">a", "a"),
        ("<svg><script>alert(1)</script></svg>a", "a"),
        (
            "<math><mtext><img src=x onerror=y></mtext></math>",
            "<math><mtext></mtext></math><img src=\"https://example.com/blog/x\">",
        ),
        ("<iframe src=\"https://evil.example/\"></iframe>a", "a"),
        ("<iframe src=\"javascript:x\"></iframe>a", "a"),
        ("<iframe srcdoc=\"<script>x</script>\">a</iframe>b", "ab"),
        (
            "<iframe src=x><script>y</script><img src=z onerror=y></iframe>",
            "<p><a href=\"https://example.com/blog/x\" rel=\"noreferrer\">example.com/blog/x</a></p>\
             <img src=\"https://example.com/blog/z\">",
        ),
        ("<script/>alert(1)</script>", "alert(1)"),
        ("<a href=\"javascript:x>a</a>b", "ab"),
        ("a<!-- <script>x</script><img src=y onerror=z>", "a<img src=\"https://example.com/blog/y\">"),
        ("<svg><desc><script>x</script><p onload=y>z</desc></svg>a", "<div><p>z</p></div>a"),
        ("<object data=x><embed src=y>fallback</object>", "fallback"),
        ("<form action=x><input name=a><button>Go</button></form>", "<div>Go</div>"), // hidden, but all that there is to show
        ("<base href=//evil.example/><meta http-equiv=refresh content=0><link rel=stylesheet href=x>a", "a"),
        ("<!--><script>alert(1)</script>-->a", "--&gt;a"),
        ("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">a</noscript>", "<p>a</p>"),
        ("a\u{0}b\u{8}c\u{fffe}", "abc"),
    ]);
}

#[test]
fn links_become_absolute_or_are_removed() {
    assert_becomes(&[
        ("<a href=next>n</a>", "<a href=\"https://example.com/blog/next\" rel=\"noreferrer\">n</a>"),
        ("<a href=#fn1>1</a>", "<a href=\"https://example.com/blog/post#fn1\" rel=\"noreferrer\">1</a>"),
        ("<a href=mailto:a@b.example>m</a>", "<a href=\"mailto:a@b.example\" rel=\"noreferrer\">m</a>"),
        (
            "<a href=\"http://X.example/a%2Fb?q=é&amp;x\">m</a>",
            "<a href=\"http://X.example/a%2Fb?q=é&amp;x\" rel=\"noreferrer\">m</a>",
        ),
        (
            "<img srcset=\"a.png 1x, /b,c.png 2x, javascript:x 3x\">",
            "<img srcset=\"https://example.com/blog/a.png 1x, https://example.com/b,c.png 2x\">",
        ),
        ("<blockquote cite=/c>q</blockquote>", "<blockquote cite=\"https://example.com/c\">q</blockquote>"),
        (
            "<img data-src=real.jpg src=\"data:image/gif;base64,R0\">",
            "<img src=\"https://example.com/blog/real.jpg\">",
        ),
        (
            "<img data-src=r.jpg><noscript><img src=r.jpg></noscript>",
            "<img src=\"https://example.com/blog/r.jpg\">",
        ),
    ]);
    assert_eq!(sanitise("<a href=next>n</a><img src=x>", None).unwrap().html.as_str(), "n");
}

#[test]
fn trackers_and_the_elements_that_they_leave_empty_are_removed() {
    assert_becomes(&[
        ("a<img src=\"https://t.example/p.gif\" width=1 height=1>", "a"),
        ("a<img src=\"https://t.example/p.gif\" style=\"border:0;width:1px\">", "a"),
        ("<p>a</p><p><a href=x><img src=\"http://feeds.feedburner.com/~r/x/~4/y\"></a></p>", "<p>a</p>"),
    ]);
    assert_eq!(sanitise("<img src=\"https://t.example/p.gif\" width=1 height=1>", None), None);
    assert_eq!(sanitise(" <p> &nbsp; </p> <br>", None), None);
}

#[test]
fn players_are_kept_in_a_sandbox() {
    let frame = clean("<iframe src=\"//www.youtube.com/embed/abc\" onload=x width=560></iframe>");
    assert_eq!(
        frame,
        "<iframe src=\"https://www.youtube.com/embed/abc\" width=\"560\" allowfullscreen=\"\" loading=\"lazy\" \
         sandbox=\"allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox\"></iframe>"
    );
    assert_eq!(clean(&frame), frame);
}

#[test]
fn lazy_and_old_players_become_frames_and_amp_becomes_html() {
    let frame = |id: &str| {
        let frame = clean(&format!("<iframe src=\"https://www.youtube.com/embed/{id}\"></iframe>"));
        assert!(frame.contains(id));
        frame
    };
    for old in [
        "<iframe src=\"about:blank\" data-src=\"https://www.youtube.com/embed/abc\"></iframe>",
        "<embed src=\"http://www.youtube.com/v/abc&fs=1\">",
        "<object><param name=movie value=\"http://www.youtube.com/v/abc\"></object>",
        "<iframe src=\"about:blank\" data-cookieblock-src=\"https://www.youtube.com/embed/abc\"></iframe>",
        "<iframe src=/consent/placeholder.html data-src-cmplz=\"https://www.youtube.com/embed/abc\"></iframe>",
        "<iframe data-litespeed-src=\"//www.youtube.com/embed/abc\"></iframe>",
        "<object><param name=movie value=\"http://www.youtube.com/v/abc\">\
         <embed src=\"http://www.youtube.com/v/abc\"></embed></object>",
        "<object data=\"http://www.youtube.com/v/abc\"><embed src=\"http://www.youtube.com/v/abc\"></object>",
    ] {
        assert_eq!(clean(old), frame("abc"), "{old}");
    }
    assert_becomes(&[
        (
            "<amp-img src=/a.png width=2 height=2><noscript><img src=/a.png></noscript></amp-img>b",
            "<img src=\"https://example.com/a.png\" width=\"2\" height=\"2\">b",
        ),
        ("<iframe src=about:blank data-src=https://evil.example/></iframe>a", "a"),
    ]);
}

#[test]
fn hidden_elements_are_removed() {
    assert_becomes(&[
        (
            "<div style=\"color:#fff; Display: none !important\">Preheader</div><p>The article</p>",
            "<p>The article</p>",
        ),
        ("<p>One</p><p hidden>b<p>Two", "<p>One</p><p>Two</p>"),
        ("<p>One <span style='visibility:hidden'>b</span></p>", "<p>One </p>"),
        ("<p>One<font style='font-size:0px'>b</font> two</p>", "<p>One two</p>"),
        ("<p>The article</p><dialog><p>Sign up</p></dialog>", "<p>The article</p>"),
        ("<p>a</p><dialog open>b</dialog>", "<p>a</p><div>b</div>"),
        ("<p>The article <button>Share</button></p>", "<p>The article </p>"),
        ("<h3><button>Question</button></h3><p>Answer", "<h3>Question</h3><p>Answer</p>"),
        ("one <b>two<span hidden>x<i>y</span> three</b>", "one <b>two three</b>"),
        (
            "<table><tr style=display:none><td>a<tr><td>The row</table>",
            "<table><tbody><tr><td>The row</td></tr></tbody></table>",
        ),
        ("<p>The article</p><p hidden=until-found>b</p>", "<p>The article</p><p>b</p>"),
        (
            "<p>The article<img src=/a.png hidden><img src=https://stats.wp.com/g.gif></p>",
            "<p>The article</p>",
        ),
    ]);
}

#[test]
fn hidden_elements_are_kept_if_they_contain_more_than_the_visible_ones() {
    assert_becomes(&[
        ("<div hidden><p>The article</p></div>", "<div><p>The article</p></div>"),
        ("<p>More</p><div style=display:none>The article</div>", "<p>More</p><div>The article</div>"),
        ("a<div hidden>The article never ends", "a<div>The article never ends</div>"),
    ]);
}

#[test]
fn an_image_that_is_not_permitted_is_replaced_by_its_description() {
    assert_becomes(&[
        ("<p>I <img src=\"data:image/png;base64,AA\" alt=\"❤ &amp;\"> it</p>", "<p>I ❤ &amp; it</p>"),
        ("a<img src=\"https://t.example/p.gif\" width=1 height=1 alt=\"counter\">", "a"),
        (
            "<picture><source srcset=/a.webp><img src=\"data:,\" alt=\"b\"></picture>c",
            "<picture><source srcset=\"https://example.com/a.webp\"><img src=\"https://example.com/a.webp\" alt=\"b\"></picture>c",
        ),
    ]);
}

#[test]
fn a_character_written_as_two_surrogates_is_decoded() {
    assert_becomes(&[
        ("a &#55357;&#56832; &#xD83D;&#xde00; b", "a 😀 😀 b"),
        ("&#55357;&#56832;éé", "😀éé"),
        ("&#55357; &#56832;&#55357;x", "\u{fffd} \u{fffd}\u{fffd}x"),
    ]);
    assert_eq!(to_plain("&#38; &#55357;&#56832;"), "& 😀");
}

#[test]
fn broken_nesting_is_repaired_as_browsers_do() {
    assert_becomes(&[
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p><b>a<p>b</b>c", "<p><b>a</b></p><p><b>b</b>c</p>"),
        ("<b><i>a</b>b</i>", "<b><i>a</i></b><i>b</i>"),
        (
            "<a href=/1>a<a href=/2>b",
            "<a href=\"https://example.com/1\" rel=\"noreferrer\">a</a><a href=\"https://example.com/2\" rel=\"noreferrer\">b</a>",
        ),
        ("<p>a<div>b</div>c", "<p>a</p><div>b</div>c"),
        (
            "<table>a<tr>b<td>c</table>",
            "<table><tbody><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>",
        ),
        ("<tr><td>a</td></tr>b</table>", "ab"),
        ("</p></div>a</b>", "a"),
        ("<pre>\n\n a</pre>", "<pre> a</pre>"),
        ("<pre>\u{4}\u{0}\r\r\n&#13;a", "<pre>a</pre>"),
        ("<h1>a<h2>b", "<h1>a</h1><h2>b</h2>"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("1 < 2 & 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("<![CDATA[<p>a</p>]]>", "<p>a</p>"),
    ]);
}

#[test]
fn depth_and_length_are_bounded() {
    let names = "div,b,blockquote,table,table><tr><td,ul><li,a href=x,math><mrow,span lang=x,q";
    // With elements around it, the bound is reached at another place: at a table, or at the cell in it.
    for (name, around) in names.split(',').flat_map(|name| [(name, 0), (name, 1), (name, 2), (name, 3)]) {
        let html = clean(&("<div>".repeat(around) + &format!("<{name}>").repeat(30_000) + "end"));
        assert!(html.contains("end"), "{name}");
        assert_eq!(clean(&html), html, "{name}: sanitising must be idempotent");
        let depths = html.split('<').skip(1).scan(0_usize, |depth, tag| {
            *depth = if tag.starts_with('/') { *depth - 1 } else { *depth + 1 };
            Some(*depth)
        });
        let deepest = depths.max().unwrap_or(0);
        assert!(deepest <= 100, "{name}: {deepest}");
    }
    let deepest = "<div>".repeat(100);
    assert_eq!(clean(&format!("{deepest}a<br>b</br>c")).matches("<br>").count(), 2);
}

#[test]
fn a_text_over_a_bound_is_cut_and_marked_as_cut() {
    let cut = |html: &str| {
        let sanitised = sanitise(html, None).unwrap();
        (sanitised.html.as_str().to_owned(), sanitised.is_cut)
    };
    let paragraph = format!("<p>{}&amp; word</p>", "word ".repeat(40));
    let (whole, is_cut) = cut(&paragraph.repeat(super::MAX_LENGTH / 2 / paragraph.len()));
    assert!(!is_cut && whole.len() > 2_000_000, "{}", whole.len());
    let (long, is_cut) = cut(&paragraph.repeat(super::MAX_LENGTH * 2 / paragraph.len()));
    assert!(is_cut && long.len() <= super::MAX_LENGTH, "{}", long.len());
    assert!(long.len() > super::MAX_LENGTH - 4096);
    assert!(long.ends_with("</p>"));
    let (text, is_cut) = cut(&"word ".repeat(1_000_000));
    assert!(is_cut && text.ends_with("word") && text.len() <= super::MAX_LENGTH);
    let (rich, is_cut) = cut(&"<b>a</b>".repeat(200_000));
    assert!(is_cut && rich.matches("<b>").count() <= 1 << 17);
}

#[test]
fn repeated_markup_is_read_in_linear_time() {
    // Each of these takes minutes if the reader searches the rest of the document again and again.
    let floods = [
        "<a ".to_owned() + &"x=1 ".repeat(100_000) + ">a",
        "<".repeat(200_000),
        "<a title='".repeat(100_000),
        "<!--".repeat(50_000),
        "<!--".to_owned() + &"-".repeat(200_000),
        "<!-- >".repeat(100_000),
        "<?".repeat(100_000),
        "<![CDATA[]]&gt;".repeat(50_000),
        "<svg><desc>a</desc><desc>".repeat(50_000) + "</svg>",
        "<svg><desc><!--</desc></svg>-->".repeat(50_000),
        "<iframe>".repeat(100_000),
        "<svg>".repeat(200_000),
        "<textarea>".repeat(100_000),
        "<script type=math/tex>".repeat(50_000),
        "<script type=math/mml>".repeat(50_000),
        "<![CDATA[".repeat(100_000) + "]]>",
        "&".repeat(40_000),
        "<pre>".to_owned() + &"·".repeat(20_000),
        "<b>".repeat(50_000) + &"<p>".repeat(50_000) + "x",
        "<table>".to_owned() + &"x<tr>".repeat(100_000),
        "</p>".repeat(50_000),
        "</table>".repeat(100_000),
        "<p><a href=x>".to_owned() + &"<p>x".repeat(200_000),
    ];
    for flood in &floods {
        let _ = clean(flood);
        let _ = to_plain(flood);
    }
}

#[test]
fn html_is_reduced_to_the_text_that_a_reader_sees() {
    for (html, plain) in [
        ("  a\n <b>b</b>c ", "a bc"),
        ("<p>a</p><p>b</p>", "a b"),
        ("a<br>b<hr>c", "a b c"),
        ("<script>x</script>a<style>y</style><!-- z -->", "a"),
        ("AT&amp;T &lt;b&gt; &eacute;", "AT&T <b> é"),
        ("<li>a<li>b", "a b"),
        ("in<i>line</i>", "inline"),
        ("1 < 2", "1 < 2"),
        ("a\u{a0}\u{3000}b\u{7}", "a b"),
        ("", ""),
    ] {
        assert_eq!(to_plain(html), plain, "from `{html}`");
    }
}

#[test]
fn a_picture_of_which_nothing_is_left_is_no_text() {
    for html in ["<picture> srcset=\"\"<img><noscript><img>", "<picture><source srcset=\"\"><img></picture>"]
    {
        assert_eq!(sanitise(html, None), None, "{html}");
    }
}

#[test]
fn plain_text_becomes_paragraphs() {
    let html = |text| from_plain(text).map(|sanitised| sanitised.html.as_str().to_owned());
    assert_eq!(html("a < b\nc\n\n\nd").as_deref(), Some("<p>a &lt; b<br>c</p><p>d</p>"));
    assert_eq!(html(" \n\n "), None);
    assert_eq!(
        html("a\n\u{0}\n b").as_deref(),
        Some("<p>a</p><p>b</p>"),
        "a line without visible characters is blank"
    );
    assert_eq!(html("").as_deref(), None);
    assert!(!from_plain("a").unwrap().is_cut);
    let long = from_plain(&"<".repeat(2_000_000)).unwrap();
    let text = long.html.as_str();
    assert!(long.is_cut && text.len() <= super::MAX_LENGTH && text.ends_with("&lt;</p>"));
}

/// Generates documents from pieces that the rules treat specially.
fn documents() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "</?(a href=/x|a|b|i|p|div|span|span lang=x|table|tbody|thead|tr|td|th|caption|col|colgroup|ul|ol|li|dl|dt|dd|h1|h2|pre|ruby|rt|rp|math|mi|mrow|mtext|img src=/y|br|hr|figure|figcaption|picture|source src=/z|video src=/v|audio|iframe src=https://www.youtube.com/embed/x|object data=/y.pdf|embed src=/z.mp3|param name=src value=/q.jpg|blockquote cite=/c|html dir=rtl|svg|script|font|center|noscript|details|summary|select|title|template|blockquote|em|code|section|sub|q)>",
        "[ a\n]{1,3}",
        "&(amp|lt|nbsp|#0|#x80|notin|bogus);?",
        "<!--|-->|<!\\[CDATA\\[|\\]\\]>|<|>|\"|'|=|\u{0}|\u{feff}|\r",
    ];
    proptest::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

/// Generates documents that also contain hidden elements, and elements that are renamed.
fn documents_with_hidden_elements() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        documents(),
        "<(p|div|span|td|tr|li|b|table|dialog|dialog open|math|video|picture)( hidden| style=display:none)?>",
        "</(p|div|span|td|tr|li|b|table|dialog|button|object|amp-img|h2)>",
        "<(button|h2|amp-img src=/y|img src=data:, alt=x|img alt=x|img src=/y hidden|embed src=http://www.youtube.com/v/x|object data=http://www.youtube.com/v/x|object data=/y|blockquote cite=/c|iframe data-src=//www.youtube.com/embed/x hidden)>",
        "&#55357;(&#56832;)?",
    ];
    proptest::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn sanitising_documents_with_hidden_elements_is_idempotent(html in documents_with_hidden_elements()) {
        if let Some(rewritten) = rewriter::rewrite(&html, Some(&base())) {
            prop_assert_eq!(ammonia_pass::clean(&rewritten.html), rewritten.html);
        }
        let once = clean(&html);
        prop_assert_eq!(clean(&once), once);
    }

    #[test]
    fn ammonia_changes_nothing_that_the_rewriter_wrote(html in documents()) {
        if let Some(rewritten) = rewriter::rewrite(&html, Some(&base())) {
            prop_assert_eq!(ammonia_pass::clean(&rewritten.html), &*rewritten.html);
            // So only a text with a formula is read by ammonia's parser.
            prop_assert_eq!(permitted::is_permitted(&rewritten.html), !rewritten.html.contains("<math"));
        }
    }

    #[test]
    fn sanitising_is_idempotent(html in documents()) {
        let once = clean(&html);
        prop_assert_eq!(clean(&once), once);
    }

    #[test]
    fn sanitising_keeps_the_text(html in documents()) {
        let once = clean(&html);
        // A frame, an object or a quote that became a link adds its address.
        let links = ["<a href=\"https://www", "<a href=\"https://xn--", ">example.com/"];
        prop_assume!(!links.iter().any(|link| once.contains(link)));
        let words = |html: &str| to_plain(html).replace([' ', '\u{fffd}'], "");
        // Added cells and removed frames move the spaces between words, but the letters keep their order.
        prop_assert_eq!(words(&once), words(&html), "{}", once);
    }
}

#[test]
fn the_first_bytes_of_a_text_end_in_no_tag_and_no_character() {
    for (html, limit, expected) in [
        ("<p>ab</p><a href=\"x\">c", 15, "<p>ab</p>"),
        ("<p>ab</p><a href=\"x\">c", 22, "<p>ab</p><a href=\"x\">c"),
        ("<p>a&amp;b", 6, "<p>a"),
        ("<p>été", 6, "<p>ét"),
        ("<p>a b", 4, "<p>a"),
        ("", 0, ""),
    ] {
        assert_eq!(super::first_bytes(html, limit), expected, "{html} {limit}");
    }
}
