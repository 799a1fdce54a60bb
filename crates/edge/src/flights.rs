//! Questions that are being answered now: of many who ask the same at the same time, one runs it.

use fanfare_domain::id::WorkspaceId;
use fanfare_services::whole_answer::Question;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// A question by askers with this default workspace.
type Name = (WorkspaceId, String);

/// The questions that are being run, each with the channel that reports its end.
type Running = HashMap<Name, watch::Receiver<Option<End>>>;

/// How the run of a question ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The answer was kept.
    Kept,
    /// It failed, or is not for others.
    NotKept,
    /// The client that asked has gone.
    Abandoned,
}

/// What is being answered on this node.
#[derive(Debug, Default)]
pub struct Flights(Arc<Mutex<Running>>);

/// Who runs a question.
#[derive(Debug)]
pub enum Turn {
    /// The caller.
    Own(Flight),
    /// Another caller, already.
    Others(Landing),
}

/// A run of a question. Where it is dropped before its end, another caller runs the question.
#[derive(Debug)]
pub struct Flight {
    flights: Arc<Mutex<Running>>,
    name: Name,
    end: End,
    told: watch::Sender<Option<End>>,
}

/// The end of another caller's run.
#[derive(Debug)]
pub struct Landing(watch::Receiver<Option<End>>);

impl Flights {
    /// Starts a run where there is none.
    pub fn join(&self, question: &Question, default_workspace: WorkspaceId) -> Turn {
        let name = (default_workspace, question.hash().to_owned());
        let mut flights = self.0.lock();
        if let Some(running) = flights.get(&name) {
            return Turn::Others(Landing(running.clone()));
        }
        let (told, running) = watch::channel(None);
        flights.insert(name.clone(), running);
        Turn::Own(Flight { flights: Arc::clone(&self.0), name, end: End::Abandoned, told })
    }
}

impl Flight {
    /// Reports the end to the callers that wait for it.
    pub fn end(mut self, end: End) {
        self.end = end;
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        // Removed first: a caller that learns of the end can start a run.
        self.flights.lock().remove(&self.name);
        self.told.send_replace(Some(self.end));
    }
}

impl Landing {
    pub async fn end(mut self) -> End {
        let told = self.0.wait_for(Option::is_some).await;
        told.ok().and_then(|end| *end).unwrap_or(End::Abandoned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanfare_domain::noun::Noun;

    const HERE: WorkspaceId = WorkspaceId(1);

    fn question(operation: &str) -> Question {
        Question::new(&[operation], "{}", Arc::from([Noun::Posts]))
    }

    fn own(flights: &Flights) -> Flight {
        match flights.join(&question("a"), HERE) {
            Turn::Own(flight) => flight,
            Turn::Others(_) => panic!("somebody runs it"),
        }
    }

    fn landing(flights: &Flights) -> Landing {
        match flights.join(&question("a"), HERE) {
            Turn::Own(_) => panic!("nobody runs it"),
            Turn::Others(landing) => landing,
        }
    }

    #[tokio::test]
    async fn one_runs_a_question_and_the_others_hear_of_the_end() {
        for end in [End::Kept, End::NotKept] {
            let flights = Flights::default();
            let flight = own(&flights);
            let waiting = [landing(&flights), landing(&flights)];
            flight.end(end);
            for one in waiting {
                assert_eq!(one.end().await, end);
            }
            drop(own(&flights));
        }
    }

    #[tokio::test]
    async fn the_turn_of_one_who_has_gone_is_free_when_the_others_hear_of_it() {
        let flights = Flights::default();
        let flight = own(&flights);
        let waiting = landing(&flights);
        drop(flight);
        assert_eq!(waiting.end().await, End::Abandoned);
        let flight = own(&flights);
        assert!(matches!(flights.join(&question("a"), HERE), Turn::Others(_)));
        flight.end(End::Kept);
        assert!(flights.0.lock().is_empty());
    }

    #[test]
    fn another_question_and_another_default_workspace_wait_for_nobody() {
        let flights = Flights::default();
        let _running = own(&flights);
        assert!(matches!(flights.join(&question("b"), HERE), Turn::Own(_)));
        assert!(matches!(flights.join(&question("a"), WorkspaceId(2)), Turn::Own(_)));
    }
}
