//! Relay connections: windows by keyset cursors that end in a unique column, or by offset for the REST layer.

use super::cursor::{Key, decode, encode};
use crate::request::top_level;
use async_graphql::Object;
use fanfare_domain::clock::Timestamp;
use fanfare_domain::user_error::{UserError, UserErrorCode};
use fanfare_services::{List, ServiceError, Window};
use futures_util::future::BoxFuture;
use std::sync::Arc;

/// Items of a page where the client asks for no number.
const DEFAULT_PAGE: i32 = 20;
/// Items of the largest page.
const LARGEST_PAGE: i32 = 100;
/// The furthest that an offset reaches; cursors reach everything.
const LARGEST_OFFSET: i32 = 10_000;

/// The paging arguments of a list.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
    pub offset: Option<i32>,
}

/// Where a page stands in its list.
#[derive(Clone, Copy, Debug)]
pub struct PageInfo {
    has_next: bool,
    has_previous: bool,
    /// Of the first row; `None`: the page is empty.
    start: Option<Key>,
    /// Of the last row; `None`: the page is empty.
    end: Option<Key>,
}

/// Where a page stands in its list.
#[Object(crate = "crate::execution")]
impl PageInfo {
    /// Whether items follow.
    async fn has_next_page(&self) -> bool {
        self.has_next
    }
    /// Whether items come before.
    async fn has_previous_page(&self) -> bool {
        self.has_previous
    }
    /// `null` for an empty page.
    async fn start_cursor(&self) -> Option<String> {
        self.start.map(encode)
    }
    /// `null` for an empty page.
    async fn end_cursor(&self) -> Option<String> {
        self.end.map(encode)
    }
}

/// What a row's cursor is made of.
pub trait Keyed {
    fn key(&self) -> (Timestamp, i64);

    /// Where it stands in a list of which clients choose the order.
    fn position(&self) -> Key {
        self.key().into()
    }
}

impl<T: Keyed> Keyed for Arc<T> {
    fn key(&self) -> (Timestamp, i64) {
        T::key(self)
    }

    fn position(&self) -> Key {
        T::position(self)
    }
}

/// An item of a connection: an object with its place in the list.
pub trait Edge: Sized {
    /// The object.
    type Node;

    fn new(key: Key, node: Self::Node) -> Self;

    /// What a mutation made, and its edge in the list's default order, which clients add to the lists that they show.
    /// `node` makes the object of the row; without a row, nothing was made.
    fn created<R: Keyed>(
        row: Option<R>,
        node: impl FnOnce(R) -> Self::Node,
    ) -> (Option<Self::Node>, Option<Self>)
    where
        Self::Node: Clone,
    {
        let Some(row) = row else { return (None, None) };
        let key = row.position();
        let node = node(row);
        (Some(node.clone()), Some(Self::new(key, node)))
    }
}

/// A page of rows, in the list's order.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub has_next: bool,
    pub has_previous: bool,
}

impl PageArgs {
    /// The window to read: one row more than the page, so that the page knows whether another follows. `by`: what the
    /// list's cursors begin with.
    pub fn window(&self, by: &str) -> Result<Window, ServiceError> {
        let backward = self.last.is_some() || (self.before.is_some() && self.first.is_none());
        if self.first.is_some() && self.last.is_some() {
            return Err(bad("last", "Give first or last, not both."));
        }
        let (name, size) = if backward { ("last", self.last) } else { ("first", self.first) };
        let size = size.unwrap_or(DEFAULT_PAGE);
        if !(1..=LARGEST_PAGE).contains(&size) {
            return Err(bad(name, "Give a number from 1 to 100."));
        }
        let offset = self.offset.unwrap_or(0);
        if !(0..=LARGEST_OFFSET).contains(&offset) {
            return Err(bad("offset", "Give a number from 0 to 10000; use cursors to go further."));
        }
        let (name, cursor) = if backward { ("before", &self.before) } else { ("after", &self.after) };
        let start = match cursor {
            None => None,
            Some(text) => {
                Some(decode(by, text).ok_or_else(|| bad(name, "This is not a cursor of this list."))?)
            }
        };
        let (start, start_without_time) = match start {
            Some((Some(at), id)) => (Some((at, id)), None),
            Some((None, id)) => (None, Some(id)),
            None => (None, None),
        };
        let (limit, offset) = (i64::from(size) + 1, i64::from(offset));
        Ok(Window { start, start_without_time, backward, limit, offset })
    }
}

impl<T: Keyed> Page<T> {
    /// From the rows that a [`Window`] gave.
    pub fn new(mut rows: Vec<T>, window: &Window) -> Self {
        let wanted = usize::try_from(window.limit - 1).unwrap_or(0);
        let more = rows.len() > wanted;
        rows.truncate(wanted);
        if window.backward {
            rows.reverse();
        }
        let started = window.start.is_some() || window.start_without_time.is_some();
        let beyond_start = started || window.offset > 0;
        let (has_next, has_previous) =
            if window.backward { (beyond_start, more) } else { (more, beyond_start) };
        Self { rows, has_next, has_previous }
    }

    pub fn info(&self) -> PageInfo {
        PageInfo {
            has_next: self.has_next,
            has_previous: self.has_previous,
            start: self.rows.first().map(Keyed::position),
            end: self.rows.last().map(Keyed::position),
        }
    }
}

fn bad(field: &str, words: &str) -> ServiceError {
    let mut error = UserError::new(UserErrorCode::Invalid, "", words);
    error.path = vec![field.to_owned()];
    ServiceError::User(vec![error])
}

/// Declares a connection and its edge: `connection!(PostConnection, PostEdge, Post, "posts")`. The total is read, and a
/// cursor written, only where it is selected.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $nouns:literal) => {
        #[doc = concat!("One of the ", $nouns, " with its place in the list.")]
        pub struct $edge {
            key: $crate::connection::Key,
            node: $node,
        }

        impl $crate::connection::Edge for $edge {
            type Node = $node;

            fn new(key: $crate::connection::Key, node: $node) -> Self {
                Self { key, node }
            }
        }

        #[doc = concat!("One of the ", $nouns, " with its place in the list.")]
        #[async_graphql::Object(crate = "crate::execution")]
        impl $edge {
            /// Give it as `after` or `before` to continue from here.
            async fn cursor(&self) -> String {
                $crate::connection::encode(self.key)
            }
            /// The object.
            async fn node(&self) -> &$node {
                &self.node
            }
        }

        #[doc = concat!("A page of ", $nouns, ".")]
        pub struct $connection {
            edges: Vec<$edge>,
            info: $crate::connection::PageInfo,
            total: $crate::connection::Total,
        }

        impl $connection {
            /// A page of a list; `node` makes an object of each row.
            pub async fn of<L: fanfare_services::List>(
                list: L,
                args: &$crate::connection::PageArgs,
                node: impl Fn(L::Row) -> $node,
            ) -> async_graphql::Result<Self>
            where
                L::Row: $crate::connection::Keyed,
            {
                // Boxed: a page is held by its objects, and not by the future that waits for it as well.
                let (page, total) = Box::pin($crate::connection::read(list, args)).await?;
                Ok(Self::shown(page, total, node))
            }

            /// A page that has been read; `node` makes an object of each row.
            pub fn shown<R: $crate::connection::Keyed>(
                page: $crate::connection::Page<R>,
                total: $crate::connection::Total,
                node: impl Fn(R) -> $node,
            ) -> Self {
                let info = page.info();
                let edge = |row: R| {
                    let key = $crate::connection::Keyed::position(&row);
                    <$edge as $crate::connection::Edge>::new(key, node(row))
                };
                Self { edges: page.rows.into_iter().map(edge).collect(), info, total }
            }
        }

        #[doc = concat!("A page of ", $nouns, ".")]
        #[async_graphql::Object(crate = "crate::execution")]
        impl $connection {
            /// The objects, each with its cursor.
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }
            /// The objects without their cursors.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }
            /// Where the page stands in the list.
            async fn page_info(&self) -> &$crate::connection::PageInfo {
                &self.info
            }
            /// How many there are in all pages; costs a query of its own.
            #[graphql(directive = fanfare_query_limits::directives::field_cost::apply(5))]
            async fn total_count(&self) -> async_graphql::Result<i32> {
                self.total.get().await
            }
        }
    };
}
pub(crate) use connection;

/// Reads a page of a list, and how to count the list.
pub async fn read<L: List>(list: L, args: &PageArgs) -> async_graphql::Result<(Page<L::Row>, Total)>
where
    L::Row: Keyed,
{
    let window = args.window(list.ordered_by()).map_err(top_level)?;
    let rows = list.page(&window).await.map_err(top_level)?;
    Ok((Page::new(rows, &window), Total::of(list)))
}

/// The size of a list, counted only where a client asks for it.
pub struct Total(Box<dyn Counted>);

/// What can be counted: a list of any rows, or what a function counts.
trait Counted: Send + Sync {
    fn counted(&self) -> BoxFuture<'_, async_graphql::Result<i64>>;
}

impl<L: List> Counted for L {
    fn counted(&self) -> BoxFuture<'_, async_graphql::Result<i64>> {
        Box::pin(async move { self.count().await.map_err(top_level) })
    }
}

struct By<F>(F);

impl<F: Fn() -> BoxFuture<'static, async_graphql::Result<i64>> + Send + Sync> Counted for By<F> {
    fn counted(&self) -> BoxFuture<'_, async_graphql::Result<i64>> {
        (self.0)()
    }
}

impl Total {
    fn of(list: impl List) -> Self {
        Self(Box::new(list))
    }

    /// A size that a function counts, such as a loader together with the sizes of other lists.
    pub fn by(
        count: impl Fn() -> BoxFuture<'static, async_graphql::Result<i64>> + Send + Sync + 'static,
    ) -> Self {
        Self(Box::new(By(count)))
    }

    pub async fn get(&self) -> async_graphql::Result<i32> {
        let total = self.0.counted().await?;
        Ok(i32::try_from(total).unwrap_or(i32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Keyed for i64 {
        fn key(&self) -> (Timestamp, i64) {
            (Timestamp::from_micros(*self).unwrap(), *self)
        }
    }

    #[test]
    fn a_page_knows_its_neighbours_and_a_cursor_leads_back_to_its_row() {
        let args = PageArgs { first: Some(2), ..PageArgs::default() };
        let page = Page::new(vec![9, 8, 7], &args.window("").unwrap());
        assert_eq!(
            (page.rows.as_slice(), page.has_next, page.has_previous),
            ([9, 8].as_slice(), true, false)
        );
        let after = PageArgs { first: Some(2), after: page.info().end.map(encode), ..PageArgs::default() };
        assert_eq!(after.window("").unwrap().start, Some(8_i64.key()));
        let back = PageArgs { last: Some(2), before: page.info().end.map(encode), ..PageArgs::default() };
        let page = Page::new(vec![9], &back.window("").unwrap());
        assert_eq!((page.rows.as_slice(), page.has_next, page.has_previous), ([9].as_slice(), true, false));
    }

    impl Edge for (Key, String) {
        type Node = String;

        fn new(key: Key, node: String) -> Self {
            (key, node)
        }
    }

    #[test]
    fn what_was_made_has_the_edge_that_its_row_has_in_the_list() {
        let (node, edge) = <(Key, String)>::created(Some(7_i64), |row| format!("post {row}"));
        assert_eq!(node.as_deref(), Some("post 7"));
        assert_eq!(edge, Some((7_i64.position(), "post 7".to_owned())));
        assert_eq!(<(Key, String)>::created(None::<i64>, |row| row.to_string()), (None, None));
    }

    #[test]
    fn pages_of_no_or_too_many_items_and_foreign_cursors_are_refused() {
        for args in [
            PageArgs { first: Some(0), ..PageArgs::default() },
            PageArgs { first: Some(101), ..PageArgs::default() },
            PageArgs { first: Some(1), last: Some(1), ..PageArgs::default() },
            PageArgs { after: Some("nonsense".to_owned()), ..PageArgs::default() },
            PageArgs { offset: Some(10_001), ..PageArgs::default() },
        ] {
            assert!(matches!(args.window(""), Err(ServiceError::User(_))), "{args:?}");
        }
    }

    #[test]
    fn a_list_goes_on_after_a_row_that_lacks_its_time() {
        let after = PageArgs { after: Some(encode(Key::new("scheduled", None, 7))), ..PageArgs::default() };
        let window = after.window("scheduled").unwrap();
        assert_eq!((window.start, window.start_without_time), (None, Some(7)));
        assert!(Page::new(vec![9], &window).has_previous);
    }
}
