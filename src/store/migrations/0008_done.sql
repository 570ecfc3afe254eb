-- What the vendor has dealt with outside the desk: a sale that was paid back twice, or a dispute. It is no longer due
-- until something is reported that is not in `covers`.
CREATE TABLE done (
    sale       INTEGER UNIQUE REFERENCES transactions (row) ON UPDATE CASCADE,
    dispute_id TEXT    UNIQUE,
    -- JSON: the refunds and chargebacks of the sale, or the time of the dispute's report
    covers     TEXT    NOT NULL CHECK (json_valid(covers)),
    note       TEXT,
    done_on    TEXT    NOT NULL,
    CHECK ((sale IS NULL) <> (dispute_id IS NULL))
) STRICT;

CREATE INDEX disputes_open ON disputes (changed_at) WHERE state = 'open';
