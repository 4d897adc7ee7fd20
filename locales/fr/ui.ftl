# La fenêtre des agents. Mots du produit : espace de travail, agent, visiteur, conversation, réponse, commentaire.

## En général
starting = Démarrage
loading = Chargement
cancel = Annuler
close = Fermer
back = Retour à la liste
you = Vous
you-named = { $name } (vous)
somebody = Quelqu’un
visitor = Visiteur
unassigned = Non attribuée
not-known = Pas encore connu
retry = Réessayer
discard = Abandonner
try-again = Réessayer
try-now = Essayer maintenant
put-away = OK
key-alt = Alt

## Premier démarrage
first-title = Où sont vos conversations ?
first-motto = La lumière est allumée quand quelqu’un est là.
first-server = Se connecter à un espace de travail
first-server-hint = Votre équipe utilise Porchlight sur un serveur.
first-address = Adresse du serveur
first-found = Espace de travail { $name } trouvé
first-not-found = Aucun espace de travail ne répond à cette adresse.
first-email = E-mail
first-password = Mot de passe
first-here = Utiliser cet ordinateur
first-here-hint = Un espace de travail qui vit ici, pour travailler seul ou pour découvrir. C’est un essai, sur cet ordinateur seulement.
first-name = Votre nom
first-workspace = Nom de l’espace de travail
first-invitation = Utiliser une invitation
first-invitation-hint = Quelqu’un de votre équipe vous a envoyé un lien.
first-link = Lien d’invitation
first-new-password = Choisir un mot de passe
first-password-hint =
    { $count ->
        [one] Au moins { $count } caractère
       *[other] Au moins { $count } caractères
    }
first-safe = Votre connexion reste dans le trousseau du système, les conversations sont stockées chiffrées.
first-safe-passphrase = Votre connexion reste dans un fichier chiffré avec votre phrase secrète, les conversations sont stockées chiffrées.
first-go = Continuer
first-busy = Un instant …
first-signed-out = Cet ordinateur a été déconnecté de l’espace de travail. Ce qui y était stocké a été supprimé.
first-bad-address = Porchlight ne peut pas utiliser cette adresse. Elle commence par https:// ; http:// vaut pour cet ordinateur seul.
first-bad-link = Ce n’est pas encore juste. Copiez le lien d’invitation en entier, jusqu’à la fin.
first-unavailable = L’espace de travail ou le trousseau de cet ordinateur ne répond pas. Vérifiez l’adresse, et que le trousseau est déverrouillé.
first-keychain-unavailable = Le trousseau de cet ordinateur ne répond pas ou est verrouillé. Déverrouillez-le, puis réessayez.
first-lost =
    { $count ->
        [one] Une de vos actions n’était pas encore arrivée à l’espace de travail et est perdue.
       *[other] { $count } de vos actions n’étaient pas encore arrivées à l’espace de travail et sont perdues.
    }

## Quand le contenu stocké ne peut pas être lu
keychain-title = Le trousseau est verrouillé
keychain-text = Votre connexion est en sécurité, mais ne peut pas être lue pour l’instant. Déverrouillez le trousseau de votre système, puis réessayez.
keychain-missing-title = Cet ordinateur n’a pas de trousseau
keychain-missing-text = Porchlight garde votre connexion dans le trousseau du système et n’en a pas trouvé. Démarrez-en ou installez-en un (par exemple GNOME Keyring ou KWallet), puis réessayez. Rien de ce qui est stocké ici n’est perdu entre-temps.
stopped-still = Nouvel essai à { $time }, sans succès.
passphrase-title = Aucun trousseau n’est en marche ici
passphrase-keychain = Le mieux est d’en démarrer un (par exemple GNOME Keyring ou KWallet) et de réessayer.
passphrase-text = Ou gardez votre connexion dans un fichier chiffré avec une phrase secrète. Porchlight la demande à chaque démarrage, et elle ne peut pas être récupérée.
passphrase = Phrase secrète
passphrase-repeat = Répéter la phrase secrète
passphrase-different = Les deux ne sont pas identiques.
passphrase-use = Utiliser une phrase secrète
passphrase-short = Cette phrase secrète est trop courte.
passphrase-wrong = Ce n’est pas la phrase secrète.
passphrase-needless = Cet ordinateur a bien un trousseau. Déverrouillez-le, puis réessayez sans phrase secrète.
passphrase-failed = Le fichier chiffré ne peut pas être lu ou écrit. Vérifiez que le disque n’est pas plein, puis réessayez.
unlock-title = Saisissez votre phrase secrète
unlock-text = Votre connexion est dans un fichier chiffré avec elle.
unlock = Déverrouiller
broken-title = Les conversations stockées ne peuvent pas être ouvertes
broken-text = Réessayez, ou redémarrez Porchlight. Si cela n’aide pas, supprimez ce qui est stocké sur cet ordinateur et reconnectez-vous.
broken-why = Le disque est peut-être plein, ou les données sont endommagées ou écrites par une version plus récente.
broken-why-keychain = Le trousseau ne contient plus ce qui va avec ces données. Si un autre le contient, ouvrez celui-là et réessayez.
broken-remove = Supprimer ce qui est stocké ici
broken-remove-text = Ce que l’espace de travail possède revient à la prochaine connexion. Ce qui n’était pas encore envoyé est perdu.
broken-remove-yes = Supprimer et se déconnecter

## Erreurs, selon leur code
error-bad-request = Ceci n’a pas la bonne forme. Vérifiez votre saisie.
error-wrong-credentials = L’e-mail ou le mot de passe est incorrect.
error-not-signed-in = Cet ordinateur n’est plus connecté. Connectez-vous de nouveau.
error-not-allowed = Vous n’y êtes pas autorisé. Un admin de l’espace de travail l’est.
not-carried-out = L’une de vos actions n’a pas été exécutée. { $why }
link-nowhere = Ce lien ne mène nulle part dans Porchlight. Demandez-en un autre.
link-elsewhere = Ce lien appartient à un autre espace de travail. Connectez-vous-y pour l’ouvrir.
link-gone = Cette conversation n’est pas ici : elle a été supprimée, ou elle est dans un groupe dont vous ne faites pas partie.
error-not-found = Ceci n’est pas (ou plus) là.
error-conflict = Ceci est en conflit avec ce qui existe déjà.
error-too-large = C’est trop long.
error-rate-limited = Trop d’essais. Attendez une minute.
error-expired = Ce lien a déjà servi ou est trop ancien. Demandez-en un nouveau.
error-version-mismatch = L’app et le serveur parlent des versions différentes. Mettez à jour le plus ancien des deux.
error-unavailable = L’espace de travail ne répond pas pour l’instant. Réessayez dans un moment.
error-no-keychain = Aucun trousseau n’est en marche sur cet ordinateur : votre connexion ne peut pas être gardée.
error-internal = Quelque chose s’est mal passé dans Porchlight. Le journal en dit plus.

## Temps
time-yesterday = Hier
time-days =
    { $count ->
        [one] { $count } jour
       *[other] { $count } jours
    }
day-today = Aujourd’hui, { $date }
day-yesterday = Hier, { $date }
age-now = à l’instant
age-minutes = { $count } min
age-since = depuis { $time }

## Statut
status-label = Statut
status-online = En ligne
status-busy = Occupé
status-invisible = Invisible
status-offline = Hors ligne
meaning-online = Les visiteurs vous voient disponible
meaning-invisible =
    { $count ->
        [0] Les visiteurs vous voient absent
        [one] Absent, mais disponible dans votre chat
       *[other] Absent, mais disponible dans vos { $count } chats
    }
meaning-offline = Absent partout, aucune notification
own-label = Votre statut
own-since = { $status } depuis { $time }
own-line = { $status } : { $why }
own-line-back = { $status } : { $why }, { $back }
own-pending-lost = { $offline }, { $status } dès la connexion
own-pending = { $status }, pas encore confirmé
why-idle = inactif depuis { $time }
why-locked = verrouillé depuis { $time }
why-asleep = ordinateur en veille depuis { $time }
why-signed-out = déconnecté à { $time }
why-quit = app quittée à { $time }
why-connection-lost = connexion perdue à { $time }, nouvel essai en cours
why-admin = défini par { $name } à { $time }
back-to-online = de nouveau En ligne au retour
back-to-busy = de nouveau Occupé au retour
back-to-invisible = de nouveau Invisible au retour
mate-line = { $status } · { $age }
was-online = Était en ligne
was-busy = Était occupé
was-invisible = Était invisible
was-offline = Était hors ligne
meaning-busy = Aucun nouveau chat, vous pouvez en prendre
own-until-hours = { $status } jusqu’à { $time }, selon vos horaires
own-until-then = { $status } jusqu’à { $time }, puis { $then }
own-for-minutes =
    { $count ->
        [one] { $status } encore 1 minute, puis { $then }
       *[other] { $status } encore { $count } minutes, puis { $then }
    }
own-winding =
    { $count ->
        [0] { $status }, fin de service : { $offline } dans un instant
        [one] { $status }, fin de service : { $offline } après votre dernier chat
       *[other] { $status }, fin de service : { $offline } après vos { $count } derniers chats
    }
own-seen =
    { $count ->
        [one] Le visiteur d’un chat vous voit encore
       *[other] Les visiteurs de { $count } chats vous voient encore
    }
own-sentence = { $line }.
why-held = vous attend
an-admin = un admin
return-asks = question posée au retour
return-stays = reste { $offline } au retour
detail-since = { $status } depuis { $time }.
detail-since-by = { $status } depuis { $time }, { $by }.
detail-next = Ensuite : { $status } à { $time }.
detail-winding =
    { $count ->
        [0] Fin de service : { $offline } dans un instant.
        [one] Fin de service : { $offline } après votre dernier chat.
       *[other] Fin de service : { $offline } après vos { $count } derniers chats.
    }
detail-seen =
    { $count ->
        [one] Le visiteur d’un chat vous voit encore.
       *[other] Les visiteurs de { $count } chats vous voient encore.
    }
by-hours = selon vos horaires
by-time-up = le temps étant écoulé
by-wound-down = après votre dernier chat
by-first-sign-in = depuis la première connexion
by-tray = choisi dans la zone de notification
by-command-line = choisi en ligne de commande
by-shortcut = choisi par raccourci
by-notification = choisi dans une notification
while-title = Invisible un moment
while-now = Jusqu’à { $time }
while-head = Invisible, puis En ligne
while-minutes = { $count } minutes
while-hour = 1 heure
while-tomorrow = Jusqu’à demain
while-other = Jusqu’à une autre heure
until-title = Invisible jusqu’à une autre heure
until-time = Jusqu’à
until-end = De nouveau { $status } à { $time }.
until-wrong = Saisissez une heure, par exemple 14:30.
until-zone = Dans le fuseau horaire de vos horaires, { $zone }.
until-go = Passer { $status }
wind-down = Finir le service
meaning-wind-down = Invisible maintenant, Hors ligne après votre dernier chat
hours-link = Horaires de disponibilité
undo-admin = Annuler
undo-admin-to = Revenir à { $status }
last-title = Vous êtes la dernière personne en ligne pour { $site }
last-title-many = Vous êtes la dernière personne en ligne pour { $count } sites
last-messenger =
    { $count ->
        [one] Si vous passez { $status }, le widget du site devient une messagerie.
       *[other] Si vous passez { $status }, le widget de ces sites devient une messagerie.
    }
last-hidden =
    { $count ->
        [one] Si vous passez { $status }, le widget du site est masqué.
       *[other] Si vous passez { $status }, le widget de ces sites est masqué.
    }
last-mixed = Si vous passez { $status }, le widget de ces sites change.
last-site-messenger = devient une messagerie
last-site-hidden = est masqué
last-others =
    { $count ->
        [one] { $names } est en ligne mais ne répond pas sur ce site.
       *[other] { $names } sont en ligne mais ne répondent pas sur ce site.
    }
last-chats-stay =
    { $count ->
        [one] Votre chat continue comme avant.
       *[other] Vos { $count } chats continuent comme avant.
    }
last-chats-away =
    { $count ->
        [one] Le visiteur de votre chat vous voit absent.
       *[other] Les visiteurs de vos { $count } chats vous voient absent.
    }
last-go = Passer { $status } quand même
last-stay = Rester { $status }
drop-in =
    { $count ->
        [one] { $offline } dans 1 seconde
       *[other] { $offline } dans { $count } secondes
    }
drop-now = { $offline } dans un instant
drop-idle =
    { $count ->
        [one] Rien n’a bougé depuis une minute.
       *[other] Rien n’a bougé depuis { $count } minutes.
    }
drop-keeps = N’importe quelle touche vous garde { $status }.
stay-online = Rester en ligne
stay-here = Je suis là
stay-offline = Rester { $offline }
hours-end = Vos horaires se terminent à { $time }.
hours-end-open =
    { $count ->
        [one] Une de vos conversations est ouverte.
       *[other] { $count } de vos conversations sont ouvertes.
    }
dismiss = Fermer
back-title = Bon retour, { $name }.
back-idle = Vous êtes { $offline } depuis { $time }, parce que rien n’a bougé sur cet ordinateur.
back-locked = Vous êtes { $offline } depuis { $time }, parce que cet ordinateur était verrouillé.
back-asleep = Vous êtes { $offline } depuis { $time }, parce que cet ordinateur était en veille.
back-plain = Vous étiez absent et vous restez { $offline } jusqu’à ce que vous choisissiez un autre statut.
mate-open =
    { $count ->
        [one] 1 ouverte
       *[other] { $count } ouvertes
    }
mate-nothing-open = Rien d’ouvert
mate-line-load = { $line } · { $load }
mate-no-groups = Dans aucun groupe
mate-set-offline = Mettre { $offline }
mate-set-offline-hint = La personne voit que c’était vous et peut l’annuler
limited-wayland = La détection d’inactivité est limitée : ce bureau ne dit pas aux apps quand vous êtes absent. Seuls les touches et les clics dans Porchlight comptent.
limited-no-extension = La détection d’inactivité est limitée : le serveur d’affichage ne compte pas l’inactivité. Seuls les touches et les clics dans Porchlight comptent.
limited-platform = La détection d’inactivité est limitée sur ce système. Seuls les touches et les clics dans Porchlight comptent.
limited-wayland-mend = Les GNOME, Cinnamon, Plasma, COSMIC, Sway et Hyprland actuels le disent, tout comme une session X11.
limited-no-extension-mend = Un serveur d’affichage avec le compteur IDLETIME le fait. Les bureaux distants et les serveurs imbriqués en manquent souvent.
limited-no-display = La détection d’inactivité est limitée : aucun serveur d’affichage ne répond. Seuls les touches et les clics dans Porchlight comptent.
limited-no-display-mend = Démarrez Porchlight depuis la session de bureau. Il vérifie de nouveau par lui-même.
limited-flatpak = La détection d’inactivité est limitée : le bac à sable Flatpak sépare Porchlight du moniteur d’inactivité du bureau. Seuls les touches et les clics dans Porchlight comptent.
limited-flatpak-mend = Autorisez-le avec cette commande, puis redémarrez Porchlight :
sign-out = Se déconnecter
sign-out-title = Tout n’est pas envoyé
sign-out-text =
    { $count ->
        [one] Une de vos actions n’est pas encore arrivée à l’espace de travail. La déconnexion la supprime de cet ordinateur.
       *[other] { $count } de vos actions ne sont pas encore arrivées à l’espace de travail. La déconnexion les supprime de cet ordinateur.
    }
sign-out-local-title = Se déconnecter de l’espace de travail de cet ordinateur ?
sign-out-local-text = L’espace de travail vit dans cette app. Après la déconnexion, ses conversations ne pourront plus être ouvertes.
sign-out-force = Se déconnecter quand même
sign-out-stay = Rester connecté

## Navigation
nav-label = Menu principal
nav-mine = Mes messages
nav-unassigned = Non attribuées
nav-all = Tous les messages
nav-groups = Groupes
nav-team = Équipe
nav-team-as-of = Équipe, état de { $time }
house-live = Chat en direct · { $count } en ligne
house-messenger = Messagerie · 0 en ligne
house-hidden = Widget masqué · 0 en ligne
house-nobody = Personne en ligne
house-no-connection = Pas de connexion
house-local = À l’essai sur cet ordinateur
demo-nav = Site de démo
demo-hint = Ouvrir dans le navigateur un site avec votre widget de chat
demo-open = Ouvrir le site de démo

## Connexion
lost-since = Pas de connexion depuis { $time }.
lost-never = Pas encore connecté.
lost-text = Vous pouvez lire et écrire. Les visiteurs vous voient absent jusqu’à son retour.
lost-unsent =
    { $count ->
        [one] Un élément attend d’être envoyé.
       *[other] { $count } éléments attendent d’être envoyés.
    }
lost-next = Prochain essai dans { $count } s
lost-trying = Essai en cours
catching-up = Rattrapage en cours. Vous pouvez travailler pendant ce temps.

## Liste
list-label = Conversations
list-show = Afficher
list-open = Ouvertes
list-closed = Fermées
list-sort = Ordre
list-rows = { $folder }, { $sort }
list-broken = La liste n’a pas pu être lue
list-none = Aucune conversation ici
list-none-closed = Rien n’est fermé
sort-longest-waiting = Attend le plus longtemps
sort-newest = Plus récentes d’abord
sort-oldest = Plus anciennes d’abord
row-waiting = attend depuis
row-sees-you = Vous voit encore disponible
attention-new = Nouveau
attention-missed-absence = Manquée : personne n’est là
attention-missed-silence = Manquée : personne ne répond
preview-me = Vous :
preview-agent = { $name } :
preview-draft = Brouillon :
preview-nobody = Aucun message pour l’instant

## Rien n’est ouvert
empty-title = Pas encore de conversations
empty-online = Vous êtes En ligne. Les nouvelles conversations apparaissent ici d’elles-mêmes.
empty-away = Les visiteurs vous voient absent. Passez En ligne pour recevoir de nouvelles conversations.
empty-demo = Pour en voir une, soyez votre propre visiteur : le site de démo porte votre widget.
calm-title = Personne n’attend
waiting-title =
    { $count ->
        [one] Un visiteur attend
       *[other] { $count } visiteurs attendent
    }
waiting-text = Choisissez une conversation dans la liste.

## Fenêtre des messages
window-label = Conversation
window-with = Conversation avec { $name }
window-channel = Chat du site
window-closed = Chat du site, fermé
assign = Attribuer à des agents
assigned-to = Attribuée à { $names }
assigned-you = vous
group = Groupe
group-none = Aucun groupe
take = Prendre le chat
leave = Quitter le chat
reopen = Rouvrir
as-of = État de { $time }
conversation-gone = Cette conversation n’est plus ici
conversation-broken = Cette conversation n’a pas pu être lue sur le disque
bar-mine = Vous êtes { $status }. Ce visiteur vous voit encore disponible, car vous avez rejoint le chat.
bar-mine-named = Vous êtes { $status }. { $name } vous voit encore disponible, car vous avez rejoint le chat.
bar-away = Vous êtes { $status }. Ce visiteur vous voit absent tant que vous ne prenez pas le chat.
bar-away-named = Vous êtes { $status }. { $name } vous voit absent tant que vous ne prenez pas le chat.
bar-offline = Vous êtes { $status }. Les réponses sont envoyées, mais ce visiteur vous voit absent.
bar-offline-named = Vous êtes { $status }. Les réponses sont envoyées, mais { $name } vous voit absent.
go-online = Passer en ligne

## Fil
transcript-label = Messages
history-loading = Chargement des messages plus anciens
history-not-here = Les messages plus anciens ne sont pas sur cet ordinateur
new-since = Nouveau depuis { $time }
to-end = Au message le plus récent
sending = Envoi
waiting-for-connection = Attend la connexion
failed = Échec : { $why }
comment-by = Commentaire de { $name }. Seule votre équipe le voit.
comment-note = Commentaire, seule votre équipe le voit
message-newer = Une partie de ce message demande une version plus récente de Porchlight.
announce-message = { $name } a écrit : { $text }

## Saisie
composer-modes = Ce que vous écrivez
reply = Réponse
comment = Commentaire
composer-reply-to = Réponse à { $name }
composer-reply-here = Écrire une réponse
composer-comment-here = Écrire un commentaire pour votre équipe
composer-outside = { $name } voit ceci dans le chat
composer-inside = Seule votre équipe voit ceci
composer-offline = Envoyé au retour de la connexion
composer-send = Envoyer
composer-comment = Commenter
composer-keys = Entrée envoie, Maj + Entrée passe à la ligne
composer-room = Encore { $count }
composer-too-long =
    { $count ->
        [one] { $count } caractère de trop
       *[other] { $count } caractères de trop
    }

# The small window for a reply.
quick-open = Ouvrir la conversation
quick-answered = { $name } a répondu à { $time }. Vous pouvez encore écrire.
quick-answered-me = Vous avez répondu à { $time }, ailleurs. Vous pouvez encore écrire.
quick-refused = Non envoyé : { $why }

## Coordonnées
details-label = Coordonnées
details-show = Afficher les coordonnées
details-hide = Masquer les coordonnées
details-open = Conversation ouverte
details-closed = Conversation fermée
details-contact = Contact
details-name = Nom
details-email = E-mail
details-conversation = Conversation
details-began = Début
details-newest = Dernier message
details-group = Groupe
details-assigned = Attribuée

## Fermeture
close-title = Fermer Porchlight ?
close-text = Aucune zone de notification n’a été trouvée sur ce bureau : il n’y aurait pas de retour à cette fenêtre. Réduit, Porchlight continue et vous garde disponible.
close-quit = Quitter
close-minimise = Réduire

## Réglages
settings = Réglages
settings-you = Vous
settings-availability = Disponibilité
settings-computer = Cet ordinateur
settings-statuses = Statuts
settings-sites = Sites et widget
settings-groups = Groupes
settings-save = Enregistrer
settings-discard = Abandonner les modifications
settings-unsaved = Pas encore enregistré.
settings-saved = Enregistré.
settings-offline = L’espace de travail est injoignable. Vos modifications restent ici ; enregistrez-les une fois la connexion revenue.
settings-elsewhere = Ceci a été modifié entre-temps sur un autre de vos appareils. Enregistrer le remplace par ce que vous voyez ici.
settings-done = Terminé
settings-remove = Retirer
settings-less = Moins
settings-more = Plus
settings-name = Nom
settings-from = De
settings-to = À
settings-next-day = Se termine le lendemain.

settings-hours-text = Au début d’une plage, votre statut devient En ligne, à sa fin Hors ligne. Ce que vous choisissez à la main vaut jusqu’à la limite suivante.
settings-zone = Fuseau horaire
settings-week = Horaires de la semaine
settings-next-online = Ensuite : En ligne à { $time }
settings-next-offline = Ensuite : Hors ligne à { $time }
settings-no-hours = Aucun horaire
settings-hours-none = Vous n’avez pas d’horaires : votre statut reste celui que vous choisissez.
settings-offline-all-day = Hors ligne toute la journée
settings-span = { $day } de { $from } à { $to }
settings-span-over = { $day } { $from } à { $next } { $to }
settings-span-add = Ajouter une plage ({ $day })
settings-copy = Copier { $day } vers d’autres jours
settings-copy-workdays = Du lundi au vendredi
settings-copy-all = Tous les jours
settings-span-unreadable = Ce n’est pas une heure.
settings-span-empty = La fin est égale au début. Une plage doit durer un peu.
settings-span-clash = Il y a déjà une plage à cette heure. Deux plages ne peuvent pas se chevaucher.
settings-week-how = Tirez dans une ligne pour créer une plage, tirez une plage pour la déplacer, ou ses bords pour les changer. Au clavier, les flèches déplacent une plage, Maj et les flèches changent sa fin, Entrée ouvre ses heures exactes et Suppr la retire.
settings-exceptions = Exceptions
settings-exception-add = Ajouter une date
settings-exception-remove = Retirer { $dates }
settings-exception-first = Premier jour
settings-exception-last = Dernier jour
settings-exception-name = Occasion (facultatif)
settings-exception-dates = Le dernier jour précède le premier, ou le premier manque.
settings-exception-clash = Une autre exception vaut déjà l’un de ces jours.
settings-dates = { $first } au { $last }

settings-away = Loin de cet ordinateur
settings-idle = Passer hors ligne en cas d’inactivité
settings-idle-hint = Clavier et souris de tout l’ordinateur. Un avis compte 30 secondes à rebours avant.
settings-idle-workspace =
    { $count ->
        [one] selon l’espace de travail : 1 minute
       *[other] selon l’espace de travail : { $count } minutes
    }
settings-idle-workspace-off = selon l’espace de travail : jamais
settings-idle-own = après quelques minutes
settings-idle-off = jamais
settings-idle-minutes = Minutes
settings-idle-wrong = Entre { $least } et { $most } minutes.
settings-return = À mon retour
settings-return-hint = Votre choix est conservé pendant votre absence.
settings-return-always = Dans cet espace de travail, votre choix est toujours rétabli.
settings-return-restore = Rétablir
settings-return-ask = Demander
settings-return-stay = Rester hors ligne
settings-lock = Passer hors ligne quand l’écran est verrouillé
settings-lock-at-once = tout de suite
settings-lock-half-minute = après 30 secondes
settings-lock-one-minute = après 1 minute
settings-lock-five-minutes = après 5 minutes
settings-lock-off = jamais
settings-offers = Être averti des nouveaux chats même invisible
settings-offers-hint = Si les agents en ligne mettent plus de 30 secondes à répondre.

settings-day = Ma journée
settings-day-of = La journée de { $name }
settings-day-happened = Ce qui s’est passé
settings-day-before = La veille
settings-day-after = Le lendemain
settings-day-nothing = On ne sait rien de cette journée.
settings-day-csv = CSV
settings-day-csv-hint = Enregistrer cette journée en tableau
settings-day-csv-saved = Enregistré sous { $path }
settings-day-whose = La journée de qui
settings-day-forbidden = Cet espace de travail ne montre pas aux admins les changements de statut des autres. Le réglage se trouve sous « Statuts ».

settings-day-segment = { $status } de { $from } à { $to }
settings-day-offline = L’espace de travail est injoignable, et c’est lui qui tient ce journal.
settings-day-until = { $status } jusqu’à { $time }
settings-day-winding = { $status }, fin en douceur
settings-day-idle = { $status }, inactif depuis { $time }
settings-day-locked = { $status }, verrouillé depuis { $time }
settings-day-signed-in = { $status }, connexion
settings-day-back = { $status }, rétabli au retour
settings-day-later = { $status } ; { $chosen } dès le retour
settings-day-because = { $status }, { $why }
settings-why-asleep = l’ordinateur était en veille
settings-why-signed-out = déconnecté
settings-why-quit = Porchlight a été quitté
settings-why-connection = connexion perdue
settings-why-held = vous attend
settings-by-you = vous
settings-by-tray = vous, dans la zone de notification
settings-by-command-line = vous, en ligne de commande
settings-by-shortcut = vous, au clavier
settings-by-notification = vous, depuis une notification
settings-by-computer = vos appareils
settings-by-hours = vos horaires
settings-by-time-up = choix à durée limitée
settings-by-wound-down = fin en douceur
settings-by-workspace = l’espace de travail

settings-computer-text = Ceci ne vaut que pour cet ordinateur.
settings-start = Démarrer quand j’ouvre ma session
settings-start-hint = Dans la zone de notification, rien ne s’ouvre ; l’icône montre que vous êtes là.
settings-start-off = Non
settings-start-window = Avec sa fenêtre
settings-start-tray = Dans la zone de notification
settings-shortcut = Touches pour En ligne et Invisible
settings-shortcut-hint = Elles passent de l’un à l’autre, dans n’importe quel programme.
settings-shortcut-none = Choisir des touches
settings-shortcut-press = Appuyez sur les touches …
settings-shortcut-wayland = Sous Wayland, aucun programme ne reçoit les touches frappées dans un autre. Les réglages du clavier de votre système peuvent lancer la commande « porchlight status invisible ».
settings-shortcut-no-display = Aucun affichage ne peut signaler de touches.
settings-shortcut-taken = Un autre programme a déjà ces touches. Choisissez-en d’autres, ou fermez ce programme et redémarrez Porchlight.
settings-shortcut-no-such-key = Ce clavier n’a pas cette touche.
settings-shortcut-refused = Le système ne cède pas ces touches. Choisissez-en d’autres.

settings-statuses-text = Les statuts que l’équipe peut choisir, et ce qui vaut pour tous.
settings-busy = « Occupé » peut être choisi
settings-busy-hint = Les agents occupés ne reçoivent pas de nouveaux chats, mais restent disponibles dans les leurs.
settings-automatic = Hors ligne seulement automatique
settings-automatic-hint = Personne ne le choisit. L’inactivité et la déconnexion l’imposent, le retour rétablit le choix précédent.
settings-workspace-idle = Passer hors ligne en cas d’inactivité
settings-workspace-idle-hint = Pour tous ceux qui n’ont pas réglé leur propre délai.
settings-close = Clore les conversations
settings-close-hint = Après un tel silence. Le visiteur qui écrit rouvre la sienne.
settings-close-own = après quelques heures de silence
settings-close-never = jamais
settings-close-hours = Heures
settings-close-wrong = Entre { $least } et { $most } heures.
settings-log = Les admins voient les changements de statut des autres
settings-log-hint = Pendant 30 jours. Chacun voit toujours les siens.
settings-sites-text = Où les visiteurs vous rencontrent, et qui y répond.
settings-site = Site
settings-site-new = Nouveau site
settings-origins = Adresses
settings-origins-hint = Une par ligne, comme https://shop.example. Seules leurs pages montrent le widget.
settings-site-mode = Quand personne n’est en ligne
settings-site-mode-hint = Un visiteur en conversation garde toujours le widget.
settings-site-messenger = Messagerie
settings-site-hidden = Masquer le widget
settings-site-groups = Groupes qui répondent
settings-site-groups-hint = Les visiteurs en choisissent un. Sans groupe, toute l’équipe répond.
settings-no-groups = Il n’y a pas encore de groupe.
settings-groups-text = Qui va ensemble. Les membres voient les conversations de leur groupe.
settings-group = Groupe
settings-group-new = Nouveau groupe
settings-members = Membres

settings-notices = Notifications
settings-notices-text = Cela ne vaut que pour cet ordinateur.
notice-privacy = Ce que dit une notification
notice-tells = Dans une notification
notice-privacy-full = Qui, et ce qui est écrit
notice-privacy-sender = Qui
notice-privacy-count = Combien attendent
notice-locked = Seulement le nombre quand l’ordinateur est verrouillé
notice-locked-hint = Qui passe devant votre bureau ne lit ni nom ni mot.
notice-kinds = Ce dont on vous avertit, et avec quel son
notice-kind-missed = Conversations manquées
notice-kind-new-chat = Nouvelles conversations
notice-kind-offered = Nouvelles conversations en mode invisible
notice-kind-message = Messages dans vos conversations
notice-kind-assigned = Conversations qui deviennent les vôtres
notice-kind-mention = Mentions
notice-kind-digest = En votre absence
notice-kind-idle-soon = Bientôt hors ligne
notice-kind-welcome-back = Bon retour
notice-kind-hours-end = Fin des heures
notice-kind-connection-lost = Connexion perdue
notice-kind-sign-in-lost = Déconnecté
notice-kind-self-test = Essai
notice-sound-of = Son : { $kind }
notice-show-of = Montrer : { $kind }
notice-sound-none = Aucun son
notice-sound-chime = Carillon
notice-sound-drop = Goutte
notice-sound-knock = Coups
notice-sound-alarm = Alarme
notice-volume = Volume
notice-repeat = Répéter le son jusqu’à la lecture
notice-repeat-hint = Toutes les 30 secondes.
notice-quiet = Heures calmes
notice-quiet-hint = Les notifications paraissent sans son.
notice-quiet-from = Calme dès
notice-quiet-to = Calme jusqu’à
notice-quiet-empty = La fin des heures calmes doit différer de leur début.
notices-hidden = Les visiteurs vous voient en ligne, mais votre ordinateur cache les notifications.
notices-hidden-do-not-disturb = Son mode « ne pas déranger » est actif.
notices-hidden-permission-denied = Autorisez les notifications de Porchlight dans les réglages de votre système.
notices-hidden-no-service = Rien sur cet ordinateur ne montre de notifications : lancez un service de notifications.
ledger-title = Pourquoi l’ai-je manqué ?
ledger-text = Ce qu’est devenu tout ce qui pouvait être une notification. Cela ne quitte jamais cet ordinateur.
ledger-conversation = Conversation
ledger-all = Toutes les conversations
ledger-outcome = Résultat
ledger-any = Tout
ledger-shown = Montré
ledger-shown-silently = Montré sans son : { $reason }
ledger-any-not-shown = Non montré
ledger-any-failed = Échoué
ledger-not-shown = Non montré : { $reason }
ledger-failed = Échoué : { $why }
ledger-none = Le registre ne contient rien de tel.
ledger-empty = Rien pour l’instant. Tout ce qui peut être une notification laisse ici une ligne, montré ou non.
ledger-more = Plus anciens
notice-why-offline = vous étiez hors ligne
notice-why-invisible = vous étiez invisible
notice-why-busy = vous étiez occupé
notice-why-on-screen = c’était à votre écran
notice-why-own-action = vous l’avez fait vous-même
notice-why-quiet-hours = heures calmes
notice-why-do-not-disturb = « ne pas déranger » de votre ordinateur
notice-why-permission-denied = votre ordinateur ne le permet pas
notice-why-already-answered = quelqu’un avait répondu
notice-why-already-read = vous l’aviez lu
notice-why-muted = vous avez désactivé ce genre
notice-why-replaced = une plus récente ou un résumé a pris sa place
notice-why-gone = vous ne voyez plus la conversation
away-title = En votre absence
away-since = depuis { $time }
away-missed = { $count ->
    [one] 1 manquée
   *[other] { $count } manquées
}
away-waiting = { $count ->
    [one] 1 attend encore
   *[other] { $count } attendent encore
}
away-answered = { $count ->
    [one] 1 a eu une réponse
   *[other] { $count } ont eu une réponse
}
away-item-missed = manquée, attend depuis { $time }
away-item-waiting = attend depuis { $time }
away-item-answered = répondue
away-item-answered-by = réponse de { $name }
away-item-answered-by-you = réponse de vous
away-item-closed = fermée
away-more = { $count ->
    [one] Et 1 autre.
   *[other] Et { $count } autres.
}
away-dismiss = Ranger

self-test = Essayer
self-test-hint = Montre une vraie notification et joue un son, quel que soit votre statut.
self-test-run = Envoyer un essai
self-test-trying = En attente de la réponse de votre ordinateur …
self-test-taken = Votre ordinateur a pris la notification.
self-test-taken-by = { $service } a pris la notification.
self-test-not-shown = Elle n’a pas été montrée : { $why }
self-test-not-asked = Votre ordinateur demande si Porchlight peut montrer des notifications : autorisez-le, puis réessayez.
self-test-dnd-unknown = Votre ordinateur ne dit pas si « ne pas déranger » est actif : si rien n’a paru, regardez d’abord là.
self-test-no-sound = Le son n’a pas été joué : { $why }
self-test-nothing-seen = Rien n’a paru ? Regardez les réglages de votre système pour les notifications de Porchlight, et vos autres écrans.
self-test-no-buttons = Les notifications n’ont pas de boutons ici : cliquez dessus pour répondre dans la fenêtre.
