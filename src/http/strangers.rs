//! Who calls our hooks without a right secret is counted by address, and soon gets nothing but 429.
//!
//! A right secret always passes: nobody can use a messenger's updates up by calling from, or through, the same address.
//! So this keeps guessing slow and the log short; it does not make a flood cheaper for the machine.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use ipnet::{IpNet, Ipv6Net};

use super::edge::{Refusal, Stranger};
use crate::cache::{Cache, Limiter, Quota, Verdict, Watch};

/// Wrong secrets of one address: thirty, then one in two seconds. An operator who mistyped sees it in the log at once, and at
/// this pace one address would need 170,000 years for a secret of eight small letters and digits.
const QUOTA: Quota = Quota { period: Duration::from_secs(2), burst: NonZeroU32::new(30).unwrap() };
/// A provider gives a customer at least this much of an IPv6 network (RFC 6177): it is one caller.
const CUSTOMER: u8 = 64;

/// How often somebody unknown may call from one address, counted over all replicas.
#[derive(Clone)]
pub struct Strangers {
    limiter: Limiter,
    trusted: Vec<IpNet>,
}

impl Strangers {
    /// `trusted`: the proxies whose `X-Forwarded-For` is believed.
    #[must_use]
    pub fn new(trusted: Vec<IpNet>, cache: &Cache, watch: Watch) -> Self {
        Self { limiter: Limiter::new("stranger", QUOTA, cache, watch), trusted }
    }

    /// Who calls: the nearest address behind the proxies that we trust.
    fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let trusts = |address: &IpAddr| self.trusted.iter().any(|network| network.contains(address));
        let hops = headers.get_all("x-forwarded-for").iter().filter_map(|hops| hops.to_str().ok());
        let hops: Vec<&str> = hops.flat_map(|hops| hops.split(',')).map(str::trim).collect();
        let mut caller = peer.to_canonical();
        for hop in hops.into_iter().rev() {
            if !trusts(&caller) {
                break;
            }
            // What a proxy of ours did not write as an address is its own fault, and it the last that we know.
            let Some(address) = address(hop) else { break };
            caller = address;
        }
        caller
    }
}

/// An address as proxies write it, with a port or without.
fn address(hop: &str) -> Option<IpAddr> {
    let bare = hop.trim_start_matches('[').trim_end_matches(']').parse().ok();
    let address: IpAddr = bare.or_else(|| hop.parse::<SocketAddr>().ok().map(|socket| socket.ip()))?;
    Some(address.to_canonical())
}

/// Whom an address is counted as.
fn customer(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => Ipv6Net::new_assert(address, CUSTOMER).trunc().to_string(),
    }
}

/// Counts the answers that strangers get; beyond the limit there is only one.
pub async fn limited(
    State(strangers): State<Strangers>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let caller = strangers.caller(peer.ip(), request.headers());
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    if response.extensions().get::<Stranger>().is_none() {
        return response;
    }
    match strangers.limiter.take_one(customer(caller)).await {
        Verdict::Passes => {
            tracing::warn!(path, status = response.status().as_u16(), "somebody unknown is turned away");
            metrics::counter!("strangers_total", "result" => "refused").increment(1);
            response
        }
        Verdict::Wait(wait) => {
            metrics::counter!("strangers_total", "result" => "limited").increment(1);
            let after = HeaderValue::from(wait.as_secs() + 1);
            ([(header::RETRY_AFTER, after)], Refusal::TooMany).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strangers(trusted: &[&str]) -> Strangers {
        let trusted = trusted.iter().map(|network| network.parse().unwrap()).collect();
        Strangers::new(trusted, &Cache::in_process(), Watch::held())
    }

    fn caller(strangers: &Strangers, peer: &str, forwarded: &[&'static str]) -> String {
        let mut headers = HeaderMap::new();
        for hops in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_static(hops));
        }
        strangers.caller(peer.parse().unwrap(), &headers).to_string()
    }

    #[test]
    fn a_header_counts_only_if_a_trusted_proxy_wrote_it() {
        let nobody = strangers(&[]);
        assert_eq!(caller(&nobody, "10.0.0.1", &["1.2.3.4"]), "10.0.0.1");
        let ours = strangers(&["10.0.0.0/8"]);
        assert_eq!(caller(&ours, "10.0.0.1", &["1.2.3.4"]), "1.2.3.4");
        assert_eq!(caller(&ours, "5.6.7.8", &["1.2.3.4"]), "5.6.7.8");
        // The left part is what the caller claimed.
        assert_eq!(caller(&ours, "10.0.0.1", &["9.9.9.9, 1.2.3.4", "10.0.0.2"]), "1.2.3.4");
        assert_eq!(caller(&ours, "::ffff:10.0.0.1", &["1.2.3.4:5678"]), "1.2.3.4");
        assert_eq!(caller(&ours, "10.0.0.1", &["[2001:db8::1]"]), "2001:db8::1");
        assert_eq!(caller(&ours, "10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(caller(&ours, "10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn a_network_of_one_customer_is_one_caller() {
        let of = |address: &str| customer(address.parse().unwrap());
        assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::2"));
        assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
        assert_ne!(of("1.2.3.4"), of("1.2.3.5"));
    }
}
