-- Reports that money went back which could not be read as a payment. An open one blocks the sales that it may belong
-- to.

CREATE TABLE unread_reports (
    -- shown as U-000003
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- source and transaction ID, or else what the row says: the same report is stored once
    identity       TEXT    NOT NULL UNIQUE CHECK (identity <> ''),
    -- the number of the import's event
    import         INTEGER REFERENCES events (number),
    reported_at    INTEGER NOT NULL,
    -- without its folder
    file           TEXT    NOT NULL,
    line           INTEGER NOT NULL CHECK (line >= 0),
    code           TEXT    NOT NULL,
    message        TEXT    NOT NULL,
    order_id       TEXT,
    transaction_id TEXT,
    amount_minor   INTEGER CHECK (amount_minor >= 0),
    currency       TEXT    CHECK (length(currency) = 3),
    reported_on    TEXT,
    -- NULL while it is open
    settled_as     TEXT    CHECK (instr(' sale refund none row ', ' ' || settled_as || ' ') > 0),
    settled_sale   INTEGER REFERENCES transactions (row) ON UPDATE CASCADE,
    settled_refund INTEGER REFERENCES refunds (number),
    settled_minor  INTEGER CHECK (settled_minor >= 0),
    settled_on     TEXT,
    note           TEXT,
    CHECK ((amount_minor IS NULL) = (currency IS NULL)),
    CHECK ((settled_as IS NULL) = (settled_on IS NULL)),
    CHECK ((settled_as IS 'sale') = (settled_sale IS NOT NULL)),
    CHECK ((settled_as IS 'sale') = (settled_minor IS NOT NULL)),
    CHECK ((settled_as IS 'refund') = (settled_refund IS NOT NULL))
) STRICT;

CREATE INDEX unread_reports_open ON unread_reports (number) WHERE settled_as IS NULL;
CREATE INDEX unread_reports_by_order ON unread_reports (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX unread_reports_by_transaction ON unread_reports (transaction_id) WHERE transaction_id IS NOT NULL;
CREATE INDEX unread_reports_by_sale ON unread_reports (settled_sale) WHERE settled_sale IS NOT NULL;
CREATE INDEX unread_reports_by_import ON unread_reports (import);
-- A refund is confirmed once.
CREATE UNIQUE INDEX unread_reports_by_refund ON unread_reports (settled_refund) WHERE settled_refund IS NOT NULL;

CREATE TRIGGER unread_reports_keep_their_facts
BEFORE UPDATE OF number, identity, reported_at, file, line, code, message, order_id, transaction_id, amount_minor,
                 currency, reported_on ON unread_reports
BEGIN
    SELECT RAISE(ABORT, 'money rule: what a report says never changes');
END;

CREATE TRIGGER unread_reports_stay BEFORE DELETE ON unread_reports
BEGIN
    SELECT RAISE(ABORT, 'money rule: a report that money went back is never deleted');
END;

-- As before, and with what the settled reports say: one that belongs to a sale is a platform refund of it, one that
-- belongs to a refund is its success. What the platform's own row says takes precedence. A day is dated at noon, which
-- is the same day in every time zone of a desk.
DROP VIEW refund_book;
CREATE VIEW refund_book AS
SELECT r.number, r.sale, r.amount_minor, 'desk' AS origin,
       CASE WHEN p.status IN ('refunded', 'charged_back') THEN 'succeeded'
            WHEN p.status <> 'unknown' THEN p.status
            WHEN u.number IS NOT NULL THEN 'succeeded'
            WHEN r.status IN ('marked', 'submitted')
                 AND r.sale IN (SELECT sale FROM refunded_exactly WHERE sale = r.sale)
            THEN 'succeeded'
            ELSE r.status END AS status,
       CASE WHEN p.status <> 'unknown' THEN p.paid_at
            WHEN u.number IS NOT NULL
            THEN CAST(strftime('%s', coalesce(u.reported_on, u.settled_on) || 'T12:00:00Z') AS INTEGER) * 1000
            WHEN r.status IN ('marked', 'submitted')
            THEN (SELECT as_of FROM refunded_exactly WHERE sale = r.sale) END AS reported_at,
       p.transaction_id AS platform_id,
       r.marked_at AS at, r.marked_on, r.submitted_on,
       -- a report without a time stamp: the day of the last step that is known
       CASE WHEN r.status IN ('marked', 'submitted') THEN coalesce(r.submitted_on, r.marked_on)
            ELSE r.ended_on END AS ended_on,
       r.asked_minor, r.reason, r.note, r.goodwill,
       r.asked_on, r.actor, r.key, r.key_is_derived, r.reference, r.step_note
  FROM refunds r
  LEFT JOIN links l ON l.refund = r.number
  LEFT JOIN transactions p ON p.row = l.platform
  LEFT JOIN unread_reports u ON u.settled_refund = r.number
UNION ALL
SELECT NULL, l.sale, p.amount_minor, 'platform',
       CASE p.status WHEN 'unknown' THEN 'submitted' WHEN 'refunded' THEN 'succeeded'
                     WHEN 'charged_back' THEN 'succeeded' ELSE p.status END,
       p.paid_at, p.transaction_id,
       p.paid_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM links l
  JOIN transactions p ON p.row = l.platform
 WHERE p.kind <> 'chargeback' AND l.sale IS NOT NULL AND +l.refund IS NULL
UNION ALL
SELECT NULL, u.settled_sale, u.settled_minor, 'platform', 'succeeded',
       CAST(strftime('%s', coalesce(u.reported_on, u.settled_on) || 'T12:00:00Z') AS INTEGER) * 1000,
       printf('U-%06d', u.number),
       CAST(strftime('%s', coalesce(u.reported_on, u.settled_on) || 'T12:00:00Z') AS INTEGER) * 1000,
       NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM unread_reports u
 WHERE u.settled_sale IS NOT NULL;

DROP VIEW balances;
CREATE VIEW balances AS
SELECT t.row AS sale, t.amount_minor AS paid_minor,
       (SELECT coalesce(sum(r.amount_minor), 0)
          FROM refunds r
          LEFT JOIN links l ON l.refund = r.number
          LEFT JOIN transactions p ON p.row = l.platform
          LEFT JOIN unread_reports u ON u.settled_refund = r.number
         WHERE r.sale = t.row
           AND instr(' marked submitted succeeded refunded charged_back ',
                     ' ' || CASE WHEN p.status <> 'unknown' THEN p.status
                                 WHEN u.number IS NOT NULL THEN 'succeeded' ELSE r.status END || ' ') > 0)
       + (SELECT coalesce(sum(p.amount_minor), 0) FROM links l JOIN transactions p ON p.row = l.platform
           WHERE l.sale = t.row AND +l.refund IS NULL
             AND (p.kind = 'refund' AND p.status IN ('succeeded', 'unknown') OR p.kind = 'sale'))
       + (SELECT coalesce(sum(settled_minor), 0) FROM unread_reports WHERE settled_sale = t.row)
           AS refunded_minor,
       (SELECT coalesce(sum(c.amount_minor), 0) FROM links l JOIN transactions c ON c.row = l.platform
         WHERE l.sale = t.row AND c.kind = 'chargeback' AND c.status IN ('succeeded', 'unknown'))
           AS charged_back_minor
  FROM transactions t
 WHERE t.kind = 'sale';
