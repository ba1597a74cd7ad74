//! Deploys `infra/template.yaml`. Only `CodeUri` is changed, as `sam package` does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Serialize;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::Error;
use crate::calls::REGION;
use crate::paths::scripts;

/// The beginning of a template's line that names a function's source. The rest of the line is the function's name.
const CODE_URI: &str = "CodeUri: ../functions/";
/// The bucket that `deploy.py` puts the zips into.
const BUCKET: &str = "deployment";

/// The text of the template.
#[derive(Debug)]
pub(crate) struct Template(String);

/// The input of `deploy.py`. The head of that file documents each field.
#[derive(Serialize)]
struct Request<'a> {
    endpoint: &'a str,
    region: &'a str,
    stack: &'a str,
    template: String,
    bucket: &'a str,
    bootstraps: BTreeMap<String, &'a Path>,
    parameters: &'a BTreeMap<&'static str, String>,
    function_env: &'a BTreeMap<String, String>,
}

/// The input of `deploy.py` for a stack that is there already.
#[derive(Serialize)]
struct Update<'a> {
    endpoint: &'a str,
    region: &'a str,
    stack: &'a str,
    /// That it is there already.
    #[serde(rename = "update")]
    is_there: bool,
    parameters: &'a BTreeMap<&'static str, String>,
}

/// What a deployment needs beside the template.
pub(crate) struct Deployment<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) stack: &'a str,
    /// The path of each function's executable, by the function's name.
    pub(crate) executables: &'a BTreeMap<String, PathBuf>,
    pub(crate) parameters: &'a BTreeMap<&'static str, String>,
    pub(crate) function_env: &'a BTreeMap<String, String>,
}

impl Template {
    /// Reads the template of the workspace at `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, Error> {
        let path = root.join("infra").join("template.yaml");
        let text = std::fs::read_to_string(&path)
            .map_err(Error::io(format!("read {}", path.display())))?;
        Ok(Self(text))
    }

    /// The names of the template's functions, in the template's order.
    pub(crate) fn functions(&self) -> Vec<String> {
        self.0.lines().filter_map(function_of).map(str::to_owned).collect()
    }

    /// The template's text with each function's source replaced by its zip in the bucket.
    fn packaged(&self) -> String {
        let line = |line: &str| match function_of(line) {
            Some(function) => line.replace(
                &format!("{CODE_URI}{function}"),
                &format!("CodeUri: s3://{BUCKET}/{}", key_of(function)),
            ),
            None => line.to_owned(),
        };
        self.0.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Deploys the stack and returns its outputs.
    ///
    /// # Errors
    ///
    /// The engine refuses the template or a resource fails ([`Error::Deploy`], with the engine's words).
    pub(crate) async fn deploy(
        &self,
        python: &Path,
        deployment: &Deployment<'_>,
    ) -> Result<BTreeMap<String, String>, Error> {
        let executables = deployment.executables.iter();
        let request = Request {
            endpoint: deployment.endpoint,
            region: REGION,
            stack: deployment.stack,
            template: self.packaged(),
            bucket: BUCKET,
            bootstraps: executables.map(|(name, path)| (key_of(name), path.as_path())).collect(),
            parameters: deployment.parameters,
            function_env: deployment.function_env,
        };
        let request = serde_json::to_vec(&request).map_err(Error::call("write the deployment"))?;
        let answer = run(python, &request).await?;
        serde_json::from_slice(&answer).map_err(Error::call("read the stack's outputs"))
    }
}

/// Changes parameters of a stack that is there already. Returns the stack's outputs.
///
/// # Errors
///
/// The engine refuses a parameter, or a resource fails ([`Error::Deploy`], with the engine's words).
pub(crate) async fn update(
    python: &Path,
    (endpoint, stack): (&str, &str),
    parameters: &BTreeMap<&'static str, String>,
) -> Result<BTreeMap<String, String>, Error> {
    let request = Update { endpoint, region: REGION, stack, is_there: true, parameters };
    let request = serde_json::to_vec(&request).map_err(Error::call("write the update"))?;
    let answer = run(python, &request).await?;
    serde_json::from_slice(&answer).map_err(Error::call("read the stack's outputs"))
}

/// Runs `deploy.py` with the request on its standard input. Returns its standard output.
async fn run(python: &Path, request: &[u8]) -> Result<Vec<u8>, Error> {
    let mut process = Command::new(python)
        .arg(scripts().join("deploy.py"))
        // The developer's proxy and AWS profile must not apply to calls to the engine.
        .env_clear()
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(Error::io("start the deployment"))?;
    if let Some(mut stdin) = process.stdin.take() {
        stdin.write_all(request).await.map_err(Error::io("hand over the deployment"))?;
    }
    let output = process.wait_with_output().await.map_err(Error::io("wait for the deployment"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let reason = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(Error::Deploy { reason })
    }
}

fn function_of(line: &str) -> Option<&str> {
    line.trim().strip_prefix(CODE_URI)
}

fn key_of(function: &str) -> String {
    format!("{function}.zip")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_is_replaced() {
        let template = Template("a: 1\n      CodeUri: ../functions/sweep\nb: 2".to_owned());
        assert_eq!(template.functions(), ["sweep"]);
        assert_eq!(template.packaged(), "a: 1\n      CodeUri: s3://deployment/sweep.zip\nb: 2");
    }

    #[test]
    fn the_template_names_functions() {
        let root = scripts().parent().and_then(Path::parent).expect("the workspace");
        let functions = Template::read(root).expect("the template").functions();
        assert!(functions.contains(&"label-created".to_owned()), "{functions:?}");
    }
}
