/**
 * What a visitor has before them, and how a frame of the server changes it. Pure: nothing here
 * connects, stores or draws.
 */
import type { Seq, WidgetFrame, WidgetMessage, WidgetMode } from "../generated/protocol.ts";

/** What the server said so far. */
export interface Conversation {
  /** `null` until the first welcome: nobody knows yet whether there is a widget here. */
  readonly mode: WidgetMode | null;
  readonly workspace: string;
  readonly agents: readonly string[];
  readonly email: string | null;
  /** In order of their number, each once. */
  readonly messages: readonly WidgetMessage[];
}

/** Before the first welcome. */
export const NOTHING: Conversation = { mode: null, workspace: "", agents: [], email: null, messages: [] };

/** The conversation after a frame. Frames that change nothing, and unknown ones, leave it as it is. */
export function apply(conversation: Conversation, frame: WidgetFrame): Conversation {
  switch (frame.frame) {
    case "welcome":
      return {
        mode: frame.mode,
        workspace: frame.workspace_name,
        agents: frame.agents,
        email: frame.email,
        messages: merge(conversation.messages, frame.messages),
      };
    case "message":
      return { ...conversation, messages: merge(conversation.messages, [frame]) };
    case "mode":
      return { ...conversation, mode: frame.mode, agents: frame.agents };
    case "email_stored":
      return { ...conversation, email: frame.email };
    default:
      return conversation;
  }
}

/** The newest message the widget has; 0 when it has none. */
export function cursor(conversation: Conversation): Seq {
  return conversation.messages.at(-1)?.seq ?? 0;
}

/** Agents' messages after the last one that was on screen. */
export function unread(conversation: Conversation, seen: Seq): number {
  return conversation.messages.filter((message) => message.agent_name !== null && message.seq > seen).length;
}

function merge(old: readonly WidgetMessage[], more: readonly WidgetMessage[]): WidgetMessage[] {
  const bySeq = new Map([...old, ...more].map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
