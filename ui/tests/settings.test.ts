import { beforeEach, describe, expect, it, vi } from "vitest";
import { pressedKeys } from "../src/pure/keys";
import { changeLine } from "../src/settings/day";
import { dateIn } from "../src/settings/words";
import { clock } from "../src/state/clock.svelte";
import { accessible, calls, click, find, fill, hook, hooks, press, screen, settled, until } from "./screen";

async function settings(page = "availability") {
  const shown = await screen("inbox", (mock) => {
    mock.me = { ...mock.me, settings: { ...mock.me.settings, hours: { zone: "Europe/Berlin", week: [[{ from: 540, to: 750 }, { from: 810, to: 1080 }], [], [], [], [{ from: 1320, to: 120 }], [], []], exceptions: [] } } };
  });
  await click("nav-settings");
  if (page !== "availability") await click(`settings-${page}`);
  await settled();
  return shown;
}

async function choose(test: string, value: string) {
  const field = hook(test) as HTMLSelectElement;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  await settled();
}

async function check(test: string, more = "") {
  (hook(test, more) as HTMLInputElement).click();
  await settled();
}

const spans = (day: number) => hooks("span").filter((one) => one.dataset["day"] === String(day)).map((one) => one.getAttribute("aria-label"));

beforeEach(() => clock.set(new Date("2026-11-20T10:24:00").getTime()));

describe("availability hours", () => {
  it("are drawn day by day, over midnight on both days", async () => {
    await settings();
    expect(spans(0)).toEqual(["Monday 9:00 to 12:30", "Monday 13:30 to 18:00"]);
    expect(spans(4)).toEqual(["Friday 22:00 to Saturday 2:00", "Friday 22:00 to Saturday 2:00"]);
    await accessible();
  });

  it("are moved, made longer and removed by keys, and saved only when asked to", async () => {
    const { mock } = await settings();
    const first = () => hook("span", '[data-day="0"][data-index="0"]');
    await press(first(), "ArrowLeft");
    await press(first(), "ArrowRight", { shiftKey: true });
    expect(spans(0)[0]).toBe("Monday 8:45 to 12:30");
    await press(hook("span", '[data-day="0"][data-index="1"]'), "Delete");
    expect(spans(0)).toHaveLength(1);
    await press(first(), "ArrowDown");
    expect([spans(0), spans(1)]).toEqual([[], ["Tuesday 8:45 to 12:30"]]);
    expect(calls(mock, "saveSettings")).toEqual([]);
    await click("save-settings");
    expect(calls(mock, "saveSettings")).toMatchObject([{ hours: { week: [[], [{ from: 525, to: 750 }], [], [], [{ from: 1320, to: 120 }], [], []] } }]);
    expect(find("save-bar")).toBeNull();
    expect(hook("settings-said").textContent).toBe("Saved.");
  });

  it("keep the zone that was chosen before there were any", async () => {
    const { mock } = await screen("inbox", (played) => {
      played.me = { ...played.me, settings: { ...played.me.settings, hours: null } };
    });
    await click("nav-settings");
    await choose("zone", "America/Bogota");
    await check("day-on");
    expect((hook("zone") as HTMLSelectElement).value).toBe("America/Bogota");
    await click("save-settings");
    expect(calls(mock, "saveSettings")).toMatchObject([
      { hours: { zone: "America/Bogota", week: [[{ from: 540, to: 1020 }], [], [], [], [], [], []] } },
    ]);
  });

  it("never run into each other by dragging or by keys", async () => {
    await settings();
    for (let step = 0; step < 10; step += 1) await press(hook("span", '[data-day="0"][data-index="0"]'), "ArrowRight", { shiftKey: true });
    expect(spans(0)[0]).toBe("Monday 9:00 to 13:30");
  });

  it("take exact times, and say beside them why some cannot be", async () => {
    await settings();
    await press(hook("span", '[data-day="0"][data-index="0"]'), "x");
    hook("span", '[data-day="0"][data-index="0"]').dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 0 }));
    await settled();
    await fill("span-to", "14:07");
    await click("span-done");
    expect(hook("span-wrong").textContent).toContain("Two spans cannot overlap");
    expect((hook("span-to") as HTMLInputElement).value).toBe("14:07");
    await fill("span-to", "09:00");
    await click("span-done");
    expect(hook("span-wrong").textContent).toContain("same as the start");
    await fill("span-to", "12:07");
    await accessible();
    await click("span-done");
    expect(spans(0)[0]).toBe("Monday 9:00 to 12:07");
    expect(find("span-edit")).toBeNull();
  });

  it("come back when a day is switched off and on, and go to other days", async () => {
    await settings();
    await check("day-on");
    expect(spans(0)).toEqual([]);
    await check("day-on");
    expect(spans(0)).toHaveLength(2);
    await click("day-copy");
    await click("copy-workdays");
    expect([1, 2, 3].map((day) => spans(day).length)).toEqual([2, 2, 2]);
  });

  it("have exceptions by date, which do not overlap either", async () => {
    const { mock } = await settings();
    await click("exception-add");
    await fill("exception-first", "2026-12-26");
    await fill("exception-last", "2026-12-24");
    await click("exception-done");
    expect(hook("exception-wrong").textContent).toContain("before the first");
    await fill("exception-first", "2026-12-24");
    await fill("exception-last", "2026-12-26");
    await fill("exception-name", "Weihnachten");
    await click("exception-done");
    expect(hook("exception").textContent).toContain("Weihnachten");
    await click("exception-add");
    await fill("exception-first", "2026-12-25");
    await click("exception-done");
    expect(hook("exception-wrong").textContent).toContain("Another exception");
    await accessible();
    await click("save-settings");
    expect(calls(mock, "saveSettings")).toMatchObject([{ hours: { exceptions: [{ first: "2026-12-24", last: "2026-12-26", name: "Weihnachten", spans: [] }] } }]);
  });

  it("are not said to make anybody Offline while there are none", async () => {
    await screen("inbox", (mock) => {
      mock.me = { ...mock.me, settings: { ...mock.me.settings, hours: null } };
    });
    await click("nav-settings");
    await settled();
    expect(hook("no-hours").textContent).toContain("stays as you pick it");
    expect(hook("settings").textContent).not.toContain("Offline all day");
    await click("day-add");
    expect(find("no-hours")).toBeNull();
    expect(hooks("day-times")[6]?.textContent).toContain("Offline all day");
  });

  it("stay on screen when the workspace refuses them or cannot be reached", async () => {
    const { mock } = await settings();
    await press(hook("span", '[data-day="0"][data-index="0"]'), "Delete");
    mock.refuse("saveSettings", "bad_request");
    await click("save-settings");
    expect(hook("save-error").dataset["code"]).toBe("bad_request");
    expect(spans(0)).toHaveLength(1);
    mock.refuse("saveSettings", "unavailable");
    await click("save-settings");
    expect(hook("save-error").textContent).toContain("stays here");
    await click("discard-settings");
    expect(spans(0)).toHaveLength(2);
  });

  it("say when they were changed elsewhere meanwhile", async () => {
    const { mock } = await settings();
    await press(hook("span", '[data-day="0"][data-index="0"]'), "Delete");
    mock.me = { ...mock.me, settings: { ...mock.me.settings, on_return: "ask" } };
    mock.emit({ event: "me", ...mock.me });
    await until(() => expect(hook("save-bar").textContent).toContain("another of your devices"));
  });
});

describe("the day it is", () => {
  it("is written alike whatever the system's own way of writing dates", () => {
    const format = vi.spyOn(Intl.DateTimeFormat.prototype as { format: unknown }, "format", "get").mockReturnValue(() => "11/20/2026");
    expect(dateIn("Pacific/Kiritimati", Date.UTC(2026, 10, 20, 12))).toBe("2026-11-21");
    expect(dateIn("Nowhere/Atall", new Date("2026-11-20T12:00:00").getTime())).toBe("2026-11-20");
    format.mockRestore();
  });
});

describe("what comes next", () => {
  it("is said with its day, where that is not today", async () => {
    const { mock } = await settings();
    const monday = new Date("2026-11-23T09:00:00").getTime();
    mock.me = { ...mock.me, next: { at: monday, status: "online", source: { by: "hours" } } };
    mock.emit({ event: "me", ...mock.me });
    await until(() => expect(hook("next-change").textContent.replace(/\u00a0/gu, " ")).toMatch(/^Next: Online at Mon 9:00/u));
  });
});

describe("what counts as away", () => {
  it("is set with limits that are named", async () => {
    const { mock } = await settings();
    await choose("idle-delay", "minutes");
    for (const bad of ["0", "241", "x"]) {
      (hook("idle-minutes") as HTMLInputElement).value = bad;
      hook("idle-minutes").dispatchEvent(new Event("change", { bubbles: true }));
      await settled();
      expect(hook("idle-wrong").textContent).toBe("Between 1 and 240 minutes.");
    }
    (hook("idle-minutes") as HTMLInputElement).value = "25";
    hook("idle-minutes").dispatchEvent(new Event("change", { bubbles: true }));
    await choose("lock-delay", "five_minutes");
    await check("return-ask");
    await check("invisible-offers");
    await click("save-settings");
    expect(calls(mock, "saveSettings")).toMatchObject([{ idle: { delay: "minutes", minutes: 25 }, lock: "five_minutes", on_return: "ask", invisible_offers: true }]);
  });

  it("always restores where Offline is automatic only", async () => {
    const { mock } = await settings();
    mock.team = { ...mock.team, workspace: { ...mock.team.workspace, statuses: { busy: false, offline_by_hand: false } } };
    mock.emit({ event: "team", ...mock.team });
    await until(() => expect((hook("return-ask") as HTMLInputElement).disabled).toBe(true));
    expect((hook("return-restore") as HTMLInputElement).checked).toBe(true);
  });
});

describe("my day", () => {
  it("tells each change and where it came from", async () => {
    await settings();
    await until(() => expect(hooks("day-change")).toHaveLength(9));
    const lines = hooks("day-change").map((line) => line.textContent.replace(/\s+/gu, " ").trim());
    expect(lines[1]).toMatch(/10:02 .*Offline, idle since 9:52.*your devices/u);
    expect(lines[5]).toMatch(/Invisible until .*you, from the tray/u);
    expect(lines[8]).toMatch(/Offline.*wind-down/u);
  });

  it("tells the times of its own zone, and a sign-in as what it is", () => {
    const at = Date.UTC(2026, 10, 20, 1);
    const choice = { status: "online", at, source: { by: "first_sign_in" }, plan: null } as const;
    const out = { at, minute: 600, presence: { status: "offline", reason: { why: "signed_out" }, since: at }, choice, what: "away" } as const;
    const idle = { ...out, presence: { status: "offline", reason: { why: "idle", since: at }, since: at } } as const;
    const back = { ...out, presence: { status: "online", reason: { why: "chosen" }, since: at }, what: "back" } as const;
    expect(changeLine(idle, null, "Asia/Tokyo", null)).toMatch(/^Offline, idle since 10:00/u);
    expect(changeLine(back, out, "Asia/Tokyo", null)).toBe("Online, signed in");
    expect(changeLine(back, idle, "Asia/Tokyo", null)).toBe("Online, restored on return");
  });

  it("goes back day by day, not into the future, and is saved as a table", async () => {
    const { mock } = await settings();
    await until(() => expect(hooks("day-change")).toHaveLength(9));
    expect((hook("day-after") as HTMLButtonElement).disabled).toBe(true);
    await click("day-before");
    expect(hook("day-strip").textContent).toMatch(/Thu.* 19|19.* Thu/u);
    expect(hook("day").dataset["date"]).toBe("2026-11-19");
    await until(() => expect(calls(mock, "day").at(-1)).toEqual([null, "2026-11-19"]));
    await click("day-csv");
    expect(hook("day-saved").textContent).toContain("porchlight-2026-11-19.csv");
  });

  it("is a colleague's only where the workspace lets admins see it", async () => {
    const { mock } = await settings();
    expect((hook("day-whose") as HTMLSelectElement).disabled).toBe(true);
    mock.team = { ...mock.team, workspace: { ...mock.team.workspace, status_log_for_admins: true } };
    mock.emit({ event: "team", ...mock.team });
    await until(() => expect((hook("day-whose") as HTMLSelectElement).disabled).toBe(false));
    const other = mock.team.agents.find((agent) => agent.id !== mock.me.agent.id);
    await choose("day-whose", other?.id ?? "");
    await until(() => expect(calls(mock, "day").at(-1)).toEqual([other?.id, "2026-11-20"]));
  });
});

describe("this computer", () => {
  it("starts at login as the system says, and takes keys that are pressed", async () => {
    const { mock } = await settings("computer");
    await until(() => expect(find("start-off")).not.toBeNull());
    await check("start-tray");
    expect(calls(mock, "setStartAtLogin")).toEqual(["tray"]);
    await click("shortcut");
    await press(hook("shortcut"), "Control", { code: "ControlLeft", ctrlKey: true });
    await press(hook("shortcut"), "o", { code: "KeyO", ctrlKey: true, altKey: true });
    await until(() => expect(calls(mock, "setShortcut")).toEqual(["Ctrl+Alt+O"]));
    await until(() => expect(hook("shortcut").textContent).toBe("Ctrl+Alt+O"));
    await accessible();
  });

  it("keeps the old keys when others are refused, and says why there can be none", async () => {
    const { mock } = await settings("computer");
    await until(() => expect(find("shortcut")).not.toBeNull());
    await click("shortcut");
    mock.refuse("setShortcut", "conflict");
    await press(hook("shortcut"), "o", { code: "KeyO", ctrlKey: true });
    await until(() => expect(hook("device-error").dataset["code"]).toBe("conflict"));
    mock.device = { ...mock.device, shortcut_problem: "wayland" };
    await click("settings-availability");
    await click("settings-computer");
    await until(() => expect(hook("shortcut-problem").textContent).toContain("Wayland"));
    expect((hook("shortcut") as HTMLButtonElement).disabled).toBe(true);
  });

  it("takes no letter from every program", () => {
    const held = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };
    expect(pressedKeys({ ...held, code: "KeyA" }).keys).toBeNull();
    expect(pressedKeys({ ...held, code: "KeyA", shiftKey: true }).keys).toBeNull();
    expect(pressedKeys({ ...held, code: "ControlLeft", ctrlKey: true })).toEqual({ shown: "Ctrl+", keys: null });
    expect(pressedKeys({ ...held, code: "F9" }).keys).toBe("F9");
    expect(pressedKeys({ ...held, code: "ArrowUp", metaKey: true, altKey: true }).keys).toBe("Alt+Super+Up");
  });
});

describe("what admins arrange", () => {
  it("is there for admins alone", async () => {
    const { mock } = await settings("statuses");
    await accessible();
    mock.me = { ...mock.me, agent: { ...mock.me.agent, role: "agent" } };
    mock.emit({ event: "me", ...mock.me });
    await until(() => expect(hook("settings").dataset["page"]).toBe("availability"));
    expect(find("settings-statuses")).toBeNull();
  });

  it("sets which statuses may be picked", async () => {
    const { mock } = await settings("statuses");
    await check("statuses-busy");
    await check("statuses-automatic");
    await check("status-log");
    await click("save-settings");
    expect(calls(mock, "saveWorkspace")).toMatchObject([{ statuses: { busy: true, offline_by_hand: false }, status_log_for_admins: true }]);
  });

  it("sets after how much silence conversations close", async () => {
    const { mock } = await settings("statuses");
    expect((hook("close-after-hours") as HTMLInputElement).value).toBe("24");
    await choose("close-after-hours", "721");
    await until(() => expect(hook("settings").textContent).toContain("Between 1 and 720 hours."));
    await choose("close-after-hours", "48");
    await click("save-settings");
    expect(calls(mock, "saveWorkspace")).toMatchObject([{ close_after_hours: 48 }]);
    await choose("close-after", "never");
    await until(() => expect(find("close-after-hours")).toBeNull());
    await accessible();
  });

  it("says who answers a site, and who is in a group", async () => {
    const { mock } = await settings("sites");
    await accessible();
    const site = mock.team.sites[0]?.id;
    await check("site-hidden");
    const group = hook("site-group").dataset["group"];
    await check("site-group");
    await click("save-settings");
    expect(calls(mock, "saveSite")).toMatchObject([[site, { when_nobody: "hidden", groups: [group] }]]);
    await click("settings-groups");
    await accessible();
    await click("group-new");
    await fill("group-name", "Night");
    await check("group-member");
    await click("save-settings");
    expect(calls(mock, "saveGroup")).toMatchObject([[null, { name: "Night" }]]);
  });

  it("leads back to the inbox by Escape", async () => {
    await settings("statuses");
    await press(hook("settings"), "Escape");
    expect(find("settings")).toBeNull();
    expect(find("row")).not.toBeNull();
  });
});
