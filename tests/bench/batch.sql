-- What the batch of list.csv comes to without the desk: the same rows in the same tables and indexes, in one durable
-- transaction, by whole sets. It drops the triggers of the money rules, plans nothing, knows no return period, and its
-- digests and keys are random: it is what writing costs.
PRAGMA synchronous = FULL;
DROP TRIGGER refunds_are_of_paid_sales;
DROP TRIGGER refunds_stay_within_their_sale;
DROP TRIGGER refunds_begin_as_marked;
.import --csv --schema temp list.csv wanted
BEGIN IMMEDIATE;
INSERT INTO refunds (sale, amount_minor, reason, goodwill, actor, marked_at, marked_on, key, key_is_derived, reference)
SELECT t.row, t.amount_minor, 'returned', 0, 'bench', unixepoch() * 1000, date(), lower(hex(randomblob(32))), 1, 'bench'
  FROM wanted w JOIN transactions t ON t.transaction_id = w.transaction_id
 ORDER BY w.rowid;
INSERT INTO events (number, at, actor, kind, transaction_id, refund_id, reference, facts, digest)
SELECT (SELECT max(number) FROM events) + r.number, r.marked_at, r.actor, 'refund_marked', t.transaction_id,
       printf('R-%06d', r.number), r.reference,
       json_object('amount_minor', r.amount_minor, 'cautions', json('[]'), 'currency', t.currency,
                   'goodwill', json('false'), 'left_minor', 0, 'reason', r.reason),
       lower(hex(randomblob(32)))
  FROM refunds r JOIN transactions t ON t.row = r.sale
 ORDER BY r.number;
COMMIT;
