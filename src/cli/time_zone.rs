//! Checks the file that the variable `TZ` names, before the library for times reads it.
//!
//! The library (`chrono`) reads the whole file, whatever it is: a device without an end would fill the memory, and a pipe that
//! nobody writes to would stop riverd for ever, also when it is asked to stop.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use super::SetupError;

/// Largest file of a time zone, in bytes. Those of the tz database have less than 4 kB.
const MAX_FILE: u64 = 64 * 1024;

/// What a file of a time zone begins with (RFC 9636).
const MAGIC: &[u8] = b"TZif";

/// Where the library looks for the time zone `Europe/Berlin`, in this order.
const FOLDERS: [&str; 4] =
    ["/usr/share/zoneinfo", "/share/zoneinfo", "/etc/zoneinfo", "/usr/share/lib/zoneinfo"];

/// Fails if `TZ` names a file that is not the file of a time zone. A name that no file has is no error: it may be a rule, such as
/// `CET-1CEST`, and for one that is unknown the library uses the time zone of the machine.
pub(super) fn check() -> Result<(), SetupError> {
    let Some(variable) = std::env::var_os("TZ") else { return Ok(()) };
    match file_problem(&variable, &FOLDERS) {
        None => Ok(()),
        Some((path, what)) => Err(SetupError(format!(
            "the variable `TZ` names `{}`, which is not the file of a time zone: {what}\n\
             hint: set it to a name such as `Europe/Berlin`, or unset it for the time zone of the machine",
            path.display()
        ))),
    }
}

/// Returns the file that `TZ` names, and what is wrong with it. Never waits for the file.
fn file_problem(variable: &OsStr, folders: &[&str]) -> Option<(PathBuf, String)> {
    let name = variable.as_bytes();
    let name = Path::new(OsStr::from_bytes(name.strip_prefix(b":").unwrap_or(name)));
    if name.as_os_str().is_empty() {
        return None;
    }
    // Joined to an absolute path, the folder does not count.
    let (path, file) = folders.iter().find_map(|folder| {
        let path = Path::new(folder).join(name);
        open_without_waiting(&path).map(|file| (path, file))
    })?;
    problem_of(file).map(|what| (path, what))
}

/// Opens a file. Opening a pipe that nobody writes to would otherwise wait for ever.
fn open_without_waiting(path: &Path) -> Option<File> {
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    OpenOptions::new().read(true).custom_flags(flags).open(path).ok()
}

/// Returns why a file is not that of a time zone.
fn problem_of(file: File) -> Option<String> {
    let about = match file.metadata() {
        Ok(about) => about,
        Err(error) => return Some(error.to_string()),
    };
    if !about.is_file() {
        let what = if about.is_dir() { "it is a folder" } else { "it is not a regular file" };
        return Some(what.to_owned());
    }
    if about.len() > MAX_FILE {
        return Some(format!("it has more than {MAX_FILE} bytes"));
    }
    let mut begin = Vec::new();
    // A file of the kernel may be endless although it has no length, but none begins so.
    let read = file.take(MAGIC.len() as u64).read_to_end(&mut begin);
    match read {
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => Some(error.to_string()),
        _ if begin != MAGIC => Some("it does not begin with `TZif`".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_small_regular_file_of_a_time_zone_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("Europe")).unwrap();
        std::fs::write(at("Europe/Berlin"), b"TZif2 and more").unwrap();
        std::fs::write(at("notes"), b"not a zone").unwrap();
        std::fs::write(at("empty"), b"").unwrap();
        File::create(at("large")).unwrap().set_len(1 << 30).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        let folders = [at("none"), at("")].map(|path| path.to_str().unwrap().to_owned());
        let problem = |variable: &str| {
            file_problem(OsStr::new(variable), &folders.each_ref().map(String::as_str)).map(|(_, what)| what)
        };
        let absolute = |name: &str| format!(":{}", at(name).display());
        for harmless in
            ["", ":", "UTC", "CET-1CEST,M3.5.0,M10.5.0/3", "Nowhere/City", "Europe/Berlin", ":Europe/Berlin"]
        {
            assert_eq!(problem(harmless), None, "{harmless}");
        }
        assert_eq!(problem(&absolute("Europe/Berlin")), None);
        for (named, what) in [
            ("/dev/zero", "regular"),
            (":/dev/zero", "regular"),
            ("../../../../../../../../dev/zero", "regular"),
            ("Europe", "a folder"),
            ("notes", "TZif"),
            ("empty", "TZif"),
            ("large", "65536 bytes"),
            ("pipe", "regular"),
            (&absolute("pipe"), "regular"),
        ] {
            let problem = problem(named).unwrap_or_default();
            assert!(problem.contains(what), "{named}: {problem}");
        }
    }
}
