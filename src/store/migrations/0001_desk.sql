-- The desk's store. What the platform reported (transactions, disputes, plan_cancellations) and what the desk
-- decided (refunds, pins) are kept apart; links between them are computed and can be thrown away.
--
-- A word of a vocabulary is looked for in a text: for `IN` with more than two words SQLite builds a table each time a
-- row is written, which costs more than the row.
--
-- Instants are milliseconds since 1970 in UTC, days are YYYY-MM-DD in the desk's time zone, sums are whole minor
-- units. Row numbers are the store's own business and appear nowhere outside it.

CREATE TABLE desk (
    only_row     INTEGER PRIMARY KEY CHECK (only_row = 1),
    made_at      INTEGER NOT NULL,
    is_rehearsal INTEGER NOT NULL CHECK (is_rehearsal IN (0, 1))
) STRICT;

-- A row's number is its payment's second, shifted left by 24 bits, and a counter within the second: newest first
-- is the order of the rows. It moves with the payment time, and everything that points here moves along.
CREATE TABLE transactions (
    row              INTEGER PRIMARY KEY,
    transaction_id   TEXT    NOT NULL UNIQUE CHECK (transaction_id <> ''),
    id_is_made_up    INTEGER NOT NULL CHECK (id_is_made_up IN (0, 1)),
    order_id         TEXT    NOT NULL CHECK (order_id <> ''),
    kind             TEXT    NOT NULL CHECK (instr(' sale refund chargeback ', ' ' || kind || ' ') > 0),
    status           TEXT    NOT NULL,
    amount_minor     INTEGER NOT NULL CHECK (amount_minor BETWEEN 0 AND 100000000000),
    currency         TEXT    NOT NULL CHECK (length(currency) = 3),
    method           TEXT    NOT NULL
                             CHECK (instr(' card sepa paypal sofort klarna invoice sequra test other unknown ',
                                          ' ' || method || ' ') > 0),
    plan             TEXT    NOT NULL
                             CHECK (instr(' one_time installments subscription unknown ', ' ' || plan || ' ') > 0),
    customer_name    TEXT    NOT NULL,
    customer_email   TEXT    NOT NULL,
    customer_country TEXT    NOT NULL,
    -- customer_name and customer_email, folded for the search
    searchable       TEXT    NOT NULL,
    ordered_at       INTEGER,
    paid_at          INTEGER NOT NULL,
    rate_number      INTEGER CHECK (rate_number >= 0),
    -- days, or -1 for "cannot be returned"; NULL where the import did not say
    return_period    INTEGER CHECK (return_period >= -1),
    is_test          INTEGER NOT NULL CHECK (is_test IN (0, 1)),
    -- how new the newest report of this payment is
    as_of            INTEGER,
    -- JSON; NULL while every field is of the newest report
    sources          TEXT,
    CHECK (row >> 24 = paid_at / 1000),
    CHECK (kind = 'sale' AND
           instr(' unknown upcoming pending trial failed paid charged_back refunded ', ' ' || status || ' ') > 0
        OR kind <> 'sale' AND instr(' unknown failed succeeded reversed ', ' ' || status || ' ') > 0)
) STRICT;

CREATE INDEX transactions_by_id ON transactions (transaction_id COLLATE NOCASE);
CREATE INDEX transactions_by_order ON transactions (order_id COLLATE NOCASE);
CREATE INDEX transactions_of_the_platform ON transactions (order_id) WHERE kind <> 'sale';

CREATE TRIGGER transactions_keep_their_facts
BEFORE UPDATE OF order_id, kind, amount_minor, currency, is_test ON transactions
WHEN NEW.order_id <> OLD.order_id OR NEW.kind <> OLD.kind OR NEW.amount_minor <> OLD.amount_minor
  OR NEW.currency <> OLD.currency OR NEW.is_test <> OLD.is_test
BEGIN
    SELECT RAISE(ABORT, 'money rule: order, kind, amount, currency and test of a payment never change');
END;

CREATE TRIGGER transactions_stay BEFORE DELETE ON transactions
BEGIN
    SELECT RAISE(ABORT, 'money rule: a payment is never deleted');
END;

-- What a payment covers, main product first.
CREATE TABLE products (
    payment      INTEGER NOT NULL REFERENCES transactions (row) ON UPDATE CASCADE,
    position     INTEGER NOT NULL,
    product_id   TEXT,
    product_name TEXT    NOT NULL,
    PRIMARY KEY (payment, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX products_by_id ON products (product_id COLLATE NOCASE) WHERE product_id IS NOT NULL;

CREATE TABLE plan_cancellations (
    order_id     TEXT    NOT NULL,
    -- '' for all plans of the order
    product_id   TEXT    NOT NULL,
    cancelled_at INTEGER,
    PRIMARY KEY (order_id, product_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE disputes (
    dispute_id   TEXT    NOT NULL PRIMARY KEY,
    order_id     TEXT    NOT NULL,
    sale_id      TEXT,
    amount_minor INTEGER,
    currency     TEXT,
    state        TEXT    NOT NULL CHECK (instr(' open won lost ', ' ' || state || ' ') > 0),
    changed_at   INTEGER NOT NULL,
    CHECK ((amount_minor IS NULL) = (currency IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX disputes_by_order ON disputes (order_id);

-- What the desk marked. The status is the desk's own word; what the platform says of it comes by a link.
CREATE TABLE refunds (
    number         INTEGER PRIMARY KEY AUTOINCREMENT,
    sale           INTEGER NOT NULL REFERENCES transactions (row) ON UPDATE CASCADE,
    amount_minor   INTEGER NOT NULL CHECK (amount_minor > 0),
    -- as asked; NULL is "all that is left"
    asked_minor    INTEGER CHECK (asked_minor = amount_minor),
    reason         TEXT    NOT NULL
                             CHECK (instr(' customer-request out-of-stock returned dissatisfied ',
                                          ' ' || reason || ' ') > 0),
    note           TEXT,
    goodwill       INTEGER NOT NULL CHECK (goodwill IN (0, 1)),
    asked_on       TEXT,
    actor          TEXT    NOT NULL,
    marked_at      INTEGER NOT NULL,
    marked_on      TEXT    NOT NULL,
    key            TEXT,
    key_is_derived INTEGER NOT NULL DEFAULT 0 CHECK (key_is_derived IN (0, 1)),
    reference      TEXT,
    status         TEXT    NOT NULL DEFAULT 'marked'
                   CHECK (instr(' marked submitted succeeded failed cancelled ', ' ' || status || ' ') > 0),
    submitted_on   TEXT,
    ended_on       TEXT,
    step_note      TEXT,
    UNIQUE (key, key_is_derived),
    CHECK (status <> 'marked' OR submitted_on IS NULL),
    CHECK (status <> 'submitted' OR submitted_on IS NOT NULL),
    CHECK ((instr(' succeeded failed cancelled ', ' ' || status || ' ') > 0) = (ended_on IS NOT NULL))
) STRICT;

CREATE INDEX refunds_by_sale ON refunds (sale);
CREATE INDEX refunds_by_reference ON refunds (reference) WHERE reference IS NOT NULL;

-- Platform rows that were known to be of the sale, or perhaps of it, when a refund was marked: they cannot be its
-- outcome.
CREATE TABLE known_before (
    refund   INTEGER NOT NULL REFERENCES refunds (number),
    platform INTEGER NOT NULL REFERENCES transactions (row) ON UPDATE CASCADE,
    PRIMARY KEY (refund, platform)
) STRICT, WITHOUT ROWID;

CREATE INDEX known_before_by_platform ON known_before (platform);

-- What a person decided with `refunds match`.
CREATE TABLE pins (
    platform INTEGER PRIMARY KEY REFERENCES transactions (row) ON UPDATE CASCADE,
    sale     INTEGER REFERENCES transactions (row) ON UPDATE CASCADE,
    refund   INTEGER REFERENCES refunds (number),
    CHECK (sale IS NULL OR refund IS NULL)
) STRICT;

CREATE INDEX pins_by_sale ON pins (sale) WHERE sale IS NOT NULL;
CREATE INDEX pins_by_refund ON pins (refund) WHERE refund IS NOT NULL;

-- Computed: where each platform refund and chargeback belongs.
CREATE TABLE links (
    platform INTEGER PRIMARY KEY REFERENCES transactions (row) ON UPDATE CASCADE,
    sale     INTEGER REFERENCES transactions (row) ON UPDATE CASCADE,
    refund   INTEGER UNIQUE REFERENCES refunds (number),
    -- a person said that it belongs to no sale here
    is_set_aside INTEGER NOT NULL DEFAULT 0 CHECK (is_set_aside IN (0, 1)),
    CHECK (refund IS NULL OR sale IS NOT NULL),
    CHECK (is_set_aside = 0 OR sale IS NULL)
) STRICT;

CREATE INDEX links_by_sale ON links (sale) WHERE sale IS NOT NULL;

-- Computed: the sales that an unmatched platform row may belong to, and therefore blocks.
CREATE TABLE candidates (
    platform INTEGER NOT NULL REFERENCES transactions (row) ON UPDATE CASCADE,
    sale     INTEGER NOT NULL REFERENCES transactions (row) ON UPDATE CASCADE,
    PRIMARY KEY (platform, sale)
) STRICT, WITHOUT ROWID;

CREATE INDEX candidates_by_sale ON candidates (sale);

-- The audit trail.
CREATE TABLE events (
    number         INTEGER PRIMARY KEY,
    at             INTEGER NOT NULL,
    actor          TEXT    NOT NULL,
    kind           TEXT    NOT NULL,
    transaction_id TEXT,
    order_id       TEXT,
    refund_id      TEXT,
    reference      TEXT,
    facts          TEXT    NOT NULL CHECK (json_valid(facts)),
    digest         TEXT    NOT NULL
) STRICT;

CREATE TRIGGER events_are_kept BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is never changed');
END;

CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the audit trail is never shortened');
END;

-- Every refund of a sale, the desk's with what the platform said of them, and the platform's own. The plus keeps
-- SQLite from looking through all links without a refund, where those of one sale are meant.
CREATE VIEW refund_book AS
SELECT r.number, r.sale, r.amount_minor, 'desk' AS origin,
       CASE WHEN p.status <> 'unknown' THEN p.status ELSE r.status END AS status,
       CASE WHEN p.status <> 'unknown' THEN p.paid_at END AS reported_at,
       p.transaction_id AS platform_id,
       r.marked_at AS at, r.marked_on, r.submitted_on, r.ended_on, r.asked_minor, r.reason, r.note, r.goodwill,
       r.asked_on, r.actor, r.key, r.key_is_derived, r.reference, r.step_note
  FROM refunds r
  LEFT JOIN links l ON l.refund = r.number
  LEFT JOIN transactions p ON p.row = l.platform
UNION ALL
SELECT NULL, l.sale, p.amount_minor, 'platform',
       CASE p.status WHEN 'unknown' THEN 'submitted' ELSE p.status END,
       p.paid_at, p.transaction_id,
       p.paid_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
  FROM links l
  JOIN transactions p ON p.row = l.platform
 WHERE p.kind = 'refund' AND l.sale IS NOT NULL AND +l.refund IS NULL;

-- What each sale has taken from it. The two kinds of refunds are summed apart, not by refund_book, so that each sum
-- is a lookup by index.
CREATE VIEW balances AS
SELECT t.row AS sale, t.amount_minor AS paid_minor,
       (SELECT coalesce(sum(r.amount_minor), 0)
          FROM refunds r
          LEFT JOIN links l ON l.refund = r.number
          LEFT JOIN transactions p ON p.row = l.platform
         WHERE r.sale = t.row
           AND instr(' marked submitted succeeded ',
                     ' ' || CASE WHEN p.status <> 'unknown' THEN p.status ELSE r.status END || ' ') > 0)
       + (SELECT coalesce(sum(p.amount_minor), 0) FROM links l JOIN transactions p ON p.row = l.platform
           WHERE l.sale = t.row AND +l.refund IS NULL AND p.kind = 'refund' AND p.status IN ('succeeded', 'unknown'))
           AS refunded_minor,
       (SELECT coalesce(sum(c.amount_minor), 0) FROM links l JOIN transactions c ON c.row = l.platform
         WHERE l.sale = t.row AND c.kind = 'chargeback' AND c.status IN ('succeeded', 'unknown'))
           AS charged_back_minor
  FROM transactions t
 WHERE t.kind = 'sale';

-- The desk's money rules, said a second time.
CREATE TRIGGER refunds_are_of_paid_sales BEFORE INSERT ON refunds
WHEN NOT EXISTS (SELECT 1 FROM transactions
                  WHERE row = NEW.sale AND kind = 'sale' AND is_test = 0 AND status = 'paid')
BEGIN
    SELECT RAISE(ABORT, 'money rule: only a paid sale can be refunded');
END;

CREATE TRIGGER refunds_stay_within_their_sale BEFORE INSERT ON refunds
WHEN NEW.amount_minor > (SELECT paid_minor - refunded_minor - charged_back_minor
                           FROM balances WHERE sale = NEW.sale)
BEGIN
    SELECT RAISE(ABORT, 'money rule: the refund is more than is left of the sale');
END;

CREATE TRIGGER refunds_begin_as_marked BEFORE INSERT ON refunds WHEN NEW.status <> 'marked'
BEGIN
    SELECT RAISE(ABORT, 'money rule: a refund begins as marked');
END;

CREATE TRIGGER refunds_move_as_they_may BEFORE UPDATE OF status ON refunds
WHEN NEW.status <> OLD.status
 AND NOT (OLD.status = 'marked' AND NEW.status IN ('submitted', 'succeeded', 'failed', 'cancelled')
       OR OLD.status = 'submitted' AND NEW.status IN ('marked', 'succeeded', 'failed'))
BEGIN
    SELECT RAISE(ABORT, 'money rule: a refund does not move like this');
END;

CREATE TRIGGER refunds_keep_their_facts
BEFORE UPDATE OF number, amount_minor, asked_minor, reason, goodwill, asked_on, actor, marked_at, marked_on, key,
                 key_is_derived, reference ON refunds
BEGIN
    SELECT RAISE(ABORT, 'money rule: what was marked never changes');
END;

-- A sale's row number moves with its payment time; then the old number is gone already.
CREATE TRIGGER refunds_keep_their_sale BEFORE UPDATE OF sale ON refunds
WHEN NEW.sale <> OLD.sale AND EXISTS (SELECT 1 FROM transactions WHERE row = OLD.sale)
BEGIN
    SELECT RAISE(ABORT, 'money rule: a refund stays with its sale');
END;

CREATE TRIGGER refunds_stay BEFORE DELETE ON refunds
BEGIN
    SELECT RAISE(ABORT, 'money rule: a refund is never deleted');
END;

-- A stable surface for other SQLite tools.
CREATE VIEW v_transactions AS
SELECT t.transaction_id, t.order_id, t.kind,
       CASE t.status WHEN 'charged_back' THEN 'paid' ELSE t.status END AS status,
       t.amount_minor, t.currency, t.method, t.plan, t.customer_name, t.customer_email, t.customer_country,
       (SELECT product_id FROM products WHERE payment = t.row AND position = 0) AS product_id,
       (SELECT product_name FROM products WHERE payment = t.row AND position = 0) AS product_name,
       strftime('%Y-%m-%dT%H:%M:%SZ', t.ordered_at / 1000, 'unixepoch') AS ordered_at,
       strftime('%Y-%m-%dT%H:%M:%SZ', t.paid_at / 1000, 'unixepoch') AS paid_at,
       t.rate_number, t.is_test AS test,
       (SELECT refunded_minor FROM balances WHERE sale = t.row) AS refunded_minor,
       (SELECT charged_back_minor FROM balances WHERE sale = t.row) AS charged_back_minor
  FROM transactions t;

CREATE VIEW v_refunds AS
SELECT CASE origin WHEN 'desk' THEN printf('R-%06d', b.number) ELSE b.platform_id END AS refund_id,
       t.transaction_id, t.order_id, b.amount_minor, t.currency, b.reason, b.note, b.goodwill, b.status, b.origin,
       b.actor, CASE origin WHEN 'desk' THEN strftime('%Y-%m-%dT%H:%M:%SZ', b.at / 1000, 'unixepoch') END AS marked_at,
       b.marked_on, b.asked_on, b.key, b.reference, b.platform_id AS platform_transaction_id
  FROM refund_book b
  JOIN transactions t ON t.row = b.sale;
