//! What only macOS has: the notification centre, and the object that it tells.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent::ports::{
    Act, Notification, NotificationAction, NotificationEvent, NotificationKey, Notifier,
    NotifierCapabilities, NotifierError, Permission, Urgency,
};
use async_trait::async_trait;
use block2::{DynBlock, RcBlock};
use objc2::rc::Retained;
use objc2::runtime::{Bool, NSObject, NSObjectProtocol, ProtocolObject};
use objc2::{AnyThread as _, DefinedClass as _, define_class, msg_send};
use objc2_foundation::{NSArray, NSBundle, NSError, NSSet, NSString};
use objc2_user_notifications::{
    UNAuthorizationOptions, UNAuthorizationStatus, UNMutableNotificationContent, UNNotification,
    UNNotificationAction, UNNotificationActionOptions, UNNotificationCategory,
    UNNotificationCategoryOptions, UNNotificationInterruptionLevel,
    UNNotificationPresentationOptions, UNNotificationRequest, UNNotificationResponse,
    UNNotificationSettings, UNTextInputNotificationAction, UNTextInputNotificationResponse,
    UNUserNotificationCenter, UNUserNotificationCenterDelegate,
};
use tokio::sync::{mpsc, oneshot};

use super::{came_back, category};
use crate::adapters::activation::Activation;
use crate::adapters::notifier::names;
use crate::adapters::notifier::text::{BODY_CHARACTERS, TITLE_CHARACTERS, plain};

/// The person is looking at a question of the system's, or nobody answers.
const ANSWERS_WITHIN: Duration = Duration::from_secs(5);

/// Names of notifications that are kept live. The system shows what it likes.
const MOST_LIVE: usize = 20;

/// macOS' notifications.
#[derive(Debug)]
pub struct DesktopNotifier {
    /// Sets of buttons by their names, with what they say.
    categories: Mutex<BTreeMap<String, Vec<NotificationAction>>>,
    /// Oldest first.
    live: Mutex<Vec<NotificationKey>>,
    receiver: Mutex<Option<mpsc::UnboundedReceiver<NotificationEvent>>>,
}

struct Told {
    events: mpsc::UnboundedSender<NotificationEvent>,
}

define_class!(
    // SAFETY: NSObject asks nothing of its subclasses, and this one has no `Drop`.
    #[unsafe(super(NSObject))]
    #[name = "PorchlightNotificationDelegate"]
    #[ivars = Told]
    struct Delegate;

    // SAFETY: NSObjectProtocol asks nothing.
    unsafe impl NSObjectProtocol for Delegate {}

    // SAFETY: the methods have the protocol's signatures.
    unsafe impl UNUserNotificationCenterDelegate for Delegate {
        #[unsafe(method(userNotificationCenter:willPresentNotification:withCompletionHandler:))]
        fn will_present(
            &self,
            _center: &UNUserNotificationCenter,
            _notification: &UNNotification,
            done: &DynBlock<dyn Fn(UNNotificationPresentationOptions)>,
        ) {
            let how = UNNotificationPresentationOptions::Banner;
            done.call((how | UNNotificationPresentationOptions::List,));
        }

        #[unsafe(method(userNotificationCenter:didReceiveNotificationResponse:withCompletionHandler:))]
        fn did_receive(
            &self,
            _center: &UNUserNotificationCenter,
            response: &UNNotificationResponse,
            done: &DynBlock<dyn Fn()>,
        ) {
            let name = response.notification().request().identifier().to_string();
            let action = response.actionIdentifier().to_string();
            let written = response.downcast_ref::<UNTextInputNotificationResponse>();
            let written = written.map(|it| it.userText().to_string());
            if let Some(key) = names::key(&name) {
                let event = came_back(key, &action, written);
                self.ivars().events.send(event).ok();
            }
            done.call(());
        }
    }
);

impl DesktopNotifier {
    /// The icon is the bundle's, and macOS lets whoever was clicked come to the front. Before the app has
    /// finished launching: a click that starts it is told then.
    #[must_use]
    pub fn new(_icon: Option<PathBuf>, _activation: Arc<Activation>) -> Self {
        let (events, receiver) = mpsc::unbounded_channel();
        if let Some(center) = center() {
            let delegate = Delegate::alloc().set_ivars(Told { events });
            // SAFETY: NSObject's `init` takes nothing.
            let delegate: Retained<Delegate> = unsafe { msg_send![super(delegate), init] };
            center.setDelegate(Some(ProtocolObject::from_ref(&*delegate)));
            // The centre holds it weakly, and tells it as long as the process lives.
            std::mem::forget(delegate);
        }
        Self {
            categories: Mutex::default(),
            live: Mutex::default(),
            receiver: Mutex::new(Some(receiver)),
        }
    }

    /// Makes a set of buttons known. All known ones are named each time, or they would be forgotten.
    fn know(&self, center: &UNUserNotificationCenter, actions: &[NotificationAction]) -> String {
        let name = category(actions);
        let mut known = self
            .categories
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !known.contains_key(&name) {
            known.insert(name.clone(), actions.to_vec());
            let all: Vec<_> = known
                .iter()
                .map(|(name, actions)| category_of(name, actions))
                .collect();
            center.setNotificationCategories(&NSSet::from_retained_slice(&all));
        }
        name
    }

    /// Enters one; answers which ones make room.
    fn enter(&self, key: NotificationKey) -> Vec<NotificationKey> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.retain(|it| *it != key);
        live.push(key);
        let too_many = live.len().saturating_sub(MOST_LIVE);
        live.drain(..too_many).collect()
    }

    fn hand_over(
        &self,
        notification: &Notification,
    ) -> Result<oneshot::Receiver<Option<String>>, NotifierError> {
        let center = center().ok_or_else(no_bundle)?;
        let content = UNMutableNotificationContent::new();
        content.setTitle(&NSString::from_str(&plain(
            &notification.title,
            TITLE_CHARACTERS,
        )));
        content.setBody(&NSString::from_str(&plain(
            &notification.body,
            BODY_CHARACTERS,
        )));
        content.setInterruptionLevel(match notification.urgency {
            Urgency::Low => UNNotificationInterruptionLevel::Passive,
            // Beyond it Apple's leave is needed.
            Urgency::Normal | Urgency::High => UNNotificationInterruptionLevel::Active,
        });
        let category = self.know(&center, &notification.actions);
        content.setCategoryIdentifier(&NSString::from_str(&category));
        for key in self.enter(notification.key) {
            remove(&center, key);
        }
        // The same name takes the place of what has it.
        let request = UNNotificationRequest::requestWithIdentifier_content_trigger(
            &NSString::from_str(&names::name(notification.key)),
            &content,
            None,
        );
        let (done, wait) = once();
        let done = RcBlock::new(move |error: *mut NSError| done(said(error)));
        center.addNotificationRequest_withCompletionHandler(&request, Some(&done));
        Ok(wait)
    }
}

/// `None` outside a bundle, where asking for it ends the program.
fn center() -> Option<Retained<UNUserNotificationCenter>> {
    NSBundle::mainBundle()
        .bundleIdentifier()
        .map(|_| UNUserNotificationCenter::currentNotificationCenter())
}

fn no_bundle() -> NotifierError {
    NotifierError("the app does not run from its bundle".to_owned())
}

/// A block may be called more than once, an answer is given once.
fn once<T>() -> (impl Fn(T) + Clone, oneshot::Receiver<T>) {
    let (done, wait) = oneshot::channel();
    let done = Arc::new(Mutex::new(Some(done)));
    let tell = move |value| {
        let done = done.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(done) = done {
            done.send(value).ok();
        }
    };
    (tell, wait)
}

fn said(error: *mut NSError) -> Option<String> {
    // SAFETY: it is null or an object that lives as long as the call.
    let error = unsafe { error.as_ref() };
    error.map(|error| error.localizedDescription().to_string())
}

fn category_of(name: &str, actions: &[NotificationAction]) -> Retained<UNNotificationCategory> {
    let actions: Vec<_> = actions.iter().map(action_of).collect();
    UNNotificationCategory::categoryWithIdentifier_actions_intentIdentifiers_options(
        &NSString::from_str(name),
        &NSArray::from_retained_slice(&actions),
        &NSArray::new(),
        UNNotificationCategoryOptions::CustomDismissAction,
    )
}

fn action_of(action: &NotificationAction) -> Retained<UNNotificationAction> {
    let code = NSString::from_str(action.act.code());
    let label = NSString::from_str(&plain(&action.label, TITLE_CHARACTERS));
    // Without `Foreground`: what is answered in the notification opens no window.
    let options = UNNotificationActionOptions::empty();
    if action.act == Act::Reply {
        let reply = UNTextInputNotificationAction::actionWithIdentifier_title_options_textInputButtonTitle_textInputPlaceholder(
            &code, &label, options, &label, &NSString::new(),
        );
        Retained::into_super(reply)
    } else {
        UNNotificationAction::actionWithIdentifier_title_options(&code, &label, options)
    }
}

fn remove(center: &UNUserNotificationCenter, key: NotificationKey) {
    let name = NSString::from_str(&names::name(key));
    let names = NSArray::from_retained_slice(&[name]);
    center.removePendingNotificationRequestsWithIdentifiers(&names);
    center.removeDeliveredNotificationsWithIdentifiers(&names);
}

fn ask_permission() -> Option<oneshot::Receiver<Permission>> {
    let center = center()?;
    let (done, wait) = once();
    let done = RcBlock::new(move |settings: NonNull<UNNotificationSettings>| {
        // SAFETY: it lives as long as the call.
        let status = unsafe { settings.as_ref() }.authorizationStatus();
        done(match status {
            UNAuthorizationStatus::NotDetermined => Permission::NotAsked,
            UNAuthorizationStatus::Denied => Permission::Denied,
            _ => Permission::Granted,
        });
    });
    center.getNotificationSettingsWithCompletionHandler(&done);
    Some(wait)
}

/// The system's question; answered when the person has answered.
fn ask_the_person() -> Option<oneshot::Receiver<bool>> {
    let center = center()?;
    let (done, wait) = once();
    let done = RcBlock::new(move |granted: Bool, _error: *mut NSError| done(granted.as_bool()));
    let what = UNAuthorizationOptions::Alert | UNAuthorizationOptions::Badge;
    center.requestAuthorizationWithOptions_completionHandler(what, &done);
    Some(wait)
}

async fn within<T>(wait: oneshot::Receiver<T>) -> Option<T> {
    tokio::time::timeout(ANSWERS_WITHIN, wait).await.ok()?.ok()
}

#[async_trait]
impl Notifier for DesktopNotifier {
    async fn capabilities(&self) -> NotifierCapabilities {
        let there = center().is_some();
        NotifierCapabilities {
            actions: there,
            click: there,
            replace: there,
            withdraw: there,
            markup: false,
            inline_reply: there,
            service: "macOS".to_owned(),
        }
    }

    async fn permission(&self) -> Permission {
        match ask_permission() {
            Some(wait) => within(wait).await.unwrap_or(Permission::NotAsked),
            None => Permission::NoService,
        }
    }

    async fn show(&self, notification: Notification) -> Result<(), NotifierError> {
        match self.permission().await {
            Permission::NoService => return Err(no_bundle()),
            Permission::Denied => {
                return Err(NotifierError(
                    "macOS' settings forbid notifications".to_owned(),
                ));
            }
            Permission::NotAsked => {
                let wait = ask_the_person();
                if let Some(wait) = wait {
                    // Shown or not, the question is on the screen: nobody waits for it here.
                    within(wait).await;
                }
            }
            Permission::Granted => {}
        }
        let wait = self.hand_over(&notification)?;
        match within(wait).await {
            Some(None) => Ok(()),
            Some(Some(error)) => Err(NotifierError(error)),
            None => Err(NotifierError("macOS does not answer".to_owned())),
        }
    }

    async fn withdraw(&self, key: NotificationKey) {
        self.live
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|it| *it != key);
        if let Some(center) = center() {
            remove(&center, key);
        }
    }

    fn events(&self) -> mpsc::UnboundedReceiver<NotificationEvent> {
        let mut taken = self.receiver.lock().unwrap_or_else(PoisonError::into_inner);
        // A second taker gets a stream that has ended.
        taken.take().unwrap_or_else(|| mpsc::unbounded_channel().1)
    }
}
