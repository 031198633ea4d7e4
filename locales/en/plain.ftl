plain-words = How shall I write? I can use plain words: short sentences, one thought each.
    .plain = How shall I write? In plain words or as usual?
    .o-simple = In plain words
    .o-simple-words = plain | plainly | simple
    .o-usual = As usual
    .o-usual-words = usual
plain-done = All right, I write as usual. You can change that at any time: /plain.
    .plain = All right. I use plain words. To change it: /plain
