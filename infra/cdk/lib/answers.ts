import type { Acknowledgment } from 'aws-cdk-lib';
import type { Json, Template } from './template';

/** Which resources a finding of cdk-nag is about, by their names, and why it stays. */
const ANSWERS: [resources: RegExp, finding: string, reason: string][] = [
  [
    /Queue$/,
    'AwsSolutions-SQS4',
    'Only the roles of our functions and EventBridge reach the queues. Both call the HTTPS endpoint, and no policy lets others in.',
  ],
  [
    /^AlarmTopic$/,
    'AwsSolutions-SNS3',
    "Only CloudWatch's alarms publish to the topic, within AWS. What an alarm says holds no data of a seller.",
  ],
  [
    /Role$/,
    'AwsSolutions-IAM5[Action::sqs:SendMessage*]',
    'No other action begins like this. The star is for the local engine, which checks sqs:SendMessageBatch for a batch (decision 37).',
  ],
  [
    /^UserPool$/,
    'AwsSolutions-COG2',
    'People who pack share a device and have no second one at hand. Whoever wants a second factor gives the parameter JwtIssuer.',
  ],
  [
    /^UserPool$/,
    'AwsSolutions-COG8',
    'The plus tier costs by user and month. Only an administrator makes users, and whoever wants more gives the parameter JwtIssuer.',
  ],
  [
    /^Api(Console|Document|SignIn)Route$/,
    'AwsSolutions-APIG4',
    "The console's page, the API's document and the addresses to sign in at are the same for everybody, and needed before a sign-in.",
  ],
];

/** Secrets are made after the stack, one for each partner. */
const SECRETS = 'Only the beginning of the names of secrets is known: they are made later, when partners are registered.';

/**
 * The findings of cdk-nag that stay, each with its reason. An app that runs cdk-nag is not asked about them again, and a test holds
 * that no other finding is left and that no answer is idle.
 */
export function answersFor(template: Template): [resource: string, answer: Acknowledgment][] {
  return Object.entries(template.Resources).flatMap(([resource, { Type: type, Properties: properties }]) => {
    const answers = ANSWERS.filter(([resources]) => resources.test(resource)).map(([, id, reason]) => ({ id, reason }));
    for (const arn of type === 'AWS::IAM::Role' ? secretsIn(properties?.Policies ?? []) : []) {
      answers.push({ id: `AwsSolutions-IAM5[Resource::${arn.replaceAll(/\$\{(.*?)\}/g, '<$1>')}]`, reason: SECRETS });
    }
    return answers.map((answer): [string, Acknowledgment] => [resource, answer]);
  });
}

/** The ARNs of secrets that end with a star. */
function secretsIn(policies: Json): string[] {
  return [...JSON.stringify(policies).matchAll(/"Fn::Sub":"([^"]*:secret:[^"]*\*)"/g)].map((found) => found[1] ?? '');
}
