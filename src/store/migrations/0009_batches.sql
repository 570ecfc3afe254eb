-- The files of recorded batches, by the digest of their bytes: the same file under another reference may be a mistake.

CREATE TABLE batch_files (
    sha256    TEXT NOT NULL CHECK (length(sha256) = 64),
    reference TEXT NOT NULL CHECK (reference <> ''),
    PRIMARY KEY (sha256, reference)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER batch_files_keep_their_facts BEFORE UPDATE ON batch_files
BEGIN
    SELECT RAISE(ABORT, 'money rule: which file was recorded never changes');
END;

CREATE TRIGGER batch_files_stay BEFORE DELETE ON batch_files
BEGIN
    SELECT RAISE(ABORT, 'money rule: a recorded file is never forgotten');
END;
