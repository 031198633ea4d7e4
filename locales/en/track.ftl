track-show = *Your track { $season }*

    { $stages }
track-none = It's holiday time: the new season hasn't begun yet. When it does, your track will be here.
    .plain = It is holiday time. The new season has not begun.
track-stranger = Pupils who have signed in with the code from their card have a track.
    .plain = First sign in. You need the code from your card.
# Lines of the track: $name is the stage's name, $do is what closes it.
track-consent = ❗ { $whose ->
    [pupil] Your consent for the season is needed: write “consent”
   *[parent] A parent's consent for the season is needed: write “consent”, I'll tell how
 }
track-done = ✅ { $name }
track-open = 👉 *{ $name }*: { $do }. { $days ->
    [0] Today is the last day
    [one] Until { $by }, { $days } day left
   *[other] Until { $by }, { $days } days left
 }
track-late = ⏳ { $name }: { $do }. It was due on { $by }, but you can still make up for it
track-ahead = ▫️ { $name }, until { $by }
