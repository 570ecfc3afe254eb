-- What the customers were told: one row each time that the message about a refund was written.

CREATE TABLE notices (
    number   INTEGER PRIMARY KEY,
    sale     INTEGER NOT NULL REFERENCES transactions (row) ON UPDATE CASCADE,
    -- the desk's own refund, or else the platform's row
    refund   INTEGER REFERENCES refunds (number),
    platform INTEGER REFERENCES transactions (row) ON UPDATE CASCADE,
    told_at  INTEGER NOT NULL,
    language TEXT    NOT NULL CHECK (length(language) = 2),
    CHECK ((refund IS NULL) <> (platform IS NULL))
) STRICT;

CREATE INDEX notices_by_sale ON notices (sale, told_at);
CREATE INDEX notices_by_refund ON notices (refund) WHERE refund IS NOT NULL;
CREATE INDEX notices_by_platform ON notices (platform) WHERE platform IS NOT NULL;

CREATE TRIGGER notices_keep_their_facts BEFORE UPDATE OF number, refund, told_at, language ON notices
BEGIN
    SELECT RAISE(ABORT, 'money rule: what a customer was told is never changed');
END;

-- A row's number moves with its payment time; then the old number is gone already.
CREATE TRIGGER notices_keep_their_sale BEFORE UPDATE OF sale, platform ON notices
WHEN NEW.sale <> OLD.sale AND EXISTS (SELECT 1 FROM transactions WHERE row = OLD.sale)
  OR NEW.platform <> OLD.platform AND EXISTS (SELECT 1 FROM transactions WHERE row = OLD.platform)
BEGIN
    SELECT RAISE(ABORT, 'money rule: a notice stays with its refund');
END;

CREATE TRIGGER notices_stay BEFORE DELETE ON notices
BEGIN
    SELECT RAISE(ABORT, 'money rule: what a customer was told is never deleted');
END;
