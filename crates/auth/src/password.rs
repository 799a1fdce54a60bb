//! Passwords: which are accepted, and how they are kept.

use super::fair_queue::FairQueue;
use super::{common_passwords, random};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use fanfare_domain::client_network::ClientNetwork;
use unicode_normalization::UnicodeNormalization as _;

/// Memory of one hash, in KiB; passes over it; lanes. The OWASP Password Storage Cheat Sheet's choice for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Length of a password in characters of its normal form (NIST SP 800-63B, section 5.1.1.2; no rules of composition, as it
/// advises).
const MIN_CHARS: usize = 8;
const MAX_CHARS: usize = 128;
/// The longest text that is brought into its normal form.
const MAX_BYTES: usize = 4_096;

/// What everyone who guesses here tries, besides the common passwords.
const PRODUCT: &str = "fanfare";
/// Words of a name that are shorter say nothing of whose password it is.
const MIN_WORD_CHARS: usize = 3;

/// Callers that may wait for each one that is hashing. A longer queue would answer after its client has gone.
const WAITING_PER_RUNNING: usize = 32;

/// Why a new password is not accepted, in words for the person who chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordWeakness {
    #[error("use at least {MIN_CHARS} characters")]
    TooShort,
    #[error("use at most {MAX_CHARS} characters")]
    TooLong,
    #[error("this password is one of the first that are tried: choose another")]
    Common,
    #[error("do not use the e-mail address as the password")]
    IsEmail,
    #[error("do not use your name, the e-mail address or the product's name, with or without digits around")]
    Personal,
}

/// Why a password was neither hashed nor compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many sign-ins at once: try again later.
    #[error("too many sign-ins at the same time")]
    Busy,
    #[error("the password could not be hashed")]
    NotHashed,
}

/// Whether a user to whom these texts belong (e-mail address, name and the like) may have this new password.
pub fn check(password: &str, about: &[&str]) -> Result<(), PasswordWeakness> {
    let Some(password) = normal_form(password) else { return Err(PasswordWeakness::TooLong) };
    if password.chars().count() < MIN_CHARS {
        return Err(PasswordWeakness::TooShort);
    }
    let lower = password.to_lowercase();
    // What is left of a word that digits and signs were put around.
    let core = lower.trim_matches(|c: char| !c.is_alphabetic());
    if about.iter().any(|text| is_email(&lower, text)) {
        return Err(PasswordWeakness::IsEmail);
    }
    if common_passwords::contains(&lower) || common_passwords::contains(core) || is_run(&lower) {
        return Err(PasswordWeakness::Common);
    }
    if core == PRODUCT || about.iter().any(|text| is_personal(core, text)) {
        return Err(PasswordWeakness::Personal);
    }
    Ok(())
}

/// The password as it is hashed: however a keyboard composes its characters, they are the same (NFKC). `None`: too long.
fn normal_form(password: &str) -> Option<String> {
    let normal: String = (password.len() <= MAX_BYTES).then(|| password.nfkc().collect())?;
    (normal.chars().count() <= MAX_CHARS).then_some(normal)
}

/// Whether a password is this address, or the part of it before the `@`.
fn is_email(lower: &str, text: &str) -> bool {
    let email = text.nfkc().collect::<String>().to_lowercase();
    email.split_once('@').is_some_and(|(local, _)| lower == email || lower == local)
}

/// Whether the core of a password is this text, with or without its spaces and signs, or a word of it.
fn is_personal(core: &str, text: &str) -> bool {
    let text = text.nfkc().collect::<String>().to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    let joined: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let long = |word: &str| word.chars().count() >= MIN_WORD_CHARS;
    core == text
        || (long(&joined) && core == joined)
        || words.filter(|word| long(word)).any(|word| core == word)
}

/// Whether each character follows on the last in the same way: `aaaaaaaa`, `abcdefgh`, `98765432`.
fn is_run(lower: &str) -> bool {
    let points: Vec<i64> = lower.chars().map(|c| i64::from(u32::from(c))).collect();
    let mut steps = points.iter().zip(points.iter().skip(1)).map(|(one, next)| next - one);
    steps.next().is_some_and(|first| first.abs() <= 1 && steps.all(|step| step == first))
}

/// Hashes and compares with argon2id, off the asynchronous threads. Each hash takes 19 MiB while it runs, so that only
/// a few run at once, and only so many wait. Networks take turns: one that sends many does not make the others wait.
#[derive(Clone, Debug)]
pub struct Passwords(FairQueue);

impl Passwords {
    /// `at_once`: how many hashes may run at the same time, at least one.
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        Self(FairQueue::new(at_once, at_once.saturating_mul(WAITING_PER_RUNNING)))
    }

    /// The hash to store, with its salt and parameters, in the PHC string format. `client`: where the request comes from.
    pub async fn hash(&self, client: ClientNetwork, password: String) -> Result<String, PasswordError> {
        self.run(client, move || {
            let password = normal_form(&password)?;
            let hash: PasswordHash =
                argon2id().ok()?.hash_password_with_salt(password.as_bytes(), &random::bytes::<16>()).ok()?;
            Some(hash.to_string())
        })
        .await?
        .ok_or(PasswordError::NotHashed)
    }

    /// Whether the password is the one that was hashed. An unknown user (`None`) takes as long as a wrong password:
    /// the time does not tell who has an account.
    pub async fn verify(
        &self,
        client: ClientNetwork,
        password: String,
        stored: Option<String>,
    ) -> Result<bool, PasswordError> {
        self.run(client, move || {
            let normal = normal_form(&password);
            let known = stored.is_some() && normal.is_some();
            let hash = stored.filter(|_| known).unwrap_or_else(nobodys_hash);
            let given = normal.unwrap_or_default();
            let same =
                argon2id().is_ok_and(|argon| argon.verify_password(given.as_bytes(), hash.as_str()).is_ok());
            same && known
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        client: ClientNetwork,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = self.0.turn(client).await.map_err(|_turned_away| PasswordError::Busy)?;
        // The turn goes with the work: a caller that has gone does not end it.
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(|_| PasswordError::NotHashed)
    }
}

fn argon2id() -> Result<Argon2<'static>, argon2::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A hash that no password has been found for, of the cost of a real one.
fn nobodys_hash() -> String {
    let (salt, output) = ("A".repeat(22), "A".repeat(43));
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${output}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn client(number: u8) -> ClientNetwork {
        ClientNetwork::of(Ipv4Addr::new(203, 0, 113, number).into())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::new(2);
        let hash = passwords.hash(client(1), "correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(
            hash,
            passwords.hash(client(1), "correct horse".to_owned()).await.unwrap(),
            "each has its own salt"
        );
        assert!(passwords.verify(client(1), "correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(client(1), "correct horsf".to_owned(), Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn an_unknown_user_costs_a_whole_comparison_and_is_refused() {
        let parsed = PasswordHash::new(&nobodys_hash()).unwrap();
        let params = Params::try_from(&parsed).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        let compared = argon2id().unwrap().verify_password(b"any", nobodys_hash().as_str());
        assert_eq!(compared, Err(argon2::password_hash::Error::PasswordInvalid), "the work is done");
        assert!(!Passwords::new(1).verify(client(1), "any".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_flood_of_sign_ins_from_one_network_is_turned_away_and_holds_up_no_other() {
        let passwords = Passwords::new(1);
        let held = passwords.0.turn(client(1)).await.unwrap();
        let mut flood: Vec<_> =
            (0..WAITING_PER_RUNNING).map(|_| Box::pin(passwords.run(client(1), || ()))).collect();
        for caller in &mut flood {
            assert!(futures_util::poll!(caller).is_pending());
        }
        assert_eq!(passwords.run(client(1), || ()).await, Err(PasswordError::Busy));
        let mut other = Box::pin(passwords.run(client(2), || ()));
        assert!(futures_util::poll!(&mut other).is_pending(), "there is a place for it");
        drop(held);
        let (first, other) = tokio::join!(flood.remove(0), other);
        assert_eq!((first, other), (Ok(()), Ok(())));
        drop(flood);
        assert_eq!(passwords.run(client(1), || ()).await, Ok(()));
    }

    #[test]
    fn a_weak_password_is_refused_with_the_reason() {
        let email = "Ann.Example@example.com";
        for (password, expected) in [
            ("short12", Err(PasswordWeakness::TooShort)),
            ("äöüäöüä", Err(PasswordWeakness::TooShort)),
            ("Password123", Err(PasswordWeakness::Common)),
            ("ann.example@example.com", Err(PasswordWeakness::IsEmail)),
            ("ann.EXAMPLE", Err(PasswordWeakness::IsEmail)),
            ("four words in lower case", Ok(())),
        ] {
            assert_eq!(check(password, &[email]), expected, "{password}");
        }
        assert_eq!(check(&"äö".repeat(64), &[email]), Ok(()));
        assert_eq!(check(&format!("{}ä", "äö".repeat(64)), &[email]), Err(PasswordWeakness::TooLong));
        assert_eq!(check(&"x y".repeat(100_000), &[email]), Err(PasswordWeakness::TooLong));
    }

    #[test]
    fn what_is_known_of_the_person_and_the_product_is_refused_with_digits_around_it_too() {
        let about = ["ann.example@example.com", "Ann-Kathrin Müller", "Big Engines"];
        for (password, expected) in [
            ("Fanfare2026!", Err(PasswordWeakness::Personal)),
            ("example123", Err(PasswordWeakness::Personal)),
            ("AnnKathrinMüller", Err(PasswordWeakness::Personal)),
            ("2026kathrin2026", Err(PasswordWeakness::Personal)),
            ("mu\u{308}ller99", Err(PasswordWeakness::Personal)),
            ("bigengines", Err(PasswordWeakness::Personal)),
            ("!!Sunshine2026", Err(PasswordWeakness::Common)),
            ("zzzzzzzzzzzz", Err(PasswordWeakness::Common)),
            ("ijklmnopq", Err(PasswordWeakness::Common)),
            ("ananas kathrin boot", Ok(())),
        ] {
            assert_eq!(check(password, &about), expected, "{password}");
        }
    }

    #[tokio::test]
    async fn any_unicode_is_taken_and_is_the_same_however_it_was_typed() {
        let passwords = Passwords::new(2);
        let (composed, decomposed) =
            ("p\u{e4}ssw\u{f6}rter \u{1f980} \u{212b}", "pa\u{308}sswo\u{308}rter \u{1f980} \u{c5}");
        assert_eq!(check(composed, &[]), Ok(()));
        let hash = passwords.hash(client(1), composed.to_owned()).await.unwrap();
        assert!(passwords.verify(client(1), decomposed.to_owned(), Some(hash.clone())).await.unwrap());
        assert!(
            !passwords.verify(client(1), "passworter \u{1f980} \u{c5}".to_owned(), Some(hash)).await.unwrap()
        );
    }
}
