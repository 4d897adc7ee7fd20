/**
 * Bodies of messages: a typed tree that is made from what people type, and shown as text nodes.
 *
 * The rules are those of `Body` in crates/protocol: an empty line starts a paragraph, a single line
 * break stays, and the limits count characters (code points), not UTF-16 units.
 */
import { BODY_NODES, MESSAGE_CHARACTERS, type Body } from "../generated/protocol.ts";

/** Text as people type it. */
export function fromPlain(text: string): Body {
  const blocks: Body["blocks"] = [];
  let lines: string[] = [];
  // Half a surrogate pair is no character, and no JSON parser on the other side has to take it.
  const clean = text.replace(/\r\n?/g, "\n").replace(/\p{Surrogate}/gu, "\uFFFD");
  for (const line of [...clean.split("\n"), ""]) {
    if (line.trim() !== "") {
      lines.push(line);
    } else if (lines.length > 0) {
      blocks.push({ type: "paragraph", inlines: [{ type: "text", text: lines.join("\n") }] });
      lines = [];
    }
  }
  return { blocks };
}

/** The paragraphs, each as plain text; blocks and inlines of a later protocol say nothing. */
export function paragraphs(body: Body): string[] {
  return body.blocks.flatMap((block) =>
    block.type === "paragraph"
      ? [block.inlines.map((inline) => (inline.type === "text" ? inline.text : "")).join("")]
      : [],
  );
}

/** The characters that count against the limit. */
export function length(body: Body): number {
  return paragraphs(body).reduce((sum, text) => sum + [...text].length, 0);
}

/** Whether the server would take it. */
export function check(body: Body): "good" | "empty" | "too_long" | "too_many" {
  if (length(body) > MESSAGE_CHARACTERS) return "too_long";
  const nodes = body.blocks.reduce((sum, b) => sum + 1 + (b.type === "paragraph" ? b.inlines.length : 0), 0);
  if (nodes > BODY_NODES) return "too_many";
  return paragraphs(body).some((text) => text.trim() !== "") ? "good" : "empty";
}

/** The body as nodes. `fallback` is said when there is nothing in it that this widget can show. */
export function render(body: Body, fallback: string): HTMLElement[] {
  const texts = paragraphs(body).filter((text) => text !== "");
  return (texts.length > 0 ? texts : [fallback]).map((text) => {
    const paragraph = document.createElement("p");
    let from = 0;
    for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/g)) {
      // A full stop or bracket at the end is not part of the address.
      const url = match[0].replace(/[.,;:!?'’)\]}]+$/, "");
      const link = document.createElement("a");
      link.href = link.textContent = url;
      link.target = "_blank";
      link.rel = "noopener noreferrer nofollow";
      paragraph.append(text.slice(from, match.index), link);
      from = match.index + url.length;
    }
    paragraph.append(text.slice(from));
    return paragraph;
  });
}
