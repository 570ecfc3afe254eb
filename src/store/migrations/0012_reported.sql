-- A refund that was only marked, and of which the platform reports a row without a known status, was carried out: it is
-- submitted, since the day of that row.
DROP VIEW refund_book;
CREATE VIEW refund_book AS
SELECT r.number, r.sale, r.amount_minor, 'desk' AS origin,
       CASE WHEN p.status IN ('refunded', 'charged_back') THEN 'succeeded'
            WHEN p.status <> 'unknown' THEN p.status
            WHEN u.number IS NOT NULL THEN 'succeeded'
            WHEN r.status IN ('marked', 'submitted')
                 AND r.sale IN (SELECT sale FROM refunded_exactly WHERE sale = r.sale)
            THEN 'succeeded'
            WHEN p.status = 'unknown' AND r.status = 'marked' THEN 'submitted'
            ELSE r.status END AS status,
       CASE WHEN p.status <> 'unknown' THEN p.paid_at
            WHEN u.number IS NOT NULL
            THEN CAST(strftime('%s', coalesce(u.reported_on, u.settled_on) || 'T12:00:00Z') AS INTEGER) * 1000
            WHEN r.status IN ('marked', 'submitted')
            THEN coalesce((SELECT as_of FROM refunded_exactly WHERE sale = r.sale),
                          CASE r.status WHEN 'marked' THEN p.paid_at END) END AS reported_at,
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
