//! All fakes together: what each must have, and the macro that makes of their list how they are set up and started.

use axum::Router;
use serde_json::Value;

use crate::shop::Shop;

/// The name of the account that every marketplace has.
pub const DEMO_ACCOUNT: &str = "demo";

/// What a marketplace does with a well-formed order id that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownOrders {
    /// It refuses the request, as the real marketplace does.
    Refuse,
    /// It creates the order from the first submission that names it. Use this to try things out, not in a test: such a
    /// marketplace cannot notice a wrong order id. Only Wish creates the order from a read too.
    Accept,
}

/// What a fake is started with: its accounts and its limits. An account is made up by its name: credentials in the shape of
/// real ones.
pub trait Setup {
    /// A part of what a person is shown once the marketplace has refused the credentials of an account.
    const WRONG_LOGIN: &'static str;

    /// The real limits where they are known, and one account, called [`DEMO_ACCOUNT`].
    fn demo() -> Self;

    /// One more account.
    fn add_account(&mut self, name: &str);

    /// No limits any more.
    fn lift_limits(&mut self);

    /// A made-up order and its line, as the channel numbers them: others for each `n`.
    fn nth(n: u32) -> (String, String);

    /// What the secret of a partner holds for the account of a name.
    fn credentials(name: &str) -> Value;
}

/// A fake, as their list needs it.
pub(crate) trait Fake: Shop + Clone + Sized + 'static {
    /// What it is started with.
    type Options: Setup;

    /// Its controls that not every shop has: each route with what it is for.
    const CONTROLS: &'static [(&'static str, &'static str)] = &[];

    /// Starts it.
    ///
    /// # Errors
    ///
    /// A vendor's model cannot be read.
    fn open(options: Self::Options, unknown_orders: UnknownOrders) -> std::io::Result<Self>;

    /// Where it is called, below `/<its name>`.
    fn routes(&self) -> Router;

    /// [`Self::CONTROLS`].
    fn controls(&self) -> Router {
        Router::new()
    }
}

/// Makes of the list of fakes how they are set up together, started, and found.
macro_rules! fakes {
    ($($name:ident: $fake:ident, $options:ident;)+) => {
        /// Every fake's name, which is its channel's and the first part of its path.
        pub const NAMES: [&str; [$(stringify!($name)),+].len()] = [$(stringify!($name)),+];

        /// The options of all marketplaces.
        #[derive(Clone, Debug)]
        pub struct Options {
            /// The port on 127.0.0.1. With 0 the system chooses a free port.
            pub port: u16,
            /// What every marketplace does with an order that no test added.
            pub unknown_orders: UnknownOrders,
            $(
                #[doc = concat!("The accounts and limits of `", stringify!($name), "`.")]
                pub $name: $options,
            )+
        }

        impl Options {
            /// The usual options: a free port, a refusal of every unknown order, the real limits where we know them, and one
            /// account at each marketplace, named [`DEMO_ACCOUNT`].
            pub fn demo() -> Self {
                Self { port: 0, unknown_orders: UnknownOrders::Refuse, $($name: Setup::demo(),)+ }
            }

            /// Adds the made-up account with this name at a channel. An unknown channel changes nothing.
            #[must_use]
            pub fn with_account(mut self, channel: &str, name: &str) -> Self {
                $(if channel == stringify!($name) {
                    self.$name.add_account(name);
                })+
                self
            }

            /// The same without limits.
            #[must_use]
            pub fn without_limits(mut self) -> Self {
                $(self.$name.lift_limits();)+
                self
            }
        }

        /// The content of a partner's secret for the made-up account with this name. Null if `channel` is unknown.
        pub fn credentials(channel: &str, name: &str) -> Value {
            $(if channel == stringify!($name) {
                return <$options as Setup>::credentials(name);
            })+
            Value::Null
        }

        /// A made-up order of a channel and its line, as the channel numbers them: others for each `n`. `None` for no
        /// channel of ours.
        pub fn nth(channel: &str, n: u32) -> Option<(String, String)> {
            $(if channel == stringify!($name) {
                return Some(<$options as Setup>::nth(n));
            })+
            None
        }

        /// A part of what a person is shown once a channel's marketplace has refused credentials. `None` for no channel of
        /// ours.
        pub fn wrong_login(channel: &str) -> Option<&'static str> {
            $(if channel == stringify!($name) {
                return Some(<$options as Setup>::WRONG_LOGIN);
            })+
            None
        }

        /// The fakes by their types.
        struct Fakes {
            $($name: $fake,)+
        }

        impl Fakes {
            fn open(options: Options) -> std::io::Result<Self> {
                let unknown = options.unknown_orders;
                Ok(Self { $($name: <$fake as Fake>::open(options.$name, unknown)?,)+ })
            }

            fn shops(&self) -> Vec<Arc<dyn Shop>> {
                vec![$(Arc::new(self.$name.clone()),)+]
            }

            fn routes(&self) -> Router {
                let own = [$(<$fake as Fake>::CONTROLS,)+].into_iter().flatten().copied();
                Router::new()
                    $(.nest(concat!("/", stringify!($name)), self.$name.routes()).merge(self.$name.controls()))+
                    .nest("/_admin", admin::routes(&self.shops(), own))
            }
        }

        impl Marketplaces {
            $(
                #[doc = concat!("The controls of `", stringify!($name), "`.")]
                pub fn $name(&self) -> $fake {
                    self.fakes.$name.clone()
                }
            )+
        }
    };
}
pub(crate) use fakes;
