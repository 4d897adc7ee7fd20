chat-with = Chat mit { $workspace }
open = Chat öffnen
open-unread = { $count ->
    [one] Chat öffnen, { $count } ungelesene Nachricht
   *[other] Chat öffnen, { $count } ungelesene Nachrichten
}
close = Chat schließen

we-are-in = Wir sind da.
we-reply-later = Wir antworten später
nobody-in = Gerade ist niemand da.
nobody-in-group = Von { $group } ist gerade niemand da.
no-connection = Gerade keine Verbindung.
and-others = { $names } und andere

who-answers = Wer soll antworten?
anyone = Egal wer
group-online = online
group-away = gerade niemand da

messages = Nachrichten
hello-live = Wie können wir helfen?
hello-later = Hinterlassen Sie uns eine Nachricht. Die Antwort kommt hier an.
you = Sie
sending = Wird gesendet
sent = Gesendet, { $time }
by-at = { $name }, { $time }
is-writing = { $name } schreibt gerade
cannot-show = Diese Nachricht lässt sich hier nicht anzeigen.
not-sent = Nicht gesendet.
try-again = Erneut versuchen
remove = Entfernen
refused-too-large = Sie ist zu lang.
refused-rate-limited = Das war viel auf einmal. Bitte warten Sie einen Moment.
refused-other = Der Server hat sie nicht angenommen.

your-message = Ihre Nachricht
write-message = Nachricht schreiben
send = Senden
too-long = { $count } von { $limit } Zeichen. Bitte kürzen oder in Teilen senden.
too-many-paragraphs = Das sind zu viele Absätze. Bitte in Teilen senden.
offline = Keine Verbindung. Was Sie schreiben, wird gesendet, sobald sie wieder da ist.
reload = Der Chat wurde aktualisiert. Bitte laden Sie die Seite neu.

email-label = E-Mail-Adresse für unsere Antwort
email-save = Speichern
email-saving = Wird gespeichert
email-stored = Wir erreichen Sie unter { $email }.
email-change = Ändern
email-incomplete = Bitte geben Sie eine vollständige Adresse ein, zum Beispiel name@example.org.
email-domain = Bitte prüfen Sie den Teil nach dem @.
email-refused = Die Adresse wurde nicht angenommen. Bitte prüfen Sie sie.
