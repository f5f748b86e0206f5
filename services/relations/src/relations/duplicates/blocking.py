"""The blocking keys of the scan: only relations that share one are compared.

| key | what shares it | compared within a block |
|---|---|---|
| ``identifier`` | the same official number, of whatever kind | the 20 next by name |
| ``communication`` | the same phone number (E.164) or e-mail address | the 20 next by name |
| ``name`` | last or birth name that sounds alike, and the first letter of the first name | the 20 next by name |
| ``turned`` | a first name that sounds like the other's last name, and the other way round | the 10 next by name |
| ``word`` | the longest word of an entity's name or alias | the 10 next by name |
| ``birth`` | the birth date, and two letters of how the last name sounds | the 10 next by name |
| ``house`` | street, house number and place, and how the name begins; no postcode | the 5 next by name |

How a name sounds is said by the function ``name_key`` in the database: without accents, spaces, particles (van, de,
der …) and legal forms, one letter for those that sound alike, no vowels but the first, no doubled letters, no last s.
So Peeters, Peters and Pieters share a key, and Van de Velde and Vandevelde.

A block that is too large is cut: each of its relations is compared with so many that follow it by name. So the number
of pairs grows with the number of relations and never with the square of a block; what was cut is told with the scan.
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text

LIVING = "r.status NOT IN ('merged', 'anonymised')"
NAME_KEY = "name_key(r.first_names, r.initials, r.last_name, r.display_name)"


@dataclass(frozen=True)
class BlockingKey:
    """One way of finding pairs: a query that gives ``key`` and ``relation_id``, and how many neighbours count."""

    code: str
    keys: str
    window: int


KEYS = (
    BlockingKey("identifier", "SELECT i.value AS key, i.relation_id FROM identifier i", 20),
    BlockingKey(
        "communication",
        "SELECT c.normalised AS key, c.relation_id FROM communication c WHERE c.kind IN ('phone', 'mobile', 'email')",
        20,
    ),
    BlockingKey(
        "name",
        f"""
        SELECT {NAME_KEY} AS key, r.id AS relation_id FROM relation r WHERE {LIVING}
        UNION ALL
        SELECT name_key(r.first_names, r.initials, r.birth_name, ''), r.id FROM relation r
        WHERE r.birth_name <> '' AND {LIVING}
        """,
        20,
    ),
    BlockingKey(
        "turned",
        f"""
        WITH sounding AS MATERIALIZED (
          SELECT name_key('', '', r.last_name, '') AS last, r.id,
            name_key('', '', split_part(r.first_names, ' ', 1), '') AS first
          FROM relation r
          WHERE r.kind = 'natural_person' AND r.last_name <> '' AND r.first_names <> '' AND {LIVING})
        SELECT least(s.first, s.last) || greatest(s.first, s.last) AS key, s.id AS relation_id FROM sounding s
        WHERE s.first <> s.last AND (s.first, s.last) IN (SELECT o.last, o.first FROM sounding o)
        """,
        10,
    ),
    BlockingKey(
        "word",
        f"""
        SELECT longest.word AS key, n.relation_id FROM
          (SELECT r.id AS relation_id, r.display_name AS name FROM relation r
            WHERE r.kind <> 'natural_person' AND {LIVING}
           UNION ALL SELECT a.relation_id, a.name FROM alias a) AS n
        CROSS JOIN LATERAL (
          SELECT name_key('', '', word, '') AS word FROM regexp_split_to_table(n.name, '[^[:alnum:]]+') AS word
          WHERE length(word) > 3 ORDER BY length(word) DESC, word LIMIT 1) AS longest
        """,
        10,
    ),
    BlockingKey(
        "birth",
        f"""
        SELECT r.birth_date || left({NAME_KEY}, 2) AS key, r.id AS relation_id FROM relation r
        WHERE r.birth_date IS NOT NULL AND {LIVING}
        """,
        10,
    ),
    BlockingKey(
        "house",
        f"""
        SELECT house_key(a.street, a.number, a.city) || '|' || left({NAME_KEY}, 2) AS key, r.id AS relation_id
        FROM address a JOIN relation r ON r.id = a.relation_id
        WHERE a.street <> '' AND a.number <> '' AND {LIVING}
        """,
        5,
    ),
)


def gathering(key: BlockingKey) -> TextClause:
    """Return the statement that adds the pairs of one key to those that are to be compared.

    It answers with the number of pairs it added, of blocks it cut, and the size of the largest block.
    """
    return text(
        f"""
        WITH keyed AS MATERIALIZED ({key.keys}),
        placed AS MATERIALIZED (
          SELECT relation_id, place, size, row_number() OVER () AS line FROM (
            SELECT k.relation_id, count(*) OVER (PARTITION BY k.key) AS size,
              row_number() OVER (PARTITION BY k.key ORDER BY r.sort_name, r.id) AS place
            FROM (SELECT DISTINCT key, relation_id FROM keyed WHERE key <> '') AS k
            JOIN relation r ON r.id = k.relation_id AND {LIVING}
            ORDER BY k.key, place
          ) AS every WHERE size > 1),
        added AS (
          INSERT INTO duplicate_candidate (a, b)
          SELECT least(one.relation_id, other.relation_id), greatest(one.relation_id, other.relation_id)
          FROM placed one
          CROSS JOIN LATERAL generate_series(1, least(:window, one.size - one.place)) AS further
          JOIN placed other ON other.line = one.line + further
          RETURNING 1)
        SELECT (SELECT count(*) FROM added) AS pairs,
          (SELECT count(*) FROM placed WHERE place = 1 AND size > :window + 1) AS cut,
          (SELECT coalesce(max(size), 0) FROM placed) AS largest
        """
    ).bindparams(window=key.window)
