//! Tests dates as feeds write them, each with the moment it must be read as.

use proptest::prelude::*;

use super::{DateStyle, parse, parse_in};
use crate::time::Timestamp;

#[track_caller]
fn assert_reads(spellings: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (text, expected) in spellings {
        let found = parse(text).map_or_else(|| "none".to_owned(), Timestamp::to_rfc3339);
        if found != *expected {
            wrong.push(format!("`{text}` must be read as {expected}, not as {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rfc_822_and_its_descendants_are_read() {
    assert_reads(&[
        ("Mon, 05 Oct 2026 10:00:00 GMT", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 +0200", "2026-10-05T08:00:00Z"),
        ("Mon, 5 Oct 2026 10:00:00 +0200 (CEST)", "2026-10-05T08:00:00Z"),
        ("Mon, 5 Oct 2026 10:00:00 -0500 (CEST)", "2026-10-05T15:00:00Z"),
        ("Mon, 5 Oct 2026 10:00:00 EST (CEST)", "2026-10-05T15:00:00Z"),
        ("Mon, 5 Oct 2026 10:00:00 (CEST)", "2026-10-05T08:00:00Z"),
        ("Mon, 5 Oct 2026 10:00:00 (home)", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct 26 10:00 EDT", "2026-10-05T14:00:00Z"),
        ("05 Oct 2026 10:00:00 Z", "2026-10-05T10:00:00Z"),
        ("Monday, 05-Oct-26 10:00:00 GMT", "2026-10-05T10:00:00Z"),
        ("05-Oct-2026 10:00:00", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00.123 GMT", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct, 2026 10:00:00 UTC", "2026-10-05T10:00:00Z"),
        ("Mon Oct  5 10:00:00 2026", "2026-10-05T10:00:00Z"),
        ("Mon Oct 5 10:00:00 +0000 2026", "2026-10-05T10:00:00Z"),
        ("Mon Oct 5 10:00:00 CEST 2026", "2026-10-05T08:00:00Z"),
        ("Mon Oct 5 10:00:00 2026 +0200", "2026-10-05T08:00:00Z"),
        ("05/Oct/2026:10:00:00 +0200", "2026-10-05T08:00:00Z"),
        // No zone is thirty hours from UTC, but the rest of the date can be trusted.
        ("Fri, 11 Mar 2016 01:15:00 +3000", "2016-03-11T01:15:00Z"),
        ("Mon Oct 05 2026 10:00:00 GMT+0200 (Central European Summer Time)", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 GMT+0", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 GMT-01:30", "2026-10-05T11:30:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 UTC+2", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 Etc/GMT", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 -0500 EST", "2026-10-05T15:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 +200", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00+0200", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct 2026", "2026-10-05T00:00:00Z"),
        ("Oct 2026", "2026-10-01T00:00:00Z"),
        ("Mon, 05 Oct 2026 24:00:00 GMT", "2026-10-06T00:00:00Z"),
        ("Mon, 05 Oct 2026 23:59:60 GMT", "2026-10-06T00:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 Nowhere Time", "2026-10-05T10:00:00Z"),
        ("Thu, 01 Jan 98 00:00:00 GMT", "1998-01-01T00:00:00Z"),
        ("Thu, 01 Jan 0100 00:00:01 +0100", "0099-12-31T23:00:01Z"),
    ]);
}

#[test]
fn iso_8601_is_read_in_all_its_variants() {
    assert_reads(&[
        ("2026-10-05T10:00:00 02:00", "2026-10-05T08:00:00Z"),
        ("2026-10-05T10:00:00Z", "2026-10-05T10:00:00Z"),
        ("2026-10-05T10:00:00+02:00", "2026-10-05T08:00:00Z"),
        ("2026-10-05T10:00:00.123456789-05:30", "2026-10-05T15:30:00Z"),
        ("2026-10-05T10:00:00,5Z", "2026-10-05T10:00:00Z"),
        ("2026-10-05T10:00:00", "2026-10-05T10:00:00Z"),
        ("2026-10-05T10:00:00+02", "2026-10-05T08:00:00Z"),
        ("2026-10-05T10:00:00+0200", "2026-10-05T08:00:00Z"),
        ("2026-10-05T10:00Z", "2026-10-05T10:00:00Z"),
        ("2026-10-05T10:00", "2026-10-05T10:00:00Z"),
        ("2026-10-05T10", "2026-10-05T10:00:00Z"),
        ("2026-10-05t10:00:00z", "2026-10-05T10:00:00Z"),
        ("2026-10-05 10:00:00", "2026-10-05T10:00:00Z"),
        ("2026-10-05 10:00:00 UTC", "2026-10-05T10:00:00Z"),
        ("2026-10-05 10:00:00 +0200", "2026-10-05T08:00:00Z"),
        ("2026-10-05 10:00:00 PST", "2026-10-05T18:00:00Z"),
        ("2026-10-05T10:00:00 +02:00", "2026-10-05T08:00:00Z"),
        ("2026-10-05T10:00:00+02:00[Europe/Berlin]", "2026-10-05T08:00:00Z"),
        ("2026-10-05T24:00:00Z", "2026-10-06T00:00:00Z"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
        ("20261005T100000Z", "2026-10-05T10:00:00Z"),
        ("20261005T1000", "2026-10-05T10:00:00Z"),
        ("20261005", "2026-10-05T00:00:00Z"),
        ("2026-10-05", "2026-10-05T00:00:00Z"),
        ("2026-10-5", "2026-10-05T00:00:00Z"),
        ("2026-10", "2026-10-01T00:00:00Z"),
        ("2026", "2026-01-01T00:00:00Z"),
        ("2026-278", "2026-10-05T00:00:00Z"),
        ("2026278", "2026-10-05T00:00:00Z"),
        ("2026-W41-1", "2026-10-05T00:00:00Z"),
        ("2026-W41", "2026-10-05T00:00:00Z"),
        ("2026W411T1000Z", "2026-10-05T10:00:00Z"),
        ("2003-012-31T10:14:55+00:00", "2003-12-31T10:14:55Z"),
        ("-0312", "2003-12-01T00:00:00Z"),
        ("-03-12", "2003-12-01T00:00:00Z"),
        ("03-12-31", "2003-12-31T00:00:00Z"),
        ("031231", "2003-12-31T00:00:00Z"),
        ("03335", "2003-12-01T00:00:00Z"),
    ]);
}

#[test]
fn zones_are_known_by_their_abbreviations() {
    assert_reads(&[
        ("Mon, 05 Oct 2026 10:00:00 CEST", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 CET", "2026-10-05T09:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 MEZ", "2026-10-05T09:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 MESZ", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 MEST", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 BST", "2026-10-05T09:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 JST", "2026-10-05T01:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 MSK", "2026-10-05T07:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 IST", "2026-10-05T04:30:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 AEDT", "2026-10-04T23:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 PST", "2026-10-05T18:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 HAEC", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 HNE", "2026-10-05T15:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 ET", "2026-10-05T14:00:00Z"),
        ("Mon, 07 Dec 2026 10:00:00 ET", "2026-12-07T15:00:00Z"),
        ("October 5, 2026 10:00 am PT", "2026-10-05T17:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 A", "2026-10-05T11:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 y", "2026-10-04T22:00:00Z"),
    ]);
}

#[test]
fn zones_of_the_iana_database_are_known_in_summer_and_in_winter() {
    assert_reads(&[
        ("2026-10-05 10:00:00 America/New_York", "2026-10-05T14:00:00Z"),
        ("2026-12-05 10:00:00 America/New_York", "2026-12-05T15:00:00Z"),
        ("2026-10-05 10:00:00 Europe/Berlin", "2026-10-05T08:00:00Z"),
        ("2026-10-05T10:00:00[Europe/Berlin]", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 Asia/Kolkata", "2026-10-05T04:30:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 (Europe/Berlin)", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 +0300 (Europe/Berlin)", "2026-10-05T07:00:00Z"),
        ("America/Argentina/Buenos_Aires 2026-10-05 10:00", "2026-10-05T13:00:00Z"),
        // One hour occurs twice when summer time ends, and one is skipped when it begins.
        ("2026-10-25 02:30:00 Europe/Berlin", "2026-10-25T00:30:00Z"),
        ("2026-03-29 02:30:00 Europe/Berlin", "2026-03-29T00:30:00Z"),
        ("1795484340 Europe/Berlin", "2026-11-24T01:39:00Z"),
    ]);
    assert_eq!(parse("2026-10-05 10:00:00 Europe/Atlantis"), None);
}

#[test]
fn years_of_three_digits_are_counted_from_1900() {
    assert_reads(&[
        ("Mon, 05 Oct 126 10:00:00 GMT", "2026-10-05T10:00:00Z"),
        ("Thu, 05 Oct 106 10:00:00 GMT", "2006-10-05T10:00:00Z"),
    ]);
}

#[test]
fn a_zone_that_is_repeated_after_the_time_is_read_once() {
    assert_reads(&[
        ("2026-10-05 10:00:00 +0200 +0200", "2026-10-05T08:00:00Z"),
        ("2026-10-05 10:00:00.123456 +0200 CEST m=+0.000000001", "2026-10-05T08:00:00Z"),
        ("2026-10-05 10:00:00 -0300 -03", "2026-10-05T13:00:00Z"),
        ("2026-10-05T10:00:00+00:00Z", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 +0200 +0200", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 +0000Z", "2026-10-05T10:00:00Z"),
        ("Mon, 05 Oct 2026 10.00.00 GMT", "2026-10-05T10:00:00Z"),
    ]);
}

#[test]
fn months_are_known_in_the_languages_of_feeds() {
    assert_reads(&[
        ("Mo, 05 Okt 2026 10:00:00 +0200", "2026-10-05T08:00:00Z"),
        ("Montag, 5. März 2026", "2026-03-05T00:00:00Z"),
        ("lun., 05 oct. 2026 10:00:00 +0200", "2026-10-05T08:00:00Z"),
        ("mar. 6 oct. 2026", "2026-10-06T00:00:00Z"),
        ("mar, 03 mar 2026 10:00:00 GMT", "2026-03-03T10:00:00Z"),
        ("1er février 2026 à 10h30", "2026-02-01T10:30:00Z"),
        ("lundi 5 octobre 2026 à 10 h 30", "2026-10-05T10:30:00Z"),
        ("5 AOÛT 2026", "2026-08-05T00:00:00Z"),
        ("lundi 13 juillet 2026", "2026-07-13T00:00:00Z"),
        ("5 de octubre de 2026", "2026-10-05T00:00:00Z"),
        ("5 gennaio 2026", "2026-01-05T00:00:00Z"),
        ("mer, 07 ott 2026 10:00:00 +0200", "2026-10-07T08:00:00Z"),
        ("5 de março de 2026", "2026-03-05T00:00:00Z"),
        ("5 mei 2026", "2026-05-05T00:00:00Z"),
        ("5 октября 2026 г. 10:00", "2026-10-05T10:00:00Z"),
        ("Пн, 05 окт 2026 10:00:00 +0300", "2026-10-05T07:00:00Z"),
        ("5 мая 2026", "2026-05-05T00:00:00Z"),
        ("5 października 2026", "2026-10-05T00:00:00Z"),
        ("5. října 2026", "2026-10-05T00:00:00Z"),
        ("5. července 2026", "2026-07-05T00:00:00Z"),
        ("5. června 2026", "2026-06-05T00:00:00Z"),
        ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z"),
        ("5 Οκτωβρίου 2026", "2026-10-05T00:00:00Z"),
        ("2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z"),
        ("2026. október 5.", "2026-10-05T00:00:00Z"),
        ("5 Ağustos 2026", "2026-08-05T00:00:00Z"),
        ("5 KASIM 2026", "2026-11-05T00:00:00Z"),
        ("mån, 05 okt 2026 10:00:00 +0200", "2026-10-05T08:00:00Z"),
        ("5. lokakuuta 2026 klo 10.30", "2026-10-05T10:30:00Z"),
        ("5. marraskuuta 2026", "2026-11-05T00:00:00Z"),
        ("周一, 05 十月 2026 10:00:00 +0800", "2026-10-05T02:00:00Z"),
        ("5 十二月 2026", "2026-12-05T00:00:00Z"),
        ("Thứ Hai, 05 Tháng 10 2026 10:00:00 +0700", "2026-10-05T03:00:00Z"),
        ("5 Th10, 2026", "2026-10-05T00:00:00Z"),
        ("الاثنين, 05 أكتوبر 2026 10:00:00 +0300", "2026-10-05T07:00:00Z"),
        ("٥ تموز ٢٠٢٦ 3:20 م", "2026-07-05T15:20:00Z"),
        ("5 أغسطس 2026 م", "2026-08-05T00:00:00Z"),
        ("ב, 05 אוק 2026 10:00:00 +0300", "2026-10-05T07:00:00Z"),
        ("5 באוקטובר 2026", "2026-10-05T00:00:00Z"),
        ("5 اکتبر 2026", "2026-10-05T00:00:00Z"),
        ("2026年10月5日 10:00", "2026-10-05T10:00:00Z"),
        ("2026年10月5日(月) 10時30分", "2026-10-05T10:30:00Z"),
        ("２０２６年１０月５日", "2026-10-05T00:00:00Z"),
        ("2026年10月5日 下午3:20", "2026-10-05T15:20:00Z"),
        ("2004년 05월 28일  01:31:15", "2004-05-27T16:31:15Z"),
        ("2004-05-25 오후 11:23:17", "2004-05-25T14:23:17Z"),
        ("2026. 10. 5. 오후 3:20", "2026-10-05T06:20:00Z"),
        ("٢٠٢٦/١٠/٠٥", "2026-10-05T00:00:00Z"),
        ("2026년 10월 5일 오전 12시 5분", "2026-10-04T15:05:00Z"),
    ]);
}

#[test]
fn numbers_and_american_habits_are_read() {
    assert_reads(&[
        ("10/05/2026", "2026-10-05T00:00:00Z"),
        ("25/12/2026", "2026-12-25T00:00:00Z"),
        ("10/5/2026 3:04:05 PM", "2026-10-05T15:04:05Z"),
        ("2026/10/05 10:00:00", "2026-10-05T10:00:00Z"),
        ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z"),
        ("05.10.2026", "2026-10-05T00:00:00Z"),
        ("5. 10. 2026 10:00", "2026-10-05T10:00:00Z"),
        ("05.10.2026 10:00", "2026-10-05T10:00:00Z"),
        ("5.10.2026 10.30", "2026-10-05T10:30:00Z"),
        ("05-10-2026", "2026-10-05T00:00:00Z"),
        ("October 5, 2026 10:00 am", "2026-10-05T10:00:00Z"),
        ("October 5, 2026 10:00 p.m. EST", "2026-10-06T03:00:00Z"),
        ("October 5th, 2026 at 3pm", "2026-10-05T15:00:00Z"),
        ("Oct 5, 2026", "2026-10-05T00:00:00Z"),
        ("Oct. 5, 2026 12:30 a.m.", "2026-10-05T00:30:00Z"),
        ("5 Oct 2026", "2026-10-05T00:00:00Z"),
        ("Oct 5, '26", "2026-10-05T00:00:00Z"),
        ("1795484340", "2026-11-24T01:39:00Z"),
        ("1795484340000", "2026-11-24T01:39:00Z"),
        ("1795484340.25", "2026-11-24T01:39:00Z"),
        ("20261005103000", "2026-10-05T10:30:00Z"),
        ("202610051030", "2026-10-05T10:30:00Z"),
    ]);
}

#[test]
fn a_text_that_is_not_a_possible_date_is_none() {
    let texts = [
        "",
        " ",
        "yesterday",
        "N/A",
        "31 Nov 2026",
        "Tue, 31 Nov 2026 10:00:00 GMT",
        "2026-11-31",
        "2025-02-29",
        "2026-13-01",
        "2026-00-10",
        "0000-00-00 00:00:00",
        "0000-00-00T00:00:00Z",
        "2026-W54-1",
        "2026-366",
        "10000-01-01",
        "99999",
        "Sun, 16 Dec 2012 1:2:3:4 GMT",
        "Sun, 16 zzz 2012 11:47:32 GMT",
        "Sun, Dec x 2012 11:47:32 GMT",
        "Sun, 16 Dec zz 11:47:32 GMT",
        "Sun, 16 Dec 2012 11:47:32 +zz:00",
        "Sun, 16 Dec 2012 11:47:32 +00:zz",
        "Sun, 99 Jun 2009 12:00:00 GMT",
        "9999-12-31T23:59:59-99:99",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "2003-12-31T25:14:55Z",
        "2003-12-31T24:00:01Z",
        "2003-12-31T10:61:55Z",
        "2003-12-31T10:14:61Z",
        "2013-01-27-01",
        "2013-01-28T11:30:00-06:00Textra",
        "2013-xx-27",
        "2013-01-28T09:xx:00Z",
        "2013-01-28T09:00:00+00:xx",
        "10:00",
        "5 October",
        "32.13.2026",
        "1 2 3 October 2026",
        "99999999999999999999",
        "4294967297 Oct 2026",
        "Mon, 05 Oct 2026 10:00:00 +9999",
    ];
    let read: Vec<_> = texts.iter().filter_map(|text| Some((text, parse(text)?.to_rfc3339()))).collect();
    assert!(read.is_empty(), "{read:?}");
}

#[test]
fn the_day_of_the_week_decides_which_number_is_the_month() {
    assert_reads(&[
        // 12 June 2026 is a Friday, 6 December a Sunday.
        ("Fri, 12/06/2026 09:00", "2026-06-12T09:00:00Z"),
        ("Sunday 12/06/2026 09:00", "2026-12-06T09:00:00Z"),
        ("dim. 06/12/2026", "2026-12-06T00:00:00Z"),
        ("Fri, 06-12-2026", "2026-06-12T00:00:00Z"),
        ("Fri, 06.12.2026", "2026-06-12T00:00:00Z"),
        ("vendredi 12 06 2026 9h", "2026-06-12T09:00:00Z"),
        ("12/06/2026 (金)", "2026-06-12T00:00:00Z"),
        // Neither date is a Monday, so the usual order counts.
        ("Mon, 12/06/2026", "2026-12-06T00:00:00Z"),
        ("12 06 2026", "2026-06-12T00:00:00Z"),
    ]);
}

#[test]
fn the_clear_dates_of_a_document_show_the_order_of_the_others() {
    let read = |clear: &[&str], date: &str| {
        let mut style = DateStyle::default();
        assert!(clear.iter().all(|date| style.observe(date)), "{clear:?}");
        parse_in(date, style).unwrap().to_rfc3339()
    };
    for (clear, date, expected) in [
        (&["24/11/2026"][..], "02/11/2026", "2026-11-02T00:00:00Z"),
        (&["Thu, 12/11/2026"], "02/11/2026", "2026-11-02T00:00:00Z"),
        (&["11/24/2026", "11/25/2026", "25/11/2026"], "02/11/2026", "2026-02-11T00:00:00Z"),
        (&["11/24/2026", "25/11/2026"], "02/11/2026", "2026-02-11T00:00:00Z"),
        (&["11-24-2026"], "02-11-2026", "2026-02-11T00:00:00Z"),
        // A document with hyphens here and slashes there has them from two programs.
        (&["24-11-2026"], "02/11/2026", "2026-02-11T00:00:00Z"),
        // The day of the week of the date itself comes first.
        (&["24/11/2026"], "Wed, 02/11/2026", "2026-02-11T00:00:00Z"),
        // Dots have the day first in every document.
        (&["11/24/2026"], "02.11.2026", "2026-11-02T00:00:00Z"),
    ] {
        assert_eq!(read(clear, date), expected, "{clear:?} {date}");
    }
}

#[test]
fn the_language_decides_where_no_date_of_the_document_is_clear() {
    let read = |language: &str, date: &str| {
        let mut style = DateStyle::default();
        style.observe(date);
        parse_in(date, style.with_language(language)).unwrap().to_rfc3339()
    };
    for language in [
        "de", "fr-FR", "es", "es-MX", "it-it", "pt_BR", "ru", "nl", "pl", "tr", "he", "ar", "sv", "en-GB",
        "en-au", "en-IN",
    ] {
        assert_eq!(read(language, "02/11/2026 10:00"), "2026-11-02T10:00:00Z", "{language}");
    }
    for language in ["", "en", "en-US", "en-us", "es-US", "fil", "und", "english", "ja", "hu", "lt-LT", "eu"]
    {
        assert_eq!(read(language, "02/11/2026 10:00"), "2026-02-11T10:00:00Z", "{language}");
    }
    // American software wrote the halves of the day, which German dates do not have.
    assert_eq!(read("de", "02/11/2026 10:00 PM"), "2026-02-11T22:00:00Z");
    assert_eq!(read("en-GB", "02/11/2026 10:00 PM"), "2026-11-02T22:00:00Z");
    // The clear dates of a document come first.
    let mut style = DateStyle::default();
    assert!(style.observe("11/24/2026"));
    let read = parse_in("02/11/2026", style.with_language("de")).unwrap();
    assert_eq!(read.to_rfc3339(), "2026-02-11T00:00:00Z");
}

#[test]
fn a_name_that_means_two_months_is_decided_by_the_weekday_or_the_language() {
    let read = |date: &str, language: &str| {
        parse_in(date, DateStyle::default().with_language(language)).unwrap().to_rfc3339()
    };
    // In Croatian it is October, in Czech and Polish November.
    assert_eq!(read("16. listopada 2026.", "hr"), "2026-10-16T00:00:00Z");
    assert_eq!(read("16. listopada 2026", "cs"), "2026-11-16T00:00:00Z");
    assert_eq!(read("petak, 16. listopada 2026.", ""), "2026-10-16T00:00:00Z");
    assert_eq!(read("pondělí 16. listopadu 2026", "hr"), "2026-11-16T00:00:00Z");
}

#[test]
fn months_are_known_by_the_names_of_cldr() {
    assert_reads(&[
        ("24 ноември 2026 г.", "2026-11-24T00:00:00Z"),
        ("24. studenoga 2026.", "2026-11-24T00:00:00Z"),
        ("3. srpnja 2026.", "2026-07-03T00:00:00Z"),
        ("24. новембар 2026.", "2026-11-24T00:00:00Z"),
        ("24 листопада 2026", "2026-11-24T00:00:00Z"),
        ("24 лістапада 2026", "2026-11-24T00:00:00Z"),
        ("24. novembra 2026", "2026-11-24T00:00:00Z"),
        ("2026 m. lapkričio 24 d.", "2026-11-24T00:00:00Z"),
        ("2026. gada 24. novembrī", "2026-11-24T00:00:00Z"),
        ("24. detsember 2026", "2026-12-24T00:00:00Z"),
        ("24. nóvember 2026", "2026-11-24T00:00:00Z"),
        ("24 nëntor 2026", "2026-11-24T00:00:00Z"),
        ("24 de xullo de 2026", "2026-07-24T00:00:00Z"),
        ("24 noyabr 2026", "2026-11-24T00:00:00Z"),
        ("24 नवंबर 2026", "2026-11-24T00:00:00Z"),
        ("২৪ নভেম্বর ২০২৬", "2026-11-24T00:00:00Z"),
        ("24 Disember 2026", "2026-12-24T00:00:00Z"),
        ("24 mrt 2026", "2026-03-24T00:00:00Z"),
        ("24 Nopember 2026", "2026-11-24T00:00:00Z"),
        ("2026(e)ko azaroaren 24(a)", "2026-11-24T00:00:00Z"),
        ("24 Gwengolo 2026", "2026-09-24T00:00:00Z"),
        ("24 Cʼhwevrer 2026", "2026-02-24T00:00:00Z"),
        ("2026 оны 11 сарын 24 10:30", "2026-11-24T10:30:00Z"),
        ("24 มี.ค. 2569 10:30", "2026-03-24T10:30:00Z"),
        ("24 ม.ค. 2569", "2026-01-24T00:00:00Z"),
        ("๒๔ พฤศจิกายน พ.ศ. ๒๕๖๙", "2026-11-24T00:00:00Z"),
        ("2569-11-24T10:30:00+07:00", "2026-11-24T03:30:00Z"),
    ]);
}

#[test]
fn the_year_of_an_era_is_read_as_one_of_the_common_era() {
    assert_reads(&[
        ("令和8年10月5日", "2026-10-05T00:00:00Z"),
        ("令和 8年10月5日（月） 10時30分", "2026-10-05T10:30:00Z"),
        ("令和元年5月1日", "2019-05-01T00:00:00Z"),
        ("平成30年10月5日", "2018-10-05T00:00:00Z"),
        ("昭和64年1月7日", "1989-01-07T00:00:00Z"),
        ("㋿8年10月5日", "2026-10-05T00:00:00Z"),
        ("R8.10.5", "2026-10-05T00:00:00Z"),
        ("令和8/10/5", "2026-10-05T00:00:00Z"),
        ("中華民國115年10月5日", "2026-10-05T00:00:00Z"),
        ("115年10月5日", "2026-10-05T00:00:00Z"),
        ("26年10月5日", "2026-10-05T00:00:00Z"),
    ]);
    assert_eq!(["8年10月5日", "۱۴۰۵/۷/۱۳", "13 محرم 1448"].map(parse), [None, None, None]);
}

#[test]
fn months_with_names_of_two_words_are_read() {
    assert_reads(&[
        ("5 تشرين الأول 2026", "2026-10-05T00:00:00Z"),
        ("5 تشرين الثاني 2026", "2026-11-05T00:00:00Z"),
        ("5 كانون الأول 2026 10:00", "2026-12-05T10:00:00Z"),
        ("5 كانون الثاني 2026", "2026-01-05T00:00:00Z"),
        ("5 تشرين الأول/أكتوبر 2026", "2026-10-05T00:00:00Z"),
    ]);
}

#[test]
fn months_are_known_in_welsh_afrikaans_and_more_languages_of_india() {
    assert_reads(&[
        ("Dydd Mawrth 6 Hydref 2026", "2026-10-06T00:00:00Z"),
        ("6 Junie 2026", "2026-06-06T00:00:00Z"),
        ("५ नोव्हेंबर २०२६", "2026-11-05T00:00:00Z"),
        ("5 அக்டோபர் 2026", "2026-10-05T00:00:00Z"),
        ("5 ਅਕਤੂਬਰ 2026", "2026-10-05T00:00:00Z"),
    ]);
}

#[test]
fn odd_times_and_offsets_are_read() {
    assert_reads(&[
        ("2026-10-05T10:00:00:+0200", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10 +0200", "2026-10-05T08:00:00Z"),
        ("Mon, 05 Oct 2026 10:00:00 0000", "2026-10-05T10:00:00Z"),
        ("2026-10-05 00:00:00.0 10:00:00.0 +0200", "2026-10-05T08:00:00Z"),
    ]);
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn no_text_that_resembles_a_date_makes_the_parser_panic(
        text in "([0-9]{1,9}|[-/.:+ ,TZ]|Oct|mar|pm|오후|年|月|GMT){0,24}",
    ) {
        let _ = parse(&text);
    }

    #[test]
    fn a_date_that_riverd_writes_is_read_back(unix in Timestamp::MIN.unix()..=Timestamp::MAX.unix()) {
        // The years from 2400 to 2699 are read as Buddhist ones.
        prop_assume!(!(2399..=2700).contains(&chrono::Datelike::year(&Timestamp::from_unix(unix).to_utc())));
        let moment = Timestamp::from_unix(unix);
        prop_assert_eq!(parse(&moment.to_rfc3339()), Some(moment));
        prop_assert_eq!(parse(&moment.to_rfc2822()), Some(moment));
        prop_assert_eq!(parse(&moment.to_http_date()), Some(moment));
    }
}

#[test]
fn days_in_comments_and_dates_of_dot_net_are_read() {
    assert_eq!(["1405-08-28 10:30", "1447-05-28", "14050828"].map(parse), [None; 3], "years since the Hijra");
    for (text, expected) in [
        ("05/11/2026（木）10:00", "2026-11-05T10:00:00Z"),
        ("05/11/2026 (목) 10:00", "2026-11-05T10:00:00Z"),
        ("วันพฤหัสบดี 05/11/2026 10:00", "2026-11-05T10:00:00Z"),
        ("/Date(1795084200000+0100)/", "2026-11-19T10:30:00Z"),
        ("/Date(1795084200000)/", "2026-11-19T10:30:00Z"),
        ("Thứ năm, 19/11/2026, 10:30 (GMT+7)", "2026-11-19T03:30:00Z"),
        ("Thu, 19 Nov 2026 10:30:00 +0100 (UTC+1)", "2026-11-19T09:30:00Z"),
        ("Thu, 19 Nov 2026 10:30:00 -0500 (GMT-5)", "2026-11-19T15:30:00Z"),
        ("19 พ.ย. 69", "2026-11-19T00:00:00Z"),
        ("19 พ.ย. 26", "2026-11-19T00:00:00Z"),
        ("1447-05-28T10:30:00Z", "1447-05-28T10:30:00Z"),
        ("19 Samhain 2026 10:30", "2026-11-19T10:30:00Z"),
        ("19 նոյեմբերի 2026 10:30", "2026-11-19T10:30:00Z"),
        ("19 វិច្ឆិកា 2026 10:30", "2026-11-19T10:30:00Z"),
        ("19 நவ. 2026 10:30", "2026-11-19T10:30:00Z"),
    ] {
        assert_eq!(parse(text).map(Timestamp::to_rfc3339).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn only_a_number_with_seconds_has_a_fraction() {
    assert_reads(&[
        ("1795484340.25", "2026-11-24T01:39:00Z"),
        ("20261005100000.123", "2026-10-05T10:00:00Z"),
        ("2026", "2026-01-01T00:00:00Z"),
    ]);
    for text in ["2026.10", "20261005.5", "202610051000.5", "26278.1", "2026.5000"] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn the_order_of_a_feed_is_the_one_in_which_no_date_lies_in_the_future() {
    // 2026-11-26
    let now = Timestamp::from_unix(1_795_651_200);
    let newest = |dates: &[&str], language: &str| {
        let mut style = DateStyle::default();
        for date in dates {
            style.observe(date);
        }
        let style = if language.is_empty() { style } else { style.with_language(language) };
        let read = parse_in(dates[0], style.read_at(now)).unwrap().to_rfc3339();
        read.split('T').next().unwrap().to_owned()
    };
    for (dates, language, expected) in [
        (&["12/11/2026", "09/11/2026", "02/11/2026"][..], "", "2026-11-12"),
        (&["12/11/2026 10:30"], "", "2026-11-12"),
        (&["11/12/2026"], "en-GB", "2026-11-12"),
        (&["11-12-2026"], "", "2026-11-12"),
        (&["05/10/2026", "04/10/2026"], "", "2026-05-10"),
        (&["05/10/2026", "04/10/2026"], "de", "2026-10-05"),
        // Both orders lie ahead, as in a list of events.
        (&["12/11/2027", "10/12/2027"], "", "2027-12-11"),
        (&["12/11/2026", "11/25/2026"], "", "2026-12-11"),
        (&["12.11.2026"], "", "2026-11-12"),
        (&["11.12.2026"], "", "2026-12-11"),
    ] {
        assert_eq!(newest(dates, language), expected, "{dates:?} {language}");
    }
}

#[test]
fn an_h_behind_the_time_is_the_hour_in_small_and_a_military_zone_as_a_capital() {
    let read = |text: &str| parse(text).unwrap().to_rfc3339();
    assert_eq!(read("jueves 19 de noviembre de 2026 - 14:05 h"), "2026-11-19T14:05:00Z");
    assert_eq!(read("dijous, 19 de novembre de 2026 a les 14:05 h."), "2026-11-19T14:05:00Z");
    assert_eq!(read("19 noviembre 2026 14:05 h CET"), "2026-11-19T13:05:00Z");
    assert_ne!(read("Thu, 19 Nov 2026 14:05:00 H"), "2026-11-19T14:05:00Z");
}

#[test]
fn the_order_of_earlier_documents_holds_where_no_date_shows_one() {
    let read = |date: &str, others: &[&str], earlier: [Option<bool>; 2]| {
        let mut style = DateStyle::default();
        for date in others {
            style.observe(date);
        }
        style.observe(date);
        let style = style.with_settled(earlier);
        let day: String = parse_in(date, style).unwrap().to_rfc3339().chars().take(10).collect();
        (day, style.settled())
    };
    let day_first = [Some(true), None];
    assert_eq!(read("06/11/2026", &[], day_first), ("2026-11-06".to_owned(), day_first));
    assert_eq!(read("06-11-2026", &[], day_first), ("2026-11-06".to_owned(), day_first));
    assert_eq!(
        read("06/11/2026", &["10/31/2026"], day_first),
        ("2026-06-11".to_owned(), [Some(false), None])
    );
    assert_eq!(read("06/11/2026", &[], [None, None]), ("2026-06-11".to_owned(), [None, None]));
    assert_eq!(read("06-11-2026", &[], [None, Some(false)]).0, "2026-06-11");
}
