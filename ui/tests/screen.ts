/** Puts a whole window on a played session, and finds things in it. */
import { render } from "@testing-library/svelte";
import axe from "axe-core";
import { expect, vi } from "vitest";
import AppView from "../src/App.svelte";
import { Mock } from "../src/backend/mock";
import type { Scene } from "../src/backend/mock-cast";
import { App } from "../src/state/app.svelte";
import { clock } from "../src/state/clock.svelte";

export type Screen = { mock: Mock; app: App };

/** A window on `scene`, drawn and at rest. */
export async function screen(scene: Scene = "inbox", change: (mock: Mock) => void = () => undefined): Promise<Screen> {
  const mock = new Mock(scene);
  change(mock);
  const app = new App(mock);
  render(AppView, { props: { app } });
  await vi.waitFor(() => expect(hook("stage").dataset["stage"]).toBe(mock.stage.stage));
  if (mock.stage.stage === "ready") await vi.waitFor(() => expect(app.list.loaded).toBe(true));
  await settled();
  return { mock, app };
}

/** What is under way here has been drawn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  }
}

export function find(test: string, more = ""): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-test="${test}"]${more}`);
}

export function hook(test: string, more = ""): HTMLElement {
  const found = find(test, more);
  if (!found) throw new Error(`nothing with data-test=${test}${more}`);
  return found;
}

export function hooks(test: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-test="${test}"]`)];
}

export async function until(condition: () => void): Promise<void> {
  await vi.waitFor(condition, { timeout: 10_000 });
}

export async function press(target: Element | Window, key: string, more: KeyboardEventInit = {}): Promise<void> {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  await settled();
}

export async function click(test: string, more = ""): Promise<void> {
  hook(test, more).click();
  await settled();
}

export async function fill(test: string, text: string): Promise<void> {
  const field = hook(test) as HTMLInputElement | HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settled();
}

/** Opens a conversation by its row, from the folder of all. */
export async function open(id: string): Promise<void> {
  await click("nav-all");
  await until(() => expect(find("row", `[data-conversation="${id}"]`)).not.toBeNull());
  await click("row", `[data-conversation="${id}"]`);
  await until(() => expect(find("message")).not.toBeNull());
}

/** The calls of one name the window made. */
export function calls(mock: Mock, name: string): unknown[] {
  return mock.calls.filter(([call]) => call === name).map(([, value]) => value);
}

/** No finding of axe. Contrast is looked at in a real browser: there is no layout here. */
export async function accessible(): Promise<void> {
  const result = await axe.run(document.body, {
    rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
  });
  expect(result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
}

/** It is that time, for this test: the screen's own clock goes on ticking and must read the same. */
export async function itIs(time: number): Promise<void> {
  vi.spyOn(Date, "now").mockReturnValue(time);
  clock.set(time);
  await settled();
}
