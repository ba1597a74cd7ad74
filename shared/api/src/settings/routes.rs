//! The paths of `settings-api`. The gateway sends it every path that is not one of `orders-api`.

use crate::problem::Problem;
use crate::route::{id, segments};
use domain::PartnerId;
use http::Method;

/// What a path of `settings-api` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsResource {
    /// The page of the console.
    Console,
    /// The `OpenAPI` document.
    Document,
    /// Where people sign in.
    SignIn,
    /// A resource of a seller, which needs a token.
    OfSeller(OfSeller),
}

/// A resource of a seller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfSeller {
    Channels,
    Sessions,
    Partners,
    Partner(PartnerId),
    Deletion(PartnerId),
    Settings(PartnerId),
    Effect(PartnerId),
    Carriers(PartnerId),
    Test(PartnerId),
    Changes(PartnerId),
    CarrierAside(PartnerId),
    Pause(PartnerId),
    Resume(PartnerId),
    PauseAll,
    ResumeAll,
}

impl SettingsResource {
    /// The resource that a path names.
    ///
    /// # Errors
    /// When `settings-api` has no such path, or when an id in it is not valid.
    pub fn of(path: &str) -> Result<Self, Problem> {
        let segments = segments(path);
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Ok(Self::OfSeller(match segments.as_slice() {
            [] | [""] => return Ok(Self::Console),
            ["openapi.json"] => return Ok(Self::Document),
            ["sign-in"] => return Ok(Self::SignIn),
            ["channels"] => OfSeller::Channels,
            ["sessions"] => OfSeller::Sessions,
            ["partners"] => OfSeller::Partners,
            ["partners", partner] => OfSeller::Partner(id("partner", partner)?),
            ["partners", partner, "settings"] => OfSeller::Settings(id("partner", partner)?),
            ["partners", partner, "settings", "effect"] => {
                OfSeller::Effect(id("partner", partner)?)
            }
            ["partners", partner, "test"] => OfSeller::Test(id("partner", partner)?),
            ["partners", partner, "pause"] => OfSeller::Pause(id("partner", partner)?),
            ["partners", partner, "resume"] => OfSeller::Resume(id("partner", partner)?),
            ["pause"] => OfSeller::PauseAll,
            ["resume"] => OfSeller::ResumeAll,
            ["partners", partner, "deletion"] => OfSeller::Deletion(id("partner", partner)?),
            ["partners", partner, "changes"] => OfSeller::Changes(id("partner", partner)?),
            ["partners", partner, "carriers"] => OfSeller::Carriers(id("partner", partner)?),
            ["partners", partner, "carriers", "aside"] => {
                OfSeller::CarrierAside(id("partner", partner)?)
            }
            _ => return Err(Problem::NoPath),
        }))
    }

    /// The methods of the resource.
    pub const fn methods(&self) -> &'static [Method] {
        let Self::OfSeller(resource) = self else { return &[Method::GET] };
        match resource {
            OfSeller::Partner(_) => &[Method::GET, Method::PUT, Method::DELETE],
            OfSeller::Settings(_) | OfSeller::Carriers(_) => &[Method::GET, Method::PUT],
            OfSeller::CarrierAside(_)
            | OfSeller::Pause(_)
            | OfSeller::Resume(_)
            | OfSeller::PauseAll
            | OfSeller::ResumeAll => &[Method::POST],
            OfSeller::Sessions => &[Method::GET, Method::DELETE],
            OfSeller::Test(_) | OfSeller::Deletion(_) => &[Method::GET, Method::POST],
            OfSeller::Channels
            | OfSeller::Partners
            | OfSeller::Effect(_)
            | OfSeller::Changes(_) => &[Method::GET],
        }
    }
}
