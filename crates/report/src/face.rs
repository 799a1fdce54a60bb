//! The faces of a report's letters. None is embedded: Helvetica is one of the fonts that every PDF reader has (ISO 32000-1,
//! 9.6.2.2), and for the scripts of East Asia readers bring a font of their own for each of Adobe's character collections
//! (9.7.5.2, predefined CMaps).

use pdf_writer::types::{CidFontType, FontFlags, SystemInfo};
use pdf_writer::{Name, Pdf, Rect, Ref, Str};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    Latin,
    LatinBold,
    Korean,
    Japanese,
    Chinese,
}

/// What a reader must know of a font that it brings itself.
struct Collection {
    base: &'static [u8],
    cmap: &'static [u8],
    ordering: &'static [u8],
    supplement: i32,
}

impl Face {
    /// What pages call it.
    pub const fn name(self) -> Name<'static> {
        Name(match self {
            Self::Latin => b"R",
            Self::LatinBold => b"B",
            Self::Korean => b"K",
            Self::Japanese => b"J",
            Self::Chinese => b"C",
        })
    }

    /// The face of a character that Windows-1252 lacks. `han`: that of the ideographs and the marks next to them.
    pub fn of(c: char, han: Self) -> Option<Self> {
        match c {
            '\u{ac00}'..='\u{d7a3}' | '\u{3131}'..='\u{318e}' => Some(Self::Korean),
            '\u{3041}'..='\u{3096}' | '\u{309b}'..='\u{30ff}' => Some(Self::Japanese),
            '\u{4e00}'..='\u{9fa5}'
            | '\u{3001}'..='\u{3011}'
            | '\u{3014}'..='\u{3015}'
            | '\u{ff01}'..='\u{ff5e}' => Some(han),
            _ => None,
        }
    }

    /// The language that a text's ideographs are of: a text without any letter of Japanese or Korean is Chinese.
    pub fn of_han(text: &str) -> Self {
        let found = |face| text.chars().any(|c| Self::of(c, Self::Chinese) == Some(face));
        [Self::Japanese, Self::Korean].into_iter().find(|face| found(*face)).unwrap_or(Self::Chinese)
    }

    /// Writes the font under `id`, with what `next` numbers.
    pub fn write(self, pdf: &mut Pdf, id: Ref, mut next: impl FnMut() -> Ref) {
        let Some(collection) = self.collection() else {
            let base: &[u8] = if self == Self::LatinBold { b"Helvetica-Bold" } else { b"Helvetica" };
            pdf.type1_font(id).base_font(Name(base)).encoding_predefined(Name(b"WinAnsiEncoding"));
            return;
        };
        let Collection { base, cmap, ordering, supplement } = collection;
        let (cid, descriptor) = (next(), next());
        let whole = [base, b"-", cmap].concat();
        pdf.type0_font(id).base_font(Name(&whole)).encoding_predefined(Name(cmap)).descendant_font(cid);
        let system_info = SystemInfo { registry: Str(b"Adobe"), ordering: Str(ordering), supplement };
        pdf.cid_font(cid)
            .subtype(CidFontType::Type0)
            .base_font(Name(base))
            .system_info(system_info)
            .font_descriptor(descriptor)
            // In thousandths of the size: these letters are as wide as they are high.
            .default_width(1_000.0);
        pdf.font_descriptor(descriptor)
            .name(Name(base))
            .flags(FontFlags::SYMBOLIC)
            .bbox(Rect::new(0.0, -120.0, 1_000.0, 880.0))
            .italic_angle(0.0)
            .ascent(880.0)
            .descent(-120.0)
            .cap_height(740.0)
            .stem_v(90.0);
    }

    fn collection(self) -> Option<Collection> {
        let (base, cmap, ordering, supplement): (&[u8], &[u8], &[u8], i32) = match self {
            Self::Latin | Self::LatinBold => return None,
            Self::Korean => (b"HYGoThic-Medium", b"UniKS-UTF16-H", b"Korea1", 1),
            Self::Japanese => (b"HeiseiKakuGo-W5", b"UniJIS-UTF16-H", b"Japan1", 4),
            Self::Chinese => (b"STSong-Light", b"UniGB-UTF16-H", b"GB1", 4),
        };
        Some(Collection { base, cmap, ordering, supplement })
    }
}
