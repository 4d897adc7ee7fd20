# Ce que l’application dit hors de sa fenêtre : notifications et zone de notification.

visitor-unnamed = Visiteur

notice-app = Porchlight
notice-new-chat = Nouvelle conversation : { $name }
notice-offered = Toujours sans réponse : { $name }
notice-message = { $name }
notice-missed = Manqué : { $name }
notice-assigned = Désormais à vous : { $name }
notice-mention = On vous a mentionné : { $name }
notice-count = { $count ->
    [one] 1 visiteur attend une réponse
   *[other] { $count } visiteurs attendent une réponse
}
notice-something = Quelque chose vous attend dans votre boîte
notice-digest = En votre absence
notice-connection-lost = Pas de connexion
notice-connection-lost-body = Porchlight ne joint pas votre espace. Les visiteurs vous voient absent jusque-là.
notice-sign-in-lost = Vous avez été déconnecté
notice-sign-in-lost-body = Porchlight ne montre aucun visiteur tant que vous ne vous reconnectez pas.

notice-idle-soon = Hors ligne dans { $seconds } secondes
notice-idle-soon-body = Rien n’a bougé sur vos appareils depuis un moment. Les visiteurs vous verront absent.
notice-self-test = Porchlight peut vous joindre
notice-self-test-body = Ceci est un test. Un clic dessus ouvre Porchlight.
notice-welcome-back = Bon retour
notice-welcome-back-body = Vous êtes hors ligne et les visiteurs vous voient absent. Voulez-vous passer en ligne ?
notice-hours-end = Vos horaires se terminent bientôt
notice-hours-end-body = { $count ->
    [one] 1 de vos conversations est encore ouverte.
   *[other] { $count } de vos conversations sont encore ouvertes.
} À la fin de vos horaires, vous passez hors ligne.

reply-window = Réponse à { $name }
answer-reply = Répondre
answer-take = Prendre
answer-stay-online = Rester en ligne
answer-go-online = Passer en ligne
answer-stay-offline = Rester hors ligne
answer-wind-down = Finir le service

status-online = En ligne
status-busy = Occupé
status-invisible = Invisible
status-offline = Hors ligne

tray-open = Ouvrir la boîte de réception
tray-quit = Quitter Porchlight
tray-own = Votre statut : { $status }
tray-own-because = Votre statut : { $status } ({ $reason })
tray-own-until = Votre statut : { $status } jusqu’à { $time }
tray-undo = Mis hors ligne par { $name } : annuler
tray-for = Invisible un moment
tray-for-minutes = { $minutes } minutes
tray-for-hour = 1 heure
tray-for-tomorrow = Jusqu’à demain
tray-for-other = Jusqu’à une autre heure…
tray-pick-pending = { $status } (en attente de la connexion)
tray-signed-out = Porchlight : personne n’est connecté
tray-tooltip = Porchlight : { $status }
tray-tooltip-waiting = Porchlight : { $status }, { $count } en attente, la plus longue { $longest }

reason-idle = inactif depuis { $time }
reason-locked = verrouillé depuis { $time }
reason-asleep = l’ordinateur était en veille
reason-signed-out = déconnecté
reason-quit = Porchlight a été quitté
reason-connection-lost = pas de connexion
reason-held = vous attend
reason-unknown = décidé par l’espace de travail

cli-status = { $status }
cli-status-because = { $status } : { $reason }
cli-status-until-hours = { $status } jusqu’à { $time }, selon vos horaires
cli-status-until-then = { $status } jusqu’à { $time }, puis { $next }
cli-status-winding-down = { $status }, puis Hors ligne quand votre dernière conversation se termine
cli-status-by-hours = { $status }, selon vos horaires
cli-status-by-admin = { $status }, défini par l’administration
cli-pending = { $status } : en attente, l’espace de travail n’a pas encore répondu
cli-pending-unreachable = { $status } : en attente, l’espace de travail est injoignable
cli-last-agent = Plus personne ne serait en ligne pour { $sites }. Ajoutez --yes pour le faire quand même.
cli-not-offered = Votre espace de travail ne propose pas { $status }. Il propose : { $offered }.
cli-not-signed-in = Personne n’est connecté. Ouvrez Porchlight et connectez-vous.
cli-not-ready = Porchlight ne peut pas ouvrir ses données. Ouvrez sa fenêtre : elle indique quoi faire.
cli-not-running = Porchlight n’est pas lancé. Lancez-le, puis réessayez.
cli-not-yours = Porchlight appartient à un autre compte de cet ordinateur. Exécutez cette commande avec le compte qui l’a lancé.
cli-other-version = Le Porchlight en cours est d’une autre version. Quittez-le et relancez-le.
cli-silent = Porchlight ne répond pas. Réessayez ; si cela persiste, quittez-le et relancez-le.
