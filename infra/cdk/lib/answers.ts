import type { Acknowledgment } from 'aws-cdk-lib';
import type { Template } from './template';

/** The resources that a finding of cdk-nag is about, by a type or by names, and why it stays. */
const ANSWERS: [resources: string[], finding: string, reason: string][] = [
  [
    ['AWS::SQS::Queue'],
    'AwsSolutions-SQS4',
    'Only the roles of our functions and EventBridge reach the queues. Both call the HTTPS endpoint, and no policy lets others in.',
  ],
  [
    ['AlarmTopic'],
    'AwsSolutions-SNS3',
    "Only CloudWatch's alarms publish to the topic, within AWS. What an alarm says holds no data of a seller.",
  ],
  [
    ['UserPool'],
    'AwsSolutions-COG2',
    'People who pack share a device and have no second one at hand. Whoever wants a second factor of everybody gives the parameter Mfa.',
  ],
  [
    ['UserPool'],
    'AwsSolutions-COG8',
    'The plus tier costs by user and month. Only an administrator makes users, and whoever wants more gives the parameter JwtIssuer.',
  ],
  [
    ['TracePolicy'],
    'AwsSolutions-IAM5[Resource::*]',
    'X-Ray takes traces for the account as a whole: these actions have no resources to name.',
  ],
  [
    ['ApiConsoleRoute', 'ApiDocumentRoute', 'ApiSignInRoute'],
    'AwsSolutions-APIG4',
    "The console's page, the API's document and the addresses to sign in at are the same for everybody, and needed before a sign-in.",
  ],
];

/** The stars in roles, as they stand in a policy and as a finding names them, and why they stay. */
const STARS: [star: RegExp, finding: string, reason: string][] = [
  [
    /"(sqs:SendMessage\*)"/g,
    'Action',
    'No other action begins like this. The star is for the local engine, which checks sqs:SendMessageBatch for a batch (decision 37).',
  ],
  [
    /"([^"]*:secret:[^"]*\/\*)"/g,
    'Resource',
    'Only the beginning of the names of secrets is known: they are made later, when partners are registered.',
  ],
];

/**
 * The findings of cdk-nag that stay, each with its reason. An app that runs cdk-nag is not asked about them again, and a test holds
 * that no other finding is left and that no answer is idle.
 */
export function answersFor(template: Template): [resource: string, answer: Acknowledgment][] {
  return Object.entries(template.Resources).flatMap(([resource, { Type: type = '', Properties: properties }]) => {
    const own = ANSWERS.filter(([resources]) => resources.includes(type) || resources.includes(resource));
    const answers = own.map(([, id, reason]) => ({ id, reason }));
    const policies = type === 'AWS::IAM::Role' ? JSON.stringify(properties?.Policies) : '';
    for (const [star, finding, reason] of STARS) {
      const found = new Set([...policies.matchAll(star)].map(([, text = '']) => text.replaceAll(/\$\{(.*?)\}/g, '<$1>')));
      answers.push(...[...found].map((text) => ({ id: `AwsSolutions-IAM5[${finding}::${text}]`, reason })));
    }
    return answers.map((answer): [string, Acknowledgment] => [resource, answer]);
  });
}
