import { beforeEach, describe, expect, it, vi } from "vitest";
import type { UiEvent } from "../src/generated/view";
import { asError } from "../src/backend";
import { tauri, tauriReply } from "../src/backend/tauri";

/** What Tauri puts into a window, as far as calls and channels need it. */
const invoke = vi.fn<(command: string, args: Record<string, unknown>) => Promise<unknown>>();
const callbacks: ((message: unknown) => void)[] = [];

beforeEach(() => {
  invoke.mockReset().mockResolvedValue(null);
  callbacks.length = 0;
  Object.assign(window, {
    __TAURI_INTERNALS__: {
      invoke,
      transformCallback: (callback: (message: unknown) => void) => callbacks.push(callback) - 1,
      unregisterCallback: () => undefined,
    },
  });
});

describe("the bridge to the shell", () => {
  it("calls each command by its name, with the arguments by theirs", async () => {
    const query = { folder: { folder: "all" }, open: true, sort: "newest", offset: 0, limit: 50 } as const;
    const command = { kind: "close", conversation_id: "c" } as const;
    const focus = { focused: true, conversation_id: null, at_end: false };
    await tauri.lookUp("chat.example");
    await tauri.signIn({ address: "a", email: "b", password: "c" });
    await tauri.acceptInvitation({ link: "a", name: "b", password: "c" });
    await tauri.useThisComputer({ name: "a", workspace_name: "b" });
    await tauri.retryKeychain();
    await tauri.usePassphrase("a lamp in every window");
    await tauri.signOut(true);
    await tauri.list(query);
    await tauri.conversation("c");
    await tauri.older("c", 7);
    await tauri.submit(command);
    await tauri.retry("x");
    await tauri.discard("x");
    await tauri.saveDraft("c", "text");
    await tauri.writing("c");
    await tauri.changeStatus({ change: "pick", status: "offline" }, true);
    await tauri.stayOnline();
    await tauri.setAgentOffline("anna");
    await tauri.focus(focus);
    await tauri.input();
    await tauri.tryNow();
    await tauri.openDemo();
    await tauri.openLink("https://a.example");
    await tauri.closeChoice("minimise");
    expect(invoke.mock.calls.map(([name, args]) => [name, args])).toEqual([
      ["look_up", { address: "chat.example" }],
      ["sign_in", { signIn: { address: "a", email: "b", password: "c" } }],
      ["accept_invitation", { invitation: { link: "a", name: "b", password: "c" } }],
      ["use_this_computer", { setup: { name: "a", workspace_name: "b" } }],
      ["retry_keychain", {}],
      ["use_passphrase", { passphrase: "a lamp in every window" }],
      ["sign_out", { force: true }],
      ["list", { query }],
      ["conversation", { conversationId: "c" }],
      ["older", { conversationId: "c", before: 7 }],
      ["submit", { command }],
      ["retry", { clientId: "x" }],
      ["discard", { clientId: "x" }],
      ["save_draft", { conversationId: "c", text: "text" }],
      ["writing", { conversationId: "c" }],
      ["change_status", { change: { change: "pick", status: "offline" }, confirmed: true }],
      ["stay_online", {}],
      ["set_agent_offline", { agentId: "anna" }],
      ["focus", { focus }],
      ["input", {}],
      ["try_now", {}],
      ["open_demo", {}],
      ["open_link", { url: "https://a.example" }],
      ["close_choice", { choice: "minimise" }],
    ]);
  });

  it("calls those of the small window by theirs", async () => {
    await tauriReply.read();
    await tauriReply.send({ blocks: [] }, 7);
    await tauriReply.takeBack("x");
    await tauriReply.saveDraft("text");
    await tauriReply.writing();
    await tauriReply.focus(true, false);
    await tauriReply.input();
    await tauriReply.open();
    await tauriReply.close();
    await tauriReply.attach(() => undefined);
    expect(invoke.mock.calls.slice(0, -1).map(([name, args]) => [name, args])).toEqual([
      ["reply_read", {}],
      ["reply_send", { body: { blocks: [] }, seenThrough: 7 }],
      ["reply_take_back", { clientId: "x" }],
      ["reply_draft", { text: "text" }],
      ["reply_writing", {}],
      ["reply_focus", { focused: true, atEnd: false }],
      ["input", {}],
      ["reply_open", {}],
      ["reply_close", {}],
    ]);
    expect(invoke.mock.calls.at(-1)?.[0]).toBe("reply_attach");
  });

  it("hands over a channel and passes events on in order", async () => {
    const heard: UiEvent[] = [];
    await tauri.attach((event) => heard.push(event));
    expect(invoke.mock.calls[0]?.[0]).toBe("attach");
    expect(Object.keys(invoke.mock.calls[0]?.[1] ?? {})).toEqual(["channel"]);
    callbacks[0]?.({ index: 1, message: { event: "ask_before_close" } });
    callbacks[0]?.({ index: 0, message: { event: "stage", stage: "ready" } });
    expect(heard.map((event) => event.event)).toEqual(["stage", "ask_before_close"]);
  });

  it("makes an error of whatever was thrown", () => {
    expect(asError({ code: "conflict", message: "no" })).toEqual({ code: "conflict", message: "no" });
    expect(asError("the window is gone").code).toBe("internal");
    expect(asError(new TypeError("x")).code).toBe("internal");
  });
});
