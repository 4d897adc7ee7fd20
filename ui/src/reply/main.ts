/** The small window for a reply: the same words, looks and rules as the main one, and little else. */
import { mount } from "svelte";
import type { ReplyBackend } from "../backend";
import { speak } from "../words/words";
import { QuickReply } from "./quick-reply.svelte";
import ReplyView from "./Reply.svelte";
import "../design/sheets";

async function backend(): Promise<ReplyBackend> {
  // As in the main window: `npm run dev` plays one, at `/reply.html?mock=inbox&conversation=katharina`.
  if (import.meta.env.DEV && new URLSearchParams(location.search).has("mock")) {
    const { playReply } = await import("../backend/mock-reply");
    const played = playReply(location.search);
    Object.assign(window, { mock: played.mock });
    return played;
  }
  return (await import("../backend/tauri")).tauriReply;
}

document.documentElement.lang = speak(navigator.languages);
const target = document.getElementById("app");
if (target) mount(ReplyView, { target, props: { reply: new QuickReply(await backend()) } });
