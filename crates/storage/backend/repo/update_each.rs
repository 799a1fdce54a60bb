//! One UPDATE that gives each of several rows values of its own, which Diesel's query builder has no words for. Both
//! databases take it as it stands, and name the columns of VALUES alike.

/// The database whose half includes this.
pub(in crate::repo) type Dialect = <crate::Conn as diesel_async::AsyncConnectionCore>::Backend;

/// `update_each!(TargetUpdates: post_targets by id TargetId = TargetState { status, url })`: a statement made of pairs of a
/// row's key and the struct with its new values, whose fields are named as the columns. A key stands in one pair only. No
/// pair: no valid statement. Of one row, an ordinary UPDATE says the same. `raising revision` after it adds one to that
/// column of every row.
macro_rules! update_each {
    (
        $name:ident: $table:ident by $key:ident $Key:ty = $Values:ty { $($column:ident),+ $(,)? }
        $(raising $raised:ident)?
    ) => {
        struct $name<'a>(&'a [($Key, $Values)]);

        impl diesel::query_builder::QueryId for $name<'_> {
            type QueryId = ();

            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl diesel::query_builder::QueryFragment<$crate::repo::update_each::Dialect> for $name<'_> {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, $crate::repo::update_each::Dialect>,
            ) -> QueryResult<()> {
                // Its text differs with the number of rows.
                out.unsafe_to_cache_prepared();
                out.push_sql(concat!("UPDATE ", stringify!($table), " SET "));
                for (index, column) in [$(stringify!($column)),+].into_iter().enumerate() {
                    out.push_sql(if index == 0 { "" } else { ", " });
                    out.push_identifier(column)?;
                    // The first column is the key.
                    out.push_sql(&format!(" = each_row.column{}", index + 2));
                }
                $(
                    out.push_sql(", ");
                    out.push_identifier(stringify!($raised))?;
                    out.push_sql(concat!(" = ", stringify!($table), ".", stringify!($raised), " + 1"));
                )?
                out.push_sql(" FROM (VALUES ");
                for (index, (key, values)) in self.0.iter().enumerate() {
                    out.push_sql(if index == 0 { "(" } else { ", (" });
                    out.push_bind_param::<<$table::$key as Expression>::SqlType, _>(key)?;
                    $(
                        out.push_sql(", ");
                        out.push_bind_param::<<$table::$column as Expression>::SqlType, _>(
                            &values.$column,
                        )?;
                    )+
                    out.push_sql(")");
                }
                let key = concat!(stringify!($table), ".", stringify!($key));
                out.push_sql(&format!(") AS each_row WHERE {key} = each_row.column1"));
                Ok(())
            }
        }
    };
}
pub(in crate::repo) use update_each;
