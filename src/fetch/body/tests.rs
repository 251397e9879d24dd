//! Tests of every coding: complete, cut off, wrongly labelled, and as a decompression bomb.

use std::io::Read;

use flate2::Compression;
use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};
use proptest::prelude::*;

use super::*;

const CODINGS: [&str; 5] = ["gzip", "deflate", "raw deflate", "br", "zstd"];

fn read_all(mut reader: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).unwrap();
    bytes
}

fn encode(coding: &str, plain: &[u8]) -> Vec<u8> {
    match coding {
        "gzip" => read_all(GzEncoder::new(plain, Compression::best())),
        "deflate" => read_all(ZlibEncoder::new(plain, Compression::best())),
        "raw deflate" => read_all(DeflateEncoder::new(plain, Compression::best())),
        "br" => read_all(brotli::CompressorReader::new(plain, 4096, 5, 22)),
        "zstd" => zstd::encode_all(plain, 3).unwrap(),
        other => panic!("{other}"),
    }
}

fn header_of(coding: &str) -> &str {
    coding.trim_start_matches("raw ")
}

/// Decodes a piece in as many steps as it needs.
fn push(reader: &mut BodyReader, mut piece: &[u8]) -> Result<(), BodyError> {
    while reader.decode_some(&mut piece)? {}
    Ok(())
}

fn finish(mut reader: BodyReader, is_whole: fn(&[u8]) -> bool) -> Result<Vec<u8>, BodyError> {
    while reader.decode_rest()? {}
    reader.finish(is_whole)
}

/// Decodes `bytes` in pieces of `piece` bytes.
fn decode_in(coding: &str, bytes: &[u8], cap: u64, piece: usize) -> Result<Vec<u8>, BodyError> {
    let mut reader = BodyReader::new([header_of(coding)].into_iter(), cap)?;
    for piece in bytes.chunks(piece) {
        push(&mut reader, piece)?;
    }
    finish(reader, |_| false)
}

fn decode(coding: &str, bytes: &[u8], cap: u64) -> Result<Vec<u8>, BodyError> {
    decode_in(coding, bytes, cap, 1000)
}

fn text() -> Vec<u8> {
    (0..5000).flat_map(|n| format!("<item>{n}</item>\n").into_bytes()).collect()
}

#[test]
fn every_coding_is_decoded_however_it_is_cut_into_pieces() {
    for coding in CODINGS {
        for plain in [text(), b"<a/>".to_vec(), Vec::new()] {
            let coded = encode(coding, &plain);
            for piece in [1, 7, 1000, usize::MAX] {
                assert_eq!(
                    decode_in(coding, &coded, 1 << 20, piece).unwrap(),
                    plain,
                    "{coding} in pieces of {piece}"
                );
            }
        }
    }
}

#[test]
fn data_that_is_cut_off_is_never_taken_for_complete() {
    for coding in CODINGS {
        let coded = encode(coding, &text());
        for length in [20, coded.len() / 2, coded.len() - 1] {
            let cut = decode(coding, &coded[..length], 1 << 20);
            assert!(matches!(cut, Err(BodyError::CutOff(_))), "{coding} cut at {length}: {cut:?}");
        }
    }
}

#[test]
fn the_cap_limits_the_decoded_size() {
    let plain = vec![b'a'; 64 << 20];
    for coding in CODINGS {
        let bomb = encode(coding, &plain);
        assert!(bomb.len() < 100_000, "{coding} is {} bytes", bomb.len());
        let mut reader = BodyReader::new([header_of(coding)].into_iter(), 1 << 20).unwrap();
        let mut decode_all = || {
            push(&mut reader, &bomb)?;
            while reader.decode_rest()? {}
            Ok(())
        };
        assert_eq!(decode_all(), Err(BodyError::TooLarge), "{coding}");
        assert_eq!(reader.into_prefix(), &plain[..1 << 20], "{coding}");
    }
}

#[test]
fn a_step_of_decoding_gives_little_even_if_a_few_bytes_hold_megabytes() {
    for coding in CODINGS {
        let bomb = encode(coding, &vec![b'a'; 16 << 20]);
        let mut reader = BodyReader::new([header_of(coding)].into_iter(), 32 << 20).unwrap();
        let mut held = 0;
        let mut at_most_a_few_pieces = |reader: &BodyReader| {
            assert!(reader.len() - held <= 8 * PIECE, "{coding}: {} bytes at once", reader.len() - held);
            held = reader.len();
        };
        let mut rest = bomb.as_slice();
        while reader.decode_some(&mut rest).unwrap() {
            at_most_a_few_pieces(&reader);
        }
        while reader.decode_rest().unwrap() {
            at_most_a_few_pieces(&reader);
        }
        assert_eq!(reader.finish(|_| false).unwrap().len(), 16 << 20, "{coding}");
    }
}

#[test]
fn a_body_of_exactly_the_cap_is_accepted() {
    for coding in CODINGS {
        assert!(decode(coding, &encode(coding, &[b'a'; 1000]), 1000).is_ok(), "{coding}");
        assert_eq!(
            decode(coding, &encode(coding, &[b'a'; 1001]), 1000),
            Err(BodyError::TooLarge),
            "{coding}"
        );
    }
    let mut plain = BodyReader::new(std::iter::empty(), 3).unwrap();
    push(&mut plain, b"abc").unwrap();
    assert_eq!(push(&mut plain, b"d"), Err(BodyError::TooLarge));
}

#[test]
fn a_wrong_content_encoding_of_a_plain_document_loses_nothing() {
    for header in ["gzip", "br", "deflate", "zstd", "x-gzip", "identity", "utf-8", "", "gzip, gzip"] {
        for document in
            ["<?xml version=\"1.0\"?><rss/>", "{\"version\": \"https://jsonfeed.org/version/1.1\"}", "<a/>"]
        {
            assert_eq!(decode(header, document.as_bytes(), 1000).unwrap(), document.as_bytes(), "{header}");
        }
    }
}

#[test]
fn broken_data_is_an_error() {
    // The data in the other codings has no checksum (that of zstd is optional), so only the parser can find the damage.
    for coding in ["gzip", "deflate"] {
        let mut coded = encode(coding, &text());
        let middle = coded.len() / 2;
        for byte in &mut coded[middle..middle + 40] {
            *byte ^= 0xa5;
        }
        assert!(decode(coding, &coded, 1 << 20).is_err(), "{coding}");
    }
    let several = "gzip, br, ".repeat(5000);
    let Err(BodyError::SeveralCodings(named)) = decode(&several, b"anything at all", 1000) else {
        panic!("several codings are decoded")
    };
    assert_eq!(named, "[gzip, brotli, gzip, brotli]");
}

#[test]
fn several_gzip_members_are_one_body_and_junk_after_them_is_ignored() {
    let mut coded = encode("gzip", b"<a>");
    coded.extend(encode("gzip", b"</a>"));
    assert_eq!(decode("gzip", &coded, 1000).unwrap(), b"<a></a>");
    assert_eq!(decode_in("gzip", &coded, 1000, 1).unwrap(), b"<a></a>");
    coded.extend([0; 50]);
    assert_eq!(decode("gzip", &coded, 1000).unwrap(), b"<a></a>");
}

#[test]
fn a_zstd_frame_cant_ask_for_a_window_of_gigabytes() {
    let mut encoder = zstd::stream::raw::Encoder::new(1).unwrap();
    encoder.set_parameter(zstd::stream::raw::CParameter::WindowLog(27)).unwrap();
    let mut coded = vec![0; 1 << 16];
    let plain = [b'a'; 1000];
    let step = encoder.run_on_buffers(&plain, &mut coded).unwrap();
    let mut out = zstd::stream::raw::OutBuffer::around(&mut coded[step.bytes_written..]);
    encoder.finish(&mut out, true).unwrap();
    let length = step.bytes_written + out.pos();
    assert!(matches!(decode("zstd", &coded[..length], 1 << 20), Err(BodyError::Broken("zstd", _))));
}

proptest! {
    #[test]
    fn random_bytes_never_panic_and_never_exceed_the_cap(coding in 0..5_usize, bytes: Vec<u8>, piece in 1..50_usize) {
        if let Ok(body) = decode_in(CODINGS[coding], &bytes, 4096, piece) {
            prop_assert!(body.len() <= 4096);
        }
    }
}

#[test]
fn a_whole_document_counts_without_the_end_mark_of_its_coding_and_with_a_wrong_checksum() {
    let is_whole = |bytes: &[u8]| bytes.ends_with(b"<item>4999</item>\n");
    let plain = text();
    for coding in ["gzip", "deflate"] {
        let mut coded = encode(coding, &plain);
        coded.truncate(coded.len() - 4);
        for (bytes, whole) in [(coded.as_slice(), true), (&coded[..coded.len() / 2], false)] {
            let mut reader = BodyReader::new([coding].into_iter(), 1 << 20).unwrap();
            push(&mut reader, bytes).unwrap();
            assert_eq!(finish(reader, is_whole).is_ok(), whole, "{coding}");
        }
    }
    let mut damaged = encode("gzip", &plain);
    let checksum = damaged.len() - 8;
    damaged[checksum] ^= 1;
    let mut reader = BodyReader::new(["gzip"].into_iter(), 1 << 20).unwrap();
    push(&mut reader, &damaged).unwrap();
    assert_eq!(finish(reader, is_whole), Ok(plain));
}

#[test]
fn data_is_decoded_by_its_mark_if_the_server_names_another_coding() {
    for (named, coding) in [("br", "gzip"), ("gzip", "deflate"), ("deflate", "gzip"), ("gzip", "zstd")] {
        assert_eq!(decode(named, &encode(coding, &text()), 1 << 20), Ok(text()), "{coding} named {named}");
    }
}
