-- A sale with the status refunded or charged back, beside a paid sale of its order, may be the refund or chargeback of
-- that sale. It then has a link like a platform refund, and counts as one that succeeded. A report that a sale is
-- refunded confirms the refunds that the desk marked, if all refunds of the sale are together exactly what was paid.

CREATE INDEX transactions_refunded ON transactions (order_id)
    WHERE kind = 'sale' AND status IN ('refunded', 'charged_back');

DROP VIEW balances;
CREATE VIEW balances AS
SELECT t.row AS sale, t.amount_minor AS paid_minor,
       (SELECT coalesce(sum(r.amount_minor), 0)
          FROM refunds r
          LEFT JOIN links l ON l.refund = r.number
          LEFT JOIN transactions p ON p.row = l.platform
         WHERE r.sale = t.row
           AND instr(' marked submitted succeeded refunded charged_back ',
                     ' ' || CASE WHEN p.status <> 'unknown' THEN p.status ELSE r.status END || ' ') > 0)
       + (SELECT coalesce(sum(p.amount_minor), 0) FROM links l JOIN transactions p ON p.row = l.platform
           WHERE l.sale = t.row AND +l.refund IS NULL
             AND (p.kind = 'refund' AND p.status IN ('succeeded', 'unknown') OR p.kind = 'sale'))
           AS refunded_minor,
       (SELECT coalesce(sum(c.amount_minor), 0) FROM links l JOIN transactions c ON c.row = l.platform
         WHERE l.sale = t.row AND c.kind = 'chargeback' AND c.status IN ('succeeded', 'unknown'))
           AS charged_back_minor
  FROM transactions t
 WHERE t.kind = 'sale';

-- Sales that the platform reports as refunded, and whose refunds are exactly what was paid.
CREATE VIEW refunded_exactly AS
SELECT t.row AS sale, t.as_of
  FROM transactions t JOIN balances b ON b.sale = t.row
 WHERE t.kind = 'sale' AND t.status = 'refunded' AND b.refunded_minor = t.amount_minor;

DROP VIEW refund_book;
CREATE VIEW refund_book AS
SELECT r.number, r.sale, r.amount_minor, 'desk' AS origin,
       CASE WHEN p.status IN ('refunded', 'charged_back') THEN 'succeeded'
            WHEN p.status <> 'unknown' THEN p.status
            WHEN r.status IN ('marked', 'submitted')
                 AND EXISTS (SELECT 1 FROM refunded_exactly WHERE sale = r.sale) THEN 'succeeded'
            ELSE r.status END AS status,
       CASE WHEN p.status <> 'unknown' THEN p.paid_at
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
UNION ALL
SELECT NULL, l.sale, p.amount_minor, 'platform',
       CASE p.status WHEN 'unknown' THEN 'submitted' WHEN 'refunded' THEN 'succeeded'
                     WHEN 'charged_back' THEN 'succeeded' ELSE p.status END,
       p.paid_at, p.transaction_id,
       p.paid_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM links l
  JOIN transactions p ON p.row = l.platform
 WHERE p.kind <> 'chargeback' AND l.sale IS NOT NULL AND +l.refund IS NULL;
