/**
 * A played session: in memory, for component tests and for looking at screens with
 * `npm run dev` (`/?mock=inbox`, see {@link Scene}). It is never part of a real build.
 *
 * It keeps the session's promises where the window relies on them: commands are echoed at once as
 * waiting and stored on the next turn (while connected), events say what to ask for again, and
 * pages are cut as asked.
 */
import type {
  AgentId,
  AgentSettings,
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
  Status,
  StatusChange,
} from "../generated/protocol";
import type {
  AcceptInvitation,
  ConnectionView,
  ConversationPage,
  ConversationView,
  CountsView,
  DayView,
  DeviceSettings,
  Focus,
  FoundWorkspace,
  LedgerLine,
  LedgerPage,
  LedgerRequest,
  ListQuery,
  MessageItem,
  MeView,
  NoticeSettings,
  OlderMessages,
  SelfTest,
  SignIn,
  Sound,
  Stage,
  StartAtLogin,
  StatusAnswer,
  TeamView,
  UiEvent,
  UseThisComputer,
} from "../generated/view";
import { plainText } from "../pure/body";
import { asksFor } from "../status/change";
import type { Backend, CloseChoice } from "./index";
import { playDay } from "./mock-day";
import { noticeDefaults, pageOf, playLedger } from "./mock-notices";
import { decided, lastFor } from "./mock-status";
import { cast, countsOf, itemOf, ME, message, type Scene, type Talk } from "./mock-cast";

const PAGE = 50;

export class Mock implements Backend {
  stage: Stage = { stage: "ready" };
  me: MeView;
  team: TeamView;
  connection: ConnectionView = { state: "live" };
  /** What the platform answers to a try of its notifications. */
  tried: SelfTest = {
    shown: { took: "yes" },
    sound: { took: "yes" },
    permission: "granted",
    do_not_disturb: false,
    service: "dunst 1.9.0",
    buttons: true,
    inline_reply: false,
  };
  device: DeviceSettings = { start_at_login: "off", shortcut: null, shortcut_problem: null };
  notices: NoticeSettings = noticeDefaults();
  ledgerLines: LedgerLine[];
  talks: Talk[] = [];
  /** Something keeps the secrets: a keychain, or a file with a passphrase. */
  keychain: boolean;
  /** Every call, in order: what tests look at. */
  readonly calls: [string, unknown?][] = [];
  /** What the next call of that name is refused with. */
  readonly refusals = new Map<string, ErrorBody>();
  #listeners: ((event: UiEvent) => void)[] = [];
  #seq: Seq;

  constructor(scene: Scene = "inbox", now: number = Date.now()) {
    const played = cast(scene, now);
    this.me = played.me;
    this.team = played.team;
    this.talks = played.talks;
    this.ledgerLines = playLedger(this.talks, now);
    this.#seq = this.talks.reduce((most, talk) => Math.max(most, talk.messages.at(-1)?.seq ?? 0), 0);
    const error: ErrorBody = { code: "unavailable", message: "the server does not answer" };
    if (scene === "first_run" || scene === "keyless") this.stage = { stage: "first_run", because: null, lost_unsent: 0 };
    if (scene === "starting") this.stage = { stage: "starting" };
    if (scene === "locked" || scene === "missing" || scene === "sealed") {
      this.stage = {
        stage: "keychain_locked",
        error,
        missing: scene === "missing",
        passphrase: scene === "sealed",
      };
    }
    this.keychain = scene !== "keyless";
    if (scene === "broken") {
      this.stage = { stage: "broken", error: { code: "internal", message: "the file is damaged" } };
    }
    if (scene === "lost") {
      this.connection = { state: "lost", since: now - 6 * 60_000, next_try_at: now + 12_000, error };
      this.me.presence = { status: "offline", reason: { why: "connection_lost" }, since: now - 6 * 60_000 };
    }
  }

  /** `?mock=lost` plays that scene. */
  static fromAddress(search: string): Mock {
    const scene = new URLSearchParams(search).get("mock") as Scene | "" | null;
    return new Mock(scene || "inbox");
  }

  // — what a test makes happen —

  emit(event: UiEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  refuse(call: string, code: ErrorCode): void {
    this.refusals.set(call, { code, message: code });
  }

  talk(id: ConversationId): Talk {
    const found = this.talks.find((talk) => talk.conversation.id === id);
    if (!found) throw { code: "not_found", message: "there is no such conversation" } satisfies ErrorBody;
    return found;
  }

  visitorWrites(id: ConversationId, text: string, now: number = Date.now()): void {
    const talk = this.talk(id);
    this.#seq += 1;
    talk.messages.push(message(this.#seq, { by: "visitor" }, text, now));
    talk.here += 1;
    talk.conversation.last_message_at = now;
    talk.conversation.waiting_since ??= now;
    talk.conversation.state = "open";
    this.changed(id);
  }

  changed(id: ConversationId): void {
    this.emit({ event: "counts", ...this.counts() });
    this.emit({ event: "conversations_changed", ids: [id] });
  }

  set(connection: ConnectionView): void {
    this.connection = connection;
    this.emit({ event: "connection", ...connection });
    if (connection.state !== "live") return;
    for (const talk of this.talks) {
      const waiting = talk.messages.filter((one) => one.delivery.delivery === "waiting");
      for (const one of waiting) this.#store(talk, one.client_id);
    }
  }

  counts(): CountsView {
    return countsOf(this.talks, this.team, (talk) => this.#isMine(talk, true));
  }

  // — the backend —

  async attach(onEvent: (event: UiEvent) => void): Promise<void> {
    this.#note("attach");
    this.#listeners.push(onEvent);
    if (this.stage.stage === "ready") this.#state(onEvent);
    onEvent({ event: "stage", ...this.stage });
  }

  async lookUp(address: string): Promise<FoundWorkspace> {
    this.#note("lookUp", address);
    if (!address.includes(".")) throw { code: "not_found", message: "no workspace there" } satisfies ErrorBody;
    return { name: this.team.workspace.name, address: `https://${address}` };
  }

  async signIn(signIn: SignIn): Promise<void> {
    this.#note("signIn", signIn);
    this.#keep();
    this.#enter();
  }

  async acceptInvitation(invitation: AcceptInvitation): Promise<void> {
    this.#note("acceptInvitation", invitation);
    this.#keep();
    this.#enter();
  }

  async useThisComputer(setup: UseThisComputer): Promise<void> {
    this.#note("useThisComputer", setup);
    this.#keep();
    this.me.agent.name = setup.name;
    this.team = {
      ...this.team,
      workspace: { ...this.team.workspace, name: setup.workspace_name },
      local: true,
      agents: [this.me.agent],
      presence: this.team.presence.filter((one) => one.agent_id === ME),
      groups: [],
    };
    this.talks = [];
    this.#enter();
  }

  async retryKeychain(): Promise<void> {
    this.#note("retryKeychain");
    this.#enter();
  }

  async usePassphrase(passphrase: string): Promise<void> {
    this.#note("usePassphrase", passphrase);
    if ([...passphrase].length < 12) throw { code: "bad_request", message: "" } satisfies ErrorBody;
    this.keychain = true;
    if (this.stage.stage === "keychain_locked") this.#enter();
  }

  async signOut(force: boolean): Promise<void> {
    this.#note("signOut", force);
    this.stage = { stage: "first_run", because: null, lost_unsent: 0 };
    this.emit({ event: "stage", ...this.stage });
  }

  async list(query: ListQuery): Promise<ConversationPage> {
    this.#note("list", query);
    const { folder } = query;
    const found = this.talks.filter(({ conversation }, index) => {
      if ((conversation.state === "open") !== query.open) return false;
      const talk = this.talks[index];
      if (folder.folder === "mine") return talk !== undefined && this.#isMine(talk, true);
      if (folder.folder === "unassigned") return conversation.assigned.length === 0;
      if (folder.folder === "group") return conversation.group_id === folder.group_id;
      return true;
    });
    found.sort((one, other) => {
      const newest = other.conversation.last_message_at - one.conversation.last_message_at;
      if (query.sort === "oldest") return -newest;
      if (query.sort === "longest_waiting") {
        const wait = (talk: Talk) => talk.conversation.waiting_since ?? Infinity;
        if (wait(one) !== wait(other)) return wait(one) < wait(other) ? -1 : 1;
      }
      return newest;
    });
    return {
      items: found.slice(query.offset, query.offset + query.limit).map((talk) => itemOf(talk, this.#isMine(talk, false))),
      total: found.length,
    };
  }

  async conversation(conversationId: ConversationId): Promise<ConversationView> {
    this.#note("conversation", conversationId);
    const talk = this.talk(conversationId);
    const messages = talk.messages.slice(-PAGE);
    return {
      conversation: { ...talk.conversation, assigned: [...talk.conversation.assigned] },
      messages: messages.map((one) => ({ ...one })),
      more: talk.messages.length > messages.length,
      seen_through: talk.messages.reduce((most, one) => Math.max(most, one.seq ?? 0), 0),
      read_through: talk.readThrough,
      draft: talk.draft,
    };
  }

  async older(conversationId: ConversationId, before: Seq): Promise<OlderMessages> {
    this.#note("older", before);
    const talk = this.talk(conversationId);
    const older = talk.messages.filter((one) => one.seq !== null && one.seq < before);
    const reachable = this.connection.state === "live" ? older : older.slice(-Math.max(0, talk.here - PAGE));
    const messages = talk.here <= PAGE && this.connection.state !== "live" ? [] : reachable.slice(-PAGE);
    return {
      messages,
      more: older.length > messages.length,
      not_here: older.length > 0 && messages.length === 0,
    };
  }

  async submit(command: Command): Promise<ClientId> {
    this.#note("submit", command);
    const talk = this.talk(command.conversation_id);
    const { conversation } = talk;
    const clientId = crypto.randomUUID();
    switch (command.kind) {
      case "reply":
      case "comment": {
        const echo: MessageItem = {
          ...message(null, { by: "me" }, plainText(command.body), Date.now()),
          client_id: clientId,
          kind: command.kind,
          delivery: { delivery: "waiting" },
        };
        talk.messages.push(echo);
        conversation.last_message_at = echo.at;
        if (this.connection.state === "live") setTimeout(() => this.#store(talk, echo.client_id), 0);
        break;
      }
      case "assign":
        conversation.assigned = [...command.agents];
        break;
      case "add_agent":
        conversation.assigned = [...conversation.assigned, command.agent_id];
        break;
      case "leave":
        conversation.assigned = conversation.assigned.filter((id) => id !== ME);
        break;
      case "set_group":
        conversation.group_id = command.group_id;
        break;
      case "close":
        conversation.state = "closed";
        conversation.waiting_since = null;
        conversation.missed = null;
        break;
      case "reopen":
        conversation.state = "open";
        break;
      case "mark_read":
        talk.readThrough = Math.max(talk.readThrough, command.through);
        break;
    }
    this.changed(conversation.id);
    return clientId;
  }

  async retry(clientId: ClientId): Promise<void> {
    this.#note("retry", clientId);
    const talk = this.#owner(clientId);
    if (talk) this.#store(talk, clientId);
  }

  async discard(clientId: ClientId): Promise<void> {
    this.#note("discard", clientId);
    const talk = this.#owner(clientId);
    if (!talk) return;
    talk.messages = talk.messages.filter((one) => one.client_id !== clientId);
    this.changed(talk.conversation.id);
  }

  async saveDraft(conversationId: ConversationId, text: string): Promise<void> {
    this.#note("saveDraft", { conversationId, text });
    this.talk(conversationId).draft = text;
    this.emit({ event: "conversations_changed", ids: [conversationId] });
  }

  async writing(conversationId: ConversationId): Promise<void> {
    this.#note("writing", conversationId);
  }

  async changeStatus(change: StatusChange, confirmed: boolean): Promise<StatusAnswer> {
    this.#note("changeStatus", { change, confirmed });
    const status = asksFor(change);
    const last = status === "online" || confirmed ? null : lastFor(ME, this.team);
    if (last) {
      return { answer: "last_agent", change, via: "app", open_conversations: this.me.open_conversations, ...last };
    }
    this.me = { ...this.me, pending: change };
    this.emit({ event: "me", ...this.me });
    if (this.connection.state !== "live") return { answer: "taken" };
    setTimeout(() => {
      const now = Date.now();
      this.me = decided(this.me, change, now);
      this.#show(ME, status, now);
      this.emit({ event: "me", ...this.me });
    }, 0);
    return { answer: "taken" };
  }

  async stayOnline(): Promise<void> {
    this.#note("stayOnline");
    this.me = { ...this.me, drops_at: null };
    this.emit({ event: "me", ...this.me });
  }

  async setAgentOffline(agentId: AgentId): Promise<void> {
    this.#note("setAgentOffline", agentId);
    this.#show(agentId, "offline", Date.now());
  }

  async saveSettings(settings: AgentSettings): Promise<void> {
    this.#note("saveSettings", settings);
    this.me = { ...this.me, settings };
    this.emit({ event: "me", ...this.me });
  }

  async day(agentId: AgentId | null, date: string): Promise<DayView> {
    this.#note("day", [agentId, date]);
    return playDay(agentId ?? ME, date);
  }

  async exportDay(agentId: AgentId | null, date: string): Promise<string> {
    this.#note("exportDay", [agentId, date]);
    return `/home/jonas/Downloads/porchlight-${date}.csv`;
  }

  async saveWorkspace(settings: SettingsRequest): Promise<void> {
    this.#note("saveWorkspace", settings);
    this.team = { ...this.team, workspace: { ...this.team.workspace, ...settings } };
    this.emit({ event: "team", ...this.team });
  }

  async saveSite(siteId: SiteId | null, site: SiteRequest): Promise<void> {
    this.#note("saveSite", [siteId, site]);
    const id = siteId ?? `site-${this.team.sites.length}`;
    this.team = { ...this.team, sites: [...this.team.sites.filter((one) => one.id !== id), { id, ...site }] };
    this.emit({ event: "team", ...this.team });
  }

  async saveGroup(groupId: GroupId | null, group: GroupRequest): Promise<void> {
    this.#note("saveGroup", [groupId, group]);
    const id = groupId ?? `group-${this.team.groups.length}`;
    this.team = { ...this.team, groups: [...this.team.groups.filter((one) => one.id !== id), { id, ...group }] };
    this.emit({ event: "team", ...this.team });
  }

  async focus(focus: Focus): Promise<void> {
    this.#note("focus", focus);
  }

  async input(): Promise<void> {
    this.#note("input");
  }

  async tryNow(): Promise<void> {
    this.#note("tryNow");
    this.set({ state: "live" });
  }

  async openDemo(): Promise<void> {
    this.#note("openDemo");
  }

  async openLink(url: string): Promise<void> {
    this.#note("openLink", url);
  }

  async closeChoice(choice: CloseChoice): Promise<void> {
    this.#note("closeChoice", choice);
  }

  async noticeSettings(): Promise<NoticeSettings> {
    this.#note("noticeSettings");
    return structuredClone(this.notices);
  }

  async saveNoticeSettings(settings: NoticeSettings): Promise<void> {
    this.#note("saveNoticeSettings", settings);
    this.notices = structuredClone(settings);
  }

  async trySound(sound: Sound, volume: number): Promise<void> {
    this.#note("trySound", [sound, volume]);
  }

  async ledger(request: LedgerRequest): Promise<LedgerPage> {
    this.#note("ledger", request);
    return pageOf(this.ledgerLines, request);
  }

  async dismissAway(): Promise<void> {
    this.#note("dismissAway");
    this.emit({ event: "away", card: null });
  }

  async deviceSettings(): Promise<DeviceSettings> {
    this.#note("deviceSettings");
    return { ...this.device };
  }

  async setStartAtLogin(start: StartAtLogin): Promise<void> {
    this.#note("setStartAtLogin", start);
    this.device.start_at_login = start;
  }

  async setShortcut(keys: string | null): Promise<void> {
    this.#note("setShortcut", keys);
    this.device.shortcut = keys;
  }

  async selfTest(volume: number): Promise<SelfTest> {
    this.#note("selfTest", volume);
    return { ...this.tried };
  }

  // — inside —

  #note(call: string, value?: unknown): void {
    this.calls.push([call, value]);
    const refusal = this.refusals.get(call);
    if (refusal) {
      this.refusals.delete(call);
      throw refusal;
    }
  }

  #state(to: (event: UiEvent) => void): void {
    to({ event: "me", ...this.me });
    to({ event: "connection", ...this.connection });
    to({ event: "team", ...this.team });
    to({ event: "counts", ...this.counts() });
  }

  /** The team sees an agent so from now on. */
  #show(agentId: AgentId, status: Status, since: number): void {
    const presence = this.team.presence.map((one) => (one.agent_id === agentId ? { ...one, status, since } : one));
    this.team = { ...this.team, presence };
    this.emit({ event: "team", ...this.team });
  }

  #keep(): void {
    if (!this.keychain) throw { code: "no_keychain", message: "no keychain runs here" } satisfies ErrorBody;
  }

  #enter(): void {
    this.stage = { stage: "ready" };
    this.#state((event) => this.emit(event));
    this.emit({ event: "stage", ...this.stage });
  }

  #isMine(talk: Talk, offered: boolean): boolean {
    const { assigned } = talk.conversation;
    return assigned.includes(ME) || (offered && assigned.length === 0 && this.me.presence.status === "online");
  }

  #owner(clientId: ClientId): Talk | undefined {
    return this.talks.find((talk) => talk.messages.some((one) => one.client_id === clientId));
  }

  #store(talk: Talk, clientId: ClientId): void {
    const at = talk.messages.findIndex((one) => one.client_id === clientId);
    const found = talk.messages[at];
    if (!found) return;
    this.#seq += 1;
    talk.messages[at] = { ...found, id: found.client_id, seq: this.#seq, delivery: { delivery: "stored" } };
    if (found.kind === "reply") {
      talk.conversation.waiting_since = null;
      talk.conversation.missed = null;
      if (!talk.conversation.assigned.includes(ME)) talk.conversation.assigned = [...talk.conversation.assigned, ME];
    }
    this.changed(talk.conversation.id);
  }
}
