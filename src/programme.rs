//! What the flow's actions do: one `match`, a missing arm fails the build.
//!
//! Reads and writes run inside the turn's transaction ([`act`]); what needs the network, or a commit before it is judged,
//! runs after it ([`act_outside`]), keyed by the call, so that a rerun neither dials nor counts again.

use crate::{
    acting::{Acted, Acting, Error, flag, text},
    broadcast,
    consents::{dialogue as consents, is_blocked},
    erasure, events, feedback,
    flow::{Action, Reply},
    import::desk,
    message::Args,
    people::{self, erase, own, parents, roles},
    pupils, season, support, territory,
    verification::{CallKey, Outside, confirm, manual, standing, start},
};

/// Carries out a read or write action in the turn's transaction.
///
/// # Errors
/// When the database fails, a sealed value does not open, or the flow called wrongly.
pub async fn act(action: Action, args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    if let Some(reply) = refusal(action)
        && is_blocked(acting.db, acting.person).await?
    {
        return Ok(reply.into());
    }
    match action {
        Action::PeopleWho => {
            let who = people::who(acting).await?;
            consents::who(who, acting).await
        }
        Action::PeopleRedeem => people::redeem::redeem(text(args, "code")?, acting).await,
        Action::PeopleProfiles => people::profiles(acting).await,
        Action::PeopleSwitch => people::switch(text(args, "profile")?, acting).await,
        Action::PeopleLinkCode => people::codes::link(acting).await,
        Action::PeoplePlain => people::plain(flag(args, "on")?, acting).await,
        Action::PeopleLanguage => people::language(text(args, "lang")?, acting).await,
        Action::ParentsCode => parents::code(acting).await,
        Action::ParentsLink => parents::link(args, acting).await,
        Action::ParentsChildren => parents::children(acting).await,
        Action::ParentsUnlink => parents::unlink(args, acting).await,
        Action::ConsentStatus => consents::status(acting).await,
        Action::ConsentNext => consents::next(acting).await,
        Action::ConsentLook => consents::look(args, acting).await,
        Action::ConsentAnswer => consents::answer(args, acting).await,
        Action::ConsentWithdraw => consents::withdraw(args, acting).await,
        Action::ConsentChild => consents::child(args, acting).await,
        Action::ConsentHeld => consents::held(args, acting).await,
        Action::ConsentPage => consents::page(args, acting).await,
        Action::ConsentAskParent => consents::ask_parent(acting).await,
        Action::OwnPrivacy => Ok(own::privacy(acting)),
        Action::OwnWho => own::who(acting).await,
        Action::OwnPage => own::page(args, acting).await,
        Action::ErasuresPage => erasure::page(acting).await,
        Action::OwnErase => erase::erase(args, acting).await,
        Action::RequestsQueue => support::queue(acting).await,
        Action::RequestsTake => support::take(args, acting).await,
        Action::RequestsReveal => support::reveal(args, acting).await,
        Action::RequestsDecide => support::decide(args, acting).await,
        Action::ImportPage => desk::page(acting).await,
        Action::PupilsClasses => pupils::chat::classes(args, acting).await,
        Action::PupilsNumbers => pupils::chat::numbers(args, acting).await,
        Action::PupilsPage => pupils::chat::page(args, acting).await,
        Action::PupilsNames => pupils::chat::names(args, acting).await,
        Action::PupilsReach => pupils::chat::reach(args, acting).await,
        Action::PupilsRemind => pupils::chat::remind(args, acting).await,
        Action::TeacherTasks => pupils::tasks::tasks(acting).await,
        Action::TeacherClass => pupils::tasks::class(args, acting).await,
        Action::RolesPlaces => roles::offer::places(args, acting).await,
        Action::RolesOffers => roles::offer::offers(args, acting).await,
        Action::RolesInvite => roles::invite::invite(args, acting).await,
        Action::RolesPeople => roles::manage::people(args, acting).await,
        Action::RolesAwaited => roles::awaited::awaited(args, acting).await,
        Action::RolesAwaitedPage => roles::awaited::page(args, acting).await,
        Action::RolesLetter => roles::awaited::letter(args, acting).await,
        Action::ProposalsSchools => roles::proposals::schools(acting).await,
        Action::ProposalsLink => roles::proposals::link(args, acting).await,
        Action::ProposalsPage => roles::proposals::page(args, acting).await,
        Action::SeasonStaff => season::staff::standing(acting).await,
        Action::SeasonStaffAnswer => season::staff::answer(args, acting).await,
        Action::RolesShow => roles::invite::show(args, acting).await,
        Action::RolesAccept => roles::invite::accept(args, acting).await,
        Action::EventsList => events::list(args, acting).await,
        Action::EventsShow => events::show(args, acting).await,
        Action::EventsSignUp => events::sign_up(args, acting).await,
        Action::EventsLeave => events::leave(args, acting).await,
        Action::FeedbackOpen => feedback::open(args, acting).await,
        Action::FeedbackSave => feedback::save(args, acting).await,
        Action::BroadcastReach => broadcast::reach(acting).await,
        Action::BroadcastPreview => broadcast::preview(args, acting).await,
        Action::BroadcastDraft => broadcast::draft(args, acting).await,
        Action::BroadcastPlan => broadcast::plan(args, acting).await,
        Action::BroadcastSend => broadcast::send(args, acting).await,
        Action::BroadcastStanding => broadcast::standing(acting).await,
        Action::BroadcastPlaces => broadcast::chats::places(args, acting).await,
        Action::BroadcastChatCode => broadcast::chats::chat_code(args, acting).await,
        Action::BroadcastChats => broadcast::chats::list(args, acting).await,
        Action::BroadcastChat => broadcast::chats::show(args, acting).await,
        Action::BroadcastDisconnect => broadcast::chats::disconnect(args, acting).await,
        Action::BroadcastPause => broadcast::sending::pause(args, acting).await,
        Action::BroadcastResume => broadcast::sending::resume(args, acting).await,
        Action::BroadcastCancel => broadcast::sending::cancel(args, acting).await,
        Action::BroadcastShow => broadcast::sending::show(args, acting).await,
        Action::BroadcastAgain => broadcast::sending::again(args, acting).await,
        Action::BroadcastRecall => broadcast::sending::recall(args, acting).await,
        Action::BroadcastLedger => broadcast::sending::ledger(args, acting).await,
        Action::SeasonTrack => season::show(acting).await,
        Action::TerritoryContacts => territory::contacts(acting).await,
        Action::VerificationStatus => standing::status(acting).await,
        Action::VerificationCheckPhone => standing::check_phone(text(args, "phone")?, acting).await,
        Action::VerificationManual => manual::request(text(args, "phone")?, text(args, "reason")?, acting).await,
        Action::VerificationStart | Action::VerificationConfirm => Err(Error::Kind(action)),
        // `flows check` lets nothing live call them.
        Action::ConsentTemplate
        | Action::ApprovalsAsk
        | Action::ApprovalsRemind
        | Action::ApprovalsDrop
        | Action::ApprovalsShow
        | Action::ApprovalsAnswer
        | Action::SeatsShow
        | Action::SeatsTake
        | Action::SeatsPass
        | Action::SupportAsk
        | Action::SupportUpload
        | Action::SupportMore
        | Action::SupportRate
        | Action::TopicsList
        | Action::TopicsToggle => Err(Error::ToCome(action)),
    }
}

/// What an action answers to somebody who has taken the consent to processing back: as if it were not theirs. `None`: it leads
/// back to the programme, or out of it, and is done all the same.
fn refusal(action: Action) -> Option<Reply> {
    let name = action.signature().name;
    let leads = ["people.", "parents.", "own.", "consent.", "territory."].iter().any(|room| name.starts_with(room));
    let known =
        |wanted: &str| action.signature().outcomes.iter().any(|known| known.name == wanted && known.gives.is_empty());
    let refuses = ["stranger", "unknown", "none", "limited", "refused"].into_iter().find(|outcome| known(outcome));
    if leads { None } else { refuses.map(Reply::plain) }
}

/// Carries out an action of [`crate::flow::action::Kind::Outside`], once per key.
///
/// # Errors
/// When the database fails, a sealed value does not open, or the flow called wrongly.
pub async fn act_outside(action: Action, args: &Args, outside: &Outside, key: CallKey<'_>) -> Result<Reply, Error> {
    if let Some(reply) = refusal(action)
        && is_blocked(&mut *outside.pool.acquire().await?, key.person).await?
    {
        return Ok(reply);
    }
    match action {
        Action::VerificationStart => {
            let asked = (text(args, "phone")?, text(args, "relation")?);
            start::start(asked, outside, key).await
        }
        Action::VerificationConfirm => {
            let typed = (text(args, "attempt")?, text(args, "code")?);
            confirm::confirm(typed, outside, key).await
        }
        _ => Err(Error::Kind(action)),
    }
}
