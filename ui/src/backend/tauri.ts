/** The real transport: one call per command of the shell, named as it is named there. */
import { Channel, invoke } from "@tauri-apps/api/core";
import type { UiEvent } from "../generated/view";
import type { Backend, ReplyBackend } from "./index";

export const tauri: Backend = {
  attach(onEvent) {
    const channel = new Channel<UiEvent>();
    channel.onmessage = onEvent;
    return invoke("attach", { channel });
  },
  lookUp: (address) => invoke("look_up", { address }),
  signIn: (signIn) => invoke("sign_in", { signIn }),
  acceptInvitation: (invitation) => invoke("accept_invitation", { invitation }),
  useThisComputer: (setup) => invoke("use_this_computer", { setup }),
  retryKeychain: () => invoke("retry_keychain", {}),
  usePassphrase: (passphrase) => invoke("use_passphrase", { passphrase }),
  signOut: (force) => invoke("sign_out", { force }),
  list: (query) => invoke("list", { query }),
  conversation: (conversationId) => invoke("conversation", { conversationId }),
  older: (conversationId, before) => invoke("older", { conversationId, before }),
  submit: (command) => invoke("submit", { command }),
  retry: (clientId) => invoke("retry", { clientId }),
  discard: (clientId) => invoke("discard", { clientId }),
  saveDraft: (conversationId, text) => invoke("save_draft", { conversationId, text }),
  changeStatus: (change, confirmed) => invoke("change_status", { change, confirmed }),
  stayOnline: () => invoke("stay_online", {}),
  setAgentOffline: (agentId) => invoke("set_agent_offline", { agentId }),
  saveSettings: (settings) => invoke("save_settings", { settings }),
  day: (agentId, date) => invoke("day", { agentId, date }),
  exportDay: (agentId, date) => invoke("export_day", { agentId, date }),
  saveWorkspace: (settings) => invoke("save_workspace", { settings }),
  saveSite: (siteId, site) => invoke("save_site", { siteId, site }),
  saveGroup: (groupId, group) => invoke("save_group", { groupId, group }),
  writing: (conversationId) => invoke("writing", { conversationId }),
  focus: (focus) => invoke("focus", { focus }),
  input: () => invoke("input", {}),
  tryNow: () => invoke("try_now", {}),
  openDemo: () => invoke("open_demo", {}),
  openLink: (url) => invoke("open_link", { url }),
  closeChoice: (choice) => invoke("close_choice", { choice }),
  noticeSettings: () => invoke("notice_settings", {}),
  saveNoticeSettings: (settings) => invoke("save_notice_settings", { settings }),
  trySound: (sound, volume) => invoke("try_sound", { sound, volume }),
  ledger: (request) => invoke("ledger", { request }),
  dismissAway: () => invoke("dismiss_away", {}),
  deviceSettings: () => invoke("device_settings", {}),
  setStartAtLogin: (start) => invoke("set_start_at_login", { start }),
  setShortcut: (keys) => invoke("set_shortcut", { keys }),
  selfTest: (volume) => invoke("self_test", { volume }),
};

/** The same for the small window for a reply, which may call nothing else. */
export const tauriReply: ReplyBackend = {
  attach(onEvent) {
    const channel = new Channel<UiEvent>();
    channel.onmessage = onEvent;
    return invoke("reply_attach", { channel });
  },
  read: () => invoke("reply_read", {}),
  send: (body, seenThrough) => invoke("reply_send", { body, seenThrough }),
  takeBack: (clientId) => invoke("reply_take_back", { clientId }),
  saveDraft: (text) => invoke("reply_draft", { text }),
  writing: () => invoke("reply_writing", {}),
  focus: (focused, atEnd) => invoke("reply_focus", { focused, atEnd }),
  input: tauri.input,
  open: () => invoke("reply_open", {}),
  close: () => invoke("reply_close", {}),
};
