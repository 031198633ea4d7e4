//! Plain words: chosen by the person, said from then on, in whatever is said.

use crate::world::everywhere;

#[tokio::test(flavor = "multi_thread")]
async fn who_chose_plain_words_reads_them_until_they_choose_otherwise() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.signed_in(channel, "Аня", &code).await;
        anya.says("простыми словами").await;
        anya.sees(&["Как мне писать? Могу…[Простыми словами] [Как обычно]"]).await;
        anya.presses("Простыми словами").await;
        anya.sees(&["Хорошо. Пишу простыми словами", "Напиши номер телефона. Свой или близкого взрослого."]).await;
        anya.says("12").await;
        anya.sees(&["Это не номер. Нужно 10 цифр", "Напиши номер телефона. Свой"]).await;
        anya.says("/plain").await;
        anya.sees(&["Как мне писать? Простыми словами или как обычно?"]).await;
        anya.says("2").await;
        anya.sees(&["Хорошо, пишу как обычно", "Напиши номер мобильного"]).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_chosen_before_the_code_holds_after_it() {
    everywhere(async |world, channel| {
        let code = world.codes(1).await.remove(0);
        let anya = world.person(channel, "Аня").await;
        anya.starts().await;
        anya.says("простыми словами").await;
        anya.presses("Простыми словами").await;
        anya.unread().await;
        anya.says(&code).await;
        assert_eq!(world.count("select count(*) from person where kind = 'record' and plain").await, 1);
        anya.sees(&["…", "…", "Напиши номер телефона. Свой или близкого взрослого."]).await;
    })
    .await;
}
