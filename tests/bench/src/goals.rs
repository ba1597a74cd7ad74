//! Our goals, and whether the figures reach them. A figure is the median of interleaved rounds, of the worse handler of
//! two.

use crate::candidates::{Candidate, Function};
use crate::flows::{Cost, Flow};
use crate::size::Size;
use crate::speed::{Figures, Speed};
use crate::statistics::Samples;
use std::collections::BTreeMap;

/// A goal and whether it is reached, as texts for the report.
pub(crate) struct Goal {
    pub(crate) figure: &'static str,
    pub(crate) asked: String,
    pub(crate) reached: String,
    pub(crate) others: String,
    pub(crate) is_met: bool,
}

/// Takes one figure out of a function's figures.
type Of = fn(&Figures) -> &Samples;

/// A goal for one figure: a limit for ours, and how many times more each of the others must need.
struct Compared {
    figure: &'static str,
    of: Of,
    unit: &'static str,
    most: Option<f64>,
    behind: &'static [(Candidate, f64)],
}

const COMPARED: [Compared; 4] = [
    Compared {
        figure: "cold, spawn to first answer",
        of: |figures| &figures.cold_ms,
        unit: "ms",
        most: Some(10.0),
        behind: &[(Candidate::Node, 20.0), (Candidate::PythonPowertools, 30.0)],
    },
    Compared {
        figure: "first event at 128 MB",
        of: |figures| &figures.limited_first_ms,
        unit: "ms",
        most: Some(5.0),
        behind: &[(Candidate::Stock, 90.0)],
    },
    Compared {
        figure: "CPU an event",
        of: |figures| &figures.cpu_us,
        unit: "µs",
        most: None,
        behind: &[
            (Candidate::Node, 4.0),
            (Candidate::Python, 4.0),
            (Candidate::PythonPowertools, 8.0),
            (Candidate::NodePowertools, 8.0),
        ],
    },
    Compared {
        figure: "RSS",
        of: |figures| &figures.rss_mb,
        unit: "MB",
        most: Some(12.0),
        behind: &[],
    },
];

/// Every goal whose figures were measured.
pub(crate) fn all(speed: &Speed, sizes: &BTreeMap<Candidate, Size>, costs: &[Cost]) -> Vec<Goal> {
    let compared = COMPARED.iter().map(|goal| goal.reached(speed));
    let of_size = sizes.get(&Candidate::Ours).map(|size| Goal {
        figure: "a function, stripped / zipped",
        asked: "≤ 6 / ≤ 3 MB".to_owned(),
        reached: format!("{size} MB"),
        others: String::new(),
        is_met: size.plain <= 6.0 && size.zipped <= 3.0,
    });
    let cost = costs.iter().find(|cost| cost.flow == Flow::Movement).map(|cost| {
        let (write, read) = (cost.usage.write_units, cost.usage.read_units);
        Goal {
            figure: "write units / read units / doorbells of an order",
            asked: "≤ 8 / ≤ 6 / 1".to_owned(),
            reached: format!("{write} / {read} / {}", cost.doorbells),
            others: String::new(),
            is_met: write <= 8.0 && read <= 6.0 && cost.doorbells <= 1.0,
        }
    });
    let ours = speed.iter().filter(|((candidate, _), _)| *candidate == Candidate::Ours);
    let connections: u64 = ours.map(|(_, figures)| figures.connections).sum();
    let connected = Goal {
        figure: "connections opened in warm events",
        asked: "0".to_owned(),
        reached: connections.to_string(),
        others: String::new(),
        is_met: connections == 0,
    };
    compared.chain(of_size).chain(cost).chain([connected]).collect()
}

impl Compared {
    fn reached(&self, speed: &Speed) -> Goal {
        let worst = |of: &dyn Fn(Function) -> Option<f64>, pick: fn(f64, f64) -> f64| {
            Function::COMPARED.into_iter().filter_map(of).reduce(pick)
        };
        let figures = |candidate: Candidate, function: Function| speed.get(&(candidate, function));
        let ours =
            worst(&|function| (self.of)(figures(Candidate::Ours, function)?).median(), f64::max);
        let mut asked: Vec<String> =
            self.most.iter().map(|most| format!("≤ {most} {}", self.unit)).collect();
        let mut is_met = ours.is_some_and(|ours| self.most.is_none_or(|most| ours <= most));
        let mut others = Vec::new();
        for (candidate, times) in self.behind {
            asked.push(format!("≥ {times}x less than {}", candidate.title()));
            let behind = worst(
                &|function| {
                    let (theirs, ours) =
                        (figures(*candidate, function)?, figures(Candidate::Ours, function)?);
                    (self.of)(theirs).ratios((self.of)(ours)).median()
                },
                f64::min,
            );
            let Some(behind) = behind else {
                others.push(format!("{}: not measured", candidate.title()));
                continue;
            };
            is_met &= behind >= *times;
            others.push(format!("{}: {behind:.1}x", candidate.title()));
        }
        let reached =
            ours.map_or_else(|| "–".to_owned(), |ours| format!("{ours:.2} {}", self.unit));
        Goal {
            figure: self.figure,
            asked: asked.join("; "),
            reached,
            others: others.join("; "),
            is_met,
        }
    }
}
