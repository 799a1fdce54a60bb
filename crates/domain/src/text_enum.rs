//! The one way a closed set is written: a Rust enum, its snake_case text in tables and logs, and its GraphQL enum.

/// Declares an enum whose values are stored as text and offered as a GraphQL enum of the same name.
macro_rules! text_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $var:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "graphql", derive(async_graphql::Enum))]
        pub enum $name { $($(#[$vmeta])* #[serde(rename = $text)] $var),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$var),+];

            /// The text stored in tables, logs and the REST layer.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$var => $text),+ }
            }

            /// The value for a stored text; `None` if there is none.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$var),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
    };
}
