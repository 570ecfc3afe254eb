-- A store of schema version 3, as a program of that version left it: two made-up sales, one of them with a refund that is
-- marked. Made of the migrations 0001 to 0003, and of the rows that `retour init`, `import` and `refund` wrote with
-- RETOUR_NOW=2026-03-24T10:00:00+01:00. It is not changed when the schema is.

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

-- What the search leans on. Names and addresses are found by every three letters in a row; two line breaks at a text's
-- end make its last letters the beginning of such three, too, so that one or two letters are found the same way.

UPDATE transactions SET searchable = searchable || char(10, 10);

CREATE VIRTUAL TABLE names USING fts5 (
    searchable,
    content = 'transactions', content_rowid = 'row',
    -- which rows, not where in them: the text itself is looked at for that
    detail = 'none', columnsize = 0,
    -- the text is folded already
    tokenize = 'trigram case_sensitive 1'
);

INSERT INTO names (names) VALUES ('rebuild');

CREATE VIRTUAL TABLE names_pieces USING fts5vocab (names, 'row');

CREATE TRIGGER names_learn AFTER INSERT ON transactions
BEGIN
    INSERT INTO names (rowid, searchable) VALUES (NEW.row, NEW.searchable);
END;

CREATE TRIGGER names_relearn AFTER UPDATE OF row, searchable ON transactions
WHEN NEW.row <> OLD.row OR NEW.searchable <> OLD.searchable
BEGIN
    INSERT INTO names (names, rowid, searchable) VALUES ('delete', OLD.row, OLD.searchable);
    INSERT INTO names (rowid, searchable) VALUES (NEW.row, NEW.searchable);
END;

-- Few rows are anything but a live paid sale: what asks for them does not walk past all others.
CREATE INDEX transactions_unusual ON transactions (is_test, kind, status)
 WHERE is_test = 1 OR kind <> 'sale' OR status <> 'paid';

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

INSERT INTO desk (only_row, made_at, is_rehearsal)
VALUES (1, 1774342800000, 1);
INSERT INTO transactions (row, transaction_id, id_is_made_up, order_id, kind, status, amount_minor, currency, method, plan, customer_name, customer_email, customer_country, searchable, ordered_at, paid_at, rate_number, return_period, is_test, as_of, sources)
VALUES (29762130228019200, '5a1e000000000001', 0, 'Card0001', 'sale', 'paid', 4900, 'EUR', 'card', 'unknown', 'Anna Beispiel', 'anna@example.org', '', 'anna beispiel anna@example.org' || char(10, 10), NULL, 1773961200000, NULL, NULL, 0, NULL, NULL);
INSERT INTO transactions (row, transaction_id, id_is_made_up, order_id, kind, status, amount_minor, currency, method, plan, customer_name, customer_email, customer_country, searchable, ordered_at, paid_at, rate_number, return_period, is_test, as_of, sources)
VALUES (29763579779481600, '5a1e000000000002', 0, 'Sepa0002', 'sale', 'paid', 1900, 'EUR', 'paypal', 'unknown', 'Boris Beispiel', 'boris@example.org', '', 'boris beispiel boris@example.org' || char(10, 10), NULL, 1774047600000, NULL, NULL, 0, NULL, NULL);
INSERT INTO products (payment, position, product_id, product_name)
VALUES (29762130228019200, 0, 'e232d769', 'Yoga for Beginners');
INSERT INTO products (payment, position, product_id, product_name)
VALUES (29763579779481600, 0, 'e232d769', 'Yoga for Beginners');
INSERT INTO refunds (number, sale, amount_minor, asked_minor, reason, note, goodwill, asked_on, actor, marked_at, marked_on, key, key_is_derived, reference, status, submitted_on, ended_on, step_note)
VALUES (1, 29763579779481600, 1900, NULL, 'returned', NULL, 0, NULL, 'tester', 1774342800000, '2026-03-24', NULL, 0, NULL, 'marked', NULL, NULL, NULL);
INSERT INTO events (number, at, actor, kind, transaction_id, order_id, refund_id, reference, facts, digest)
VALUES (1, 1774342800000, 'tester', 'store_made', NULL, NULL, NULL, NULL, '{"schema":6,"rehearsal":true}', '60527582f4f1495955a168473bb15ba949113f2282340c332d35aa4a3280359f');
INSERT INTO events (number, at, actor, kind, transaction_id, order_id, refund_id, reference, facts, digest)
VALUES (2, 1774342800000, 'tester', 'imported', NULL, NULL, NULL, NULL, '{"added":2,"matched":0,"read":2,"rejected":0,"set_aside":0,"sources":[{"bytes":351,"sha256":"4046200c1f946e4e5fe29fe1e2c43c79b6e26b97624e64781ad8f6a500043402"}],"unchanged":0,"unmatched":0,"updated":0}', 'db533c6c1fe9e64389a423f22c91f31fa854b0dda983c5d9067de79045c57d15');
INSERT INTO events (number, at, actor, kind, transaction_id, order_id, refund_id, reference, facts, digest)
VALUES (3, 1774342800000, 'tester', 'refund_marked', '5a1e000000000002', NULL, 'R-000001', NULL, '{"amount_minor":1900,"cautions":["paypal_refundable_until","period_defaulted"],"currency":"EUR","goodwill":false,"left_minor":0,"reason":"returned"}', '8fc02200e540728ecb2dbcd07d48411d97dc6ed06beee56bb8e205ddd3511e75');

PRAGMA application_id = 0x72657472;
PRAGMA user_version = 3;
PRAGMA journal_mode = WAL;
