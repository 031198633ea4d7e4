# $purpose: processing, messages, photo, passing.
consent-covered = There is consent for the season { $season }: { $state ->
    [uploaded] the teacher has uploaded the paper
   *[other] a parent has confirmed
 } ✅ Nothing is needed from you. A parent may take it back.
    .plain = There is consent for { $season } ✅ { $state ->
        [uploaded] The teacher has uploaded the paper.
       *[other] A parent gave it.
     }
consent-nothing = Nobody waits for consent just now. I'll remind you when it is needed.
    .plain = No consent is needed now. I will remind you.
consent-stranger = A pupil who has signed in with the code from the card gives consent, or a parent whom the pupil has linked.
    .plain = First sign in. You need a code.
consent-text = *{ $title }*

    { $body }
consent-ask = { $purpose ->
    [messages] May I write first: remind of dates and events?
    [photo] May photos and videos be taken at events and shown? Refusing closes nothing.
    [passing] May your name and class be passed to those for whose events you sign up?
   *[processing] This is the main consent: nobody takes part without it. { $late ->
        [yes] The date is over, the profile may be deleted.
       *[no] Profiles without it are deleted from this day on: { $until }.
     }
 } What do you say?
    .plain = { $purpose ->
        [messages] May I write first?
        [photo] May we take photos and videos? You can say no. Nothing is closed.
        [passing] May we tell your name to those whose events you visit?
       *[processing] May we keep your data? Nobody takes part without it. { $late ->
            [yes] The date is over.
           *[no] We delete the profile: { $until }.
         }
     } What do you say?
    .o-give = I consent
    .o-refuse = I don't consent
    .o-page = Read it on a page
    .o-later = I'll decide later
    .remind-1 = Your decision about consent is still open. Do you give it?
    .remind-1-plain = There is no consent yet. What do you say?
    .remind-2 = About your consent: will you decide now?
    .remind-2-plain = There is no consent yet. Will you decide now?
consent-thanks = Thank you, all of it is taken down ✅ You can change your mind on any day: write “consent”.
    .plain = Taken down ✅ You can change your mind. Write “consent” then.
consent-changed = The text has just been renewed. Here is the new one: please look again.
    .plain = The text is a new one now. Here it is.
consent-turned = A parent gives consent for you now: on paper or on our page. Write “consent”, I'll tell how.
    .plain = A parent gives consent for you. Write “consent”.
consent-refused = { $you ->
    [vy] All right, that is your right. You can change your mind: write “consent”.
   *[ty] All right, that is your right: whether to take part is for you to decide. Without consent the profile is deleted. You can change your mind: write “consent”.
 }
    .plain = { $you ->
        [vy] All right. That is your right. Changed your mind? Write “consent”.
       *[ty] All right. That is your right. The profile is deleted. You can change your mind: write “consent”.
     }
consent-silent = There is no answer, I'll ask another time. You can give consent on any day: write “consent”.
    .plain = There is no answer. I will ask later.
consent-later = All right, we'll come back to it later. When you have decided, write “consent”.
    .plain = All right. We do it later. Write “consent”.
consent-open = All of it on one page: { $page }
    It is for you only, opens once and waits for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     }.
    .plain =
        Here is the page: { $page }
        The link does not live long. Minutes: { $minutes }.
consent-noted = The answer is taken down ✅ You can look at it and take it back on any day: write “consent”.
    .plain = The answer is taken down ✅ You can change your mind. Write “consent” then.
consent-limited = Too many pages were opened within the hour. The next one can be opened: { $until }.
    .plain = Not now. The next time: { $until }.
consent-nowhere = { $you ->
    [vy] Pages are not set up yet. Write “help”: I'll tell whom to ask. You may also sign a paper at the teacher's.
   *[ty] Pages are not set up yet. You can answer here in the chat: write “consent”.
 }
    .plain = { $you ->
        [vy] There is no page yet. The teacher has a paper.
       *[ty] There is no page yet. Write “consent”.
     }

consent-mine = *Consents for the season { $season }*

    { $lines }

    One press takes back or gives.
    .plain = Consents for { $season }:

        { $lines }

        Want to change one? Press it.
    .o-back = Leave it as it is
# A line about a consent. $act: given, refused, withdrawn; $method: by whom and how.
consent-line = { $act ->
    [given] ✅
   *[other] ▫️
 } { $purpose ->
    [messages] messages
    [photo] photo and video
    [passing] passing to venues
   *[processing] processing of data
 }: { $act ->
    [given] given
    [withdrawn] taken back
   *[refused] not given
 }, { $method ->
    [paper] on paper
    [parent] by a parent
   *[other] in person
 }, { $at }
consent-option = { $given ->
    [yes] Take back
   *[no] Give
 }: { $purpose ->
    [messages] messages
    [photo] photo and video
    [passing] passing to venues
   *[processing] processing of data
 }
consent-sure = Take it back? This follows. { $purpose ->
    [messages] I never write first any more: no reminders, no broadcasts. What you write I answer.
    [photo] Nobody takes a picture of you alone, and what is shown already is removed when you ask. Nothing else changes.
    [passing] Your name is not passed to venues any more. The rest stays.
   *[processing] Everything stops at once: events, track, reminders. Signing in, consent and “my data” remain. What you have passed is not lost until the profile is deleted; you can give the consent again.
 }
    .plain = Take it back? { $purpose ->
        [messages] I do not write first any more. I do answer.
        [photo] Nobody takes a picture of you alone. Nothing else changes.
        [passing] Your name is not told to venues.
       *[processing] Then everything stops: events, track, reminders. You can give it again.
     }
    .o-withdraw = Take back
    .o-keep = Keep
consent-withdrawn = { $purpose ->
    [messages] Taken back ✅ I don't write first any more.
    [photo] Taken back ✅ Nobody takes a picture of you alone or shows one any more.
    [passing] Taken back ✅ Your name is not passed to venues any more.
   *[processing] Taken back ✅ Everything has stopped. To look at what is kept: “my data”.
 } You can change your mind: write “consent”.
    .plain = Taken back ✅ { $purpose ->
        [messages] I do not write first.
        [photo] Nobody takes a picture of you alone.
        [passing] We do not tell your name.
       *[processing] Everything has stopped.
     } You can change your mind: write “consent”.
consent-kept = All right, everything stays as it is ✅

consent-paper = To take part in the season { $season } you need a parent's consent. There are two ways: { $parent ->
    [yes] the parent who is linked confirms on our page
   *[no] a parent confirms on our page, and has to be linked for that
 }, or signs a paper: the teacher has the form and uploads it. { $late ->
    [yes] The date was { $until }, but it can still be done.
   *[no] Profiles without consent are deleted from this day on: { $until }.
 }
    .plain =
        The new year of the programme: { $season }. A parent's consent is needed. { $late ->
            [yes] The date was { $until }.
           *[no] We delete the profile: { $until }.
         }

        { $parent ->
            [yes] Your parent is in the programme already.
           *[no] Your parent is not in the programme yet.
         } One way: a parent confirms on a page. Another way: the teacher gives you a paper and a parent signs it.
    .o-parent = A parent on the page
    .o-later = Later
    .remind-1 = A parent's consent hasn't come yet. Which way suits you?
    .remind-1-plain = There is no consent yet. Which way is better?
    .remind-2 = About the parent's consent: it is still missing.
    .remind-2-plain = There is no consent yet.
consent-asked = Your parent will get a message. Remind them when you meet: confirming takes a few minutes.
    .plain = Your parent gets a message. Tell them about it.

consent-child = *Consents of the children*

    { $lines }

    Choose a child: to confirm, to look or to take back.
    .plain = { $lines }

        Press a name.
    .o-back = Back
    .invalid = Press the name of a child.
# A line about a child. $state: own – decides in person; else how the consent stands.
consent-child_line = { $state ->
    [own] ▫️ { $name }: is 14, the child decides in person
    [uploaded] ✅ { $name }: given, on paper
    [by_parent] ✅ { $name }: given, on the page
   *[other] ❗ { $name }: your consent for the season { $season } is needed
 }
consent-theirs = { $name }: is 14 and decides about the data in person, by writing “consent” to the bot.
    .plain = { $name }: is 14. The child gives consent.
consent-barred = { $name }: another parent has taken the consent back, and that holds. The same parent may give it again, or you sign a paper at the teacher's.
    .plain = { $name }: another parent has taken it back. That parent may give it. Or sign a paper.
consent-gone = That is not there just now. Write “consent” to look again.
    .plain = That is not there now. Write “consent”.
consent-read = { $name }: please read the texts and answer on the page { $page }
    It is for you only, opens once and waits for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     }. Each purpose is a consent of its own; you may refuse photo and video, that closes nothing.
    .plain =
        { $name }: read and answer here: { $page }
        The link does not live long. Minutes: { $minutes }.
        Photo and video are a question of their own. You can say no.
consent-unread = There is no answer on the page yet. You can get a new link at any time: write “consent”.
    .plain = There is no answer yet. Write “consent”.
consent-held = *{ $name }: consents for the season*

    { $lines }

    One press takes back. The rest is changed on the page.
    .plain = { $name }:

        { $lines }

        Want to change one? Press it.
    .o-page = Open the page
    .o-back = Leave it as it is
consent-child_sure = { $name }: take it back? This follows. { $purpose ->
    [messages] The bot never writes first to the child any more: no reminders, no broadcasts. What the child writes it answers.
    [photo] Nobody takes a picture of the child alone, and what is shown already is removed when you ask. Nothing else changes.
    [passing] The child's name is not passed to venues any more. The rest stays.
   *[processing] Everything stops for the child at once: events, track, reminders. What was passed is not lost until the profile is deleted. You can give the consent again, or either parent on paper.
 }
    .plain = { $name }: take it back? { $purpose ->
        [messages] The bot does not write first.
        [photo] Nobody takes a picture of the child alone.
        [passing] The name is not told to venues.
       *[processing] Then everything stops for the child. You can give it again.
     }
    .o-withdraw = Take back
    .o-keep = Keep
consent-child_withdrawn = { $name }: taken back ✅ You can change your mind: write “consent”.
