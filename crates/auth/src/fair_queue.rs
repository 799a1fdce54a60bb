//! A queue for work of which only a little may run at once, fair between the networks that ask for it.

use fanfare_domain::client_network::ClientNetwork;
use parking_lot::Mutex;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use tokio::sync::oneshot;

/// Lets a few callers through at once and keeps the others waiting, a line for each network. Lines take
/// turns, so that a long one does not make the others wait. Where no more may wait, a newcomer takes the last place of
/// the longest line if that line is longer than the newcomer's own; else the newcomer is turned away.
#[derive(Clone, Debug)]
pub struct FairQueue(Arc<Mutex<Lines>>);

/// The right to run, given back when it is dropped.
#[derive(Debug)]
pub struct Turn(Arc<Mutex<Lines>>);

/// There is no place to wait, or another caller has taken it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnedAway;

#[derive(Debug)]
struct Lines {
    /// Turns that nobody has. Nobody waits while there are any.
    free: usize,
    waiting: HashMap<ClientNetwork, VecDeque<oneshot::Sender<Turn>>>,
    /// The networks of `waiting`, in the order in which they are served.
    order: VecDeque<ClientNetwork>,
    /// The most callers that may wait.
    places: usize,
}

impl FairQueue {
    /// `at_once`: how many may run at the same time. `places`: how many may wait.
    pub fn new(at_once: usize, places: usize) -> Self {
        let lines = Lines { free: at_once, waiting: HashMap::new(), order: VecDeque::new(), places };
        Self(Arc::new(Mutex::new(lines)))
    }

    /// Waits for a turn. A caller that stops waiting gives up the place.
    pub async fn turn(&self, network: ClientNetwork) -> Result<Turn, TurnedAway> {
        let waiting = {
            let mut lines = self.0.lock();
            if lines.free > 0 {
                lines.free -= 1;
                return Ok(Turn(Arc::clone(&self.0)));
            }
            lines.join(network)?
        };
        waiting.await.map_err(|_displaced| TurnedAway)
    }
}

impl Lines {
    fn join(&mut self, network: ClientNetwork) -> Result<oneshot::Receiver<Turn>, TurnedAway> {
        if self.waiting() >= self.places {
            self.forget_gone();
        }
        if self.waiting() >= self.places {
            self.displace_for(network)?;
        }
        let (sender, receiver) = oneshot::channel();
        if !self.waiting.contains_key(&network) {
            self.order.push_back(network);
        }
        self.waiting.entry(network).or_default().push_back(sender);
        Ok(receiver)
    }

    fn waiting(&self) -> usize {
        self.waiting.values().map(VecDeque::len).sum()
    }

    /// Callers that have stopped waiting hold no place.
    fn forget_gone(&mut self) {
        for line in self.waiting.values_mut() {
            line.retain(|caller| !caller.is_closed());
        }
        self.drop_empty_lines();
    }

    fn displace_for(&mut self, network: ClientNetwork) -> Result<(), TurnedAway> {
        let own = self.waiting.get(&network).map_or(0, VecDeque::len);
        let longest = self.waiting.values_mut().max_by_key(|line| line.len()).ok_or(TurnedAway)?;
        if longest.len() <= own + 1 {
            return Err(TurnedAway);
        }
        longest.pop_back();
        self.drop_empty_lines();
        Ok(())
    }

    fn drop_empty_lines(&mut self) {
        self.waiting.retain(|_, line| !line.is_empty());
        let waiting = &self.waiting;
        self.order.retain(|network| waiting.contains_key(network));
    }

    /// The first of the line whose turn it is; that line goes behind the others.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let network = self.order.pop_front()?;
        let line = self.waiting.get_mut(&network)?;
        let caller = line.pop_front();
        if line.is_empty() {
            self.waiting.remove(&network);
        } else {
            self.order.push_back(network);
        }
        caller
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let next = {
            let mut lines = self.0.lock();
            let next = lines.next();
            if next.is_none() {
                lines.free += 1;
            }
            next
        };
        if let Some(caller) = next {
            // A caller that has gone leaves the turn here, and its drop passes it on.
            drop(caller.send(Self(Arc::clone(&self.0))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::future::Future;
    use std::net::Ipv4Addr;
    use std::pin::Pin;

    fn network(number: u8) -> ClientNetwork {
        ClientNetwork::of(Ipv4Addr::new(203, 0, 113, number).into())
    }

    type Waiting<'a> = Pin<Box<dyn Future<Output = Result<Turn, TurnedAway>> + 'a>>;

    /// Callers of one network who wait already.
    fn line(queue: &FairQueue, number: u8, callers: usize) -> Vec<Waiting<'_>> {
        (0..callers)
            .map(|_| {
                let mut caller: Waiting<'_> = Box::pin(queue.turn(network(number)));
                assert!((&mut caller).now_or_never().is_none(), "it waits");
                caller
            })
            .collect()
    }

    fn answer(caller: &mut Waiting<'_>) -> Option<Result<Turn, TurnedAway>> {
        caller.now_or_never()
    }

    #[test]
    fn a_short_line_is_served_in_turn_with_a_long_one() {
        let queue = FairQueue::new(1, 100);
        let held = queue.turn(network(1)).now_or_never().unwrap().unwrap();
        let mut long = line(&queue, 1, 50);
        let mut short = line(&queue, 2, 1);
        drop(held);
        let first = answer(&mut long[0]).unwrap().unwrap();
        assert!(answer(&mut short[0]).is_none());
        drop(first);
        assert!(matches!(answer(&mut short[0]), Some(Ok(_))), "one of the long line went first, not fifty");
    }

    #[test]
    fn a_full_queue_keeps_a_place_for_a_newcomer_and_turns_the_longest_line_away() {
        let queue = FairQueue::new(1, 4);
        let held = queue.turn(network(1)).now_or_never().unwrap().unwrap();
        let mut flood = line(&queue, 1, 4);
        assert!(
            matches!(queue.turn(network(1)).now_or_never(), Some(Err(TurnedAway))),
            "its own line is the longest"
        );
        let mut newcomer = line(&queue, 2, 1);
        assert!(matches!(answer(&mut flood[3]), Some(Err(TurnedAway))), "the last of the flood made room");
        let mut second = line(&queue, 2, 1);
        assert!(
            matches!(queue.turn(network(2)).now_or_never(), Some(Err(TurnedAway))),
            "the lines are equally long"
        );
        drop(held);
        drop(answer(&mut flood[0]).unwrap().unwrap());
        drop(answer(&mut newcomer[0]).unwrap().unwrap());
        drop(answer(&mut flood[1]).unwrap().unwrap());
        assert!(matches!(answer(&mut second[0]), Some(Ok(_))));
    }

    #[test]
    fn who_stops_waiting_gives_up_the_place_and_the_turn() {
        let queue = FairQueue::new(1, 2);
        let held = queue.turn(network(1)).now_or_never().unwrap().unwrap();
        drop(line(&queue, 1, 2));
        let mut after = line(&queue, 1, 1);
        drop(held);
        let turn = answer(&mut after[0]).unwrap().unwrap();
        // Served, and gone before it was looked at.
        let mut gone = line(&queue, 3, 1);
        drop(turn);
        drop(gone.pop());
        assert!(matches!(queue.turn(network(4)).now_or_never(), Some(Ok(_))), "nothing is lost");
    }
}
