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
