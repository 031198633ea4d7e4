//! What is shown to a person of what is held of them: each table's rows as JSON, with what is sealed beside them.

use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// A row as it is shown.
#[derive(Clone, Debug)]
pub struct Row {
    /// What lies in clear.
    pub row: Json<serde_json::Value>,
    /// What stands for the row where its value is sealed.
    pub place: Vec<u8>,
    /// Its sealed value.
    pub sealed: Option<Vec<u8>>,
}

macro_rules! shown {
    ($(($table:tt, $column:tt, $find:tt)),* $(,)?) => {
        /// The tables of which something is shown, in the order of a page, and the sealed column of each; empty: it has none.
        pub const SHOWN: &[(&str, &str)] = &[$(($table, $column)),*];

        /// What a table holds of these people: one person, with the stand-ins that they once were.
        ///
        /// # Errors
        /// When the database fails.
        pub async fn of(db: &mut PgConnection, table: &str, people: &[Uuid]) -> sqlx::Result<Vec<Row>> {
            match table {
                $($table => sqlx::query_as!(Row, $find, people).fetch_all(db).await,)*
                _ => Ok(Vec::new()),
            }
        }
    };
}

shown![
    (
        "person",
        "profile",
        r#"select jsonb_build_object('lang', lang, 'adult', adult, 'plain', plain, 'signed_in_at', signed_in_at, 'made_at', made_at)
                    as "row!: Json<serde_json::Value>", uuid_send(id) as "place!", profile as sealed
           from person where id = any($1) order by (profile is null), made_at, id"#
    ),
    (
        "role",
        "",
        r#"select jsonb_build_object('role', r.role, 'at_place', coalesce(s.name, t.name), 'at_class', c.grade || ' ' || c.letter,
                                     'granted_at', r.granted_at, 'revoked_at', r.revoked_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from role r left join class c on c.id = r.class left join school s on s.id = coalesce(r.school, c.school)
           left join territory t on t.id = r.territory where r.person = any($1) order by r.granted_at, r.id"#
    ),
    (
        "verification",
        "phone",
        r#"select jsonb_build_object('relation', relation, 'state', state, 'opened_at', opened_at, 'verified_at', verified_at,
                                     'closed_at', closed_at)
                    as "row!: Json<serde_json::Value>", uuid_send(id) as "place!", phone as sealed
           from verification where person = any($1) order by opened_at, id"#
    ),
    (
        "guardian",
        "",
        r#"select jsonb_build_object('relation', relation, 'linked_at', linked_at, 'unlinked_at', unlinked_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from guardian where child = any($1) or parent = any($1) order by linked_at, id"#
    ),
    (
        "account",
        "",
        r#"select jsonb_build_object('channel', a.channel, 'external', a.external, 'chat', a.chat, 'client', a.client,
                                     'lang', a.lang, 'reachable', a.reachable, 'first_seen', a.first_seen, 'last_seen', a.last_seen)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from account a where exists (select from account_person ap where ap.account = a.id and ap.person = any($1))
           order by a.first_seen, a.id"#
    ),
    (
        "account_person",
        "",
        r#"select jsonb_build_object('linked_at', linked_at, 'last_spoke_at', last_spoke_at, 'opted_out', opted_out)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from account_person where person = any($1) order by linked_at, account"#
    ),
    (
        "answer",
        "value",
        r#"select jsonb_build_object('flow', flow, 'question', question, 'given_at', given_at, 'complete', complete)
                    as "row!: Json<serde_json::Value>",
                  convert_to(run || ':' || flow || ':' || question, 'UTF8') as "place!", value as "sealed?"
           from answer where person = any($1) order by given_at, flow, question"#
    ),
    (
        "feedback",
        "answers",
        r#"select jsonb_build_object('title', e.title, 'mark', f.mark, 'given_at', f.given_at)
                    as "row!: Json<serde_json::Value>", uuid_send(f.event) || uuid_send(f.person) as "place!", f.answers as sealed
           from feedback f join event e on e.id = f.event where f.person = any($1) order by f.given_at, f.event"#
    ),
    (
        "event_signup",
        "",
        r#"select jsonb_build_object('title', e.title, 'state', g.state, 'at', g.at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from event_signup g join event e on e.id = g.event where g.person = any($1) order by g.at, g.event"#
    ),
    (
        "stage_done",
        "",
        r#"select jsonb_build_object('season', season, 'stage', stage, 'closed_by', closed_by, 'done_at', done_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from stage_done where person = any($1) order by done_at, stage"#
    ),
    (
        "manual_request",
        "phone",
        r#"select jsonb_build_object('number', number, 'reason', reason, 'state', state, 'made_at', made_at, 'closed_at', closed_at,
                                     'taken_at', taken_at, 'verdict', verdict)
                    as "row!: Json<serde_json::Value>", uuid_send(id) as "place!", phone as sealed
           from manual_request where person = any($1) order by number"#
    ),
    (
        "invitation",
        "note",
        // What the maker of an invitation noted is about whoever took it.
        r#"select jsonb_build_object('role', role, 'made_at', made_at, 'expires_at', expires_at, 'used_at', used_at,
                                     'revoked_at', revoked_at)
                    as "row!: Json<serde_json::Value>", uuid_send(id) as "place!",
                  case when used_by = any($1) then note end as sealed
           from invitation where used_by = any($1) or made_by = any($1) order by made_at, id"#
    ),
    (
        "broadcast",
        "text",
        r#"select jsonb_build_object('made_at', made_at, 'sent_at', sent_at)
                    as "row!: Json<serde_json::Value>", uuid_send(id) as "place!", text as sealed
           from broadcast where author = any($1) order by made_at, id"#
    ),
    (
        "sign_in_code",
        "",
        r#"select jsonb_build_object('kind', kind, 'made_at', made_at, 'expires_at', expires_at, 'used_at', used_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from sign_in_code where person = any($1) order by made_at, id"#
    ),
    (
        "parent_code",
        "",
        r#"select jsonb_build_object('made_at', made_at, 'expires_at', expires_at, 'used_at', used_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from parent_code where child = any($1) or used_by = any($1) order by made_at, id"#
    ),
    (
        "chat_code",
        "",
        r#"select jsonb_build_object('made_at', made_at, 'expires_at', expires_at, 'used_at', used_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from chat_code where author = any($1) order by made_at, id"#
    ),
    (
        "sign_in_miss",
        "",
        r#"select jsonb_build_object('at', m.at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from sign_in_miss m join account_person ap on ap.account = m.account and ap.person = any($1) order by m.at, m.id"#
    ),
    (
        "once",
        "",
        r#"select jsonb_build_object('page', page, 'made_at', made_at, 'opened_at', opened_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from once where person = any($1) order by made_at, id"#
    ),
    (
        "upload",
        "",
        r#"select jsonb_build_object('made_at', made_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from upload where person = any($1) order by made_at, id"#
    ),
    (
        "journal",
        "",
        r#"select jsonb_build_object('at', at, 'act', act)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from journal where subject = any($1) or actor = any($1) order by seq"#
    ),
    (
        "erasure",
        "",
        r#"select jsonb_build_object('number', number, 'ground', ground, 'asked_at', asked_at, 'due', due, 'state', state)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from erasure where asked_by = any($1) order by number"#
    ),
    (
        "challenge",
        "",
        r#"select jsonb_build_object('asked_at', c.asked_at, 'dialled_at', c.dialled_at, 'state', case when c.state = 'withheld' then 'started' else c.state end, 'tries', c.tries, 'spent_at', c.spent_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from challenge c join verification v on v.id = c.verification where v.person = any($1) order by c.asked_at, c.id"#
    ),
    (
        "code_try",
        "",
        r#"select jsonb_build_object('tried_at', t.tried_at, 'verdict', t.verdict)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from code_try t join challenge c on c.id = t.challenge join verification v on v.id = c.verification
           where v.person = any($1) order by t.tried_at, t.id"#
    ),
    (
        "verification_event",
        "",
        r#"select jsonb_build_object('happened_at', happened_at, 'what', case when what = 'withheld' then 'dialling' else what end)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from verification_event where person = any($1) order by id"#
    ),
    (
        "conversation",
        "state",
        r#"select jsonb_build_object('changed_at', changed_at)
                    as "row!: Json<serde_json::Value>", uuid_send(person) as "place!", state as sealed
           from conversation where person = any($1) order by changed_at"#
    ),
    (
        "timer",
        "",
        r#"select jsonb_build_object('due', due)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from timer where person = any($1) order by due, id"#
    ),
    (
        "outside_call",
        "args",
        r#"select jsonb_build_object('action', action)
                    as "row!: Json<serde_json::Value>", convert_to(run || ':' || seq, 'UTF8') as "place!", args as "sealed?"
           from outside_call where person = any($1) order by id"#
    ),
    (
        "signal",
        "brings",
        r#"select jsonb_build_object('name', name, 'raised_at', raised_at, 'until', until)
                    as "row!: Json<serde_json::Value>", uuid_send(id) as "place!", brings as "sealed?"
           from signal where person = any($1) order by raised_at, id"#
    ),
    (
        "delivery",
        "",
        r#"select jsonb_build_object('kind', kind, 'state', state, 'body', body, 'due', due, 'sent_at', sent_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from delivery where person = any($1) order by id"#
    ),
    (
        "consent",
        "",
        r#"select jsonb_build_object('season', season, 'purpose', purpose, 'act', act, 'method', method, 'at', at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from consent where person = any($1) order by seq"#
    ),
    (
        "pupil_need",
        "sealed",
        r#"select '{}'::jsonb
                    as "row!: Json<serde_json::Value>", uuid_send(person) as "place!", sealed as "sealed?"
           from pupil_need where person = any($1)"#
    ),
    (
        "group_member",
        "",
        r#"select jsonb_build_object('put_at', put_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from group_member where person = any($1) order by put_at, pupil_group"#
    ),
    (
        "archived",
        "",
        r#"select jsonb_build_object('archived_at', archived_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from archived where person = any($1)"#
    ),
    (
        "reminded",
        "",
        r#"select jsonb_build_object('day', day, 'at', at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from reminded where staff = any($1) order by at, place"#
    ),
    (
        "table_request",
        "",
        r#"select jsonb_build_object('state', state, 'made_at', made_at, 'decided_at', decided_at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from table_request where teacher = any($1) order by made_at, id"#
    ),
    (
        "proposal",
        "sealed",
        r#"select jsonb_build_object('made_at', p.made_at, 'decided_at', p.decided_at)
                    as "row!: Json<serde_json::Value>", uuid_send(p.id) as "place!",
                  case when p.asked_by = any($1) then null else p.sealed end as sealed
           from proposal p left join invitation i on i.id = p.invitation
           where p.asked_by = any($1) or i.used_by = any($1) order by p.made_at, p.id"#
    ),
    (
        "staff_season",
        "",
        r#"select jsonb_build_object('season', season, 'taking_part', taking_part, 'at', at)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from staff_season where person = any($1) order by season"#
    ),
    (
        "document",
        "",
        r#"select jsonb_build_object('season', season, 'at', at, 'signed_on', signed_on, 'kind', kind, 'size', size)
                    as "row!: Json<serde_json::Value>", ''::bytea as "place!", null::bytea as sealed
           from document where person = any($1) order by at, id"#
    ),
];
