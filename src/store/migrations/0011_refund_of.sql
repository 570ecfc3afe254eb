-- The payment that a refund or chargeback takes money from, if the platform names it. It decides the match.
ALTER TABLE transactions ADD COLUMN refund_of TEXT CHECK (kind <> 'sale' OR refund_of IS NULL);

CREATE INDEX transactions_by_refund_of ON transactions (refund_of) WHERE refund_of IS NOT NULL;
