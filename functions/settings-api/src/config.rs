//! The function's configuration. It is read once from the environment, and everything that is wrong with it is said at once.

use api::{DoorConfig, SettingsConfig, SignIn};
use aws::config::{
    AwsConfig, ConfigError, Environment, WINDOW_MINUTES_MAX, calls_max, seller_claim,
};

const SIGN_IN: [&str; 3] = ["SIGN_IN_AUTHORIZE_URL", "SIGN_IN_TOKEN_URL", "SIGN_IN_CLIENT_ID"];

/// Reads how AWS is reached, and the configuration of the function's half of the API: `SECRET_PREFIX`, `IMEI_WINDOW_MINUTES`, `SELLER_CLAIM`,
/// `SELLER_CALLS_MAX`, and all or none of `SIGN_IN_AUTHORIZE_URL`, `SIGN_IN_TOKEN_URL` and `SIGN_IN_CLIENT_ID`, beside which may be
/// `SIGN_IN_LOGOUT_URL`.
///
/// # Errors
/// Everything that is missing or wrong.
pub(crate) fn read(mut env: Environment) -> Result<(AwsConfig, SettingsConfig), ConfigError> {
    let aws = AwsConfig::of_any_channel(&mut env);
    let secret_prefix = env.required("SECRET_PREFIX");
    let imei_window_minutes = env.number("IMEI_WINDOW_MINUTES", 1..=WINDOW_MINUTES_MAX);
    let seller_claim = seller_claim(&env);
    let door = DoorConfig { seller_claim, calls_max: calls_max(&mut env) };
    let sign_in = sign_in(&mut env);
    let config = SettingsConfig { secret_prefix, imei_window_minutes, door, sign_in };
    env.finish((aws, config))
}

fn sign_in(env: &mut Environment) -> Option<SignIn> {
    match SIGN_IN.map(|name| env.optional(name)) {
        [Some(authorize_url), Some(token_url), Some(client_id)] => {
            let logout_url = env.optional("SIGN_IN_LOGOUT_URL");
            Some(SignIn { authorize_url, token_url, client_id, logout_url })
        }
        [None, None, _] => None,
        _ => {
            env.fault(format!("of {} one is missing", SIGN_IN.join(", ")));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use aws::config::{ConfigError, Environment};
    use rstest::rstest;

    fn faults(changes: &[(&str, Option<&str>)]) -> Vec<String> {
        let mut variables = testkit::environment();
        for (name, value) in changes {
            variables.retain(|(known, _)| known != name);
            variables.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
        }
        read(Environment::of(variables)).err().map_or_else(Vec::new, |ConfigError(faults)| faults)
    }

    #[rstest]
    #[case::of_our_own_user_pool(None, "custom:seller_id")]
    #[case::an_address(Some("https://acme.example/seller_id"), "https://acme.example/seller_id")]
    #[case::a_blank(Some(" "), "custom:seller_id")]
    fn the_sellers_claim_can_be_named(#[case] named: Option<&str>, #[case] expected: &str) {
        let named = named.map(|name| ("SELLER_CLAIM".to_owned(), name.to_owned()));
        let window = ("IMEI_WINDOW_MINUTES".to_owned(), "60".to_owned());
        let variables = testkit::environment().into_iter().chain(named).chain([window]);
        let read = read(Environment::of(variables)).map(|(_, config)| config.door.seller_claim);
        assert_eq!(read, Ok(expected.to_owned()));
    }

    #[rstest]
    #[case::nothing_of_its_own(
        &[("SECRET_PREFIX", None), ("IMEI_WINDOW_MINUTES", None)],
        &["SECRET_PREFIX is missing", "IMEI_WINDOW_MINUTES is missing"],
    )]
    #[case::without_a_sign_in(
        &[("IMEI_WINDOW_MINUTES", Some("60")), ("SIGN_IN_CLIENT_ID", Some("c"))],
        &[],
    )]
    #[case::half_a_sign_in(
        &[("IMEI_WINDOW_MINUTES", Some("60")), ("SIGN_IN_TOKEN_URL", Some("https://a/t"))],
        &["of SIGN_IN_AUTHORIZE_URL, SIGN_IN_TOKEN_URL, SIGN_IN_CLIENT_ID one is missing"],
    )]
    fn faults_are_said_at_once(
        #[case] changes: &[(&str, Option<&str>)],
        #[case] expected: &[&str],
    ) {
        assert_eq!(faults(changes), expected);
    }
}
