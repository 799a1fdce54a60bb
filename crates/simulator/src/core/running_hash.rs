//! SHA-256 over bytes that arrive in pieces, across requests and restarts.

use super::hashing::hexadecimal;
use serde::{Deserialize, Serialize};
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};

/// The hash so far. Stored as its inner state, so that no media file needs to be kept.
#[derive(Clone)]
pub struct RunningHash(Sha256);

impl RunningHash {
    pub fn new() -> Self {
        Self(Sha256::new())
    }

    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub fn hexadecimal(&self) -> String {
        hexadecimal(&self.0.clone().finalize())
    }
}

impl Serialize for RunningHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hexadecimal(&SerializableState::serialize(&self.0)))
    }
}

impl<'de> Deserialize<'de> for RunningHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrong = || serde::de::Error::custom("not the state of a SHA-256");
        let text = String::deserialize(deserializer)?;
        let bytes: Vec<u8> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()))
            .collect::<Option<_>>()
            .ok_or_else(wrong)?;
        let state = SerializedState::<Sha256>::try_from(bytes.as_slice()).map_err(|_| wrong())?;
        let hash = <Sha256 as SerializableState>::deserialize(&state).map_err(|_| wrong())?;
        Ok(Self(hash))
    }
}
