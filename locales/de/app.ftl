# Was die App außerhalb ihres Fensters sagt: Benachrichtigungen und Infobereich.

visitor-unnamed = Besucher

notice-app = Porchlight
notice-new-chat = Neuer Chat: { $name }
notice-offered = Noch ohne Antwort: { $name }
notice-message = { $name }
notice-missed = Verpasst: { $name }
notice-assigned = Jetzt bei Ihnen: { $name }
notice-mention = Sie wurden erwähnt: { $name }
notice-count = { $count ->
    [one] 1 Besucher wartet auf eine Antwort
   *[other] { $count } Besucher warten auf eine Antwort
}
notice-something = In Ihrem Posteingang ist etwas für Sie
notice-digest = Während Sie weg waren
notice-connection-lost = Keine Verbindung
notice-connection-lost-body = Porchlight erreicht Ihren Arbeitsbereich nicht. Besucher sehen Sie so lange abwesend.
notice-sign-in-lost = Sie wurden abgemeldet
notice-sign-in-lost-body = Porchlight zeigt keine Besucher, bis Sie sich wieder anmelden.

notice-idle-soon = Offline in { $seconds } Sekunden
notice-idle-soon-body = Auf Ihren Geräten hat sich eine Weile nichts bewegt. Besucher werden Sie als abwesend sehen.
notice-self-test = Porchlight erreicht Sie
notice-self-test-body = Das ist ein Test. Ein Klick darauf öffnet Porchlight.
notice-welcome-back = Willkommen zurück
notice-welcome-back-body = Sie sind offline, und Besucher sehen Sie als abwesend. Möchten Sie online gehen?
notice-hours-end = Ihre Zeiten enden bald
notice-hours-end-body = { $count ->
    [one] 1 Unterhaltung von Ihnen ist noch offen.
   *[other] { $count } Unterhaltungen von Ihnen sind noch offen.
} Am Ende Ihrer Zeiten gehen Sie offline.

reply-window = Antwort an { $name }
answer-reply = Antworten
answer-take = Übernehmen
answer-stay-online = Online bleiben
answer-go-online = Online gehen
answer-stay-offline = Offline bleiben
answer-wind-down = Ausklingen lassen

status-online = Online
status-busy = Beschäftigt
status-invisible = Unsichtbar
status-offline = Offline

tray-open = Posteingang öffnen
tray-quit = Porchlight beenden
tray-own = Ihr Status: { $status }
tray-own-because = Ihr Status: { $status } ({ $reason })
tray-own-until = Ihr Status: { $status } bis { $time }
tray-undo = Von { $name } offline gesetzt: rückgängig
tray-for = Eine Weile unsichtbar
tray-for-minutes = { $minutes } Minuten
tray-for-hour = 1 Stunde
tray-for-tomorrow = Bis morgen
tray-for-other = Bis zu einer anderen Zeit …
tray-pick-pending = { $status } (wartet auf die Verbindung)
tray-signed-out = Porchlight: niemand ist angemeldet
tray-tooltip = Porchlight: { $status }
tray-tooltip-waiting = Porchlight: { $status }, { $count } warten, am längsten { $longest }

reason-idle = untätig seit { $time }
reason-locked = gesperrt seit { $time }
reason-asleep = der Computer war im Ruhezustand
reason-signed-out = abgemeldet
reason-quit = Porchlight wurde beendet
reason-connection-lost = keine Verbindung
reason-held = wartet auf Sie
reason-unknown = vom Arbeitsbereich festgelegt

cli-status = { $status }
cli-status-because = { $status }: { $reason }
cli-status-until-hours = { $status } bis { $time }, nach Ihren Zeiten
cli-status-until-then = { $status } bis { $time }, dann { $next }
cli-status-winding-down = { $status }, dann Offline, wenn Ihre letzte Unterhaltung endet
cli-status-by-hours = { $status }, nach Ihren Zeiten
cli-status-by-admin = { $status }, gesetzt von einem Admin
cli-pending = { $status }: unterwegs, der Arbeitsbereich hat noch nicht geantwortet
cli-pending-unreachable = { $status }: unterwegs, der Arbeitsbereich ist nicht erreichbar
cli-last-agent = Damit ist niemand mehr online für { $sites }. Mit --yes geschieht es trotzdem.
cli-not-offered = Ihr Arbeitsbereich bietet { $status } nicht an. Er bietet: { $offered }.
cli-not-signed-in = Niemand ist angemeldet. Öffnen Sie Porchlight und melden Sie sich an.
cli-not-ready = Porchlight kann nicht öffnen, was es gespeichert hat. Öffnen Sie sein Fenster: dort steht, was zu tun ist.
cli-not-running = Porchlight läuft nicht. Starten Sie es und versuchen Sie es noch einmal.
cli-not-yours = Porchlight gehört einem anderen Konto dieses Computers. Führen Sie den Befehl unter dem Konto aus, das es gestartet hat.
cli-other-version = Das laufende Porchlight ist eine andere Version. Beenden Sie es und starten Sie es neu.
cli-silent = Porchlight antwortet nicht. Versuchen Sie es noch einmal; bleibt es dabei, beenden Sie es und starten Sie es neu.
