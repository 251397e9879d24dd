//! Finds the numbers of the groups that feeds.toml names.

use std::io;

/// Returns the number of a group, which is given by its name in `/etc/group` or by its number.
pub fn id(group: &str) -> io::Result<u32> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    let groups = std::fs::read_to_string("/etc/group")?;
    let id = groups.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next() == Some(group)).then(|| fields.nth(1)?.parse().ok())?
    });
    id.ok_or_else(|| io::Error::other("/etc/group has no group of that name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_found_by_name_and_number() {
        assert_eq!(id("root").unwrap(), 0);
        assert_eq!(id("1234").unwrap(), 1234);
        assert!(id("no-such-group").is_err() && id("roo").is_err());
    }
}
