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

-- IDs that the desk had made up before the platform's own was known. They still name their payment: a batch's file
-- has them, and the keys that were derived from it.
CREATE TABLE former_ids (
    transaction_id TEXT    NOT NULL PRIMARY KEY CHECK (transaction_id <> ''),
    payment        INTEGER NOT NULL REFERENCES transactions (row) ON UPDATE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX former_ids_by_payment ON former_ids (payment);

CREATE INDEX transactions_with_made_up_ids ON transactions (order_id) WHERE id_is_made_up = 1;

CREATE TRIGGER transactions_keep_their_id BEFORE UPDATE OF transaction_id ON transactions
WHEN NEW.transaction_id <> OLD.transaction_id AND OLD.id_is_made_up = 0
BEGIN
    SELECT RAISE(ABORT, 'money rule: only an ID that was made up gives way to a real one');
END;
