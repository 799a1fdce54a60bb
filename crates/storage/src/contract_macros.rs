//! `contract!` and `database!` as this crate reads them: they declare traits. A backend reads the same files of
//! `contract/` with macros of its own, which implement them.

/// `contract! { trait Posts = posts; read page(workspace: WorkspaceId) -> Vec<Post>; ... }`: a trait of boxed futures.
/// `read` is a query, `write` a command: on SQLite the first takes a reader and the second the one writer.
macro_rules! contract {
    (
        trait $noun:ident = $module:ident;
        $($(#[$meta:meta])* $access:ident $function:ident($($arg:ident: $type:ty),* $(,)?) -> $out:ty;)+
    ) => {
        #[async_trait::async_trait]
        pub trait $noun: Send + Sync {
            $($(#[$meta])* async fn $function(&self, $($arg: $type),*) -> Result<$out, crate::DbError>;)+
        }
    };
}

/// `database! { posts: Posts, ... }`: the trait that has them all.
macro_rules! database {
    ($($module:ident: $noun:ident),+ $(,)?) => {
        /// A database, by nouns. Two crates implement it: `storage-postgres` and `storage-sqlite`.
        #[async_trait::async_trait]
        pub trait Database: Send + Sync {
            $(#[doc = concat!("See [`", stringify!($module), "`].")] fn $module(&self) -> &dyn $module::$noun;)+

            /// One statement, to see whether the database answers.
            async fn ping(&self) -> Result<(), crate::DbError>;

            /// Whether the newest write found no room on the disk.
            fn is_full(&self) -> bool;

            /// Whether one process has the database for itself, so that leases of a process that died are void.
            fn is_embedded(&self) -> bool;
        }
    };
}
