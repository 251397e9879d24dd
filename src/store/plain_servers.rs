//! Keeps the proofs that servers answer only plain requests ([`ServerProofs`]), in a table and in memory, so that polls need
//! not read the table. No other process writes to it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, params};

use super::StoreError;
use crate::model::{Location, SourceId};
use crate::policy::conditions::ShownOfServer;
use crate::policy::plain_servers::ServerProofs;
use crate::time::Timestamp;

/// How many servers are kept. If there are more, those whose last proofs are the oldest are forgotten.
const MOST: usize = 1000;

/// The servers for which there are proofs, by scheme, host and port.
#[derive(Clone, Default, Debug)]
pub(super) struct PlainServers(Arc<Mutex<HashMap<String, ServerProofs>>>);

impl PlainServers {
    /// Reads the table.
    pub(super) fn read(conn: &Connection) -> Result<Self, StoreError> {
        let mut query = conn.prepare(
            "select server, proofs, proved_at, first_source, is_shared, next_try_at from plain_servers",
        )?;
        let rows = query.query_map([], |row| {
            let proofs = ServerProofs {
                proofs: row.get("proofs")?,
                proved_at: Timestamp::from_unix(row.get("proved_at")?),
                first_source: SourceId(row.get("first_source")?),
                is_shared: row.get("is_shared")?,
                next_try_at: Timestamp::from_unix(row.get("next_try_at")?),
            };
            Ok((row.get("server")?, proofs))
        })?;
        Ok(Self(Arc::new(Mutex::new(rows.collect::<Result<_, _>>()?))))
    }

    fn servers(&self) -> MutexGuard<'_, HashMap<String, ServerProofs>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether the next request to the server of an address is plain, as [`ServerProofs::asks_plainly`] says. It is not
    /// stored that a source tries an ordinary request, so another source may try one after a restart.
    pub(super) fn asks_plainly(&self, address: &Location, now: Timestamp) -> bool {
        let mut servers = self.servers();
        if servers.is_empty() {
            return false;
        }
        let known = server_of(address).and_then(|server| servers.get_mut(&server));
        known.is_some_and(|known| known.asks_plainly(now))
    }

    /// Notes in memory what a poll of `source` showed of the server of an address. Returns the change that is to be stored, if
    /// there is one.
    pub(super) fn note(
        &self,
        address: &Location,
        source: SourceId,
        shown: ShownOfServer,
        now: Timestamp,
    ) -> Option<ServerChange> {
        let mut servers = self.servers();
        if shown == ShownOfServer::AnswersConditions && servers.is_empty() {
            return None;
        }
        let server = server_of(address)?;
        match shown {
            ShownOfServer::AnswersConditions => {
                servers.remove(&server).map(|_| ServerChange { server, proofs: None })
            }
            ShownOfServer::NeedsPlain => {
                let known = servers.get(&server).copied();
                let proofs = ServerProofs::after_proof(known, source, now);
                servers.insert(server.clone(), proofs);
                if servers.len() > MOST {
                    let oldest = servers.iter().min_by_key(|(_, known)| known.proved_at);
                    let oldest = oldest.map(|(server, _)| server.clone());
                    oldest.and_then(|server| servers.remove(&server));
                }
                Some(ServerChange { server, proofs: Some(proofs) })
            }
        }
    }
}

/// Returns the scheme, host and port of an address; `None` for a file.
fn server_of(address: &Location) -> Option<String> {
    match address {
        Location::Http(url) => Some(url.origin().ascii_serialization()),
        Location::File(_) => None,
    }
}

/// A change of one row.
#[derive(Debug)]
pub(super) struct ServerChange {
    server: String,
    /// `None` if an ordinary request was answered rightly.
    proofs: Option<ServerProofs>,
}

impl ServerChange {
    /// Writes the change. Deletes the oldest rows if there are too many.
    pub(super) fn write(&self, conn: &Connection) -> Result<(), StoreError> {
        let Some(known) = self.proofs else {
            conn.prepare_cached("delete from plain_servers where server = ?")?.execute([&self.server])?;
            return Ok(());
        };
        conn.prepare_cached(
            "insert or replace into plain_servers (server, proofs, proved_at, first_source, is_shared, next_try_at)
             values (?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            self.server,
            known.proofs,
            known.proved_at.unix(),
            known.first_source.0,
            known.is_shared,
            known.next_try_at.unix(),
        ])?;
        conn.prepare_cached(
            "delete from plain_servers where server in
             (select server from plain_servers order by proved_at desc limit -1 offset ?)",
        )?
        .execute([MOST as i64])?;
        Ok(())
    }
}
