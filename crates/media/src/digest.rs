//! What a file holds, in short.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::{self, Read as _, Seek as _};

/// How much of a file is read at once, in bytes.
const PIECE: usize = 65_536;

/// The SHA-256 of a file in hex.
pub async fn digest(file: &std::fs::File) -> io::Result<String> {
    let file = file.try_clone()?;
    tokio::task::spawn_blocking(move || digest_now(file)).await.map_err(io::Error::other)?
}

fn digest_now(mut file: std::fs::File) -> io::Result<String> {
    file.rewind()?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        let read = file.read(&mut piece)?;
        if read == 0 {
            break;
        }
        hash.update(piece.get(..read).unwrap_or_default());
    }
    Ok(hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[tokio::test]
    async fn a_file_is_read_from_its_beginning() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"abc").unwrap();
        // FIPS 180-4, the example of one block.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest(&file).await.unwrap(), expected);
        assert_eq!(digest(&file).await.unwrap(), expected);
    }
}
