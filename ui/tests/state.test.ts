import { describe, expect, it, vi } from "vitest";
import { Mock } from "../src/backend/mock";
import type { UiEvent } from "../src/generated/view";
import { CHUNK } from "../src/pure/windowing";
import { App } from "../src/state/app.svelte";
import { OpenConversation } from "../src/state/conversation.svelte";
import { List } from "../src/state/list.svelte";
import { calls, settled, until } from "./screen";

describe("the list", () => {
  it("asks for pages as they come near, and forgets those far away", async () => {
    const mock = new Mock("many");
    const list = new List(mock);
    list.show({ folder: { folder: "all" } });
    await until(() => expect(list.loaded).toBe(true));
    expect(list.total).toBeGreaterThan(10_000);
    list.draw([100, 101]);
    await until(() => expect(list.item(101 * CHUNK)).toBeDefined());
    expect(list.item(0)).toBeUndefined();
    expect([...list.pages.keys()].sort()).toEqual([100, 101]);
  });

  it("asks once however many events came in one frame", async () => {
    const mock = new Mock();
    const list = new List(mock);
    list.show({});
    await until(() => expect(list.loaded).toBe(true));
    const before = calls(mock, "list").length;
    for (let event = 0; event < 20; event += 1) list.refresh();
    await settled();
    expect(calls(mock, "list").length).toBe(before + 1);
  });

  it("keeps what is on screen until its successor has come", async () => {
    const mock = new Mock();
    const list = new List(mock);
    list.show({ folder: { folder: "all" } });
    await until(() => expect(list.loaded).toBe(true));
    let answer: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (answer = resolve));
    const real = mock.list.bind(mock);
    mock.list = async (query) => {
      await slow;
      return real(query);
    };
    list.refresh();
    await settled();
    expect(list.loaded).toBe(true);
    expect(list.item(0)).toBeDefined();
    answer();
    await settled();
    expect(list.item(0)).toBeDefined();
  });

  it("takes no answer to an older question", async () => {
    const mock = new Mock();
    const list = new List(mock);
    const answers: (() => void)[] = [];
    const real = mock.list.bind(mock);
    mock.list = async (query) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return real(query);
    };
    list.show({ folder: { folder: "all" } });
    list.show({ folder: { folder: "unassigned" } });
    answers[1]?.();
    await until(() => expect(list.loaded).toBe(true));
    const { total } = list;
    answers[0]?.();
    await settled();
    expect(list.total).toBe(total);
    expect(list.item(0)?.conversation.assigned).toEqual([]);
  });

  it("keeps the keyboard on its conversation when that moves", async () => {
    const mock = new Mock();
    const list = new List(mock);
    list.show({ folder: { folder: "all" }, sort: "newest" });
    await until(() => expect(list.loaded).toBe(true));
    const id = list.item(3)?.conversation.id;
    list.current = 3;
    mock.visitorWrites("sofia", "One more thing");
    list.refresh();
    await until(() => expect(list.item(0)?.conversation.id).toBe("sofia"));
    await settled();
    expect(list.item(list.current)?.conversation.id).toBe(id);
  });

  it("says what went wrong and recovers", async () => {
    const mock = new Mock();
    const list = new List(mock);
    mock.refuse("list", "internal");
    list.show({});
    await until(() => expect(list.error?.code).toBe("internal"));
    list.show({});
    await until(() => expect(list.total).toBeGreaterThan(0));
    expect(list.error).toBeNull();
  });
});

describe("an open conversation", () => {
  async function opened(mock: Mock, id = "katharina") {
    const open = new OpenConversation(mock, id);
    await open.load();
    return open;
  }

  it("clears the composer only once the reply is kept", async () => {
    const mock = new Mock();
    const open = await opened(mock);
    open.write("Yes, of course");
    mock.refuse("submit", "internal");
    await open.send();
    expect(open.reply).toBe("Yes, of course");
    expect(open.refused?.code).toBe("internal");
    await open.send();
    expect(open.reply).toBe("");
    expect(open.refused).toBeNull();
  });

  it("keeps what was typed while the reply was being kept", async () => {
    const mock = new Mock();
    const open = await opened(mock);
    open.write("First");
    const sending = open.send();
    open.write("First and more");
    await sending;
    expect(open.reply).toBe(" and more");
  });

  it("sends once, however often Enter is pressed", async () => {
    const mock = new Mock();
    const open = await opened(mock);
    open.write("Once");
    await Promise.all([open.send(), open.send(), open.send()]);
    expect(calls(mock, "submit")).toHaveLength(1);
  });

  it("sends the newest message it knows along with a reply", async () => {
    const mock = new Mock();
    const open = await opened(mock);
    open.write("Yes");
    await open.send();
    expect(calls(mock, "submit")[0]).toMatchObject({ kind: "reply", seen_through: open.messages.at(-1)?.seq });
  });

  it("refuses to send what is too long, and nothing at all", async () => {
    const mock = new Mock();
    const open = await opened(mock);
    open.write("x".repeat(20_001));
    expect(open.room).toBe(-1);
    await open.send();
    open.write(" \n ");
    await open.send();
    expect(calls(mock, "submit")).toEqual([]);
  });

  it("saves a draft when another conversation is opened, at the latest", async () => {
    const mock = new Mock();
    const open = await opened(mock);
    open.write("Unfinish");
    open.write("Unfinished");
    open.leave();
    expect(calls(mock, "saveDraft")).toEqual([{ conversationId: "katharina", text: "Unfinished" }]);
    expect((await opened(mock)).reply).toBe("Unfinished");
  });

  it("saves a draft when typing pauses", async () => {
    vi.useFakeTimers();
    try {
      const mock = new Mock();
      const open = await opened(mock);
      open.write("Unfinished");
      vi.advanceTimersByTime(1_000);
      expect(calls(mock, "saveDraft")).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it("never lets an unfinished comment become a draft of a reply", async () => {
    const mock = new Mock();
    const open = await opened(mock);
    open.mode = "comment";
    open.write("She is angry, be careful");
    open.leave();
    expect(calls(mock, "saveDraft")).toEqual([]);
    const again = await opened(mock);
    expect(again.reply).toBe("");
    expect(again.comment).toBe("She is angry, be careful");
    again.comment = "";
    again.leave();
  });

  it("loads history page by page, to its beginning", async () => {
    const mock = new Mock();
    const open = await opened(mock, "piet");
    expect(open.messages).toHaveLength(50);
    while (open.more) await open.loadOlder();
    expect(open.messages).toHaveLength(141);
    expect(new Set(open.messages.map((one) => one.client_id)).size).toBe(141);
    const seqs = open.messages.map((one) => one.seq ?? 0);
    expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
  });

  it("says that older messages are not on this computer, and tries again when connected", async () => {
    const mock = new Mock("lost");
    mock.talk("piet").here = 50;
    const open = await opened(mock, "piet");
    await open.loadOlder();
    expect(open.notHere).toBe(true);
    await open.loadOlder();
    expect(calls(mock, "older")).toHaveLength(1);
    mock.connection = { state: "live" };
    open.tryOlderAgain();
    await open.loadOlder();
    expect(open.messages).toHaveLength(100);
  });

  it("keeps the pages scrolled to when something new arrives", async () => {
    const mock = new Mock();
    const open = await opened(mock, "piet");
    await open.loadOlder();
    mock.visitorWrites("piet", "Hello?");
    await open.load();
    expect(open.messages).toHaveLength(101);
  });

  it("marks as read once for each newest message", async () => {
    const mock = new Mock();
    const open = await opened(mock);
    open.markRead();
    open.markRead();
    expect(calls(mock, "submit")).toHaveLength(1);
    mock.visitorWrites("katharina", "Hello?");
    await open.load();
    open.markRead();
    expect(calls(mock, "submit")).toHaveLength(2);
  });
});

describe("the window", () => {
  it("takes nothing that was refused over to whoever signs in next", async () => {
    const mock = new Mock();
    const app = new App(mock);
    await app.start();
    mock.emit({ event: "link_refused", error: { code: "not_found", message: "" } });
    mock.emit({ event: "refused", error: { code: "not_allowed", message: "" } });
    expect(app.linkRefused?.code).toBe("not_found");
    await app.backend.signOut(true);
    expect([app.linkRefused, app.takenBack, app.refused]).toEqual([null, null, null]);
  });

  const started = async (mock: Mock) => {
    const app = new App(mock);
    await app.start();
    await until(() => expect(app.list.loaded).toBe(true));
    return app;
  };

  it("opens the conversation that a notification was clicked for", async () => {
    const mock = new Mock();
    const app = await started(mock);
    mock.emit({ event: "navigate", conversation_id: "elodie" });
    await until(() => expect(app.open?.view?.conversation.id).toBe("elodie"));
  });

  it("asks again for the open conversation only when it changed", async () => {
    const mock = new Mock();
    const app = await started(mock);
    app.show("elodie");
    await settled();
    const before = calls(mock, "conversation").length;
    const tell = async (event: UiEvent) => {
      mock.emit(event);
      await settled();
      return calls(mock, "conversation").length - before;
    };
    expect(await tell({ event: "conversations_changed", ids: ["sofia"] })).toBe(0);
    expect(await tell({ event: "conversations_changed", ids: ["elodie"] })).toBe(1);
    expect(await tell({ event: "conversations_changed", ids: [] })).toBe(2);
  });

  it("reports focus when it changed, and only then", async () => {
    const mock = new Mock();
    const app = await started(mock);
    app.focused = true;
    app.reportFocus();
    app.reportFocus();
    app.show("elodie");
    await until(() => expect(app.open?.view).not.toBeNull());
    app.reportFocus();
    expect(calls(mock, "focus")).toEqual([
      { focused: true, conversation_id: null, at_end: false },
      { focused: true, conversation_id: "elodie", at_end: true },
    ]);
  });

  it("reports input at most once in 15 seconds", async () => {
    const mock = new Mock();
    const app = await started(mock);
    for (const at of [0, 1_000, 14_999, 15_000, 16_000]) app.reportInput(at);
    expect(calls(mock, "input")).toHaveLength(2);
  });

  it("puts the conversation away when the session ends", async () => {
    const mock = new Mock();
    const app = await started(mock);
    app.show("elodie");
    mock.emit({ event: "stage", stage: "first_run", because: null, lost_unsent: 0 });
    expect(app.open).toBeNull();
  });
});
