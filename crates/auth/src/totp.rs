//! Codes that an app makes from a shared secret and the time (RFC 6238): HMAC-SHA1, 6 digits, 30 seconds, which is all
//! that most apps can.

use super::random;
use data_encoding::BASE32_NOPAD;
use fanfare_domain::clock::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use subtle::ConstantTimeEq;

/// As long as the output of SHA-1 (RFC 4226, section 4).
const SECRET_BYTES: usize = 20;
/// Seconds for which a code is shown.
const STEP_SECONDS: i64 = 30;
/// Steps that the app's clock may be behind or ahead.
const DRIFT: i64 = 1;
const ISSUER: &str = "Fanfare";

/// What a person's app makes codes from. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; SECRET_BYTES]);

impl TotpSecret {
    pub fn generate() -> Self {
        Self(random::bytes())
    }

    /// 32 characters of base32: what a person types who cannot scan, and what is sealed.
    pub fn expose(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// A secret that was sealed; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        BASE32_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok().map(Self)
    }

    /// What apps read from a QR code: the Key URI Format of Google Authenticator. It holds the secret.
    pub fn uri(&self, account: &str) -> String {
        let account = utf8_percent_encode(account, NON_ALPHANUMERIC);
        let secret = self.expose();
        format!(
            "otpauth://totp/{ISSUER}:{account}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits=6&period={STEP_SECONDS}"
        )
    }

    /// The code of a step, counted from 1970.
    pub fn code(&self, step: i64) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104)")]
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes();
        // RFC 4226, section 5.3: the last four bits say where the 31 bits begin that count.
        let at = usize::from(hash.last().copied().unwrap_or_default() & 0x0f);
        let bits = hash.iter().skip(at).take(4).fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte));
        format!("{:06}", (bits & 0x7fff_ffff) % 1_000_000)
    }

    /// The step whose code this is: the present one, or one to either side, and newer than `used`, as a code is valid
    /// for one use. `None`: a wrong code, or one that was used.
    pub fn step_of(&self, code: &str, now: Timestamp, used: i64) -> Option<i64> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).take(7).collect();
        let present = now.0.timestamp().div_euclid(STEP_SECONDS);
        (present - DRIFT..=present + DRIFT)
            .filter(|step| *step > used)
            .find(|step| self.code(*step).as_bytes().ct_eq(code.as_bytes()).into())
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).unwrap()
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        let secret = TotpSecret(*b"12345678901234567890");
        assert_eq!(secret.expose(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(TotpSecret::parse(&secret.expose()), Some(secret.clone()));
        // Appendix B, of whose eight digits these are the last six.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(seconds / 30), code, "{seconds}");
            assert_eq!(secret.step_of(code, at(seconds), 0), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_may_be_a_step_early_or_late_and_serves_once() {
        let (secret, now) = (TotpSecret::generate(), at(1_800_000_000));
        let present = 60_000_000;
        for (step, taken) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let found = secret.step_of(&secret.code(present + step), now, 0);
            assert_eq!(found, taken.then_some(present + step), "{step}");
        }
        let code = secret.code(present);
        assert_eq!(
            secret.step_of(&format!("{} {}", &code[..3], &code[3..]), now, present - 1),
            Some(present)
        );
        assert_eq!(secret.step_of(&code, now, present), None, "used");
        assert_eq!(
            secret.step_of(&secret.code(present - 1), now, present),
            None,
            "older than one that was used"
        );
        for text in ["", "12345", &format!("{code}0"), "αβγδεζ", &code.repeat(100_000)] {
            assert_eq!(secret.step_of(text, now, 0), None);
        }
    }

    #[test]
    fn an_app_reads_the_secret_and_whose_it_is_from_the_address() {
        let secret = TotpSecret(*b"12345678901234567890");
        let uri = url::Url::parse(&secret.uri("ada+a@example.com")).unwrap();
        assert_eq!(
            (uri.scheme(), uri.host_str(), uri.path()),
            ("otpauth", Some("totp"), "/Fanfare:ada%2Ba%40example%2Ecom")
        );
        let query: std::collections::HashMap<_, _> = uri.query_pairs().into_owned().collect();
        assert_eq!(
            (query["secret"].as_str(), query["issuer"].as_str()),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "Fanfare")
        );
        assert!(!format!("{secret:?}").contains("GEZ"));
    }
}
