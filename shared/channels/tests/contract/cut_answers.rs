//! Answers whose body did not come whole: what the status decides by itself counts, and nothing else does.

use crate::given::{answer, submission};
use channels::{Answer, Class, Marketplace, Verdict, Visitor, visit};
use domain::{Channel, Reading};
use rstest::rstest;

/// Half of a body that would say something, were it whole.
const BODIES: [&str; 5] = [
    "",
    "<html><head><title>403 Forbid",
    r#"{"code":0,"data":{"id":"5f0000000000000000000001","state":"SHIPPED","tracking_inf"#,
    r#"{"errors":[{"code":"InvalidInput","message":"already fulf"#,
    // Whole by chance: that it ends here is not known.
    r#"{"success":true,"data":{"non_open_ids":[]}}"#,
];

fn cut(status: u16) -> impl Iterator<Item = Answer> {
    BODIES.into_iter().map(move |body| Answer { is_whole: false, ..answer(status, body) })
}

/// What an answer to a confirmation means at a channel.
struct Says<'a>(&'a Answer);

impl Visitor for Says<'_> {
    type Output = Verdict;

    fn visit<M: Marketplace>(self) -> Verdict {
        M::confirmed(self.0, &submission(M::CHANNEL, "1"))
    }
}

fn says(channel: Channel, answer: &Answer) -> Verdict {
    visit(channel, Says(answer))
}

#[rstest]
#[case::amazon_says_it_by_the_status(Channel::Amazon, 204, Class::Accepted)]
#[case::so_does_ebay(Channel::Ebay, 201, Class::Accepted)]
#[case::any_success_at_until_gone(Channel::UntilGone, 200, Class::Accepted)]
#[case::the_last_one(Channel::UntilGone, 299, Class::Accepted)]
#[case::taken_before(Channel::UntilGone, 409, Class::Accepted)]
#[case::gone(Channel::UntilGone, 410, Class::Unauthorized)]
#[case::a_success_at_wish_is_in_its_body(Channel::Wish, 200, Class::Unknown)]
#[case::and_at_back_market(Channel::BackMarket, 200, Class::Unknown)]
#[case::and_at_groupon(Channel::Groupon, 200, Class::Unknown)]
fn the_status_decides(#[case] channel: Channel, #[case] status: u16, #[case] class: Class) {
    for answer in cut(status) {
        assert_eq!(says(channel, &answer).class, class, "{:?}", answer.body);
    }
}

/// At each channel alike.
#[rstest]
#[case::too_many(429, Class::Passing)]
#[case::no_valid_token(401, Class::Unauthorized)]
#[case::refused(400, Class::Unknown)]
#[case::a_firewalls_or_the_apis_own(403, Class::Unknown)]
#[case::not_there_or_away(404, Class::Unknown)]
#[case::internal(500, Class::Unknown)]
#[case::away(503, Class::Unknown)]
fn what_each_status_alone_means(#[case] status: u16, #[case] class: Class) {
    for channel in Channel::ALL {
        for answer in cut(status) {
            let verdict = says(channel, &answer);
            assert_eq!(verdict.class, class, "{channel}: {verdict:?} {:?}", answer.body);
        }
    }
}

#[test]
fn it_says_that_the_answer_broke_off() {
    for answer in cut(403) {
        assert_eq!(says(Channel::Amazon, &answer).message.as_str(), "the answer broke off");
    }
}

/// Whatever the half body speaks of, the words are the same: it is not looked at.
#[rstest]
#[case::half_a_success(r#"{"success":true,"data":{"non_open"#)]
#[case::half_a_refusal(r#"{"success":false,"reason":"Invalid token S3CR3T"#)]
#[case::whole_by_chance(r#"{"success":false,"reason":"Invalid token S3CR3T"}"#)]
fn half_a_body_chooses_no_words(#[case] body: &str) {
    for status in [200, 403, 500] {
        let verdict = says(Channel::Groupon, &Answer { is_whole: false, ..answer(status, body) });
        assert_eq!(verdict.message.as_str(), "the answer broke off", "{status}");
        assert_eq!(verdict.class, Class::Unknown, "{status}");
    }
}

#[test]
fn a_read_that_broke_off_tells_nothing() {
    struct Found;

    impl Visitor for Found {
        type Output = ();

        fn visit<M: Marketplace>(self) {
            for status in [200, 401, 403, 404, 500] {
                for answer in cut(status) {
                    let found = M::found(&[M::page(answer.clone())], &submission(M::CHANNEL, "1"));
                    assert!(matches!(found, Reading::Unreadable(_)), "{status}: {found:?}");
                    assert_eq!(M::is_unauthorized(&answer), status == 401, "{status}");
                }
            }
        }
    }

    for channel in Channel::ALL {
        visit(channel, Found);
    }
}
