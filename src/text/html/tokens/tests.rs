//! Tests into which tokens fragments of HTML are split.

use super::*;

fn tokens_of(html: &str) -> Vec<String> {
    let show = |token| match token {
        HtmlToken::Text(text) => text.to_owned(),
        HtmlToken::End(name) => format!("</{name}>"),
        HtmlToken::AddressScript(script) => format!("@{script}@"),
        HtmlToken::Tex(formula) => format!("${}$", formula.text),
        HtmlToken::Start(tag) => {
            let attributes: Vec<_> =
                tag.attributes().map(|(name, value)| format!(" {name}=[{value}]")).collect();
            format!("<{}{}>", tag.name, attributes.concat())
        }
    };
    HtmlTokens::of(html).map(show).collect()
}

#[test]
fn tags_are_read_as_browsers_read_them() {
    for (html, expected) in [
        ("a<b>c</b>", "a|<b>|c|</b>"),
        ("<a href=x title='>' b>", "<a href=[x] title=[>] b=[]>"),
        ("<a\n href = \"x y\" / z=1/>", "<a href=[x y] z=[1/]>"),
        ("<br/>", "<br>"),
        ("<a =b=c \"d>e", "<a =b=[c] \"d=[]>|e"),
        ("1 < 2 <3", "1 |< 2 |<3"),
        ("x</>y</ z>w", "x|y|w"),
        ("a<!-- <b> -->c<!--->d<!---->e<!----->f<!--x--!>g", "a|c|d|e|f|g"),
        ("a<!-- - -- --- x --->b", "a|b"),
        ("a<!doctype html>b<?php x?>c", "a|b|c"),
        ("a<![CDATA[b<i>c]]>d]]>e", "a|b|<i>|c|d]]>e"),
        ("a<b", "a"),
        ("a<b c=\"d", "a"),
        ("a<!-- b", "a"),
        ("<script>if (a<b) '</scripty>'</SCRIPT >x", "<script>|</SCRIPT>|x"),
        ("<script>x", "<script>"),
        ("<script type='math/tex'>a<b</script>c", "$a<b$|</script>|c"),
        ("<script type='math/tex'>% <![CDATA[\na %]]></script>", "$a$|</script>"),
        ("<script type='math/mml'><math>x</math></script>", "<math>|x|</math>|</script>"),
        ("<script type='math/tex'>x", "x"),
        ("<mml:math><m:mi>x</m:mi></mml:math>", "<math>|<mi>|x|</mi>|</math>"),
        ("<svg>x<svg>y", "<svg>|x|<svg>|y"),
        ("<textarea><b>x</b></textarea>y", "<textarea>|<b>x</b>|</textarea>|y"),
        ("<textarea></textarea><textarea><b>y", "<textarea>|</textarea>|<textarea>|<b>|y"),
        ("<script>var addy1 = '<';</script>y", "@var addy1 = '<';@|</script>|y"),
        ("<svg><b>x</b></svg>y", "<svg>|</svg>|y"),
    ] {
        assert_eq!(tokens_of(html).join("|"), expected, "{html}");
    }
}

#[test]
fn a_missing_end_does_not_swallow_the_rest_of_the_article() {
    for (html, expected) in [
        ("a<!-- more <b>c</b>", "a|<b>|c|</b>"),
        ("a<!-- more >c<!-- d > e", "a|c| e"),
        ("a<!-- <script>b</script>c", "a|<script>|</script>|c"),
        ("a<!--[if gte mso 9]><xml>Normal 0 21</xml>", "a"),
        ("a<!doctype", "a|<!doctype"),
        ("a</ b", "a|</ b"),
        ("a <! b <i>c>", "a |<! b |<i>|c>"),
        ("a<![CDATA[b>c", "a|b>c"),
        ("a<![CDATA[b]]&gt;c", "a|<![CDATA[b]]&gt;c"),
        ("<script src=\"x\" />a", "<script src=[x]>|a"),
        ("<title/>a</title>", "<title>|a|</title>"),
        ("<script src=x/>a</script>b", "<script src=[x/]>|</script>|b"),
        ("<iframe src=\"x\">a<b>c</iframe>d", "<iframe src=[x]>|a|<b>|c|</iframe>|d"),
        ("<iframe src=\"x\"/>a", "<iframe src=[x]>|a"),
        ("<a href=\"x>a</a>b", "<a href=[x]>|a|</a>|b"),
    ] {
        assert_eq!(tokens_of(html).join("|"), expected, "{html}");
    }
}

#[test]
fn the_description_of_a_graphic_is_kept_unless_it_only_names_a_program() {
    for (html, expected) in [
        (
            "<svg><title>t</title><desc>a <b>b</b></desc><path/></svg>c",
            "<svg>|<desc>|a |<b>|b|</b>|</desc>|</svg>|c",
        ),
        (
            "<svg><desc id=\"d\">a</desc><g><desc>b</desc></g></svg>c",
            "<svg>|<desc id=[d]>|a|</desc>|</svg>|c",
        ),
        (
            "<svg><desc>a<style>x</style>b</desc><text>t</text></svg>c",
            "<svg>|<desc>|a|<style>|</style>|b|</desc>|</svg>|c",
        ),
        ("<svg><desc>Created with Sketch.</desc></svg>c", "<svg>|</svg>|c"),
        ("<svg><desc>a</svg>c", "<svg>|</svg>|c"),
        ("<svg><description>a</desc></svg>c", "<svg>|</svg>|c"),
    ] {
        assert_eq!(tokens_of(html).join("|"), expected, "{html}");
    }
}
