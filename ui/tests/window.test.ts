import { describe, expect, it } from "vitest";
import { accessible, calls, click, fill, find, hook, hooks, itIs, open, press, screen, settled, until } from "./screen";

const texts = () => hooks("message").map((message) => message.querySelector("p")?.textContent);

describe("a conversation", () => {
  it("shows days, what is new, and whose message is whose", async () => {
    // Noon: the conversation began seventeen hours ago, on the day before.
    await itIs(new Date(2026, 10, 20, 12).getTime());
    await screen();
    await open("katharina");
    expect(hook("transcript").dataset["conversation"]).toBe("katharina");
    expect(hooks("message").map((one) => one.dataset["author"])).toEqual([
      "visitor", "agent", "visitor", "visitor", "me", "agent", "visitor",
    ]);
    expect(hook("new-since").textContent).toContain("New since");
    expect(document.querySelectorAll(".day")).toHaveLength(2);
    await accessible();
  });

  it("shows a comment as a band that says who sees it, never as a bubble", async () => {
    await screen();
    await open("katharina");
    const comment = hook("message", '[data-kind="comment"]');
    expect(comment.querySelector(".bubble")).toBeNull();
    expect(comment.getAttribute("aria-label")).toBe("Comment by Anna Schäfer. Only your team sees this.");
  });

  it("echoes a reply at once and replaces it in place", async () => {
    const { mock } = await screen();
    await open("katharina");
    await fill("composer-input", "Yes, of course.\n\nKeep the old one.");
    await press(hook("composer-input"), "Enter");
    await until(() => expect(hooks("message").at(-1)?.dataset["delivery"]).toBe("stored"));
    expect(hooks("message")).toHaveLength(8);
    expect(hooks("message").at(-1)?.querySelectorAll("p")).toHaveLength(2);
    expect((hook("composer-input") as HTMLTextAreaElement).value).toBe("");
    expect(calls(mock, "submit").filter((one) => (one as { kind: string }).kind === "reply")).toHaveLength(1);
  });

  it("lets the visitor see that a reply is written: not at every key, and never of a comment", async () => {
    const { mock } = await screen();
    await open("katharina");
    await fill("composer-input", " ");
    expect(calls(mock, "writing")).toEqual([]);
    await fill("composer-input", "Y");
    await fill("composer-input", "Yes");
    expect(calls(mock, "writing")).toEqual(["katharina"]);
    await open("sofia");
    await click("mode-comment");
    await fill("composer-input", "Between us");
    expect(calls(mock, "writing")).toEqual(["katharina"]);
  });

  it("marks what waits as waiting while offline, and says when it goes", async () => {
    const { mock } = await screen("lost");
    await open("sofia");
    expect(document.body.textContent).toContain("Sent when the connection is back");
    await fill("composer-input", "Here it is");
    await press(hook("composer-input"), "Enter", { ctrlKey: true });
    await until(() => expect(hooks("message").at(-1)?.dataset["delivery"]).toBe("waiting"));
    expect(hooks("message").at(-1)?.textContent).toContain("Waiting for the connection");
    await accessible();
    mock.set({ state: "live" });
    await until(() => expect(hooks("message").at(-1)?.dataset["delivery"]).toBe("stored"));
  });

  it("offers two ways out of a refused message", async () => {
    const { mock } = await screen();
    await open("sofia");
    const talk = mock.talk("sofia");
    const failed = { ...talk.messages[0]!, client_id: "failed", seq: null, by: { by: "me" as const } };
    talk.messages.push({ ...failed, delivery: { delivery: "failed", error: { code: "not_allowed", message: "" } } });
    mock.changed("sofia");
    await until(() => expect(find("message", '[data-delivery="failed"]')).not.toBeNull());
    expect(hook("message", '[data-delivery="failed"]').textContent).toContain("Failed: You may not do this.");
    await accessible();
    await click("retry");
    expect(calls(mock, "retry")).toEqual(["failed"]);
    await until(() => expect(find("message", '[data-delivery="failed"]')).toBeNull());
  });

  it("breaks the line on Shift+Enter and sends nothing while a word is being composed", async () => {
    const { mock } = await screen();
    await open("katharina");
    await fill("composer-input", "One");
    await press(hook("composer-input"), "Enter", { shiftKey: true });
    await press(hook("composer-input"), "Enter", { isComposing: true });
    expect(calls(mock, "submit").some((one) => (one as { kind: string }).kind === "reply")).toBe(false);
  });

  it("counts down to the limit and does not send past it", async () => {
    await screen();
    await open("katharina");
    await fill("composer-input", "x".repeat(19_900));
    expect(hook("composer-room").textContent).toContain("100 left");
    await fill("composer-input", "x".repeat(20_002));
    expect(hook("composer-room").textContent).toContain("2 characters too long");
    expect((hook("composer-send") as HTMLButtonElement).disabled).toBe(true);
    await fill("composer-input", "");
  });

  it("brings a draft back", async () => {
    await screen();
    await open("piet");
    expect((hook("composer-input") as HTMLTextAreaElement).value).toContain("About the broken switch");
    await open("katharina");
    expect((hook("composer-input") as HTMLTextAreaElement).value).toBe("");
    await fill("composer-input", "Half a sen");
    await open("sofia");
    await open("katharina");
    expect((hook("composer-input") as HTMLTextAreaElement).value).toBe("Half a sen");
  });

  it("writes a comment that nobody takes for a reply", async () => {
    const { mock } = await screen();
    await open("sofia");
    await press(window, "c");
    await fill("composer-input", "Take 40 € off");
    expect(hook("composer-send").textContent).toContain("Comment");
    expect(document.body.textContent).toContain("Only your team sees this");
    await accessible();
    await click("composer-send");
    expect(calls(mock, "submit").at(-1)).toMatchObject({ kind: "comment" });
  });

  it("is taken, left, closed and opened again", async () => {
    const { mock, app } = await screen();
    await open("elodie");
    await click("take");
    await until(() => expect(find("leave")).not.toBeNull());
    expect(calls(mock, "submit").at(-1)).toEqual({ kind: "add_agent", conversation_id: "elodie", agent_id: "agent-jonas" });
    expect(hook("assigned").textContent).toBe("Assigned to you");
    await click("leave");
    await until(() => expect(find("take")).not.toBeNull());
    await click("close-conversation");
    await until(() => expect(find("reopen-conversation")).not.toBeNull());
    await click("reopen-conversation");
    await until(() => expect(find("close-conversation")).not.toBeNull());
    expect(app.open?.id).toBe("elodie");
  });

  it("is assigned to colleagues and moved to groups", async () => {
    const { mock } = await screen();
    await open("elodie");
    await click("assign");
    await accessible();
    await click("assign-agent", '[data-agent="agent-lena"]');
    expect(calls(mock, "submit").at(-1)).toEqual({ kind: "assign", conversation_id: "elodie", agents: ["agent-lena"] });
    await click("group");
    document.querySelectorAll<HTMLElement>('[role="menuitemradio"]')[0]?.click();
    await settled();
    expect(calls(mock, "submit").at(-1)).toEqual({ kind: "set_group", conversation_id: "elodie", group_id: null });
  });

  it("does not hammer a history that fails, and asks again on the next scroll", async () => {
    const { mock } = await screen();
    const real = mock.older.bind(mock);
    let asked = 0;
    mock.older = async () => {
      asked += 1;
      throw { code: "internal", message: "" };
    };
    await open("piet");
    await settled();
    await settled();
    expect(asked).toBe(1);
    mock.older = real;
    hook("transcript").dispatchEvent(new Event("scroll"));
    await until(() => expect(hooks("message").length).toBeGreaterThan(50));
  });

  it("is marked read while somebody looks at its end, and not while nobody does", async () => {
    const { mock, app } = await screen();
    const marks = () => calls(mock, "submit").filter((one) => (one as { kind: string }).kind === "mark_read").length;
    app.focused = false;
    await open("katharina");
    expect(marks()).toBe(0);
    window.dispatchEvent(new Event("focus"));
    await until(() => expect(marks()).toBe(1));
    window.dispatchEvent(new Event("blur"));
    await settled();
    mock.visitorWrites("katharina", "Are you there?");
    await until(() => expect(texts().at(-1)).toBe("Are you there?"));
    expect(marks()).toBe(1);
  });

  it("reads a visitor's new message aloud, once", async () => {
    const { mock } = await screen();
    await open("katharina");
    expect(hook("announcement").textContent).toBe("");
    mock.visitorWrites("katharina", "Are you there?");
    await until(() => expect(hook("announcement").textContent).toBe("Katharina Brandt wrote: Are you there?"));
  });

  it("shows what a visitor wrote as text, whatever it looks like", async () => {
    const { mock } = await screen();
    await open("katharina");
    const hostile = '<img src=x onerror="alert(1)"> <b>bold</b> {{x}} javascript:alert(1)';
    mock.visitorWrites("katharina", hostile);
    await until(() => expect(texts().at(-1)).toBe(hostile));
    expect(hooks("message").at(-1)?.querySelector(".plain *")).toBeNull();
  });

  it("opens a link outside, through the session", async () => {
    const { mock } = await screen();
    await open("katharina");
    document.querySelector<HTMLElement>('[role="link"]')?.click();
    await settled();
    expect(calls(mock, "openLink")).toEqual(["https://photos.example/2207"]);
  });

  it("says when it is gone", async () => {
    const { mock, app } = await screen();
    mock.emit({ event: "navigate", conversation_id: "nobody" });
    await until(() => expect(app.open?.error?.code).toBe("not_found"));
    expect(document.body.textContent).toContain("This conversation is not here any more");
    await accessible();
  });

  it("takes everything off the screen when it was erased while open", async () => {
    const { mock } = await screen();
    await open("katharina");
    mock.talks = mock.talks.filter((talk) => talk.conversation.id !== "katharina");
    mock.emit({ event: "conversations_changed", ids: ["katharina"] });
    await until(() => expect(find("message")).toBeNull());
    expect(document.querySelector(".details")?.textContent?.trim()).toBe("");
    expect(find("composer-input")).toBeNull();
  });

  it("draws the line above what came while nobody looked", async () => {
    const { mock } = await screen();
    await open("sofia");
    expect(find("new-since")).toBeNull();
    window.dispatchEvent(new Event("blur"));
    await settled();
    mock.visitorWrites("sofia", "Hello?");
    await until(() => expect(find("new-since")).not.toBeNull());
    expect(hook("new-since").nextElementSibling?.textContent).toContain("Hello?");
    window.dispatchEvent(new Event("focus"));
    await settled();
    expect(find("new-since")).not.toBeNull();
  });

  it("draws no line above what one saw arrive", async () => {
    const { mock } = await screen();
    await open("sofia");
    mock.visitorWrites("sofia", "Hello?");
    await until(() => expect(document.querySelector('[data-test="transcript"]')?.textContent).toContain("Hello?"));
    mock.visitorWrites("sofia", "Are you there?");
    await until(() => expect(document.querySelector('[data-test="transcript"]')?.textContent).toContain("Are you there?"));
    expect(find("new-since")).toBeNull();
  });

  it("says what a visitor sees of me while I am not Online", async () => {
    await screen();
    await open("katharina");
    await press(window, "2", { code: "Digit2", altKey: true });
    await until(() => expect(find("go-online")).not.toBeNull());
    expect(document.body.textContent).toContain("still sees you available");
    await click("go-online");
    await until(() => expect(find("go-online")).toBeNull());
  });

  it("shows the contact, as far as it is known", async () => {
    await screen();
    await open("katharina");
    const details = document.querySelector(".details")?.textContent;
    expect(details).toContain("k.brandt@posteo.example");
    await open("yusuf");
    expect(document.querySelector(".details")?.textContent).toContain("Not known yet");
  });
});
