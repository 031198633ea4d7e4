# Roles as they are called. The same word stands in the invitation, on the page and on the button.
staff-role = { $role ->
    [operator] regional operator
    [coordinator] municipal coordinator
    [school_admin] school administrator
    [teacher] navigator-teacher
    [host] venue host
    [partner] employer partner
    [mentor] mentor
    [support] first-line support
    [parent] parent
   *[pupil] pupil
 }
staff-stranger = Operators, coordinators and school administrators invite people to roles.
staff-which = There are many places. Send a part of the name: of a school, a municipality or a region.
    .invalid = A part of the name is needed, up to 100 characters.
    .b-back = Back
staff-nowhere = There is no such place among yours. Check the name.
staff-where = For which place?
    .o-search = Find by name
    .o-back = Back
staff-gone = This place is not yours to see any more. If that is a mistake, ask whoever gave you the role.
staff-what = *{ $name }*

    Invite somebody new, or see who is here already? Roles and invitations are taken back where the list is.
    .o-invite = Invite
    .o-teachers = Teachers of a table
    .o-head = Link for the head
    .o-proposals = Heads' proposals
    .o-people = Who is here
    .o-back = Back
staff-whose = Which role?
    .o-back = Back
staff-note = Whom is the invitation for? Write it so that you know it again in the list: “deputy head of school 12”. The person will not see it.
    .invalid = Up to 100 characters are needed.
    .b-skip = No note
    .b-back = Back
staff-invited = *Invitation: { $role }, { $place }*

    { $link }

    Forward this to one person: link or code work once, for { $days ->
        [one] { $days } day
       *[other] { $days } days
    }.
staff-limited = Too many invitations within an hour. The next one can be made: { $until }.
staff-page = The list with names opens on a page, once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
staff-paused = Too many pages were opened within an hour. The next one can be opened: { $until }.
staff-no_pages = Pages are not set up yet. Tell whoever runs the programme in your region.
staff-all_here = *{ $name }*

    All teachers of the imported tables have signed in, or there are none here.
staff-how = *{ $name }*

    Teachers of a table who have not signed in: { $teachers }. With an invitation that works: { $invited }.

    Each has an invitation of their own, which leads straight to their classes. Send them here as separate messages to forward, or open a page with names, texts and sheets to print?
    .o-letters = Send here
    .o-page = Page
    .o-back = Back
staff-awaited_page = The invitations with names open on a page, once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
staff-named = *{ $name }, { $school }, { $classes }*

    You are invited to “Ticket to the Future”. Role: navigator-teacher; your classes are in the programme already. Follow the link that suits you, or send the bot the code:

    { $link }

    The invitation is for you alone: do not pass it on. It works once, until { $until }.
    .o-more = Next one
    .o-enough = Enough
staff-unnamed = *{ $school }, { $classes }*

    You are invited to “Ticket to the Future”. Role: navigator-teacher; your classes are in the programme already. Follow the link that suits you, or send the bot the code:

    { $link }

    The invitation is for you alone: do not pass it on. It works once, until { $until }.
    .o-more = Next one
    .o-enough = Enough
staff-sent = That is all. Forward each message to its teacher. Which is whose, with names, stands on the page: “Teachers of a table”, “Page”.
staff-form = Forward this link to the head of the school: { $school }. On the page the head writes who is to be administrator (the head or a deputy): name, position, e-mail and phone.

    { $page }

    The link opens once, within { $days ->
        [one] { $days } day
       *[other] { $days } days
    }. I will tell you of the proposal.
staff-no_school = A link for the head is for one school. Press “Back” and choose a school.
staff-paused_form = Too many pages were opened within an hour. The next one can be opened: { $until }.
staff-proposals_page = Proposals that wait: { $waiting }. They are seen, granted or refused on a page. It opens once, within { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 }:

    { $page }
