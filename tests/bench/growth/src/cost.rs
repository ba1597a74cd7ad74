//! What a piece of work costs: CPU time, ours and the ports', and calls of the ports.

use serde::Serialize;

/// CPU time.
///
/// Unit: nanoseconds. What is neither ours nor the ports' is the runtime's, which moves the virtual clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the unit is part of each name")]
pub struct Cost {
    /// Of everything.
    pub cpu_ns: u64,
    /// Of the flows and the domain.
    pub ours_ns: u64,
    /// Of the ports in memory.
    pub ports_ns: u64,
}

impl Cost {
    /// With another.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            cpu_ns: self.cpu_ns + other.cpu_ns,
            ours_ns: self.ours_ns + other.ours_ns,
            ports_ns: self.ports_ns + other.ports_ns,
        }
    }
}

/// Calls of the ports, as they are on AWS: ten doorbells or notices are one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Calls {
    /// Items read: orders, partners, tracking numbers.
    pub reads: u64,
    /// Orders saved, or tried to.
    pub saves: u64,
    /// Other writes: tracking numbers, places of a partner's pace.
    pub writes: u64,
    /// Pages of what is due.
    pub pages: u64,
    /// Batches of doorbells.
    pub rings: u64,
    /// Batches of notices.
    pub publications: u64,
    /// Secrets read or written.
    pub secrets: u64,
    /// Requests to marketplaces.
    pub requests: u64,
    /// Doorbells in those batches.
    pub doorbells: u64,
    /// Writes of the `due` index that come of the saves: one to put a key in, one to take it out, two to move it.
    /// Source: `DynamoDB` developer guide, "Write capacity units" of global secondary indexes.
    pub index_writes: u64,
}

impl Calls {
    /// Calls over the network.
    pub fn all(&self) -> u64 {
        let Self { reads, saves, writes, pages, rings, publications, secrets, requests, .. } = self;
        reads + saves + writes + pages + rings + publications + secrets + requests
    }

    /// With others.
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

    /// Those since another count.
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
