language-lang = На каком языке говорим? / Which language?
    .o-ru = Русский
    .o-en = English
language-done = Done, we speak English.
