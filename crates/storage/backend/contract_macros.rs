//! `contract!` and `database!` as a backend reads them: they implement the traits that `fanfare_storage` declares.

/// Implements a noun's trait with the functions of the same names in `repo/`.
macro_rules! contract {
    (
        trait $noun:ident = $module:ident;
        $($(#[$meta:meta])* $access:ident $function:ident($($arg:ident: $type:ty),* $(,)?) -> $out:ty;)+
    ) => {
        #[async_trait::async_trait]
        impl fanfare_storage::contract::$module::$noun for crate::Backend {
            $(async fn $function(&self, $($arg: $type),*) -> Result<$out, fanfare_storage::DbError> {
                let mut conn = self.$access(concat!(stringify!($module), "::", stringify!($function))).await?;
                let limit = conn.limit();
                let work = crate::repo::$module::$function(&mut conn, $($arg),*);
                let outcome = fanfare_storage::connection::deadline::within(limit, work).await;
                conn.judge(outcome)
            })+
        }
    };
}

/// Implements the trait that has them all.
macro_rules! database {
    ($($module:ident: $noun:ident),+ $(,)?) => {
        #[async_trait::async_trait]
        impl fanfare_storage::Database for crate::Backend {
            $(fn $module(&self) -> &dyn fanfare_storage::contract::$module::$noun {
                self
            })+

            async fn ping(&self) -> Result<(), fanfare_storage::DbError> {
                use diesel_async::SimpleAsyncConnection as _;
                let mut conn = self.read("ping").await?;
                let limit = conn.limit();
                let work = conn.batch_execute("select 1");
                let outcome = fanfare_storage::connection::deadline::within(limit, work).await;
                conn.judge(outcome)
            }

            fn is_full(&self) -> bool {
                self.room.is_full()
            }

            fn is_embedded(&self) -> bool {
                crate::IS_EMBEDDED
            }
        }
    };
}
