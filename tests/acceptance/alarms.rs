//! The alarms of the template. They are made in production alone, and each says to its topic what a person should look at.

use crate::permissions::{RELAYING, expected, lists, resource, template};
use aws::NOT_PUBLISHED;
use domain::{Channel, EventKind};
use flows::NOTIFICATIONS_DROPPED;
use flows::{PARTNER_STOPPED, UNKNOWN_PARTNERS};

/// Every alarm's lines, without the resource's name.
fn alarms(template: &str) -> Vec<(&str, Vec<&str>)> {
    let names = template.lines().filter_map(|line| line.strip_prefix("  ")?.strip_suffix("Alarm:"));
    names.map(|name| (name, resource(template, &format!("{name}Alarm")))).collect()
}

#[test]
fn each_alarm_is_made_in_production_and_says_to_its_topic_what_is_wrong() {
    let template = template();
    let alarms = alarms(&template);
    let of_type = template.lines().filter(|line| line.ends_with(" AWS::CloudWatch::Alarm"));
    assert_eq!(alarms.len(), of_type.count(), "an alarm by another name");
    for (name, lines) in alarms {
        let relaying = name.starts_with(RELAYING);
        let made = if relaying { "WatchesOrderChanges" } else { "IsProduction" };
        for wanted in [&format!("Condition: {made}"), "AlarmActions: [!Ref AlarmTopic]"] {
            assert!(lines.contains(&wanted), "{name} has no `{wanted}`");
        }
        assert!(lines.iter().any(|line| line.starts_with("AlarmDescription: ")), "{name}");
        assert_eq!(lists(&lines, "TreatMissingData").len(), 1, "{name}");
    }
}

/// A function that publishes, and whose log is not counted, would lose its notices without anybody seeing it.
#[test]
fn every_function_that_publishes_counts_what_the_bus_did_not_take() {
    let template = template();
    let pattern = format!("'{{ $.fields.metric = \"{NOT_PUBLISHED}\" }}'");
    let counted = format!(
        "- {{MetricNamespace: !Ref AWS::StackName, MetricName: {NOT_PUBLISHED}, MetricValue: $.fields.count}}"
    );
    let functions = expected();
    let publishing = functions.iter().filter(|(function, actions)| {
        function != RELAYING && actions.contains(&["events:PutEvents"].as_slice())
    });
    let mut filters = 0;
    for (function, _) in publishing {
        let filter = resource(&template, &format!("{function}UnpublishedFilter"));
        assert!(filter.contains(&"Condition: IsProduction"), "{function}");
        assert_eq!(lists(&filter, "LogGroupName"), [[format!("!Ref {function}Logs")]]);
        assert_eq!(lists(&filter, "FilterPattern"), [[pattern.as_str()]], "{function}");
        assert!(filter.contains(&counted.as_str()), "{function}: {filter:?}");
        let own = resource(&template, &format!("{function}Function"));
        let log = format!("LoggingConfig: {{LogGroup: !Ref {function}Logs}}");
        assert!(own.contains(&log.as_str()), "{function} logs elsewhere");
        filters += 1;
    }
    let named = template.lines().filter(|line| line.ends_with("UnpublishedFilter:"));
    assert_eq!(filters, named.count(), "a filter of a function that publishes nothing");
    let dropped = resource(&template, &format!("{RELAYING}DroppedFilter"));
    let pattern = format!("'{{ $.fields.metric = \"{NOTIFICATIONS_DROPPED}\" }}'");
    assert_eq!(lists(&dropped, "FilterPattern"), [[pattern.as_str()]]);
    assert_eq!(lists(&dropped, "MetricValue"), [["$.fields.count"]]);
    let alarm = resource(&template, "NoticesAlarm");
    assert_eq!(lists(&alarm, "Namespace"), [["!Ref AWS::StackName"]]);
    assert_eq!(lists(&alarm, "MetricName"), [[NOT_PUBLISHED]]);
    let text = alarm.join(" ");
    for look in ["policy", "quotas", "throttling", "kept", "published later"] {
        assert!(text.contains(look), "the alarm does not speak of {look}");
    }
}

/// A filter of a function's log that counts lines with this `metric`.
fn counts(template: &str, filter: &str, function: &str, metric: &str) {
    let lines = resource(template, filter);
    assert!(lines.contains(&"Condition: IsProduction"), "{filter}");
    assert_eq!(lists(&lines, "LogGroupName"), [[format!("!Ref {function}Logs")]], "{filter}");
    let pattern = format!("'{{ $.fields.metric = \"{metric}\" }}'");
    assert_eq!(lists(&lines, "FilterPattern"), [[pattern]], "{filter}");
    let named = format!("- {{MetricNamespace: !Ref AWS::StackName, MetricName: {metric}, ");
    assert!(lines.iter().any(|line| line.starts_with(&named)), "{filter}: {lines:?}");
}

#[test]
fn every_sender_counts_the_partners_that_it_stops() {
    let template = template();
    for channel in Channel::ALL {
        let sender = format!("Send{channel:?}");
        counts(&template, &format!("{sender}StoppedFilter"), &sender, PARTNER_STOPPED);
    }
    let alarm = resource(&template, "StoppedAlarm");
    assert_eq!(lists(&alarm, "MetricName"), [[PARTNER_STOPPED]]);
}

#[test]
fn what_is_ignored_for_its_unknown_partner_is_counted() {
    let template = template();
    for kind in EventKind::ALL.into_iter().filter(|kind| *kind != EventKind::CarrierScan) {
        let function = kind.name();
        counts(&template, &format!("{function}UnknownFilter"), function, UNKNOWN_PARTNERS);
    }
}

/// A dead-letter queue keeps its messages for two weeks. An alarm about messages that are there would be on for all that time, and
/// say nothing of the next ones.
#[test]
fn a_dead_letter_alarm_tells_of_new_messages() {
    let template = template();
    let alarms = alarms(&template);
    let dead_letters: Vec<_> =
        alarms.iter().filter(|(name, _)| name.ends_with("DeadLetter")).collect();
    // One more is of what Amazon sends.
    assert_eq!(dead_letters.len(), EventKind::ALL.len() + Channel::ALL.len() + 1);
    for (name, lines) in dead_letters {
        let text = lines.join("\n");
        assert!(text.contains("Expression: \"DIFF(FILL(messages, 0))\""), "{name}");
        assert!(text.contains(&format!("!GetAtt {name}Queue.QueueName")), "{name}");
        assert_eq!(lists(lines, "DatapointsToAlarm"), [["1"]], "{name}");
    }
}

/// A doorbell may wait as long as SQS can delay it, and the metric counts that.
#[test]
fn the_age_of_doorbells_alarms_beyond_what_a_delay_and_one_retry_explain() {
    const DELAY_S: i64 = 900;
    const AWAY_S: i64 = 360;
    let template = template();
    for channel in Channel::ALL {
        let alarm = resource(&template, &format!("{channel:?}AgeAlarm"));
        let threshold: i64 = lists(&alarm, "Threshold")[0][0].parse().expect("a number");
        assert!(threshold > DELAY_S + AWAY_S, "{channel}: {threshold}");
    }
}

/// Every function is watched: that it fails, that it hangs, and that it is throttled.
#[test]
fn every_function_is_in_the_alarms_of_errors_time_and_throttling() {
    let template = template();
    let all = |names: &[&str]| {
        names.iter().map(|name| resource(&template, name).join("\n")).collect::<String>()
    };
    let errors = all(&[
        "EventErrorsAlarm",
        "SenderErrorsAlarm",
        "ApiFunctionErrorsAlarm",
        "SweepErrorsAlarm",
        "AmazonOrderChangeErrorsAlarm",
    ]);
    let throttles =
        all(&["EventThrottlesAlarm", "ThrottlesAlarm", "AmazonOrderChangeThrottlesAlarm"]);
    // A sweep that has no time left fails, so its errors tell that, too.
    let time = all(&[
        "EventDurationAlarm",
        "SenderDurationAlarm",
        "ApiFunctionDurationAlarm",
        "SweepErrorsAlarm",
        "AmazonOrderChangeDurationAlarm",
    ]);
    for (function, _) in expected() {
        let named = format!("Value: !Ref {function}Function}}");
        for (what, alarms) in [("errors", &errors), ("throttling", &throttles), ("time", &time)] {
            assert!(alarms.contains(&named), "{function}: nobody hears of its {what}");
        }
    }
    for kind in EventKind::ALL {
        let queue = resource(&template, &format!("{}AgeAlarm", kind.name()));
        let named = format!(
            "Dimensions: [{{Name: QueueName, Value: !GetAtt {}Queue.QueueName}}]",
            kind.name()
        );
        assert!(queue.contains(&named.as_str()), "{kind}: nobody hears that its queue is not read");
    }
}

/// An alarm by metric math has at most ten metrics. Source: `CloudWatch` user guide, "`CloudWatch` service quotas".
#[test]
fn no_alarm_has_more_metrics_than_an_alarm_may_have() {
    const METRICS_MAX: usize = 10;
    for (name, lines) in alarms(&template()) {
        let metrics = lines.iter().filter(|line| **line == "MetricStat:").count();
        assert!(metrics <= METRICS_MAX, "{name}: {metrics} metrics");
        let ids: Vec<_> = lines.iter().filter(|line| line.starts_with("- Id: ")).collect();
        assert_eq!(ids.len(), metrics, "{name}: {ids:?}");
    }
}

#[test]
fn the_dashboard_shows_every_alarm_queue_and_function() {
    let template = template();
    let dashboard = resource(&template, "Dashboard");
    assert!(dashboard.contains(&"Condition: IsProduction"));
    let body = dashboard
        .iter()
        .skip_while(|line| **line != "DashboardBody: !Sub")
        .skip(2)
        .take_while(|line| !line.starts_with("- Table: "))
        .copied()
        .collect::<Vec<_>>()
        .join("\n");
    let relay =
        dashboard.iter().find(|line| line.starts_with("RelayAlarms: ")).expect("it is there");
    let of_all = body.replace("${RelayAlarms}", "");
    let parsed: serde_json::Value = serde_json::from_str(&of_all).expect("the dashboard is JSON");
    let widgets = parsed["widgets"].as_array().expect("it has widgets");
    for question in ["Is it well?", "How late?", "How much?", "For whom?"] {
        let asks = |widget: &&serde_json::Value| {
            widget["properties"]["title"].as_str().is_some_and(|title| title.starts_with(question))
        };
        assert!(widgets.iter().any(|widget| asks(&widget)), "{question}");
    }
    for (name, _) in alarms(&template) {
        let named = format!("${{{name}Alarm.Arn}}");
        assert!(body.contains(&named) || relay.contains(&named), "{name} is not shown");
    }
    for line in template.lines() {
        let named = ["QueueName: !Sub ", "FunctionName: !Sub "];
        if let Some(name) = named.iter().find_map(|field| line.trim().strip_prefix(field)) {
            assert!(body.contains(&format!("\"{name}\"")), "{name} is not shown");
        }
    }
}
