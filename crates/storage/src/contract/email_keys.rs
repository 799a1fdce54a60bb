//! Keys of e-mail addresses from before a rule that makes them was changed.

use fanfare_domain::id::UserId;

contract! {
    trait EmailKeys = email_keys;

    /// Gives every account the key that its address has today. Where two addresses are the same by that key, the older
    /// account has it and the newer keeps its old one. Returns how many keys changed, and the users whose key another has.
    write renew() -> (usize, Vec<UserId>);
}
