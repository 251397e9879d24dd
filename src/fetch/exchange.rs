//! Makes one HTTP exchange, redirects included, within one deadline: from the first name lookup to the last byte of the body.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Request, Response, StatusCode};
use tokio::time::{Instant, timeout, timeout_at};
use url::Url;

use super::arriving_body::ArrivingBody;
use super::body::BodyError;
use super::body_end::{ends_with_connection, is_cut_short};
use super::body_memory::ExpectedPace;
use super::connections::{self, ConnectionUse};
use super::error_page;
use super::exchange_error::ExchangeError;
use super::failure::{self, RequestPhase};
use super::freshness::freshness;
use super::headers::{self, SecretPolicy};
use super::rate_limit::rate_limit;
use super::redirect::{self, RedirectChain};
use super::stand_in::stand_in;
use super::whole::{is_cut_off, is_whole_document, is_whole_range};
use super::{FetcherShared, OutgoingRequest, RequestPermit};
use crate::model::{Failure, FetchOutcome, Fetched, Freshness, Location, Validators};
use crate::policy::guard::{Guard, RequestOrigin};
use crate::time::Timestamp;

/// Largest size of all headers of an answer together, in bytes.
pub(crate) const MAX_HEADER_BYTES: usize = 64 * 1024;
/// Longest time between two pieces of a body. After that the fetch fails, even if the deadline has not passed.
const IDLE: Duration = Duration::from_secs(15);
/// How long one exchange may wait for what other requests hold: free slots at the hosts of its redirects, and memory for its
/// body. If that is not enough, more sources lead to a host than its limits allow, or many bodies arrive slowly. Then the poll
/// fails, and the source backs off.
const LONGEST_WAIT: Duration = Duration::from_mins(5);

/// An answer that is not a redirect. Its body is not read yet.
struct FinalResponse {
    response: Response,
    url: Url,
    chain: RedirectChain,
}

/// An exchange that is under way.
pub(crate) struct Exchange<'a> {
    shared: &'a FetcherShared,
    outgoing: OutgoingRequest<'a>,
    now: Timestamp,
    began: Instant,
    /// When the exchange has to end. A wait for what other requests hold postpones it.
    deadline: Instant,
    permit: Option<&'a mut RequestPermit>,
    /// How much longer the exchange may wait for what other requests hold.
    wait_left: Duration,
    /// Whether it ends at a redirect that leads to another server.
    stays_at_server: bool,
    /// When a used-up rate limit is reset, if a redirect from the site of the address stated one.
    redirect_limit_reset_at: Option<Timestamp>,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(shared: &'a FetcherShared, outgoing: OutgoingRequest<'a>, now: Timestamp) -> Self {
        let began = Instant::now();
        Self {
            shared,
            outgoing,
            now,
            began,
            deadline: began + shared.timeout,
            permit: None,
            wait_left: LONGEST_WAIT,
            stays_at_server: false,
            redirect_limit_reset_at: None,
        }
    }

    /// Uses a permit for the host of the address. The permit follows the redirects to other hosts.
    pub(crate) fn with_permit(self, permit: &'a mut RequestPermit) -> Self {
        Self { permit: Some(permit), ..self }
    }

    /// Sends the request, follows redirects, reads the answer, and returns the outcome.
    pub(crate) async fn run(mut self) -> FetchOutcome {
        let outcome = match self.follow_redirects().await {
            Ok(answer) => self.outcome_of(answer).await.unwrap_or_else(FetchOutcome::from),
            Err(error) => error.into(),
        };
        self.note_server_time();
        outcome.with_redirect_limit(self.redirect_limit_reset_at)
    }

    /// Does the same as [`Exchange::run`], but follows no redirect to another server: the error is the address that it leads
    /// to. What the followed redirects say about rate limits is not passed on.
    pub(crate) async fn run_at_one_server(mut self) -> Result<FetchOutcome, Url> {
        self.stays_at_server = true;
        match self.follow_redirects().await {
            Ok(answer) => Ok(self.outcome_of(answer).await.unwrap_or_else(FetchOutcome::from)),
            Err(ExchangeError { leads_to: Some(url), .. }) => Err(url),
            Err(error) => Ok(error.into()),
        }
    }

    /// Sends the request, follows redirects, and accepts any status that means success. Both results contain the end of the
    /// pause that the answer asked for, if it asked for one. Even an answer that means success asks for one if it says that a
    /// rate limit is used up.
    pub(crate) async fn deliver(mut self) -> Result<Option<Timestamp>, (Failure, Option<Timestamp>)> {
        let answer =
            self.follow_redirects().await.map_err(|error| (error.failure, error.freshness.pause_until()))?;
        let status = answer.response.status();
        let retry_after = freshness(answer.response.headers(), self.now).pause_until();
        if status.is_success() {
            return Ok(retry_after);
        }
        let is_pause = matches!(status.as_u16(), 429 | 503);
        Err((if is_pause { failure::throttled(status) } else { failure::status(status) }, retry_after))
    }

    /// Sends the request and follows redirects.
    async fn follow_redirects(&mut self) -> Result<FinalResponse, ExchangeError> {
        let mut url = redirect::bare(self.outgoing.address.clone())
            .ok_or_else(|| failure::bad_request("the address names no host"))?;
        let mut chain = RedirectChain::start(url.clone());
        let mut origin = self.outgoing.origin;
        let mut sets_cookie = false;
        loop {
            let response = self.send(&url, origin).await?;
            let status = response.status().as_u16();
            if !redirect::is_redirect(&url, status, self.outgoing.form, response.headers()) {
                return Ok(FinalResponse { response, url, chain });
            }
            origin = Guard::origin_after_redirect(response.remote_addr().map(|address| address.ip()));
            let location = response.headers().get(LOCATION).map(|value| value.as_bytes().to_vec());
            sets_cookie |= response.headers().contains_key(SET_COOKIE);
            if redirect::is_of_one_site(&url, self.outgoing.address) {
                let limit_reset_at = freshness(response.headers(), self.now).limit_reset_at;
                self.redirect_limit_reset_at = self.redirect_limit_reset_at.max(limit_reset_at);
            }
            url = chain.follow(status, location.as_deref()).map_err(|refused| {
                let waits_for_cookie = sets_cookie && refused.is_endless;
                let failure = if waits_for_cookie { failure::cookie_needed(&url) } else { refused.failure };
                self.error_of(&response, failure)
            })?;
            // The connection must not be held during the wait for another host.
            drop(response);
            if self.stays_at_server && url.origin() != self.outgoing.address.origin() {
                let failure = failure::redirect_elsewhere(url.scheme());
                return Err(ExchangeError { leads_to: Some(url), ..failure.into() });
            }
            self.move_to(&url).await?;
            // The pause of the new host's domain may have begun during the wait.
            if let Some(until) = self.paused_until(&url) {
                let failure = failure::paused(&url);
                return Err(ExchangeError {
                    status: Some(status),
                    paused: Some((url, until)),
                    ..failure.into()
                });
            }
        }
    }

    fn paused_until(&self, url: &Url) -> Option<Timestamp> {
        self.permit.as_ref()?.paused_until(&Location::Http(url.clone()), self.now)
    }

    /// Moves the permit to the host of `url`, and waits for a free slot there.
    async fn move_to(&mut self, url: &Url) -> Result<(), Failure> {
        let Some(permit) = &mut self.permit else { return Ok(()) };
        let since = Instant::now();
        let moved = permit.move_to(&Location::Http(url.clone()), since + self.wait_left).await;
        let waited = since.elapsed();
        self.note_wait(waited);
        if moved { Ok(()) } else { Err(failure::no_room_at_host(url, waited)) }
    }

    /// Postpones the deadline after a wait for what other requests hold.
    fn note_wait(&mut self, waited: Duration) {
        self.wait_left = self.wait_left.saturating_sub(waited);
        self.deadline += waited;
    }

    /// Adds the time that servers took to the permit.
    fn note_server_time(&mut self) {
        let waited = LONGEST_WAIT.saturating_sub(self.wait_left);
        if let Some(permit) = &mut self.permit {
            permit.add_server_time(self.began.elapsed().saturating_sub(waited));
        }
    }

    /// Sends one request, without following a redirect. A GET is sent once more if its kept connection ended without an answer.
    async fn send(&self, url: &Url, origin: RequestOrigin) -> Result<Response, ExchangeError> {
        let secrets = if redirect::may_know_secrets(self.outgoing.home, url) {
            SecretPolicy::Send
        } else {
            SecretPolicy::Withhold
        };
        let method = if self.outgoing.form.is_some() { Method::POST } else { Method::GET };
        let headers = headers::of_request(&self.outgoing, secrets)?;
        let client = self.client(url, origin)?;
        let request = || {
            let mut request = Request::new(method.clone(), url.clone());
            *request.body_mut() = self.outgoing.form.map(|form| form.to_owned().into());
            headers.clone_into(request.headers_mut());
            connections::noting_use(client.execute(request))
        };
        let timed_out = |_| failure::timed_out(RequestPhase::Waiting, url, self.shared.timeout);
        let (mut answer, used) = timeout_at(self.deadline, request()).await.map_err(timed_out)?;
        if used == ConnectionUse::Kept
            && method == Method::GET
            && answer.as_ref().is_err_and(|error| connections::ended_without_answer(error))
        {
            (answer, _) = timeout_at(self.deadline, request()).await.map_err(timed_out)?;
        }
        let response = answer.map_err(|error| self.transport(&error, url, RequestPhase::Waiting))?;
        if headers::size(response.headers()) > MAX_HEADER_BYTES {
            return Err(self.error_of(&response, failure::headers_too_large()));
        }
        Ok(response)
    }

    /// Returns the client for this request. Without a proxy, the guard judges a host that is an IP address here, and a name
    /// after its lookup.
    fn client(&self, url: &Url, origin: RequestOrigin) -> Result<Client, Failure> {
        let Some(proxy) = self.outgoing.proxy else {
            self.shared.guard.judge_literal(url, origin).map_err(|refusal| failure::refused(&refusal))?;
            return Ok(self.shared.clients.direct(origin).clone());
        };
        self.shared.clients.through(proxy).map_err(|error| failure::bad_proxy(&error))
    }

    fn transport(&self, error: &reqwest::Error, url: &Url, phase: RequestPhase) -> Failure {
        failure::transport(error, url, phase, self.outgoing.proxy_use(), self.shared.ca_store)
    }

    fn error_of(&self, response: &Response, failure: Failure) -> ExchangeError {
        let status = Some(response.status().as_u16());
        ExchangeError { status, freshness: freshness(response.headers(), self.now), ..failure.into() }
    }

    /// Turns an answer into an outcome.
    async fn outcome_of(&mut self, answer: FinalResponse) -> Result<FetchOutcome, ExchangeError> {
        let status = answer.response.status();
        let freshness = freshness(answer.response.headers(), self.now);
        match status.as_u16() {
            // 203 is a 200 whose body a proxy has changed.
            200 | 203 | 226 => self.take_body(answer, freshness).await,
            // Some caches answer 206 to a request without a range, and send the whole document.
            206 if is_whole_range(answer.response.headers()) != Some(false) => {
                self.take_body(answer, freshness).await
            }
            206 => Err(self.error_of(&answer.response, failure::only_a_part())),
            304 => Ok(self.not_modified(answer, freshness)),
            // A 410 after a redirect does not mean that the feed is gone: only its own address can say that.
            410 if answer.chain.is_direct() => Ok(FetchOutcome::Gone { failure: failure::gone() }),
            _ => self.error_outcome(answer, status, freshness).await,
        }
    }

    fn not_modified(&self, answer: FinalResponse, freshness: Freshness) -> FetchOutcome {
        let known = self.outgoing.validators;
        if known.is_empty() {
            return FetchOutcome::Failed {
                status: Some(304),
                failure: failure::unasked_not_modified(),
                freshness,
            };
        }
        // RFC 9111 §4.3.4: the validators of a 304 replace the stored ones.
        let fresh = headers::validators(answer.response.headers());
        let validators = Validators {
            etag: fresh.etag.or_else(|| known.etag.clone()),
            last_modified: fresh.last_modified.or_else(|| known.last_modified.clone()),
        };
        let (moved_to, final_url) = (answer.chain.moved_to(), Some(answer.url));
        FetchOutcome::NotModified { validators, freshness, moved_to, final_url }
    }

    async fn take_body(
        &mut self,
        answer: FinalResponse,
        freshness: Freshness,
    ) -> Result<FetchOutcome, ExchangeError> {
        let FinalResponse { mut response, url, chain } = answer;
        let body = match self.read(&mut response, &url).await {
            Ok(body) => body,
            Err(failure) => return Err(self.error_of(&response, failure)),
        };
        let status = Some(response.status().as_u16());
        // The validators belong to the whole document: with them, the rest of a document that was cut off would never come.
        let is_cut = ends_with_connection(&response) && is_cut_off(&body);
        let headers = response.headers();
        let fetched = Fetched {
            status,
            content_type: headers::content_type(headers),
            validators: if is_cut { Validators::default() } else { headers::validators(headers) },
            links: headers::links(headers, &url),
            stand_in: stand_in(headers, &url, &body),
            varies_by_accept: headers::varies_by_accept(headers),
            refresh: headers::refresh(headers, &url),
            body: Bytes::from(body),
            final_url: Some(url.clone()),
            moved_to: chain.moved_to(),
            freshness,
        };
        if status == Some(206) && is_whole_range(headers).is_none() && !is_whole_document(&fetched.body) {
            return Err(self.error_of(&response, failure::only_a_part()));
        }
        if is_cut_short(response) && !is_whole_document(&fetched.body) {
            let failure = failure::cut_short(fetched.body.len(), &url, self.outgoing.proxy_use());
            return Err(ExchangeError { status, freshness, ..failure.into() });
        }
        Ok(FetchOutcome::Fresh(Box::new(fetched)))
    }

    /// Reads the body to its end, within the size limit, the limit of its cost ([`ArrivingBody`]), the idle limit and the
    /// deadline. A body that breaks off counts if it is a whole document.
    async fn read(&mut self, response: &mut Response, url: &Url) -> Result<Vec<u8>, Failure> {
        let cap = self.shared.max_body;
        if response.content_length().is_some_and(|length| length > cap) {
            return Err(failure::body(&BodyError::TooLarge, cap));
        }
        let pace = self.permit.as_ref().map_or(ExpectedPace::Quick, |permit| permit.expected_pace());
        let shared = self.shared;
        let memory = (&shared.body_memory, pace);
        let mut body = ArrivingBody::new(memory, headers::encodings(response.headers()), cap)?;
        loop {
            let phase = RequestPhase::Reading(body.len());
            let timed_out = |_| failure::timed_out(phase, url, shared.timeout);
            let idle = Instant::now() + IDLE;
            let piece = match timeout_at(self.deadline.min(idle), response.chunk()).await {
                Ok(Ok(piece)) => piece,
                Ok(Err(error)) => {
                    // Servers leave out the last chunk or `close_notify`, reset the connection after the body, or name a
                    // length that is a few bytes too large. If the document is whole, nothing of it is missing.
                    let body = self.finish(body, url).await.ok().filter(|body| is_whole_document(body));
                    return body.ok_or_else(|| self.transport(&error, url, phase));
                }
                Err(_) if idle < self.deadline => return Err(failure::stalled(body.len(), url, IDLE)),
                Err(elapsed) => return Err(timed_out(elapsed)),
            };
            let Some(piece) = piece else { break };
            let taken = timeout(self.wait_left, body.take(piece)).await;
            self.note_wait(body.take_waited());
            taken.map_err(|_| failure::no_memory(url, LONGEST_WAIT))??;
        }
        self.finish(body, url).await
    }

    /// Returns a body that was read to its end. Its memory counts until the permit forgets it.
    async fn finish(&mut self, mut body: ArrivingBody<'_>, url: &Url) -> Result<Vec<u8>, Failure> {
        let ended = timeout(self.wait_left, body.end()).await;
        self.note_wait(body.take_waited());
        ended.map_err(|_| failure::no_memory(url, LONGEST_WAIT))??;
        let (body, share) = body.finish()?;
        if let Some(permit) = &mut self.permit {
            permit.hold_body(share);
        }
        Ok(body)
    }

    /// Turns an answer whose status means neither a document nor a 304 into an outcome: a pause, a challenge or login page, or
    /// another failure.
    async fn error_outcome(
        &self,
        answer: FinalResponse,
        status: StatusCode,
        freshness: Freshness,
    ) -> Result<FetchOutcome, ExchangeError> {
        let FinalResponse { mut response, url, .. } = answer;
        let page = error_page::read(&mut response, self.deadline).await;
        let headers = response.headers();
        let limit = rate_limit(headers, self.now);
        let says_how_long = limit.is_used_up || freshness.retry_after.is_some();
        let shown_instead =
            stand_in(headers, &url, &page).filter(|stand_in| error_page::explains(*stand_in, status));
        let is_pause = match status.as_u16() {
            429 => true,
            // Twitter sent 420, and shared hosts send 509 when their bandwidth is used up. Challenge pages nearly always come
            // with a 403, and some with a 503.
            420 | 503 | 509 => says_how_long || shown_instead.is_none(),
            403 => says_how_long || (shown_instead.is_none() && error_page::asks_for_pause(&url, &page)),
            _ => false,
        };
        if !is_pause {
            let is_refused_login = status == StatusCode::UNAUTHORIZED && self.outgoing.sends_secrets_to(&url);
            let failure = match shown_instead {
                Some(stand_in) => stand_in.failure(),
                None if is_refused_login => failure::login_refused(),
                None => failure::status(status),
            };
            return Err(self.error_of(&response, failure));
        }
        let retry_after = freshness.pause_until().max(limit.bare_reset_at);
        let failure = failure::throttled(status);
        Ok(FetchOutcome::Throttled { status: status.as_u16(), retry_after, freshness, by: url, failure })
    }
}
