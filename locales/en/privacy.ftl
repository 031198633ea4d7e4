privacy-page = *Who sees data, and why*

    Teacher, administrator of the school, coordinator and regional operator – each only their own. A parent their child. On the operator's behalf: the developer of the platform, the developer of the interface and support. All of them are in Russia, and the data are kept in Russia.

    In full, for anybody: { $page }
    Who sees your own data: write “my data”.
    .plain = The teacher, the school, the coordinator and the operator see data. Each only their own. A parent too. And those who mend the bot. All of it is kept in Russia.

        In full: { $page }
privacy-all = *Who sees data, and why*

    Teacher, administrator of the school, coordinator and regional operator – each only their own. A parent their child. On the operator's behalf: the developer of the platform, the developer of the interface and support. All of them are in Russia, and the data are kept in Russia.

    Who sees your own data: write “my data”.
    .plain = The teacher, the school, the coordinator and the operator see data. Each only their own. A parent too. And those who mend the bot. All of it is kept in Russia.
