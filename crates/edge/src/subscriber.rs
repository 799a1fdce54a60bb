//! One subscription: what it follows, and the answers to its events.

use super::answer::Answer;
use super::edge::Edge;
use super::event_answers::{Attempt, Basis, SharedAnswer, Turn, known};
use super::gateway::{RequestScope, Told};
use super::problem::Problem;
use super::subscription_places::SubscriptionPlace;
use async_graphql::{Request, Response};
use fanfare_domain::language::Language;
use fanfare_operation::{Prepared, Showing, Written, write};
use fanfare_services::event::Happened;
use fanfare_services::whole_answer::{Alike, Known};
use futures_util::stream::{self, BoxStream, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout};
use tracing::Instrument;

/// Runs of one event for one selection after which a workspace counts as changing fast.
const CHANGES: usize = 4;
/// How old an answer may be then.
const MOMENT: Duration = Duration::from_secs(1);

/// It holds a place for as long as it is there.
pub struct Subscriber {
    /// What it begins with; `None` once it has begun.
    beginning: Option<Box<Request>>,
    told: BoxStream<'static, Told>,
    viewer: Arc<Viewer>,
    _place: SubscriptionPlace,
}

/// Whom events are shown to, and how.
struct Viewer {
    edge: Arc<Edge>,
    scope: RequestScope,
    showing: Showing,
}

impl Subscriber {
    /// `beginning`: the whole operation, prepared by the gateway.
    pub fn new(
        edge: Arc<Edge>,
        scope: RequestScope,
        beginning: Request,
        showing: Showing,
        place: SubscriptionPlace,
    ) -> Self {
        Self {
            beginning: Some(Box::new(beginning)),
            told: stream::empty().boxed(),
            viewer: Arc::new(Viewer { edge, scope, showing }),
            _place: place,
        }
    }

    /// Begins, and answers events, once it is asked.
    pub fn answers(self) -> BoxStream<'static, Answer> {
        let answers = stream::unfold(Box::new(self), |mut subscriber| async move {
            let answer = subscriber.next().await?;
            Some((answer, subscriber))
        });
        answers.boxed()
    }

    async fn next(&mut self) -> Option<Answer> {
        if let Some(request) = self.beginning.take() {
            self.told = self.viewer.edge.gateway.subscribe(*request).await;
        }
        loop {
            match self.told.next().await? {
                Told::Answer(response) => return Some(self.viewer.finish(*response)),
                Told::Event(happened) => {
                    // What most find, where many follow the same.
                    if let Some(known) = known(&happened, self.viewer.showing.id()) {
                        return Some(Answer::known(known, Response::default()));
                    }
                    // Boxed: who waits for an event holds no room for the showing of it.
                    let answer = Box::pin(self.viewer.answer(&happened)).await;
                    if answer.is_some() {
                        return answer;
                    }
                }
            }
        }
    }
}

impl Edge {
    /// How the events of a subscription are shown to a reader of a language.
    pub(super) fn showing(&self, prepared: &Prepared, language: Language) -> Showing {
        let selected = prepared.form().selected().iter();
        let mut selected = selected.map(|(ty, name)| (ty.as_str(), name.as_str()));
        let showing = prepared.showing();
        if self.gateway.depends_on_language(&mut selected) {
            return showing.in_language(language.code());
        }
        showing
    }
}

impl Viewer {
    /// `None`: nothing is shown of this event.
    async fn answer(self: &Arc<Self>, happened: &Arc<Happened>) -> Option<Answer> {
        let Some(answers) = self.edge.event_answers.of(happened, self.showing.id()) else {
            return Box::pin(self.answer_alone(happened)).await;
        };
        loop {
            let found = answers.look();
            for shared in found.kept() {
                if self.may_have(shared, found.attempts()).await {
                    return shared.answer();
                }
            }
            let (turn, end) = answers.turn(&found);
            match turn {
                Turn::Look => {}
                Turn::Wait => end.await,
                Turn::Make(attempt) => return Box::pin(self.answer_for_others(happened, attempt)).await,
                Turn::Alone => return Box::pin(self.answer_alone(happened)).await,
            }
        }
    }

    /// Whether a run for this subscriber would give the same now. Where so much changes that an answer is out of date
    /// before everyone has it, one from a moment ago is enough: the events that follow say what has changed since.
    async fn may_have(&self, shared: &SharedAnswer, attempts: usize) -> bool {
        let Some(basis) = shared.basis() else { return true };
        let gateway = &self.edge.gateway;
        let is_enough = attempts >= CHANGES && self.scope.min_seq.is_none() && basis.begun.elapsed() < MOMENT;
        (is_enough || gateway.is_present(&basis.grounds, &basis.alike, &self.scope).await)
            && gateway.may_see(&basis.grounds, &self.scope).await
    }

    async fn answer_alone(&self, happened: &Happened) -> Option<Answer> {
        let request = self.edge.gateway.prepare(self.request(), &self.scope);
        let shown = self.edge.gateway.show(request, happened);
        let Ok(response) = timeout(self.edge.options.request_timeout, shown).await else {
            return Some(self.late());
        };
        let response = response?;
        count("one");
        Some(self.finish(response))
    }

    /// Answers this subscriber and leaves the answer to those who may have it, too.
    async fn answer_for_others(
        self: &Arc<Self>,
        happened: &Arc<Happened>,
        attempt: Attempt<SharedAnswer>,
    ) -> Option<Answer> {
        if attempt.is_first()
            && let Some(known) = self.for_all(happened).await
        {
            match self.edge.event_answers.shared(Some(&known), None) {
                Some(shared) => attempt.keep(Arc::new(shared)),
                None => attempt.leave_to_each(),
            }
            return Some(Answer::known(Arc::new(known), Response::default()));
        }
        let Some(alike) = self.alike() else {
            attempt.leave_to_each();
            return self.answer_alone(happened).await;
        };
        // In a task of its own: others wait for it, and must not wait for a client that does not read.
        let (viewer, happened) = (Arc::clone(self), Arc::clone(happened));
        let work = async move { viewer.answer_and_keep(&happened, alike, attempt).await };
        let task = self.edge.tasks.spawn(work.in_current_span());
        task.await.unwrap_or_else(|fault| {
            tracing::error!(request_id = &*self.scope.request_id, %fault, "the showing of an event panicked");
            Some(Answer::refused(&Problem::internal(), &self.scope.request_id))
        })
    }

    /// Runs the event for this subscriber, with a note of what the answer relies on.
    async fn answer_and_keep(
        &self,
        happened: &Happened,
        alike: Alike,
        attempt: Attempt<SharedAnswer>,
    ) -> Option<Answer> {
        let gateway = &self.edge.gateway;
        let (begun, request) = (Instant::now(), gateway.prepare(self.request(), &self.scope));
        let shown = gateway.show_noted(request, happened, &self.scope, &alike);
        let Ok((response, grounds)) = timeout(self.edge.options.request_timeout, shown).await else {
            // The others have waited long enough.
            attempt.leave_to_each();
            return Some(self.late());
        };
        let shared = grounds.and_then(|grounds| {
            let known = match &response {
                // One that is not whole is nobody else's.
                Some(response) => Some(self.whole(response)?),
                None => None,
            };
            self.edge.event_answers.shared(known.as_ref(), Some(Basis { grounds, alike, begun }))
        });
        let Some(shared) = shared else {
            // The others need not wait for the writing.
            drop(attempt);
            let response = response?;
            count("one");
            return Some(self.finish(response));
        };
        if response.is_some() {
            count("same_rights");
        }
        let answer = shared.answer();
        attempt.keep(Arc::new(shared));
        answer
    }

    /// The response that is the same for every caller, of one language where it has texts; `None`: there is none. It is
    /// executed without a caller and without loaders, so a field that needs one fails.
    async fn for_all(&self, happened: &Happened) -> Option<Known> {
        let response = self.edge.gateway.show(self.request(), happened).await?;
        let known = self.whole(&response)?;
        count("all");
        Some(known)
    }

    /// `None`: the selection shows something about the asker.
    fn alike(&self) -> Option<Alike> {
        let selected = self.showing.form().selected();
        self.edge.gateway.alike(&mut selected.iter().map(|(ty, name)| (ty.as_str(), name.as_str())))
    }

    /// The data of a response that others may have. One with an error is not shared: an error names its request.
    fn whole(&self, response: &Response) -> Option<Known> {
        let Response { data, extensions, errors, http_headers, .. } = response;
        if !(errors.is_empty() && extensions.is_empty() && http_headers.is_empty()) {
            return None;
        }
        let Written { data, is_null, unexplained, .. } = write(self.showing.form().shape(), data, errors);
        (!is_null && unexplained.is_empty()).then(|| Known::new(data.into()))
    }

    fn request(&self) -> Request {
        let (document, variables) = self.showing.parts();
        let mut request = Request::new(String::new()).variables(variables).data(self.scope.language);
        request.set_parsed_query(document);
        request
    }

    /// It ends the subscription, which may begin again after the event before.
    fn late(&self) -> Answer {
        Answer::refused(&Problem::timeout(), &self.scope.request_id)
    }

    fn finish(&self, response: Response) -> Answer {
        Answer::executed(response, self.showing.form().shape(), &self.scope.request_id)
    }
}

/// Counts a run of an event.
fn count(whom: &'static str) {
    metrics::counter!("fanfare_event_answers_total", "for" => whom).increment(1);
}
