//! What the windows may ask for: one list, and thin functions behind it.
//!
//! The list below is the only one in code. It makes Tauri's handler and [`COMMANDS`], which a test
//! (`tests/ipc.rs`) holds against the permissions and the functions of the UI. Each command checks
//! its input against the limits ([`check`]; what is to be sent, the session checks), hands it to the
//! session, and answers `{code, message}` when that refuses.

pub mod check;
pub mod desk;
pub mod device;
pub mod inbox;
pub mod notices;
pub mod reply;
pub mod session;
pub mod status;

macro_rules! commands {
    ($($place:ident::$name:ident),* $(,)?) => {
        /// Every command's name.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// Answers the windows' calls.
        pub fn handler<R: tauri::Runtime>()
        -> impl Fn(tauri::ipc::Invoke<R>) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($place::$name),*]
        }
    };
}

commands![
    session::attach,
    session::look_up,
    session::sign_in,
    session::accept_invitation,
    session::use_this_computer,
    session::retry_keychain,
    session::use_passphrase,
    session::sign_out,
    session::try_now,
    inbox::list,
    inbox::conversation,
    inbox::older,
    inbox::submit,
    inbox::retry,
    inbox::discard,
    inbox::save_draft,
    desk::change_status,
    desk::focus,
    desk::input,
    desk::writing,
    desk::open_demo,
    desk::open_link,
    desk::close_choice,
    status::stay_online,
    status::save_settings,
    status::day,
    status::export_day,
    status::set_agent_offline,
    status::save_workspace,
    status::save_site,
    status::save_group,
    notices::notice_settings,
    notices::save_notice_settings,
    notices::try_sound,
    notices::ledger,
    notices::dismiss_away,
    device::device_settings,
    device::set_start_at_login,
    device::set_shortcut,
    device::self_test,
    reply::reply_attach,
    reply::reply_read,
    reply::reply_send,
    reply::reply_take_back,
    reply::reply_draft,
    reply::reply_writing,
    reply::reply_focus,
    reply::reply_open,
    reply::reply_close,
];
