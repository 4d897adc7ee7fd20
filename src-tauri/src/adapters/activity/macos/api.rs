//! What only macOS has: the questions, and the object that notifications are sent to.
//!
//! Both centres deliver on the main thread, whose run loop Tauri turns. The distributed one holds
//! notifications back while the app is not the active one, which in the tray is always, unless they are
//! asked for at once.
//!
//! The machine goes to sleep when everybody has taken the notification of it (or after 30 s). So taking it
//! lasts [`GOODBYE_TAKES`], in which the goodbye leaves on another thread.

use std::sync::Arc;

use agent::ports::{ActivityEvent, Clock};
use objc2::rc::Retained;
use objc2::runtime::{AnyObject, NSObject};
use objc2::{AnyThread as _, DefinedClass as _, define_class, msg_send, sel};
use objc2_app_kit::NSWorkspace;
use objc2_core_foundation::{CFBoolean, CFDictionary, CFRetained, CFString, CFType};
use objc2_core_graphics::{
    CGEventSource, CGEventSourceStateID, CGEventType, CGSessionCopyCurrentDictionary,
};
use objc2_foundation::{
    NSDistributedNotificationCenter, NSNotification, NSNotificationSuspensionBehavior, NSString,
};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::{
    DID_WAKE, Mac, Quartz, RESIGNED, RETURNED, SCREEN_LOCKED, SCREEN_UNLOCKED, WILL_SLEEP, told,
};
use crate::adapters::activity::GOODBYE_TAKES;
use crate::adapters::activity::poll::{self, Told};

/// `kCGAnyInputEventType`, which the headers define as a cast: every key, button and movement.
const ANY_INPUT: CGEventType = CGEventType(u32::MAX);

/// Begins to watch. Must be called inside the runtime.
pub fn start(clock: Arc<dyn Clock>, events: UnboundedSender<ActivityEvent>) {
    let (tell, told) = unbounded_channel();
    listen(tell);
    tokio::spawn(poll::watch(
        Mac(This),
        told,
        clock,
        tokio::time::sleep,
        events,
    ));
}

/// This login session.
struct This;

impl Quartz for This {
    fn seconds_since_input(&self) -> f64 {
        CGEventSource::seconds_since_last_event_type(
            CGEventSourceStateID::CombinedSessionState,
            ANY_INPUT,
        )
    }

    fn locked(&self) -> bool {
        let Some(session) = CGSessionCopyCurrentDictionary() else {
            return false;
        };
        // SAFETY: the keys of this dictionary are strings and its values property list types, as its
        // documentation says.
        let session: CFRetained<CFDictionary<CFString, CFType>> =
            unsafe { CFRetained::cast_unchecked(session) };
        session
            .get(&CFString::from_static_str("CGSSessionScreenIsLocked"))
            .and_then(|value| value.downcast::<CFBoolean>().ok())
            .is_some_and(|locked| locked.as_bool())
    }
}

define_class!(
    // SAFETY: NSObject asks nothing of those that extend it, and `Listener` does not implement `Drop`.
    #[unsafe(super(NSObject))]
    #[name = "PorchlightMachineListener"]
    #[ivars = UnboundedSender<Told>]
    struct Listener;

    impl Listener {
        // SAFETY: a notification's handler takes the notification and gives nothing.
        #[unsafe(method(heard:))]
        fn heard(&self, notification: &NSNotification) {
            if let Some(said) = told(&notification.name().to_string()) {
                self.ivars().send(said).ok();
                if said == Told::Sleep {
                    std::thread::sleep(GOODBYE_TAKES);
                }
            }
        }
    }
);

fn listen(tell: UnboundedSender<Told>) {
    let listener = Listener::alloc().set_ivars(tell);
    // SAFETY: `init` of NSObject, with our variables set.
    let listener: Retained<Listener> = unsafe { msg_send![super(listener), init] };
    let observer: &AnyObject = &listener;

    let distributed = NSDistributedNotificationCenter::defaultCenter();
    for name in [SCREEN_LOCKED, SCREEN_UNLOCKED] {
        // SAFETY: the observer has the method `heard:`, which takes one notification, and is never
        // freed.
        unsafe {
            distributed.addObserver_selector_name_object_suspensionBehavior(
                observer,
                sel!(heard:),
                Some(&NSString::from_str(name)),
                None,
                NSNotificationSuspensionBehavior::DeliverImmediately,
            );
        }
    }
    let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
    for name in [WILL_SLEEP, DID_WAKE, RESIGNED, RETURNED] {
        // SAFETY: as above.
        unsafe {
            workspace.addObserver_selector_name_object(
                observer,
                sel!(heard:),
                Some(&NSString::from_str(name)),
                None,
            );
        }
    }
    // The centres do not keep it: it stays as long as the process, as what it listens to does.
    std::mem::forget(listener);
}
