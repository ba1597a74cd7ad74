//! What the template says of how the functions run: what Lambda must let them do, how many of them run at a time, and on whose
//! bus they listen.

use crate::permissions::{lists, resource, template};
use domain::Channel;

/// A sender rings its own queue. Lambda stops a chain of 16 such rings by default, which an outage of three hours makes, and every
/// waiting order of the channel becomes a dead letter. Source: Lambda developer guide, "Use Lambda recursive loop detection".
#[test]
fn lambda_lets_every_sender_ring_its_own_queue_for_as_long_as_the_rules_do() {
    let template = template();
    let alarm = resource(&template, "LoopsAlarm");
    for channel in Channel::ALL {
        let sender = resource(&template, &format!("Send{channel:?}Function"));
        assert_eq!(lists(&sender, "RecursiveLoop"), [["Allow"]], "{channel}");
        let dropped =
            format!("Dimensions: [{{Name: FunctionName, Value: !Ref Send{channel:?}Function}}]");
        assert!(alarm.contains(&dropped.as_str()), "{channel}: nobody hears of dropped doorbells");
    }
    let allowed = template.lines().filter(|line| line.trim() == "RecursiveLoop: Allow").count();
    assert_eq!(allowed, Channel::ALL.len(), "a function that rings no queue of its own");
}
