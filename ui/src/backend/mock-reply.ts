/** The small window for a reply on a played session ({@link Mock}). */
import type { ConversationId } from "../generated/protocol";
import type { ReplyBackend } from "./index";
import { Mock } from "./mock";

export class MockReply implements ReplyBackend {
  readonly mock: Mock;
  readonly id: ConversationId;
  /** What became of the window. */
  closed = false;
  opened = false;

  constructor(mock: Mock, id: ConversationId) {
    this.mock = mock;
    this.id = id;
  }

  attach: ReplyBackend["attach"] = (onEvent) => this.mock.attach(onEvent);
  read: ReplyBackend["read"] = () => this.mock.conversation(this.id);
  send: ReplyBackend["send"] = (body, seenThrough) =>
    this.mock.submit({ kind: "reply", conversation_id: this.id, body, seen_through: seenThrough });
  takeBack: ReplyBackend["takeBack"] = (clientId) => this.mock.discard(clientId);
  saveDraft: ReplyBackend["saveDraft"] = (text) => this.mock.saveDraft(this.id, text);
  writing: ReplyBackend["writing"] = () => this.mock.writing(this.id);
  focus: ReplyBackend["focus"] = (focused, atEnd) =>
    this.mock.focus({ focused, conversation_id: this.id, at_end: atEnd });
  input: ReplyBackend["input"] = () => this.mock.input();

  async open(): Promise<void> {
    this.opened = true;
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** `?mock=lost&conversation=piet` plays that conversation of that scene. */
export function playReply(search: string): MockReply {
  const id = new URLSearchParams(search).get("conversation") ?? "katharina";
  return new MockReply(Mock.fromAddress(search), id);
}
