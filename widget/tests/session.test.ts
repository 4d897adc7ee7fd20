import { describe, expect, it, vi } from "vitest";

import { CHOICE_MS, GRACE_MS, SILENCE_MS, STEADY_MS, decode } from "../src/frame/session.ts";
import { WRITING_LASTS_MS } from "../src/generated/protocol.ts";
import { fakeStorage, GROUPS, stored, tab } from "./world.ts";

const WAIT = 60_000;

describe("the hello", () => {
  it("brings nothing on a first visit, and the token and the newest number later", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome({ messages: [stored(4)] });
    one.socket.drop();
    one.pass(WAIT);
    one.socket.onopen?.();
    expect(one.sockets.map((socket) => socket.heard[0])).toEqual([
      { frame: "hello", version: 1, site_id: "site", token: null, cursor: 0 },
      { frame: "hello", version: 1, site_id: "site", token: "token-1", cursor: 4 },
    ]);
  });

  it("of a reloaded page brings the token of the visit before", () => {
    const storage = fakeStorage();
    const before = tab(storage);
    before.session.connect();
    before.socket.welcome();
    const after = tab(storage);
    after.session.connect();
    after.socket.onopen?.();
    expect(after.socket.heard[0]).toMatchObject({ token: "token-1", cursor: 0 });
  });
});

describe("a message", () => {
  it("is shown at once as on its way, and replaced when the server repeats it", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.session.send("hello");
    const [echo] = one.session.sight.unsent;
    expect(echo?.text).toBe("hello");
    one.socket.say(stored(1, { client_id: echo?.client_id ?? "" }));
    expect(one.session.sight.unsent).toEqual([]);
    expect(one.session.sight.conversation.messages.map((message) => message.seq)).toEqual([1]);
  });

  it("written while nothing is connected goes out with the next connection, once, in order", () => {
    const one = tab();
    one.session.send("first");
    one.session.send("second");
    one.session.connect();
    one.socket.welcome();
    expect(one.socket.texts).toEqual(["first", "second"]);
  });

  it("that was not confirmed is sent again under the same id after a lost connection", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.session.send("hello");
    one.socket.drop();
    one.pass(WAIT);
    one.socket.welcome();
    const sent = one.sockets.map((socket) => socket.heard.filter((frame) => frame.frame === "send"));
    expect(sent[0]).toHaveLength(1);
    expect(sent[1]).toEqual(sent[0]);
  });

  it("that was not confirmed is sent again under the same id after a reload", () => {
    const storage = fakeStorage();
    const before = tab(storage);
    before.session.send("hello");
    const id = before.session.sight.unsent[0]?.client_id;
    const after = tab(storage);
    after.session.connect();
    after.socket.welcome();
    expect(after.socket.heard[1]).toMatchObject({ frame: "send", client_id: id });
  });

  it("that the server had stored before the connection broke is confirmed by the welcome", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.session.send("hello");
    const client_id = one.session.sight.unsent[0]?.client_id ?? "";
    one.socket.drop();
    one.pass(WAIT);
    one.socket.welcome({ messages: [stored(1, { client_id })] });
    expect(one.socket.texts).toEqual([]);
    expect(one.session.sight.unsent).toEqual([]);
  });

  it("into a connection that is silently dead goes out on the next one", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.session.send("hello");
    one.pass(SILENCE_MS);
    expect([one.sockets[0]?.heard.length, one.sockets[0]?.closed]).toEqual([2, true]);
    one.pass(WAIT);
    one.socket.welcome();
    expect(one.socket.texts).toEqual(["hello"]);
  });

  it("that is confirmed leaves the connection alone", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.session.send("hello");
    one.socket.say(stored(1, { client_id: one.session.sight.unsent[0]?.client_id ?? "" }));
    one.pass(SILENCE_MS * 3);
    expect([one.session.sight.link, one.sockets.length]).toEqual(["live", 1]);
  });

  it("that is refused waits for the visitor, with its reason, also over a reload", () => {
    const storage = fakeStorage();
    const one = tab(storage);
    one.session.connect();
    one.socket.welcome();
    one.session.send("hello");
    const client_id = one.session.sight.unsent[0]?.client_id ?? "";
    one.socket.say({ frame: "refused", client_id, error: { code: "rate_limited", message: "" } });
    expect(one.session.sight.unsent[0]?.refused).toBe("rate_limited");

    const after = tab(storage);
    after.session.connect();
    after.socket.welcome();
    expect(after.socket.texts, "a refused message is not sent by itself").toEqual([]);
    after.session.retry(client_id);
    expect(after.socket.texts).toEqual(["hello"]);
    expect(after.session.sight.unsent[0]?.refused).toBeUndefined();
    after.session.discard(client_id);
    expect(after.session.sight.unsent).toEqual([]);
  });
});

describe("two tabs", () => {
  it("show what was written in the other, before and after it is confirmed", () => {
    const storage = fakeStorage();
    const [one, two] = [tab(storage), tab(storage)];
    one.session.connect();
    one.socket.welcome();
    two.session.connect();
    two.socket.welcome();
    one.session.send("hello");
    two.session.storageChanged("porchlight:site:unsent:x");
    const [echo] = two.session.sight.unsent;
    expect(echo?.text).toBe("hello");
    for (const each of [one, two]) each.socket.say(stored(1, { client_id: echo?.client_id ?? "" }));
    expect([one, two].map((each) => each.session.sight.conversation.messages.length)).toEqual([1, 1]);
    expect([one, two].map((each) => each.session.sight.unsent.length)).toEqual([0, 0]);
  });

  it("that open at once on a first visit end up as one visitor", () => {
    const storage = fakeStorage();
    const [one, two] = [tab(storage), tab(storage)];
    one.session.connect();
    two.session.connect();
    one.socket.onopen?.();
    two.socket.onopen?.();
    one.socket.welcome({ token: "token-of-one" });
    two.socket.say({ frame: "welcome", token: "token-of-two", workspace_name: "", mode: "live_chat", agents: [], messages: [], email: null, groups: [], group_id: null });
    expect(two.sockets).toHaveLength(2);
    two.socket.onopen?.();
    expect(two.socket.heard[0]).toMatchObject({ frame: "hello", token: "token-of-one" });
    two.socket.welcome({ token: "token-of-one" });
    expect(two.session.sight.link).toBe("live");
  });

  it("share what was read", () => {
    const storage = fakeStorage();
    const [one, two] = [tab(storage), tab(storage)];
    for (const each of [one, two]) {
      each.session.connect();
      each.socket.welcome({ messages: [stored(1), stored(2, { agent_name: "Anna" }), stored(3, { agent_name: "Anna" })] });
    }
    expect(two.session.sight.unread).toBe(2);
    one.session.markSeen();
    expect(two.session.sight.unread).toBe(0);
  });
});

it("takes a new token when the server does not know the old one, and forgets that visitor's messages", () => {
  const one = tab();
  one.session.connect();
  one.socket.welcome({ token: "old", messages: [stored(7)] });
  one.socket.drop();
  one.pass(WAIT);
  one.socket.welcome({ token: "new", messages: [] });
  expect(one.session.sight.conversation.messages).toEqual([]);
  one.socket.drop();
  one.pass(WAIT);
  one.socket.onopen?.();
  expect(one.socket.heard[0]).toMatchObject({ token: "new", cursor: 0 });
});

describe("a lost connection", () => {
  it("is tried again after longer and longer waits, and soon again once it held", () => {
    const one = tab();
    one.session.connect();
    const waits: number[] = [];
    const lose = () => {
      one.socket.drop();
      const before = one.sockets.length;
      let waited = 0;
      while (one.sockets.length === before) {
        one.pass(25);
        waited += 25;
      }
      waits.push(waited);
    };
    for (let tries = 0; tries < 4; tries += 1) lose();
    one.socket.welcome();
    one.pass(STEADY_MS);
    lose();
    expect(waits).toEqual([375, 750, 1_500, 3_000, 375]);
  });

  it("is not waited for when the network says that it is back", () => {
    const one = tab();
    one.session.connect();
    one.socket.drop();
    one.session.connect();
    expect(one.sockets).toHaveLength(2);
  });

  it("keeps what is on screen", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome({ messages: [stored(1)] });
    one.socket.drop();
    expect(one.session.sight.conversation).toMatchObject({ mode: "live_chat", messages: [{ seq: 1 }] });
  });

  it("shows as lost only when it does not come right back", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.socket.drop();
    expect(one.session.sight.link).toBe("live");
    one.pass(GRACE_MS - 1);
    expect(one.session.sight.link).toBe("live");
    one.pass(1);
    expect(one.session.sight.link).toBe("lost");
    one.socket.welcome();
    expect(one.session.sight.link).toBe("live");
  });

  it("every five seconds for two minutes shows nowhere", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    const before = one.session.sight;
    for (let at = 0; at < 120_000; at += 100) {
      if (at % 5_000 === 4_900) one.socket.drop();
      one.pass(100);
      if (!one.socket.closed && one.socket.heard.length === 0) one.socket.welcome();
      expect(one.session.sight).toEqual(before);
    }
    expect(one.sockets.length).toBeGreaterThan(20);
  });
});

describe("a choice of who is to answer", () => {
  const chosen = (heard: readonly { frame: string }[]) => heard.filter((frame) => frame.frame === "choose_group");
  const SUPPORT = { frame: "choose_group", group_id: "support" };

  it("is shown at once and said once, when the arrow keys have come to rest", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome({ groups: GROUPS });
    one.session.choose("sales");
    one.session.choose("support");
    expect([one.session.sight.group, chosen(one.socket.heard)]).toEqual(["support", []]);
    one.pass(CHOICE_MS);
    expect(chosen(one.socket.heard)).toEqual([SUPPORT]);
  });

  it("goes ahead of the message that is sent right after it", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome({ groups: GROUPS });
    one.session.choose("support");
    one.session.send("hello");
    expect(one.socket.heard.slice(1).map(({ frame }) => frame)).toEqual(["choose_group", "send"]);
    one.pass(CHOICE_MS);
    expect(chosen(one.socket.heard)).toHaveLength(1);
  });

  it("comes along on the next page, and on every connection, until the visitor wrote", () => {
    const storage = fakeStorage();
    const before = tab(storage);
    before.session.connect();
    before.socket.welcome({ groups: GROUPS });
    before.session.choose("support");
    before.pass(CHOICE_MS);
    before.socket.mode({ groups: GROUPS, group_id: "support" });
    const one = tab(storage);
    one.session.connect();
    one.socket.welcome({ groups: GROUPS });
    expect([one.session.sight.group, chosen(one.socket.heard)]).toEqual(["support", [SUPPORT]]);
    one.socket.mode({ groups: GROUPS, group_id: "support" });
    one.socket.say(stored(1, { client_id: "a" }));
    const after = tab(storage);
    after.session.connect();
    after.socket.welcome({ groups: GROUPS, group_id: "sales", messages: [stored(1, { client_id: "a" })] });
    expect(
      [after.session.sight.group, chosen(after.socket.heard)],
      "an agent moved the conversation since, and that counts",
    ).toEqual(["sales", []]);
  });

  it("made without a connection is said with the next one", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome({ groups: GROUPS, group_id: "support", messages: [stored(1)] });
    one.socket.drop();
    one.session.choose(null);
    one.pass(WAIT);
    one.socket.welcome({ groups: GROUPS, group_id: "support", messages: [stored(1)] });
    expect(chosen(one.socket.heard)).toEqual([{ frame: "choose_group", group_id: null }]);
    expect(one.session.sight.group).toBeNull();
  });

  it("that the server does not take gives way to how things are", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome({ groups: GROUPS, group_id: "support", messages: [stored(1)] });
    one.session.choose("sales");
    one.pass(CHOICE_MS);
    one.socket.mode({ groups: [], group_id: "support" });
    expect(one.session.sight.group).toBe("support");
  });

  it("of a group that is no longer offered counts as none", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome({ groups: GROUPS });
    one.session.choose("sales");
    one.pass(CHOICE_MS);
    one.socket.mode({ groups: GROUPS.slice(0, 1) });
    expect(one.session.sight.group).toBeNull();
  });
});

describe("an agent who writes", () => {
  const writes = (agent_name: string) => ({ frame: "writing", agent_name }) as const;
  const live = () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.socket.say(writes("Jonas"));
    return one;
  };

  it("is named until the last word about it is too old", () => {
    const one = live();
    one.pass(WRITING_LASTS_MS - 1);
    one.socket.say(writes("Jonas"));
    one.pass(WRITING_LASTS_MS - 1);
    expect(one.session.sight.writing).toBe("Jonas");
    one.pass(1);
    expect(one.session.sight.writing).toBeNull();
  });

  it("is seen to stop, without anything else happening", () => {
    const one = live();
    const drawn = one.drawn;
    one.pass(WRITING_LASTS_MS);
    expect(one.drawn).toBe(drawn + 1);
  });

  it("is no longer named once an agent's message is here, but still after one's own", () => {
    const one = live();
    one.socket.say(stored(1, { client_id: "a" }));
    expect(one.session.sight.writing).toBe("Jonas");
    one.socket.say(stored(2, { agent_name: "Jonas" }));
    expect(one.session.sight.writing).toBeNull();
  });

  it("and writes on after the message is named again, for the whole time", () => {
    const one = live();
    one.socket.say(stored(1, { agent_name: "Jonas" }));
    one.pass(1);
    one.socket.say(writes("Jonas"));
    one.pass(WRITING_LASTS_MS - 1);
    expect(one.session.sight.writing).toBe("Jonas");
  });

  it("gives way to the one who wrote last", () => {
    const one = live();
    one.socket.say(writes("Anna"));
    expect(one.session.sight.writing).toBe("Anna");
  });

  it("is not named while the widget is hidden", () => {
    const one = live();
    one.socket.mode({ mode: "hidden", agents: [] });
    one.socket.say(writes("Jonas"));
    expect(one.session.sight.writing).toBeNull();
  });

  it("is not remembered over a lost connection", () => {
    const one = live();
    one.socket.drop();
    expect(one.session.sight.writing).toBeNull();
    one.pass(GRACE_MS);
    one.socket.welcome();
    expect(one.session.sight.writing).toBeNull();
  });
});

describe("a stream that the server ends", () => {
  it.each([
    ["version_mismatch", "outdated"],
    ["not_found", "closed"],
    ["origin_not_allowed", "closed"],
  ] as const)("for %s stays ended", (code, link) => {
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const one = tab();
    one.session.connect();
    one.socket.onopen?.();
    one.socket.say({ frame: "refused", client_id: null, error: { code, message: "why" } });
    one.pass(WAIT);
    one.session.connect();
    expect([one.session.sight.link, one.sockets.length]).toEqual([link, 1]);
    expect(warn).toHaveBeenCalledWith(`porchlight: ${code}: why`);
  });

  it("for a passing reason is opened again", () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.socket.say({ frame: "refused", client_id: null, error: { code: "unavailable", message: "" } });
    one.pass(WAIT);
    expect(one.sockets).toHaveLength(2);
  });
});

describe("an address", () => {
  it("left while the connection is lost is stored with the next one", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.socket.drop();
    one.session.setEmail("m@graz.example");
    expect(one.session.sight.pendingEmail).toBe("m@graz.example");
    one.pass(WAIT);
    one.socket.welcome();
    expect(one.socket.heard.at(-1)).toEqual({ frame: "set_email", email: "m@graz.example" });
    one.socket.say({ frame: "email_stored", email: "m@graz.example" });
    expect(one.session.sight).toMatchObject({ pendingEmail: null, conversation: { email: "m@graz.example" } });
  });

  it("that the server refuses is not sent on every connection from then on", () => {
    vi.spyOn(console, "warn").mockReturnValue();
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.session.setEmail("m@graz.example");
    one.socket.say({ frame: "refused", client_id: null, error: { code: "bad_request", message: "" } });
    expect(one.session.sight.link).toBe("live");
    one.socket.drop();
    one.pass(WAIT);
    one.socket.welcome();
    expect(one.socket.heard.filter((frame) => frame.frame === "set_email")).toEqual([]);
    expect(one.session.sight.emailRefused).toBe(true);
  });
});

describe("a frame", () => {
  it("that changes the mode changes it at once", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    one.socket.mode({ mode: "messenger", agents: [] });
    expect(one.session.sight.conversation).toMatchObject({ mode: "messenger", agents: [] });
  });

  it("that comes twice, or late, changes nothing and keeps the order", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome({ messages: [stored(1), stored(3)] });
    for (const seq of [3, 2, 2]) one.socket.say(stored(seq));
    expect(one.session.sight.conversation.messages.map((message) => message.seq)).toEqual([1, 2, 3]);
  });

  it("of a later protocol, or that is none, is passed over", () => {
    const one = tab();
    one.session.connect();
    one.socket.welcome();
    const before = one.session.sight;
    for (const data of ["", "{", "null", "[]", "3", '{"frame":"fireworks"}', new Blob([])]) {
      one.socket.onmessage?.({ data });
    }
    expect(one.session.sight).toEqual(before);
    expect(decode("{")).toEqual({ frame: "unknown" });
  });
});
