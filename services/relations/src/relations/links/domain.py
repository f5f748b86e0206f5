"""The kinds of link every office starts with: what one relation is to the other, and the other to the one."""

LINK_TYPES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "director": (
        {"nl": "is bestuurder van", "fr": "est administrateur de", "en": "is a director of"},
        {"nl": "heeft als bestuurder", "fr": "a comme administrateur", "en": "has as a director"},
    ),
    "contact_person": (
        {"nl": "is contactpersoon van", "fr": "est personne de contact de", "en": "is a contact person of"},
        {"nl": "heeft als contactpersoon", "fr": "a comme personne de contact", "en": "has as a contact person"},
    ),
    "employee": (
        {"nl": "werkt bij", "fr": "travaille chez", "en": "works for"},
        {"nl": "heeft als werknemer", "fr": "emploie", "en": "employs"},
    ),
    "shareholder": (
        {"nl": "is aandeelhouder van", "fr": "est actionnaire de", "en": "is a shareholder of"},
        {"nl": "heeft als aandeelhouder", "fr": "a comme actionnaire", "en": "has as a shareholder"},
    ),
    "parent_company": (
        {"nl": "is moedervennootschap van", "fr": "est société mère de", "en": "is the parent company of"},
        {"nl": "is dochtervennootschap van", "fr": "est filiale de", "en": "is a subsidiary of"},
    ),
    "spouse": (
        {"nl": "is gehuwd met", "fr": "est marié(e) avec", "en": "is married to"},
        {"nl": "is gehuwd met", "fr": "est marié(e) avec", "en": "is married to"},
    ),
    "parent": (
        {"nl": "is ouder van", "fr": "est parent de", "en": "is a parent of"},
        {"nl": "is kind van", "fr": "est enfant de", "en": "is a child of"},
    ),
    "guardian": (
        {"nl": "is voogd of bewindvoerder van", "fr": "est tuteur ou administrateur de", "en": "is the guardian of"},
        {"nl": "staat onder voogdij of bewind van", "fr": "est sous la tutelle de", "en": "is under guardianship of"},
    ),
    "lawyer": (
        {"nl": "is advocaat van", "fr": "est avocat de", "en": "is the lawyer of"},
        {"nl": "heeft als advocaat", "fr": "a comme avocat", "en": "has as a lawyer"},
    ),
    "insurer": (
        {"nl": "verzekert", "fr": "assure", "en": "insures"},
        {"nl": "is verzekerd bij", "fr": "est assuré chez", "en": "is insured with"},
    ),
}
