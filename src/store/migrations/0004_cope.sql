-- Events that were taken, by what the platform names them: it may send each again.
CREATE TABLE taken_events (
    source   TEXT NOT NULL,
    event_id TEXT NOT NULL CHECK (event_id <> ''),
    PRIMARY KEY (source, event_id)
) STRICT, WITHOUT ROWID;

-- Refunds and chargebacks that the platform undid. It names them by their ID alone, perhaps before anything else is
-- known of them.
CREATE TABLE reversals (
    transaction_id TEXT    NOT NULL PRIMARY KEY CHECK (transaction_id <> ''),
    kind           TEXT    NOT NULL CHECK (kind IN ('refund', 'chargeback')),
    reversed_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
