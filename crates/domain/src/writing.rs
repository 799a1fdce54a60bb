//! Writing aids: the choices that a person makes, and what a text can be improved in.

text_enum! {
    /// How a text speaks.
    Tone {
        /// To the point, for work.
        Professional = "professional",
        /// As among friends.
        Casual = "casual",
        /// Warm and inviting.
        Friendly = "friendly",
        /// With a wink.
        Humorous = "humorous",
        /// Encouraging.
        Inspirational = "inspirational",
        /// Facts first.
        Informative = "informative",
    }
}

text_enum! {
    /// The language of a text.
    Language {
        /// English.
        En = "en",
        /// Korean.
        Ko = "ko",
        /// Spanish.
        Es = "es",
        /// Japanese.
        Ja = "ja",
        /// German.
        De = "de",
    }
}

impl Language {
    /// The name in English.
    pub const fn english_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Ko => "Korean",
            Self::Es => "Spanish",
            Self::Ja => "Japanese",
            Self::De => "German",
        }
    }
}

text_enum! {
    /// What about a text can be better.
    ImprovementKind {
        /// It is too long for the network, or shorter or longer than what is read there.
        Length = "length",
        /// Its first line does not make anyone stop.
        Hook = "hook",
        /// Too few or too many hashtags for the network.
        Hashtags = "hashtags",
        /// Links that the network does not open, or too many.
        Links = "links",
        /// Nothing asks the reader to answer or to act.
        CallToAction = "call_to_action",
        /// Long sentences, walls of text, or shouting.
        Readability = "readability",
    }
}

/// The longest topic that is written about, in characters.
pub const MAX_TOPIC_CHARS: usize = 500;
/// The longest text that is looked at, in characters: Facebook's limit, the largest.
pub const MAX_TEXT_CHARS: usize = 63_206;
/// The most hashtags that can be asked for.
pub const MOST_HASHTAGS: usize = 30;

/// How much of the language model may be used in a day of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelBudget {
    pub requests: i64,
    /// Input and output together.
    pub tokens: i64,
}
