# The agent's window. Words of the product: workspace, agent, visitor, conversation, reply, comment.

## In general
starting = Starting
loading = Loading
cancel = Cancel
close = Close
back = Back to the list
you = You
you-named = { $name } (you)
somebody = Somebody
visitor = Visitor
unassigned = Unassigned
not-known = Not known yet
retry = Retry
discard = Discard
try-again = Try again
try-now = Try now
put-away = OK
key-alt = Alt

## First run
first-title = Where are your conversations?
first-motto = The light is on when somebody is in.
first-server = Sign in to a workspace
first-server-hint = Your team runs Porchlight on a server.
first-address = Server address
first-found = Found the workspace { $name }
first-not-found = No workspace answers at this address.
first-email = E-mail
first-password = Password
first-here = Use this computer
first-here-hint = A workspace that lives here, for working alone or having a look. It is a trial, for this computer only.
first-name = Your name
first-workspace = Name of the workspace
first-invitation = Use an invitation
first-invitation-hint = Somebody in your team sent you a link.
first-link = Invitation link
first-new-password = Choose a password
first-password-hint =
    { $count ->
        [one] At least one character
       *[other] At least { $count } characters
    }
first-safe = Your sign-in stays in the system’s keychain, conversations are stored encrypted.
first-safe-passphrase = Your sign-in stays in a file encrypted with your passphrase, conversations are stored encrypted.
first-go = Continue
first-busy = One moment …
first-signed-out = This computer was signed out of the workspace. What was stored here has been removed.
first-bad-address = This is no address that Porchlight may use. It begins with https://; http:// is for this computer alone.
first-bad-link = This is not right yet. Copy the whole invitation link, to its very end.
first-unavailable = Either the workspace or the keychain of this computer does not answer. Check the address, and whether the keychain is unlocked.
first-keychain-unavailable = The keychain of this computer does not answer or is locked. Unlock it, then try again.
first-lost =
    { $count ->
        [one] One thing you did had not reached the workspace and is lost.
       *[other] { $count } things you did had not reached the workspace and are lost.
    }

## When what is stored cannot be read
keychain-title = The keychain is locked
keychain-text = Your sign-in is safe, but it cannot be read now. Unlock the keychain of your system, then try again.
keychain-missing-title = This computer has no keychain
keychain-missing-text = Porchlight keeps your sign-in in the keychain of the system and found none. Start or install one (GNOME Keyring or KWallet, for example), then try again. Nothing stored here is lost meanwhile.
stopped-still = Tried again at { $time }, in vain.
passphrase-title = No keychain runs here
passphrase-keychain = It is best to start one (GNOME Keyring or KWallet, for example) and try again.
passphrase-text = Or keep your sign-in in a file encrypted with a passphrase. Porchlight asks for it at every start, and it cannot be recovered.
passphrase = Passphrase
passphrase-repeat = Repeat the passphrase
passphrase-different = The two are not the same.
passphrase-use = Use a passphrase
passphrase-short = This passphrase is too short.
passphrase-wrong = That is not the passphrase.
passphrase-needless = This computer has a keychain after all. Unlock it, then try again without a passphrase.
passphrase-failed = The encrypted file cannot be read or written. See whether the disk is full, then try again.
unlock-title = Enter your passphrase
unlock-text = Your sign-in is in a file encrypted with it.
unlock = Unlock
broken-title = The stored conversations cannot be opened
broken-text = Try again, or restart Porchlight. If that does not help, remove what is stored on this computer and sign in again.
broken-why = The disk may be full, the data damaged, or written by a newer version.
broken-why-keychain = The keychain no longer holds what belongs to these data. If another keychain does, open that one and try again.
broken-remove = Remove what is stored here
broken-remove-text = What the workspace has comes back when you sign in again. What was not sent yet is lost.
broken-remove-yes = Remove and sign out

## Errors, by their code
error-bad-request = This does not have the right form. Check what you entered.
error-wrong-credentials = E-mail or password is wrong.
error-not-signed-in = This computer is not signed in any more. Sign in again.
error-not-allowed = You may not do this. An admin of the workspace can.
not-carried-out = Something you did was not carried out. { $why }
link-nowhere = This link leads nowhere in Porchlight. Ask whoever sent it for another one.
link-elsewhere = This link belongs to another workspace. Sign in there to open it.
link-gone = This conversation is not here: it was deleted, or it is in a group that you are not in.
error-not-found = This is not there (any more).
error-conflict = This clashes with what is there already.
error-too-large = This is too long.
error-rate-limited = Too many tries. Wait a minute.
error-expired = This link was used already or is too old. Ask for a new one.
error-version-mismatch = App and server speak different versions. Update the older of the two.
error-unavailable = The workspace does not answer now. Try again in a moment.
error-no-keychain = No keychain runs on this computer, so your sign-in cannot be kept.
error-internal = Something went wrong inside Porchlight. The log says more.

## Time
time-yesterday = Yesterday
time-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }
day-today = Today, { $date }
day-yesterday = Yesterday, { $date }
age-now = just now
age-minutes = { $count } min
age-since = since { $time }

## Status
status-label = Status
status-online = Online
status-busy = Busy
status-invisible = Invisible
status-offline = Offline
meaning-online = Visitors see you available
meaning-invisible =
    { $count ->
        [0] Visitors see you away
        [one] Away, but available in your chat
       *[other] Away, but available in your { $count } chats
    }
meaning-offline = Away everywhere, no notices
own-label = Your status
own-since = { $status } since { $time }
own-line = { $status }: { $why }
own-line-back = { $status }: { $why }, { $back }
own-pending-lost = { $offline }, { $status } once connected
own-pending = { $status }, not confirmed yet
why-idle = idle since { $time }
why-locked = locked since { $time }
why-asleep = computer asleep since { $time }
why-signed-out = signed out at { $time }
why-quit = app quit at { $time }
why-connection-lost = connection lost at { $time }, trying again
why-admin = set by { $name } at { $time }
back-to-online = back to Online on return
back-to-busy = back to Busy on return
back-to-invisible = back to Invisible on return
mate-line = { $status } · { $age }
was-online = Was online
was-busy = Was busy
was-invisible = Was invisible
was-offline = Was offline
meaning-busy = No new chats, you may pick some
own-until-hours = { $status } until { $time }, by your hours
own-until-then = { $status } until { $time }, then { $then }
own-for-minutes =
    { $count ->
        [one] { $status } for 1 more minute, then { $then }
       *[other] { $status } for { $count } more minutes, then { $then }
    }
own-winding =
    { $count ->
        [0] { $status }, winding down: { $offline } in a moment
        [one] { $status }, winding down: { $offline } after your last chat
       *[other] { $status }, winding down: { $offline } after your last { $count } chats
    }
own-seen =
    { $count ->
        [one] The visitor in 1 chat still sees you
       *[other] Visitors in { $count } chats still see you
    }
own-sentence = { $line }.
why-held = waiting for you
an-admin = an admin
return-asks = asks you on return
return-stays = stays { $offline } on return
detail-since = { $status } since { $time }.
detail-since-by = { $status } since { $time }, { $by }.
detail-next = Next: { $status } at { $time }.
detail-winding =
    { $count ->
        [0] Winding down: { $offline } in a moment.
        [one] Winding down: { $offline } after your last chat.
       *[other] Winding down: { $offline } after your last { $count } chats.
    }
detail-seen =
    { $count ->
        [one] The visitor in 1 chat still sees you.
       *[other] Visitors in { $count } chats still see you.
    }
by-hours = by your hours
by-time-up = when the time was up
by-wound-down = after your last chat
by-first-sign-in = from your first sign-in
by-tray = picked in the tray
by-command-line = picked on the command line
by-shortcut = picked by shortcut
by-notification = picked in a notification
while-title = Invisible for a while
while-now = Until { $time }
while-head = Invisible, then Online
while-minutes = { $count } minutes
while-hour = 1 hour
while-tomorrow = Until tomorrow
while-other = Until another time
until-title = Invisible until another time
until-time = Until
until-end = { $status } again at { $time }.
until-wrong = Enter a time of day, like 14:30.
until-zone = In the time zone of your hours, { $zone }.
until-go = Go { $status }
wind-down = Wind down
meaning-wind-down = Invisible now, Offline after your last chat
hours-link = Availability hours
undo-admin = Undo
undo-admin-to = Back to { $status }
last-title = You are the last one online for { $site }
last-title-many = You are the last one online for { $count } sites
last-messenger =
    { $count ->
        [one] When you go { $status }, the site’s widget turns to Messenger.
       *[other] When you go { $status }, the widget of these sites turns to Messenger.
    }
last-hidden =
    { $count ->
        [one] When you go { $status }, the site’s widget is hidden.
       *[other] When you go { $status }, the widget of these sites is hidden.
    }
last-mixed = When you go { $status }, the widget of these sites changes.
last-site-messenger = turns to Messenger
last-site-hidden = is hidden
last-others =
    { $count ->
        [one] { $names } is online but does not answer this site.
       *[other] { $names } are online but do not answer this site.
    }
last-chats-stay =
    { $count ->
        [one] Your chat goes on as it is.
       *[other] Your { $count } chats go on as they are.
    }
last-chats-away =
    { $count ->
        [one] The visitor in your chat sees you away.
       *[other] The visitors in your { $count } chats see you away.
    }
last-go = Go { $status } anyway
last-stay = Stay { $status }
drop-in =
    { $count ->
        [one] { $offline } in 1 second
       *[other] { $offline } in { $count } seconds
    }
drop-now = { $offline } in a moment
drop-idle =
    { $count ->
        [one] Nothing has moved for a minute.
       *[other] Nothing has moved for { $count } minutes.
    }
drop-keeps = Any key keeps you { $status }.
stay-online = Stay online
stay-here = I am here
stay-offline = Stay { $offline }
hours-end = Your hours end at { $time }.
hours-end-open =
    { $count ->
        [one] One conversation of yours is open.
       *[other] { $count } conversations of yours are open.
    }
dismiss = Dismiss
back-title = Welcome back, { $name }.
back-idle = You have been { $offline } since { $time }, because nothing moved on this computer.
back-locked = You have been { $offline } since { $time }, because this computer was locked.
back-asleep = You have been { $offline } since { $time }, because this computer was asleep.
back-plain = You were away, and you stay { $offline } until you pick another status.
mate-open = { $count } open
mate-nothing-open = Nothing open
mate-line-load = { $line } · { $load }
mate-no-groups = In no group
mate-set-offline = Set { $offline }
mate-set-offline-hint = They see that it was you, and can undo it
limited-wayland = Idle detection is limited: this desktop does not tell apps when you are away. Only keys and clicks in Porchlight count.
limited-no-extension = Idle detection is limited: the display server does not count idle time. Only keys and clicks in Porchlight count.
limited-platform = Idle detection is limited on this system. Only keys and clicks in Porchlight count.
limited-wayland-mend = Today’s GNOME, Cinnamon, Plasma, COSMIC, Sway and Hyprland tell, and so does an X11 session.
limited-no-extension-mend = A display server with the IDLETIME counter does. Remote desktops and nested servers often lack it.
limited-no-display = Idle detection is limited: no display server answers. Only keys and clicks in Porchlight count.
limited-no-display-mend = Start Porchlight from inside the desktop session. It looks again by itself.
limited-flatpak = Idle detection is limited: the Flatpak sandbox keeps Porchlight from the desktop’s idle monitor. Only keys and clicks in Porchlight count.
limited-flatpak-mend = Allow it with this command, then start Porchlight again:
sign-out = Sign out
sign-out-title = Not everything is sent
sign-out-text =
    { $count ->
        [one] One thing you did has not reached the workspace yet. Signing out removes it from this computer.
       *[other] { $count } things you did have not reached the workspace yet. Signing out removes them from this computer.
    }
sign-out-local-title = Sign out of this computer’s workspace?
sign-out-local-text = The workspace lives in this app. After signing out its conversations cannot be opened any more.
sign-out-force = Sign out anyway
sign-out-stay = Stay signed in

## Navigation
nav-label = Main
nav-mine = My messages
nav-unassigned = Unassigned
nav-all = All messages
nav-groups = Groups
nav-team = Team
nav-team-as-of = Team, as of { $time }
house-live = Live chat · { $count } online
house-messenger = Messenger · 0 online
house-hidden = Widget hidden · 0 online
house-nobody = Nobody online
house-no-connection = No connection
house-local = Trial on this computer
demo-nav = Demo site
demo-hint = Open a website with your chat widget in the browser
demo-open = Open the demo site

## Connection
lost-since = No connection since { $time }.
lost-never = Not connected yet.
lost-text = You can read and write. Visitors see you away until it is back.
lost-unsent =
    { $count ->
        [one] One thing waits to be sent.
       *[other] { $count } things wait to be sent.
    }
lost-next = Next try in { $count } s
lost-trying = Trying now
catching-up = Catching up. You can work meanwhile.

## List
list-label = Conversations
list-show = Show
list-open = Open
list-closed = Closed
list-sort = Order
list-rows = { $folder }, { $sort }
list-broken = The list could not be read
list-none = No conversation here
list-none-closed = Nothing is closed
sort-longest-waiting = Longest waiting
sort-newest = Newest first
sort-oldest = Oldest first
row-waiting = waiting
row-sees-you = Still sees you available
attention-new = New
attention-missed-absence = Missed: nobody is there
attention-missed-silence = Missed: nobody replies
preview-me = You:
preview-agent = { $name }:
preview-draft = Draft:
preview-nobody = No message yet

## Nothing is open
empty-title = No conversations yet
empty-online = You are Online. New conversations appear here by themselves.
empty-away = Visitors see you away. Go Online to be offered new conversations.
empty-demo = To see one, be your own visitor: the demo site carries your widget.
calm-title = Nobody is waiting
waiting-title =
    { $count ->
        [one] One visitor is waiting
       *[other] { $count } visitors are waiting
    }
waiting-text = Pick a conversation in the list.

## Message window
window-label = Conversation
window-with = Conversation with { $name }
window-channel = Website chat
window-closed = Website chat, closed
assign = Assign to agents
assigned-to = Assigned to { $names }
assigned-you = you
group = Group
group-none = No group
take = Take chat
leave = Leave chat
reopen = Reopen
as-of = As of { $time }
conversation-gone = This conversation is not here any more
conversation-broken = This conversation could not be read from the disk
bar-mine = You are { $status }. This visitor still sees you available, because you joined.
bar-mine-named = You are { $status }. { $name } still sees you available, because you joined.
bar-away = You are { $status }. This visitor sees you away until you take the chat.
bar-away-named = You are { $status }. { $name } sees you away until you take the chat.
bar-offline = You are { $status }. Replies are sent, but this visitor sees you away.
bar-offline-named = You are { $status }. Replies are sent, but { $name } sees you away.
go-online = Go online

## Transcript
transcript-label = Messages
history-loading = Loading older messages
history-not-here = Older messages are not on this computer
new-since = New since { $time }
to-end = To the newest message
sending = Sending
waiting-for-connection = Waiting for the connection
failed = Failed: { $why }
comment-by = Comment by { $name }. Only your team sees this.
comment-note = Comment, only your team sees it
message-newer = Part of this message needs a newer version of Porchlight.
announce-message = { $name } wrote: { $text }

## Composer
composer-modes = What you write
reply = Reply
comment = Comment
composer-reply-to = Reply to { $name }
composer-reply-here = Write a reply
composer-comment-here = Write a comment for your team
composer-outside = { $name } sees this in the chat
composer-inside = Only your team sees this
composer-offline = Sent when the connection is back
composer-send = Send
composer-comment = Comment
composer-keys = Enter sends, Shift + Enter breaks the line
composer-room = { $count } left
composer-too-long =
    { $count ->
        [one] One character too long
       *[other] { $count } characters too long
    }

# The small window for a reply.
quick-open = Open conversation
quick-answered = { $name } answered at { $time }. You can still write.
quick-answered-me = You answered at { $time }, elsewhere. You can still write.
quick-refused = Not sent: { $why }

## Contact details
details-label = Contact details
details-show = Show contact details
details-hide = Hide contact details
details-open = Open conversation
details-closed = Closed conversation
details-contact = Contact
details-name = Name
details-email = E-mail
details-conversation = Conversation
details-began = Began
details-newest = Last message
details-group = Group
details-assigned = Assigned

## Closing
close-title = Close Porchlight?
close-text = No tray was found on this desktop, so there would be no way back to this window. Minimised, Porchlight goes on and keeps you available.
close-quit = Quit
close-minimise = Minimise

## Settings
settings = Settings
settings-you = You
settings-availability = Availability
settings-computer = This computer
settings-statuses = Statuses
settings-sites = Sites and widget
settings-groups = Groups
settings-save = Save
settings-discard = Discard changes
settings-unsaved = Not saved yet.
settings-saved = Saved.
settings-offline = The workspace cannot be reached. What you changed stays here; save it again once you are connected.
settings-elsewhere = This was changed on another of your devices meanwhile. Saving puts what you see here in its place.
settings-done = Done
settings-remove = Remove
settings-less = Less
settings-more = More
settings-name = Name
settings-from = From
settings-to = Until
settings-next-day = Ends the next day.

settings-hours-text = At the start of a span your status becomes Online, at its end Offline. What you choose by hand holds until the next boundary.
settings-zone = Time zone
settings-week = Hours of the week
settings-next-online = Next: Online at { $time }
settings-next-offline = Next: Offline at { $time }
settings-no-hours = No hours
settings-hours-none = You have no hours: your status stays as you pick it.
settings-offline-all-day = Offline all day
settings-span = { $day } { $from } to { $to }
settings-span-over = { $day } { $from } to { $next } { $to }
settings-span-add = Add a span on { $day }
settings-copy = Copy { $day } to other days
settings-copy-workdays = To Monday to Friday
settings-copy-all = To every day
settings-span-unreadable = This is no time of day.
settings-span-empty = The end is the same as the start. A span needs some length.
settings-span-clash = There is another span at this time. Two spans cannot overlap.
settings-week-how = Drag in a row to make a span, drag a span to move it, drag its ends to change them. With the keyboard, arrows move a span, Shift and arrows change its end, Enter opens its exact times and Delete removes it.
settings-exceptions = Exceptions
settings-exception-add = Add a date
settings-exception-remove = Remove { $dates }
settings-exception-first = First day
settings-exception-last = Last day
settings-exception-name = Occasion (if you like)
settings-exception-dates = The last day lies before the first, or there is no first.
settings-exception-clash = Another exception holds on one of these days.
settings-dates = { $first } to { $last }

settings-away = Away from this computer
settings-idle = Go Offline when idle
settings-idle-hint = Keyboard and mouse of the whole computer. A notice counts down 30 seconds before.
settings-idle-workspace =
    { $count ->
        [one] as the workspace says: 1 minute
       *[other] as the workspace says: { $count } minutes
    }
settings-idle-workspace-off = as the workspace says: never
settings-idle-own = after some minutes
settings-idle-off = never
settings-idle-minutes = Minutes
settings-idle-wrong = Between { $least } and { $most } minutes.
settings-return = When I come back
settings-return-hint = Your choice is kept while you are away.
settings-return-always = In this workspace your choice is always restored.
settings-return-restore = Restore
settings-return-ask = Ask
settings-return-stay = Stay Offline
settings-lock = Go Offline when locked
settings-lock-at-once = at once
settings-lock-half-minute = after 30 seconds
settings-lock-one-minute = after 1 minute
settings-lock-five-minutes = after 5 minutes
settings-lock-off = never
settings-offers = Get new chat notifications when Invisible
settings-offers-hint = If online agents take longer than 30 seconds to respond.

settings-day = My day
settings-day-of = The day of { $name }
settings-day-happened = What happened
settings-day-before = The day before
settings-day-after = The day after
settings-day-nothing = Nothing is known of this day.
settings-day-csv = CSV
settings-day-csv-hint = Save this day as a table
settings-day-csv-saved = Saved as { $path }
settings-day-whose = Whose day
settings-day-forbidden = This workspace does not show admins the status changes of others. The setting is under Statuses.

settings-day-segment = { $status } from { $from } to { $to }
settings-day-offline = The workspace cannot be reached, and it keeps this log.
settings-day-until = { $status } until { $time }
settings-day-winding = { $status }, winding down
settings-day-idle = { $status }, idle since { $time }
settings-day-locked = { $status }, locked since { $time }
settings-day-signed-in = { $status }, signed in
settings-day-back = { $status }, restored on return
settings-day-later = { $status }; { $chosen } from the return on
settings-day-because = { $status }, { $why }
settings-why-asleep = the computer slept
settings-why-signed-out = signed out
settings-why-quit = Porchlight was quit
settings-why-connection = connection lost
settings-why-held = waiting for you
settings-by-you = you
settings-by-tray = you, from the tray
settings-by-command-line = you, by the command line
settings-by-shortcut = you, by the keys
settings-by-notification = you, from a notification
settings-by-computer = your devices
settings-by-hours = hours
settings-by-time-up = timed choice
settings-by-wound-down = wind-down
settings-by-workspace = the workspace

settings-computer-text = These hold for this computer alone.
settings-start = Start when I sign in to the computer
settings-start-hint = In the tray nothing opens; the icon shows that you are there.
settings-start-off = Off
settings-start-window = With its window
settings-start-tray = In the tray
settings-shortcut = Keys for Online and Invisible
settings-shortcut-hint = They switch from one to the other, in whatever program you are.
settings-shortcut-none = Choose keys
settings-shortcut-press = Press the keys …
settings-shortcut-wayland = Under Wayland no program gets keys that are pressed in another. In the keyboard settings of your system you can give keys to the command “porchlight status invisible”.
settings-shortcut-no-display = There is no display that could tell of keys.
settings-shortcut-taken = Another program has these keys already. Choose others, or end that program and start Porchlight again.
settings-shortcut-no-such-key = This keyboard does not have that key.
settings-shortcut-refused = The system does not give these keys away. Choose others.

settings-statuses-text = Which statuses the team may pick, and what holds for everybody.
settings-busy = Busy may be picked
settings-busy-hint = Busy agents get no new chats, but stay available in theirs.
settings-automatic = Offline is automatic only
settings-automatic-hint = Nobody picks it. Inactivity and sign-out set it, coming back restores what was picked before.
settings-workspace-idle = Go Offline when idle
settings-workspace-idle-hint = For everybody who has not set a time of their own.
settings-close = Close conversations
settings-close-hint = After so much silence. A visitor who writes opens theirs again.
settings-close-own = after some hours of silence
settings-close-never = never
settings-close-hours = Hours
settings-close-wrong = Between { $least } and { $most } hours.
settings-log = Admins see status changes of others
settings-log-hint = For 30 days. Everybody always sees their own.
settings-sites-text = Where visitors meet you, and who answers there.
settings-site = Site
settings-site-new = New site
settings-origins = Addresses
settings-origins-hint = One on each line, like https://shop.example. Only their pages show the widget.
settings-site-mode = While nobody is online
settings-site-mode-hint = Visitors with an open conversation always keep the widget.
settings-site-messenger = Messenger
settings-site-hidden = Hide the widget
settings-site-groups = Groups that answer
settings-site-groups-hint = Visitors choose one of them. Without any, the whole team answers.
settings-no-groups = There are no groups yet.
settings-groups-text = Who belongs together. Members see the conversations of their group.
settings-group = Group
settings-group-new = New group
settings-members = Members

settings-notices = Notifications
settings-notices-text = These hold for this computer alone.
notice-privacy = What a notification tells
notice-tells = In a notification
notice-privacy-full = Who, and what they wrote
notice-privacy-sender = Who
notice-privacy-count = How many wait
notice-locked = Only how many wait while the computer is locked
notice-locked-hint = Who passes by your desk reads no names and no words.
notice-kinds = What you are told of, and how it sounds
notice-kind-missed = Missed chats
notice-kind-new-chat = New chats
notice-kind-offered = New chats while Invisible
notice-kind-message = Messages in your conversations
notice-kind-assigned = Conversations that become yours
notice-kind-mention = Mentions
notice-kind-digest = While you were away
notice-kind-idle-soon = Offline soon
notice-kind-welcome-back = Welcome back
notice-kind-hours-end = End of hours
notice-kind-connection-lost = Connection lost
notice-kind-sign-in-lost = Signed out
notice-kind-self-test = Test
notice-sound-of = Sound: { $kind }
notice-show-of = Show: { $kind }
notice-sound-none = No sound
notice-sound-chime = Chime
notice-sound-drop = Drop
notice-sound-knock = Knock
notice-sound-alarm = Alarm
notice-volume = Volume
notice-repeat = Repeat the sound until it is read
notice-repeat-hint = Every 30 seconds.
notice-quiet = Quiet hours
notice-quiet-hint = Notifications are shown without a sound.
notice-quiet-from = Quiet from
notice-quiet-to = Quiet until
notice-quiet-empty = Quiet hours need an end that is not their start.
notices-hidden = Visitors see you online but your computer hides notices.
notices-hidden-do-not-disturb = Its do-not-disturb is on.
notices-hidden-permission-denied = Allow notifications of Porchlight in the settings of your system.
notices-hidden-no-service = Nothing on this computer shows notifications: start a notification service.
ledger-title = Why did I miss it?
ledger-text = What became of everything that could be a notification. It never leaves this computer.
ledger-conversation = Conversation
ledger-all = All conversations
ledger-outcome = Outcome
ledger-any = Everything
ledger-shown = Shown
ledger-shown-silently = Shown without a sound: { $reason }
ledger-any-not-shown = Not shown
ledger-any-failed = Failed
ledger-not-shown = Not shown: { $reason }
ledger-failed = Failed: { $why }
ledger-none = There is nothing like this in the ledger.
ledger-empty = Nothing yet. Whatever could be a notification gets a line here, shown or not.
ledger-more = Older ones
notice-why-offline = you were Offline
notice-why-invisible = you were Invisible
notice-why-busy = you were Busy
notice-why-on-screen = it was on your screen
notice-why-own-action = you did it yourself
notice-why-quiet-hours = quiet hours
notice-why-do-not-disturb = your computer’s do-not-disturb
notice-why-permission-denied = your computer does not allow it
notice-why-already-answered = somebody had answered
notice-why-already-read = you had read it
notice-why-muted = you switched this kind off
notice-why-replaced = a newer one or a summary took its place
notice-why-gone = you can no longer see the conversation
away-title = While you were away
away-since = since { $time }
away-missed = { $count ->
    [one] 1 missed
   *[other] { $count } missed
}
away-waiting = { $count ->
    [one] 1 still waits
   *[other] { $count } still wait
}
away-answered = { $count ->
    [one] 1 was answered
   *[other] { $count } were answered
}
away-item-missed = missed, waits { $time }
away-item-waiting = waits { $time }
away-item-answered = answered
away-item-answered-by = answered by { $name }
away-item-answered-by-you = answered by you
away-item-closed = closed
away-more = { $count ->
    [one] And 1 more.
   *[other] And { $count } more.
}
away-dismiss = Put away

self-test = Try it
self-test-hint = Shows a real notification and plays a sound, whatever your status is.
self-test-run = Send a test
self-test-trying = Waiting for your computer’s answer …
self-test-taken = Your computer took the notification.
self-test-taken-by = { $service } took the notification.
self-test-not-shown = It was not shown: { $why }
self-test-not-asked = Your computer asks you whether Porchlight may show notifications: allow it, then try again.
self-test-dnd-unknown = Your computer does not tell whether its do-not-disturb is on: if nothing appeared, look there first.
self-test-no-sound = The sound was not played: { $why }
self-test-nothing-seen = Nothing appeared? Look at the settings of your system for notifications of Porchlight, and at other screens.
self-test-no-buttons = Notifications have no buttons here: click them to answer in the window.
