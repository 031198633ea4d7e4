//! What the flow's actions do: one `match`, a missing arm fails the build.
//!
//! Reads and writes run inside the turn's transaction ([`act`]); what needs the network, or a commit before it is judged,
//! runs after it ([`act_outside`]), keyed by the call, so that a rerun neither dials nor counts again.

use crate::{
    acting::{Acted, Acting, Error, flag, text},
    broadcast, events, feedback,
    flow::{Action, Reply},
    import::desk,
    message::Args,
    people::{self, own, parents, roles},
    pupils, season, support, territory,
    verification::{CallKey, Outside, confirm, manual, standing, start},
};

/// Carries out a read or write action in the turn's transaction.
///
/// # Errors
/// When the database fails, a sealed value does not open, or the flow called wrongly.
pub async fn act(action: Action, args: &Args, acting: &mut Acting<'_>) -> Result<Acted, Error> {
    match action {
        Action::PeopleWho => people::who(acting).await,
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
        Action::OwnWho => own::who(acting).await,
        Action::OwnPage => own::page(args, acting).await,
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
        Action::ConsentStatus
        | Action::ConsentConfirm
        | Action::ConsentTemplate
        | Action::ConsentPage
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

/// Carries out an action of [`crate::flow::action::Kind::Outside`], once per key.
///
/// # Errors
/// When the database fails, a sealed value does not open, or the flow called wrongly.
pub async fn act_outside(action: Action, args: &Args, outside: &Outside, key: CallKey<'_>) -> Result<Reply, Error> {
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
