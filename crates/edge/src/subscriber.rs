//! One subscription: what it follows, and the answers to its events.

use super::answer::Answer;
use super::edge::Edge;
use super::event_answers::known;
use super::gateway::{RequestScope, Told};
use super::subscription_places::SubscriptionPlace;
use async_graphql::{Request, Response};
use fanfare_operation::{Showing, Written, write};
use fanfare_services::event::Happened;
use fanfare_services::whole_answer::Known;
use futures_util::stream::{self, BoxStream, StreamExt};
use std::sync::Arc;

/// It holds a place for as long as it is there.
pub struct Subscriber {
    /// What it begins with; `None` once it has begun.
    beginning: Option<Box<Request>>,
    told: BoxStream<'static, Told>,
    viewer: Viewer,
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
            viewer: Viewer { edge, scope, showing },
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

impl Viewer {
    /// `None`: nothing is shown of this event.
    async fn answer(&self, happened: &Happened) -> Option<Answer> {
        let answers = &self.edge.event_answers;
        if let Some(known) = answers.find_or_write(happened, self.showing.id(), self.for_all(happened)).await
        {
            return Some(Answer::known(known, Response::default()));
        }
        let request = self.edge.gateway.prepare(self.request(), &self.scope);
        let response = self.edge.gateway.show(request, happened).await?;
        metrics::counter!("fanfare_event_answers_total", "for" => "one").increment(1);
        Some(self.finish(response))
    }

    /// The response that is the same for every caller; `None`: there is none. It is executed without a caller and without
    /// loaders, so a field that needs one fails. A response with an error is not shared: an error names its request.
    async fn for_all(&self, happened: &Happened) -> Option<Known> {
        let Response { data, extensions, errors, http_headers, .. } =
            self.edge.gateway.show(self.request(), happened).await?;
        if !(errors.is_empty() && extensions.is_empty() && http_headers.is_empty()) {
            return None;
        }
        let Written { data, is_null, unexplained, .. } = write(self.showing.form().shape(), &data, &errors);
        if is_null || !unexplained.is_empty() {
            return None;
        }
        metrics::counter!("fanfare_event_answers_total", "for" => "all").increment(1);
        Some(Known::new(data.into()))
    }

    fn request(&self) -> Request {
        let (document, variables) = self.showing.parts();
        let mut request = Request::new(String::new()).variables(variables);
        request.set_parsed_query(document);
        request
    }

    fn finish(&self, response: Response) -> Answer {
        Answer::executed(response, self.showing.form().shape(), &self.scope.request_id)
    }
}
