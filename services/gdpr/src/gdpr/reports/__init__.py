"""Reports: what every service holds of a relation, readable; and the certificate of an erasure."""
