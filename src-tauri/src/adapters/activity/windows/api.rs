//! What only Windows has: the questions, and the window that messages are sent to.
//!
//! The window is never shown, but it is a real one: a *message-only* window gets no broadcasts, and
//! sleep is one. It lives on a thread of its own, which does nothing but wait for messages. Suspend is
//! asked for besides (`RegisterSuspendResumeNotification`), since machines with modern standby do not
//! broadcast it; what comes twice is told once.
//!
//! Windows goes to sleep when every window has answered `PBT_APMSUSPEND`, or after 2 s, and ends a session
//! when every one has answered `WM_ENDSESSION`, or after 5 s. So the answer is held back for
//! [`GOODBYE_TAKES`], in which the goodbye leaves on another thread.

use std::cell::RefCell;
use std::mem::size_of;
use std::sync::Arc;

use agent::ports::{ActivityEvent, Clock};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use windows::Win32::Foundation::{HANDLE, HINSTANCE, HWND, LPARAM, LRESULT, WPARAM};
use windows::Win32::System::LibraryLoader::GetModuleHandleW;
use windows::Win32::System::Power::RegisterSuspendResumeNotification;
use windows::Win32::System::RemoteDesktop::{
    NOTIFY_FOR_THIS_SESSION, WTS_CURRENT_SESSION, WTS_SESSIONSTATE_LOCK, WTSFreeMemory, WTSINFOEXW,
    WTSQuerySessionInformationW, WTSRegisterSessionNotification, WTSSessionInfoEx,
};
use windows::Win32::System::SystemInformation::GetTickCount;
use windows::Win32::UI::Input::KeyboardAndMouse::{GetLastInputInfo, LASTINPUTINFO};
use windows::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DEVICE_NOTIFY_WINDOW_HANDLE, DefWindowProcW, DispatchMessageW, GetMessageW,
    MSG, PBT_APMRESUMEAUTOMATIC, PBT_APMRESUMESUSPEND, PBT_APMSUSPEND, RegisterClassW,
    WINDOW_EX_STYLE, WM_ENDSESSION, WM_POWERBROADCAST, WM_WTSSESSION_CHANGE, WNDCLASSW,
    WS_OVERLAPPED, WTS_SESSION_LOCK, WTS_SESSION_UNLOCK,
};
use windows::core::{PCWSTR, PWSTR, w};

use super::{Win32, Windows, told};
use crate::adapters::activity::GOODBYE_TAKES;
use crate::adapters::activity::poll::{self, Told};

// The numbers that are understood are Windows' own.
const _: () = assert!(
    super::POWER_BROADCAST == WM_POWERBROADCAST
        && super::END_SESSION == WM_ENDSESSION
        && super::SESSION_CHANGE == WM_WTSSESSION_CHANGE
        && super::SUSPEND == PBT_APMSUSPEND
        && super::RESUME_BY_A_PERSON == PBT_APMRESUMESUSPEND
        && super::RESUME == PBT_APMRESUMEAUTOMATIC
        && super::SESSION_LOCK == WTS_SESSION_LOCK
        && super::SESSION_UNLOCK == WTS_SESSION_UNLOCK
);

/// Begins to watch. Must be called inside the runtime.
pub fn start(clock: Arc<dyn Clock>, events: UnboundedSender<ActivityEvent>) {
    let (tell, told) = unbounded_channel();
    let listening = std::thread::Builder::new()
        .name("session-messages".into())
        .spawn(move || {
            if let Err(error) = listen(tell) {
                tracing::warn!(%error, "Windows tells neither lock nor sleep");
            }
        });
    if let Err(error) = listening {
        tracing::warn!(%error, "no thread to hear of lock and sleep");
    }
    tokio::spawn(poll::watch(
        Windows(This),
        told,
        clock,
        tokio::time::sleep,
        events,
    ));
}

/// This session.
struct This;

impl Win32 for This {
    fn last_input_tick(&self) -> Option<u32> {
        let mut info = LASTINPUTINFO {
            cbSize: u32::try_from(size_of::<LASTINPUTINFO>()).unwrap_or_default(),
            dwTime: 0,
        };
        // SAFETY: the structure is ours, lives through the call, and says its own size.
        unsafe { GetLastInputInfo(&raw mut info) }
            .as_bool()
            .then_some(info.dwTime)
    }

    fn tick(&self) -> u32 {
        // SAFETY: it takes nothing and reads a counter.
        unsafe { GetTickCount() }
    }

    fn locked(&self) -> bool {
        let mut buffer = PWSTR::null();
        let mut length = 0;
        // SAFETY: both places are ours and live through the call. What it gives is freed below, once.
        let asked = unsafe {
            WTSQuerySessionInformationW(
                None,
                WTS_CURRENT_SESSION,
                WTSSessionInfoEx,
                &raw mut buffer,
                &raw mut length,
            )
        };
        if asked.is_err() || buffer.is_null() {
            return false;
        }
        let whole = usize::try_from(length).is_ok_and(|length| length >= size_of::<WTSINFOEXW>());
        let locked = whole && {
            // SAFETY: the buffer holds such a structure, whole, as was just checked; level 1 is the only
            // one there is, and its flags are a plain number.
            let flags = unsafe {
                (*buffer.0.cast::<WTSINFOEXW>())
                    .Data
                    .WTSInfoExLevel1
                    .SessionFlags
            };
            u32::try_from(flags) == Ok(WTS_SESSIONSTATE_LOCK)
        };
        // SAFETY: it was given by the call above and is not used any more.
        unsafe { WTSFreeMemory(buffer.0.cast()) };
        locked
    }
}

thread_local! {
    /// Where the window of this thread tells, and whether it told of sleep last.
    static TELL: RefCell<Option<(UnboundedSender<Told>, bool)>> = const { RefCell::new(None) };
}

/// Makes the window and waits for messages, as long as the process lives.
fn listen(tell: UnboundedSender<Told>) -> windows::core::Result<()> {
    TELL.set(Some((tell, false)));
    const CLASS: PCWSTR = w!("PorchlightSessionMessages");
    // SAFETY: the module is this program, which stays. The class names a function of the right kind and
    // a text that is never freed; the window belongs to this thread, which alone gets its messages; the
    // message is ours and lives through each call.
    unsafe {
        let program = HINSTANCE(GetModuleHandleW(None)?.0);
        let class = WNDCLASSW {
            lpfnWndProc: Some(hear),
            hInstance: program,
            lpszClassName: CLASS,
            ..WNDCLASSW::default()
        };
        if RegisterClassW(&raw const class) == 0 {
            return Err(windows::core::Error::from_thread());
        }
        let window = CreateWindowExW(
            WINDOW_EX_STYLE(0),
            CLASS,
            CLASS,
            WS_OVERLAPPED,
            0,
            0,
            0,
            0,
            None,
            None,
            Some(program),
            None,
        )?;
        if let Err(error) = WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) {
            tracing::warn!(%error, "Windows does not tell lock");
        }
        if let Err(error) =
            RegisterSuspendResumeNotification(HANDLE(window.0), DEVICE_NOTIFY_WINDOW_HANDLE)
        {
            tracing::info!(%error, "Windows tells sleep by broadcast alone");
        }
        let mut message = MSG::default();
        // 0 is the end, -1 an error; both end the thread.
        while GetMessageW(&raw mut message, None, 0, 0).0 > 0 {
            DispatchMessageW(&raw const message);
        }
    }
    Ok(())
}

/// Called by Windows with each message of the window.
extern "system" fn hear(window: HWND, message: u32, what: WPARAM, more: LPARAM) -> LRESULT {
    if let Some(said) = u32::try_from(what.0)
        .ok()
        .and_then(|what| told(message, what))
    {
        let first_of_sleep = TELL.with_borrow_mut(|tell| {
            let Some((tell, asleep)) = tell else {
                return false;
            };
            tell.send(said).ok();
            let before = *asleep;
            match said {
                Told::Sleep => *asleep = true,
                Told::Wake => *asleep = false,
                Told::Locked | Told::Unlocked => {}
            }
            *asleep && !before
        });
        if first_of_sleep {
            std::thread::sleep(GOODBYE_TAKES);
        }
    }
    // SAFETY: exactly what Windows called us with.
    unsafe { DefWindowProcW(window, message, what, more) }
}
