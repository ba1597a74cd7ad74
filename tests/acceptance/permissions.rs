//! The permissions of each function in the template: exactly what is listed here, and nothing wider. Every other test shows
//! that the list is enough, because the local engine enforces the roles.

use channels::{Marketplace, Visitor, visit};
use domain::Channel;
use std::path::Path;

const LOG: &[&str] = &["logs:CreateLogStream", "logs:PutLogEvents"];
const RECEIVE: &[&str] = &["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const REFUSE: &[&str] = &["sqs:SendMessage*"];
const RING: &[&str] = &["sqs:SendMessage*"];
const READ_AND_SAVE: &[&str] = &["dynamodb:GetItem", "dynamodb:PutItem"];
const AND_UPDATE: &[&str] = &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const FOR_PEOPLE: &[&str] =
    &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchGetItem"];
const FIND: &[&str] = &["dynamodb:Query"];
const CREDENTIALS: &[&str] = &["secretsmanager:GetSecretValue"];
const KEPT_CREDENTIALS: &[&str] =
    &["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"];
const WRITTEN_CREDENTIALS: &[&str] = &[
    "secretsmanager:CreateSecret",
    "secretsmanager:PutSecretValue",
    "secretsmanager:DeleteSecret",
];
const FORGET: &[&str] = &["dynamodb:DeleteItem"];
const ANNOUNCE: &[&str] = &["events:PutEvents"];
const RELAY: &[&str] = &["events:PutEvents"];
const BELIEVE: &[&str] = &["dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"];

/// The function that relays Amazon's notifications. It changes no order, publishes no notice of ours, and rings nobody.
pub(crate) const RELAYING: &str = "AmazonOrderChange";

/// The role of each function that is no sender, and the actions of its statements, in their order.
const EXPECTED: [(&str, &[&[&str]]); 10] = [
    ("LabelCreated", &[LOG, RECEIVE, REFUSE, AND_UPDATE, RING, ANNOUNCE]),
    ("LabelVoided", &[LOG, RECEIVE, REFUSE, READ_AND_SAVE, RING, ANNOUNCE]),
    ("OrderCancelled", &[LOG, RECEIVE, REFUSE, READ_AND_SAVE, RING, ANNOUNCE]),
    ("OrderUpdated", &[LOG, RECEIVE, REFUSE, READ_AND_SAVE, RING, ANNOUNCE]),
    ("CarrierScan", &[LOG, RECEIVE, REFUSE, AND_UPDATE, FIND, RING, ANNOUNCE]),
    ("ImeiUpdated", &[LOG, RECEIVE, REFUSE, AND_UPDATE, RING, ANNOUNCE]),
    (RELAYING, &[LOG, RECEIVE, REFUSE, BELIEVE, RELAY]),
    ("Sweep", &[LOG, FIND, READ_AND_SAVE, RING, ANNOUNCE]),
    ("SettingsApi", &[LOG, FOR_PEOPLE, FIND, FORGET, WRITTEN_CREDENTIALS, RING]),
    ("OrdersApi", &[LOG, FOR_PEOPLE, FIND, RING, ANNOUNCE]),
];

/// The role of every function, also of each channel's sender, and the actions of its statements.
pub(crate) fn expected() -> Vec<(String, Vec<&'static [&'static str]>)> {
    let others = EXPECTED.iter().map(|(name, actions)| ((*name).to_owned(), actions.to_vec()));
    let senders = Channel::ALL.map(|channel| (sender(channel), visit(channel, OfSender)));
    others.chain(senders).collect()
}

/// The actions of a sender's statements.
struct OfSender;

impl Visitor for OfSender {
    type Output = Vec<&'static [&'static str]>;

    fn visit<M: Marketplace>(self) -> Self::Output {
        let credentials = if M::KEEPS_TOKENS { KEPT_CREDENTIALS } else { CREDENTIALS };
        vec![LOG, RECEIVE, RING, REFUSE, AND_UPDATE, FIND, credentials, ANNOUNCE]
    }
}

/// The name of a sender in the template, such as `SendBackMarket`.
fn sender(channel: Channel) -> String {
    format!("Send{channel:?}")
}

pub(crate) fn template() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
    std::fs::read_to_string(path).expect("there is a template")
}

/// A resource's lines, without comments.
pub(crate) fn resource<'a>(template: &'a str, name: &str) -> Vec<&'a str> {
    let head = format!("  {name}:");
    let lines = template.lines().skip_while(|line| *line != head).skip(1);
    let body = lines.take_while(|line| line.is_empty() || line.starts_with("   "));
    body.map(str::trim).filter(|line| !line.starts_with('#')).collect()
}

/// The values of a field, one list for each line that has it.
pub(crate) fn lists<'a>(lines: &[&'a str], field: &str) -> Vec<Vec<&'a str>> {
    let values = lines.iter().filter_map(|line| line.strip_prefix(field)?.strip_prefix(": "));
    values.map(|value| value.trim_matches(['[', ']']).split(", ").collect()).collect()
}

/// The statements of a role, each with its lines.
fn statements<'a>(role: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut statements: Vec<Vec<&str>> = Vec::new();
    for line in role {
        if line.starts_with("- Sid: ") {
            statements.push(Vec::new());
        }
        statements.iter_mut().last().into_iter().for_each(|statement| statement.push(line));
    }
    statements
}

/// The resources of a statement, which are beside the field's name or in the lines below.
fn resources<'a>(statement: &[&'a str]) -> Vec<&'a str> {
    let lines = statement.iter().skip_while(|line| !line.starts_with("Resource:"));
    let lines = lines.take_while(|line| !line.starts_with("Condition:"));
    let values = lines.map(|line| line.trim_start_matches("Resource:").trim_start_matches("- "));
    values.map(str::trim).filter(|value| !["", "!Sub >-"].contains(value)).collect()
}

#[test]
fn each_function_may_do_exactly_what_it_does() {
    let template = template();
    for (function, expected) in expected() {
        let role = resource(&template, &format!("{function}Role"));
        assert_eq!(lists(&role, "Action"), expected, "{function}");
        let statements = role.iter().filter(|line| line.starts_with("- Sid: ")).count();
        assert_eq!(statements, expected.len(), "{function}: an action in another form");
        let allowed = role.iter().filter(|line| **line == "Effect: Allow").count();
        assert_eq!(allowed, expected.len(), "{function}");
        let resources = role.iter().filter(|line| line.starts_with("Resource:")).count();
        assert_eq!(resources, expected.len(), "{function}");
        assert!(!role.iter().any(|line| line.starts_with("ManagedPolicyArns")), "{function}");
    }
}

#[test]
fn nothing_is_wider_than_it_must_be() {
    let template = template();
    for line in template.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let is_wide = line.contains('*') && line.contains("Action:");
        assert!(!is_wide || line == "Action: sqs:SendMessage*", "{line}");
        assert!(!line.starts_with("NotAction") && !line.starts_with("NotResource"), "{line}");
    }
    for (function, expected) in expected() {
        let role = resource(&template, &format!("{function}Role"));
        let statements = statements(&role);
        assert_eq!(statements.len(), expected.len(), "{function}");
        for statement in &statements {
            let resources = resources(statement);
            assert!(!resources.is_empty(), "{function}: {statement:?}");
            // Secrets are made after the template, so only the beginning of their names is known.
            let of_ours = |name: &str| name.contains(":secret:${AWS::StackName}/");
            let wide = resources.iter().filter(|name| name.contains('*') && !of_ours(name));
            assert_eq!(wide.count(), 0, "{function}: {resources:?}");
        }
    }
}

/// What a function needs that rings: a queue without its line here would get no doorbell from it.
#[test]
fn every_function_that_rings_reaches_the_queue_of_every_channel() {
    let template = template();
    let is_sender = |function: &str| Channel::ALL.map(sender).iter().any(|name| name == function);
    let queues = Channel::ALL.map(|channel| format!("!GetAtt {channel:?}Queue.Arn"));
    let variables = Channel::ALL.map(|channel| {
        format!("{}_QUEUE_URL: !Ref {channel:?}Queue", channel.name().to_uppercase())
    });
    let rings = |function: &str| !is_sender(function) && function != RELAYING;
    let ringing = expected().into_iter().filter(|(function, _)| rings(function));
    for (function, _) in ringing {
        let role = resource(&template, &format!("{function}Role"));
        let statements = statements(&role);
        let ring = statements.iter().find(|lines| lines[0] == "- Sid: Ring");
        let reached = ring.map(|lines| resources(lines)).unwrap_or_default();
        assert_eq!(reached, queues, "{function}Role, statement Ring");
        let lines = resource(&template, &format!("{function}Function"));
        let known: Vec<&&str> =
            lines.iter().filter(|line| variables.iter().any(|own| own == **line)).collect();
        assert_eq!(
            known.len(),
            variables.len(),
            "{function}Function has {known:?} of {variables:?}"
        );
    }
}

/// What people and the programs on this machine need of a channel's queue.
#[test]
fn every_channels_queue_has_its_alarms_and_is_an_output() {
    let template = template();
    let dead_letters = resource(&template, "DeadLetterQueueUrls");
    for channel in Channel::ALL {
        for alarm in ["DeadLetterAlarm", "AgeAlarm"] {
            let lines = resource(&template, &format!("{channel:?}{alarm}"));
            assert!(lines.contains(&"Type: AWS::CloudWatch::Alarm"), "no {channel:?}{alarm}");
        }
        let output = resource(&template, &format!("{channel:?}QueueUrl"));
        let value = format!("Value: !Ref {channel:?}Queue");
        assert!(output.contains(&value.as_str()), "no output {channel:?}QueueUrl");
        let named = format!("!Ref {channel:?}DeadLetterQueue");
        let is_listed = dead_letters.iter().any(|line| line.ends_with(&named));
        assert!(is_listed, "output DeadLetterQueueUrls: no `{named}`");
    }
}

/// Rule S6: what relays may not speak for anybody else, and only Amazon may put something into its queue.
#[test]
fn what_relays_speaks_for_channels_alone() {
    let template = template();
    let role = resource(&template, &format!("{RELAYING}Role"));
    let source = "{events:source: ship-confirmation.channels}";
    let conditions: Vec<_> = role.iter().filter(|line| line.starts_with("Condition: {")).collect();
    assert!(matches!(conditions.as_slice(), [one] if one.contains(source)), "{conditions:?}");
    let policy = resource(&template, &format!("{RELAYING}QueuePolicy"));
    let amazon = r#"Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::437568002678:root"}"#;
    assert_eq!(policy.iter().filter(|line| line.starts_with("- Effect: ")).count(), 1);
    assert!(policy.contains(&amazon), "{policy:?}");
    assert_eq!(lists(&policy, "Action"), [["sqs:GetQueueAttributes", "sqs:SendMessage"]]);
    let is_conditional = |line: &&str| line.ends_with("OrderChanges") && line.starts_with("Cond");
    let made = template.lines().filter(|line| line.starts_with(&format!("  {RELAYING}")));
    for name in made.filter_map(|line| line.trim().strip_suffix(':')) {
        let lines = resource(&template, name);
        assert!(lines.iter().any(is_conditional), "{name} is made without an application");
    }
}

/// The indexes of each function that people use. All begin with the seller, whom the token names.
const FOUND: [(&str, &[&str]); 2] =
    [("SettingsApi", &["by_partner"]), ("OrdersApi", &["by_partner", "attention", "imeis"])];

#[test]
fn the_api_finds_by_seller_alone() {
    let template = template();
    for (function, indexes) in FOUND {
        let role = resource(&template, &format!("{function}Role"));
        let statements = statements(&role);
        let find = statements.iter().find(|lines| lines[0] == "- Sid: Find").expect("it finds");
        let indexes = indexes.iter().map(|index| format!("${{Table.Arn}}/index/{index}"));
        let reached: Vec<_> = ["Table.Arn".to_owned()].into_iter().chain(indexes).collect();
        let found = resources(find);
        // The table is one that the stack makes, or one that is there already.
        let of_ours = |name: &&str| name.split(' ').nth(3).map(|arn| arn.replace(['"', ','], ""));
        let names: Vec<_> = found.iter().filter_map(of_ours).collect();
        assert_eq!(names, reached, "{function}");
        let adopted =
            |arn: &String| arn.rsplit_once("Arn}").map_or("", |(_, index)| index).to_owned();
        let adopted = names.iter().map(|arn| format!(":table/${{TableName}}{}\"]", adopted(arn)));
        assert!(found.iter().zip(adopted).all(|(name, end)| name.ends_with(&end)), "{found:?}");
    }
}

/// A route of the API.
pub(crate) struct Route {
    /// Its resource.
    name: &'static str,
    /// Its key: a method and a path.
    pub(crate) key: &'static str,
    /// Its authorization.
    access: &'static str,
    /// The function that it leads to, as the template names it.
    pub(crate) function: &'static str,
}

const fn open(name: &'static str, key: &'static str) -> Route {
    Route { name, key, access: "NONE", function: "SettingsApi" }
}

const fn of_orders(name: &'static str, key: &'static str) -> Route {
    Route { name, key, access: "JWT", function: "OrdersApi" }
}

/// Every route. What needs no token is named here alone.
pub(crate) const ROUTES: [Route; 10] = [
    open("ApiConsoleRoute", "GET /"),
    open("ApiDocumentRoute", "GET /openapi.json"),
    open("ApiSignInRoute", "GET /sign-in"),
    of_orders("ApiOrdersRoute", "ANY /orders"),
    of_orders("ApiPartnerOrdersRoute", "ANY /partners/{partner}/orders"),
    of_orders("ApiOrderRoute", "ANY /partners/{partner}/orders/{proxy+}"),
    of_orders("ApiTrackingRoute", "ANY /trackings/{proxy+}"),
    of_orders("ApiAttentionRoute", "ANY /attention"),
    of_orders("ApiAttentionActionsRoute", "ANY /attention/actions"),
    Route { name: "ApiRoute", key: "$default", access: "JWT", function: "SettingsApi" },
];

#[test]
fn the_api_is_open_to_its_own_page_and_to_tokens_alone() {
    let template = template();
    for Route { name, key, access, function } in ROUTES {
        let route = resource(&template, name);
        assert_eq!(lists(&route, "RouteKey"), [[key]]);
        assert_eq!(lists(&route, "AuthorizationType"), [[access]], "{key}");
        let authorizers = lists(&route, "AuthorizerId");
        let authorizer = if access == "JWT" { vec![vec!["!Ref ApiAuthorizer"]] } else { vec![] };
        assert_eq!(authorizers, authorizer, "{key}");
        let target = format!("!Sub integrations/${{{function}Integration}}");
        assert_eq!(lists(&route, "Target"), [[target.as_str()]], "{key}");
    }
    for function in ["SettingsApi", "OrdersApi"] {
        let integration = resource(&template, &format!("{function}Integration"));
        let called = format!("!GetAtt {function}Function.Arn");
        assert_eq!(lists(&integration, "IntegrationUri"), [[called.as_str()]]);
        let permission = resource(&template, &format!("{function}Permission"));
        let named = format!("!Ref {function}Function");
        assert_eq!(lists(&permission, "FunctionName"), [[named.as_str()]]);
    }
    let of_type = |kind: &str| template.lines().filter(|line| line.ends_with(kind)).count();
    assert_eq!(of_type(" AWS::ApiGatewayV2::Route"), ROUTES.len(), "a route without a row here");
    assert_eq!(of_type(" AWS::ApiGatewayV2::Stage"), 1, "a stage that this does not look at");
    let is_cors = |line: &str| line.trim_start().starts_with("CorsConfiguration");
    assert!(!template.lines().any(is_cors), "another site is let in");
    let stage = resource(&template, "ApiStage").join(" ");
    for limit in ["ThrottlingRateLimit: 200", "ThrottlingBurstLimit: 400"] {
        assert!(stage.contains(limit), "{stage}");
    }
    // What anybody may call has a limit of its own each, and is there before it.
    let limit = "{ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40}";
    for open in ROUTES.iter().filter(|route| route.access == "NONE") {
        assert!(stage.contains(&format!("{}: {limit}", open.key)), "{stage}");
        assert!(stage.contains(open.name), "{stage}");
    }
}

#[test]
fn each_function_has_its_own_role_and_a_sender_its_own_credentials() {
    let template = template();
    for (function, _) in expected() {
        let lines = resource(&template, &format!("{function}Function"));
        let role = format!("Role: !GetAtt {function}Role.Arn");
        assert!(lines.contains(&role.as_str()), "{function} has not its own role");
        assert!(!lines.iter().any(|line| line.starts_with("Policies")), "{function} has more");
    }
    let functions =
        template.lines().filter(|line| line.contains("AWS::Serverless::Function")).count();
    assert_eq!(functions, expected().len(), "a function without a row here");
    for channel in Channel::ALL {
        let sender = sender(channel);
        let role = resource(&template, &format!("{sender}Role"));
        let secrets: Vec<_> = role.iter().filter(|line| line.contains(":secret:")).collect();
        let own = format!("${{AWS::StackName}}/{channel}/*");
        assert!(secrets.len() == 1 && secrets[0].contains(&own), "{sender}: {secrets:?}");
    }
}
