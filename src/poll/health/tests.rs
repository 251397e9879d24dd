use super::*;

fn moved(from: &str, to: &str) -> MovedTo {
    let cadence = Cadence::Every(Duration::from_hours(1));
    let source = Source::new("s", Location::Http(from.parse().unwrap()), cadence);
    let at = Timestamp::EPOCH;
    moved_to(&Moved { to: to.parse().unwrap(), seen: 5, since: at, adopted_at: Some(at) }, Some(&source))
}

#[test]
fn a_move_that_stands_gives_the_line_to_write() {
    let moved = moved("https://a.example/f", "https://b.example/f?page=1");
    assert_eq!(moved.line.as_deref(), Some("url = \"https://b.example/f?page=1\""));
    assert_eq!(moved.how, None);
}

#[test]
fn a_move_to_an_address_with_a_secret_gives_no_line_that_would_break_the_source() {
    let kept = moved("https://a.example/f?token=geheim", "https://b.example/f?token=geheim");
    assert_eq!(kept.line, None);
    let how = kept.how.unwrap();
    assert!(how.contains("https://b.example/f?token=…") && how.contains("keep"), "{how}");
    let new = moved("https://a.example/f?token=geheim", "https://b.example/f?token=neu");
    assert_eq!(new.line, None);
    let how = new.how.unwrap();
    assert!(how.contains("curl") && !how.contains("geheim") && !how.contains("neu"), "{how}");
}
