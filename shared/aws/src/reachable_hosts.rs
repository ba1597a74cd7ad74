//! Where a sender may connect to. A partner may configure an address, so each time it is connected to, it is looked at where
//! its name leads. What the DNS answered when the address was configured says nothing about now.

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use tower_service::Service;

/// Which addresses may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Any address, with or without encryption. It is for marketplaces that run on this machine.
    Anywhere,
    /// Only addresses of the public internet, and only with encryption.
    PublicOnly,
}

/// The resolver of the system, kept to a reach.
#[derive(Clone, Debug)]
pub(super) struct Resolver {
    reach: Reach,
    system: GaiResolver,
}

impl Resolver {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach, system: GaiResolver::new() }
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, io::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.system.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (reach, host) = (self.reach, name.to_string());
        let found = self.system.call(name);
        Box::pin(async move { reachable(reach, &host, found.await?) })
    }
}

fn reachable(
    reach: Reach,
    host: &str,
    found: impl Iterator<Item = SocketAddr>,
) -> Result<std::vec::IntoIter<SocketAddr>, io::Error> {
    let is_allowed = |address: &SocketAddr| match reach {
        Reach::Anywhere => true,
        Reach::PublicOnly => is_public(address.ip()),
    };
    let addresses: Vec<SocketAddr> = found.filter(is_allowed).collect();
    if addresses.is_empty() {
        // The error does not say which addresses the name has: whoever configures a name must learn nothing of this network.
        let why = format!("{host} leads to no public address");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    Ok(addresses.into_iter())
}

/// Whether an address belongs to the public internet.
///
/// Source: IANA's special-purpose address registries, of IPv4 (RFC 6890 and its successors) and of IPv6.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 100 && (64..128).contains(&b) // Shared by carriers' NAT: RFC 6598.
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99) // 6to4 relays: RFC 7526.
        || a == 198 && (18..20).contains(&b) // Benchmarks: RFC 2544.
        || a >= 224) // Multicast, reserved, broadcast.
}

/// Whether an IPv6 address is public: it is in `2000::/3`, the only block that is given out, and has no other address in it.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_given_out = a & 0xe000 == 0x2000;
    // Teredo and other protocols (RFC 2928), and documentation.
    let is_special = a == 0x2001 && (b < 0x0200 || b == 0x0db8)
        || a == 0x2002 // 6to4.
        || a & 0xfff0 == 0x3ff0; // Documentation: RFC 9637.
    is_given_out && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::a_public_one("8.8.8.8", true)]
    #[case::before_private("9.255.255.255", true)]
    #[case::private_10("10.0.0.1", false)]
    #[case::after_private_10("11.0.0.0", true)]
    #[case::before_private_172("172.15.255.255", true)]
    #[case::private_172("172.16.0.1", false)]
    #[case::the_last_private_172("172.31.255.255", false)]
    #[case::after_private_172("172.32.0.0", true)]
    #[case::private_192("192.168.0.1", false)]
    #[case::this_machine("127.0.0.1", false)]
    #[case::this_machine_otherwise("127.255.255.254", false)]
    #[case::link_local("169.254.169.254", false)]
    #[case::this_network("0.0.0.0", false)]
    #[case::before_carriers_nat("100.63.255.255", true)]
    #[case::carriers_nat("100.64.0.1", false)]
    #[case::the_last_of_carriers_nat("100.127.255.255", false)]
    #[case::after_carriers_nat("100.128.0.0", true)]
    #[case::protocols("192.0.0.1", false)]
    #[case::documentation("192.0.2.1", false)]
    #[case::relays("192.88.99.1", false)]
    #[case::benchmarks("198.19.255.255", false)]
    #[case::after_benchmarks("198.20.0.0", true)]
    #[case::multicast("224.0.0.1", false)]
    #[case::broadcast("255.255.255.255", false)]
    #[case::a_public_six("2606:4700::1111", true)]
    #[case::this_machine_six("::1", false)]
    #[case::nowhere("::", false)]
    #[case::mapped("::ffff:127.0.0.1", false)]
    #[case::mapped_and_public("::ffff:8.8.8.8", false)]
    #[case::compatible("::7f00:1", false)]
    #[case::translated("64:ff9b::7f00:1", false)]
    #[case::six_to_four("2002:7f00:1::", false)]
    #[case::teredo("2001:0:1::1", false)]
    #[case::documentation_six("2001:db8::1", false)]
    #[case::newer_documentation("3fff::1", false)]
    #[case::after_documentation("2001:db9::1", true)]
    #[case::unique_local("fc00::1", false)]
    #[case::unique_local_too("fdff::1", false)]
    #[case::link_local_six("fe80::1", false)]
    #[case::site_local("fec0::1", false)]
    #[case::multicast_six("ff02::1", false)]
    fn an_address_is_public(#[case] address: &str, #[case] expected: bool) {
        assert_eq!(is_public(address.parse().unwrap()), expected);
    }

    #[rstest]
    #[case::all_public(Reach::PublicOnly, &["8.8.8.8"], Some(1))]
    #[case::the_private_ones_are_left_out(Reach::PublicOnly, &["10.0.0.1", "8.8.8.8"], Some(1))]
    #[case::none_is_left(Reach::PublicOnly, &["10.0.0.1", "::1"], None)]
    #[case::no_answer(Reach::PublicOnly, &[], None)]
    #[case::all_of_them(Reach::Anywhere, &["10.0.0.1", "::1"], Some(2))]
    fn a_name_leads_to(
        #[case] reach: Reach,
        #[case] found: &[&str],
        #[case] expected: Option<usize>,
    ) {
        let found = found.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 443));
        let reached = reachable(reach, "hooks.example", found);
        assert_eq!(reached.as_ref().map(ExactSizeIterator::len).ok(), expected);
        if let Err(error) = reached {
            assert_eq!(error.to_string(), "hooks.example leads to no public address");
        }
    }
}
