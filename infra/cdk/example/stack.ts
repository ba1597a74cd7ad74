import { Stack, type StackProps } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { Shipconfirm, type ShipconfirmProps } from '../lib';

/** Shipconfirm, with somebody who is mailed alarms, and a queue of the rejected confirmations. */
export class ExampleStack extends Stack {
  readonly shipconfirm: Shipconfirm;

  constructor(scope: Construct, id: string, props: ShipconfirmProps & StackProps) {
    super(scope, id, props);
    this.shipconfirm = new Shipconfirm(this, 'Shipconfirm', props);
    this.shipconfirm.alarmTopic?.addSubscription(new EmailSubscription('operations@acme.example'));
    new Rule(this, 'Rejected', {
      eventBus: this.shipconfirm.eventBus,
      eventPattern: { source: ['ship-confirmation'], detailType: ['ConfirmationRejected'] },
      targets: [new SqsQueue(new Queue(this, 'RejectedQueue', { enforceSSL: true }))],
    });
  }
}
