//! Measures the size of what is deployed.

use crate::Error;
use crate::candidates::{Candidate, Function, Program};
use crate::install::Places;
use crate::statistics::figure;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::io::Write as _;
use std::path::Path;

/// A function's size. Unit: MB, of 1,000,000 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) plain: f64,
    pub(crate) zipped: f64,
}

impl Display for Size {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} / {:.2}", self.plain, self.zipped)
    }
}

fn of(file: &Path) -> Result<Size, Error> {
    let doing = || format!("read {}", file.display());
    let bytes = std::fs::read(file).map_err(Error::io(doing()))?;
    // `sam build` compresses with these settings.
    let mut zip = DeflateEncoder::new(Vec::new(), Compression::default());
    zip.write_all(&bytes).map_err(Error::io(doing()))?;
    let zipped = zip.finish().map_err(Error::io(doing()))?;
    Ok(Size { plain: figure(bytes.len()) / 1e6, zipped: figure(zipped.len()) / 1e6 })
}

/// The size of each candidate's larger handler. Python has none: its packages come with its runtime or in a layer.
pub(crate) fn all(
    candidates: &[Candidate],
    places: &Places,
) -> Result<BTreeMap<Candidate, Size>, Error> {
    let mut sizes = BTreeMap::new();
    for candidate in candidates {
        for function in Function::COMPARED {
            let program = Program::of(*candidate, function, places)?;
            let file = match candidate {
                Candidate::Ours | Candidate::Other | Candidate::Stock => program.command,
                Candidate::Node | Candidate::NodePowertools => {
                    program.arguments.last().map(Into::into).unwrap_or_default()
                }
                Candidate::Python | Candidate::PythonPowertools => continue,
            };
            let size = of(&file)?;
            let largest = sizes.entry(*candidate).or_insert(size);
            if size.plain > largest.plain {
                *largest = size;
            }
        }
    }
    Ok(sizes)
}
