//! Keys of e-mail addresses from before a rule that makes them was changed.

use crate::Conn;
use diesel::dsl::sql;
use diesel::sql_types::Bool;
use fanfare_domain::email::Email;
use fanfare_domain::id::UserId;
use fanfare_storage::prelude::*;

/// Gives every account the key that its address has today. Where two addresses are the same by that key, the older
/// account has it and the newer keeps its old one. Returns how many keys changed, and the users whose key another has.
pub async fn renew(conn: &mut Conn) -> CommandResult<(usize, Vec<UserId>)> {
    tx!(conn, {
        // An address in ASCII has always had the key that it has today.
        let all: Vec<(UserId, String, String)> = users::table
            .filter(sql::<Bool>("octet_length(email) <> length(email)"))
            .order(users::id)
            .select((users::id, users::email, users::email_key))
            .load(conn)
            .await?;
        let (mut changed, mut taken) = (0, Vec::new());
        for (user, address, old) in all {
            let Some(new) = Email::parse(&address).map(|email| email.key).filter(|new| *new != old) else {
                continue;
            };
            let holders: i64 =
                users::table.filter(users::email_key.eq(&new)).count().get_result(conn).await?;
            if holders > 0 {
                taken.push(user);
                continue;
            }
            changed +=
                diesel::update(users::table.find(user)).set(users::email_key.eq(&new)).execute(conn).await?;
        }
        Ok((changed, taken))
    })
}
