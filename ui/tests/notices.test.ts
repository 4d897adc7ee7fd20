import { beforeEach, describe, expect, it } from "vitest";
import { clock } from "../src/state/clock.svelte";
import { minutesOf, timeOf } from "../src/settings/notices";
import { sayError } from "../src/words/errors";
import { accessible, calls, click, find, hook, hooks, screen, settled, until } from "./screen";

const NOW = new Date("2026-11-20T10:24:00").getTime();

async function page(prepare?: Parameters<typeof screen>[1]) {
  const shown = await screen("inbox", prepare);
  await click("nav-settings");
  await click("settings-notices");
  await settled();
  return shown;
}

async function choose(test: string, value: string) {
  const field = hook(test) as HTMLSelectElement;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
}

async function check(test: string) {
  (hook(test) as HTMLInputElement).click();
  await settled();
}

beforeEach(() => clock.set(NOW));

describe("settings of notices", () => {
  it("are stored as they are changed, kind by kind", async () => {
    const { mock } = await page();
    await check("privacy-sender");
    expect(mock.notices.privacy).toBe("sender");
    await choose("sound-message", "knock");
    expect(mock.notices.message).toEqual({ muted: false, sound: "knock" });
    expect(calls(mock, "trySound")).toEqual([["knock", 70]]);
    await choose("sound-message", "none");
    expect(mock.notices.message.sound).toBeNull();
    await check("show-mention");
    expect(mock.notices.mention.muted).toBe(true);
    expect((hook("sound-mention") as HTMLSelectElement).disabled).toBe(true);
    await check("repeat");
    expect(mock.notices.repeat).toBe(true);
    await accessible();
  });

  it("have quiet hours from evening to morning until other times are chosen", async () => {
    const { mock } = await page();
    expect(find("quiet-from")).toBeNull();
    await check("quiet");
    expect(mock.notices.quiet).toEqual({ from: 1320, to: 420 });
    const from = hook("quiet-from") as HTMLInputElement;
    from.value = "21:30";
    from.dispatchEvent(new Event("change", { bubbles: true }));
    await settled();
    expect(mock.notices.quiet).toEqual({ from: 1290, to: 420 });
    await check("quiet");
    expect(mock.notices.quiet).toBeNull();
  });

  it("do not look saved when they were refused", async () => {
    const { mock } = await page();
    mock.refuse("saveNoticeSettings", "bad_request");
    await check("repeat");
    expect(hook("notices-error").dataset["code"]).toBe("bad_request");
    expect((hook("repeat") as HTMLInputElement).checked).toBe(false);
  });

  it("say why in words of one's own language, not in the program's", async () => {
    const { mock } = await page();
    mock.refusals.set("saveNoticeSettings", { code: "internal", message: "database disk image is malformed" });
    await check("repeat");
    expect(hook("notices-error").textContent).toBe(sayError({ code: "internal", message: "" }));
  });

  it("keep the last of several quick changes, however long storing takes", async () => {
    const { mock } = await page();
    const save = mock.saveNoticeSettings.bind(mock);
    let first = () => undefined as void;
    mock.saveNoticeSettings = async (wanted) => {
      if (wanted.volume === 75) await new Promise<void>((done) => (first = done));
      await save(wanted);
    };
    for (const volume of ["75", "80"]) await choose("volume", volume);
    first();
    await settled();
    expect(mock.notices.volume).toBe(80);
  });

  it("put back times that are no quiet hours, and say so", async () => {
    const { mock } = await page();
    await check("quiet");
    for (const [time, said] of [["07:00", true], ["", false]] as const) {
      await choose("quiet-from", time);
      expect((hook("quiet-from") as HTMLInputElement).value).toBe("22:00");
      expect(find("quiet-empty") !== null).toBe(said);
    }
    expect(mock.notices.quiet).toEqual({ from: 1320, to: 420 });
    await accessible();
  });

  it("say what the platform answered to a try, and what to change", async () => {
    const { mock } = await page();
    await click("self-test");
    expect(hook("self-test-answer").textContent).toContain("dunst 1.9.0 took the notification.");
    mock.tried = { ...mock.tried, shown: { took: "no", why: "no daemon" }, permission: "no_service" };
    await click("self-test");
    const said = hook("self-test-answer").textContent;
    expect(said).toContain("It was not shown: no daemon");
    expect(said).toContain("start a notification service");
  });
});

describe("the ledger", () => {
  it("says of each notice what became of it and why", async () => {
    await page();
    expect(hooks("ledger-line").length).toBeGreaterThan(2);
    const text = hooks("ledger-line").map((line) => line.textContent);
    expect(text.some((line) => line.includes("Not shown: you were Offline"))).toBe(true);
    expect(text.some((line) => line.includes("Shown without a sound: quiet hours"))).toBe(true);
    expect(text.some((line) => line.includes("Failed: no service"))).toBe(true);
  });

  it("is filtered by conversation and by reason", async () => {
    const { mock } = await page();
    const all = hooks("ledger-line").length;
    await choose("ledger-how", "on_screen");
    expect(hooks("ledger-line")).toHaveLength(1);
    await choose("ledger-how", "any");
    expect(hooks("ledger-line")).toHaveLength(all);
    const about = mock.ledgerLines[1]?.conversation_id ?? "";
    await choose("ledger-about", about);
    expect(hooks("ledger-line")).toHaveLength(1);
    expect(calls(mock, "ledger").at(-1)).toMatchObject({ conversation_id: about, outcome: { wanted: "any" } });
    await choose("ledger-how", "busy");
    expect(find("ledger-none")).not.toBeNull();
    await accessible();
  });

  it("says that nothing was there yet, and shows a test as soon as it was made", async () => {
    const { mock } = await page((played) => (played.ledgerLines = []));
    expect(hook("ledger-none").textContent).toContain("Nothing yet.");
    mock.ledgerLines = [{ id: 1, conversation_id: null, name: null, kind: "self_test", at: NOW, decided_at: NOW, outcome: { outcome: "shown", silent: null } }];
    await click("self-test");
    expect(hook("ledger-line").dataset["kind"]).toBe("self_test");
  });

  it("leads to the conversation", async () => {
    const { app, mock } = await page();
    await click("ledger-open");
    expect(app.settings).toBeNull();
    expect(app.open?.id).toBe(mock.ledgerLines[0]?.conversation_id);
  });
});

describe("what happened while one was away", () => {
  it("stands on a card, who waits in vain first, until it is put away", async () => {
    const { app, mock } = await screen("inbox");
    const [one, two] = mock.talks;
    mock.emit({
      event: "away",
      card: {
        since: NOW - 3_600_000,
        items: [
          { conversation_id: one?.conversation.id ?? "", name: "Mia", fate: { fate: "missed", since: clock.second - 84_000 } },
          { conversation_id: two?.conversation.id ?? "", name: null, fate: { fate: "answered", by: mock.team.agents[0]?.id ?? null } },
        ],
        more: 0,
      },
    });
    await settled();
    expect(hook("away").textContent).toContain("1 missed");
    const items = hooks("away-item").map((item) => item.textContent.replace(/\s+/gu, " ").trim());
    expect(items[0]).toBe("Mia missed, waits 1:24");
    expect(items[1]).toContain("answered by");
    await accessible();
    await click("away-item");
    expect(app.open?.id).toBe(one?.conversation.id);
    await click("away-dismiss");
    expect(calls(mock, "dismissAway")).toHaveLength(1);
    expect(find("away")).toBeNull();
  });
});

describe("a computer that hides notices", () => {
  it("is named while visitors see one online", async () => {
    const { mock } = await screen("inbox");
    expect(find("notices-hidden")).toBeNull();
    mock.emit({ event: "me", ...mock.me, notices_hidden: "do_not_disturb" });
    await settled();
    expect(hook("notices-hidden").textContent).toContain("Visitors see you online but your computer hides notices.");
    await accessible();
  });

  it("is put away until something else hides them, or the same again, and leads to the settings", async () => {
    const { app, mock } = await screen("inbox");
    const hides = async (notices_hidden: typeof mock.me.notices_hidden) => {
      mock.emit({ event: "me", ...mock.me, notices_hidden });
      await settled();
    };
    await hides("do_not_disturb");
    await click("hidden-dismiss");
    await hides("do_not_disturb");
    expect(find("notices-hidden")).toBeNull();
    await hides("no_service");
    expect(find("notices-hidden")).not.toBeNull();
    await click("hidden-dismiss");
    await hides(null);
    await hides("no_service");
    await click("hidden-settings");
    expect(app.settings).toBe("notices");
    expect(hook("notices-hidden").dataset["why"]).toBe("no_service");
  });
});

describe("the keyboard", () => {
  const pressOn = async (test: string) => {
    hook(test).focus();
    await click(test);
  };

  it("goes on at the list where the card is gone that it was on", async () => {
    const { mock } = await screen("inbox");
    mock.emit({ event: "me", ...mock.me, notices_hidden: "no_service" });
    await settled();
    await pressOn("hidden-dismiss");
    await until(() => expect((document.activeElement as HTMLElement).dataset["test"]).toBe("row"));
  });

  it("goes on at the page that a card led to", async () => {
    const { mock } = await screen("inbox");
    mock.emit({ event: "me", ...mock.me, notices_hidden: "no_service" });
    await settled();
    await pressOn("hidden-settings");
    await until(() => expect(document.activeElement).toBe(hook("settings-notices")));
  });

  it("goes on where the oldest lines of the ledger begin", async () => {
    await page((mock) => {
      const [line] = mock.ledgerLines;
      if (line) mock.ledgerLines = Array.from({ length: 60 }, (_, index) => ({ ...line, id: 60 - index }));
    });
    await pressOn("ledger-more");
    await until(() => expect(document.activeElement).toBe(hooks("ledger-line")[50]));
    await accessible();
  });
});

describe("times of quiet hours", () => {
  it("are minutes since midnight", () => {
    expect([minutesOf("00:00"), minutesOf("21:30"), minutesOf("24:00"), minutesOf("")]).toEqual([0, 1290, null, null]);
    expect([timeOf(0), timeOf(1290)]).toEqual(["00:00", "21:30"]);
  });
});
