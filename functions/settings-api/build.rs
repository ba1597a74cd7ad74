//! Compresses the console's page and the `OpenAPI` document at compile time. A function may have six megabytes, and compressed
//! files take a quarter of their size.
//!
//! The console is an npm package. Its dependencies are installed into the build folder, by its lock file, and esbuild bundles its
//! modules into one script.

#![expect(
    clippy::disallowed_methods,
    reason = "this is how cargo tells a build script where to write"
)]
#![expect(clippy::print_stderr, reason = "cargo shows it to whoever's build fails")]

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use installer::Installer;
use sha2::{Digest as _, Sha256};
use std::error::Error;
use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

/// What the page is made of. It is not the whole folder, because a person's editor may have installed packages there.
const SOURCES: [&str; 4] =
    ["console/package.json", "console/package-lock.json", "console/src", "openapi.json"];

/// How esbuild makes one script of the modules. Nothing is rewritten for older browsers: the modules have only what today's
/// browsers run.
const ESBUILD: [&str; 7] = [
    "console/src/main.js",
    "console/src/style.css",
    "--bundle",
    "--minify",
    "--format=esm",
    "--charset=utf8",
    "--log-level=warning",
];

fn main() -> ExitCode {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The console could not be built: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("because: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let installer = Installer::new(build_folder(&out)?.join("installed"), &tell);
    let packages = installer.npm_packages("the console's packages", Path::new("console"))?;
    bundle(&packages, &out)?;
    let (script, style) = (read(out.join("main.js"))?, read(out.join("style.css"))?);
    let page = read("console/src/index.html")?
        .replace("{{preact's licence}}", read(packages.join("preact/LICENSE"))?.trim())
        .replace("{{style}}", &style)
        .replace("{{script}}", &script);
    fs::write(out.join("page.gz"), gzipped(&page)?)?;
    fs::write(out.join("script.digest"), BASE64_STANDARD.encode(Sha256::digest(&script)))?;
    fs::write(out.join("style.digest"), BASE64_STANDARD.encode(Sha256::digest(&style)))?;
    fs::write(out.join("openapi.gz"), gzipped(&read("openapi.json")?)?)?;
    Ok(())
}

/// Cargo's build folder, which all profiles and targets share. It is four folders above `out`, or five where a target is named.
fn build_folder(out: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let above = out.ancestors().nth(4).ok_or("OUT_DIR is not in a build folder")?;
    let target = env::var("TARGET")?;
    let is_of_target = above.file_name() == Some(OsStr::new(&target));
    let folder = if is_of_target { above.parent() } else { None };
    Ok(folder.unwrap_or(above).to_owned())
}

/// Bundles the modules and the style sheet into `main.js` and `style.css`. A warning is an error.
fn bundle(packages: &Path, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut esbuild = Command::new(esbuild(packages)?);
    esbuild.args(ESBUILD).arg(format!("--outdir={}", out.display())).env("NODE_PATH", packages);
    let output = esbuild.output().map_err(|error| format!("esbuild does not start: {error}"))?;
    if output.status.success() && output.stderr.is_empty() {
        return Ok(());
    }
    Err(format!("esbuild refuses it\n{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// The esbuild program, which npm has installed for this machine. It runs without Node, so a build that has nothing to install
/// needs no Node.
fn esbuild(packages: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let machines = fs::read_dir(packages.join("@esbuild"));
    let machine = machines.ok().and_then(|mut machines| machines.next()?.ok());
    let machine = machine.ok_or("npm installed no esbuild for this machine")?;
    Ok(machine.path().join("bin/esbuild"))
}

fn read(file: impl AsRef<Path>) -> Result<String, Box<dyn Error>> {
    let file = file.as_ref();
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()).into())
}

/// Tells whoever waits for the build. Cargo shows what a build script prints only when it fails, so this is written to the
/// terminal itself, if there is one.
fn tell(step: &str) {
    eprintln!("{step}");
    if let Ok(mut terminal) = fs::OpenOptions::new().write(true).open("/dev/tty") {
        // A terminal that cannot be written to is no reason to stop.
        let _written = writeln!(terminal, "{step}").is_ok();
    }
}

fn gzipped(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(text.as_bytes())?;
    Ok(writer.finish()?)
}
