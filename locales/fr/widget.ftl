chat-with = Discussion avec { $workspace }
open = Ouvrir la discussion
open-unread = { $count ->
    [one] Ouvrir la discussion, { $count } message non lu
   *[other] Ouvrir la discussion, { $count } messages non lus
}
close = Fermer la discussion

we-are-in = Nous sommes là.
we-reply-later = Nous répondrons plus tard
nobody-in = Il n’y a personne pour le moment.
nobody-in-group = Personne de { $group } n’est là pour le moment.
no-connection = Pas de connexion pour l’instant.
and-others = { $names } et d’autres

who-answers = Qui doit vous répondre ?
anyone = Peu importe
group-online = en ligne
group-away = personne pour le moment

messages = Messages
hello-live = Que pouvons-nous faire pour vous ?
hello-later = Laissez-nous un message. La réponse arrivera ici.
you = Vous
sending = Envoi
sent = Envoyé, { $time }
by-at = { $name }, { $time }
is-writing = { $name } est en train d’écrire
cannot-show = Ce message ne peut pas être affiché ici.
not-sent = Non envoyé.
try-again = Réessayer
remove = Retirer
refused-too-large = Il est trop long.
refused-rate-limited = Cela fait beaucoup à la fois. Patientez un instant.
refused-other = Le serveur ne l’a pas accepté.

your-message = Votre message
write-message = Écrire un message
send = Envoyer
too-long = { $count } caractères sur { $limit }. Raccourcissez-le ou envoyez-le en plusieurs fois.
too-many-paragraphs = Cela fait trop de paragraphes. Envoyez-le en plusieurs fois.
offline = Pas de connexion. Vos messages partiront dès son retour.
reload = La discussion a été mise à jour. Rechargez la page.

email-label = Adresse e-mail pour notre réponse
email-save = Enregistrer
email-saving = Enregistrement
email-stored = Nous pouvons vous joindre à { $email }.
email-change = Modifier
email-incomplete = Saisissez une adresse complète, comme nom@exemple.org.
email-domain = Vérifiez la partie après le @.
email-refused = L’adresse n’a pas été acceptée. Vérifiez-la.
