# Was die App außerhalb ihres Fensters sagt: Benachrichtigungen und Infobereich.

visitor-unnamed = Besucher

notice-new-chat = Neuer Chat: { $name }
notice-message = { $name }

status-online = Online
status-busy = Beschäftigt
status-invisible = Unsichtbar
status-offline = Offline

tray-open = Posteingang öffnen
tray-quit = Porchlight beenden
tray-own = Sie sind { $status }
tray-own-because = Sie sind { $status }: { $reason }
tray-pick-pending = { $status } (wartet auf die Verbindung)
tray-signed-out = Porchlight: niemand ist angemeldet
tray-tooltip = Porchlight: { $status }
tray-tooltip-waiting = Porchlight: { $status }, { $count ->
    [one] 1 Besucher wartet
   *[other] { $count } Besucher warten
}, am längsten { $longest }

reason-idle = keine Eingabe seit { $time }
reason-locked = gesperrt seit { $time }
reason-asleep = der Computer schlief
reason-signed-out = abgemeldet
reason-quit = Porchlight wurde beendet
reason-connection-lost = keine Verbindung
reason-held = wartet auf dich
reason-unknown = vom Workspace festgelegt
