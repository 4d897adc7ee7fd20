# Ce que l’application dit hors de sa fenêtre : notifications et zone de notification.

visitor-unnamed = Visiteur

notice-new-chat = Nouvelle conversation : { $name }
notice-message = { $name }

status-online = En ligne
status-busy = Occupé
status-invisible = Invisible
status-offline = Hors ligne

tray-open = Ouvrir la boîte de réception
tray-quit = Quitter Porchlight
tray-own = Votre statut : { $status }
tray-own-because = Votre statut : { $status } ({ $reason })
tray-pick-pending = { $status } (en attente de la connexion)
tray-signed-out = Porchlight : personne n’est connecté
tray-tooltip = Porchlight : { $status }
tray-tooltip-waiting = Porchlight : { $status }, { $count ->
    [one] 1 visiteur attend
   *[other] { $count } visiteurs attendent
}, le plus ancien depuis { $longest }

reason-idle = aucune activité depuis { $time }
reason-locked = verrouillé depuis { $time }
reason-asleep = l’ordinateur était en veille
reason-signed-out = déconnecté
reason-quit = Porchlight a été quitté
reason-connection-lost = pas de connexion
reason-held = vous attend
reason-unknown = décidé par l’espace de travail
