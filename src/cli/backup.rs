//! `riverd backup`, `riverd restore` and `riverd recover`: copies of the database, and what can be saved of a damaged one.

use std::path::Path;

use bytesize::ByteSize;

use super::args::{BackupArgs, GlobalArgs, OutputArgs};
use super::{UsageError, VerbOutcome, output};
use crate::store::backup::{self, BackupReport, restore, salvage};
use crate::text::words::counted;
use crate::time::Timestamp;

/// Copies the database to a new file.
pub(super) fn back_up(global: &GlobalArgs, args: &BackupArgs) -> anyhow::Result<VerbOutcome> {
    if args.file == Path::new("-") {
        let hint = "name a file; `./-` is a file of that name";
        return Err(UsageError(format!(
            "a backup is checked in its file, so it can't go to stdout\nhint: {hint}"
        ))
        .into());
    }
    if args.file.symlink_metadata().is_ok() {
        let file = args.file.display();
        return Err(UsageError(format!(
            "`{file}` exists, and a backup overwrites nothing\nhint: name another file"
        ))
        .into());
    }
    let made = backup::back_up(&global.database()?, &args.file)?;
    if args.output.json {
        output::print_json(&made)?;
    } else {
        output::print_line(&format!("backed up {} to {}", contents(&made), made.path.display()))?;
    }
    warn_of_unreadable(&made);
    Ok(VerbOutcome::Succeeded)
}

/// Puts a backup in the place of the database.
pub(super) fn restore(global: &GlobalArgs, args: &BackupArgs) -> anyhow::Result<VerbOutcome> {
    if !args.file.exists() {
        let file = args.file.display();
        anyhow::bail!(
            "there is no file `{file}`\nhint: name a copy that `riverd backup` made, or one in `backup_dir`"
        );
    }
    let database = global.database()?;
    let done = restore::restore(&args.file, &database, Timestamp::now())?;
    warn_of_unreadable(&done.restored);
    if args.output.json {
        output::print_json(&done)?;
        return Ok(VerbOutcome::Succeeded);
    }
    output::print_line(&format!(
        "restored {} from {}{}",
        contents(&done.restored),
        args.file.display(),
        aside_note(done.set_aside.as_deref(), "the database that was in use is now")
    ))?;
    Ok(VerbOutcome::Succeeded)
}

/// Saves what can be read of a damaged database.
pub(super) fn recover(global: &GlobalArgs, args: OutputArgs) -> anyhow::Result<VerbOutcome> {
    let done = salvage::recover(&global.database()?, Timestamp::now())?;
    let outcome = if done.lacks_much() { VerbOutcome::Failed } else { VerbOutcome::Succeeded };
    if args.json {
        output::print_json(&done)?;
        return Ok(outcome);
    }
    let (saved, known) = (done.rows("articles"), done.known_articles);
    let articles = if saved < known {
        format!("{saved} of at least {}", counted(known, "article"))
    } else {
        counted(saved, "article")
    };
    let mut text = format!(
        "saved {articles} with {} of {}",
        counted(done.rows("entries"), "entry"),
        counted(done.rows("sources"), "source")
    );
    match done.unreadable_places() {
        0 => text.push_str("; every place could be read"),
        places => text.extend([format!("; {} could not be read", counted(places, "place"))]),
    }
    for table in done
        .tables
        .iter()
        .filter(|table| table.unreadable_places > 0 || table.left_out > 0 || table.mended > 0)
    {
        text.extend([format!(
            "\n  {}: {} saved, {} unreadable, {} left out",
            table.table,
            counted(table.rows, "row"),
            counted(table.unreadable_places, "place"),
            counted(table.left_out, "row")
        )]);
        if table.mended > 0 {
            text.extend([format!(
                ", {} mended, with values that could not be read",
                counted(table.mended, "row")
            )]);
        }
    }
    let old = if done.is_whole() {
        "no damage was found; the old database is now"
    } else {
        "the damaged database is now"
    };
    text.push_str(&aside_note(done.set_aside.as_deref(), old));
    output::print_line(&text)?;
    if done.lacks_much() {
        let lost = if saved == 0 { "every article" } else { "more than a tenth of the articles" };
        output::print_message(&format!("warning: {lost} could not be read"));
    }
    if done.unreadable_places() > 0 || saved < known {
        output::print_message(
            "hint: a backup from before the damage may hold more; `riverd restore FILE` puts it back. `riverd poll --all` fetches \
             again what the feeds still list",
        );
    }
    Ok(outcome)
}

/// Warns of rows in a copy with values that can't be read.
fn warn_of_unreadable(made: &BackupReport) {
    if made.unreadable_rows > 0 {
        output::print_message(&format!(
            "warning: {} of the copy have values that can't be read, because the database was damaged\nhint: while riverd is stopped, \
             `riverd recover` mends the database",
            counted(made.unreadable_rows, "row")
        ));
    }
}

/// Says what a backup holds.
fn contents(made: &BackupReport) -> String {
    let (articles, sources) = (counted(made.articles, "article"), counted(made.sources, "source"));
    format!("{articles} of {sources} ({})", ByteSize(made.bytes))
}

fn aside_note(path: Option<&Path>, what: &str) -> String {
    path.map(|path| format!("\n{what} {}", path.display())).unwrap_or_default()
}
