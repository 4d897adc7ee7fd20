//! The body of a message: a typed tree, never markup.
//!
//! A body is made of blocks, a block of inlines. Today there are paragraphs of text; later kinds
//! (lists, links, files) are new variants. A reader that meets a kind it does not know keeps its
//! place as `Unknown` and shows what it can. Because nothing here is HTML, nothing a visitor writes
//! can become HTML.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::limits;

/// What somebody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Body {
    /// In reading order.
    pub blocks: Vec<Block>,
}

/// One block of a [`Body`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A paragraph; line breaks inside it are kept.
    Paragraph {
        /// In reading order.
        inlines: Vec<Inline>,
    },
    /// A block of a later protocol.
    #[serde(other)]
    Unknown,
}

/// A run inside a block.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Inline {
    /// Plain text, shown as it is.
    Text {
        /// The characters.
        text: String,
    },
    /// An inline of a later protocol.
    #[serde(other)]
    Unknown,
}

/// Why a body is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Nothing but white space.
    #[error("the message is empty")]
    Empty,
    /// More than [`limits::MESSAGE_CHARACTERS`] characters, or more nodes than fit.
    #[error("the message is too long")]
    TooLong,
}

impl Body {
    /// Text as people type it: an empty line starts a new paragraph, a single line break stays.
    #[must_use]
    pub fn from_plain(text: &str) -> Self {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut blocks = Vec::new();
        let mut lines: Vec<&str> = Vec::new();
        for line in text.trim_matches('\n').split('\n').chain([""]) {
            if !line.trim().is_empty() {
                lines.push(line);
            } else if !lines.is_empty() {
                blocks.push(Block::Paragraph {
                    inlines: vec![Inline::Text {
                        text: lines.join("\n"),
                    }],
                });
                lines.clear();
            }
        }
        Self { blocks }
    }

    /// The text alone: paragraphs separated by an empty line.
    #[must_use]
    pub fn plain_text(&self) -> String {
        let mut paragraphs = Vec::new();
        for block in &self.blocks {
            if let Block::Paragraph { inlines } = block {
                let mut paragraph = String::new();
                for inline in inlines {
                    if let Inline::Text { text } = inline {
                        paragraph.push_str(text);
                    }
                }
                paragraphs.push(paragraph);
            }
        }
        paragraphs.join("\n\n")
    }

    /// Checks the limits on a body that came from outside.
    ///
    /// # Errors
    /// [`BodyError::Empty`] when there is nothing to read, [`BodyError::TooLong`] past the limits.
    pub fn check(&self) -> Result<(), BodyError> {
        let mut nodes = self.blocks.len();
        let mut characters = 0usize;
        let mut visible = false;
        for block in &self.blocks {
            if let Block::Paragraph { inlines } = block {
                nodes = nodes.saturating_add(inlines.len());
                for inline in inlines {
                    if let Inline::Text { text } = inline {
                        characters = characters.saturating_add(text.chars().count());
                        visible = visible || !text.trim().is_empty();
                    }
                }
            }
        }
        if characters > limits::MESSAGE_CHARACTERS || nodes > limits::BODY_NODES {
            return Err(BodyError::TooLong);
        }
        if visible {
            Ok(())
        } else {
            Err(BodyError::Empty)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_empty_line_starts_a_paragraph_and_a_single_break_stays() {
        let body = Body::from_plain("Hello\r\nthere\n\n\nBye\n");
        assert_eq!(body.blocks.len(), 2);
        assert_eq!(body.plain_text(), "Hello\nthere\n\nBye");
    }

    #[test]
    fn white_space_alone_is_no_message() {
        assert_eq!(Body::from_plain(" \n\t\n").check(), Err(BodyError::Empty));
        assert_eq!(
            Body {
                blocks: vec![Block::Unknown]
            }
            .check(),
            Err(BodyError::Empty)
        );
    }

    #[test]
    fn ten_thousand_characters_fit_and_the_limit_counts_characters_not_bytes() {
        assert_eq!(Body::from_plain(&"ü".repeat(10_000)).check(), Ok(()));
        assert_eq!(
            Body::from_plain(&"ü".repeat(limits::MESSAGE_CHARACTERS)).check(),
            Ok(())
        );
        let over = Body::from_plain(&"ü".repeat(limits::MESSAGE_CHARACTERS + 1));
        assert_eq!(over.check(), Err(BodyError::TooLong));
    }

    #[test]
    fn the_largest_body_fits_in_one_frame() {
        let text = "\u{1}".repeat(limits::MESSAGE_CHARACTERS);
        let bytes = serde_json::to_vec(&Body::from_plain(&text)).unwrap().len();
        assert!(
            bytes + 4_096 < limits::FRAME_BYTES,
            "escaped to six bytes each it is {bytes}"
        );
    }

    #[test]
    fn a_kind_of_a_later_protocol_keeps_its_place() {
        let json = r#"{"blocks":[{"type":"table","rows":[1]},{"type":"paragraph","inlines":[{"type":"emoji","name":"x"},{"type":"text","text":"hi"}]}]}"#;
        let body: Body = serde_json::from_str(json).unwrap();
        assert_eq!(body.plain_text(), "hi");
        assert_eq!(body.blocks[0], Block::Unknown);
    }

    proptest! {
        #[test]
        fn what_was_typed_can_be_read_back_and_typed_again(text in "[a-z \n]{0,60}") {
            let body = Body::from_plain(&text);
            prop_assert_eq!(Body::from_plain(&body.plain_text()), body);
        }
    }
}
