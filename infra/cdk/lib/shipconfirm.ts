import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stack, Token, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { Construct } from 'constructs';
import { answersFor } from './answers';
import { functionsOf, programFolder } from './functions';
import { type Architecture, type ParameterProps, parameterValues } from './parameters';
import { decided, readTemplate, type Template, without } from './template';

/** The most characters of a stack's name. The names of resources begin with it, and the longest is a function's. */
export const STACK_NAME_MAX = 44;

/** What Shipconfirm is made of, beside the parameters of its template. */
export interface ShipconfirmProps extends ParameterProps {
  /**
   * A folder with a folder for each function, in which its program `bootstrap` is: what `buildFunctions` or `cargo lambda build`
   * made.
   */
  readonly functions: string;
  /**
   * The bus with the shipping events, to which notices are published. It must be in the stack's account and region.
   * @default a bus of its own, named after the stack
   */
  readonly eventBus?: events.IEventBus;
  /**
   * A table that another stack has made or left, or that was restored. It must have the keys and indexes of the template's.
   * @default a table of its own, which is kept when the stack is deleted
   */
  readonly table?: dynamodb.ITable;
}

/** A queue, and where what failed goes. */
export interface QueueWithDeadLetters {
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue;
}

/**
 * Shipconfirm: everything that `infra/template.yaml` makes, with the same names and logical ids. A stack has one at most, because its
 * resources are named after the stack.
 */
export class Shipconfirm extends Construct {
  /** The bus: put shipping events on it, and receive notices from it. */
  readonly eventBus: events.IEventBus;
  /** The table of orders, tracking numbers and partners. */
  readonly table: dynamodb.ITable;
  /** The queues of the events and of the channels, such as `label-created` and `amazon`. */
  readonly queues: ReadonlyMap<string, QueueWithDeadLetters>;
  /** The API. The console is at the root of its `apiEndpoint`. */
  readonly api: apigateway.IHttpApi;
  /** The topic of the alarms, in production. Nobody is subscribed to it yet. */
  readonly alarmTopic: sns.ITopic | undefined;

  constructor(scope: Construct, id: string, props: ShipconfirmProps) {
    super(scope, id);
    refuseWrongName(Stack.of(this).stackName);
    const translation = readTemplate();
    const { eventBus } = props;
    const parameters = parameterValues(translation, eventBus ? { ...props, eventBusName: eventBus.eventBusName } : props);
    let template = decided(translation, parameters);
    if (props.table) {
      if (parameters.TableName !== '') {
        throw new Error('table and tableName are given: they say the same, so one of them is enough');
      }
      template = without(template, 'Table');
      Object.assign(parameters, { Table: props.table.tableName, TableArn: props.table.tableArn });
    }
    const included = include(this, template, parameters);
    this.setCode(included, template, props.functions, parameters.Architecture as Architecture);
    for (const [resource, answer] of answersFor(template)) {
      Validations.of(included.getResource(resource)).acknowledge(answer);
    }

    const arnOf = (resource: string): string => included.getResource(resource).getAtt('Arn').toString();
    this.eventBus =
      eventBus ??
      ('EventBus' in template.Resources
        ? events.EventBus.fromEventBusArn(this, 'EventBus', arnOf('EventBus'))
        : events.EventBus.fromEventBusName(this, 'EventBus', parameters.EventBusName ?? ''));
    const tableOf = (of: { tableArn: string } | { tableName: string }): dynamodb.ITable =>
      dynamodb.Table.fromTableAttributes(this, 'Table', { ...of, grantIndexPermissions: true });
    this.table =
      props.table ??
      tableOf('Table' in template.Resources ? { tableArn: arnOf('Table') } : { tableName: parameters.TableName ?? '' });
    const queueOf = (resource: string): sqs.IQueue => sqs.Queue.fromQueueArn(this, resource, arnOf(resource));
    this.queues = new Map(
      queuesOf(template).map(([name, resource]) => [
        name,
        { queue: queueOf(`${resource}Queue`), deadLetterQueue: queueOf(`${resource}DeadLetterQueue`) },
      ]),
    );
    const api = included.getResource('Api') as apigateway.CfnApi;
    this.api = apigateway.HttpApi.fromHttpApiAttributes(this, 'Api', { httpApiId: api.ref, apiEndpoint: api.attrApiEndpoint });
    this.alarmTopic =
      'AlarmTopic' in template.Resources
        ? sns.Topic.fromTopicArn(this, 'AlarmTopic', included.getResource('AlarmTopic').ref)
        : undefined;
  }

  private setCode(included: CfnInclude, template: Template, functions: string, architecture: Architecture): void {
    const assets = new Construct(this, 'Code');
    for (const [resource, name] of functionsOf(template)) {
      const asset = new Asset(assets, name, { path: programFolder(functions, name, architecture) });
      const code = { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey };
      (included.getResource(resource) as lambda.CfnFunction).code = code;
    }
  }
}

function refuseWrongName(stackName: string): void {
  if (Token.isUnresolved(stackName)) {
    throw new Error('the stack is a nested one: it must be one whose name is known, because resources are named after it');
  }
  if (stackName.length > STACK_NAME_MAX) {
    const most = `at most ${STACK_NAME_MAX} characters, because functions are named after it`;
    throw new Error(`stackName is "${stackName}": it must have ${most}`);
  }
}

/** Includes a template that is not in a file. */
function include(scope: Construct, template: Template, parameters: Record<string, string>): CfnInclude {
  const folder = mkdtempSync(join(tmpdir(), 'shipconfirm-'));
  try {
    const templateFile = join(folder, 'template.json');
    writeFileSync(templateFile, JSON.stringify(template));
    return new CfnInclude(scope, 'Template', { templateFile, parameters });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The queues that have a dead-letter queue: the name, and what the name of its resource begins with. */
function queuesOf(template: Template): [name: string, resource: string][] {
  const resources = Object.keys(template.Resources).filter((resource) => resource.endsWith('DeadLetterQueue'));
  return resources.map((resource) => {
    const stem = resource.replace(/DeadLetterQueue$/, '');
    return [stem.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase(), stem];
  });
}
