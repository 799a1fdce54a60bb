//! Everything the simulated networks know, in memory.

use super::fault::Fault;
use super::record::{Account, Code, Counter, Message, Post, Prepared, Record, Token, TokenKind};
use super::step::Step;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::platform::Platform;
use std::collections::{BTreeMap, BTreeSet, HashMap};

type Key = (Platform, String);

/// The rows, by key. Only [`State::apply`] changes them.
#[derive(Clone)]
pub struct State {
    accounts: BTreeMap<Key, Account>,
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Token>,
    prepared: HashMap<Key, Prepared>,
    posts: HashMap<Key, Post>,
    /// Ids of an account's posts, in the order in which they were made.
    timelines: HashMap<Key, Vec<String>>,
    /// By network and account, in the order in which they were said.
    messages: BTreeMap<Key, Vec<Message>>,
    counters: BTreeMap<(Platform, Option<String>, Step), Counter>,
    faults: BTreeMap<u64, Fault>,
    sequence: u64,
    limits: bool,
    audience: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            accounts: BTreeMap::new(),
            codes: HashMap::new(),
            tokens: HashMap::new(),
            prepared: HashMap::new(),
            posts: HashMap::new(),
            timelines: HashMap::new(),
            messages: BTreeMap::new(),
            counters: BTreeMap::new(),
            faults: BTreeMap::new(),
            sequence: 0,
            limits: true,
            audience: true,
        }
    }
}

impl State {
    pub fn apply(&mut self, record: Record) {
        match record {
            Record::Account(row) => {
                self.accounts.insert((row.platform, row.remote_id.clone()), row);
            }
            Record::Code(row) => {
                self.codes.insert(row.code.clone(), row);
            }
            Record::Token(row) => {
                self.tokens.insert(row.token.clone(), row);
            }
            Record::CodesGone(at) => self.codes.retain(|_, code| code.expires_at > at),
            Record::GrantsGone(grants) => self.tokens.retain(|_, token| !grants.contains(&token.grant)),
            Record::TokensGone(tokens) => self.tokens.retain(|token, _| !tokens.contains(token)),
            Record::Prepared(row) => {
                self.prepared.insert((row.platform, row.id.clone()), row);
            }
            Record::Post(row) => self.apply_post(row),
            Record::Message(row) => self.apply_message(row),
            Record::Counter(row) => {
                self.counters.insert((row.platform, row.remote_id.clone(), row.step), row);
            }
            Record::Fault(row) => {
                self.faults.insert(row.id, row);
            }
            Record::FaultGone(id) => {
                self.faults.remove(&id);
            }
            Record::Sequence(number) => self.sequence = number,
            Record::Limits(hold) => self.limits = hold,
            Record::Audience(talks) => self.audience = talks,
            Record::Reset => *self = Self { sequence: self.sequence, ..Self::default() },
        }
    }

    fn apply_post(&mut self, row: Post) {
        let key = (row.platform, row.id.clone());
        if !self.posts.contains_key(&key) {
            self.timelines.entry((row.platform, row.remote_id.clone())).or_default().push(row.id.clone());
        }
        self.posts.insert(key, row);
    }

    fn apply_message(&mut self, row: Message) {
        let said = self.messages.entry((row.platform, row.remote_id.clone())).or_default();
        said.retain(|message| message.id != row.id);
        said.push(row);
    }

    /// The records that make this state again, in an order that keeps the timelines.
    pub fn records(self) -> Vec<Record> {
        let Self { mut posts, timelines, .. } = self;
        let mut records = vec![
            Record::Sequence(self.sequence),
            Record::Limits(self.limits),
            Record::Audience(self.audience),
        ];
        records.extend(self.accounts.into_values().map(Record::Account));
        records.extend(self.codes.into_values().map(Record::Code));
        records.extend(self.tokens.into_values().map(Record::Token));
        records.extend(self.prepared.into_values().map(Record::Prepared));
        for ((platform, _), ids) in timelines {
            records.extend(ids.into_iter().filter_map(|id| posts.remove(&(platform, id))).map(Record::Post));
        }
        records.extend(self.messages.into_values().flatten().map(Record::Message));
        records.extend(self.counters.into_values().map(Record::Counter));
        records.extend(self.faults.into_values().map(Record::Fault));
        records
    }

    pub fn account(&self, platform: Platform, remote_id: &str) -> Option<&Account> {
        self.accounts.get(&(platform, remote_id.to_owned()))
    }

    pub fn accounts(&self) -> impl Iterator<Item = &Account> {
        self.accounts.values()
    }

    pub fn code(&self, code: &str) -> Option<&Code> {
        self.codes.get(code)
    }

    pub fn codes(&self) -> impl Iterator<Item = &Code> {
        self.codes.values()
    }

    /// The consents of an account that go beyond the newest `kept`; `None`: there are not so many.
    pub fn oldest_grants(
        &self,
        platform: Platform,
        remote_id: &str,
        kept: usize,
    ) -> Option<BTreeSet<String>> {
        let mut begun: BTreeMap<&str, Timestamp> = BTreeMap::new();
        for token in self.tokens.values().filter(|it| it.platform == platform && it.remote_id == remote_id) {
            let first = begun.entry(&token.grant).or_insert(token.issued_at);
            *first = token.issued_at.min(*first);
        }
        let too_many = begun.len().checked_sub(kept).filter(|count| *count > 0)?;
        let mut grants: Vec<(Timestamp, &str)> = begun.into_iter().map(|(grant, at)| (at, grant)).collect();
        grants.sort_unstable();
        Some(grants.into_iter().take(too_many).map(|(_, grant)| grant.to_owned()).collect())
    }

    /// The tokens of a consent of one kind that go beyond the newest `kept`; `None`: there are not so many.
    pub fn oldest_tokens(&self, grant: &str, kind: TokenKind, kept: usize) -> Option<BTreeSet<String>> {
        let of_grant = self.tokens.values().filter(|it| it.grant == grant && it.kind == kind);
        let mut tokens: Vec<(Timestamp, &str)> = of_grant.map(|it| (it.issued_at, &*it.token)).collect();
        let too_many = tokens.len().checked_sub(kept).filter(|count| *count > 0)?;
        tokens.sort_unstable();
        Some(tokens.into_iter().take(too_many).map(|(_, token)| token.to_owned()).collect())
    }

    pub fn token(&self, token: &str) -> Option<&Token> {
        self.tokens.get(token)
    }

    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.values()
    }

    pub fn prepared(&self, platform: Platform, id: &str) -> Option<&Prepared> {
        self.prepared.get(&(platform, id.to_owned()))
    }

    /// A post, deleted or not.
    pub fn post(&self, platform: Platform, id: &str) -> Option<&Post> {
        self.posts.get(&(platform, id.to_owned()))
    }

    /// An account's posts, deleted ones too, newest first.
    pub fn timeline(&self, platform: Platform, remote_id: &str) -> impl Iterator<Item = &Post> {
        let ids = self.timelines.get(&(platform, remote_id.to_owned())).map_or(&[][..], Vec::as_slice);
        ids.iter().rev().filter_map(move |id| self.post(platform, id))
    }

    /// What was said to an account, or by it in answer, through the API or by order; oldest first.
    pub fn messages(&self, platform: Platform, remote_id: &str) -> impl Iterator<Item = &Message> {
        self.messages.get(&(platform, remote_id.to_owned())).into_iter().flatten()
    }

    pub fn counter(&self, platform: Platform, remote_id: Option<&str>, step: Step) -> Option<&Counter> {
        self.counters.get(&(platform, remote_id.map(str::to_owned), step))
    }

    pub fn counters(&self) -> impl Iterator<Item = &Counter> {
        self.counters.values()
    }

    pub fn faults(&self) -> impl Iterator<Item = &Fault> {
        self.faults.values()
    }

    /// Whether posting quotas hold.
    pub fn limits(&self) -> bool {
        self.limits
    }

    /// Whether people say something of their own accord.
    pub fn audience(&self) -> bool {
        self.audience
    }

    pub fn sequence(&self) -> u64 {
        self.sequence
    }
}
