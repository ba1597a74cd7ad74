//! Pages that are the same for all orders of a partner: what one search has got serves the others of this sandbox, and a
//! search that there was no time to end goes on from there. They are in no log, and kept nowhere else.

use super::access::Name;
use domain::Moment;
use futures_util::lock::Mutex;
use jiff::SignedDuration;
use std::collections::HashMap;
use std::rc::Rc;

/// How long a page is kept: longer than a search of 40 pages whose answers each take the 15 seconds they may.
const KEPT: SignedDuration = SignedDuration::from_mins(15);

/// How many pages are kept at most: ten searches, of some tens of kilobytes a page.
const KEPT_MAX: usize = 400;

/// A partner, and the address of a question before it is authorized: no secret is in it.
pub(super) type PageKey = (Name, String);

/// The pages this sandbox keeps, and who searches.
pub(super) struct Pages<P> {
    kept: HashMap<PageKey, Kept<P>>,
    /// One search at a time is on its way for a partner: so they end one after the other, where side by side none might.
    searches: HashMap<Name, Rc<Mutex<()>>>,
}

/// A page, and when it was asked for.
#[derive(Clone)]
pub(super) struct Kept<P> {
    pub(super) page: P,
    pub(super) asked_at: Moment,
}

impl<P> Default for Pages<P> {
    fn default() -> Self {
        Self { kept: HashMap::new(), searches: HashMap::new() }
    }
}

impl<P: Clone> Pages<P> {
    /// The right to search for a partner. What is over is forgotten.
    pub(super) fn search(&mut self, name: &Name, now: Moment) -> Rc<Mutex<()>> {
        self.kept.retain(|_, kept| now < kept.asked_at.plus(KEPT));
        self.searches.retain(|_, search| Rc::strong_count(search) > 1);
        Rc::clone(self.searches.entry(name.clone()).or_default())
    }

    /// A page, unless it was asked for before `since`: then it says nothing of the time since.
    pub(super) fn get(&self, key: &PageKey, since: Moment) -> Option<Kept<P>> {
        self.kept.get(key).filter(|kept| kept.asked_at >= since).cloned()
    }

    /// Keeps a page, in place of the oldest where there are too many.
    pub(super) fn put(&mut self, key: PageKey, kept: Kept<P>) {
        if self.kept.len() >= KEPT_MAX && !self.kept.contains_key(&key) {
            let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.asked_at);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.kept.remove(&oldest);
            }
        }
        self.kept.insert(key, kept);
    }

    /// Forgets a page that nothing could be read from: it is asked for anew.
    pub(super) fn forget(&mut self, key: &PageKey) {
        self.kept.remove(key);
    }
}
