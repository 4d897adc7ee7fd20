/**
 * The seam between the window and the session.
 *
 * The window keeps no truth of its own: it asks through these functions, which all read what is
 * stored on this computer and never wait for the network, and it is told by events what to ask for
 * again. `tauri.ts` is the real transport; `mock.ts` plays the session for tests and screenshots.
 */
import type {
  AgentId,
  AgentSettings,
  Body,
  ClientId,
  Command,
  ConversationId,
  ErrorBody,
  ErrorCode,
  GroupId,
  GroupRequest,
  Seq,
  SettingsRequest,
  SiteId,
  SiteRequest,
  StatusChange,
} from "../generated/protocol";
import type {
  AcceptInvitation,
  ConversationPage,
  ConversationView,
  DayView,
  DeviceSettings,
  Focus,
  FoundWorkspace,
  LedgerPage,
  LedgerRequest,
  ListQuery,
  NoticeSettings,
  OlderMessages,
  SelfTest,
  SignIn,
  Sound,
  StartAtLogin,
  StatusAnswer,
  UiEvent,
  UseThisComputer,
} from "../generated/view";

export type CloseChoice = "quit" | "minimise";

/** Every function rejects with an {@link ErrorBody}; see {@link asError}. */
export interface Backend {
  /** Starts the stream of events: first the whole state, then what changes. */
  attach(onEvent: (event: UiEvent) => void): Promise<void>;

  lookUp(address: string): Promise<FoundWorkspace>;
  signIn(signIn: SignIn): Promise<void>;
  acceptInvitation(invitation: AcceptInvitation): Promise<void>;
  useThisComputer(setup: UseThisComputer): Promise<void>;
  retryKeychain(): Promise<void>;
  /** Keeps the secrets in a file sealed with this passphrase, or opens the one that is there. */
  usePassphrase(passphrase: string): Promise<void>;
  /** Refuses with `conflict` while something is unsent, unless forced. */
  signOut(force: boolean): Promise<void>;

  list(query: ListQuery): Promise<ConversationPage>;
  conversation(conversationId: ConversationId): Promise<ConversationView>;
  older(conversationId: ConversationId, before: Seq): Promise<OlderMessages>;
  /** Resolves once the command is kept on this computer, sent or not. */
  submit(command: Command): Promise<ClientId>;
  retry(clientId: ClientId): Promise<void>;
  discard(clientId: ClientId): Promise<void>;
  saveDraft(conversationId: ConversationId, text: string): Promise<void>;
  /** A reply is being written: the visitor sees that. */
  writing(conversationId: ConversationId): Promise<void>;

  /** Without `confirmed`, the last agent of a site is asked first (`last_agent`). */
  changeStatus(change: StatusChange, confirmed: boolean): Promise<StatusAnswer>;
  /** Counts as input: keeps the person present while the countdown runs. */
  stayOnline(): Promise<void>;
  /** For admins: sets a colleague Offline, who sees by whom and can undo it. */
  setAgentOffline(agentId: AgentId): Promise<void>;
  /** Stored by the workspace, alike on all devices of the agent. */
  saveSettings(settings: AgentSettings): Promise<void>;
  /** One day of one's own status changes (`null`), or for admins of a colleague's. */
  day(agentId: AgentId | null, date: string): Promise<DayView>;
  /** Saves that day as a table; answers where. */
  exportDay(agentId: AgentId | null, date: string): Promise<string>;
  /** For admins, like the next two. */
  saveWorkspace(settings: SettingsRequest): Promise<void>;
  /** `null`: a new one. */
  saveSite(siteId: SiteId | null, site: SiteRequest): Promise<void>;
  saveGroup(groupId: GroupId | null, group: GroupRequest): Promise<void>;
  focus(focus: Focus): Promise<void>;
  /** The person pressed a key or moved the pointer here. */
  input(): Promise<void>;
  tryNow(): Promise<void>;

  openDemo(): Promise<void>;
  openLink(url: string): Promise<void>;
  closeChoice(choice: CloseChoice): Promise<void>;

  /** What is set for the notices of this computer. */
  noticeSettings(): Promise<NoticeSettings>;
  saveNoticeSettings(settings: NoticeSettings): Promise<void>;
  trySound(sound: Sound, volume: number): Promise<void>;
  /** "Why did I miss it?" */
  ledger(request: LedgerRequest): Promise<LedgerPage>;
  /** Puts the card of an absence away. */
  dismissAway(): Promise<void>;

  /** What is set for this computer alone. */
  deviceSettings(): Promise<DeviceSettings>;
  setStartAtLogin(start: StartAtLogin): Promise<void>;
  /** Like `Ctrl+Alt+P`; `null` for none. Refused keys (`bad_request`, `conflict`) leave the old ones. */
  setShortcut(keys: string | null): Promise<void>;
  /** Shows a notification and plays a sound, at a volume in percent: what the platform answered. */
  selfTest(volume: number): Promise<SelfTest>;
}

/** What the small window for a reply asks for: it has one conversation, which it cannot choose. */
export interface ReplyBackend {
  attach(onEvent: (event: UiEvent) => void): Promise<void>;
  read(): Promise<ConversationView>;
  /** Resolves once the reply is kept on this computer, sent or not. */
  send(body: Body, seenThrough: Seq): Promise<ClientId>;
  /** Gives up a reply that the workspace refused. */
  takeBack(clientId: ClientId): Promise<void>;
  saveDraft(text: string): Promise<void>;
  writing(): Promise<void>;
  focus(focused: boolean, atEnd: boolean): Promise<void>;
  input(): Promise<void>;
  /** Opens the main window on the conversation. */
  open(): Promise<void>;
  /** Closes the small window. */
  close(): Promise<void>;
}

/** What a rejected call met, whatever the transport threw. */
export function asError(thrown: unknown): ErrorBody {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown) {
    return { code: String(thrown.code) as ErrorCode, message: String(thrown.message) };
  }
  return { code: "internal", message: String(thrown) };
}

