//! What the template says of how the functions run: what Lambda must let them do, how many of them run at a time, and on whose
//! bus they listen.

use crate::permissions::{expected, lists, resource, template};
use domain::{Channel, EventKind};
use flows::{DUE_SHARDS, DUE_SHARDS_MAX};

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

/// The number of senders is one number: Lambda runs as many, and each of them knows it, because it decides how they pace.
#[test]
fn senders_know_how_many_of_them_run_at_a_time() {
    let template = template();
    for channel in Channel::ALL {
        let sender = resource(&template, &format!("Send{channel:?}Function"));
        let scaling = lists(&sender, "ScalingConfig");
        assert_eq!(scaling, [["{MaximumConcurrency: !Ref SenderConcurrency}"]], "{channel}");
        assert_eq!(lists(&sender, "SENDER_CONCURRENCY"), [["!Ref SenderConcurrency"]], "{channel}");
    }
}

/// A burst of events must leave room for the senders, the sweep and the API in the account.
#[test]
fn event_functions_have_a_limit_and_the_sweep_and_the_api_a_reserve() {
    let template = template();
    for kind in EventKind::ALL {
        let function = resource(&template, &format!("{}Function", kind.name()));
        let scaling = lists(&function, "ScalingConfig");
        assert_eq!(scaling, [["{MaximumConcurrency: !Ref EventConcurrency}"]], "{kind}");
    }
    for function in ["Sweep", "SettingsApi", "OrdersApi"] {
        let lines = resource(&template, &format!("{function}Function"));
        let reserve = lists(&lines, "ReservedConcurrentExecutions").concat().join(", ");
        assert!(reserve.starts_with("!If [IsProduction, "), "{function}: {reserve}");
        assert!(reserve.ends_with(", !Ref AWS::NoValue"), "{function}: {reserve}");
    }
}

/// Orders may be spread over as many shards as the sweep reads, and its invocations of a minute read all of them.
#[test]
fn the_sweep_reads_every_shard_that_the_template_allows() {
    let template = template();
    let shards = resource(&template, "DueShards");
    assert_eq!(lists(&shards, "Default"), [[DUE_SHARDS.to_string()]]);
    assert_eq!(lists(&shards, "MaxValue"), [[DUE_SHARDS_MAX.to_string()]]);
    let known = template.lines().filter(|line| line.trim() == "DUE_SHARDS: !Ref DueShards");
    assert_eq!(known.count(), 1, "every function has it");
    let sweep = resource(&template, "SweepFunction");
    let parts = lists(&sweep, "Input");
    let expected: Vec<String> = (0..parts.len())
        .map(|part| format!("'{{\"part\": {part}, \"parts\": {}}}'", parts.len()))
        .collect();
    let said: Vec<String> = parts.iter().map(|part| part.join(", ")).collect();
    assert_eq!(said, expected);
    let each = lists(&sweep, "ScheduleExpression");
    assert_eq!(each, vec![vec!["rate(1 minute)"]; parts.len()]);
}

/// Whoever may put events on the bus names any seller in them. So each rule says whose events it takes: those of this account, and
/// those of the producers that the deployment names.
#[test]
fn every_rule_takes_events_of_this_account_and_of_its_producers_alone() {
    let template = template();
    let accounts = "!If [HasProducers, !Split [\",\", !Sub \"${AWS::AccountId},${ProducerAccounts}\"], [!Ref AWS::AccountId";
    for kind in EventKind::ALL {
        let rule = resource(&template, &format!("{}Rule", kind.name()));
        assert_eq!(lists(&rule, "account").concat().join(", "), accounts, "{kind}");
        let group = "!If [GroupsBySeller, {MessageGroupId: $.detail.seller_id}, !Ref AWS::NoValue";
        assert_eq!(lists(&rule, "SqsParameters").concat().join(", "), group, "{kind}");
    }
    let policy = resource(&template, "EventBusPolicy");
    assert_eq!(lists(&policy, "Condition"), [["LetsProducersIn"]]);
    assert_eq!(lists(&policy, "Action"), [["events:PutEvents"]]);
    assert_eq!(lists(&policy, "Resource"), [["!GetAtt EventBus.Arn"]]);
    assert_eq!(
        lists(&policy, "Principal").concat().join(", "),
        "{AWS: !Split [\",\", !Ref ProducerAccounts]}"
    );
}

/// A function that looks for a partner knows what to do where there is none.
#[test]
fn every_function_for_events_of_partners_is_told_what_becomes_of_unknown_ones() {
    let template = template();
    for kind in EventKind::ALL {
        let function = resource(&template, &format!("{}Function", kind.name()));
        let told = lists(&function, "UNKNOWN_PARTNERS");
        let expected = if kind == EventKind::CarrierScan {
            vec![]
        } else {
            vec![vec!["!Ref UnknownPartners"]]
        };
        assert_eq!(told, expected, "{kind}");
    }
}

/// Tracing adds one policy to every role, which lets it hand traces in and nothing else.
#[test]
fn with_tracing_every_function_may_hand_in_traces_and_nothing_else() {
    let template = template();
    let policy = resource(&template, "TracePolicy");
    assert_eq!(lists(&policy, "Condition"), [["TracesCalls"]]);
    assert_eq!(lists(&policy, "Action"), [["xray:PutTraceSegments", "xray:PutTelemetryRecords"]]);
    for (function, _) in expected() {
        let role = format!("!Ref {function}Role");
        assert!(policy.iter().any(|line| line.contains(&role)), "{function} hands in no traces");
    }
}
