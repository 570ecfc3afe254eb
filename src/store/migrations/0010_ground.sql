-- What the law and the bank depend on: the ground of a refund, and the day of a debit.

-- When a notification says that the money of a debit was taken: the latest time at which that can have been.
ALTER TABLE transactions ADD COLUMN confirmed_at INTEGER;

-- By which right the customer gets the money back: withdrawal, policy, non-performance or goodwill. A refund that is
-- already recorded and was no goodwill was within the return period that applied then, so it counts as policy: whether
-- it was also within the 14 days of the law depends on a time zone and on holidays that were not recorded.

ALTER TABLE refunds ADD COLUMN ground TEXT NOT NULL DEFAULT 'policy'
    CHECK (instr(' withdrawal policy non-performance goodwill ', ' ' || ground || ' ') > 0);

UPDATE refunds SET ground = 'goodwill' WHERE goodwill = 1;

CREATE TRIGGER refunds_have_their_ground BEFORE INSERT ON refunds
WHEN NEW.goodwill <> (NEW.ground = 'goodwill')
  OR (NEW.ground = 'non-performance') <> (NEW.reason = 'out-of-stock')
  OR NEW.ground = 'non-performance' AND trim(coalesce(NEW.note, '')) = ''
BEGIN
    SELECT RAISE(ABORT, 'money rule: the ground of a refund does not fit it');
END;

CREATE TRIGGER refunds_keep_their_ground BEFORE UPDATE OF ground ON refunds
BEGIN
    SELECT RAISE(ABORT, 'money rule: what was marked never changes');
END;

DROP VIEW v_refunds;
CREATE VIEW v_refunds AS
SELECT CASE origin WHEN 'desk' THEN printf('R-%06d', b.number) ELSE b.platform_id END AS refund_id,
       t.transaction_id, t.order_id, b.amount_minor, t.currency, b.reason, b.note, b.goodwill, b.status, b.origin,
       b.actor, CASE origin WHEN 'desk' THEN strftime('%Y-%m-%dT%H:%M:%SZ', b.at / 1000, 'unixepoch') END AS marked_at,
       b.marked_on, b.asked_on, b.key, b.reference, b.platform_id AS platform_transaction_id,
       (SELECT ground FROM refunds WHERE number = b.number) AS ground
  FROM refund_book b
  JOIN transactions t ON t.row = b.sale;
