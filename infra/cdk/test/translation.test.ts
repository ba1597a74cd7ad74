import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParameterProps } from '../lib';
import { assetProgram, asWritten, bySam, example, synthesized } from './synthesis';

const OWN_ISSUER = {
  jwtIssuer: 'https://issuer.example',
  jwtAudience: 'console',
  jwtAuthorizeUrl: 'https://issuer.example/authorize',
  jwtTokenUrl: 'https://issuer.example/token',
  jwtSellerClaim: 'https://acme.example/seller_id',
};

const CASES: [what: string, props: ParameterProps][] = [
  ['with its defaults', {}],
  ['in production', { production: true, architecture: 'x86_64', eventSource: 'acme', imeiWindowMinutes: 5 }],
  ['on a restored table', { tableName: 'restored', restoredAt: 1_795_446_000, archiveDays: 0 }],
  [
    'on a bus that others share',
    { eventBusName: 'shared', producerAccounts: '111111111111,222222222222', unknownPartners: 'ignore', fairEventQueues: true },
  ],
  [
    'for many orders',
    { production: true, tracing: true, senderConcurrency: 100, eventConcurrency: 200, dueShards: 64, warmThroughput: 12_000 },
  ],
  ['with producers', { producerAccounts: '111111111111' }],
  ['with an issuer', { ...OWN_ISSUER, marketplaceEndpoint: 'http://localhost:9' }],
];

for (const [what, props] of CASES) {
  test(`the example makes what SAM makes, ${what}`, () => {
    const { template, folder } = synthesized(example(props));
    const sam = bySam(props);
    for (const [name, resource] of Object.entries(sam.Resources)) {
      const made = template.Resources[name];
      if (resource.Type === 'AWS::Lambda::Function') {
        const code = made?.Properties?.Code as { S3Bucket: unknown; S3Key: string };
        assert.deepEqual(Object.keys(code).sort(), ['S3Bucket', 'S3Key'], name);
        const translated = resource.Properties?.Code as { S3Key: string };
        assert.ok(assetProgram(folder, code.S3Key).endsWith(translated.S3Key), `${name} has another function's program`);
        Object.assign(translated, code);
      }
      assert.deepEqual(asWritten(made), asWritten(resource), name);
    }
    const own = Object.entries(template.Resources).filter(([name]) => !(name in sam.Resources));
    const types = own.map(([, { Type: type }]) => type).sort();
    const subscription = props.production ? ['AWS::SNS::Subscription'] : [];
    assert.deepEqual(types, ['AWS::Events::Rule', ...subscription, 'AWS::SQS::Queue', 'AWS::SQS::QueuePolicy']);
    assert.deepEqual(template.Outputs, sam.Outputs);
    // CDK's own parameter is left, and the rule that looks at it.
    assert.deepEqual(Object.keys(template.Parameters), ['BootstrapVersion']);
    assert.deepEqual(Object.keys(template.Rules), ['CheckBootstrapVersion']);
    assert.equal(template.Conditions, undefined);
  });
}
