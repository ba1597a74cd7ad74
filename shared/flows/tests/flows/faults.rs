//! The fault schedule: a whole story again and again, each time another port call failing, in each way a call can fail.
//! Whatever fails, the story ends as the undisturbed one does, and the marketplace took one number, once.

use channels::Amazon;
use domain::{NoticeKind, OrderKey};
use flows::Handled;
use flows::ports::Clock as _;
use rstest::rstest;
use testkit::fixtures::*;
use testkit::{AMAZON_ORDER, Applied, Deployment, Fault, NUMBER, Port, START, scan};

/// What a story came to.
#[derive(Debug, PartialEq, Eq)]
struct End {
    shown: String,
    applied: Vec<Applied>,
    published: Vec<NoticeKind>,
    dead: Vec<(String, String)>,
    is_lost: bool,
}

#[derive(Clone, Copy, Debug)]
enum Story {
    /// Amazon, under movement timing: a label, and half an hour later a scan.
    Movement,
    /// The same the other way round.
    ScanFirst,
    /// Back Market, under assigned timing: a label of two phones, and their IMEIs a few minutes later.
    Phones,
}

impl Story {
    const fn key(self) -> fn() -> OrderKey {
        match self {
            Self::Movement | Self::ScanFirst => amazon_key,
            Self::Phones => back_market_key,
        }
    }

    fn deployment(self) -> Deployment {
        match self {
            Self::Movement | Self::ScanFirst => deployment_under(MOVES),
            Self::Phones => deployment_under(ASSIGNED),
        }
    }

    async fn play(self, deployment: &mut Deployment) -> End {
        match self {
            Self::Movement => {
                deployment.put_event(&amazon_label());
                deployment.run_for(minutes(30)).await;
                deployment.put_event(&scan(NUMBER));
            }
            Self::ScanFirst => {
                deployment.put_event(&scan(NUMBER));
                deployment.run_for(minutes(30)).await;
                deployment.put_event(&amazon_label());
            }
            Self::Phones => {
                deployment.put_event(&phone_label());
                deployment.run_for(minutes(2)).await;
                enter_imeis(deployment);
            }
        }
        deployment.until_quiet().await;
        let mut published = published(deployment);
        published.sort_by_key(|kind| kind.name());
        published.dedup();
        let mut applied = deployment.memory.shops().applied();
        applied.sort_by_key(|applied| format!("{applied:?}"));
        let is_lost = deployment.has_stuck();
        End {
            shown: deployment.shown(&self.key()()),
            applied,
            published,
            dead: deployment.dead.clone(),
            is_lost,
        }
    }
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn whatever_call_fails_the_end_is_the_same(
    #[values(Story::Movement, Story::ScanFirst, Story::Phones)] story: Story,
    #[values(Fault::Before, Fault::Lost, Fault::After, Fault::CrashBefore, Fault::CrashAfter)]
    fault: Fault,
) {
    let mut undisturbed = story.deployment();
    let expected = story.play(&mut undisturbed).await;
    let calls = undisturbed.ports.take_calls();
    assert!(expected.shown.starts_with("1: confirmed"), "{expected:?}");
    for (place, port) in calls.iter().enumerate() {
        let mut deployment = story.deployment();
        deployment.ports.fail_nth(place + 1, fault);
        let end = story.play(&mut deployment).await;
        assert_eq!(end, expected, "call {place}, {port:?}, {fault:?}");
    }
}

/// Two faults, for what one cannot show: the repair fails too.
#[rstest]
#[tokio::test(start_paused = true)]
async fn whatever_two_calls_fail_the_end_is_the_same(
    #[values(Story::Movement, Story::Phones)] story: Story,
    #[values(Fault::Before, Fault::Lost, Fault::After, Fault::CrashAfter)] first: Fault,
    #[values(Fault::Lost, Fault::CrashAfter)] second: Fault,
    #[values(1, 2, 3, 5, 8)] apart: usize,
) {
    let mut undisturbed = story.deployment();
    let expected = story.play(&mut undisturbed).await;
    for place in 1..=undisturbed.ports.take_calls().len() {
        let mut deployment = story.deployment();
        deployment.ports.plan(move |call| {
            (call.nth == place)
                .then_some(first)
                .or_else(|| (call.nth == place + apart).then_some(second))
        });
        let end = story.play(&mut deployment).await;
        assert_eq!(end, expected, "calls {place} and {}, {first:?}, {second:?}", place + apart);
    }
}

/// A bad hour, in which every so many calls fail, each time in another way. What was received too often meanwhile is put
/// back afterwards, as a person does with dead letters. Nothing is lost, and nothing sent twice.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_bad_hour_is_survived(
    #[values(Story::Movement, Story::ScanFirst, Story::Phones)] story: Story,
    #[values(2, 3, 4, 5, 6, 7)] each: usize,
) {
    let mut deployment = story.deployment();
    let memory = deployment.memory.clone();
    deployment.ports.plan(move |call| {
        let is_bad = memory.now().since(START) < minutes(60);
        let fault = Fault::ALL[(call.nth / each) % Fault::ALL.len()];
        (is_bad && call.nth.is_multiple_of(each)).then_some(fault)
    });
    story.play(&mut deployment).await;
    deployment.run_for(minutes(60)).await;
    deployment.redrive();
    deployment.until_quiet().await;
    let applied = deployment.memory.shops().applied();
    let numbers = applied.iter().filter(|applied| matches!(applied, Applied::Number { .. }));
    assert_eq!(numbers.count(), 1, "{applied:?}");
    assert!(deployment.shown(&story.key()()).starts_with(&format!("1: confirmed {NUMBER}")));
    assert_eq!(deployment.dead, []);
}

/// An outcome whose save the table will refuse again is saved once in its invocation. The message goes back to its queue, and
/// nothing is lost: when the table takes saves again, the order is settled, and its number was sent once.
#[rstest]
#[tokio::test(start_paused = true)]
async fn a_refused_save_is_not_repeated_but_its_message_is() {
    let mut deployment = deployment_with_ready_order().await;
    let memory = deployment.memory.clone();
    let mut requests = 0;
    // The first request is for a token, and the second one is the submission.
    deployment.ports.plan(move |call| {
        requests += usize::from(call.port == Port::Http);
        if requests == 2 {
            memory.refuse_saves(&amazon_key());
        }
        None
    });
    deployment.ports.take_calls();
    let handled = ring_at::<Amazon>(&mut deployment, &amazon_key()).await;
    let saves =
        deployment.ports.take_calls().into_iter().filter(|port| *port == Port::Save).count();
    assert_eq!(saves, 2, "the claim, and its outcome once");
    let Handled::Retry(reason) = handled else { panic!("{handled:?}") };
    assert!(reason.contains("will refuse it again: ValidationException"), "{reason}");
    deployment.ports.heal();
    deployment.memory.take_saves(&amazon_key());
    deployment.until_quiet().await;
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
    assert_eq!(deployment.memory.shops().applied(), [number_of(AMAZON_ORDER)]);
}
