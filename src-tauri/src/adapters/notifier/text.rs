//! What a visitor wrote, made fit for a notification.

/// Characters of a body that are handed over. No desktop shows as many; some take long for more, and
/// Windows takes at most 5 kB for a whole toast.
pub const BODY_CHARACTERS: usize = 600;

/// Characters of a title that are handed over.
pub const TITLE_CHARACTERS: usize = 120;

/// Plain text of at most so many characters. Control characters go (a D-Bus string holds no NUL, XML
/// hardly any of them), but for ends of lines; whatever direction a text forces on its reader ends with
/// it, so that it cannot turn our own words around.
#[must_use]
pub fn plain(text: &str, characters: usize) -> String {
    let mut plain = String::new();
    let mut open = 0_usize;
    let mut taken = 0_usize;
    for character in text.trim().chars() {
        if taken == characters {
            plain.push('…');
            break;
        }
        taken = taken.saturating_add(1);
        match character {
            '\n' => plain.push('\n'),
            '\r' | '\u{fffe}' | '\u{ffff}' => {}
            '\t' => plain.push(' '),
            control if control.is_control() => plain.push('\u{fffd}'),
            // Overrides and embeddings, which need a partner, as isolates do.
            '\u{202a}'..='\u{202b}' | '\u{202d}'..='\u{202e}' => {
                open = open.saturating_add(1);
                plain.push(character);
            }
            '\u{202c}' => {
                open = open.saturating_sub(1);
                plain.push(character);
            }
            other => plain.push(other),
        }
    }
    for _ in 0..open {
        plain.push('\u{202c}');
    }
    plain
}

/// Plain text for whoever reads markup, XML included.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_visitor_writes_is_never_markup() {
        assert_eq!(escape("<b>1 & 2</b>"), "&lt;b&gt;1 &amp; 2&lt;/b&gt;");
        assert_eq!(escape("5 > 3 \"quoted\" ü"), "5 &gt; 3 \"quoted\" ü");
    }

    #[test]
    fn a_long_text_is_cut_between_characters_before_it_is_escaped() {
        let long = plain(&"ü<&".repeat(2_000), BODY_CHARACTERS);
        assert_eq!(long.chars().count(), BODY_CHARACTERS + 1);
        assert!(long.ends_with('…'));
        assert!(escape(&long).ends_with("ü&lt;&amp;…"), "no torn entity");
        assert_eq!(plain("short", 5), "short");
    }

    #[test]
    fn control_characters_go_and_lines_stay() {
        assert_eq!(
            plain("a\0b\r\nc\td\u{1b}[31m", 99),
            "a\u{fffd}b\nc d\u{fffd}[31m"
        );
        assert_eq!(plain("  \n ", 99), "");
    }

    #[test]
    fn a_forced_direction_ends_with_the_text() {
        assert_eq!(plain("\u{202e}gpj.exe", 99), "\u{202e}gpj.exe\u{202c}");
        assert_eq!(plain("\u{202b}x\u{202c}", 99), "\u{202b}x\u{202c}");
        assert_eq!(plain("שלום 👋🏽", 99), "שלום 👋🏽", "others are left alone");
    }
}
