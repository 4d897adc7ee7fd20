# What the app says outside its window: notifications and the tray.

visitor-unnamed = Visitor

notice-new-chat = New chat: { $name }
notice-message = { $name }

status-online = Online
status-busy = Busy
status-invisible = Invisible
status-offline = Offline

tray-open = Open inbox
tray-quit = Quit Porchlight
tray-own = You are { $status }
tray-own-because = You are { $status }: { $reason }
tray-pick-pending = { $status } (waiting for the connection)
tray-signed-out = Porchlight: nobody is signed in
tray-tooltip = Porchlight: { $status }
tray-tooltip-waiting = Porchlight: { $status }, { $count ->
    [one] 1 visitor waits
   *[other] { $count } visitors wait
}, the longest for { $longest }

reason-idle = no input since { $time }
reason-locked = locked since { $time }
reason-asleep = the computer slept
reason-signed-out = signed out
reason-quit = Porchlight was quit
reason-connection-lost = no connection
reason-held = waiting for you
reason-unknown = decided by the workspace
