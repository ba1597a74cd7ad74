//! The cache of pages that are the same for all orders of a partner. What one search has got serves the other searches of
//! this sandbox, and a search that had no time to end goes on from there. A page is in no log, and is kept nowhere else.

use super::PartnerKey;
use domain::Moment;
use futures_util::lock::Mutex;
use jiff::SignedDuration;
use std::collections::HashMap;
use std::rc::Rc;

/// How long a page is cached. It is longer than a search of 40 pages takes whose answers each take 15 seconds.
const CACHED: SignedDuration = SignedDuration::from_mins(15);

/// The most pages that are cached: those of ten searches. A page has some tens of kilobytes.
const CACHED_MAX: usize = 400;

/// What a page is cached under.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct PageKey {
    pub(super) partner: PartnerKey,
    /// The address of the question before it is authorized. No secret is in it.
    pub(super) address: String,
}

/// The pages that this sandbox has cached, and the searches that are under way.
pub(super) struct PageCache<P> {
    pages: HashMap<PageKey, CachedPage<P>>,
    /// One search at a time is under way for a partner. Side by side they would share its turns, and none might end in time.
    searches: HashMap<PartnerKey, Rc<Mutex<()>>>,
}

/// A page, and when it was asked for.
#[derive(Clone)]
pub(super) struct CachedPage<P> {
    pub(super) page: P,
    pub(super) asked_at: Moment,
}

impl<P> Default for PageCache<P> {
    fn default() -> Self {
        Self { pages: HashMap::new(), searches: HashMap::new() }
    }
}

impl<P: Clone> PageCache<P> {
    /// The lock that a search for a partner must hold. Old pages are forgotten, and searches that have ended.
    pub(super) fn search(&mut self, partner: &PartnerKey, now: Moment) -> Rc<Mutex<()>> {
        self.pages.retain(|_, page| now < page.asked_at.plus(CACHED));
        self.searches.retain(|_, search| Rc::strong_count(search) > 1);
        Rc::clone(self.searches.entry(partner.clone()).or_default())
    }

    /// A cached page that was asked for at `since` or later. An older one says nothing of the time since.
    pub(super) fn get(&self, key: &PageKey, since: Moment) -> Option<CachedPage<P>> {
        self.pages.get(key).filter(|page| page.asked_at >= since).cloned()
    }

    /// Caches a page. If there are too many, the oldest one makes room.
    pub(super) fn put(&mut self, key: PageKey, page: CachedPage<P>) {
        if self.pages.len() >= CACHED_MAX && !self.pages.contains_key(&key) {
            let oldest = self.pages.iter().min_by_key(|(_, page)| page.asked_at);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.pages.remove(&oldest);
            }
        }
        self.pages.insert(key, page);
    }

    /// Forgets a page that could not be read, so that it is asked for anew.
    pub(super) fn forget(&mut self, key: &PageKey) {
        self.pages.remove(key);
    }
}
