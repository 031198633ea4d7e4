# Messages that come by themselves. Each names whom it is about.

# The number was changed: to both messengers.
notice-number_changed = { $name }: the phone number was changed, it is { $phone } now. If it wasn't you, write “help”.
# Signed in from another messenger or chat.
notice-signed_in = { $name }: signed in from one more chat. If it wasn't you, tell your teacher.
# Support checked the number by hand.
notice-verified_by_hand = { $name }: support checked the number, it is confirmed ✅
notice-declined_by_hand = { $name }: support could not check the number. Try another one: write “menu”.
# The phone is not confirmed yet: days 1, 3, 5, 6.
notice-verify = { $name }, all that's left is to confirm a phone: it takes a minute. It may be a close adult's. { $days ->
    [one] { $days } day left.
   *[other] { $days } days left.
 } Write “menu”.
# Day 7.
notice-verify_late = { $name }, the week is over, and some things are closed for now. Nothing is lost: write “menu”, confirm a phone, and everything opens.
