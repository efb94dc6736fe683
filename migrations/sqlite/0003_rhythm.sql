-- +goose Up

-- The rhythm: when people are asked, how often they are written to, and what comes back.

-- What a member has said about being written to. Nothing is said where there is no row.
CREATE TABLE quiet (
    member_id      INTEGER NOT NULL PRIMARY KEY REFERENCES member (id),
    council_id     INTEGER NOT NULL REFERENCES council (id),
    budget         INTEGER,                  -- messages that the bot may start in a working week; NULL is the usual
    works          TEXT,                     -- JSON as in member; NULL: as the council file says
    other_works    TEXT,                     -- of every other week; NULL: every week is the same
    fortnight_from TEXT NOT NULL DEFAULT '', -- a Monday on which the first week of the two began
    hours_from     INTEGER,                  -- minutes of the day; NULL is the usual
    hours_to       INTEGER,
    zone           TEXT NOT NULL DEFAULT '', -- '' is the team's
    snoozed_until  TEXT NOT NULL DEFAULT '', -- the first day on which they are written to again
    asks           TEXT NOT NULL DEFAULT '', -- reflection questions: '' as the council file says, yes, no, or stopped by the bot
    asked_since    INTEGER,                  -- when they came back; silence before does not count
    away_until     INTEGER                   -- what their chat status hints at
) STRICT;

CREATE TABLE leave (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    member_id  INTEGER NOT NULL REFERENCES member (id),
    first_day  TEXT    NOT NULL,
    last_day   TEXT    NOT NULL
) STRICT;
CREATE INDEX leave_of_member ON leave (member_id, last_day);

ALTER TABLE member ADD COLUMN observer INTEGER NOT NULL DEFAULT 0; -- reads along, and is not asked
ALTER TABLE member ADD COLUMN joined_at INTEGER;                   -- NULL: before anybody wrote it down

-- "Not now": a team is left alone from a day until another, and goes on by itself.
CREATE TABLE pause (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    first_day  TEXT    NOT NULL,
    until_day  TEXT    NOT NULL,            -- the first day after it
    reason     TEXT    NOT NULL DEFAULT '',
    member_id  INTEGER REFERENCES member (id) -- who said so
) STRICT;
CREATE INDEX pause_of_team ON pause (team_id, until_day);

-- What differs from the published bank holidays in one council: one more, or one that is worked.
CREATE TABLE holiday (
    council_id INTEGER NOT NULL REFERENCES council (id),
    day        TEXT    NOT NULL,
    worked     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (council_id, day)
) STRICT, WITHOUT ROWID;

-- Prompts that a team added, and those of the bank that it does not want.
CREATE TABLE team_prompt (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id    INTEGER NOT NULL REFERENCES council (id),
    team_id       INTEGER NOT NULL REFERENCES team (id),
    text          TEXT    NOT NULL,
    theme         TEXT    NOT NULL,
    share_default TEXT    NOT NULL,
    moment        TEXT    NOT NULL,
    member_id     INTEGER REFERENCES member (id),
    at            INTEGER NOT NULL,
    removed_at    INTEGER
) STRICT;
CREATE INDEX team_prompt_of_team ON team_prompt (team_id) WHERE removed_at IS NULL;
CREATE TABLE prompt_off (
    team_id    INTEGER NOT NULL REFERENCES team (id),
    prompt_id  TEXT    NOT NULL,
    council_id INTEGER NOT NULL REFERENCES council (id),
    PRIMARY KEY (team_id, prompt_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE round ADD COLUMN cut INTEGER NOT NULL DEFAULT 0; -- by a pause: it counts in no figure

-- The digest that tells of a round: one for all that close on the same day.
ALTER TABLE round ADD COLUMN digest_id INTEGER REFERENCES outbox (id);
UPDATE round SET digest_id = (SELECT id FROM outbox WHERE key = 'digest:' || round.id);
CREATE INDEX round_of_digest ON round (digest_id) WHERE digest_id IS NOT NULL;
CREATE INDEX reflection_of_member ON reflection (member_id);
ALTER TABLE outbox ADD COLUMN redraw INTEGER NOT NULL DEFAULT 0; -- what it says changed while it was being sent

-- A message may wait in the outbox until its member can bear it, and ride along in another.
ALTER TABLE outbox ADD COLUMN look_at INTEGER;   -- while it waits: when to look next whether it may go
ALTER TABLE outbox ADD COLUMN until_at INTEGER;  -- from then on it is worth nothing; NULL: it stays worth something
ALTER TABLE outbox ADD COLUMN handed_at INTEGER; -- when it was let go: it counts in that week of its member
ALTER TABLE outbox ADD COLUMN carrier_id INTEGER REFERENCES outbox (id); -- the message that it rides along in
ALTER TABLE outbox ADD COLUMN at_once INTEGER NOT NULL DEFAULT 0; -- a person wants it sent now, whatever the hour
CREATE INDEX outbox_of_member ON outbox (member_id, kind, id) WHERE member_id IS NOT NULL;
CREATE INDEX outbox_look ON outbox (look_at) WHERE state = 'waiting';
CREATE INDEX outbox_waiting ON outbox (member_id) WHERE state = 'waiting';
CREATE INDEX outbox_handed ON outbox (member_id, handed_at) WHERE handed_at IS NOT NULL;
CREATE INDEX outbox_stale ON outbox (handed_at) WHERE state = 'due' AND handed_at IS NOT NULL;
CREATE INDEX outbox_carried ON outbox (carrier_id) WHERE carrier_id IS NOT NULL;

CREATE INDEX slot_skipped ON slot (council_id, at) WHERE outcome = 'skipped';
-- Messages are marked by other keys from now on, so one of which nobody knows whether it arrived cannot be looked for.
UPDATE outbox SET state = 'unknown', reason = 'it may have arrived; the program was brought up to date meanwhile' WHERE state = 'sending';

-- What the bot reminded somebody of, so that it does so once for each state of things.
CREATE TABLE nudge (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    council_id INTEGER NOT NULL REFERENCES council (id),
    team_id    INTEGER NOT NULL REFERENCES team (id),
    member_id  INTEGER NOT NULL REFERENCES member (id),
    kind       TEXT    NOT NULL,
    change_id  INTEGER NOT NULL REFERENCES change (id),
    about      TEXT    NOT NULL,            -- the state of things, such as the review day
    asked_on   TEXT    NOT NULL,            -- a day
    again_on   TEXT    NOT NULL DEFAULT '', -- snoozed until this day
    raised_on  TEXT    NOT NULL DEFAULT '', -- when it went on to the champion
    UNIQUE (kind, change_id, member_id, about)
) STRICT;
CREATE INDEX nudge_of_team ON nudge (team_id, raised_on, again_on);

-- Reminders that a member does not want: a kind, or with a change that kind about it.
CREATE TABLE nudge_off (
    member_id  INTEGER NOT NULL REFERENCES member (id),
    kind       TEXT    NOT NULL,
    change_id  INTEGER NOT NULL DEFAULT 0, -- 0 is about anything
    council_id INTEGER NOT NULL REFERENCES council (id),
    PRIMARY KEY (member_id, kind, change_id)
) STRICT, WITHOUT ROWID;

ALTER TABLE team ADD COLUMN nudged_on TEXT NOT NULL DEFAULT ''; -- the day for which it was last looked at
ALTER TABLE team ADD COLUMN noted_on TEXT NOT NULL DEFAULT '';  -- the week whose champion's note was written: its Monday

-- When the database came back from a backup. What fell due before may have been done already.
CREATE TABLE restored (at INTEGER NOT NULL PRIMARY KEY) STRICT;

-- +goose Down
-- There is no way back but the backup made before it.
SELECT 1;
