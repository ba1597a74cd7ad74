//! The alarms of the template. They are made in production alone, and each says to its topic what a person should look at.

use crate::permissions::{RELAYING, expected, lists, resource, template};
use aws::NOT_PUBLISHED;
use flows::NOTIFICATIONS_DROPPED;

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
    let of_type = template.lines().filter(|line| line.ends_with(" AWS::Logs::MetricFilter"));
    // One more counts what is relayed to nobody.
    assert_eq!(filters + 1, of_type.count(), "a filter of a function that publishes nothing");
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
