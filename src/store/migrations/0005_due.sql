-- What needs a person is found without a look at what is done: of a million payments a few are not.

-- The platform's refunds and chargebacks by their outcome, and the sales that say of themselves that the bank took
-- them back.
CREATE INDEX transactions_by_outcome ON transactions (kind, status)
    WHERE kind <> 'sale' OR status = 'charged_back';

CREATE INDEX links_unmatched ON links (platform) WHERE sale IS NULL AND is_set_aside = 0;
