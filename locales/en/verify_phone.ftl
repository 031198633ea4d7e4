verify_phone-stranger = Please sign in first: send the code from the card.
verify_phone-standing = Your confirmed number: { $phone }. Change it? This one works until the new one is confirmed. It can't be changed often.
    .o-keep = Keep it
    .o-change = Change the number
verify_phone-open = One step left: confirm a phone. You have { $days ->
    [one] { $days } more day
   *[other] { $days } more days
 } for that. { $you ->
    [vy] A robot will call your number: it's free, and you don't have to pick up.
   *[ty] It may be your phone or a close adult's: mum's, dad's, a grandparent's, an aunt's or uncle's. A robot will call it: it's free, and you don't have to pick up.
 }
verify_phone-late = The time is over, but nothing is lost, and you can still confirm a phone now. { $you ->
    [vy] A robot will call: it's free, and you don't have to pick up.
   *[ty] It may be your phone or a close adult's: mum's, dad's, a grandparent's, an aunt's or uncle's. A robot will call: it's free, and you don't have to pick up.
 }

verify_phone-number = { $you ->
    [vy] Write a mobile number, for example 912 345-67-89.
   *[ty] Write a mobile number, yours or a close adult's, for example 912 345-67-89.
 }
    .b-later = Later
    .invalid = This doesn't look like a phone number. I need 10 digits after +7, for example 912 345-67-89.
verify_phone-not_a_phone = This doesn't look like a phone number: I need 10 digits after +7, no more and no less.
verify_phone-landline = This is a landline, and the robot calls mobiles only. { $you ->
    [vy] Write a mobile number.
   *[ty] Write a mobile number, a close adult's is fine.
 } If there is none, send a request: a person will check.
    .b-manual = Send a request
    .b-later = Later
verify_phone-abroad = This is another country's number, the robot can't call there. Write a Russian mobile: it begins with +7 9. { $you ->
    [vy] If there is none, send a request: a person will check.
   *[ty] A close adult's is fine. If there is none, send a request: a person will check.
 }
    .b-manual = Send a request
    .b-later = Later
verify_phone-by_hand = The number is fine, but the robot can't reach it yet. Send a request: a person will check it. Or write another number.
    .b-manual = Send a request
    .b-later = Later
verify_phone-late_hour = The robot calls from { $from } to { $to } so as not to disturb anybody. If this is your phone and you have it in your hands, I can call now. You may also write another number.
    .b-mine = It's my phone, call
    .b-later = Later
verify_phone-relation = Whose phone is it?
    .o-self = Mine
    .o-mother = Mum's
    .o-father = Dad's
    .o-grandparent = A grandparent's
    .o-aunt_uncle = An aunt's or uncle's
    .o-guardian = A guardian's
    .o-other = Another adult's

verify_phone-ringing = One moment, I'm checking the number…
verify_phone-start =
    .busy = Waiting for the robot's answer, a few more seconds.
verify_phone-calling = A robot will call { $phone } now. Don't pick up: just look which number is calling.
verify_phone-code = Send the *last 4 digits* of the number that the robot calls from.
    .b-resend = Call again
    .b-no_call = No call
    .b-change = Another number
    .invalid = I need exactly 4 digits: the last ones of the number that the robot called from. You'll find it in the call list.
    .stuck = Open the call list on the phone: the newest missed call is the robot's. The last 4 digits of that number are the code. No call? Press “No call”.
    .remind-1 = Did it ring? Then send the last 4 digits of the number. If not, press “No call”.
verify_phone-check =
    .busy = Checking the digits, one second.
verify_phone-no_call = It happens: networks sometimes stop robots' calls. Check that the phone is on, has signal and lets unknown numbers through. The robot can call again. Or send a request: a person will check the number. And if the call has come, send its last 4 digits.
    .b-resend = Call again
    .b-manual = Send a request
    .b-change = Another number
verify_phone-wait = You can ask for the next call in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
 }. If a call has already come, its digits still work.
verify_phone-wait_first = There has to be a pause between calls: { $seconds ->
    [one] { $seconds } more second
   *[other] { $seconds } more seconds
 }. Then press “Call”.
    .b-again = Call
    .b-later = Later
verify_phone-no_more = Next call: { $until }. If a call has come, send its digits. If not, press “No call”: there is another way.
verify_phone-limited = I can't call now: there has to be a break. The next call: { $until }. If you don't want to wait, send a request: a person will check the number.
    .b-manual = Send a request
    .b-later = I'll wait
verify_phone-refused = I won't be able to call this number. Write another one or send a request: a person will check.
    .b-manual = Send a request
    .b-later = Later
verify_phone-unavailable = The robot can't call right now. It's not your fault, and no try is lost. Try again in a few minutes.
    .o-again = Try again
    .o-manual = Send a request
    .o-later = Later
verify_phone-too_long = The digits of this call won't work any more: they live a few minutes only. Start again when it suits you.

verify_phone-wrong = These digits don't match. { $left ->
    [one] { $left } try left
   *[other] { $left } tries left
 }.
verify_phone-exhausted = No tries left for this call. Ask for a new one: the digits will be different.
    .o-resend = Call again
    .o-change = Another number
    .o-later = Later
verify_phone-expired = These digits don't work any more: they live a few minutes only. Shall I call again?
    .o-resend = Call again
    .o-change = Another number
    .o-later = Later
verify_phone-full = The digits are right, but this number already has as many pupils as it may have. Write another number or send a request: a person will look at it.
    .b-manual = Send a request
    .b-later = Later
verify_phone-bound = Number confirmed ✅ { $phone }
    Once is enough, for all the years to come.
verify_phone-replaced = Number confirmed ✅ It is { $phone } now, the old one is switched off.
verify_phone-already = { $phone } is confirmed already, no call needed ✅
verify_phone-lost = The number doesn't work out yet, and that's fine. Try later from the menu or write “help”: I'll tell you whom to ask.
verify_phone-later = All right, we'll come back to it when it suits you.
