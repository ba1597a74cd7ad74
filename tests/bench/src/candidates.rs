//! The candidates that are measured: our functions as they are deployed, and what a user would otherwise run.

use crate::Error;
use crate::install::Places;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A candidate: one build of the handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Candidate {
    Ours,
    /// Another build of our functions, such as one from before a change or with other options.
    Other,
    Stock,
    Python,
    PythonPowertools,
    Node,
    NodePowertools,
}

impl Candidate {
    pub(crate) const ALL: [Self; 7] = [
        Self::Ours,
        Self::Other,
        Self::Stock,
        Self::Python,
        Self::PythonPowertools,
        Self::Node,
        Self::NodePowertools,
    ];

    /// The candidate's name in reports.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Ours => "Shipconfirm",
            Self::Other => "another build",
            Self::Stock => "Rust, stock build",
            Self::Python => "Python, boto3",
            Self::PythonPowertools => "Python, Powertools",
            Self::Node => "Node, SDK v3",
            Self::NodePowertools => "Node, Powertools",
        }
    }

    /// The name of the candidate's table. Candidates store different items, so each has a table of its own.
    pub(crate) fn table(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Other => "other",
            Self::Stock => "stock",
            Self::Python => "python",
            Self::PythonPowertools => "python-powertools",
            Self::Node => "node",
            Self::NodePowertools => "node-powertools",
        }
    }
}

/// A function that is measured, of any candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Function {
    LabelCreated,
    CarrierScan,
    ImeiUpdated,
    SendAmazon,
    SendBackMarket,
}

impl Function {
    pub(crate) const ALL: [Self; 5] = [
        Self::LabelCreated,
        Self::CarrierScan,
        Self::ImeiUpdated,
        Self::SendAmazon,
        Self::SendBackMarket,
    ];

    /// The functions that every candidate has.
    pub(crate) const COMPARED: [Self; 2] = [Self::LabelCreated, Self::CarrierScan];

    /// The name of the function's package.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::LabelCreated => "label-created",
            Self::CarrierScan => "carrier-scan",
            Self::ImeiUpdated => "imei-updated",
            Self::SendAmazon => "send-amazon",
            Self::SendBackMarket => "send-back-market",
        }
    }
}

/// A program to start: the command, its arguments and its own environment variables.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    pub(crate) command: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
}

impl Program {
    /// The program of a candidate's function. An error if the candidate is not installed.
    pub(crate) fn of(
        candidate: Candidate,
        function: Function,
        places: &Places,
    ) -> Result<Self, Error> {
        let binary = |folder: &PathBuf| Self {
            command: folder.join(function.name()),
            arguments: Vec::new(),
            environment: Vec::new(),
        };
        let module = function.name().replace('-', "_");
        let variant = match candidate {
            Candidate::Ours
            | Candidate::Other
            | Candidate::Stock
            | Candidate::Python
            | Candidate::Node => "plain",
            Candidate::PythonPowertools | Candidate::NodePowertools => "powertools",
        };
        Ok(match candidate {
            Candidate::Ours => binary(&places.ours),
            Candidate::Other => binary(places.other.as_ref().ok_or(Error::NotInstalled)?),
            Candidate::Stock => binary(places.stock.as_ref().ok_or(Error::NotInstalled)?),
            Candidate::Python | Candidate::PythonPowertools => Self {
                command: places.python.clone().ok_or(Error::NotInstalled)?,
                arguments: ["-m", "awslambdaric", &format!("{variant}.{module}.handler")]
                    .map(str::to_owned)
                    .to_vec(),
                environment: vec![("PYTHONPATH".to_owned(), places.python_path())],
            },
            Candidate::Node | Candidate::NodePowertools => {
                let node = places.node.as_ref().ok_or(Error::NotInstalled)?;
                Self {
                    command: node.program.clone(),
                    arguments: vec![
                        node.bootstrap.display().to_string(),
                        node.bundle(variant, function.name()).display().to_string(),
                    ],
                    environment: Vec::new(),
                }
            }
        })
    }
}
