import { describe, expect, it } from "vitest";

import { complaint } from "../src/frame/email.ts";
import { NOTHING } from "../src/frame/conversation.ts";
import { initials, lines, names } from "../src/frame/lines.ts";
import { speak } from "../src/frame/words.ts";
import type { WidgetMessage } from "../src/generated/protocol.ts";
import { stored } from "./world.ts";

const say = speak("en");
const time = (at: number) => `at ${String(at)}`;
const log = (messages: WidgetMessage[], unsent: Parameters<typeof lines>[0]["unsent"] = []) =>
  lines({ conversation: { ...NOTHING, messages }, unsent }, say, time);

describe("the log", () => {
  it("names an agent once for messages that belong together", () => {
    const anna = { agent_name: "Anna" };
    const above = log([
      stored(1, { ...anna, sent_at: 0 }),
      stored(2, { ...anna, sent_at: 60_000 }),
      stored(3, { agent_name: "Jonas", sent_at: 61_000 }),
      stored(4, { ...anna, sent_at: 62_000 }),
      stored(5, { ...anna, sent_at: 900_000 }),
    ]).map((line) => line.above);
    expect(above).toEqual(["Anna, at 0", null, "Jonas, at 61000", "Anna, at 62000", "Anna, at 900000"]);
  });

  it("ends with what is on its way, each with what became of it", () => {
    const ended = log(
      [stored(1, { client_id: "a" })],
      [{ client_id: "b", text: "two", at: 1 }, { client_id: "c", text: "three", at: 2, refused: "too_large" }],
    );
    expect(ended.map((line) => [line.key, line.state, line.below])).toEqual([
      ["a", "sent", null],
      ["b", "sending", "Sending"],
      ["c", "refused", "Not sent. It is too long."],
    ]);
  });

  it("keeps a line's key when its echo is replaced, and never shows both", () => {
    const echo = { client_id: "a", text: "hello", at: 1 };
    expect(log([], [echo]).map((line) => line.key)).toEqual(["a"]);
    expect(log([stored(1, { client_id: "a" })], [echo]).map((line) => line.key)).toEqual(["a"]);
  });
});

describe("names", () => {
  it("are joined as the language joins them", () => {
    expect(names(["Anna", "Jonas"], say, "en")).toBe("Anna and Jonas");
    expect(names(["Anna", "Jonas"], speak("de"), "de")).toBe("Anna und Jonas");
    expect(names(["A", "B", "C", "D"], say, "en")).toBe("A, B and others");
  });

  it("have initials, whatever they are written with", () => {
    expect(["Anna Schmidt", "jonas", "Anna Maria van Dijk", "😀 x", ""].map(initials)).toEqual(["AS", "J", "AD", "😀X", ""]);
  });
});

it("an address is checked for slips", () => {
  expect(["m@graz.at", "a.b+c@sub.example.org"].map(complaint)).toEqual([null, null]);
  expect(["", "graz", "@graz.at", "m huber@graz.at", `${"x".repeat(250)}@a.at`].map(complaint)).toEqual(
    Array(5).fill("email-incomplete"),
  );
  expect(["m@graz", "m@graz.", "m@.at", "m@a..at", "m@"].map(complaint)).toEqual(Array(5).fill("email-domain"));
});
