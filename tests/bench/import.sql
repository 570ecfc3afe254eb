-- The shop's CSV into the desk's tables by the sqlite3 shell: `.import` into a table of texts, then whole sets. Nothing
-- is durable before the end, the cache is large, and temporary tables stay in memory. The rows, products and indexes, the
-- one of names included, are those of the schema. Left out: every check of a value, the folding of names (lower() knows
-- ASCII only), the matching of refunds with their sales, and the event.
PRAGMA synchronous = OFF;
PRAGMA cache_size = -262144;
PRAGMA temp_store = MEMORY;
.import --csv --schema temp sales.csv staging
BEGIN IMMEDIATE;
CREATE TEMP TABLE numbered AS
SELECT (unixepoch(paid_at) << 24) + row_number() OVER (PARTITION BY paid_at) - 1 AS number, *
  FROM staging
 ORDER BY 1;
INSERT INTO transactions (row, transaction_id, id_is_made_up, order_id, kind, status, amount_minor, currency, method,
                          plan, customer_name, customer_email, customer_country, searchable, ordered_at, paid_at,
                          rate_number, is_test, as_of)
SELECT number, transaction_id, 0, order_id, kind,
       CASE status WHEN 'test_paid' THEN 'paid' WHEN 'successed_refunded' THEN 'succeeded'
                   WHEN 'chargeback_succeeded' THEN 'succeeded' ELSE status END,
       CAST(replace(amount, '.', '') AS INTEGER), currency,
       CASE method WHEN 'credit_card' THEN 'card' ELSE method END,
       CASE plan WHEN 'one_time_payment' THEN 'one_time' WHEN 'abonnement' THEN 'subscription' ELSE 'installments' END,
       customer_name, customer_email, country, lower(customer_name || ' ' || customer_email),
       unixepoch(ordered_at) * 1000, unixepoch(paid_at) * 1000, CAST(rate_number AS INTEGER), test = 'true',
       unixepoch(as_of) * 1000
  FROM numbered;
INSERT INTO products (payment, position, product_id, product_name)
SELECT number, 0, product_id, product_name FROM numbered;
COMMIT;
