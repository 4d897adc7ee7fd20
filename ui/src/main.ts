import { mount } from "svelte";
import AppView from "./App.svelte";
import type { Backend } from "./backend";
import { App } from "./state/app.svelte";
import { speak } from "./words/words";
import "./design/sheets";

async function backend(): Promise<Backend> {
  // Outside the app there is no session: `npm run dev` shows a played one. Not in a real build.
  if (import.meta.env.DEV && new URLSearchParams(location.search).has("mock")) {
    const { Mock } = await import("./backend/mock");
    const mock = Mock.fromAddress(location.search);
    Object.assign(window, { mock });
    return mock;
  }
  return (await import("./backend/tauri")).tauri;
}

document.documentElement.lang = speak(navigator.languages);
const target = document.getElementById("app");
if (target) mount(AppView, { target, props: { app: new App(await backend()) } });
