/**
 * What a visitor has before them, and how a frame of the server changes it. Pure: nothing here
 * connects, stores or draws.
 */
import type { GroupId, Seq, WidgetFrame, WidgetGroup, WidgetMessage, WidgetMode } from "../generated/protocol.ts";

/** What the server said so far. */
export interface Conversation {
  /** `null` until the first welcome: nobody knows yet whether there is a widget here. */
  readonly mode: WidgetMode | null;
  readonly workspace: string;
  readonly agents: readonly string[];
  readonly email: string | null;
  /** To choose from; empty: there is no choice. */
  readonly groups: readonly WidgetGroup[];
  /** The one chosen. */
  readonly group: GroupId | null;
  /** In order of their number, each once. */
  readonly messages: readonly WidgetMessage[];
}

/** Before the first welcome. */
export const NOTHING: Conversation = {
  mode: null, workspace: "", agents: [], email: null, groups: [], group: null, messages: [],
};

/** The conversation after a frame. Frames that change nothing, and unknown ones, leave it as it is. */
export function apply(conversation: Conversation, frame: WidgetFrame): Conversation {
  switch (frame.frame) {
    case "welcome":
      return {
        mode: frame.mode,
        workspace: frame.workspace_name,
        agents: frame.agents,
        email: frame.email,
        groups: frame.groups,
        group: frame.group_id,
        messages: merge(conversation.messages, frame.messages),
      };
    case "message":
      return { ...conversation, messages: merge(conversation.messages, [frame]) };
    case "mode":
      return { ...conversation, mode: frame.mode, agents: frame.agents, groups: frame.groups, group: frame.group_id };
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

/** Whether the visitor wrote before: the server keeps what belongs to them. */
export function wrote(conversation: Conversation): boolean {
  return conversation.messages.some((message) => message.agent_name === null);
}

/** Agents' messages after the last one that was on screen. */
export function unread(conversation: Conversation, seen: Seq): number {
  return conversation.messages.filter((message) => message.agent_name !== null && message.seq > seen).length;
}

function merge(old: readonly WidgetMessage[], more: readonly WidgetMessage[]): WidgetMessage[] {
  const bySeq = new Map([...old, ...more].map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
