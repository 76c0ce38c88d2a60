//! A cursor over a file that ends with the file, whatever the file says.

/// Reads numbers and pieces one after another. Every read returns `None` once the file is over.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a> {
    file: &'a [u8],
    position: usize,
}

impl<'a> Bytes<'a> {
    pub(crate) fn new(file: &'a [u8], position: usize) -> Self {
        Self { file, position }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.file.get(self.position..).unwrap_or_default()
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.position.checked_add(length)?;
        let taken = self.file.get(self.position..end)?;
        self.position = end;
        Some(taken)
    }

    /// Like [`Self::take`], as an array.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }
}
