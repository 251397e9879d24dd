//! Tests fragments whose meaning only a script or a style of the site shows, each with the HTML that must be left.

use proptest::prelude::*;
use url::Url;

use super::tests::{assert_becomes_at, clean_at};
use super::{ammonia_pass, rewriter};

fn base() -> Url {
    Url::parse("https://a.example/").unwrap()
}

fn clean(html: &str) -> String {
    clean_at(html, &base())
}

#[track_caller]
fn assert_becomes(cases: &[(&str, &str)]) {
    assert_becomes_at(&base(), cases);
}

#[test]
fn a_picture_that_a_script_loads_is_shown() {
    assert_becomes(&[
        ("<img src='data:,' data-any=/p.jpg>", "<img src=\"https://a.example/p.jpg\">"),
        ("<img src=/img/blank.gif data-any=/p.jpg>", "<img src=\"https://a.example/p.jpg\">"),
        (
            "<img src='data:,' data-srcset='/s.jpg 1x, /p.jpg 2x'>",
            "<img srcset=\"https://a.example/s.jpg 1x, https://a.example/p.jpg 2x\" src=\"https://a.example/p.jpg\">",
        ),
        (
            "<img data-src='/p_{width}x.jpg?v=1' data-widths='[180, 360]' alt=a><noscript><img src=/p_600x.jpg alt=a></noscript>",
            "<img src=\"https://a.example/p_1024x.jpg?v=1\" alt=\"a\">",
        ),
        (
            "<img data-src='/p.jpg?w={w}&amp;h={h}'><noscript><img src=/p.jpg></noscript>",
            "<img src=\"https://a.example/p.jpg\">",
        ),
        (
            "<picture><source srcset='/p.webp 2x'><img alt=a></picture>",
            "<picture><source srcset=\"https://a.example/p.webp 2x\"><img src=\"https://a.example/p.webp\" alt=\"a\"></picture>",
        ),
        (
            "<picture><source data-srcset='/p.webp 2x'><img src='data:,' alt='a &amp; b'></picture>",
            "<picture><source srcset=\"https://a.example/p.webp 2x\"><img src=\"https://a.example/p.webp\" alt=\"a &amp; b\"></picture>",
        ),
        (
            "<video src=/v.mp4 poster=/1280x720/spacer.png style=\"background: transparent url('/p.jpg') 50%\"></video>",
            "<video src=\"https://a.example/v.mp4\" poster=\"https://a.example/p.jpg\" controls=\"\" preload=\"none\"></video>",
        ),
        (
            "<video src=/v.mp4 poster=/spacer.png></video>",
            "<video src=\"https://a.example/v.mp4\" controls=\"\" preload=\"none\"></video>",
        ),
        (
            "<video data-src=/v.mp4 data-poster=/p.jpg></video><audio><source data-url=/a.mp3></audio>",
            "<video src=\"https://a.example/v.mp4\" poster=\"https://a.example/p.jpg\" controls=\"\" preload=\"none\"></video>\
             <audio controls=\"\" preload=\"none\"><source src=\"https://a.example/a.mp3\"></audio>",
        ),
    ]);
}

#[test]
fn a_picture_that_a_noscript_repeats_is_shown_once() {
    let once = "<p><img src=\"https://a.example/p.jpg\"></p>";
    for html in [
        "<p><noscript><img src=/p.jpg></noscript><img src='data:,' data-src=/p.jpg></p>",
        "<p><img src='data:,' data-src=/p.jpg><noscript><img src=/p.jpg></noscript></p>",
        "<p><img src='data:,' data-src=/p.jpg><noscript><img src=/p-300x200.jpg?w=1></noscript></p>",
        "<p><img src='data:,' data-src=/p.jpg><noscript><picture><source srcset=/q.webp><img src=/q.png></picture></noscript></p>",
        "<p><img src='data:,' alt=Pier><noscript><img src=/p.jpg></noscript></p>",
        "<p><img src=/placeholder.gif><noscript><img src=/p.jpg></noscript></p>",
        "<p><noscript><img src=/p.jpg></noscript><img src='data:,' alt=Pier></p>",
    ] {
        assert_eq!(clean(html), once, "{html}");
    }
    let two = clean("<img src=/a.jpg>b<noscript><img src=/c.jpg></noscript>");
    assert_eq!(two.matches("<img").count(), 2, "{two}");
}

#[test]
fn a_picture_of_an_emoji_becomes_its_character() {
    assert_becomes(&[
        ("a <img class=wp-smiley alt=🙂 src=/1f642.png style='height:1em'> b", "a 🙂 b"),
        (
            "a <img class=emoji alt=':pier:' width=500 src=/pier.png>",
            "a <img alt=\":pier:\" src=\"https://a.example/pier.png\" height=\"20\">",
        ),
    ]);
}

#[test]
fn a_formula_is_shown_once() {
    let math = "<p>So <math><mi>k</mi></math> holds.</p>";
    for html in [
        "<p>So <span class=katex><span class=katex-mathml><math><mi>k</mi></math></span><span class=katex-html aria-hidden=true><span>k</span></span></span> holds.</p>",
        "<p>So <span class=MathJax><nobr aria-hidden=true><span class=math>k</span></nobr><span class=MJX_Assistive_MathML><math><mi>k</mi></math></span></span><script type='math/tex'>k</script> holds.</p>",
        "<p>So <mjx-container><svg aria-hidden=true><path></svg><mjx-assistive-mml><math><mi>k</mi></math></mjx-assistive-mml></mjx-container> holds.</p>",
        "<p>So <script type='math/mml'><math><mi>k</mi></math></script> holds.</p>",
        "<p>So <mml:math><mml:mi>k</mml:mi></mml:math> holds.</p>",
    ] {
        assert_eq!(clean(html), math, "{html}");
    }
    assert_becomes(&[
        ("<p>So <script type='math/tex'>k &lt; 7</script> holds.", "<p>So k &lt; 7 holds.</p>"),
        ("<span class=MathJax_Preview>k=7</span><script type='math/tex'>k = 7</script>", "k = 7"),
        ("<script type='math/tex; mode=display'>k</script>a", "<div>k</div>a"),
        ("<span class=katex><span class=katex-html aria-hidden=true>k</span></span>", "k"),
        (
            "<figure><img src=/p.jpg><figcaption aria-hidden=true>An oak</figcaption></figure>",
            "<figure><img src=\"https://a.example/p.jpg\"><figcaption>An oak</figcaption></figure>",
        ),
        (
            "<math><mi>a</mi><mspace width=1em /><mi>b</mi><none/></math>",
            "<math><mi>a</mi><mspace width=\"1em\"></mspace><mi>b</mi><mrow></mrow></math>",
        ),
    ]);
}

#[test]
fn what_a_style_says_is_said_by_elements() {
    assert_becomes(&[
        ("<u style='text-decoration:none'>a</u> <s style='text-decoration: none'>b</s>", "a b"),
        (
            "<sup style='vertical-align:baseline'>a</sup><span style='font-style:oblique 10deg'>b</span>",
            "a<i>b</i>",
        ),
        ("<p style='direction:rtl'>a</p>", "<p dir=\"rtl\">a</p>"),
        ("<p dir=ltr style='direction:rtl'>a</p>", "<p dir=\"ltr\">a</p>"),
        ("<span style='text-decoration:line-through'>1</span> 2", "<s>1</s> 2"),
        ("m<font style='vertical-align:super'>2</font>", "m<sup>2</sup>"),
        ("<p style='font-weight:700'>a<p>b", "<p><b>a</b></p><p>b</p>"),
        ("<span style='font-style:italic;font-weight:bold'>a<p>b</span>c", "<b><i>a<p>bc</p></i></b>"),
        ("<b><span style='font-weight:bold'>a</span></b>", "<b>a</b>"),
        ("<h2 style='font-weight:bold'>a</h2>", "<h2>a</h2>"),
        ("<b style='font-weight:normal'><p>a <b>b</b></p></b>", "<p>a <b>b</b></p>"),
        ("<td style='font-weight:bold'>a", "a"),
        (
            "<table><tr style='font-weight:bold'><td style='font-weight:bold'>a</table>",
            "<table><tbody><tr><td><b>a</b></td></tr></tbody></table>",
        ),
    ]);
}

#[test]
fn line_ends_that_a_style_keeps_are_kept() {
    assert_becomes(&[
        ("<div style='white-space:pre-wrap'>\na\n  b\n\nc</div>", "<div>a<br>&nbsp;&nbsp;b<br><br>c</div>"),
        ("<div style='white-space:pre-line'>a\n  <b>b</b>\nc</div>", "<div>a<br><b>b</b><br>c</div>"),
        ("<div style='white-space:pre-wrap'>\n<p>a</p>\n<p>b</p>\n</div>", "<div><p>a</p><p>b</p></div>"),
        (
            "<div style='white-space:pre'><p style='white-space:normal'>a\nb</p></div>",
            "<div><p>a\nb</p></div>",
        ),
        ("<p style='white-space:pre'><pre>a\nb</pre>", "<pre>a\nb</pre>"),
    ]);
}

#[test]
fn what_only_a_script_shows_has_a_substitute() {
    let link =
        |address: &str, text: &str| format!("<p><a href=\"{address}\" rel=\"noreferrer\">{text}</a></p>");
    let gist = "https://gist.github.com/jo/1";
    let video = "https://www.youtube.com/watch?v=abc";
    assert_becomes(&[
        (
            "<p>Run <a href=/cdn-cgi/l/email-protection data-cfemail=553f3a153d3a2621>[email]</a>.",
            "<p>Run jo@host.</p>",
        ),
        (
            "<a href='/cdn-cgi/l/email-protection#553f3a153d3a2621'><span data-cfemail=553f3a153d3a2621>[email]</span></a>",
            "<a href=\"mailto:jo@host\" rel=\"noreferrer\">jo@host</a>",
        ),
        ("<a href=/cdn-cgi/l/email-protection>a</a>", "a"),
        (
            "<a href=/x>a<a data-cfemail=553f3a153d3a2621>b</a><a href=/y>c</a>",
            "<a href=\"https://a.example/x\" rel=\"noreferrer\">a</a>jo@host<a href=\"https://a.example/y\" rel=\"noreferrer\">c</a>",
        ),
        ("<script src='https://gist.github.com/jo/1.js'></script>a", &(link(gist, gist) + "a")),
        ("<lite-youtube videoid=abc playlabel='Reef'>x</lite-youtube>a", &(link(video, "Reef") + "a")),
        ("<amp-youtube data-videoid=abc></amp-youtube>a", &(link(video, video) + "a")),
        ("<lite-youtube videoid='\"><script>'></lite-youtube>a", "a"),
        (
            "<ul><li><input type=checkbox disabled>Paint<li><input type=checkbox checked>Sand</ul>",
            "<ul><li>☐ Paint</li><li>☑ Sand</li></ul>",
        ),
        ("a<input type=checkbox>b", "ab"),
    ]);
}

#[test]
fn a_frame_of_an_unknown_host_becomes_a_link() {
    assert_becomes(&[
        (
            "<p>Look:</p><iframe src=//charts.example/1/ title='Tides &amp; wind' width=600></iframe><p>End</p>",
            "<p>Look:</p><p><a href=\"https://charts.example/1/\" rel=\"noreferrer\">Tides &amp; wind</a></p><p>End</p>",
        ),
        (
            "<iframe data-src=/map></iframe><noscript><iframe src=/map></iframe></noscript>",
            "<p><a href=\"https://a.example/map\" rel=\"noreferrer\">a.example/map</a></p>",
        ),
        (
            "<amp-iframe src=https://maps.example/ aria-label=Map></amp-iframe>",
            "<p><a href=\"https://maps.example/\" rel=\"noreferrer\">Map</a></p>",
        ),
        ("<p>a</p><amp-iframe src='https://www.googletagmanager.com/ns.html?id=1'></amp-iframe>", "<p>a</p>"),
        ("<p>a</p><iframe src=https://www.googletagmanager.com/ns.html?id=1></iframe>", "<p>a</p>"),
        ("<p>a</p><iframe src=https://x.example/ style=display:none></iframe>", "<p>a</p>"),
        ("<p>a</p><iframe src=https://x.example/ width=1 height=1></iframe>", "<p>a</p>"),
        ("<p>a</p><iframe src=https://www.facebook.com/plugins/like.php?href=x></iframe>", "<p>a</p>"),
        ("<p>a</p><iframe src=about:blank></iframe>", "<p>a</p>"),
        ("<p>a</p><iframe src=https://x.example/></iframe>", "<p>a</p>"),
        (
            "<blockquote><a href=/b/>B</a></blockquote><iframe src='/b/embed/#?secret=x' title=B></iframe>",
            "<blockquote><a href=\"https://a.example/b/\" rel=\"noreferrer\">B</a></blockquote>",
        ),
    ]);
}

#[test]
fn a_player_in_an_amp_frame_becomes_what_the_same_player_in_a_usual_frame_becomes() {
    for player in [
        "https://www.youtube.com/embed/abc",
        "https://player.vimeo.com/video/1",
        "https://open.spotify.com/embed/x",
    ] {
        let of = |name: &str| {
            clean(&format!("<p>a</p><{name} src='{player}' title=Reef width=4 height=3></{name}><p>b</p>"))
        };
        assert_eq!(of("amp-iframe"), of("iframe"));
        assert!(of("iframe").contains("<iframe src="), "{}", of("iframe"));
    }
}

#[test]
fn a_formula_with_words_in_mathjax_is_shown_once() {
    assert_becomes(&[(
        "<p>So <mjx-container><mjx-math aria-hidden=true><mjx-mi><mjx-c></mjx-c></mjx-mi><mjx-mtext><mjx-utext>if</mjx-utext>\
         </mjx-mtext></mjx-math><mjx-assistive-mml><math><mi>x</mi><mtext>if</mtext></math></mjx-assistive-mml></mjx-container> y</p>",
        "<p>So <math><mi>x</mi><mtext>if</mtext></math> y</p>",
    )]);
}

#[test]
fn a_button_that_is_a_heading_is_kept() {
    assert_becomes(&[
        ("<button><h3>Part</h3></button><p>Words</p>", "<h3>Part</h3><p>Words</p>"),
        ("<button aria-expanded=false>Part</button><p>Words</p>", "Part<p>Words</p>"),
        ("<dl><dt><button>Part</button><dd>Words</dl>", "<dl><dt>Part</dt><dd>Words</dd></dl>"),
        ("<button aria-expanded=false aria-haspopup=true>Share</button><p>Words</p>", "<p>Words</p>"),
    ]);
}

/// Generates documents from pieces whose meaning a script or a style shows.
fn documents() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "<(p|div|span|b|i|td|li|font|h2|pre|table|tr|a href=/x)( style='(direction:rtl|white-space:pre-wrap|white-space:pre-line|font-weight:bold|font-weight:normal|font-style:italic;text-decoration:underline line-through|vertical-align:sub|display:none)')?>",
        "</(p|div|span|b|i|td|li|font|h2|pre|table|tr|a|nobr|button|math|noscript|picture|lite-youtube|script|video)>",
        "[ a\n]{1,3}",
        "<(noscript|img src=/y.jpg|img src=/y.jpg data-src=/z.jpg|img src='data:,' alt=b|img src=/blank.gif|picture|source data-srcset=/z.webp|video data-src=/v.mp4|img class=emoji alt=🙂|img class=emoji alt=x src=/e.png)>",
        "<(math|mi|mrow|mspace/|mml:mi|nobr aria-hidden=true|span aria-hidden=true class=katex|div class=MathJax|script type='math/tex'|script type='math/mml'|span class=MathJax_Preview)>",
        "<(button|button aria-expanded=true|input type=checkbox|a data-cfemail=553f3a153d3a2621|lite-youtube videoid=abc|script src='https://gist.github.com/a/1.js')>",
    ];
    proptest::collection::vec(pieces, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn sanitising_is_idempotent_and_ammonia_changes_nothing(html in documents()) {
        if let Some(rewritten) = rewriter::rewrite(&html, None) {
            prop_assert_eq!(ammonia_pass::clean(&rewritten.html), rewritten.html);
        }
        let once = clean(&html);
        prop_assert_eq!(clean(&once), once, "from {}", html);
    }
}

#[test]
fn an_object_that_shows_nothing_is_shown_by_its_file() {
    let link =
        |address: &str, label: &str| format!("<p><a href=\"{address}\" rel=\"noreferrer\">{label}</a></p>");
    let plan = link("https://a.example/plan.pdf", "a.example/plan.pdf");
    for html in [
        "<object data=/plan.pdf type=application/pdf></object>",
        "<embed src=/plan.pdf>",
        "<p><object data=/plan.pdf><embed src=/plan.pdf></object></p>",
        "<object classid=x><param name=FileName value=/plan.pdf></object>",
        "<object classid=x><embed src=/plan.pdf></object>",
    ] {
        assert_eq!(clean(html), plan, "{html}");
    }
    assert_becomes(&[
        ("<object data=/plan.pdf>No viewer</object>", "No viewer"),
        ("<embed src=https://b.example/><object data=https://b.example></object>a", "a"),
        (
            "<embed src=/c.svg type=image/svg+xml aria-label=Tides>",
            "<img src=\"https://a.example/c.svg\" alt=\"Tides\">",
        ),
        (
            "<embed src=/s.mp3>a",
            "<audio src=\"https://a.example/s.mp3\" controls=\"\" preload=\"none\"></audio>a",
        ),
        (
            "<object data=/v type=video/mp4></object>a",
            "<video src=\"https://a.example/v\" controls=\"\" preload=\"none\"></video>a",
        ),
        (
            "<object data=/p.jpg type=image/jpeg>No picture</object>a",
            "<img src=\"https://a.example/p.jpg\">a",
        ),
        (
            "<object><param name=URL value=/v.wmv><param name=src value=/v.mp4></object>a",
            "<video src=\"https://a.example/v.mp4\" controls=\"\" preload=\"none\"></video>a",
        ),
        ("<object data=/old.swf></object><embed src=/old.swf>a", "a"),
        ("<object data='javascript:x'></object><embed src='data:x,y'>a", "a"),
        ("<object data=/plan.pdf width=1 height=1></object>a", "a"),
    ]);
    let marked =
        "<iframe data-river-link=/plan.pdf title=Plan data-river-frame='//www.youtube.com/'></iframe>";
    assert_eq!(clean(marked), link("https://a.example/plan.pdf", "Plan"));
    assert_eq!(
        clean("<object data=/map title='The &lt;pier&gt;'></object>"),
        link("https://a.example/map", "The &lt;pier&gt;")
    );
}

#[test]
fn an_empty_block_that_a_script_fills_is_shown_by_its_address() {
    let link =
        |address: &str, label: &str| format!("<p><a href=\"{address}\" rel=\"noreferrer\">{label}</a></p>");
    for (html, expected) in [
        (
            "<div class=latex data-attrs='{\"persistentExpression\":\"k &lt; 7\"}'></div>",
            "<div>k &lt; 7</div>".to_owned(),
        ),
        (
            "<div data-attrs='{\"canonical_url\":\"https://b.example/p\",\"title\":\"Tides\"}'></div>",
            link("https://b.example/p", "Tides"),
        ),
        (
            "<div data-attrs='{\"full_text\":\"A &amp;amp; B\",\"url\":\"https://b.example/1\"}'></div>",
            link("https://b.example/1", "A &amp;amp; B"),
        ),
        (
            "<div data-attrs='{\"canonical_url\":\"https://b.example/p\"}'>Shown</div>",
            "<div>Shown</div>".to_owned(),
        ),
        ("<div data-attrs='{\"url\":\"https://b.example/subscribe\"}'></div>a", "a".to_owned()),
        ("<div data-attrs='{'></div>a", "a".to_owned()),
        (
            "<blockquote class=t cite=https://b.example/video/1><section></section></blockquote>",
            link("https://b.example/video/1", "b.example/video/1"),
        ),
        (
            "<div class=fb-post data-href=https://b.example/1></div>",
            link("https://b.example/1", "b.example/1"),
        ),
        ("<code data-gist-id=0a1b></code>", link("https://gist.github.com/0a1b", "gist.github.com/0a1b")),
        ("<div class=fb-like data-href=https://b.example/1></div>a", "a".to_owned()),
        (
            "<figure><oembed url=https://b.example/1></oembed></figure>",
            format!("<figure>{}</figure>", link("https://b.example/1", "https://b.example/1")),
        ),
        (
            "<script async data-telegram-post=pier/7 src=https://telegram.org/js/w.js></script>",
            link("https://t.me/pier/7", "https://t.me/pier/7"),
        ),
    ] {
        assert_eq!(clean(html), expected, "{html}");
    }
}

#[test]
fn a_whole_page_from_right_to_left_stays_so() {
    assert_becomes(&[
        ("<html dir=RTL><body dir=rtl><p>a</body></html>", "<div dir=\"rtl\"><p>a</p></div>"),
        ("<body style='direction:rtl'>a", "<div dir=\"rtl\">a</div>"),
        ("<html dir=ltr><body>a", "a"),
    ]);
}

#[test]
fn a_block_that_names_a_video_is_a_frame() {
    for block in [
        "<div data-youtube-id=abcdefghijk></div>",
        "<div data-plyr-provider=youtube data-plyr-embed-id=abcdefghijk></div>",
    ] {
        assert!(clean(block).contains("https://www.youtube.com/embed/abcdefghijk"), "{block}");
    }
    assert_eq!(clean("<p>a</p><div data-id=abcdefghijk></div>"), "<p>a</p>");
}

#[test]
fn a_player_that_a_block_waits_for_is_a_frame_once() {
    let frame = clean("<iframe src=https://www.youtube.com/embed/abcdefghijk></iframe>");
    for html in [
        "<div class=rll data-src=https://www.youtube.com/embed/abcdefghijk></div>",
        "<div class=rll data-src=//www.youtube.com/embed/abcdefghijk></div>\
         <noscript><iframe src='https://www.youtube.com/embed/abcdefghijk?feature=oembed'></iframe></noscript>",
        "<div class='lazy-youtube' data-video-id=abcdefghijk></div>",
        "<iframe src=https://www.youtube.com/embed/abcdefghijk></iframe>\
         <noscript><iframe src=https://www.youtube.com/embed/abcdefghijk></iframe></noscript>",
    ] {
        assert_eq!(clean(html), frame, "{html}");
    }
    assert_becomes(&[
        ("<div class=x data-id=abcdefghijk></div>a", "a"),
        ("<div class=youtube data-id=abcdefghijk>Shown</div>", "<div>Shown</div>"),
        (
            "<amp-video src=https://b.example/v.mp4 poster=/p.jpg></amp-video>",
            "<video src=\"https://b.example/v.mp4\" poster=\"https://a.example/p.jpg\" controls=\"\" preload=\"none\"></video>",
        ),
    ]);
}

#[test]
fn what_a_page_shows_beside_code_and_headings_is_left_out() {
    assert_becomes(&[
        (
            "<pre><code><span class=\"ln\">1</span>a\n<span class='x linenos'>2</span>b</code></pre>",
            "<pre><code>a\nb</code></pre>",
        ),
        (
            "<pre><code><div><div class=gutter><div class=ln>1</div></div><div>a</div></div></code></pre>",
            "<pre><code><div><div>a</div></div></code></pre>",
        ),
        ("<p><span class=ln>1</span> a</p>", "<p>1 a</p>"),
        (
            "<h3><button type=button>Where?<span class=x__toggle-icon aria-hidden=true>+</span></button></h3>",
            "<h3>Where?</h3>",
        ),
        ("<h3>C<span aria-hidden=true>+</span></h3>", "<h3>C+</h3>"),
        ("<td><pre class=lineno>1\n2</pre>", "<pre>1\n2</pre>"),
        ("<h2>Tides<a class=headerlink href=#t>¶</a></h2>", "<h2>Tides</h2>"),
        (
            "<h2>C <a href=/p#c> # </a></h2><dl><dt>f()<a href='#f'>🔗</a></dl>",
            "<h2>C </h2><dl><dt>f()</dt></dl>",
        ),
        (
            "<h2><a href=#n>#</a></h2><h3>In <a href=/tags>#</a> <a href=#x>x</a></h3>",
            "<h2><a href=\"https://a.example/#n\" rel=\"noreferrer\">#</a></h2><h3>In <a href=\"https://a.example/tags\" rel=\"noreferrer\">#</a> <a href=\"https://a.example/#x\" rel=\"noreferrer\">x</a></h3>",
        ),
    ]);
}

#[test]
fn boxes_that_only_a_class_shows_and_addresses_hidden_by_joomla_are_text() {
    assert_becomes(&[
        (
            "<ul><li><div class='checkbox checkbox-on'></div> a</li><li><div class='checkbox checkbox-off'></div> b</li></ul>",
            "<ul><li>☑  a</li><li>☐  b</li></ul>",
        ),
        (
            "<ul><li><i class='fa fa-check-square-o'></i> a<li><i class='fa fa-square-o'></i> b</ul>",
            "<ul><li>☑  a</li><li>☐  b</li></ul>",
        ),
        (
            "<ol><li data-list=checked><span class=ql-ui></span>a<li data-list=unchecked>b<li data-list=bullet>c</ol>",
            "<ol><li>☑ a</li><li>☐ b</li><li>c</li></ol>",
        ),
        (
            "<p>Write to <joomla-hidden-mail first='am8=' last='YS5leGFtcGxl'>This address is protected.</joomla-hidden-mail>.</p>",
            "<p>Write to jo@a.example.</p>",
        ),
        (
            "<p><joomla-hidden-mail first='?' last=''>This address is protected.</joomla-hidden-mail></p>",
            "<p>This address is protected.</p>",
        ),
    ]);
}

#[test]
fn a_preview_gives_way_to_the_picture_that_a_noscript_repeats() {
    assert_becomes(&[
        (
            "<img src=/max/60/p.jpg><noscript><img src=/max/1400/p.jpg alt=a></noscript>",
            "<img src=\"https://a.example/max/1400/p.jpg\" alt=\"a\">",
        ),
        (
            "<img src=/p.jpg alt=a><noscript><img src=/q.jpg></noscript>",
            "<img src=\"https://a.example/p.jpg\" alt=\"a\"><img src=\"https://a.example/q.jpg\">",
        ),
        (
            "<p>b</p><img src=/1/p.jpg>c<noscript><img src=/2/p.jpg></noscript>",
            "<p>b</p><img src=\"https://a.example/1/p.jpg\">c<img src=\"https://a.example/2/p.jpg\">",
        ),
    ]);
}

#[test]
fn a_formula_counts_once_in_plain_text() {
    for (title, plain) in [
        ("Let <img class=latex src=/l.png alt='x^2'> be", "Let x^2 be"),
        ("Let <img class=logo src=/l.png alt='x^2'> be", "Let be"),
        ("Of <tex-math>$\\alpha$</tex-math><mml:math><mml:mi>α</mml:mi></mml:math> decay", "Of α decay"),
        ("Of <tex-math>$\\alpha$</tex-math> decay", "Of $\\alpha$ decay"),
    ] {
        assert_eq!(super::to_plain(title), plain, "{title}");
    }
    let title = "On <span class=katex><span class=katex-mathml><math><mi>x</mi></math></span>\
        <span class=katex-html aria-hidden=true>x</span></span> maps";
    assert_eq!(super::to_plain(title), "On x maps");
}

#[test]
fn an_address_that_a_script_of_joomla_writes_takes_the_place_of_the_sentence_about_it() {
    let script =
        "<script>var addy7 = 'ann' + '&#64;'; addy7 = addy7 + 'quay' + '&#46;' + 'example';</script>";
    let sentence = "<span id=cloak7>This address is protected from robots.</span>";
    assert_becomes(&[
        (&format!("<p>Write to {sentence}\n{script}.</p>"), "<p>Write to ann@quay.example.</p>"),
        (
            &format!("<p>Write to {sentence} or {script}.</p>"),
            "<p>Write to This address is protected from robots. or ann@quay.example.</p>",
        ),
        (
            &format!("<p>{sentence}<script>var addy7 = x;</script></p>"),
            "<p>This address is protected from robots.</p>",
        ),
        (&format!("<p>Write to {script}.</p>"), "<p>Write to ann@quay.example.</p>"),
    ]);
}

#[test]
fn the_text_of_a_field_for_long_texts_is_shown_as_it_is() {
    assert_becomes(&[
        (
            "<p>Copy</p><textarea rows=2>&lt;b> and <i>x</i>\ny</textarea>z",
            "<p>Copy</p><pre>&lt;b&gt; and &lt;i&gt;x&lt;/i&gt;\ny</pre>z",
        ),
        ("a<textarea placeholder=x></textarea>b", "ab"),
    ]);
}

#[test]
fn text_that_a_style_reverses_is_reversed_by_an_element() {
    assert_becomes(&[
        (
            "<span style='unicode-bidi:bidi-override;direction:rtl'>elpmaxe.yauq</span>",
            "<span dir=\"rtl\"><bdo dir=\"rtl\">elpmaxe.yauq</bdo></span>",
        ),
        ("<span style='unicode-bidi:bidi-override'>a</span>", "a"),
        ("<span style='unicode-bidi:embed;direction:rtl'>a</span>", "<span dir=\"rtl\">a</span>"),
    ]);
}

#[test]
fn the_controls_of_a_player_are_left_out() {
    let audio = "<audio src=\"https://a.example/1.mp3\" controls=\"\" preload=\"none\"></audio>";
    let card =
        "<img src='' alt=audio-thumbnail class='kg-audio-thumbnail kg-audio-hide'><audio src=/1.mp3></audio>
        <div>Song</div><div class='kg-audio-player'><span>0:00</span><div>/<span>187.1</span></div></div>";
    assert_becomes(&[
        (card, &format!("{audio}\n        <div>Song</div>")),
        ("<audio src=/1.mp3></audio><div class='mejs-controls'><div>00:00</div></div>", audio),
        ("<div class=mejs-controls>No recording</div>", "<div>No recording</div>"),
    ]);
}

#[test]
fn a_file_is_linked_once_where_it_is_shown_and_offered_for_saving() {
    let file = "<a href=\"https://a.example/1.pdf\" rel=\"noreferrer\">Report</a>";
    assert_becomes(&[
        (
            "<div><object data=/1.pdf aria-label='Embed of Report'></object><a href=/1.pdf>Report</a><a href=/1.pdf download>Download</a></div>",
            &format!("<div>{file}</div>"),
        ),
        ("<a href=/1.pdf>Report</a> <a href=/1.pdf download class=b>Download</a>", &format!("{file} ")),
        (
            "<object data=/1.pdf aria-label=Report></object><p>x</p><a href=/1.pdf download>Save</a>",
            &format!("<p>{file}</p><p>x</p><a href=\"https://a.example/1.pdf\" rel=\"noreferrer\">Save</a>"),
        ),
        (
            "<a href=/1.pdf>Report</a><a href=/2.pdf download>Save</a>",
            &format!("{file}<a href=\"https://a.example/2.pdf\" rel=\"noreferrer\">Save</a>"),
        ),
    ]);
}

#[test]
fn an_empty_link_that_a_script_turns_into_a_card_has_its_address_as_text() {
    assert_becomes(&[
        (
            "<a data-pin-do=embedPin href='https://www.pinterest.com/pin/99/'></a>",
            "<p><a href=\"https://www.pinterest.com/pin/99/\" rel=\"noreferrer\">pinterest.com/pin/99</a></p>",
        ),
        (
            "<a class=embedly-card href='https://b.example/x'>The card</a>",
            "<a href=\"https://b.example/x\" rel=\"noreferrer\">The card</a>",
        ),
        ("<a href='https://b.example/x'></a>", ""),
    ]);
}

#[test]
fn an_icon_that_says_yes_or_no_is_a_character() {
    assert_becomes(&[
        (
            "<table><tr><td><i class='fa fa-check'></i></td><td><i class='fas fa-times red'></i></td></tr></table>",
            "<table><tbody><tr><td>✓ </td><td>✗ </td></tr></tbody></table>",
        ),
        ("<p><i class='fa fa-check'></i> Text</p>", "<p> Text</p>"),
    ]);
}

#[test]
fn a_panel_that_opens_by_a_click_is_shown() {
    for panel in [
        "role=tabpanel hidden",
        "role=region hidden=hidden aria-labelledby=t1",
        "aria-labelledby=t1 style='display:none'",
        "class='elementor-tab-content' hidden=false",
    ] {
        assert_eq!(
            clean(&format!("<div {panel}><p>Inside</p></div><p>Outside it</p>")),
            "<div><p>Inside</p></div><p>Outside it</p>",
            "{panel}"
        );
    }
    assert_becomes(&[(
        "<div class=content hidden><p>Inside</p></div><p>Outside it</p>",
        "<p>Outside it</p>",
    )]);
}

#[test]
fn an_item_whose_attribute_says_whether_it_is_done_has_one_box() {
    assert_becomes(&[
        (
            "<ul><li data-checked=true data-type=taskItem><label><input type=checkbox></label><div>a</div></li></ul>",
            "<ul><li>☑ <div>a</div></li></ul>",
        ),
        (
            "<ul><li class='x checked' data-inline-task-id=1>a</li><li data-inline-task-id=2>b</li></ul>",
            "<ul><li>☑ a</li><li>☐ b</li></ul>",
        ),
    ]);
}

#[test]
fn a_formula_that_only_a_script_draws_is_shown_by_its_words() {
    assert_becomes(&[
        (
            "<p>Is <mjx-container jax=SVG role=math aria-label='t squared'><svg></svg></mjx-container> so</p>",
            "<p>Is t squared so</p>",
        ),
        ("<p>Is <span data-latex='t^2'></span> so</p>", "<p>Is t^2 so</p>"),
        ("<p>Is <span aria-label='a sign'></span> so</p>", "<p>Is  so</p>"),
        (
            "<alternatives><tex-math>\\documentclass $$s$$</tex-math><mml:math><mml:mi>s</mml:mi></mml:math></alternatives>",
            "<math><mi>s</mi></math>",
        ),
        ("<tex-math>$s$</tex-math>", "$s$"),
    ]);
}

#[test]
fn a_button_that_asks_a_question_or_heads_a_column_stays() {
    assert_becomes(&[
        ("<button class=faq-question>What?</button><div>That.</div>", "What?<div>That.</div>"),
        (
            "<table><tr><th><button>Name</button></th></tr></table>",
            "<table><tbody><tr><th>Name</th></tr></tbody></table>",
        ),
    ]);
}
