/** A message body: a typed tree, never markup. The same rules as the session's, so that what is
 * counted here is what is refused there. */
import { MESSAGE_CHARACTERS, type Body } from "../generated/protocol";

/** Text as people type it: an empty line starts a new paragraph, a single line break stays. */
export function fromPlain(text: string): Body {
  const blocks: Body["blocks"] = [];
  let lines: string[] = [];
  const end = () => {
    if (lines.length > 0) {
      blocks.push({ type: "paragraph", inlines: [{ type: "text", text: lines.join("\n") }] });
      lines = [];
    }
  };
  for (const line of text.replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n")) {
    if (line.trim() === "") end();
    else lines.push(line);
  }
  end();
  return { blocks };
}

/** The paragraphs of a body as text; what a later protocol adds is left out. */
export function paragraphs(body: Body): string[] {
  return body.blocks.flatMap((block) =>
    block.type === "paragraph"
      ? [block.inlines.map((inline) => (inline.type === "text" ? inline.text : "")).join("")]
      : [],
  );
}

export function plainText(body: Body): string {
  return paragraphs(body).join("\n\n");
}

/** Whether a body holds anything this version cannot show. */
export function holdsUnknown(body: Body): boolean {
  return body.blocks.some(
    (block) =>
      block.type === "unknown" ||
      (block.type === "paragraph" && block.inlines.some((inline) => inline.type === "unknown")),
  );
}

/** How many characters may still be typed; negative when it is too long. */
export function room(text: string): number {
  let used = 0;
  for (const paragraph of paragraphs(fromPlain(text))) used += [...paragraph].length;
  return MESSAGE_CHARACTERS - used;
}

/** A stretch of text, or an address somebody wrote. */
export type Stretch = { text: string; link: boolean };

/** Finds web addresses in what people wrote. A full stop or bracket at the end is not part of it. */
export function stretches(text: string): Stretch[] {
  const found: Stretch[] = [];
  let from = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]+/gu)) {
    const link = match[0].replace(/[.,;:!?'’)\]}]+$/u, "");
    if (match.index > from) found.push({ text: text.slice(from, match.index), link: false });
    found.push({ text: link, link: true });
    from = match.index + link.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), link: false });
  return found;
}
