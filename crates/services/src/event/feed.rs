//! The events of a workspace as one person may follow them.

use crate::context::{Context, ServiceError, ServiceResult};
use fanfare_auth::Action;
use fanfare_domain::actor::Actor;
use fanfare_domain::event::{ActivityKind, Cursor, Event, EventPayload, LogReader, Seq};
use fanfare_domain::id::WorkspaceId;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_events::{Happened, SubscribeError, Subscription, TooSlow};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep};

/// How often the access of someone to whom nothing comes is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(20);
/// The wait before a database that could not tell is asked again.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// The most events that are read back at once.
const LATEST: i32 = 200;

/// Someone's place in a workspace's events. Access is decided at the start, for every event, and while none comes.
pub struct Feed {
    subscription: Subscription,
    gate: Gate,
    looks: Interval,
}

/// Whether the person may still read.
struct Gate {
    context: Arc<Context>,
    actor: Actor,
    workspace: WorkspaceId,
}

/// Why a feed ends before the server does.
#[derive(Debug)]
pub enum FeedEnd {
    /// The person may no longer read the workspace.
    Refused(ServiceError),
    TooSlow(TooSlow),
}

/// The service of events.
#[derive(Clone)]
pub struct Events {
    context: Arc<Context>,
}

impl Events {
    pub(crate) fn new(context: &Arc<Context>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Follows a workspace: from the present, or after the cursor of an event.
    ///
    /// [`ServiceError::CursorTooOld`] where the replay does not reach back to what was missed; a user error for a text
    /// that is no cursor of this workspace.
    pub async fn follow(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        after: Option<&str>,
    ) -> ServiceResult<Feed> {
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        let after = after.map(|text| position(text, workspace)).transpose()?;
        let subscription = match self.context.hub.subscribe(workspace, after).await {
            Err(SubscribeError::CursorTooOld) => {
                Box::pin(self.follow_if_nothing_was_missed(actor, workspace, after)).await?
            }
            outcome => outcome?,
        };
        let mut looks = interval_at(Instant::now() + self.first_look(actor), LOOK_AGAIN);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let gate = Gate { context: Arc::clone(&self.context), actor: actor.clone(), workspace };
        Ok(Feed { subscription, gate, looks })
    }

    /// The newest events of a workspace that the actor sees, oldest first: `last` of them, 1 to 200. Following after
    /// the cursor of the last one leaves no gap, and is not refused as too old while the actor has missed nothing.
    pub async fn latest(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        last: i32,
    ) -> ServiceResult<Vec<Event>> {
        self.context.authorize(actor, workspace, Action::ReadWorkspace).await?;
        if !(1..=LATEST).contains(&last) {
            return Err(bad_argument("last", "Give a number from 1 to 200."));
        }
        let reader = self.reader(actor, workspace).await?;
        let rows = self.context.db.events().latest(workspace, reader, Seq::MAX, i64::from(last)).await?;
        Ok(rows.into_iter().rev().map(Event::from).collect())
    }

    /// The cursor of a workspace's newest event. The caller has looked at the access.
    pub async fn newest_cursor(&self, workspace: WorkspaceId) -> ServiceResult<Cursor> {
        let seq = self.context.hub.position(workspace).await.map_err(SubscribeError::from)?;
        Ok(Cursor { workspace_id: workspace, seq: seq.ok_or(ServiceError::NotFound)? })
    }

    /// After a cursor that is older than a replay reaches. The last event that an actor sees may be that old although
    /// the log has grown since, by events that the actor does not see.
    async fn follow_if_nothing_was_missed(
        &self,
        actor: &Actor,
        workspace: WorkspaceId,
        after: Option<Seq>,
    ) -> ServiceResult<Subscription> {
        let end = self.newest_cursor(workspace).await?.seq;
        let reader = self.reader(actor, workspace).await?;
        let newest = self.context.db.events().latest(workspace, reader, end, 1).await?;
        // A log that has lost its events cannot tell.
        if newest.first().is_none_or(|event| Some(event.seq) > after) {
            return Err(ServiceError::CursorTooOld);
        }
        Ok(self.context.hub.subscribe(workspace, Some(end)).await?)
    }

    async fn reader(&self, actor: &Actor, workspace: WorkspaceId) -> ServiceResult<LogReader> {
        let manages_keys = match self.context.authorize(actor, workspace, Action::ManageAllKeys).await {
            Ok(()) => true,
            Err(ServiceError::Forbidden(_)) => false,
            Err(error) => return Err(error),
        };
        Ok(LogReader::new(actor, manages_keys))
    }

    /// At the end of an API key that ends soon, else after the usual time.
    fn first_look(&self, actor: &Actor) -> Duration {
        match (actor.grant(), actor.expires_at) {
            (Some(_), Some(end)) => end.since(self.context.clock.now()).min(LOOK_AGAIN),
            _ => LOOK_AGAIN,
        }
    }
}

impl Feed {
    /// The next event that `wanted` lets through; waits for it as long as it takes. `None`: the server stops.
    pub async fn next(&mut self, wanted: impl Fn(&Event) -> bool) -> Option<Result<Arc<Happened>, FeedEnd>> {
        loop {
            let happened = match self.any().await? {
                Ok(happened) => happened,
                Err(end) => return Some(Err(end)),
            };
            let event = happened.event();
            let wanted = self.gate.may_see(event) && wanted(event);
            let touched = self.gate.touched_by(event);
            if touched {
                Box::pin(self.gate.forget_key()).await;
            }
            if !wanted && !touched {
                continue;
            }
            let wanted = wanted
                && (self.gate.may_see_without_key_rights(event) || Box::pin(self.gate.manages_keys()).await);
            // Boxed, as the other looks are: ten thousand that wait for an event hold no room for a look.
            match Box::pin(self.gate.check()).await {
                Ok(()) if wanted => return Some(Ok(happened)),
                Ok(()) => {}
                Err(refusal) => return Some(Err(FeedEnd::Refused(refusal))),
            }
        }
    }

    async fn any(&mut self) -> Option<Result<Arc<Happened>, FeedEnd>> {
        // Kept over the looks: a reading of the log under way is not thrown away.
        let mut next = std::pin::pin!(self.subscription.next());
        loop {
            tokio::select! {
                event = &mut next => return Some(event?.map_err(FeedEnd::TooSlow)),
                _ = self.looks.tick() => {
                    if let Err(refusal) = Box::pin(self.gate.check()).await {
                        return Some(Err(FeedEnd::Refused(refusal)));
                    }
                }
            }
        }
    }
}

impl Gate {
    /// Whether an event is for this reader, if they manage all keys.
    fn may_see(&self, event: &Event) -> bool {
        LogReader::new(&self.actor, true).sees(event)
    }

    /// Whether an event is for this reader whatever their rights on keys: it names no API key, or one of their own.
    fn may_see_without_key_rights(&self, event: &Event) -> bool {
        LogReader::new(&self.actor, false).sees(event)
    }

    /// Whether an event ends or shortens the API key that opened the feed.
    fn touched_by(&self, event: &Event) -> bool {
        let Some(grant) = self.actor.grant() else { return false };
        let changed = matches!(event.kind, ActivityKind::KeyRevoked | ActivityKind::KeyRotated);
        changed && event.payload.as_ref().and_then(EventPayload::api_key) == Some(grant.id)
    }

    /// Whether events that name the API keys of others are for this reader.
    async fn manages_keys(&self) -> bool {
        loop {
            match self.context.authorize(&self.actor, self.workspace, Action::ManageAllKeys).await {
                Err(ServiceError::Unavailable(_)) => sleep(ASK_AGAIN).await,
                outcome => return outcome.is_ok(),
            }
        }
    }

    /// Has the key read again: another node may have changed it.
    async fn forget_key(&self) {
        if let Some(grant) = self.actor.grant() {
            self.context.access.forget_key(&grant.prefix).await;
        }
    }

    async fn check(&self) -> ServiceResult<()> {
        loop {
            match self.context.authorize(&self.actor, self.workspace, Action::ReadWorkspace).await {
                // Neither yes nor no: the event waits.
                Err(ServiceError::Unavailable(_)) => sleep(ASK_AGAIN).await,
                // What they were reading until now is no secret to them.
                Err(ServiceError::NotFound) => {
                    let words = "You are no longer a member of this workspace.";
                    return Err(ServiceError::Forbidden(words.to_owned()));
                }
                outcome => return outcome,
            }
        }
    }
}

impl From<SubscribeError> for ServiceError {
    fn from(error: SubscribeError) -> Self {
        match error {
            SubscribeError::CursorTooOld => Self::CursorTooOld,
            SubscribeError::CursorAhead => no_cursor(),
            SubscribeError::NoWorkspace => Self::NotFound,
            SubscribeError::Log(error) => Self::Unavailable(error.0),
        }
    }
}

fn position(text: &str, workspace: WorkspaceId) -> ServiceResult<Seq> {
    let cursor = Cursor::decode(text).filter(|cursor| cursor.workspace_id == workspace);
    cursor.map(|cursor| cursor.seq).ok_or_else(no_cursor)
}

fn no_cursor() -> ServiceError {
    bad_argument("after", "This is not a cursor of this workspace's events.")
}

/// About an argument, not a field of an input.
fn bad_argument(name: &str, message: &str) -> ServiceError {
    let mut error = UserError::new(UserErrorCode::Invalid, "", message);
    error.path = vec![name.to_owned()];
    error.into()
}
