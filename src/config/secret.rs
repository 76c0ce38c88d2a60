//! Secrets that stand in files of their own, as container platforms mount them.

use std::{fs::File, io::Read, path::Path};

use super::{Entry, Problem};

/// More than any key, and little enough to read at the start.
const MAX_BYTES: u64 = 64 << 10;

/// The secret in the file that an entry names.
pub fn read(entry: &Entry) -> Result<String, Problem> {
    let path = entry.value.path();
    let problem = |what: String| Problem(format!("{}: the file `{}` {what}", entry.origin, path.display()));
    let bytes = bytes(path).map_err(|error| problem(format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(problem(format!("holds more than {MAX_BYTES} bytes, which is no secret")));
    }
    let text = String::from_utf8(bytes).map_err(|_| problem("is not text".to_owned()))?;
    let secret = text.trim_end_matches(['\n', '\r']);
    if secret.trim().is_empty() { Err(problem("is empty".to_owned())) } else { Ok(secret.to_owned()) }
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
