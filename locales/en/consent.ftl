consent-uploaded = There is consent for the season { $season }: the teacher has uploaded the paper ✅ Nothing is needed from you.
    .plain = There is consent for { $season } ✅ The teacher has uploaded the paper.
consent-by_parent = There is consent for the season { $season }: a parent has confirmed ✅ Nothing is needed from you.
    .plain = There is consent for { $season } ✅ A parent has confirmed it.
consent-by_pupil = There is consent for the season { $season }: you have confirmed ✅ You can take it back on any day: write “help”.
    .plain = You have consented for { $season } ✅ Want to take it back? Write “help”.
consent-nothing = Nobody waits for consent just now. I'll remind you when it is needed.
    .plain = No consent is needed now. I will remind you.
consent-stranger = A pupil who has signed in with the code from the card gives consent, or a parent whom the pupil has linked.
    .plain = First sign in. You need a code.
consent-ask = To take part in the season { $season } we need your consent to use your data: you are 14, so you decide.

    In short: we keep your name, class and what you do in the programme; all of it in Russia; you can take it back on any day. In full: { $page }

    Without consent the profile is deleted: { $until }. What do you say?
    .plain =
        The new year of the programme: { $season }. May we keep your data? You are 14. You decide.

        We keep your name, your class and what you do in the programme. All of it is kept in Russia. You can change your mind on any day. The whole text: { $page }

        No consent? We delete the profile: { $until }.
    .o-give = I consent
    .o-later = I'll decide later
    .o-refuse = I don't consent
    .remind-1 = Your decision about consent is still open. Do you give it?
    .remind-1-plain = There is no consent yet. What do you say?
    .remind-2 = About your consent: without it the profile is deleted on { $until }. Will you decide now?
    .remind-2-plain = There is no consent yet. We delete the profile: { $until }. What do you say?
consent-given = Thank you! Your consent for the season { $season } is taken down ✅ You can take it back on any day.
    .plain = Your consent for { $season } is taken down ✅ You can change your mind on any day.
consent-changed = The text has just been renewed. Here is the new one, please look again.
    .plain = The text is a new one now. Look again.
consent-turned = Thanks for your answer. But a parent gives consent for you: on paper or on our page.
    .plain = A parent gives consent for you.
consent-refused = All right, that is your right: whether to take part is for you to decide. The profile is deleted on { $until }. You can change your mind until then.
    .plain = All right. That is your right. We delete the profile: { $until }. You can change your mind.
consent-silent = There is no answer, I'll ask another time. Consent is awaited until { $until }.
    .plain = There is no answer. I will ask later. The last day: { $until }.
consent-later = All right, we'll come back to it later. Consent is awaited until { $until }.
    .plain = All right. We do it later. The last day: { $until }.
consent-paper = To take part in the season { $season } you need a parent's consent. There are two ways: { $parent ->
    [yes] the parent who is linked confirms on our page
   *[no] a parent confirms on our page, and has to be linked for that
 }, or signs the paper, and the teacher uploads it. The last day: { $until }.
    .plain =
        The new year of the programme: { $season }. A parent's consent is needed. The last day: { $until }.

        { $parent ->
            [yes] Your parent is in the programme already.
           *[no] Your parent is not in the programme yet.
         } One way: a parent confirms on a page. Another way: a parent signs a paper. Give the paper to your teacher.
    .o-print = Paper
    .o-parent = A parent on the page
    .o-later = Later
    .remind-1 = A parent's consent hasn't come yet. Which way suits you?
    .remind-1-plain = There is no consent yet. Which way is better?
    .remind-2 = About the parent's consent: without it the profile is deleted on { $until }.
    .remind-2-plain = There is no consent yet. We delete the profile: { $until }.
consent-print = Here is the paper, filled in for you: { $page }
    The link works for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     }. Print it, have it signed by a parent and give it to your teacher. No printer? The teacher can print it too.
    .plain =
        Here is the paper: { $page }
        The link does not live long. Minutes: { $minutes }.
        Print the paper. A parent signs it. Give it to your teacher.
consent-limited = The paper can't be opened so often. Next time: { $until }. The teacher can print it too.
    .plain = Not now. Next time: { $until }. Or ask your teacher.
consent-asked = The parent will get a message with a link. Mention it when you meet: confirming takes two minutes.
    .plain = The parent will get a message. Tell your parent.
consent-child = These children wait for your consent for the season. The last day: { $until }. Whom shall we begin with?
    .plain = Your consent is needed. The last day: { $until }. Press a name.
    .o-later = Later
    .invalid = Please press a child's name.
consent-read = { $name }: please read the text and confirm on the page { $page }
    It is for you only and works for { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
     }. Consent to photos and video is a separate one: refusing it closes nothing.
    .plain =
        { $name }: read and confirm here: { $page }
        The link does not live long. Minutes: { $minutes }.
        Photos and video are separate. You may refuse them.
consent-thanks = Thank you! Consent is taken down ✅ You can take it back on any day.
    .plain = Thank you! Consent is taken down ✅
consent-unread = Consent is not confirmed yet. You can get a new link at any time.
    .plain = There is no consent yet. You can get a new link.
consent-done = { $name }: there is consent already ✅
consent-gone = This child is not among those who wait for consent.
    .plain = This child is not on the list.
