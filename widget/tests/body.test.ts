import { describe, expect, it } from "vitest";

import { check, fromPlain, length, paragraphs, render } from "../src/frame/body.ts";
import { MESSAGE_CHARACTERS, type Body } from "../src/generated/protocol.ts";

const text = (...texts: string[]): Body => ({
  blocks: texts.map((one) => ({ type: "paragraph", inlines: [{ type: "text", text: one }] })),
});

describe("what is typed", () => {
  it("starts a paragraph at an empty line and keeps single breaks", () => {
    expect(fromPlain("\nHello\r\nthere\n\n \nBye\rnow\n")).toEqual(text("Hello\nthere", "Bye\nnow"));
  });

  it("is empty when there is nothing but white space", () => {
    expect(check(fromPlain(" \n\t\n"))).toBe("empty");
  });

  it("may have 20,000 characters, counted as people count them and not as UTF-16 does", () => {
    expect(check(fromPlain("😀".repeat(MESSAGE_CHARACTERS)))).toBe("good");
    expect(length(fromPlain("😀".repeat(3)))).toBe(3);
    expect(check(fromPlain("x".repeat(MESSAGE_CHARACTERS + 1)))).toBe("too_long");
  });

  it("may not have more paragraphs than fit", () => {
    expect(check(fromPlain("x\n\n".repeat(1_000)))).toBe("good");
    expect(check(fromPlain("x\n\n".repeat(1_001)))).toBe("too_many");
  });

  it("carries no half surrogate pair, which no JSON parser on the other side has to take", () => {
    expect(paragraphs(fromPlain("a\uD83Db"))).toEqual(["a\uFFFDb"]);
    expect(paragraphs(fromPlain("a😀b"))).toEqual(["a😀b"]);
  });
});

describe("what is shown", () => {
  it("is text, whatever it looks like", () => {
    const [paragraph] = render(text("<img src=x onerror=alert(1)><b>bold</b>"), "");
    expect(paragraph?.textContent).toBe("<img src=x onerror=alert(1)><b>bold</b>");
    expect(paragraph?.children.length).toBe(0);
  });

  it("makes an address a link that opens beside the page, and nothing else", () => {
    const [paragraph] = render(text("See https://a.example/b?c=1. Not javascript:alert(1)"), "");
    expect(paragraph?.textContent).toBe("See https://a.example/b?c=1. Not javascript:alert(1)");
    const [link, ...more] = paragraph?.querySelectorAll("a") ?? [];
    expect(link?.href).toBe("https://a.example/b?c=1");
    expect(link?.target).toBe("_blank");
    expect(link?.rel).toContain("noopener");
    expect(more).toEqual([]);
  });

  it("keeps paragraphs and line breaks", () => {
    expect(render(text("one\ntwo", "three"), "").map((p) => p.textContent)).toEqual(["one\ntwo", "three"]);
  });

  it("skips what a later protocol brings, and says so when nothing is left", () => {
    const later = { blocks: [{ type: "table" }, ...text("still here").blocks] } as unknown as Body;
    expect(render(later, "cannot show").map((p) => p.textContent)).toEqual(["still here"]);
    const unknown: Body = { blocks: [{ type: "unknown" }, { type: "paragraph", inlines: [{ type: "unknown" }] }] };
    expect(render(unknown, "cannot show").map((p) => p.textContent)).toEqual(["cannot show"]);
  });
});
