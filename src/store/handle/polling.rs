//! What the poller asks of the store: claims of due sources, records of polls, pages behind entries, and the answers that verbs
//! got before.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, RwLock};

use rusqlite::Connection;
use url::Url;

use super::{CurrentConfig, Store, configured_source};
use crate::article::identity::KnownEntries;
use crate::model::{
    DuePage, DueSource, EarlierAnswer, Location, PageRecord, PollReceipt, PollRecord, PollVerdict, Source,
    SourceId, WaitingSource,
};
use crate::policy::conditions::ShownOfServer;
use crate::policy::robots::ReadRobots;
use crate::store::due::{self, ClaimLimit};
use crate::store::kept_answers::MAX_KEPT_BODY;
use crate::store::pages::{self, PageClaim};
use crate::store::plain_servers::PlainServers;
use crate::store::record::{self, RecordStep};
use crate::store::{StoreError, hubs, kept_answers, plans, robots, status};
use crate::time::Timestamp;

/// How many sources that wait for their turn keep what is known about them. That takes 2.7 kB for each.
const MOST_KNOWN: usize = 5_000;

impl Store {
    /// Claims due sources, the most overdue first. A claim only postpones the poll a little, so a crash needs no
    /// recovery.
    pub async fn claim_due(&self, now: Timestamp, limit: ClaimLimit) -> Result<Vec<DueSource>, StoreError> {
        let claim = || {
            let limit = limit.clone();
            self.write(move |conn| due::claim(conn, now, &limit))
        };
        let claimed = self.mending(claim).await;
        if let Some(writer) = &self.writer {
            let refused = claimed.as_ref().err().filter(|error| error.may_concern_one_record());
            writer.health().claimed(refused);
        }
        Ok(claimed?.into_iter().filter_map(|claimed| as_configured(&self.current, claimed)).collect())
    }

    /// Claims due sources, as [`Store::claim_due`] does, for polls that wait for their turn.
    pub async fn claim_due_to_wait(
        &self,
        now: Timestamp,
        limit: ClaimLimit,
    ) -> Result<Vec<WaitingSource>, StoreError> {
        self.claim_to_wait(now, move |conn| due::choose(conn, now, &limit)).await
    }

    /// Claims the sources with these names or addresses (all if `names` is empty), due or not, for `poll --all` and
    /// `poll NAME`. Disabled ones are left out. The caller must not name sources whose servers must not be asked yet.
    pub async fn claim_named(
        &self,
        names: &[String],
        now: Timestamp,
    ) -> Result<Vec<WaitingSource>, StoreError> {
        let names: HashSet<&str> = names.iter().map(String::as_str).collect();
        let mut chosen: Vec<(usize, SourceId)> = {
            let current = self.current();
            let asked = current.sources.iter().filter(|(_, source)| {
                names.is_empty()
                    || names.contains(source.name.as_str())
                    || names.contains(source.location.as_url_text().as_str())
            });
            asked.map(|(id, source)| (source.position, *id)).collect()
        };
        chosen.sort_unstable();
        let ids: Vec<SourceId> = chosen.into_iter().map(|(_, id)| id).collect();
        self.claim_to_wait(now, move |_| Ok(ids.clone())).await
    }

    /// Claims the sources that `choose` chooses. What is known about those after the first [`MOST_KNOWN`] is dropped at once,
    /// so that tens of thousands can wait.
    async fn claim_to_wait<F>(&self, now: Timestamp, choose: F) -> Result<Vec<WaitingSource>, StoreError>
    where
        F: Fn(&Connection) -> Result<Vec<SourceId>, StoreError> + Clone + Send + 'static,
    {
        let claim = || {
            let (choose, current) = (choose.clone(), Arc::clone(&self.current));
            self.write(move |conn| {
                let mut kept = 0;
                let keep = |claimed| {
                    kept += 1;
                    as_configured(&current, claimed).map(|due| WaitingSource::of(due, kept <= MOST_KNOWN))
                };
                due::claim_these(conn, &choose(conn)?, now, keep)
            })
        };
        self.mending(claim).await
    }

    /// Returns a claimed source that waited for its turn, with what is known about it. Returns `None` if it was removed
    /// meanwhile.
    pub async fn claimed_source(&self, id: SourceId) -> Result<Option<DueSource>, StoreError> {
        let claimed = self.mending(|| self.readers.read(move |conn| due::find(conn, id))).await?;
        Ok(claimed.and_then(|claimed| as_configured(&self.current, claimed)))
    }

    /// Writes one poll. Returns once everything is durable. Schedule, validators and articles are one transaction. A long
    /// document takes several transactions, and the validators are in the last one.
    pub async fn record_poll(&self, record: PollRecord) -> Result<PollReceipt, StoreError> {
        let (source, dedup) = (self.source(record.source), self.dedup());
        let document_of = matches!(record.verdict, PollVerdict::Fresh(_)).then_some(record.source);
        let record = Arc::new(record);
        let mut progress = None;
        loop {
            let (record, source, dedup) = (Arc::clone(&record), source.clone(), dedup.clone());
            let bands = Arc::clone(&self.known_bands);
            let step = move |conn: &Connection, progress| {
                record::step(conn, &record, (source.as_ref(), &dedup), &bands, progress)
            };
            let stored = match progress {
                None => self.write_repeatably(move |conn| step(conn, None)).await,
                // This write can't be repeated, because it consumes `progress`.
                Some(_) => self.write_in_turn(move |conn| step(conn, progress)).await,
            };
            match stored? {
                RecordStep::Stored(receipt) => {
                    if let (Some(writer), Some(source)) = (&self.writer, document_of) {
                        writer.health().document_stored(source, receipt.added + receipt.updated > 0);
                    }
                    return Ok(receipt);
                }
                RecordStep::InPart(stored) => progress = Some(stored),
            }
        }
    }

    /// Notes that the document of a source, or what is stored of it, was refused with `error`. If that happens to several
    /// sources in a row, [`Store::health`] says so.
    pub fn note_refusal(&self, source: SourceId, error: &StoreError) {
        if let Some(writer) = &self.writer {
            writer.health().document_refused(source, error);
        }
    }

    /// Replaces the record of a failed poll after its outcome was decided again, unless its source was claimed or polled since.
    pub async fn revise_poll(&self, record: PollRecord) -> Result<(), StoreError> {
        let source = self.source(record.source);
        let dedup = self.dedup();
        let bands = Arc::clone(&self.known_bands);
        self.write(move |conn| {
            if due::is_latest_and_idle(conn, record.source, record.polled_at)? {
                record::step(conn, &record, (source.as_ref(), &dedup), &bands, None)?;
            }
            Ok(())
        })
        .await
    }

    /// Returns the newest few thousand entries of a source, stored or pruned, by which entries are recognised.
    pub async fn known_entries(&self, source: SourceId) -> Result<KnownEntries, StoreError> {
        self.readers.read(move |conn| status::known_entries(conn, source)).await
    }

    /// Gives back claims whose polls will not happen, at a stop or for a throttled host. The sources are due as they
    /// were before.
    pub async fn release(&self, sources: Vec<SourceId>) -> Result<(), StoreError> {
        self.write(move |conn| due::release(conn, &sources)).await
    }

    /// Gives back all claims except those of polls that are `under_way`. The claims that are given back were left by polls that
    /// could not be recorded.
    pub async fn release_abandoned(&self, under_way: HashSet<SourceId>) -> Result<(), StoreError> {
        self.write(move |conn| {
            let claimed = due::claimed(conn)?;
            let abandoned: Vec<SourceId> =
                claimed.into_iter().filter(|source| !under_way.contains(source)).collect();
            due::release(conn, &abandoned)
        })
        .await
    }

    /// Returns the pauses in force: registrable domains, and when their pauses end. There is at most one for each domain.
    pub async fn pauses(&self, now: Timestamp) -> Result<Vec<(String, Timestamp)>, StoreError> {
        self.readers.read(move |conn| plans::pauses(conn, now)).await
    }

    /// Returns the addresses whose kept answers ask for a pause, and when their pauses end. A pause of a whole domain is among
    /// [`Store::pauses`].
    pub async fn kept_pauses(&self, now: Timestamp) -> Result<HashMap<Url, Timestamp>, StoreError> {
        self.readers.read(move |conn| kept_answers::pauses(conn, now)).await
    }

    /// Returns how many of the due sources were polled before, counted up to `limit`. Many become due while the machine sleeps
    /// or riverd is stopped, or when the clock jumps ahead.
    pub async fn count_due(&self, now: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.readers.read(move |conn| due::count_polled_before(conn, now, limit)).await
    }

    /// Moves plans back after the clock was set back. What was planned relative to a poll that now lies in the future
    /// (`polled_at > now`) moves with that poll: `next_poll_at` becomes `now + (next_poll_at - polled_at)`, `polled_at` becomes
    /// `now`, and `not_before` moves by the same time. A poll by a cron schedule keeps to its schedule. If the server asked for
    /// a pause at that poll, the pause moves for all sources of its domain. Returns how many sources were moved.
    pub async fn adjust_to_clock(&self, now: Timestamp) -> Result<usize, StoreError> {
        let current = Arc::clone(&self.current);
        self.write(move |conn| {
            hubs::adjust_to_clock(conn, now)?;
            plans::adjust_to_clock(conn, |id| configured_source(&current, id), now)
        })
        .await
    }

    /// Returns the enabled sources with `full_text`: the pages behind their entries are fetched.
    fn with_full_text(&self) -> HashMap<SourceId, Arc<Source>> {
        let current = self.current();
        let wanted = current.sources.iter().filter(|(_, source)| source.full_text && source.enabled);
        wanted.map(|(id, source)| (*id, Arc::clone(source))).collect()
    }

    /// Claims pages that are due. Each claimed page counts as fetched from now on. This costs nothing if no source has
    /// `full_text`, and one indexed read if no page is due.
    pub async fn claim_pages(&self, claim: PageClaim, now: Timestamp) -> Result<Vec<DuePage>, StoreError> {
        let sources = self.with_full_text();
        if sources.is_empty() || !self.readers.read(move |conn| pages::any_due(conn, now)).await? {
            return Ok(Vec::new());
        }
        self.write(move |conn| pages::claim(conn, &claim, &sources, now)).await
    }

    /// Returns whether an article has waited long enough for its page. [`Store::publish`] then publishes it. This costs nothing
    /// if no source has `full_text`, and no article waited when the store last followed feeds.toml.
    pub async fn has_waited_enough(&self, now: Timestamp) -> Result<bool, StoreError> {
        if self.with_full_text().is_empty() && !self.current().articles_waited {
            return Ok(false);
        }
        self.readers.read(move |conn| Ok(!pages::waited_enough(conn, now, 1)?.is_empty())).await
    }

    /// Reads which servers answer only plain requests, for [`Store::asks_plainly`]. A database that was opened for reading does
    /// not know it before, because few verbs ask.
    pub async fn read_plain_servers(&mut self) -> Result<(), StoreError> {
        self.plain_servers = self.readers.read(PlainServers::read).await?;
        Ok(())
    }

    /// Returns whether the next request to the server of an address is plain, because ordinary requests of several of its
    /// sources were answered wrongly. Once in a while the next request is ordinary, to see whether the server still answers
    /// wrongly.
    pub fn asks_plainly(&self, address: &Location, now: Timestamp) -> bool {
        self.plain_servers.asks_plainly(address, now)
    }

    /// Notes what the answer to a request of `source` to an address showed of the server there.
    pub async fn note_conditions(
        &self,
        address: &Location,
        source: SourceId,
        shown: ShownOfServer,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match self.plain_servers.note(address, source, shown, now) {
            Some(change) => self.write(move |conn| change.write(conn)).await,
            None => Ok(()),
        }
    }

    /// Returns the rules in the robots.txt of an origin (scheme, host and port), if they were read within a day.
    pub async fn robots(&self, origin: String, now: Timestamp) -> Result<Option<ReadRobots>, StoreError> {
        self.readers.read(move |conn| robots::find(conn, &origin, now)).await
    }

    /// Keeps the rules in the robots.txt of an origin for a day.
    pub async fn keep_robots(&self, origin: String, read: ReadRobots) -> Result<(), StoreError> {
        self.write(move |conn| robots::keep(conn, &origin, &read)).await
    }

    /// Stores how the fetch of a page ended.
    pub async fn record_page(&self, record: PageRecord, now: Timestamp) -> Result<(), StoreError> {
        self.write(move |conn| pages::record(conn, &record, now)).await
    }

    /// Keeps an answer for the next poll of the source with its address. feeds.toml may not name this address yet. If the
    /// answer asks for a pause of the whole domain, the pause holds at once. Of an answer with a body above [`MAX_KEPT_BODY`],
    /// only this pause is kept.
    pub async fn keep_answer(&self, answer: EarlierAnswer, now: Timestamp) -> Result<(), StoreError> {
        let (answer, body) = answer.split_body();
        if body.len() > MAX_KEPT_BODY {
            return self.note_pause_of_answer(answer, now).await;
        }
        let url = answer.url.to_string();
        self.write(move |conn| kept_answers::keep(conn, &answer, &body, now)).await?;
        self.kept_addresses.add(url);
        Ok(())
    }

    /// Notes the pause of a domain that an answer asked for, without keeping the answer.
    pub async fn note_pause_of_answer(
        &self,
        answer: EarlierAnswer<usize>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |conn| kept_answers::note_pause(conn, &answer, now).map(|_| ())).await
    }

    /// Reads again for which addresses answers are kept. Must be called after a write other than [`Store::keep_answer`] kept an
    /// answer.
    pub(super) async fn read_kept_addresses(&self) -> Result<(), StoreError> {
        let kept_addresses = self.kept_addresses.clone();
        self.write(move |conn| kept_addresses.read_again(conn)).await
    }

    /// Brings forward the next poll of a source that was polled before, because an answer is kept for it. A verb got this
    /// answer at `asked_at`.
    pub async fn poll_kept_answer_soon(
        &self,
        url: Url,
        asked_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write(move |conn| plans::bring_forward_to_kept_answer(conn, url.as_str(), asked_at, now)).await
    }

    /// Returns the answers that verbs got after `since` and that no poll has used.
    pub async fn kept_answers_since(&self, since: Timestamp) -> Result<Vec<EarlierAnswer>, StoreError> {
        self.readers.read(move |conn| kept_answers::since(conn, since)).await
    }

    /// Returns whether an answer is kept for an address, so that a poll may use it instead of sending a request. Such a poll
    /// may take place during a pause. `polled_at` is the time of the last poll.
    pub async fn has_kept_answer(
        &self,
        url: &Url,
        polled_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if !self.kept_addresses.has(url.as_str()) {
            return Ok(false);
        }
        let url = url.clone();
        let usable = move |conn: &Connection| kept_answers::find_usable(conn, &url, polled_at, now);
        Ok(self.readers.read(usable).await?.is_some())
    }

    /// Removes the answer that is kept for an address. Returns the answer if a poll may use it. For that, it must be recent, or
    /// ask for a pause that is not over. It must not be older than the last poll, at `polled_at`.
    pub async fn take_answer(
        &self,
        url: &Url,
        polled_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Option<EarlierAnswer>, StoreError> {
        if !self.kept_addresses.take(url.as_str()) {
            return Ok(None);
        }
        let wanted = url.clone();
        let answer = self.readers.read(move |conn| kept_answers::find(conn, &wanted)).await?;
        let Some(answer) = answer else { return Ok(None) };
        let taken = url.to_string();
        self.write(move |conn| kept_answers::remove(conn, &taken)).await?;
        Ok(Some(answer).filter(|answer| kept_answers::is_usable(answer, polled_at, now)))
    }
}

/// Adds the configuration to a claim. Returns `None` if the source was removed in between.
fn as_configured(current: &RwLock<CurrentConfig>, claimed: due::Claimed) -> Option<DueSource> {
    let due::Claimed { id, state, planned, push } = claimed;
    configured_source(current, id).map(|source| DueSource { id, source, state, planned, push })
}
