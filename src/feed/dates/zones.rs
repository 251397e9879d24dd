//! Time zones by name and by offset.

const MINUTE: i32 = 60;
const HOUR: i32 = 3600;

/// Seconds east of Greenwich of a zone's name in lower case.
///
/// Names that several regions use mean the one that publishes the most feeds: `ist` India, `bst` Britain, `cst` and
/// `ast` America. `pt` and the like, which mean summer or winter, are winter's. Military letters are RFC 822's own:
/// its signs were a slip that RFC 2822 §4.3 knows of, but who writes `A` copied them from there.
pub(super) fn by_name(name: &str) -> Option<i32> {
    if let [letter @ b'a'..=b'z'] = name.as_bytes() {
        return military(*letter);
    }
    let offset = match name {
        "ut" | "utc" | "gmt" | "wet" | "azost" | "egst" => 0,
        "cet" | "met" | "mez" | "bst" | "west" | "wat" => HOUR,
        "cest" | "mest" | "mesz" | "met-dst" | "eet" | "cat" | "sast" | "oez" => 2 * HOUR,
        "eest" | "oesz" | "msk" | "trt" | "eat" | "idt" | "fet" => 3 * HOUR,
        "irst" => 3 * HOUR + 30 * MINUTE,
        "msd" | "gst" | "samt" | "get" | "azt" | "amt" => 4 * HOUR,
        "aft" => 4 * HOUR + 30 * MINUTE,
        "pkt" | "uzt" | "yekt" => 5 * HOUR,
        "ist" => 5 * HOUR + 30 * MINUTE,
        "npt" => 5 * HOUR + 45 * MINUTE,
        "bdt" | "omst" | "almt" => 6 * HOUR,
        "mmt" => 6 * HOUR + 30 * MINUTE,
        "ict" | "wib" | "krat" | "novt" => 7 * HOUR,
        "hkt" | "sgt" | "myt" | "pht" | "awst" | "wita" | "irkt" => 8 * HOUR,
        "jst" | "kst" | "wit" | "yakt" => 9 * HOUR,
        "acst" => 9 * HOUR + 30 * MINUTE,
        "aest" | "vlat" | "chst" => 10 * HOUR,
        "acdt" => 10 * HOUR + 30 * MINUTE,
        "aedt" | "magt" => 11 * HOUR,
        "nzst" | "pett" => 12 * HOUR,
        "nzdt" => 13 * HOUR,
        "ndt" => -(2 * HOUR + 30 * MINUTE),
        "brst" => -2 * HOUR,
        "brt" | "art" | "adt" | "clst" | "uyt" => -3 * HOUR,
        "nst" => -(3 * HOUR + 30 * MINUTE),
        "ast" | "at" | "edt" | "clt" | "bot" => -4 * HOUR,
        "est" | "et" | "cdt" | "cot" | "pet" | "ect" => -5 * HOUR,
        "cst" | "ct" | "mdt" => -6 * HOUR,
        "mst" | "mt" | "pdt" => -7 * HOUR,
        "pst" | "pt" | "akdt" => -8 * HOUR,
        "akst" => -9 * HOUR,
        "hst" => -10 * HOUR,
        "sst" => -11 * HOUR,
        _ => return None,
    };
    Some(offset)
}

/// RFC 822 §5.1: `A` is −1 to `M` −12, `N` +1 to `Y` +12, `J` is not used.
fn military(letter: u8) -> Option<i32> {
    let hours = match letter {
        b'z' => 0,
        b'a'..=b'i' => -(i32::from(letter - b'a') + 1),
        b'k'..=b'm' => -i32::from(letter - b'a'),
        b'n'..=b'y' => i32::from(letter - b'n') + 1,
        _ => return None,
    };
    Some(hours * HOUR)
}

/// Seconds east of Greenwich of a numeric offset; `None` where it is none (`+99:99`). One that is only too far away
/// (`+3000`, in the wild) is not believed, but the day beside it is: then the moment counts as UTC.
pub(super) fn offset(sign: i32, hours: u32, minutes: u32, seconds: u32) -> Option<i32> {
    let possible = minutes < 60 && seconds < 60;
    let hours = if hours < 24 { hours } else { 0 };
    possible.then(|| sign * (hours * 3600 + minutes * 60 + seconds).cast_signed())
}
