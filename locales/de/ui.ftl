# Das Fenster der Agenten. Wörter des Produkts: Arbeitsbereich, Agent, Besucher, Unterhaltung, Antwort, Kommentar.

## Allgemein
starting = Startet
loading = Wird geladen
cancel = Abbrechen
close = Schließen
back = Zurück zur Liste
you = Sie
you-named = { $name } (Sie)
somebody = Jemand
visitor = Besucher
unassigned = Nicht zugewiesen
not-known = Noch nicht bekannt
retry = Wiederholen
discard = Verwerfen
try-again = Erneut versuchen
try-now = Jetzt versuchen
put-away = OK
key-alt = Alt

## Erster Start
first-title = Wo sind Ihre Unterhaltungen?
first-motto = Das Licht brennt, wenn jemand da ist.
first-server = Bei einem Arbeitsbereich anmelden
first-server-hint = Ihr Team betreibt Porchlight auf einem Server.
first-address = Adresse des Servers
first-found = Arbeitsbereich { $name } gefunden
first-not-found = Unter dieser Adresse antwortet kein Arbeitsbereich.
first-email = E-Mail
first-password = Passwort
first-here = Diesen Computer verwenden
first-here-hint = Ein Arbeitsbereich, der hier lebt: um allein zu arbeiten oder sich umzusehen. Zum Ausprobieren, nur auf diesem Computer.
first-name = Ihr Name
first-workspace = Name des Arbeitsbereichs
first-invitation = Eine Einladung verwenden
first-invitation-hint = Jemand aus Ihrem Team hat Ihnen einen Link geschickt.
first-link = Einladungslink
first-new-password = Passwort wählen
first-password-hint =
    { $count ->
        [one] Mindestens ein Zeichen
       *[other] Mindestens { $count } Zeichen
    }
first-safe = Ihre Anmeldung bleibt im Schlüsselbund des Systems, Unterhaltungen werden verschlüsselt gespeichert.
first-safe-passphrase = Ihre Anmeldung bleibt in einer Datei, die mit Ihrer Passphrase verschlüsselt ist, Unterhaltungen werden verschlüsselt gespeichert.
first-go = Weiter
first-busy = Einen Moment …
first-signed-out = Dieser Computer wurde vom Arbeitsbereich abgemeldet. Was hier gespeichert war, wurde entfernt.
first-bad-address = Diese Adresse kann Porchlight nicht verwenden. Sie beginnt mit https://; http:// gilt nur für diesen Computer.
first-bad-link = Das stimmt noch nicht. Kopieren Sie den ganzen Einladungslink, bis zu seinem Ende.
first-unavailable = Der Arbeitsbereich oder der Schlüsselbund dieses Computers antwortet nicht. Prüfen Sie die Adresse und ob der Schlüsselbund entsperrt ist.
first-keychain-unavailable = Der Schlüsselbund dieses Computers antwortet nicht oder ist gesperrt. Entsperren Sie ihn und versuchen Sie es dann erneut.
first-lost =
    { $count ->
        [one] Etwas, das Sie getan haben, war noch nicht beim Arbeitsbereich angekommen und ist verloren.
       *[other] { $count } Dinge, die Sie getan haben, waren noch nicht beim Arbeitsbereich angekommen und sind verloren.
    }

## Wenn Gespeichertes nicht gelesen werden kann
keychain-title = Der Schlüsselbund ist gesperrt
keychain-text = Ihre Anmeldung ist sicher, kann aber gerade nicht gelesen werden. Entsperren Sie den Schlüsselbund Ihres Systems und versuchen Sie es dann erneut.
keychain-missing-title = Dieser Computer hat keinen Schlüsselbund
keychain-missing-text = Porchlight bewahrt Ihre Anmeldung im Schlüsselbund des Systems auf und hat keinen gefunden. Starten oder installieren Sie einen (zum Beispiel GNOME Keyring oder KWallet) und versuchen Sie es dann erneut. Was hier gespeichert ist, geht dabei nicht verloren.
stopped-still = Um { $time } erneut versucht, vergeblich.
passphrase-title = Hier läuft kein Schlüsselbund
passphrase-keychain = Am besten starten Sie einen (zum Beispiel GNOME Keyring oder KWallet) und versuchen es erneut.
passphrase-text = Oder bewahren Sie Ihre Anmeldung in einer Datei auf, die mit einer Passphrase verschlüsselt ist. Porchlight fragt bei jedem Start danach, und sie lässt sich nicht wiederherstellen.
passphrase = Passphrase
passphrase-repeat = Passphrase wiederholen
passphrase-different = Die beiden sind nicht gleich.
passphrase-use = Eine Passphrase verwenden
passphrase-short = Diese Passphrase ist zu kurz.
passphrase-wrong = Das ist nicht die Passphrase.
passphrase-needless = Dieser Computer hat doch einen Schlüsselbund. Entsperren Sie ihn und versuchen Sie es dann ohne Passphrase.
passphrase-failed = Die verschlüsselte Datei lässt sich nicht lesen oder schreiben. Prüfen Sie, ob die Festplatte voll ist, und versuchen Sie es dann erneut.
unlock-title = Geben Sie Ihre Passphrase ein
unlock-text = Ihre Anmeldung liegt in einer Datei, die damit verschlüsselt ist.
unlock = Entsperren
broken-title = Die gespeicherten Unterhaltungen lassen sich nicht öffnen
broken-text = Versuchen Sie es erneut, oder starten Sie Porchlight neu. Hilft das nicht, entfernen Sie das auf diesem Computer Gespeicherte und melden Sie sich wieder an.
broken-why = Vielleicht ist die Festplatte voll, sind die Daten beschädigt oder von einer neueren Version geschrieben.
broken-why-keychain = Der Schlüsselbund enthält nicht mehr, was zu diesen Daten gehört. Wenn ein anderer es tut, öffnen Sie jenen und versuchen Sie es erneut.
broken-remove = Hier Gespeichertes entfernen
broken-remove-text = Was der Arbeitsbereich hat, kommt bei der nächsten Anmeldung zurück. Was noch nicht gesendet war, ist verloren.
broken-remove-yes = Entfernen und abmelden

## Fehler, nach ihrem Code
error-bad-request = Das hat nicht die richtige Form. Prüfen Sie Ihre Eingabe.
error-wrong-credentials = E-Mail oder Passwort ist falsch.
error-not-signed-in = Dieser Computer ist nicht mehr angemeldet. Melden Sie sich wieder an.
error-not-allowed = Das dürfen Sie nicht. Ein Admin des Arbeitsbereichs darf es.
not-carried-out = Etwas, das Sie getan haben, wurde nicht ausgeführt. { $why }
link-nowhere = Dieser Link führt in Porchlight nirgendwohin. Bitten Sie um einen anderen.
link-elsewhere = Dieser Link gehört zu einem anderen Arbeitsbereich. Melden Sie sich dort an, um ihn zu öffnen.
link-gone = Diese Unterhaltung ist nicht hier: Sie wurde gelöscht oder ist in einer Gruppe, der Sie nicht angehören.
error-not-found = Das ist nicht (mehr) da.
error-conflict = Das verträgt sich nicht mit dem, was schon da ist.
error-too-large = Das ist zu lang.
error-rate-limited = Zu viele Versuche. Warten Sie eine Minute.
error-expired = Dieser Link wurde schon benutzt oder ist zu alt. Bitten Sie um einen neuen.
error-version-mismatch = App und Server sprechen verschiedene Versionen. Aktualisieren Sie die ältere Seite.
error-unavailable = Der Arbeitsbereich antwortet gerade nicht. Versuchen Sie es gleich noch einmal.
error-no-keychain = Auf diesem Computer läuft kein Schlüsselbund, Ihre Anmeldung kann nicht aufbewahrt werden.
error-internal = In Porchlight ist etwas schiefgegangen. Mehr steht im Protokoll.

## Zeit
time-yesterday = Gestern
time-days =
    { $count ->
        [one] 1 Tag
       *[other] { $count } Tage
    }
day-today = Heute, { $date }
day-yesterday = Gestern, { $date }
age-now = gerade eben
age-minutes = { $count } min
age-since = seit { $time }

## Status
status-label = Status
status-online = Online
status-busy = Beschäftigt
status-invisible = Unsichtbar
status-offline = Offline
meaning-online = Besucher sehen Sie als erreichbar
meaning-invisible =
    { $count ->
        [0] Besucher sehen Sie als abwesend
        [one] Abwesend, aber in Ihrem Chat erreichbar
       *[other] Abwesend, aber in Ihren { $count } Chats erreichbar
    }
meaning-offline = Überall abwesend, keine Benachrichtigungen
own-label = Ihr Status
own-since = { $status } seit { $time }
own-line = { $status }: { $why }
own-line-back = { $status }: { $why }, { $back }
own-pending-lost = { $offline }, { $status } sobald verbunden
own-pending = { $status }, noch nicht bestätigt
why-idle = untätig seit { $time }
why-locked = gesperrt seit { $time }
why-asleep = Computer im Ruhezustand seit { $time }
why-signed-out = abgemeldet um { $time }
why-quit = App beendet um { $time }
why-connection-lost = Verbindung verloren um { $time }, neuer Versuch läuft
why-admin = gesetzt von { $name } um { $time }
back-to-online = bei Rückkehr wieder Online
back-to-busy = bei Rückkehr wieder Beschäftigt
back-to-invisible = bei Rückkehr wieder Unsichtbar
mate-line = { $status } · { $age }
was-online = War online
was-busy = War beschäftigt
was-invisible = War unsichtbar
was-offline = War offline
meaning-busy = Keine neuen Chats, Sie können welche übernehmen
own-until-hours = { $status } bis { $time }, nach Ihren Zeiten
own-until-then = { $status } bis { $time }, dann { $then }
own-for-minutes =
    { $count ->
        [one] { $status } noch 1 Minute, dann { $then }
       *[other] { $status } noch { $count } Minuten, dann { $then }
    }
own-winding =
    { $count ->
        [0] { $status }, Ausklang: gleich { $offline }
        [one] { $status }, Ausklang: { $offline } nach Ihrem letzten Chat
       *[other] { $status }, Ausklang: { $offline } nach Ihren letzten { $count } Chats
    }
own-seen =
    { $count ->
        [one] Der Besucher in 1 Chat sieht Sie weiterhin
       *[other] Besucher in { $count } Chats sehen Sie weiterhin
    }
own-sentence = { $line }.
why-held = wartet auf Sie
an-admin = einem Admin
return-asks = fragt Sie bei Rückkehr
return-stays = bleibt bei Rückkehr { $offline }
detail-since = { $status } seit { $time }.
detail-since-by = { $status } seit { $time }, { $by }.
detail-next = Als Nächstes: { $status } um { $time }.
detail-winding =
    { $count ->
        [0] Ausklang: gleich { $offline }.
        [one] Ausklang: { $offline } nach Ihrem letzten Chat.
       *[other] Ausklang: { $offline } nach Ihren letzten { $count } Chats.
    }
detail-seen =
    { $count ->
        [one] Der Besucher in 1 Chat sieht Sie weiterhin.
       *[other] Besucher in { $count } Chats sehen Sie weiterhin.
    }
by-hours = nach Ihren Zeiten
by-time-up = nach Ablauf der Zeit
by-wound-down = nach Ihrem letzten Chat
by-first-sign-in = seit der ersten Anmeldung
by-tray = gewählt im Infobereich
by-command-line = gewählt per Befehlszeile
by-shortcut = gewählt per Tastenkürzel
by-notification = gewählt in einer Benachrichtigung
while-title = Eine Weile unsichtbar
while-now = Bis { $time }
while-head = Unsichtbar, dann Online
while-minutes = { $count } Minuten
while-hour = 1 Stunde
while-tomorrow = Bis morgen
while-other = Bis zu einer anderen Zeit
until-title = Unsichtbar bis zu einer anderen Zeit
until-time = Bis
until-end = Wieder { $status } um { $time }.
until-wrong = Geben Sie eine Uhrzeit ein, zum Beispiel 14:30.
until-zone = In der Zeitzone Ihrer Zeiten, { $zone }.
until-go = Auf { $status } wechseln
wind-down = Ausklingen lassen
meaning-wind-down = Jetzt unsichtbar, nach dem letzten Chat offline
hours-link = Verfügbarkeitszeiten
undo-admin = Rückgängig
undo-admin-to = Zurück auf { $status }
last-title = Sie sind die letzte Person, die für { $site } online ist
last-title-many = Sie sind die letzte Person, die für { $count } Websites online ist
last-messenger =
    { $count ->
        [one] Wenn Sie auf { $status } wechseln, wird das Widget der Website zum Messenger.
       *[other] Wenn Sie auf { $status } wechseln, wird das Widget dieser Websites zum Messenger.
    }
last-hidden =
    { $count ->
        [one] Wenn Sie auf { $status } wechseln, verschwindet das Widget der Website.
       *[other] Wenn Sie auf { $status } wechseln, verschwindet das Widget dieser Websites.
    }
last-mixed = Wenn Sie auf { $status } wechseln, ändert sich das Widget dieser Websites.
last-site-messenger = wird zum Messenger
last-site-hidden = verschwindet
last-others =
    { $count ->
        [one] { $names } ist online, antwortet aber nicht auf dieser Website.
       *[other] { $names } sind online, antworten aber nicht auf dieser Website.
    }
last-chats-stay =
    { $count ->
        [one] Ihr Chat läuft weiter wie bisher.
       *[other] Ihre { $count } Chats laufen weiter wie bisher.
    }
last-chats-away =
    { $count ->
        [one] Der Besucher in Ihrem Chat sieht Sie als abwesend.
       *[other] Die Besucher in Ihren { $count } Chats sehen Sie als abwesend.
    }
last-go = Trotzdem auf { $status } wechseln
last-stay = { $status } bleiben
drop-in =
    { $count ->
        [one] { $offline } in 1 Sekunde
       *[other] { $offline } in { $count } Sekunden
    }
drop-now = Gleich { $offline }
drop-idle =
    { $count ->
        [one] Seit einer Minute hat sich nichts bewegt.
       *[other] Seit { $count } Minuten hat sich nichts bewegt.
    }
drop-keeps = Jede Taste hält Sie { $status }.
stay-online = Online bleiben
stay-here = Ich bin da
stay-offline = { $offline } bleiben
hours-end = Ihre Zeiten enden um { $time }.
hours-end-open =
    { $count ->
        [one] Eine Ihrer Unterhaltungen ist offen.
       *[other] { $count } Ihrer Unterhaltungen sind offen.
    }
dismiss = Schließen
back-title = Willkommen zurück, { $name }.
back-idle = Sie sind seit { $time } { $offline }, weil sich an diesem Computer nichts bewegt hat.
back-locked = Sie sind seit { $time } { $offline }, weil dieser Computer gesperrt war.
back-asleep = Sie sind seit { $time } { $offline }, weil dieser Computer im Ruhezustand war.
back-plain = Sie waren abwesend und bleiben { $offline }, bis Sie einen anderen Status wählen.
mate-open = { $count } offen
mate-nothing-open = Nichts offen
mate-line-load = { $line } · { $load }
mate-no-groups = In keiner Gruppe
mate-set-offline = Auf { $offline } setzen
mate-set-offline-hint = Die Person sieht, dass Sie es waren, und kann es rückgängig machen
limited-wayland = Untätigkeit wird nur begrenzt erkannt: Dieser Desktop sagt Apps nicht, wann Sie weg sind. Nur Tasten und Klicks in Porchlight zählen.
limited-no-extension = Untätigkeit wird nur begrenzt erkannt: Der Anzeigeserver zählt sie nicht. Nur Tasten und Klicks in Porchlight zählen.
limited-platform = Untätigkeit wird auf diesem System nur begrenzt erkannt. Nur Tasten und Klicks in Porchlight zählen.
limited-wayland-mend = Heutige GNOME, Cinnamon, Plasma, COSMIC, Sway und Hyprland sagen es, ebenso eine X11-Sitzung.
limited-no-extension-mend = Ein Anzeigeserver mit dem Zähler IDLETIME kann es. Entfernten Desktops und verschachtelten Servern fehlt er oft.
limited-no-display = Untätigkeit wird nur begrenzt erkannt: Kein Anzeigeserver antwortet. Nur Tasten und Klicks in Porchlight zählen.
limited-no-display-mend = Starten Sie Porchlight aus der Desktop-Sitzung heraus. Es sieht von selbst wieder nach.
limited-flatpak = Untätigkeit wird nur begrenzt erkannt: Die Flatpak-Sandbox trennt Porchlight vom Untätigkeitsmonitor des Desktops. Nur Tasten und Klicks in Porchlight zählen.
limited-flatpak-mend = Erlauben Sie es mit diesem Befehl und starten Sie Porchlight neu:
sign-out = Abmelden
sign-out-title = Nicht alles ist gesendet
sign-out-text =
    { $count ->
        [one] Etwas, das Sie getan haben, ist noch nicht beim Arbeitsbereich angekommen. Beim Abmelden wird es von diesem Computer entfernt.
       *[other] { $count } Dinge, die Sie getan haben, sind noch nicht beim Arbeitsbereich angekommen. Beim Abmelden werden sie von diesem Computer entfernt.
    }
sign-out-local-title = Vom Arbeitsbereich dieses Computers abmelden?
sign-out-local-text = Der Arbeitsbereich lebt in dieser App. Nach dem Abmelden lassen sich seine Unterhaltungen nicht mehr öffnen.
sign-out-force = Trotzdem abmelden
sign-out-stay = Angemeldet bleiben

## Navigation
nav-label = Hauptmenü
nav-mine = Meine Nachrichten
nav-unassigned = Nicht zugewiesen
nav-all = Alle Nachrichten
nav-groups = Gruppen
nav-team = Team
nav-team-as-of = Team, Stand { $time }
house-live = Live-Chat · { $count } online
house-messenger = Messenger · 0 online
house-hidden = Widget ausgeblendet · 0 online
house-nobody = Niemand online
house-no-connection = Keine Verbindung
house-local = Probebetrieb auf diesem Computer
demo-nav = Demo-Website
demo-hint = Eine Website mit Ihrem Chat-Widget im Browser öffnen
demo-open = Demo-Website öffnen

## Verbindung
lost-since = Keine Verbindung seit { $time }.
lost-never = Noch nicht verbunden.
lost-text = Sie können lesen und schreiben. Besucher sehen Sie als abwesend, bis sie zurück ist.
lost-unsent =
    { $count ->
        [one] Etwas wartet darauf, gesendet zu werden.
       *[other] { $count } Dinge warten darauf, gesendet zu werden.
    }
lost-next = Nächster Versuch in { $count } s
lost-trying = Versucht es gerade
catching-up = Wird aufgeholt. Sie können inzwischen arbeiten.

## Liste
list-label = Unterhaltungen
list-show = Zeigen
list-open = Offen
list-closed = Geschlossen
list-sort = Reihenfolge
list-rows = { $folder }, { $sort }
list-broken = Die Liste konnte nicht gelesen werden
list-none = Hier ist keine Unterhaltung
list-none-closed = Nichts ist geschlossen
sort-longest-waiting = Wartet am längsten
sort-newest = Neueste zuerst
sort-oldest = Älteste zuerst
row-waiting = wartet
row-sees-you = Sieht Sie weiterhin als erreichbar
attention-new = Neu
attention-missed-absence = Verpasst: niemand ist da
attention-missed-silence = Verpasst: niemand antwortet
preview-me = Sie:
preview-agent = { $name }:
preview-draft = Entwurf:
preview-nobody = Noch keine Nachricht

## Nichts ist geöffnet
empty-title = Noch keine Unterhaltungen
empty-online = Sie sind Online. Neue Unterhaltungen erscheinen hier von selbst.
empty-away = Besucher sehen Sie als abwesend. Gehen Sie Online, um neue Unterhaltungen angeboten zu bekommen.
empty-demo = Um eine zu sehen, seien Sie Ihr eigener Besucher: Die Demo-Website trägt Ihr Widget.
calm-title = Niemand wartet
waiting-title =
    { $count ->
        [one] Ein Besucher wartet
       *[other] { $count } Besucher warten
    }
waiting-text = Wählen Sie eine Unterhaltung aus der Liste.

## Nachrichtenfenster
window-label = Unterhaltung
window-with = Unterhaltung mit { $name }
window-channel = Website-Chat
window-closed = Website-Chat, geschlossen
assign = Agenten zuweisen
assigned-to = Zugewiesen an { $names }
assigned-you = Sie
group = Gruppe
group-none = Keine Gruppe
take = Chat übernehmen
leave = Chat verlassen
reopen = Wieder öffnen
as-of = Stand { $time }
conversation-gone = Diese Unterhaltung ist nicht mehr hier
conversation-broken = Diese Unterhaltung konnte nicht von der Festplatte gelesen werden
bar-mine = Ihr Status ist { $status }. Dieser Besucher sieht Sie weiterhin als erreichbar, weil Sie dabei sind.
bar-mine-named = Ihr Status ist { $status }. { $name } sieht Sie weiterhin als erreichbar, weil Sie dabei sind.
bar-away = Ihr Status ist { $status }. Dieser Besucher sieht Sie als abwesend, bis Sie den Chat übernehmen.
bar-away-named = Ihr Status ist { $status }. { $name } sieht Sie als abwesend, bis Sie den Chat übernehmen.
bar-offline = Ihr Status ist { $status }. Antworten werden gesendet, aber dieser Besucher sieht Sie als abwesend.
bar-offline-named = Ihr Status ist { $status }. Antworten werden gesendet, aber { $name } sieht Sie als abwesend.
go-online = Online gehen

## Verlauf
transcript-label = Nachrichten
history-loading = Ältere Nachrichten werden geladen
history-not-here = Ältere Nachrichten sind nicht auf diesem Computer
new-since = Neu seit { $time }
to-end = Zur neuesten Nachricht
sending = Wird gesendet
waiting-for-connection = Wartet auf die Verbindung
failed = Fehlgeschlagen: { $why }
comment-by = Kommentar von { $name }. Nur Ihr Team sieht das.
comment-note = Kommentar, nur Ihr Team sieht ihn
message-newer = Ein Teil dieser Nachricht braucht eine neuere Version von Porchlight.
announce-message = { $name } schrieb: { $text }

## Eingabe
composer-modes = Was Sie schreiben
reply = Antwort
comment = Kommentar
composer-reply-to = Antwort an { $name }
composer-reply-here = Antwort schreiben
composer-comment-here = Kommentar für Ihr Team schreiben
composer-outside = { $name } sieht das im Chat
composer-inside = Nur Ihr Team sieht das
composer-offline = Wird gesendet, sobald die Verbindung zurück ist
composer-send = Senden
composer-comment = Kommentieren
composer-keys = Enter sendet, Umschalt + Enter bricht die Zeile um
composer-room = Noch { $count }
composer-too-long =
    { $count ->
        [one] Ein Zeichen zu lang
       *[other] { $count } Zeichen zu lang
    }

# The small window for a reply.
quick-open = Unterhaltung öffnen
quick-answered = { $name } hat um { $time } geantwortet. Sie können trotzdem schreiben.
quick-answered-me = Sie haben um { $time } woanders geantwortet. Sie können trotzdem schreiben.
quick-refused = Nicht gesendet: { $why }

## Kontaktdaten
details-label = Kontaktdaten
details-show = Kontaktdaten zeigen
details-hide = Kontaktdaten verbergen
details-open = Offene Unterhaltung
details-closed = Geschlossene Unterhaltung
details-contact = Kontakt
details-name = Name
details-email = E-Mail
details-conversation = Unterhaltung
details-began = Begonnen
details-newest = Letzte Nachricht
details-group = Gruppe
details-assigned = Zugewiesen

## Beenden
close-title = Porchlight schließen?
close-text = Auf diesem Desktop wurde kein Infobereich gefunden, es gäbe also keinen Weg zurück zu diesem Fenster. Minimiert läuft Porchlight weiter und hält Sie erreichbar.
close-quit = Beenden
close-minimise = Minimieren

## Einstellungen
settings = Einstellungen
settings-you = Sie
settings-availability = Verfügbarkeit
settings-computer = Dieser Computer
settings-statuses = Status
settings-sites = Websites und Widget
settings-groups = Gruppen
settings-save = Speichern
settings-discard = Änderungen verwerfen
settings-unsaved = Noch nicht gespeichert.
settings-saved = Gespeichert.
settings-offline = Der Arbeitsbereich ist nicht erreichbar. Ihre Änderungen bleiben hier stehen; speichern Sie sie, sobald Sie verbunden sind.
settings-elsewhere = Das wurde inzwischen auf einem anderen Ihrer Geräte geändert. Speichern ersetzt es durch das, was Sie hier sehen.
settings-done = Fertig
settings-remove = Entfernen
settings-less = Weniger
settings-more = Mehr
settings-name = Name
settings-from = Von
settings-to = Bis
settings-next-day = Endet am nächsten Tag.

settings-hours-text = Am Anfang einer Spanne wird Ihr Status Online, am Ende Offline. Was Sie von Hand wählen, gilt bis zur nächsten Grenze.
settings-zone = Zeitzone
settings-week = Zeiten der Woche
settings-next-online = Als Nächstes: Online um { $time }
settings-next-offline = Als Nächstes: Offline um { $time }
settings-no-hours = Keine Zeiten
settings-hours-none = Sie haben keine Zeiten festgelegt: Ihr Status bleibt, wie Sie ihn wählen.
settings-offline-all-day = Ganztägig offline
settings-span = { $day } { $from } bis { $to }
settings-span-over = { $day } { $from } bis { $next } { $to }
settings-span-add = Spanne am { $day } hinzufügen
settings-copy = { $day } auf andere Tage übertragen
settings-copy-workdays = Auf Montag bis Freitag
settings-copy-all = Auf alle Tage
settings-span-unreadable = Das ist keine Uhrzeit.
settings-span-empty = Ende und Anfang sind gleich. Eine Spanne braucht etwas Länge.
settings-span-clash = Zu dieser Zeit gibt es schon eine Spanne. Zwei Spannen dürfen sich nicht überschneiden.
settings-week-how = Ziehen Sie in einer Zeile, um eine Spanne anzulegen; ziehen Sie eine Spanne, um sie zu verschieben, oder ihre Enden, um sie zu ändern. Mit der Tastatur verschieben Pfeile eine Spanne, Umschalt und Pfeile ändern ihr Ende, Enter öffnet die genauen Zeiten und Entf entfernt sie.
settings-exceptions = Ausnahmen
settings-exception-add = Datum hinzufügen
settings-exception-remove = { $dates } entfernen
settings-exception-first = Erster Tag
settings-exception-last = Letzter Tag
settings-exception-name = Anlass (freiwillig)
settings-exception-dates = Der letzte Tag liegt vor dem ersten, oder der erste fehlt.
settings-exception-clash = An einem dieser Tage gilt schon eine andere Ausnahme.
settings-dates = { $first } bis { $last }

settings-away = Nicht an diesem Computer
settings-idle = Bei Untätigkeit offline gehen
settings-idle-hint = Tastatur und Maus des ganzen Computers. 30 Sekunden vorher zählt eine Benachrichtigung herunter.
settings-idle-workspace =
    { $count ->
        [one] wie im Arbeitsbereich: 1 Minute
       *[other] wie im Arbeitsbereich: { $count } Minuten
    }
settings-idle-workspace-off = wie im Arbeitsbereich: nie
settings-idle-own = nach einigen Minuten
settings-idle-off = nie
settings-idle-minutes = Minuten
settings-idle-wrong = Zwischen { $least } und { $most } Minuten.
settings-return = Wenn ich zurückkomme
settings-return-hint = Ihre Wahl bleibt erhalten, während Sie weg sind.
settings-return-always = In diesem Arbeitsbereich wird Ihre Wahl immer wiederhergestellt.
settings-return-restore = Wiederherstellen
settings-return-ask = Fragen
settings-return-stay = Offline bleiben
settings-lock = Bei gesperrtem Bildschirm offline gehen
settings-lock-at-once = sofort
settings-lock-half-minute = nach 30 Sekunden
settings-lock-one-minute = nach 1 Minute
settings-lock-five-minutes = nach 5 Minuten
settings-lock-off = nie
settings-offers = Neue Chats auch melden, wenn ich unsichtbar bin
settings-offers-hint = Wenn Online-Agenten länger als 30 Sekunden für eine Antwort brauchen.

settings-day = Mein Tag
settings-day-of = Der Tag von { $name }
settings-day-happened = Was geschehen ist
settings-day-before = Der Tag davor
settings-day-after = Der Tag danach
settings-day-nothing = Über diesen Tag ist nichts bekannt.
settings-day-csv = CSV
settings-day-csv-hint = Diesen Tag als Tabelle speichern
settings-day-csv-saved = Gespeichert als { $path }
settings-day-whose = Wessen Tag
settings-day-forbidden = Dieser Arbeitsbereich zeigt Admins die Statusänderungen anderer nicht. Die Einstellung steht unter „Status“.

settings-day-segment = { $status } von { $from } bis { $to }
settings-day-offline = Der Arbeitsbereich ist nicht erreichbar, und er führt dieses Protokoll.
settings-day-until = { $status } bis { $time }
settings-day-winding = { $status }, Ausklang
settings-day-idle = { $status }, untätig seit { $time }
settings-day-locked = { $status }, gesperrt seit { $time }
settings-day-signed-in = { $status }, angemeldet
settings-day-back = { $status }, bei Rückkehr wiederhergestellt
settings-day-later = { $status }; { $chosen }, sobald Sie zurück sind
settings-day-because = { $status }, { $why }
settings-why-asleep = der Computer war im Ruhezustand
settings-why-signed-out = abgemeldet
settings-why-quit = Porchlight wurde beendet
settings-why-connection = Verbindung verloren
settings-why-held = wartet auf Sie
settings-by-you = Sie
settings-by-tray = Sie, im Infobereich
settings-by-command-line = Sie, per Befehlszeile
settings-by-shortcut = Sie, per Tastenkürzel
settings-by-notification = Sie, aus einer Benachrichtigung
settings-by-computer = Ihre Geräte
settings-by-hours = Ihre Zeiten
settings-by-time-up = Wahl auf Zeit
settings-by-wound-down = Ausklang
settings-by-workspace = der Arbeitsbereich

settings-computer-text = Das gilt nur für diesen Computer.
settings-start = Starten, wenn ich mich am Computer anmelde
settings-start-hint = Im Infobereich öffnet sich nichts; das Symbol zeigt, dass Sie da sind.
settings-start-off = Aus
settings-start-window = Mit Fenster
settings-start-tray = Im Infobereich
settings-shortcut = Tasten für Online und Unsichtbar
settings-shortcut-hint = Sie schalten zwischen beiden um, in welchem Programm Sie auch sind.
settings-shortcut-none = Tasten wählen
settings-shortcut-press = Tasten drücken …
settings-shortcut-wayland = Unter Wayland erfährt kein Programm von Tasten, die in einem anderen gedrückt werden. In den Tastatureinstellungen Ihres Systems können Sie Tasten dem Befehl „porchlight status invisible“ geben.
settings-shortcut-no-display = Es gibt keine Anzeige, die Tasten melden könnte.
settings-shortcut-taken = Diese Tasten hat schon ein anderes Programm. Wählen Sie andere, oder beenden Sie das Programm und starten Sie Porchlight neu.
settings-shortcut-no-such-key = Diese Tastatur hat diese Taste nicht.
settings-shortcut-refused = Das System gibt diese Tasten nicht her. Wählen Sie andere.

settings-statuses-text = Welche Status das Team wählen kann, und was für alle gilt.
settings-busy = „Beschäftigt“ ist wählbar
settings-busy-hint = Beschäftigte Agenten bekommen keine neuen Chats, bleiben in ihren eigenen aber erreichbar.
settings-automatic = Offline nur automatisch
settings-automatic-hint = Niemand wählt es. Untätigkeit und Abmelden setzen es, bei Rückkehr gilt wieder die vorige Wahl.
settings-workspace-idle = Bei Untätigkeit offline gehen
settings-workspace-idle-hint = Für alle, die keine eigene Zeit eingestellt haben.
settings-close = Unterhaltungen schließen
settings-close-hint = Nach so langer Stille. Wer wieder schreibt, öffnet seine erneut.
settings-close-own = nach einigen Stunden Stille
settings-close-never = nie
settings-close-hours = Stunden
settings-close-wrong = Zwischen { $least } und { $most } Stunden.
settings-log = Admins sehen Statusänderungen anderer
settings-log-hint = 30 Tage lang. Die eigenen sehen immer alle.
settings-sites-text = Wo Besucher Sie treffen, und wer dort antwortet.
settings-site = Website
settings-site-new = Neue Website
settings-origins = Adressen
settings-origins-hint = Eine je Zeile, zum Beispiel https://shop.example. Nur deren Seiten zeigen das Widget.
settings-site-mode = Wenn niemand online ist
settings-site-mode-hint = Besucher mit offener Unterhaltung behalten das Widget immer.
settings-site-messenger = Messenger
settings-site-hidden = Widget ausblenden
settings-site-groups = Gruppen, die antworten
settings-site-groups-hint = Besucher wählen eine davon. Ohne Gruppen antwortet das ganze Team.
settings-no-groups = Es gibt noch keine Gruppen.
settings-groups-text = Wer zusammengehört. Mitglieder sehen die Unterhaltungen ihrer Gruppe.
settings-group = Gruppe
settings-group-new = Neue Gruppe
settings-members = Mitglieder

settings-notices = Benachrichtigungen
settings-notices-text = Das gilt nur für diesen Computer.
notice-privacy = Was eine Benachrichtigung verrät
notice-tells = In einer Benachrichtigung
notice-privacy-full = Wer, und was geschrieben wurde
notice-privacy-sender = Wer
notice-privacy-count = Wie viele warten
notice-locked = Bei gesperrtem Computer nur, wie viele warten
notice-locked-hint = Wer an Ihrem Tisch vorbeigeht, liest keine Namen und keine Worte.
notice-kinds = Wovon Sie erfahren, und wie es klingt
notice-kind-missed = Verpasste Chats
notice-kind-new-chat = Neue Chats
notice-kind-offered = Neue Chats, während Sie unsichtbar sind
notice-kind-message = Nachrichten in Ihren Unterhaltungen
notice-kind-assigned = Unterhaltungen, die Ihre werden
notice-kind-mention = Erwähnungen
notice-kind-digest = Während Sie weg waren
notice-kind-idle-soon = Bald offline
notice-kind-welcome-back = Willkommen zurück
notice-kind-hours-end = Ende der Zeiten
notice-kind-connection-lost = Verbindung verloren
notice-kind-sign-in-lost = Abgemeldet
notice-kind-self-test = Test
notice-sound-of = Ton: { $kind }
notice-show-of = Zeigen: { $kind }
notice-sound-none = Kein Ton
notice-sound-chime = Glocke
notice-sound-drop = Tropfen
notice-sound-knock = Klopfen
notice-sound-alarm = Alarm
notice-volume = Lautstärke
notice-repeat = Ton wiederholen, bis es gelesen ist
notice-repeat-hint = Alle 30 Sekunden.
notice-quiet = Ruhezeit
notice-quiet-hint = Benachrichtigungen erscheinen ohne Ton.
notice-quiet-from = Ruhe von
notice-quiet-to = Ruhe bis
notice-quiet-empty = Das Ende der Ruhezeit muss ein anderes sein als ihr Anfang.
notices-hidden = Besucher sehen Sie online, aber Ihr Computer verbirgt Benachrichtigungen.
notices-hidden-do-not-disturb = „Nicht stören“ ist eingeschaltet.
notices-hidden-permission-denied = Erlauben Sie Benachrichtigungen von Porchlight in den Einstellungen Ihres Systems.
notices-hidden-no-service = Nichts auf diesem Computer zeigt Benachrichtigungen: Starten Sie einen Benachrichtigungsdienst.
ledger-title = Warum habe ich es verpasst?
ledger-text = Was aus allem wurde, was eine Benachrichtigung sein konnte. Es verlässt diesen Computer nie.
ledger-conversation = Unterhaltung
ledger-all = Alle Unterhaltungen
ledger-outcome = Ergebnis
ledger-any = Alles
ledger-shown = Gezeigt
ledger-shown-silently = Ohne Ton gezeigt: { $reason }
ledger-any-not-shown = Nicht gezeigt
ledger-any-failed = Fehlgeschlagen
ledger-not-shown = Nicht gezeigt: { $reason }
ledger-failed = Fehlgeschlagen: { $why }
ledger-none = Dazu steht nichts im Verzeichnis.
ledger-empty = Noch nichts. Alles, was eine Benachrichtigung sein kann, bekommt hier eine Zeile, gezeigt oder nicht.
ledger-more = Ältere
notice-why-offline = Sie waren offline
notice-why-invisible = Sie waren unsichtbar
notice-why-busy = Sie waren beschäftigt
notice-why-on-screen = es war auf Ihrem Bildschirm
notice-why-own-action = Sie haben es selbst getan
notice-why-quiet-hours = Ruhezeit
notice-why-do-not-disturb = „Nicht stören“ auf Ihrem Computer
notice-why-permission-denied = Ihr Computer erlaubt es nicht
notice-why-already-answered = jemand hatte geantwortet
notice-why-already-read = Sie hatten es gelesen
notice-why-muted = Sie haben diese Art abgeschaltet
notice-why-replaced = eine neuere oder eine Übersicht trat an ihre Stelle
notice-why-gone = Sie sehen die Unterhaltung nicht mehr
away-title = Während Sie weg waren
away-since = seit { $time }
away-missed = { $count ->
    [one] 1 verpasst
   *[other] { $count } verpasst
}
away-waiting = { $count ->
    [one] 1 wartet noch
   *[other] { $count } warten noch
}
away-answered = { $count ->
    [one] 1 wurde beantwortet
   *[other] { $count } wurden beantwortet
}
away-item-missed = verpasst, wartet { $time }
away-item-waiting = wartet { $time }
away-item-answered = beantwortet
away-item-answered-by = beantwortet von { $name }
away-item-answered-by-you = von Ihnen beantwortet
away-item-closed = geschlossen
away-more = { $count ->
    [one] Und 1 weitere.
   *[other] Und { $count } weitere.
}
away-dismiss = Weglegen

self-test = Probieren
self-test-hint = Zeigt eine echte Benachrichtigung und spielt einen Ton, was auch immer Ihr Status ist.
self-test-run = Test senden
self-test-trying = Warten auf die Antwort Ihres Computers …
self-test-taken = Ihr Computer hat die Benachrichtigung angenommen.
self-test-taken-by = { $service } hat die Benachrichtigung angenommen.
self-test-not-shown = Sie wurde nicht gezeigt: { $why }
self-test-not-asked = Ihr Computer fragt, ob Porchlight Benachrichtigungen zeigen darf: Erlauben Sie es und versuchen Sie es noch einmal.
self-test-dnd-unknown = Ihr Computer sagt nicht, ob „Nicht stören“ eingeschaltet ist: Ist nichts erschienen, sehen Sie zuerst dort nach.
self-test-no-sound = Der Ton wurde nicht gespielt: { $why }
self-test-nothing-seen = Ist nichts erschienen? Sehen Sie in den Einstellungen Ihres Systems nach den Benachrichtigungen von Porchlight, und auf anderen Bildschirmen.
self-test-no-buttons = Benachrichtigungen haben hier keine Knöpfe: Klicken Sie darauf, um im Fenster zu antworten.
