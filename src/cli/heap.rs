//! Keeps the heap of the verbs that read many documents small.
//!
//! glibc reads the settings of its heap from the environment when a process starts. So riverd puts them there and executes
//! itself once more, in the same process. glibc's function for this (`mallopt`) can be called from `unsafe` code only.

use std::env;
use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// Variables of glibc (`man mallopt`), with riverd's settings.
const SETTINGS: [(&str, &str); 2] = [
    // glibc has a heap for each thread and keeps the memory there that long documents needed. With one heap, riverd took 36 MB
    // instead of 74 MB after it had polled 203 feeds, at the same speed.
    ("MALLOC_ARENA_MAX", "1"),
    // glibc raises this limit, in bytes, when large blocks are freed, and later large blocks leave gaps in a heap. With a fixed
    // limit each large block goes back to the system.
    ("MALLOC_MMAP_THRESHOLD_", "262144"),
];

/// Set in the process that was executed again. A program with file capabilities gets no variables of the heap, so their absence
/// does not say that the program has not been executed again yet.
const EXECUTED_AGAIN: &str = "RIVERD_EXECUTED_AGAIN";

/// Executes riverd again with the settings, if it does not run with them yet. A setting that the environment already has stays
/// as it is. Must be called before there is a second thread or an open file.
pub(super) fn keep_small() {
    let missing = missing_settings(|variable| env::var_os(variable));
    if missing.is_empty() || !cfg!(target_env = "gnu") {
        return;
    }
    let Ok(program) = env::current_exe() else { return };
    let mut arguments = env::args_os();
    let mut again = Command::new(program);
    if let Some(name) = arguments.next() {
        again.arg0(name);
    }
    again.args(arguments).envs(missing).env(EXECUTED_AGAIN, "1");
    // This returns only if it fails. Then riverd works all the same, with a larger heap.
    drop(again.exec());
}

/// Returns the settings that are not in the environment, or none if riverd was already executed again.
fn missing_settings(variable: impl Fn(&str) -> Option<OsString>) -> Vec<(&'static str, &'static str)> {
    if variable(EXECUTED_AGAIN).is_some() {
        return Vec::new();
    }
    SETTINGS.into_iter().filter(|(name, _)| variable(name).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing_beside(set: &[&str]) -> Vec<&'static str> {
        let found = missing_settings(|name| set.contains(&name).then(|| OsString::from("2")));
        found.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn what_the_environment_says_of_the_heap_stays() {
        assert_eq!(missing_beside(&[]), ["MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_"]);
        assert_eq!(missing_beside(&["MALLOC_ARENA_MAX"]), ["MALLOC_MMAP_THRESHOLD_"]);
        assert!(missing_beside(&["MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_"]).is_empty());
    }

    #[test]
    fn riverd_is_executed_again_once_only() {
        assert!(missing_beside(&["RIVERD_EXECUTED_AGAIN"]).is_empty());
    }
}
