//! Which stack is operated, and by whom: from the command line, the environment, or what `cargo local up` left in the build folder.

use crate::Error;
use aws::config::{AwsCredentials, Environment};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of a stack where none is given. Source: `infra/samconfig.toml`.
pub(crate) const STACK: &str = "shipconfirm";

/// The environment variable with the path of another state file, as for `cargo local`.
const STATE_FILE: &str = "SHIPCONFIRM_LOCAL_STATE";

/// The state file in the build folder.
const STATE_IN_BUILD_FOLDER: &str = "local-engine/state.json";

/// The access key of the local engine's owner, who may do everything there.
const LOCAL_KEY: &str = "test";

/// Where a stack is, and who asks.
#[derive(Clone)]
pub struct Place {
    /// The name of the stack.
    pub stack: String,
    /// The region.
    pub region: String,
    /// The address that is called instead of AWS's.
    pub endpoint: Option<String>,
    /// What calls are signed with.
    pub credentials: AwsCredentials,
}

/// What a local stack says of itself.
#[derive(Deserialize)]
struct LocalState {
    engine: String,
    region: String,
    stack: String,
}

impl Place {
    /// A stack on the local engine, of which its owner asks.
    pub fn local(stack: &str, region: &str, engine: &str) -> Self {
        let key = || LOCAL_KEY.to_owned();
        let credentials =
            AwsCredentials { access_key_id: key(), secret_access_key: key(), session_token: None };
        Self {
            stack: stack.to_owned(),
            region: region.to_owned(),
            endpoint: Some(engine.to_owned()),
            credentials,
        }
    }

    /// The stack that `cargo local up` left running.
    pub(crate) fn left_running(env: &Environment) -> Result<Self, Error> {
        let file = match env.optional(STATE_FILE) {
            Some(file) => PathBuf::from(file),
            None => {
                std::env::current_exe().map_or_else(|_| PathBuf::new(), |exe| state_beside(&exe))
            }
        };
        let none = || Error::NoLocalStack { looked: file.display().to_string() };
        let text = fs::read(&file).map_err(|_unread| none())?;
        let state: LocalState = serde_json::from_slice(&text).map_err(|_other| none())?;
        Ok(Self::local(&state.stack, &state.region, &state.engine))
    }

    /// A stack on AWS, or wherever the environment leads.
    pub(crate) fn named(
        stack: Option<String>,
        region: Option<String>,
        env: &Environment,
    ) -> Result<Self, Error> {
        let region = region
            .or_else(|| env.optional("AWS_REGION"))
            .or_else(|| env.optional("AWS_DEFAULT_REGION"));
        let keys = env.optional("AWS_ACCESS_KEY_ID").zip(env.optional("AWS_SECRET_ACCESS_KEY"));
        let region = region.ok_or(Error::NoRegion)?;
        let (access_key_id, secret_access_key) = keys.ok_or(Error::NoCredentials)?;
        let session_token = env.optional("AWS_SESSION_TOKEN");
        Ok(Self {
            stack: stack.unwrap_or_else(|| STACK.to_owned()),
            region,
            endpoint: env.optional("AWS_ENDPOINT_URL"),
            credentials: AwsCredentials { access_key_id, secret_access_key, session_token },
        })
    }
}

/// The state file of the build folder that this program lies in.
fn state_beside(program: &Path) -> PathBuf {
    let candidates = program.ancestors().skip(1).map(|folder| folder.join(STATE_IN_BUILD_FOLDER));
    let mut candidates = candidates.collect::<Vec<_>>().into_iter();
    let nearest = candidates.clone().nth(1).unwrap_or_default();
    candidates.find(|file| file.exists()).unwrap_or(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s")];

    fn env(more: &[(&str, &str)]) -> Environment {
        Environment::of(
            KEYS.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[rstest]
    #[case::by_option(Some("eu-west-1"), &[("AWS_REGION", "us-east-2")], Some("eu-west-1"))]
    #[case::by_environment(None, &[("AWS_REGION", "us-east-2")], Some("us-east-2"))]
    #[case::by_default(None, &[("AWS_DEFAULT_REGION", "us-east-2")], Some("us-east-2"))]
    #[case::nowhere(None, &[], None)]
    fn the_region_is_the_nearest_that_is_named(
        #[case] option: Option<&str>,
        #[case] more: &[(&str, &str)],
        #[case] expected: Option<&str>,
    ) {
        let place = Place::named(None, option.map(str::to_owned), &env(more));
        assert_eq!(place.as_ref().ok().map(|place| place.region.as_str()), expected);
        assert!(place.is_ok() || matches!(place, Err(Error::NoRegion)));
    }

    #[test]
    fn nobody_asks_without_credentials() {
        let env = Environment::of([("AWS_REGION".to_owned(), "us-east-1".to_owned())]);
        assert!(matches!(Place::named(None, None, &env), Err(Error::NoCredentials)));
    }

    #[test]
    fn the_local_stack_is_the_one_of_the_build_folder() {
        let file = state_beside(Path::new("/nowhere/target/debug/operate"));
        assert_eq!(file, Path::new("/nowhere/target/local-engine/state.json"));
    }

    #[test]
    fn a_local_stack_that_is_not_there_is_named() {
        let env = Environment::of([(STATE_FILE.to_owned(), "/nowhere/state.json".to_owned())]);
        let said =
            Place::left_running(&env).err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.contains("/nowhere/state.json") && said.contains("cargo local up"), "{said}");
    }
}
