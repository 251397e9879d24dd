//! Notes the defects of the newest document of a source, which `status` shows.

use rusqlite::{Connection, params};

use super::StoreError;
use crate::model::{Defect, SourceId};

/// Notes these defects of a source in place of those of the document before.
pub(super) fn replace(conn: &Connection, source: SourceId, defects: &[Defect]) -> Result<(), StoreError> {
    conn.prepare_cached("delete from defects where source_id = ?")?.execute([source.0])?;
    let mut insert =
        conn.prepare_cached("insert or replace into defects (source_id, name, count) values (?, ?, ?)")?;
    for defect in defects {
        insert.execute(params![source.0, defect.name, defect.count])?;
    }
    Ok(())
}
