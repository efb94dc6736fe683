-- Rows of a small council as schema 2 keeps them. Never edit: later schemas must still read them.
INSERT INTO council (id, name, celebrations, last_number) VALUES (1, 'Northshire', 'C0WINS001', 1);
INSERT INTO workspace (id, platform, council_id) VALUES ('T0NORTH01', 'slack', 1);
INSERT INTO service (id, council_id, name) VALUES (1, 1, 'Early help');
INSERT INTO team (id, council_id, service_id, name, channel, vision_values) VALUES (1, 1, 1, 'Willow', 'C0WILLOW1', '["Relationships first"]');
INSERT INTO strand (id, council_id, team_id, name) VALUES (1, 1, 1, 'Meetings');
INSERT INTO member (id, council_id, team_id, name, email, roles, works)
VALUES (1, 1, 1, 'Ana Ortiz', 'ana@northshire.example', '["champion"]', '[1,3]');
INSERT INTO account (council_id, platform, account, member_id) VALUES (1, 'slack', 'U0ANA0001', 1);
INSERT INTO change (id, council_id, team_id, number, title, strand_id, state, proposer_id, version, created_at, updated_at)
VALUES (1, 1, 1, 1, 'Voice notes for recording', 1, 'idea', 1, 1, 1795683600000, 1795683600000);
INSERT INTO history (council_id, change_id, at, member_id, what, to_state) VALUES (1, 1, 1795683600000, 1, 'proposed', 'idea');
INSERT INTO support (council_id, change_id, member_id, at) VALUES (1, 1, 1, 1795683600000);
INSERT INTO schedule (id, council_id, team_id, kind, cron, zone, open_for, next_run, next_wall)
VALUES ('willow-reflection', 1, 1, 'reflection', '0 9 * * THU', 'Europe/London', 345600000, 1796288400000, '2026-12-03T09:00');
INSERT INTO round (id, council_id, team_id, schedule_id, slot, prompt_id, prompt, asked, opens_at, closes_at)
VALUES (1, 1, 1, 'willow-reflection', '2026-11-26T09:00', 'p1', '{"ID":"p1","Text":"What went well?"}', 1, 1795683600000, 1796029200000);
INSERT INTO reflection (council_id, team_id, round_id, member_id, words, share, at) VALUES (1, 1, 1, 1, 'A calm visit', 'named', 1795683700000);
INSERT INTO pulse (id, council_id, team_id, set_name, title, questions, open_mode, asked, opens_at, closes_at, released_at, result)
VALUES (1, 1, 1, 'impact', 'Impact', '[{"ID":"job"}]', 0, 8, 1795683600000, 1796029200000, 1796029200000, '{"Asked":8,"Withheld":true}');
INSERT INTO celebration (id, council_id, member_id, change_id, words, at) VALUES (1, 1, 1, 1, 'Well done', 1795683600000);
INSERT INTO celebrated (celebration_id, place, council_id, member_id) VALUES (1, 0, 1, 1);
INSERT INTO outbox (key, council_id, kind, subject, channel, due_at) VALUES ('celebration:1', 1, 'celebration', 1, 'C0WINS001', 1795683600000);
INSERT INTO outbox (key, council_id, kind, subject, channel, due_at, state, message_ref) VALUES ('digest:1', 1, 'round.digest', 1, 'C0WILLOW1', 1795683600000, 'sent', 'C0WILLOW1/1.2');
UPDATE change SET blocked = 'A licence', blocked_role = 'Head of IT', reply_by = '2026-12-10', permission = 'asked',
    permission_service_id = 1, permission_by = '2026-12-11', earlier_supporters = 2 WHERE id = 1;
INSERT INTO change (id, council_id, team_id, number, title, strand_id, state, proposer_id, version, created_at, updated_at, merged_into)
VALUES (2, 1, 1, 2, 'Talking records', 1, 'merged', 1, 1, 1795683600000, 1795683600000, 1);
INSERT INTO follow_up (id, council_id, change_id, weeks, due_at, asked_at) VALUES (1, 1, 1, 4, 1795683600000, 1795683600000);
INSERT INTO follow_up_answer (follow_up_id, member_id, council_id, answer, at) VALUES (1, 1, 1, 'same', 1795683600000);
INSERT INTO estimate (change_id, member_id, council_id, minutes_per_time, times_per_week, people, at) VALUES (1, 1, 1, 10, 5, 8, 1795683600000);
INSERT INTO choosing (id, council_id, team_id, opened_by, opens_at, closes_at) VALUES (1, 1, 1, 1, 1795683600000, 1796029200000);
INSERT INTO choosing_idea (choosing_id, place, council_id, change_id) VALUES (1, 0, 1, 1);
INSERT INTO dot (choosing_id, member_id, change_id, council_id, difference, effort) VALUES (1, 1, 1, 1, 3, 1);
INSERT INTO home (member_id, council_id, due_at) VALUES (1, 1, 1795683600000);
