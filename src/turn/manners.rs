//! In which language and in whose time we speak.

use chrono_tz::Tz;

use crate::locale::Locales;

/// The zone of that IANA name, else Moscow's.
#[must_use]
pub fn zone(name: Option<&str>) -> Tz {
    name.and_then(|name| name.parse().ok()).unwrap_or(Tz::Europe__Moscow)
}

/// The first of the wished-for languages (`ru`, `en-GB`) that there are words in, else the first language.
#[must_use]
pub fn lang(locales: &Locales, wishes: [Option<&str>; 2]) -> String {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let wished = wishes.into_iter().flatten().map(primary);
    let spoken: Vec<&str> = locales.languages().collect();
    wished
        .into_iter()
        .find(|wish| spoken.contains(&wish.as_str()))
        .unwrap_or_else(|| spoken.first().copied().unwrap_or("ru").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_zone_it_is_moscow() {
        assert_eq!(zone(None), Tz::Europe__Moscow);
        assert_eq!(zone(Some("Nowhere/At_All")), Tz::Europe__Moscow);
        assert_eq!(zone(Some("Asia/Vladivostok")), Tz::Asia__Vladivostok);
    }
}
