//! What a turn and a message need to know about the people they concern.

use sqlx::PgConnection;

use crate::ids::PersonId;

/// One person, as a turn or a message needs them.
#[derive(Clone, Debug)]
pub struct Face {
    /// Who.
    pub person: PersonId,
    /// Stands for an account that nobody has signed in with.
    pub provisional: bool,
    /// The language that this person chose.
    pub lang: Option<String>,
    /// «вы» instead of «ты».
    pub adult: bool,
    /// Plain words.
    pub plain: bool,
    /// Sealed; place: `person`, `profile`, the person's id.
    pub profile: Option<Vec<u8>>,
    /// IANA zone of the school's municipality, or of what lies above it; a parent's is the child's.
    pub zone: Option<String>,
}

/// The people of these ids, with the zone of the school that they belong to.
pub async fn load(db: &mut PgConnection, people: &[PersonId]) -> sqlx::Result<Vec<Face>> {
    sqlx::query_as!(
        Face,
        r#"with recursive seat as (
             select distinct on (near.person) near.person, coalesce(s.territory, r.territory) as territory
             from (select person, person as who, 0 as far from unnest($1::uuid[]) person
                   union all select parent, child, 1 from guardian where parent = any($1) and unlinked_at is null) near
             join role r on r.person = near.who
             left join class c on c.id = r.class left join school s on s.id = coalesce(r.school, c.school)
             where r.revoked_at is null and coalesce(s.territory, r.territory) is not null
             order by near.person, near.far, (s.id is null), r.granted_at desc
           ), above as (
             select seat.person, t.zone, t.parent from seat join territory t on t.id = seat.territory
             union all
             select above.person, t.zone, t.parent from above join territory t on t.id = above.parent
             where above.zone is null
           )
           select p.id as "person: PersonId", p.kind = 'provisional' as "provisional!", p.lang, p.adult, p.plain, p.profile,
                  above.zone as "zone?"
           from person p left join above on above.person = p.id and above.zone is not null
           where p.id = any($1)"#,
        &people.iter().map(|p| p.0).collect::<Vec<_>>(),
    )
    .fetch_all(db)
    .await
}
