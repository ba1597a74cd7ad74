import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Template } from '../lib/template';
import { asWritten, bySam, example, synthesized } from './synthesis';

test('what the construct made is at hand', () => {
  const stack = example({ production: true });
  const { eventBus, table, queues, api, alarmTopic } = stack.shipconfirm;
  const sam = bySam({ production: true });
  const arnOf = (resource: string): object => ({ 'Fn::GetAtt': [resource, 'Arn'] });
  assert.deepEqual(stack.resolve(eventBus.eventBusArn), arnOf('EventBus'));
  assert.deepEqual(stack.resolve(table.tableArn), arnOf('Table'));
  assert.deepEqual(stack.resolve(api.apiEndpoint), { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] });
  assert.deepEqual(stack.resolve(alarmTopic?.topicArn), { Ref: 'AlarmTopic' });
  const made = [...queues].flatMap(([name, { queue, deadLetterQueue }]) => [
    [`${name}`, stack.resolve(queue.queueArn)],
    [`${name}-dead-letter`, stack.resolve(deadLetterQueue.queueArn)],
  ]);
  const named = Object.entries(sam.Resources).filter(([, { Type: type }]) => type === 'AWS::SQS::Queue');
  const expected = named.map(([resource, { Properties: properties }]) => {
    const name = (properties?.QueueName as { 'Fn::Sub': string })['Fn::Sub'];
    return [name.replace('${AWS::StackName}-', ''), arnOf(resource)];
  });
  assert.deepEqual(new Map(made as [string, object][]), new Map(expected as [string, object][]));
});

test('without production there is no topic', () => {
  assert.equal(example().shipconfirm.alarmTopic, undefined);
});

test('a bus and a table that are there already take the place of our own', () => {
  const scope = new Stack(new App(), 'elsewhere');
  const bus = 'arn:aws:events:us-east-1:123456789012:event-bus/shared';
  const restored = 'arn:aws:dynamodb:us-east-1:123456789012:table/restored';
  const stack = example({
    eventBus: EventBus.fromEventBusArn(scope, 'Bus', bus),
    table: Table.fromTableAttributes(scope, 'Table', { tableArn: restored, grantIndexPermissions: true }),
  });
  const { Resources: made, Outputs: outputs } = synthesized(stack).template;
  const sam = bySam({ eventBusName: 'shared' });
  const text = JSON.stringify({ Resources: sam.Resources, Outputs: sam.Outputs })
    .replaceAll('{"Ref":"Table"}', '"restored"')
    .replaceAll('{"Fn::GetAtt":["Table","Arn"]}', JSON.stringify(restored))
    .replaceAll('${Table.Arn}', restored);
  const expected = JSON.parse(text) as Template;
  delete expected.Resources.Table;
  for (const [name, resource] of Object.entries(expected.Resources)) {
    const { Code: _, ...properties } = made[name]?.Properties ?? {};
    const { Code: __, ...wanted } = resource.Properties ?? {};
    assert.deepEqual(asWritten(properties), asWritten(wanted), name);
  }
  assert.equal(made.EventBus, undefined);
  assert.equal(made.Table, undefined);
  assert.deepEqual(outputs, expected.Outputs);
  assert.equal(stack.shipconfirm.table.tableName, 'restored');
  assert.equal(stack.shipconfirm.eventBus.eventBusName, 'shared');
});

test('a bus may be named, too', () => {
  const { eventBus } = example({ eventBusName: 'shared' }).shipconfirm;
  assert.equal(eventBus.eventBusName, 'shared');
  const synthesizedResources = synthesized(example({ eventBusName: 'shared' })).template.Resources;
  assert.equal(synthesizedResources.EventBus, undefined);
});

test('a table by its name takes the place of our own', () => {
  const stack = example({ tableName: 'restored' });
  assert.equal(stack.shipconfirm.table.tableName, 'restored');
  assert.equal(synthesized(stack).template.Resources.Table, undefined);
});

test('a table is given once', () => {
  const scope = new Stack(new App(), 'elsewhere');
  const table = Table.fromTableName(scope, 'Table', 'restored');
  assert.throws(() => example({ table, tableName: 'restored' }), /one of them is enough/);
});
