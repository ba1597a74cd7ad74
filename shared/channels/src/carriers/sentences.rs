//! What was found, in words for people.

use super::lookup::{Doubt, Found, Unlisted, Why};
use super::numbers::NumberHint;
use std::fmt::{Display, Formatter, Result};

impl Display for Found {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Carrier { carrier, why, doubt } => {
                write!(out, "{}: {why}", carrier.shown())?;
                doubt.map_or(Ok(()), |doubt| write!(out, "; {doubt}"))
            }
            Self::Unlisted(why) => write!(out, "no carrier: {why}"),
        }
    }
}

impl Display for Unlisted {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        out.write_str(match self {
            Self::UnknownWords => "the registry does not have these words",
            Self::Broker => "the words name a broker, and neither service nor number says more",
        })
    }
}

impl Display for Why {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Name => out.write_str("the words are a name or a platform's code of it"),
            Self::NameWithService => out.write_str("the words mean it with this service"),
            Self::NameThenService => out.write_str("the words are its name and a service"),
            Self::NameBesideWords => out.write_str("the words are its name and others beside it"),
            Self::Service { of } => {
                write!(out, "the service makes another carrier of {}", of.shown())
            }
            Self::Number => out.write_str("the number has its form"),
            Self::ServiceOfBroker => out.write_str("the service begins with its name"),
            Self::Widest => out.write_str("the words belong to several, and it is the widest"),
        }
    }
}

impl Display for Doubt {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Several(several) => {
                let names: Vec<&str> = several.iter().map(|carrier| carrier.shown()).collect();
                write!(out, "the words could mean {}", names.join(" or "))
            }
            Self::Broker => out.write_str("the words name a broker"),
        }
    }
}

impl Display for NumberHint {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::CheckDigitWrong(form) => {
                write!(out, "the number has the form {}, and its check digit is wrong", form.name)
            }
            Self::OfAnother(found) => {
                write!(out, "the number has the form {} of another carrier", found.form.name)
            }
        }
    }
}
