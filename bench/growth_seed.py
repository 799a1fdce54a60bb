"""Two workspaces that differ in the length of their history only, seeded by SQL in one dialect for both databases.

A workspace has a post each 14.4 minutes (100 a day), with two targets, their metrics and ten events; a message each
72 minutes. So a page, a month or a period holds as much in a long history as in a short one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

ACCOUNTS = 9
EVENTS_A_POST = 10
POSTS_A_MESSAGE = 5
POSTS_A_DAY = 100
# Accounts have their daily numbers for as long at least, so that every period that is asked for is whole.
LEAST_DAYS = 400
STEP_MICROS = 86_400_000_000 // POSTS_A_DAY
# In one of so many posts and messages.
RARE_WORD, RARE = "marmalade", 1000
ABSENT_WORD = "zeppelin"
PLATFORMS = "instagram facebook twitter linkedin tiktok youtube youtube_shorts pinterest threads".split()


@dataclass(frozen=True)
class Dialect:
    """What the databases write differently."""

    # Rows `s (n)` from 1 to a number.
    series: Callable[[int], str]
    # An instant, of microseconds since 1970.
    instant: Callable[[str], str]
    # A date, of days since 1970.
    date: Callable[[str], str]
    overriding: str


POSTGRES = Dialect(
    series=lambda last: f"generate_series(1::bigint, {last}) as s (n)",
    instant=lambda micros: f"timestamptz 'epoch' + ({micros}) * interval '1 microsecond'",
    date=lambda days: f"date 'epoch' + ({days})::int",
    overriding="overriding system value",
)
SQLITE = Dialect(
    series=lambda last: (
        f"(with recursive c (n) as (select 1 union all select n + 1 from c where n < {last}) select n from c) as s"
    ),
    instant=lambda micros: f"({micros})",
    date=lambda days: f"date(({days}) * 86400, 'unixepoch')",
    overriding="",
)


@dataclass(frozen=True)
class History:
    """A workspace with this many posts. The ids of its rows begin behind those of the workspaces before it."""

    workspace: int
    posts: int
    posts_before: int

    @property
    def messages(self) -> int:
        return self.posts // POSTS_A_MESSAGE


def statements(history: History, dialect: Dialect) -> list[str]:
    """The SQL that fills a workspace that was registered."""
    now = int(time.time() * 1_000_000)
    w, count, before = history.workspace, history.posts, history.posts_before
    first_account = (w - 1) * ACCOUNTS
    at = dialect.instant(f"{now} - ({count} - n) * {STEP_MICROS}")
    created = dialect.instant(f"{now} - ({count} - n) * {STEP_MICROS} - 86400000000")
    day = dialect.date(f"({now} - ({count} - n) * {STEP_MICROS}) / 86400000000")
    rare = f"case when n % {RARE} = 0 then ' and {RARE_WORD}' else '' end"
    return [
        *_accounts(w, first_account, dialect, dialect.instant(str(now))),
        f"""
insert into posts (id, workspace_id, author_id, content, hashtags, publish_mode, status, scheduled_at, published_at,
  created_at, updated_at) {dialect.overriding}
select {before} + n, {w}, {w}, 'Post ' || n || ' about bread, cheese' || {rare} || ' from the market', '[]', 'best_effort',
  'published', {at}, {at}, {created}, {at}
from {dialect.series(count)}""",
        *(_targets(history, first_account, position, at, day, dialect) for position in (0, 1)),
        f"""
insert into target_metrics (target_id, workspace_id, post_id, account_id, views, likes, comments, shares, engagement,
  audience, milestone, measured_at)
select id, workspace_id, post_id, account_id, id % 9000, id % 500, id % 50, id % 20, id % 570, id % 9000, 0, published_at
from post_targets where workspace_id = {w}""",
        f"""
insert into events (workspace_id, seq, kind, post_id, actor_id, payload, at)
select {w}, 1000 + n, 'post.updated', {before} + (n + {EVENTS_A_POST - 1}) / {EVENTS_A_POST}, {w}, '{{}}',
  {dialect.instant(f"{now} - ({count * EVENTS_A_POST} - n) * {STEP_MICROS // EVENTS_A_POST}")}
from {dialect.series(count * EVENTS_A_POST)}""",
        f"update event_counters set last_seq = {1000 + count * EVENTS_A_POST} where workspace_id = {w}",
        *_messages(history, first_account, now, rare, dialect),
        *_account_days(history, first_account, now, dialect),
    ]


def _accounts(workspace: int, first: int, dialect: Dialect, now: str) -> list[str]:
    return [
        f"""
insert into accounts (id, workspace_id, platform, remote_id, name, handle, account_type, status, simulated, scopes,
  followers_count, created_at, updated_at) {dialect.overriding}
select {first + number}, {workspace}, '{platform}', 'r{first + number}', 'Brand {number}', 'brand{number}', 'page',
  'active', true, '[]', 1000, {now}, {now}"""
        for number, platform in enumerate(PLATFORMS, start=1)
    ]


def _targets(history: History, first_account: int, position: int, at: str, day: str, dialect: Dialect) -> str:
    target = f"2 * ({history.posts_before} + n) - {1 - position}"
    account = f"{first_account} + 1 + (n + {position * 4}) % {ACCOUNTS}"
    post = f"{history.posts_before} + n"
    return f"""
insert into post_targets (id, workspace_id, post_id, account_id, position, status, own_media, external_id, attempts,
  published_at, created_at, updated_at, measured) {dialect.overriding}
select {target}, {history.workspace}, {post}, {account}, {position}, 'published', false, 'e' || n, 1, {at}, {at}, {at}, true
from {dialect.series(history.posts)};
insert into target_metric_days (target_id, day, workspace_id, post_id, account_id, engagement, views)
select {target}, {day}, {history.workspace}, {post}, {account}, n % 570, n % 9000
from {dialect.series(history.posts)}"""


def _messages(history: History, first_account: int, now: int, rare: str, dialect: Dialect) -> list[str]:
    before = history.posts_before // POSTS_A_MESSAGE
    at = dialect.instant(f"{now} - ({history.messages} - n) * {STEP_MICROS * POSTS_A_MESSAGE}")
    platform = " ".join(f"when {number} then '{name}'" for number, name in enumerate(PLATFORMS))
    return [
        f"""
insert into inbox_messages (id, workspace_id, account_id, platform, remote_id, thread_key, kind, status,
  sender_remote_id, sender_name, text, received_at, created_at, updated_at) {dialect.overriding}
select {before} + n, {history.workspace}, {first_account} + 1 + n / 4 % {ACCOUNTS},
  case n / 4 % {ACCOUNTS} {platform} end, 'm' || n, 'thread' || n / 4, 'comment',
  case when n % 3 = 0 then 'unread' else 'read' end, 's' || n % 300, 'Sender ' || n % 300,
  'Message ' || n || ': is there bread' || {rare} || '?', {at}, {at}, {at}
from {dialect.series(history.messages)}"""
    ]


def _account_days(history: History, first_account: int, now: int, dialect: Dialect) -> list[str]:
    days = max(LEAST_DAYS, history.posts // POSTS_A_DAY)
    today = now // 86_400_000_000
    return [
        f"""
insert into account_metric_days (account_id, utc_day, workspace_id, taken_at, followers, following, posts)
select {first_account + number}, {dialect.date(f"{today - days} + n")}, {history.workspace},
  {dialect.instant(f"({today - days} + n) * 86400000000")}, 1000 + n, 100, n
from {dialect.series(days)}"""
        for number in range(1, ACCOUNTS + 1)
    ]
