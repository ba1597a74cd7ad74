//! Medians, percentiles, and ratios of samples of one round.

/// A count as a figure. Counts are far below the limit of `u32`, at which this would cut them off.
pub(crate) fn figure(count: impl TryInto<u32>) -> f64 {
    f64::from(count.try_into().unwrap_or(u32::MAX))
}

/// Samples of one figure, one a round or one an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    pub(crate) fn add(&mut self, sample: f64) {
        self.0.push(sample);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The smallest sample that `percent` of the samples do not exceed (nearest rank). `None` if there are no samples.
    pub(crate) fn percentile(&self, percent: usize) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied()
    }

    pub(crate) fn median(&self) -> Option<f64> {
        self.percentile(50)
    }

    /// Each of these samples divided by the sample of `ours` of the same round.
    pub(crate) fn ratios(&self, ours: &Self) -> Self {
        Self(self.0.iter().zip(&ours.0).map(|(theirs, ours)| theirs / ours).collect())
    }
}

impl FromIterator<f64> for Samples {
    fn from_iter<I: IntoIterator<Item = f64>>(samples: I) -> Self {
        Self(samples.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> Samples {
        values.iter().copied().collect()
    }

    #[test]
    fn a_percentile_is_a_sample() {
        let hundred: Samples = (1..=100_u8).rev().map(f64::from).collect();
        assert_eq!(hundred.percentile(50), Some(50.0));
        assert_eq!(hundred.percentile(99), Some(99.0));
        assert_eq!(hundred.percentile(100), Some(100.0));
        assert_eq!(samples(&[7.0]).percentile(99), Some(7.0));
        assert_eq!(samples(&[3.0, 1.0]).median(), Some(1.0));
        assert_eq!(Samples::default().median(), None);
    }

    /// A round that was slow for all candidates does not change the ratios.
    #[test]
    fn ratios_are_of_the_same_round() {
        let (ours, theirs) = (samples(&[1.0, 10.0, 2.0]), samples(&[3.0, 30.0, 6.0]));
        let ratios = theirs.ratios(&ours);
        assert_eq!((ratios.median(), ratios.percentile(99)), (Some(3.0), Some(3.0)));
    }
}
