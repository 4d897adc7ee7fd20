# What the app says outside its window: notifications and the tray.

visitor-unnamed = Visitor

notice-app = Porchlight
notice-new-chat = New chat: { $name }
notice-offered = Nobody has replied yet: { $name }
notice-message = { $name }
notice-missed = Missed: { $name }
notice-assigned = Yours now: { $name }
notice-mention = You were mentioned: { $name }
notice-count = { $count ->
    [one] 1 visitor waits for a reply
   *[other] { $count } visitors wait for a reply
}
notice-something = There is something for you in your inbox
notice-digest = While you were away
notice-connection-lost = No connection
notice-connection-lost-body = Porchlight cannot reach your workspace. Visitors see you away until it can.
notice-sign-in-lost = You were signed out
notice-sign-in-lost-body = Porchlight shows no visitors until you sign in again.

notice-idle-soon = Offline in { $seconds } seconds
notice-idle-soon-body = Nothing has moved on your devices for a while. Visitors will see you away.
notice-self-test = Porchlight can reach you
notice-self-test-body = This is a test. A click on it opens Porchlight.
notice-welcome-back = Welcome back
notice-welcome-back-body = You are Offline, and visitors see you away. Do you want to go online?
notice-hours-end = Your hours end soon
notice-hours-end-body = { $count ->
    [one] 1 conversation of yours is still open.
   *[other] { $count } conversations of yours are still open.
} At the end of your hours you go Offline.

reply-window = Reply to { $name }
answer-reply = Reply
answer-take = Take
answer-stay-online = Stay online
answer-go-online = Go online
answer-stay-offline = Stay Offline
answer-wind-down = Wind down

status-online = Online
status-busy = Busy
status-invisible = Invisible
status-offline = Offline

tray-open = Open inbox
tray-quit = Quit Porchlight
tray-own = You are { $status }
tray-own-because = You are { $status }: { $reason }
tray-own-until = You are { $status } until { $time }
tray-undo = Set Offline by { $name }: undo
tray-for = Invisible for a while
tray-for-minutes = { $minutes } minutes
tray-for-hour = 1 hour
tray-for-tomorrow = Until tomorrow
tray-for-other = Until another time…
tray-pick-pending = { $status } (waiting for the connection)
tray-signed-out = Porchlight: nobody is signed in
tray-tooltip = Porchlight: { $status }
tray-tooltip-waiting = Porchlight: { $status }, { $count } waiting, longest { $longest }

reason-idle = idle since { $time }
reason-locked = locked since { $time }
reason-asleep = the computer slept
reason-signed-out = signed out
reason-quit = Porchlight was quit
reason-connection-lost = no connection
reason-held = waiting for you
reason-unknown = decided by the workspace

cli-status = { $status }
cli-status-because = { $status }: { $reason }
cli-status-until-hours = { $status } until { $time }, by your hours
cli-status-until-then = { $status } until { $time }, then { $next }
cli-status-winding-down = { $status }, then Offline when your last conversation ends
cli-status-by-hours = { $status }, by your hours
cli-status-by-admin = { $status }, set by an admin
cli-pending = { $status }: pending, the workspace has not answered yet
cli-pending-unreachable = { $status }: pending, the workspace is not reachable
cli-last-agent = This leaves nobody online for { $sites }. Add --yes to do it all the same.
cli-not-offered = Your workspace does not offer { $status }. It offers: { $offered }.
cli-not-signed-in = Nobody is signed in. Open Porchlight and sign in.
cli-not-ready = Porchlight cannot open what it has stored. Open its window: it says what to do.
cli-not-running = Porchlight is not running. Start it, then try again.
cli-not-yours = Porchlight belongs to another user of this computer. Run this as the user who started it.
cli-other-version = The Porchlight that runs is another version. Quit it and start it again.
cli-silent = Porchlight does not answer. Try again; if it stays so, quit it and start it again.
