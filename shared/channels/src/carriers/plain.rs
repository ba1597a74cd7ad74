//! The plain form in which words are compared. The build script that makes the registry's tables uses this file, too, so
//! that a name is stored as it will be looked for.

/// The distance between a full-width sign and the ASCII sign that it shows.
const FULL_WIDTH: u32 = 0xFF01 - 0x21;

/// Words as they are compared: letters and digits of any script, in lower case, without marks on Latin letters. "Fed Ex"
/// and "FEDEX" are the same, and so are "Österreichische Post" and "Osterreichische Post".
pub(crate) fn plain(words: &str) -> String {
    let mut form = String::with_capacity(words.len());
    for letter in words.chars().map(half_width).flat_map(char::to_lowercase) {
        if letter.is_ascii_alphanumeric() {
            form.push(letter);
        } else if !letter.is_ascii() && letter.is_alphanumeric() {
            match unmarked(letter) {
                Some(letters) => form.push_str(letters),
                None => form.push(letter),
            }
        }
    }
    form
}

/// A full-width letter or digit as the ASCII one that it shows.
fn half_width(letter: char) -> char {
    match letter {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => {
            u32::from(letter).checked_sub(FULL_WIDTH).and_then(char::from_u32).unwrap_or(letter)
        }
        _ => letter,
    }
}

/// A lower-case Latin letter without its mark. What is not listed stays as it is.
const fn unmarked(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ŕ' | 'ř' => "r",
        'ś' | 'ş' | 'š' | 'ș' => "s",
        'ţ' | 'ť' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        _ => return None,
    })
}
