language-lang = На каком языке говорим? / Which language?
    .o-ru = Русский
    .o-en = English
language-done = Готово, говорим по-русски.
