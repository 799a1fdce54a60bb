//! What X draws as one picture (the emoji that its parser, twemoji, knows): each counts the same, however many characters
//! it is made of. A sequence that no font knows is counted part by part, joiners included.

const JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const BLACK_FLAG: char = '🏴';
/// The most pictures that are joined to one.
const MOST_JOINED: usize = 4;

/// The regions that have a flag (Unicode, `RGI_Emoji_Flag_Sequence`).
const FLAGS: &str = "\
    AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR \
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CR CU CV CW CX CY CZ DE DG DJ DK DM DO \
    DZ EA EC EE EG EH ER ES ET EU FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT \
    GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR \
    KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU \
    MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY \
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG \
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA \
    ZM ZW";
/// The parts of the United Kingdom that have a flag, as the tags behind a black flag spell them.
const TAGGED_FLAGS: [&str; 3] = ["gbeng", "gbsct", "gbwls"];
/// What a skin tone may follow (Unicode, `Emoji_Modifier_Base`).
const TONED: &[std::ops::RangeInclusive<char>] = &[
    '\u{261d}'..='\u{261d}',
    '\u{26f9}'..='\u{26f9}',
    '\u{270a}'..='\u{270d}',
    '\u{1f385}'..='\u{1f385}',
    '\u{1f3c2}'..='\u{1f3c4}',
    '\u{1f3c7}'..='\u{1f3c7}',
    '\u{1f3ca}'..='\u{1f3cc}',
    '\u{1f442}'..='\u{1f443}',
    '\u{1f446}'..='\u{1f450}',
    '\u{1f466}'..='\u{1f478}',
    '\u{1f47c}'..='\u{1f47c}',
    '\u{1f481}'..='\u{1f483}',
    '\u{1f485}'..='\u{1f487}',
    '\u{1f48f}'..='\u{1f48f}',
    '\u{1f491}'..='\u{1f491}',
    '\u{1f4aa}'..='\u{1f4aa}',
    '\u{1f574}'..='\u{1f575}',
    '\u{1f57a}'..='\u{1f57a}',
    '\u{1f590}'..='\u{1f590}',
    '\u{1f595}'..='\u{1f596}',
    '\u{1f645}'..='\u{1f647}',
    '\u{1f64b}'..='\u{1f64f}',
    '\u{1f6a3}'..='\u{1f6a3}',
    '\u{1f6b4}'..='\u{1f6b6}',
    '\u{1f6c0}'..='\u{1f6c0}',
    '\u{1f6cc}'..='\u{1f6cc}',
    '\u{1f90c}'..='\u{1f90c}',
    '\u{1f90f}'..='\u{1f90f}',
    '\u{1f918}'..='\u{1f91f}',
    '\u{1f926}'..='\u{1f926}',
    '\u{1f930}'..='\u{1f939}',
    '\u{1f93c}'..='\u{1f93e}',
    '\u{1f977}'..='\u{1f977}',
    '\u{1f9b5}'..='\u{1f9b6}',
    '\u{1f9b8}'..='\u{1f9b9}',
    '\u{1f9bb}'..='\u{1f9bb}',
    '\u{1f9cd}'..='\u{1f9cf}',
    '\u{1f9d1}'..='\u{1f9dd}',
    '\u{1fac3}'..='\u{1fac5}',
    '\u{1faf0}'..='\u{1faf8}',
];
/// What a person holds or has, joined behind the person.
const ROLES: &str = "⚕⚖✈🌾🍳🍼🎄🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦯🦼🦽🦰🦱🦲🦳";
/// Who comes as a woman and as a man, with ♀ or ♂ joined behind.
const GENDERED: &str =
    "⛹🏃🏄🏊🏋🏌👮👯👰👱👳👷💁💂💆💇🕵🙅🙆🙇🙋🙍🙎🚣🚴🚵🚶🤦🤵🤷🤸🤹🤼🤽🤾🦸🦹🧎🧏🧔🧖🧗🧘🧙🧚🧛🧜🧝🧞🧟";
/// Other pairs.
const PAIRS: [(char, char); 19] = [
    ('🏳', '🌈'),
    ('🏳', '⚧'),
    ('🏴', '☠'),
    ('🐈', '⬛'),
    ('🐕', '🦺'),
    ('🐦', '⬛'),
    ('🐦', '🔥'),
    ('🐻', '❄'),
    ('👁', '🗨'),
    ('😮', '💨'),
    ('😵', '💫'),
    ('😶', '🌫'),
    ('❤', '🔥'),
    ('❤', '🩹'),
    ('🍋', '🟩'),
    ('🍄', '🟫'),
    ('⛓', '💥'),
    ('🙂', '↔'),
    ('🙂', '↕'),
];

/// The length in bytes of the emoji that `text` begins with. `None`: it begins with none.
pub fn emoji_length(text: &str) -> Option<usize> {
    keycap_length(text).or_else(|| flag_length(text)).or_else(|| joined_length(text))
}

fn keycap_length(text: &str) -> Option<usize> {
    let behind = text.strip_prefix(|c: char| c.is_ascii_digit() || matches!(c, '#' | '*'))?;
    let behind = behind.strip_prefix(EMOJI_STYLE).unwrap_or(behind).strip_prefix(KEYCAP)?;
    Some(text.len() - behind.len())
}

fn flag_length(text: &str) -> Option<usize> {
    if let Some(behind) = text.strip_prefix(BLACK_FLAG) {
        let tags: String = behind.chars().map_while(tag).take(6).collect();
        let end = behind.chars().nth(5).filter(|c| *c == '\u{e007f}')?;
        let bytes = BLACK_FLAG.len_utf8() + 5 * '\u{e0061}'.len_utf8() + end.len_utf8();
        return TAGGED_FLAGS.contains(&tags.as_str()).then_some(bytes);
    }
    let mut letters = text.chars().map_while(regional);
    let first = letters.next()?;
    let region = letters.next().map(|second| format!("{first}{second}"));
    let known = region.is_some_and(|region| FLAGS.split_whitespace().any(|flag| flag == region));
    Some('\u{1f1e6}'.len_utf8() * if known { 2 } else { 1 })
}

/// The letter of a tag.
fn tag(c: char) -> Option<char> {
    ('\u{e0061}'..='\u{e007a}').contains(&c).then(|| shifted(c, 0xe0061, 'a')).flatten()
}

/// The letter of a regional indicator.
fn regional(c: char) -> Option<char> {
    ('\u{1f1e6}'..='\u{1f1ff}').contains(&c).then(|| shifted(c, 0x1f1e6, 'A')).flatten()
}

fn shifted(c: char, from: u32, to: char) -> Option<char> {
    char::from_u32(u32::from(c) - from + u32::from(to))
}

/// One picture, or the longest known sequence of joined ones.
fn joined_length(text: &str) -> Option<usize> {
    let mut pictures: Vec<Picture> = vec![picture(text)?];
    let mut at = pictures.first()?.length;
    let mut longest = at;
    while pictures.len() < MOST_JOINED
        && let Some(next) = text.get(at..).and_then(|rest| rest.strip_prefix(JOINER)).and_then(picture)
    {
        at += JOINER.len_utf8() + next.length;
        pictures.push(next);
        if is_known(&pictures) {
            longest = at;
        }
    }
    Some(longest)
}

#[derive(Clone, Copy)]
struct Picture {
    base: char,
    toned: bool,
    /// In bytes, with what changes its looks.
    length: usize,
}

fn picture(text: &str) -> Option<Picture> {
    let mut chars = text.chars();
    let base = chars.next()?;
    let second = chars.next();
    let length = base.len_utf8();
    let plain = Picture { base, toned: false, length };
    match (base, second) {
        _ if !is_picture(base) => None,
        (_, Some(TEXT_STYLE)) => None,
        (_, Some(EMOJI_STYLE)) => Some(Picture { length: length + EMOJI_STYLE.len_utf8(), ..plain }),
        // Letters, unless they are asked for as pictures.
        ('©' | '®' | '™' | '♟', _) => None,
        (_, Some(tone @ '\u{1f3fb}'..='\u{1f3ff}')) if TONED.iter().any(|range| range.contains(&base)) => {
            Some(Picture { base, toned: true, length: length + tone.len_utf8() })
        }
        _ => Some(plain),
    }
}

const fn is_picture(c: char) -> bool {
    matches!(c, '\u{1f000}'..='\u{1f1e5}' | '\u{1f200}'..='\u{1faff}'
        | '\u{2190}'..='\u{21ff}'
        | '\u{2300}'..='\u{23ff}'
        | '\u{25a0}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}'
        | '\u{2934}'..='\u{2935}'
        | '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{24c2}' | '\u{3030}' | '\u{303d}'
        | '\u{3297}' | '\u{3299}')
}

/// Whether the pictures, joined, are one (Unicode, `RGI_Emoji_ZWJ_Sequence`).
fn is_known(pictures: &[Picture]) -> bool {
    let bases: Vec<char> = pictures.iter().map(|picture| picture.base).collect();
    let toned = pictures.iter().any(|picture| picture.toned);
    match bases.as_slice() {
        ['👨' | '👩' | '🧑', role] if ROLES.contains(*role) => true,
        [who, '♀' | '♂'] if GENDERED.contains(*who) => true,
        ['🚶' | '🏃' | '🧎', '➡'] | ['🚶' | '🏃' | '🧎', '♀' | '♂', '➡'] => true,
        ['👨' | '👩' | '🧑', '🦯' | '🦼' | '🦽', '➡'] => true,
        ['🧑', '🤝', '🧑'] | ['👩', '🤝', '👩' | '👨'] | ['👨', '🤝', '👨'] => true,
        ['🫱', '🫲'] => toned,
        [one, '❤', other] | [one, '❤', '💋', other] => {
            matches!((one, other), ('👩', '👨' | '👩') | ('👨', '👨') | ('🧑', '🧑'))
        }
        family if !toned && is_family(family) => true,
        [one, other] => PAIRS.contains(&(*one, *other)),
        _ => false,
    }
}

/// One or two adults with one or two children.
fn is_family(bases: &[char]) -> bool {
    let children = match bases {
        ['👨', '👨' | '👩', children @ ..] | ['👩', '👩', children @ ..] => children,
        ['👨' | '👩', children @ ..] => children,
        ['🧑', '🧑', children @ ..] | ['🧑', children @ ..] => {
            return matches!(children, ['🧒'] | ['🧒', '🧒']);
        }
        _ => return false,
    };
    matches!(children, ['👧' | '👦'] | ['👧', '👦' | '👧'] | ['👦', '👦'])
}
