//! What is served without a token: the page of the console and the `OpenAPI` document, as `build.rs` makes them.

use api::Site;

/// A file that `build.rs` has written.
macro_rules! built {
    ($include:ident, $name:literal) => {
        $include!(concat!(env!("OUT_DIR"), "/", $name))
    };
}

/// The page and the document.
pub(crate) const SITE: Site = Site {
    page: built!(include_bytes, "page.gz"),
    script_digest: built!(include_str, "script.digest"),
    style_digest: built!(include_str, "style.digest"),
    document: built!(include_bytes, "openapi.gz"),
};
