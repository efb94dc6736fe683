-- +goose Up

-- Times are milliseconds since 1970 UTC. Days and wall times are text, 2026-12-07 and
-- 2026-12-07T09:00, since they belong to a zone. Booleans are 0 and 1. Ids are never
-- reused (AUTOINCREMENT): ballots and messages refer to them from outside.
-- Every row but an event belongs to a council, and no query crosses councils.

CREATE TABLE council (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL UNIQUE,
    nation        TEXT    NOT NULL DEFAULT 'england', -- whose bank holidays
    zone          TEXT    NOT NULL DEFAULT 'Europe/London',
    celebrations  TEXT    NOT NULL DEFAULT '',        -- channel id; '' when there is none
    email_domains TEXT    NOT NULL DEFAULT '[]',      -- JSON list of the council's own
    last_number   INTEGER NOT NULL DEFAULT 0          -- of its changes, so that none is reused
) STRICT;

-- A chat workspace that the program is connected to. It joins a council on start or apply.
CREATE TABLE workspace (
    id         TEXT    NOT NULL PRIMARY KEY,
    platform   TEXT    NOT NULL,
    council_id INTEGER REFERENCES council (id)
) STRICT;
CREATE UNIQUE INDEX workspace_of_council ON workspace (council_id, platform) WHERE council_id IS NOT NULL;

CREATE TABLE service (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    name       TEXT    NOT NULL,
    UNIQUE (council_id, name)
) STRICT;

CREATE TABLE team (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id    INTEGER NOT NULL REFERENCES council (id),
    service_id    INTEGER NOT NULL REFERENCES service (id),
    name          TEXT    NOT NULL,
    zone          TEXT    NOT NULL DEFAULT '', -- '' is the council's
    channel       TEXT    NOT NULL DEFAULT '',
    teams_channel TEXT    NOT NULL DEFAULT '',
    vision        TEXT    NOT NULL DEFAULT '',
    vision_values TEXT    NOT NULL DEFAULT '[]', -- JSON list
    UNIQUE (council_id, name)
) STRICT;

-- Strands and barriers that leave the council file are ended, not deleted: changes refer to them.
CREATE TABLE strand (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    name       TEXT    NOT NULL,
    ended_at   INTEGER,
    UNIQUE (team_id, name)
) STRICT;

CREATE TABLE barrier (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    what       TEXT    NOT NULL,
    scope      TEXT    NOT NULL,
    ended_at   INTEGER,
    UNIQUE (team_id, what)
) STRICT;

CREATE TABLE member (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    name       TEXT    NOT NULL,
    email      TEXT    NOT NULL DEFAULT '',
    roles      TEXT    NOT NULL DEFAULT '[]', -- JSON list of words
    works      TEXT    NOT NULL DEFAULT '[]', -- JSON list of weekdays, 0 is Sunday; [] is Monday to Friday
    left_at    INTEGER
) STRICT;
CREATE INDEX member_of_team ON member (team_id, name);
CREATE UNIQUE INDEX member_by_email ON member (council_id, lower(email)) WHERE email <> '';

-- Where a member is found. The council file does not know the workspace's id, so an
-- account belongs to the council's workspace of that platform.
CREATE TABLE account (
    council_id INTEGER NOT NULL REFERENCES council (id),
    platform   TEXT    NOT NULL,
    account    TEXT    NOT NULL,
    member_id  INTEGER NOT NULL REFERENCES member (id),
    PRIMARY KEY (council_id, platform, account),
    UNIQUE (member_id, platform)
) STRICT;

CREATE TABLE change (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id       INTEGER NOT NULL REFERENCES council (id),
    team_id          INTEGER NOT NULL REFERENCES team (id),
    number           INTEGER NOT NULL, -- the 12 of SC-12
    title            TEXT    NOT NULL,
    why              TEXT    NOT NULL DEFAULT '',
    strand_id        INTEGER REFERENCES strand (id),
    barrier          TEXT    NOT NULL DEFAULT '',
    scope            TEXT    NOT NULL DEFAULT '',
    state            TEXT    NOT NULL,
    blocked          TEXT    NOT NULL DEFAULT '',
    impact           TEXT    NOT NULL DEFAULT '',
    proposer_id      INTEGER REFERENCES member (id), -- NULL once erased: "a colleague"
    owner_id         INTEGER REFERENCES member (id),
    review_on        TEXT    NOT NULL DEFAULT '',    -- a day
    learning         TEXT    NOT NULL DEFAULT '',
    minutes_per_time INTEGER NOT NULL DEFAULT 0,
    times_per_week   INTEGER NOT NULL DEFAULT 0,
    people           INTEGER NOT NULL DEFAULT 0,
    lineage          TEXT    NOT NULL DEFAULT '',
    version          INTEGER NOT NULL,
    created_at       INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    UNIQUE (council_id, number)
) STRICT;
CREATE INDEX change_of_team ON change (council_id, team_id, number);
CREATE INDEX change_of_proposer ON change (proposer_id);
CREATE INDEX change_of_owner ON change (owner_id);

-- Words to search by. FTS5 keeps deleted words unless told not to, whatever secure_delete says.
CREATE VIRTUAL TABLE change_fts USING fts5 (
    title, why, learning, content = 'change', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO change_fts (change_fts, rank) VALUES ('secure-delete', 1);

-- +goose StatementBegin
CREATE TRIGGER change_added AFTER INSERT ON change BEGIN
    INSERT INTO change_fts (rowid, title, why, learning) VALUES (new.id, new.title, new.why, new.learning);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER change_removed AFTER DELETE ON change BEGIN
    INSERT INTO change_fts (change_fts, rowid, title, why, learning)
    VALUES ('delete', old.id, old.title, old.why, old.learning);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER change_reworded AFTER UPDATE OF title, why, learning ON change BEGIN
    INSERT INTO change_fts (change_fts, rowid, title, why, learning)
    VALUES ('delete', old.id, old.title, old.why, old.learning);
    INSERT INTO change_fts (rowid, title, why, learning) VALUES (new.id, new.title, new.why, new.learning);
END;
-- +goose StatementEnd

CREATE TABLE support (
    council_id INTEGER NOT NULL REFERENCES council (id),
    change_id  INTEGER NOT NULL REFERENCES change (id),
    member_id  INTEGER NOT NULL REFERENCES member (id),
    at         INTEGER NOT NULL,
    PRIMARY KEY (change_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX support_by_member ON support (member_id);

-- The past of changes is only ever added to.
CREATE TABLE history (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    change_id  INTEGER NOT NULL REFERENCES change (id),
    at         INTEGER NOT NULL,
    member_id  INTEGER REFERENCES member (id), -- the name is the member's own, so erasing one erases the other
    what       TEXT    NOT NULL,
    from_state TEXT    NOT NULL DEFAULT '',
    to_state   TEXT    NOT NULL DEFAULT '',
    words      TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX history_of_change ON history (change_id, id);
-- +goose StatementBegin
CREATE TRIGGER history_stays BEFORE UPDATE ON history BEGIN
    SELECT RAISE (ABORT, 'history is only added to');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER history_remains BEFORE DELETE ON history BEGIN
    SELECT RAISE (ABORT, 'history is only added to');
END;
-- +goose StatementEnd

CREATE TABLE schedule (
    id            TEXT    NOT NULL PRIMARY KEY, -- given by the council file, one name in the whole database
    council_id    INTEGER NOT NULL REFERENCES council (id),
    team_id       INTEGER NOT NULL REFERENCES team (id),
    kind          TEXT    NOT NULL,
    cron          TEXT    NOT NULL,
    zone          TEXT    NOT NULL,
    open_for      INTEGER NOT NULL, -- milliseconds
    skip_holidays INTEGER NOT NULL DEFAULT 0,
    set_name      TEXT    NOT NULL DEFAULT '',
    paused        INTEGER NOT NULL DEFAULT 0,
    ended_at      INTEGER,          -- when it left the council file
    next_run      INTEGER,          -- the instant of next_wall
    next_wall     TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX schedule_next ON schedule (next_run) WHERE paused = 0 AND ended_at IS NULL;

-- What became of each slot, kept for ever: a slot is never opened twice.
CREATE TABLE slot (
    schedule_id TEXT    NOT NULL,
    wall        TEXT    NOT NULL, -- local wall time
    council_id  INTEGER NOT NULL REFERENCES council (id),
    outcome     TEXT    NOT NULL, -- opened or skipped
    reason      TEXT    NOT NULL DEFAULT '',
    at          INTEGER NOT NULL,
    PRIMARY KEY (schedule_id, wall)
) STRICT, WITHOUT ROWID;

CREATE TABLE round (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id  INTEGER NOT NULL REFERENCES council (id),
    team_id     INTEGER NOT NULL REFERENCES team (id),
    schedule_id TEXT    NOT NULL,
    slot        TEXT    NOT NULL,
    prompt_id   TEXT    NOT NULL,
    prompt      TEXT    NOT NULL, -- JSON, frozen: the bank may change while the round is open
    asked       INTEGER NOT NULL,
    opens_at    INTEGER NOT NULL,
    closes_at   INTEGER NOT NULL,
    closed_at   INTEGER,
    UNIQUE (schedule_id, slot)
) STRICT;
CREATE INDEX round_of_team ON round (team_id, opens_at);
CREATE INDEX round_to_close ON round (closes_at) WHERE closed_at IS NULL;

CREATE TABLE reflection (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    round_id   INTEGER REFERENCES round (id), -- NULL for a thought of one's own
    member_id  INTEGER NOT NULL REFERENCES member (id),
    words      TEXT    NOT NULL,
    share      TEXT    NOT NULL, -- named, unnamed or private
    skipped    INTEGER NOT NULL DEFAULT 0,
    at         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX reflection_once ON reflection (round_id, member_id) WHERE round_id IS NOT NULL;
CREATE INDEX reflection_of_team ON reflection (team_id, at);

-- A pulse never holds a reply, only what it was allowed to release.
CREATE TABLE pulse (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id  INTEGER NOT NULL REFERENCES council (id),
    team_id     INTEGER NOT NULL REFERENCES team (id),
    set_name    TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    questions   TEXT    NOT NULL, -- JSON, frozen when it opened
    open_mode   INTEGER NOT NULL,
    schedule_id TEXT    NOT NULL DEFAULT '', -- '' when a person opened it
    slot        TEXT    NOT NULL DEFAULT '',
    asked       INTEGER NOT NULL,
    opens_at    INTEGER NOT NULL,
    closes_at   INTEGER NOT NULL,
    released_at INTEGER,
    result      TEXT -- JSON; NULL while open
) STRICT;
CREATE UNIQUE INDEX pulse_open ON pulse (team_id) WHERE released_at IS NULL;
CREATE INDEX pulse_released ON pulse (team_id, released_at);

CREATE TABLE celebration (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    member_id  INTEGER REFERENCES member (id), -- who celebrates
    change_id  INTEGER REFERENCES change (id),
    words      TEXT    NOT NULL,
    at         INTEGER NOT NULL
) STRICT;
CREATE INDEX celebration_of_council ON celebration (council_id, id);

CREATE TABLE celebrated (
    celebration_id INTEGER NOT NULL REFERENCES celebration (id),
    place          INTEGER NOT NULL, -- the order they were named in
    council_id     INTEGER NOT NULL REFERENCES council (id),
    member_id      INTEGER NOT NULL REFERENCES member (id),
    PRIMARY KEY (celebration_id, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX celebrated_member ON celebrated (member_id);

-- Events that had their effect, so that one delivered again has none. It says nothing
-- of who or what: an event of a pulse must not be traced to a member.
CREATE TABLE event (
    key TEXT    NOT NULL PRIMARY KEY,
    at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX event_age ON event (at);

-- Messages that the bot starts. The row is the truth about a delivery.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    key          TEXT    NOT NULL UNIQUE, -- one key is one message, for ever
    council_id   INTEGER NOT NULL REFERENCES council (id),
    kind         TEXT    NOT NULL,
    subject      INTEGER NOT NULL,
    member_id    INTEGER REFERENCES member (id),
    channel      TEXT    NOT NULL DEFAULT '',
    due_at       INTEGER NOT NULL,
    state        TEXT    NOT NULL DEFAULT 'due',
    was          TEXT    NOT NULL DEFAULT 'due', -- its state before the last claim
    attempts     INTEGER NOT NULL DEFAULT 0,
    attempted_at INTEGER,
    lease_until  INTEGER NOT NULL DEFAULT 0,     -- nobody else claims it before
    reason       TEXT    NOT NULL DEFAULT '',
    message_ref  TEXT    NOT NULL DEFAULT ''     -- the platform's id of the sent message
) STRICT;
CREATE INDEX outbox_claim ON outbox (due_at) WHERE state IN ('due', 'sending');
CREATE INDEX outbox_about ON outbox (kind, subject, member_id);

-- +goose Down
-- There is no way back from the first schema but the backup made before it.
SELECT 1;
