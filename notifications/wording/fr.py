"""Reminders in French. Titles and reasons of duties come from the law library, in English."""

from notifications.wording.base import Wording

FRENCH = Wording(
    tag="fr",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    colon=" : ",
    first_of_month="1er",
    moment="moins de 1 min",
    minutes="{m} min",
    hours="{h} h",
    hours_minutes="{h} h {m} min",
    days="{n} jours",
    days_hours="{n} jours {h} h",
    date="{weekday} {day} {month} {year}",
    date_short="{weekday} {day} {month}",
    time="{h}\u00a0h\u00a0{m:02d}",
    at="{date} à {time}{offset}, {city}{utc}",
    end_of_day="24 h 00 (minuit, à la fin de ce jour)",
    city="heure de {city}",
    city_before_vowel="heure d’{city}",
    utc=" ({time} UTC)",
    utc_other_day=" ({date} à {time} UTC)",
    left="Encore {span}",
    overdue="En retard de {span}",
    passed="Repère dépassé depuis {span}",
    outer="{left} avant la limite extrême",
    yardstick="{left} avant le repère de l’autorité",
    moved="Échéance déplacée – {left}",
    ended="N’est plus exigée",
    again="De nouveau exigé – {left}",
    subject="{left} : {who} · {reference}",
    subject_and="{left} : {who}, et {n} de plus · {reference}",
    subject_question_one="Une question décide si une obligation s’applique – {left} · {reference}",
    subject_question="Une question porte sur {n} obligations possibles – {left} · {reference}",
    who_where="{who} ({where})",
    who_question="une question ouverte",
    addressees={
        "supervisory_authority": "autorité de contrôle",
        "sector_regulator": "autorité sectorielle",
        "attorney_general": "procureur général",
        "police": "police",
        "individuals": "personnes concernées",
        "consumer_reporting_agencies": "agences d’évaluation du crédit",
        "controller": "responsable du traitement",
        "media": "médias",
        "public": "public",
        "csirt": "CSIRT",
        "other_organisations": "autres organismes",
        "employee_representatives": "représentants du personnel",
        "securities_market": "marché des valeurs mobilières",
    },
    kinds={
        "notify": "notification",
        "assess": "évaluation",
        "document": "documentation de la violation",
        "file": "dépôt",
        "consult": "consultation",
        "offer": "offre aux personnes concernées",
        "publish": "publication",
        "cooperate": "coopération",
    },
    next_steps={
        "notify": "Préparez la notification, faites-la approuver, envoyez-la et consignez l’envoi.",
        "assess": "Faites l’évaluation et consignez-en le résultat, même si des faits manquent encore.",
        "document": "Complétez la documentation de la violation.",
        "file": "Préparez le dépôt, faites-le approuver, déposez-le et consignez l’accusé de réception.",
        "consult": "Consultez, et consignez qui a été consulté et avec quel résultat.",
        "offer": "Faites l’offre et consignez-la.",
        "publish": "Publiez, et consignez où et quand.",
        "cooperate": "Répondez à l’autorité et consignez la réponse.",
    },
    next_notify={
        "individuals": "Rédigez les avis, faites-les approuver, envoyez-les et consignez l’envoi.",
        "media": "Rédigez le communiqué, faites-le approuver, diffusez-le et consignez la diffusion.",
        "public": "Rédigez l’avis public, faites-le approuver, publiez-le et consignez où.",
        "controller": "Informez le responsable du traitement, et consignez quand et comment.",
    },
    next_by_hand="Faites ce que l’obligation demande et consignez-le.",
    late_reasons="Une notification tardive doit indiquer les motifs du retard.",
    intro_before="Une échéance légale de ce dossier approche.",
    intro_overdue="Une échéance légale de ce dossier est dépassée, et rien de consigné ne remplit l’obligation.",
    intro_question_one="L’application d’une obligation dépend de qui est concerné, et où.",
    intro_question="L’application de {n} obligations dépend de qui est concerné, et où.",
    intro_ended="Une échéance qui vous avait été rappelée ne court plus.",
    deadline="Échéance",
    was_deadline="L’échéance était",
    deadline_outer="Limite extrême",
    deadline_yardstick="Repère",
    at_authority="Auprès de l’autorité",
    to="Destinataire",
    time_limit="Délai",
    why="Pourquoi",
    clock_since="Le délai court depuis le {instant}.",
    next="Que faire maintenant",
    open_duty="Ouvrir cette obligation",
    by_hand="Saisie à la main : {source}",
    depends="Il n’est pas établi que cette obligation s’applique. D’ici là, son délai court comme si c’était le cas.",
    yardstick_note=(
        "Repère de l’autorité elle-même, et non limite de la loi : la loi exige de la célérité sans fixer de chiffre."
    ),
    outer_note="La loi exige de la célérité ; c’est l’instant auquel tout doit être fait au plus tard.",
    moved_line="L’échéance est passée du {old} au {new}, car {because}.",
    moved_facts="{by} a consigné de nouveaux faits (« {reason} »)",
    moved_law="le recueil de droit a été mis à jour (état du {reason})",
    moved_hand="{by} l’a modifiée (« {reason} »)",
    moved_by_nobody="l’obligation a été réévaluée",
    ended_line=(
        "L’échéance du {old} vous avait été rappelée. D’après les faits désormais consignés,"
        " cette obligation n’en a plus."
    ),
    again_line=(
        "Il vous avait été dit que cette obligation n’était plus exigée."
        " D’après les faits désormais consignés, elle l’est."
    ),
    question="La question",
    question_place="{label} ({where})",
    question_none="Qui est concerné, et où ?",
    at_stake="Premier instant en jeu",
    more_duties="et {n} de plus, toutes sur la page du dossier",
    answer="Y répondre",
    late_line="Ce rappel a {span} de retard : il était prévu pour le {instant} et n’a pas pu être écrit plus tôt.",
    written="Écrit le {instant}. Le temps restant est compté à partir de là.",
    next_reminder="Prochain rappel à ce sujet : {instant}, sauf si l’obligation est remplie avant.",
    no_next="Aucun autre rappel n’est prévu pour vous.",
    more_here="Celles qui précèdent viennent en premier. Ce courriel en concerne {n} de plus, comptées ici ;"
    " chacune est sur la page de son dossier.",
    more_overdue="en retard",
    more_soon="à échéance sous 24 heures",
    more_later="plus tard",
    more_questions="questions ouvertes",
    more_ended="plus exigées",
    role={
        "owner": "Vous recevez ce message comme responsable du dossier.",
        "deputy": "Vous recevez ce message comme suppléant du responsable du dossier.",
        "privacy_team": "Vous recevez ce message comme délégué à la protection des données de cet espace de travail.",
        "stand_in": "Vous recevez ce message parce que vous remplacez une personne absente.",
    },
    all_reminders="Tous les rappels de ce dossier",
    seen_button="J’en ai pris connaissance",
    seen_what=(
        "Ouvre une page avec des boutons : vous en avez pris connaissance, ou vous voulez un rappel plus tard."
        " Ni l’un ni l’autre ne remplit l’obligation."
    ),
    seen_quiet=(
        "Ce qui a dépassé son échéance ne vous est alors plus rappelé pendant {span} ; les autres restent avertis."
    ),
    about_case="Dossier {reference} : {title}",
    discreet_subject="{left} · {reference}",
    discreet_subject_and="{left}, et {n} de plus · {reference}",
    discreet_case="Dossier {reference}",
    discreet_title="Une échéance de ce dossier",
    discreet_question="Une question ouverte de ce dossier",
    discreet_note="Ce message en dit peu, à dessein. Connectez-vous pour lire de quoi il s’agit.",
    zone_note=(
        "Aucun fuseau horaire n’est connu pour vous ; les heures sont données en {zone}."
        " Vous pouvez indiquer le vôtre sur la page ci-dessous."
    ),
    held_line="Vous avez demandé un rappel plus tard. Celui-ci était prévu pour le {instant}.",
    my_reminders="Choisir les rappels que vous recevez",
    digest_subject_one="Aujourd’hui : une obligation ouverte – {left} · {workspace}",
    digest_subject="Aujourd’hui : {n} obligations ouvertes, la première : {left} · {workspace}",
    digest_intro="Ce qui est ouvert ce matin dans {workspace}.",
    digest_over="Échéance dépassée",
    digest_day="Dans les 24 heures",
    digest_week="Dans les 7 jours",
    digest_later="{n} de plus ensuite, la première le {instant}.",
    digest_possible="{n} de plus ne sont que possibles, tant qu’on ne sait pas qui est concerné, et où.",
    digest_troubles="Ce qu’il faut corriger",
    day_of_year="{day} {month} {year}",
    called_subject="{who} vous interpelle dans un commentaire · {reference}",
    called="{who} vous interpelle dans un commentaire.",
    called_open="Lire le commentaire",
    called_note="Son contenu ne figure que dans Tocsin. Il reste sur votre bureau jusqu’à ce que vous l’ayez vu.",
    library_subject_one="La base juridique a changé : une obligation se lit autrement · {reference}",
    library_subject="La base juridique a changé : {n} obligations se lisent autrement · {reference}",
    library_intro=(
        "La base juridique a été mise à jour (état du {day}). Sur les mêmes faits, elle dit maintenant de ce dossier ce"
        " qui suit. Les rappels suivent déjà les nouvelles échéances. Veuillez examiner chaque obligation et décider de"
        " la suite."
    ),
    library_kinds={
        "gained": "Nouvelle obligation",
        "lost": "N’est plus exigée",
        "moved": "L’échéance a été déplacée",
        "settled": "Tranché : exigée",
        "reopened": "De nouveau ouverte : elle dépend des faits",
    },
    library_no_deadline="plus aucune",
    library_corrected="Corrigé le {day}",
    library_was="La base disait auparavant",
    library_effect="Ce que cela signifie pour ce dossier",
    library_added="La base ne contenait pas cette obligation auparavant.",
    library_withdrawn="La base ne contient plus cette obligation.",
    library_version="La loi figure dans une version en vigueur à partir du {day}, absente de la base auparavant.",
    library_otherwise="La base énonce cette obligation, ou ce à quoi elle renvoie, autrement qu’auparavant.",
    library_more="{n} autres obligations de ce dossier ont changé. Toutes figurent sur la page du dossier.",
    library_count="Obligations de ce dossier qui se lisent autrement : {n}.",
    library_open="Voir ce qui a changé dans ce dossier",
    written_plain="Écrit le {instant}.",
    filing_subject="La notification à {who} n’est pas arrivée · {reference}",
    filing_subject_discreet="Un message d’un dossier n’est pas arrivé · {reference}",
    filing_discreet="Un message de ce dossier n’est pas arrivé. Quelqu’un doit agir.",
    filing_what={
        "failed": "Le courriel à {who} n’est pas parti. L’obligation reste ouverte.",
        "withheld": "Le courriel à {who} a été retenu ici. L’obligation reste ouverte.",
        "bounced": "Le courriel à {who} est revenu. L’obligation est de nouveau ouverte.",
        "unrecorded": "Le courriel à {who} est parti, mais cela n’a pas pu être consigné.",
    },
    filing_mend={
        "open": (
            "Vérifiez l’adresse. Envoyez-le de nouveau, ou notifiez par une autre voie (portail, téléphone, courrier)"
            " et consignez-le."
        ),
        "bounced": (
            "Vérifiez l’adresse, puis notifiez par une autre voie (portail, téléphone, courrier) et consignez-le sur la"
            " page de l’obligation."
        ),
        "sent": "Corrigez ce que nomme la raison ; cela sera alors consigné de soi-même. Ne l’envoyez pas de nouveau.",
    },
    filing_document="Document",
    filing_open="Ouvrir le document",
    filing_role=(
        "Vous recevez ce message parce que vous êtes responsable du dossier, ou avez approuvé ou envoyé le document."
    ),
    digest_tasks="Vos tâches des 7 prochains jours",
    digest_task="Une tâche",
    page_later_title="Me le rappeler plus tard",
    page_later_note=(
        "D’ici là, vous n’en entendrez plus parler, sauf par le dernier rappel avant l’échéance"
        " et si quelque chose change."
    ),
    page_later={"1h": "Dans 1 heure", "4h": "Dans 4 heures", "morning": "À 8 h du matin"},
    page_held="Consigné : ceci vous sera rappelé à partir du {instant}.",
    page_title="Avez-vous pris connaissance de ce rappel ?",
    page_intro="Tocsin vous a écrit :",
    page_button="Oui, j’en ai pris connaissance",
    page_note=(
        "Ceci consigne que vous avez pris connaissance du rappel, et rien d’autre. Cela ne remplit pas l’obligation."
    ),
    page_note_quiet=(
        "Ce qui a dépassé son échéance ne vous est alors plus rappelé pendant {span} ; les autres restent avertis."
    ),
    page_seen="Consigné : vous en avez pris connaissance le {instant}.",
    page_seen_quiet="Ce qui a dépassé son échéance ne vous est pas rappelé pendant {span} à compter de là.",
    page_expired_title="Ce lien a expiré",
    page_expired=(
        "Les liens des rappels fonctionnent pendant {n} jours. Connectez-vous pour voir l’obligation elle-même."
    ),
    page_open="Ouvrir l’obligation (connexion nécessaire)",
)
