import { cleanup } from "@testing-library/svelte";
import { afterEach, beforeEach, vi } from "vitest";
import { speak } from "../src/words/words";

beforeEach(() => {
  speak(["en-GB"]);
  // happy-dom has no layout and no window that could have the keyboard: both are said here.
  vi.spyOn(document, "hasFocus").mockReturnValue(true);
});

afterEach(() => {
  cleanup();
  document.body.replaceChildren();
});
