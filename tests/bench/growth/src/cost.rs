//! The cost of a piece of work: CPU time of our code and of the ports, and calls of the ports.

use serde::Serialize;

/// CPU time of a piece of work.
///
/// Unit: nanoseconds. The async runtime, which moves the virtual clock, takes what is neither ours nor the ports'.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the unit is part of each name")]
pub struct Cost {
    /// CPU time of everything.
    pub cpu_ns: u64,
    /// CPU time of the flows and the domain.
    pub ours_ns: u64,
    /// CPU time of the ports in memory.
    pub ports_ns: u64,
}

impl Cost {
    /// The sum of two costs.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cpu_ns: self.cpu_ns + other.cpu_ns,
            ours_ns: self.ours_ns + other.ours_ns,
            ports_ns: self.ports_ns + other.ports_ns,
        }
    }
}

/// Calls of the ports, counted as on AWS: a batch of up to ten doorbells or notices is one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Items read: orders, partners, tracking numbers.
    pub reads: u64,
    /// Saves of orders, including those that failed.
    pub saves: u64,
    /// Other writes: of tracking numbers, and of a partner's pacing.
    pub writes: u64,
    /// Pages of due orders.
    pub pages: u64,
    /// Batches of doorbells.
    pub rings: u64,
    /// Batches of notices.
    pub publications: u64,
    /// Secrets read or written.
    pub secrets: u64,
    /// Requests to marketplaces.
    pub requests: u64,
    /// Doorbells in those batches (not a call of their own).
    pub doorbells: u64,
    /// Writes of the `due` index that follow from the saves: one to put a key in, one to take it out, two to move it.
    /// Source: `DynamoDB` developer guide, "Write capacity units" of global secondary indexes.
    pub index_writes: u64,
}

impl Calls {
    /// Number of calls over the network.
    pub fn all(&self) -> u64 {
        let Self { reads, saves, writes, pages, rings, publications, secrets, requests, .. } = self;
        reads + saves + writes + pages + rings + publications + secrets + requests
    }

    /// The sum of two counts.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            reads: self.reads + other.reads,
            saves: self.saves + other.saves,
            writes: self.writes + other.writes,
            pages: self.pages + other.pages,
            rings: self.rings + other.rings,
            publications: self.publications + other.publications,
            secrets: self.secrets + other.secrets,
            requests: self.requests + other.requests,
            doorbells: self.doorbells + other.doorbells,
            index_writes: self.index_writes + other.index_writes,
        }
    }

    /// The calls since an earlier count.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            reads: self.reads - before.reads,
            saves: self.saves - before.saves,
            writes: self.writes - before.writes,
            pages: self.pages - before.pages,
            rings: self.rings - before.rings,
            publications: self.publications - before.publications,
            secrets: self.secrets - before.secrets,
            requests: self.requests - before.requests,
            doorbells: self.doorbells - before.doorbells,
            index_writes: self.index_writes - before.index_writes,
        }
    }
}
