// What the page says, in Russian («ты» to pupils, «вы» to adults, neither while nobody knows who reads) and in English.

const days = (count) => {
  const form = new Intl.PluralRules('ru').select(count);
  return `${count} ${{ one: 'день', few: 'дня' }[form] ?? 'дней'}`;
};

const russian = {
  title: 'Мой трек',
  loading: 'Загружаем трек',
  loaded: 'Трек загружен',
  hello: (name) => `Привет, ${name}!`,
  whose: (name) => `Это трек: ${name}. Сменить ученика можно в чате с ботом.`,
  next: 'Что дальше',
  way: 'Мой путь',
  signedIn: 'Вход в программу',
  phone: 'Телефон подтверждён',
  phoneOpen: 'Подтвердить телефон',
  left: (count) => (count === 1 ? 'Остался последний день' : `Осталось: ${days(count)}`),
  late: 'Срок прошёл, но подтвердить ещё можно',
  toPhone: (adult) => (adult ? 'Подтвердите телефон' : 'Подтверди телефон'),
  toPhoneHow: (adult) => (adult
    ? 'Нажмите в чате «Подтвердить телефон». Позвонит робот, отвечать не нужно: это бесплатно и занимает минуту.'
    : 'Нажми в чате «Подтвердить телефон». Позвонит робот, отвечать не нужно: это бесплатно и занимает минуту.'),
  toStage: (name) => name,
  toStageHow: (until) => (until ? `Успей до ${until}. Бот подскажет, как.` : 'Бот подскажет, как.'),
  wait: 'Всё готово!',
  waitHow: (adult) => (adult
    ? 'Скоро появятся пробы и события. Бот напишет вам сам.'
    : 'Скоро появятся пробы и события. Бот напишет тебе сам.'),
  stub: 'Билет в будущее',
  back: 'Вернуться в чат',
  again: 'Попробовать ещё раз',
  done: 'Готово',
  now: 'Сейчас',
  missed: 'Время прошло',
  until: (date) => `до ${date}`,
  trouble: 'Не получилось',
  offline: 'Нет связи. Как только интернет появится, можно попробовать ещё раз.',
  not_now: 'Сейчас не получилось. Через минуту стоит попробовать ещё раз.',
  unproved: 'Эта страница открывается из чата с ботом: там есть кнопка «Открыть мой трек».',
  date: 'ru',
};

const english = {
  title: 'My track',
  loading: 'Loading your track',
  loaded: 'The track is here',
  hello: (name) => `Hi, ${name}!`,
  whose: (name) => `This is the track of ${name}. To switch, go to the chat with the bot.`,
  next: 'What comes next',
  way: 'My way',
  signedIn: 'Signed in',
  phone: 'Phone confirmed',
  phoneOpen: 'Confirm a phone',
  left: (count) => (count === 1 ? 'The last day' : `${count} days left`),
  late: 'The time is over, but you still can',
  toPhone: () => 'Confirm a phone',
  toPhoneHow: () => 'Press “Confirm a phone” in the chat. A robot rings, no need to answer: it is free and takes a minute.',
  toStage: (name) => name,
  toStageHow: (until) => (until ? `It is open until ${until}. The bot will tell you how.` : 'The bot will tell you how.'),
  wait: 'All set!',
  waitHow: () => 'Trials and events will appear here soon. The bot will write to you.',
  stub: 'Ticket to the Future',
  back: 'Back to the chat',
  again: 'Try again',
  done: 'Done',
  now: 'Now',
  missed: 'The time is over',
  until: (date) => `until ${date}`,
  trouble: 'That did not work',
  offline: 'No connection. Check the internet and try again.',
  not_now: 'That did not work just now. Try again in a minute.',
  unproved: 'This page opens from the chat with the bot: press “Open my track” there.',
  date: 'en-GB',
};

/** `ru` or `en` of a language tag; whoever speaks another language of our neighbours reads Russian. */
export const spoken = (tag) => (/^en\b/i.test(tag ?? '') ? 'en' : 'ru');

export const words = (lang) => (lang === 'en' ? english : russian);
