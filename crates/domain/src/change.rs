//! What becomes of one part of something that is stored.

/// Absent and `null` differ: a part that is not named stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Change<T> {
    #[default]
    Keep,
    Set(T),
}

impl<T> Change<T> {
    pub fn apply(self, to: &mut T) {
        if let Self::Set(value) = self {
            *to = value;
        }
    }

    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The same for what is made of the value.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Change<U> {
        match self {
            Self::Keep => Change::Keep,
            Self::Set(value) => Change::Set(make(value)),
        }
    }
}
