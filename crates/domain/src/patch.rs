//! What an update does to one field of something that is stored.

/// A field that the input leaves out stays as it is; `null` is a value like others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    #[default]
    Keep,
    Set(T),
}

impl<T> Patch<T> {
    pub fn apply(self, to: &mut T) {
        if let Self::Set(value) = self {
            *to = value;
        }
    }

    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The same patch of another type: `make` converts the value.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Set(value) => Patch::Set(make(value)),
        }
    }
}
