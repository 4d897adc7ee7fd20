import { cleanup, render } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { Mock } from "../src/backend/mock";
import { message, type Scene } from "../src/backend/mock-cast";
import { MockReply } from "../src/backend/mock-reply";
import { plainText } from "../src/pure/body";
import { QuickReply } from "../src/reply/quick-reply.svelte";
import ReplyView from "../src/reply/Reply.svelte";
import { accessible, calls, click, fill, find, hook, hooks, open, press, screen, settled, until } from "./screen";

type Small = { mock: Mock; window: MockReply; reply: QuickReply };

async function small(id = "katharina", scene: Scene = "inbox", change: (mock: Mock) => void = () => undefined): Promise<Small> {
  const mock = new Mock(scene);
  change(mock);
  const window = new MockReply(mock, id);
  const reply = new QuickReply(window);
  render(ReplyView, { props: { reply } });
  await until(() => expect(reply.view === null && reply.error === null).toBe(false));
  await settled();
  return { mock, window, reply };
}

const input = () => hook("reply-input") as HTMLTextAreaElement;
const replies = (mock: Mock) => calls(mock, "submit").filter((one) => (one as { kind: string }).kind === "reply");

/** Somebody of the team answers, on another device. */
function answers(mock: Mock, id: string, by: string | null, text: string): void {
  const talk = mock.talk(id);
  const seq = talk.messages.reduce((most, one) => Math.max(most, one.seq ?? 0), 0) + 1;
  const author = by === null ? ({ by: "me" } as const) : ({ by: "agent", agent_id: by } as const);
  talk.messages.push(message(seq, author, text, Date.now()));
  mock.changed(id);
}

describe("the small window for a reply", () => {
  it("shows who it is and what was said last, and has the keyboard", async () => {
    const { mock } = await small();
    expect(hook("reply-window").dataset["conversation"]).toBe("katharina");
    expect(document.querySelector("h1")?.textContent).toContain("Katharina");
    expect(hook("reply-site").textContent).toBe(mock.team.sites[0]?.name);
    const said = hooks("message");
    const last = mock.talk("katharina").messages.at(-1);
    expect(said.at(-1)?.textContent).toContain(last ? plainText(last.body) : "?");
    expect(document.activeElement).toBe(input());
    expect(calls(mock, "focus").at(-1)).toEqual({ focused: true, conversation_id: "katharina", at_end: true });
    await accessible();
  });

  it("sends on Enter, keeps no draft and closes once the workspace has it", async () => {
    const { mock, window } = await small();
    await fill("reply-input", "Yes, of course.");
    expect(calls(mock, "writing")).toEqual(["katharina"]);
    await press(input(), "Enter", { shiftKey: true });
    await press(input(), "Enter", { isComposing: true });
    expect(replies(mock)).toEqual([]);
    const seen = (await mock.conversation("katharina")).seen_through;
    await press(input(), "Enter");
    await until(() => expect(window.closed).toBe(true));
    expect(replies(mock)).toMatchObject([{ conversation_id: "katharina", seen_through: seen }]);
    expect(mock.talk("katharina").messages.at(-1)?.delivery.delivery).toBe("stored");
    expect(mock.talk("katharina").draft).toBe("");
    expect(window.opened).toBe(false);
  });

  it("does not wait for a connection that is lost", async () => {
    const { mock, window } = await small("sofia", "lost");
    expect(document.body.textContent).toContain("Sent when the connection is back");
    await fill("reply-input", "Here it is");
    await click("reply-send");
    await until(() => expect(window.closed).toBe(true));
    expect(mock.talk("sofia").messages.at(-1)?.delivery.delivery).toBe("waiting");
  });

  it("keeps what was written when it is refused here, and says why", async () => {
    const { mock, window } = await small();
    await fill("reply-input", "Yes");
    mock.refuse("submit", "not_allowed");
    await press(input(), "Enter");
    await until(() => expect(find("reply-refused")).not.toBeNull());
    expect(hook("reply-refused").textContent).toContain("Not sent: You may not do this.");
    expect(input().value).toBe("Yes");
    expect(input().readOnly).toBe(false);
    expect(window.closed).toBe(false);
    await accessible();
    await press(input(), "Enter");
    await until(() => expect(window.closed).toBe(true));
  });

  it("gives the text back when the workspace refuses it", async () => {
    const { mock, window } = await small("sofia", "inbox", (mock) => {
      const submit = mock.submit.bind(mock);
      mock.submit = async (command) => {
        mock.connection = { state: "catching_up" };
        const clientId = await submit(command);
        mock.connection = { state: "live" };
        const sent = mock.talk("sofia").messages.find((one) => one.client_id === clientId);
        if (sent) sent.delivery = { delivery: "failed", error: { code: "not_allowed", message: "" } };
        mock.changed("sofia");
        return clientId;
      };
    });
    await fill("reply-input", "Take 40 € off");
    await press(input(), "Enter");
    await until(() => expect(find("reply-refused")).not.toBeNull());
    expect(input().value).toBe("Take 40 € off");
    expect(mock.talk("sofia").draft).toBe("Take 40 € off");
    await until(() => expect(mock.talk("sofia").messages.some((one) => one.delivery.delivery === "failed")).toBe(false));
    expect(window.closed).toBe(false);
  });

  it("keeps what was begun as a draft: on Escape, when it is closed, and for the main window", async () => {
    const { mock, window } = await small();
    await fill("reply-input", "Half a sen");
    await press(input(), "Escape");
    await until(() => expect(window.closed).toBe(true));
    expect(mock.talk("katharina").draft).toBe("Half a sen");
    expect(replies(mock)).toEqual([]);

    cleanup();
    const again = await small();
    await fill("reply-input", "Closed");
    again.reply.take({ event: "ask_before_close" });
    await until(() => expect(again.window.closed).toBe(true));
    expect(again.mock.talk("katharina").draft).toBe("Closed");
  });

  it("goes on in the main window with what was begun, and sends nothing by that", async () => {
    const { mock, window } = await small();
    await fill("reply-input", "Half a sen");
    await click("reply-open");
    await until(() => expect(window.closed).toBe(true));
    expect(window.opened).toBe(true);
    expect(mock.talk("katharina").draft).toBe("Half a sen");
    expect(replies(mock)).toEqual([]);
  });

  it("begins with the draft that is there", async () => {
    await small("piet");
    expect(input().value).toContain("About the broken switch");
  });

  it("says so when a colleague answers meanwhile, and lets one write all the same", async () => {
    const { mock } = await small("katharina");
    expect(find("reply-answered")).toBeNull();
    const colleague = mock.team.agents.find((agent) => agent.id !== mock.me.agent.id);
    answers(mock, "katharina", colleague?.id ?? "", "I have it");
    await until(() => expect(find("reply-answered")).not.toBeNull());
    expect(hook("reply-answered").textContent).toMatch(/answered at .*You can still write/u);
    const authors = hooks("message").map((one) => one.dataset["author"]);
    expect(authors.slice(-2), "what was answered stays").toEqual(["visitor", "agent"]);
    await accessible();
    await fill("reply-input", "And one more thing");
    expect((hook("reply-send") as HTMLButtonElement).disabled).toBe(false);
    answers(mock, "katharina", null, "From my telephone");
    await until(() => expect(hook("reply-answered").textContent).toContain("You answered at"));
  });

  it("shows nothing of a conversation that is gone, and closes when nobody is signed in any more", async () => {
    const gone = await small("nobody");
    expect(hook("reply-refused").dataset["code"]).toBe("not_found");
    expect(hook("reply-refused").textContent).toContain("This conversation is not here");
    expect(input().readOnly).toBe(true);
    expect((hook("reply-send") as HTMLButtonElement).disabled).toBe(true);
    gone.mock.emit({ event: "stage", stage: "first_run", because: null, lost_unsent: 0 });
    await until(() => expect(gone.window.closed).toBe(true));
  });

  it("keeps what was typed before the conversation was there, behind the draft", async () => {
    const mock = new Mock("inbox");
    mock.talk("katharina").draft = "Dear Katharina,";
    const window = new MockReply(mock, "katharina");
    let arrive: () => void = () => undefined;
    const read = window.read;
    window.read = () => new Promise<void>((done) => (arrive = done)).then(read);
    const reply = new QuickReply(window);
    render(ReplyView, { props: { reply } });
    await settled();
    await fill("reply-input", "yes");
    arrive();
    await until(() => expect(input().value).toBe("Dear Katharina,\nyes"));
    await press(input(), "Escape");
    expect(mock.talk("katharina").draft).toBe("Dear Katharina,\nyes");
  });

  it("is free again when its reply is taken back in the main window", async () => {
    const { mock, reply, window } = await small("katharina", "inbox", (mock) => {
      // The workspace takes its time.
      const submit = mock.submit.bind(mock);
      mock.submit = async (command) => {
        mock.connection = { state: "connecting" };
        const id = await submit(command);
        mock.connection = { state: "live" };
        return id;
      };
    });
    await fill("reply-input", "Hm");
    await press(input(), "Enter");
    expect(reply.sending).toBe(true);
    const echo = mock.talk("katharina").messages.at(-1);
    await mock.discard(echo?.client_id ?? "");
    await until(() => expect(reply.sending).toBe(false));
    expect(input().value).toBe("Hm");
    expect(window.closed).toBe(false);
  });

  it("counts down to the limit and does not send past it", async () => {
    await small();
    await fill("reply-input", "x".repeat(20_002));
    expect(hook("reply-room").textContent).toContain("2 characters too long");
    // Aloud only at a few marks: a number at every key could not be listened to.
    const aloud = hook("reply-room-aloud");
    expect(aloud.textContent).toBe("This is too long.");
    for (const [length, said] of [[19_950, "100 left"], [19_951, "100 left"], [19_000, ""]] as const) {
      await fill("reply-input", "x".repeat(length));
      expect(aloud.textContent).toContain(said);
    }
    expect(aloud.textContent).toBe("");
    await fill("reply-input", "x".repeat(20_001));
    expect((hook("reply-send") as HTMLButtonElement).disabled).toBe(true);
  });
});

describe("the main window beside it", () => {
  it("takes over the draft that it wrote, or sent, unless somebody writes here", async () => {
    const { mock } = await screen();
    await open("katharina");
    const composer = () => hook("composer-input") as HTMLTextAreaElement;
    await mock.saveDraft("katharina", "From the small window");
    await until(() => expect(composer().value).toBe("From the small window"));
    await mock.saveDraft("katharina", "");
    await until(() => expect(composer().value).toBe(""));
    await fill("composer-input", "Mine");
    await mock.saveDraft("katharina", "Another");
    await settled();
    expect(composer().value).toBe("Mine");
  });
});
