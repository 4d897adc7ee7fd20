/** What the page of notices says of kinds, reasons and sounds. */
import type { LedgerLine, LedgerOutcome, NoticeKind, Sound, Suppressed } from "../generated/view";
import { key, say } from "../words/words";

/** In the order of the page: what presses most comes first. */
export const KINDS: readonly [NoticeKind, string][] = [
  ["missed", key("notice-kind-missed")],
  ["new_chat", key("notice-kind-new-chat")],
  ["offered", key("notice-kind-offered")],
  ["message", key("notice-kind-message")],
  ["assigned", key("notice-kind-assigned")],
  ["mention", key("notice-kind-mention")],
];

export const SOUNDS: readonly [Sound, string][] = [
  ["chime", key("notice-sound-chime")],
  ["drop", key("notice-sound-drop")],
  ["knock", key("notice-sound-knock")],
  ["alarm", key("notice-sound-alarm")],
];

/** Notices that are of no visitor. */
const OWN: Readonly<Record<string, string>> = {
  digest: key("notice-kind-digest"),
  idle_soon: key("notice-kind-idle-soon"),
  welcome_back: key("notice-kind-welcome-back"),
  hours_end: key("notice-kind-hours-end"),
  connection_lost: key("notice-kind-connection-lost"),
  sign_in_lost: key("notice-kind-sign-in-lost"),
  self_test: key("notice-kind-self-test"),
};

export const REASONS: readonly [Suppressed, string][] = [
  ["offline", key("notice-why-offline")],
  ["invisible", key("notice-why-invisible")],
  ["busy", key("notice-why-busy")],
  ["on_screen", key("notice-why-on-screen")],
  ["own_action", key("notice-why-own-action")],
  ["quiet_hours", key("notice-why-quiet-hours")],
  ["do_not_disturb", key("notice-why-do-not-disturb")],
  ["permission_denied", key("notice-why-permission-denied")],
  ["already_answered", key("notice-why-already-answered")],
  ["already_read", key("notice-why-already-read")],
  ["muted", key("notice-why-muted")],
  ["replaced", key("notice-why-replaced")],
  ["gone", key("notice-why-gone")],
];

export function kindName(line: LedgerLine): string {
  const word = KINDS.find(([kind]) => kind === line.kind)?.[1] ?? OWN[line.kind];
  return word === undefined ? line.kind : say(word);
}

/** A reason of a later version is shown as it is. */
export function reasonName(reason: string): string {
  const word = REASONS.find(([one]) => one === reason)?.[1];
  return word === undefined ? reason : say(word);
}

export function outcomeName(outcome: LedgerOutcome): string {
  switch (outcome.outcome) {
    case "shown":
      return outcome.silent === null ? say("ledger-shown") : say("ledger-shown-silently", { reason: reasonName(outcome.silent) });
    case "suppressed":
      return say("ledger-not-shown", { reason: reasonName(outcome.reason) });
    case "failed":
      return say("ledger-failed", { why: outcome.why });
  }
}

/** `22:05` as minutes since midnight; `null` for anything else. */
export function minutesOf(time: string): number | null {
  const parts = /^(\d{1,2}):(\d{2})/u.exec(time);
  if (!parts) return null;
  const minutes = Number(parts[1]) * 60 + Number(parts[2]);
  return minutes < 1440 ? minutes : null;
}

export function timeOf(minutes: number): string {
  const pad = (part: number) => String(part).padStart(2, "0");
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
