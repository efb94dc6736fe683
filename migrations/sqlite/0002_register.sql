-- +goose Up

-- The register: what a small change needs on its way from idea to learning.

-- Who could lift what is in the way: a role, never a person, and by when they should reply.
ALTER TABLE change ADD COLUMN blocked_role TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN reply_by TEXT NOT NULL DEFAULT ''; -- a day

-- A yes that was asked for, of those with a role in a service. Who answered is in the history.
ALTER TABLE change ADD COLUMN permission TEXT NOT NULL DEFAULT '';      -- '', asked, yes, not yet or talk
ALTER TABLE change ADD COLUMN permission_service_id INTEGER REFERENCES service (id);
ALTER TABLE change ADD COLUMN permission_by TEXT NOT NULL DEFAULT '';   -- a day
ALTER TABLE change ADD COLUMN permission_words TEXT NOT NULL DEFAULT '';
ALTER TABLE change ADD COLUMN permission_asker_id INTEGER REFERENCES member (id);
ALTER TABLE change ADD COLUMN permission_round INTEGER NOT NULL DEFAULT 0; -- of asking and answering

ALTER TABLE change ADD COLUMN merged_into INTEGER REFERENCES change (id);
-- Supporters who are no rows of ours: they came with an import, or were erased.
ALTER TABLE change ADD COLUMN earlier_supporters INTEGER NOT NULL DEFAULT 0;
ALTER TABLE change ADD COLUMN lent INTEGER NOT NULL DEFAULT 0; -- of them, to the change it is merged into

-- The order of lists: what can be acted on first, and of those the latest touched. Ascending
-- columns, so that a page starts with one seek.
ALTER TABLE change ADD COLUMN urgency INTEGER GENERATED ALWAYS AS (
    CASE state WHEN 'reviewing' THEN 1 WHEN 'trying' THEN 2 WHEN 'chosen' THEN 3 WHEN 'idea' THEN 4 WHEN 'kept' THEN 5
        WHEN 'stopped' THEN 6 WHEN 'parked' THEN 7 WHEN 'passed on' THEN 8 ELSE 9 END) VIRTUAL;
ALTER TABLE change ADD COLUMN recency INTEGER GENERATED ALWAYS AS (-updated_at) VIRTUAL;
ALTER TABLE change ADD COLUMN newness INTEGER GENERATED ALWAYS AS (-number) VIRTUAL;
CREATE INDEX change_by_team ON change (council_id, team_id, urgency, recency, newness);
CREATE INDEX change_by_council ON change (council_id, urgency, recency, newness);
CREATE INDEX change_stuck_in_team ON change (council_id, team_id, urgency, recency, newness)
WHERE blocked <> '' AND state IN ('idea', 'chosen', 'trying', 'reviewing', 'parked');
CREATE INDEX change_stuck ON change (council_id, urgency, recency, newness)
WHERE blocked <> '' AND state IN ('idea', 'chosen', 'trying', 'reviewing', 'parked');
CREATE INDEX change_reviewed ON change (council_id, team_id, review_on) WHERE state IN ('trying', 'reviewing');
CREATE INDEX change_waiting ON change (council_id, permission_service_id, permission_by) WHERE permission IN ('asked', 'talk');
CREATE INDEX change_asked ON change (council_id, team_id, permission_by) WHERE permission IN ('asked', 'talk');
CREATE INDEX change_guessed ON change (council_id, team_id) WHERE state = 'kept' AND minutes_per_time > 0;
CREATE INDEX change_merged ON change (merged_into) WHERE merged_into IS NOT NULL;

-- How many small changes stand where, kept with the changes so that nobody counts them all.
CREATE TABLE change_count (
    council_id INTEGER NOT NULL REFERENCES council (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    strand_id  INTEGER NOT NULL DEFAULT 0, -- 0 is none yet
    state      TEXT    NOT NULL,
    count      INTEGER NOT NULL,
    PRIMARY KEY (council_id, team_id, strand_id, state)
) STRICT, WITHOUT ROWID;
INSERT INTO change_count (council_id, team_id, strand_id, state, count)
SELECT council_id, team_id, COALESCE(strand_id, 0), state, count(*) FROM change GROUP BY 1, 2, 3, 4;
-- +goose StatementBegin
CREATE TRIGGER change_counted AFTER INSERT ON change BEGIN
    INSERT INTO change_count VALUES (new.council_id, new.team_id, COALESCE(new.strand_id, 0), new.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER change_moved AFTER UPDATE OF strand_id, state ON change
WHEN old.state <> new.state OR old.strand_id IS NOT new.strand_id BEGIN
    UPDATE change_count SET count = count - 1
    WHERE council_id = old.council_id AND team_id = old.team_id AND strand_id = COALESCE(old.strand_id, 0) AND state = old.state;
    INSERT INTO change_count VALUES (new.council_id, new.team_id, COALESCE(new.strand_id, 0), new.state, 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER change_uncounted AFTER DELETE ON change BEGIN
    UPDATE change_count SET count = count - 1
    WHERE council_id = old.council_id AND team_id = old.team_id AND strand_id = COALESCE(old.strand_id, 0) AND state = old.state;
END;
-- +goose StatementEnd

ALTER TABLE team ADD COLUMN at_once INTEGER NOT NULL DEFAULT 5; -- how many changes it works on, at most

-- "Still happening?", asked some weeks after a change was kept.
CREATE TABLE follow_up (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    change_id  INTEGER NOT NULL REFERENCES change (id),
    weeks      INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    asked_at   INTEGER,
    ended_at   INTEGER -- the change was taken up again
) STRICT;
CREATE INDEX follow_up_due ON follow_up (due_at) WHERE asked_at IS NULL AND ended_at IS NULL;
CREATE INDEX follow_up_of_change ON follow_up (change_id);

CREATE TABLE follow_up_answer (
    follow_up_id INTEGER NOT NULL REFERENCES follow_up (id),
    member_id    INTEGER NOT NULL REFERENCES member (id),
    council_id   INTEGER NOT NULL REFERENCES council (id),
    answer       TEXT    NOT NULL, -- more, same, less or gone
    at           INTEGER NOT NULL,
    PRIMARY KEY (follow_up_id, member_id)
) STRICT, WITHOUT ROWID;

-- What one person thinks a change gives back, their latest word. Only the range is shown.
CREATE TABLE estimate (
    change_id        INTEGER NOT NULL REFERENCES change (id),
    member_id        INTEGER NOT NULL REFERENCES member (id),
    council_id       INTEGER NOT NULL REFERENCES council (id),
    minutes_per_time INTEGER NOT NULL,
    times_per_week   INTEGER NOT NULL,
    people           INTEGER NOT NULL,
    at               INTEGER NOT NULL,
    PRIMARY KEY (change_id, member_id)
) STRICT, WITHOUT ROWID;

-- Choosing together. Who put which dot is deleted when a round closes; its grid stays.
CREATE TABLE choosing (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    opened_by  INTEGER REFERENCES member (id),
    opens_at   INTEGER NOT NULL,
    closes_at  INTEGER NOT NULL,
    closed_at  INTEGER,
    people     INTEGER NOT NULL DEFAULT 0, -- who put a dot; counted when it closed
    grid       TEXT                        -- JSON; NULL while open
) STRICT;
CREATE UNIQUE INDEX choosing_open ON choosing (team_id) WHERE closed_at IS NULL;
CREATE INDEX choosing_to_close ON choosing (closes_at) WHERE closed_at IS NULL;

CREATE TABLE choosing_idea (
    choosing_id INTEGER NOT NULL REFERENCES choosing (id),
    place       INTEGER NOT NULL,
    council_id  INTEGER NOT NULL REFERENCES council (id),
    change_id   INTEGER NOT NULL REFERENCES change (id),
    PRIMARY KEY (choosing_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE dot (
    choosing_id INTEGER NOT NULL REFERENCES choosing (id),
    member_id   INTEGER NOT NULL REFERENCES member (id),
    change_id   INTEGER NOT NULL REFERENCES change (id),
    council_id  INTEGER NOT NULL REFERENCES council (id),
    difference  INTEGER NOT NULL, -- 1 to 3
    effort      INTEGER NOT NULL, -- 1 to 3
    PRIMARY KEY (choosing_id, member_id, change_id)
) STRICT, WITHOUT ROWID;

-- Who has left since their account is closed, and is back when they use it again.
ALTER TABLE member ADD COLUMN account_closed INTEGER NOT NULL DEFAULT 0;
-- Who may look after changes of a team that they are not in any more, since they were moved.
ALTER TABLE member ADD COLUMN astray INTEGER NOT NULL DEFAULT 0;
UPDATE member SET astray = 1 WHERE EXISTS (SELECT 1 FROM change c WHERE c.owner_id = member.id AND c.team_id <> member.team_id);
CREATE INDEX member_gone ON member (council_id) WHERE left_at IS NOT NULL OR astray = 1;

-- Home pages that somebody has opened, and when the next drawing of each is due.
CREATE TABLE home (
    member_id  INTEGER NOT NULL PRIMARY KEY REFERENCES member (id),
    council_id INTEGER NOT NULL REFERENCES council (id),
    due_at     INTEGER,                  -- NULL: nothing has changed
    news       INTEGER NOT NULL DEFAULT 0, -- grows whenever something on the page changes
    shown      TEXT NOT NULL DEFAULT '' -- a digest of the page they see
) STRICT;
CREATE INDEX home_due ON home (due_at) WHERE due_at IS NOT NULL;
ALTER TABLE council ADD COLUMN home_day TEXT NOT NULL DEFAULT ''; -- for which they were last drawn anew

-- +goose Down
-- There is no way back but the backup made before it.
SELECT 1;
