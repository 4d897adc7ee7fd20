//! What a person types as the address of a workspace, and what an invitation link holds.
//!
//! Pure. `https` is meant unless something else is written. `http` is accepted for this computer
//! alone: anywhere else a password would travel where anybody can read it.

use std::net::IpAddr;

use protocol::error::{ErrorBody, ErrorCode};
use url::{Host, Url};

/// Where a workspace is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Whether TLS is spoken.
    pub tls: bool,
    /// A name, or an IP address without brackets.
    pub host: String,
    /// Always explicit here.
    pub port: u16,
    /// As a person reads it, like `https://chat.example.com`.
    pub text: String,
}

/// An invitation link, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationLink {
    /// The workspace.
    pub address: Address,
    /// Works once.
    pub code: String,
}

impl std::fmt::Debug for InvitationLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InvitationLink")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Address {
    /// Reads an address as typed.
    ///
    /// # Errors
    /// `bad_request` with what to do about it.
    pub fn parse(typed: &str) -> Result<Self, ErrorBody> {
        let url = read(typed)?;
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(refused(
                "Only the address of the workspace is needed, without anything behind it, like \
                 https://chat.example.com.",
            ));
        }
        Self::of(&url)
    }

    /// The `Host` to name: with the port where it is not the scheme's own.
    #[must_use]
    pub fn host_header(&self) -> String {
        let host = if self.host.contains(':') {
            format!("[{}]", self.host)
        } else {
            self.host.clone()
        };
        let default = if self.tls { 443 } else { 80 };
        if self.port == default {
            host
        } else {
            format!("{host}:{}", self.port)
        }
    }

    fn of(url: &Url) -> Result<Self, ErrorBody> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => {
                return Err(refused(
                    "An address of a workspace begins with https://, like https://chat.example.com.",
                ));
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                "An address holds no name or password. Leave them out.",
            ));
        }
        let (host, loopback) = match url.host() {
            Some(Host::Domain(name)) => {
                let loopback = name == "localhost" || name.ends_with(".localhost");
                (name.to_owned(), loopback)
            }
            Some(Host::Ipv4(ip)) => (ip.to_string(), ip.is_loopback()),
            Some(Host::Ipv6(ip)) => (ip.to_string(), ip.is_loopback()),
            None => return Err(refused("The name of a computer is missing in the address.")),
        };
        if !tls && !loopback {
            return Err(refused(
                "With http:// anybody on the way could read your password. Use https:// (http:// \
                 is accepted for this computer alone).",
            ));
        }
        let Some(port) = url.port_or_known_default() else {
            return Err(refused("The address has no port."));
        };
        let mut address = Self {
            tls,
            host,
            port,
            text: String::new(),
        };
        let scheme = if tls { "https" } else { "http" };
        address.text = format!("{scheme}://{}", address.host_header());
        Ok(address)
    }
}

impl InvitationLink {
    /// Reads a link like `https://chat.example.com/invite#CODE`.
    ///
    /// # Errors
    /// `bad_request` with what to do about it.
    pub fn parse(typed: &str) -> Result<Self, ErrorBody> {
        let url = read(typed)?;
        let code = url.fragment().unwrap_or_default().to_owned();
        if url.path().trim_end_matches('/') != "/invite" || code.is_empty() || code.len() > 256 {
            return Err(refused(
                "This is not a whole invitation link. Copy all of it, to its very end.",
            ));
        }
        Ok(Self {
            address: Address::of(&url)?,
            code,
        })
    }
}

/// Whether an address that a name of this computer resolved to is this computer.
pub(crate) fn is_here(ip: IpAddr) -> bool {
    ip.is_loopback()
}

fn read(typed: &str) -> Result<Url, ErrorBody> {
    let typed = typed.trim();
    if typed.is_empty() || typed.len() > 2_000 {
        return Err(refused(
            "Type the address of your workspace, like https://chat.example.com.",
        ));
    }
    let whole = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    };
    Url::parse(&whole)
        .map_err(|_| refused("This is no address. An address looks like https://chat.example.com."))
}

fn refused(message: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::BadRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(typed: &str) -> String {
        Address::parse(typed).unwrap().text
    }

    #[test]
    fn https_is_meant_unless_something_else_is_written() {
        assert_eq!(text("chat.example.com"), "https://chat.example.com");
        assert_eq!(
            text("  Chat.Example.com:8443/ "),
            "https://chat.example.com:8443"
        );
        assert_eq!(
            text("https://chat.example.com:443"),
            "https://chat.example.com"
        );
    }

    #[test]
    fn plain_http_reaches_this_computer_alone() {
        for here in [
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://127.9.9.9",
            "http://[::1]:9",
        ] {
            assert_eq!(text(here), here);
        }
        for far in [
            "http://chat.example.com",
            "http://192.168.0.2",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://[::2]",
            "http://0.0.0.0",
        ] {
            let error = Address::parse(far).unwrap_err();
            assert_eq!(error.code, ErrorCode::BadRequest, "{far}");
            assert!(
                error.message.contains("https://"),
                "the message says what to do"
            );
        }
    }

    #[test]
    fn an_address_holds_nothing_but_the_place() {
        for typed in [
            "https://user@chat.example.com",
            "https://user:secret@chat.example.com",
            "https://chat.example.com/inbox",
            "https://chat.example.com/?a=b",
            "https://chat.example.com/#x",
            "ftp://chat.example.com",
            "https://",
            "",
            "not an address",
        ] {
            assert_eq!(
                Address::parse(typed).unwrap_err().code,
                ErrorCode::BadRequest,
                "{typed}"
            );
        }
    }

    #[test]
    fn the_host_header_names_only_an_unusual_port() {
        let header = |typed| Address::parse(typed).unwrap().host_header();
        assert_eq!(header("https://chat.example.com"), "chat.example.com");
        assert_eq!(header("http://[::1]:7"), "[::1]:7");
    }

    #[test]
    fn an_invitation_is_a_place_and_a_code() {
        let link = InvitationLink::parse(" http://127.0.0.1:4321/invite#abc-DEF_1 ").unwrap();
        assert_eq!(link.address.text, "http://127.0.0.1:4321");
        assert_eq!(link.code, "abc-DEF_1");
        assert!(
            !format!("{link:?}").contains("abc"),
            "the code stays out of logs"
        );
        for cut in [
            "http://127.0.0.1:4321/invite",
            "http://127.0.0.1:4321/#abc",
            "http://far.example/invite#a",
        ] {
            assert!(InvitationLink::parse(cut).is_err(), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_an_address_or_refused(typed in ".{0,80}") {
            if let Ok(address) = Address::parse(&typed) {
                prop_assert_eq!(Address::parse(&address.text), Ok(address));
            }
        }
    }
}
