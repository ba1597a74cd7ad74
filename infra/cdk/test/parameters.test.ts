import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { App, Fn, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import { Shipconfirm, type ShipconfirmProps, STACK_NAME_MAX } from '../lib';
import { propertyOf } from '../lib/parameters';
import { type Declaration, readTemplate } from '../lib/template';
import { example, fileOf, synthesized } from './synthesis';

/** How a parameter's type is written as a property's. */
function typeOf({ Type: type, AllowedValues: allowed }: Declaration): string {
  if (allowed?.includes('true')) {
    return 'boolean';
  }
  if (allowed) {
    return allowed.map((value) => `'${value}'`).join(' | ');
  }
  return type.toLowerCase();
}

/** How a default is written behind `@default`. */
function defaultOf(declaration: Declaration): string {
  return typeOf(declaration) === 'string' || typeOf(declaration).includes("'")
    ? `'${declaration.Default}'`
    : String(declaration.Default);
}

test('each parameter of the template is a property with its type and default, and each property is a parameter', () => {
  const source = readFileSync(fileOf('lib/parameters.ts'), 'utf8');
  const architecture = /type Architecture = (.*);/.exec(source)?.[1] ?? '';
  const properties = [...source.matchAll(/@default (.*)\n \s*\*\/\n\s*readonly (\w+)\?: (.*);/g)];
  const written = properties.map(([, standard, name, type]) => [name, type === 'Architecture' ? architecture : type, standard]);
  const declared = Object.entries(readTemplate().Parameters).map(([name, declaration]) => [
    propertyOf(name),
    typeOf(declaration),
    defaultOf(declaration),
  ]);
  assert.deepEqual(written.sort(), declared.sort());
});

const REFUSED: [props: Partial<ShipconfirmProps>, error: string][] = [
  [{ architecture: 'arm' as 'arm64' }, 'architecture is "arm": it must be arm64 or x86_64'],
  [{ eventSource: 'a b' }, 'eventSource is "a b": it must match [A-Za-z0-9._/-]{1,256}'],
  [{ imeiWindowMinutes: 0 }, 'imeiWindowMinutes is 0: it must be a whole number from 1 to 1440'],
  [{ imeiWindowMinutes: 1441 }, 'imeiWindowMinutes is 1441: it must be a whole number from 1 to 1440'],
  [{ imeiWindowMinutes: 1.5 }, 'imeiWindowMinutes is 1.5: it must be a whole number from 1 to 1440'],
  [{ restoredAt: -1 }, 'restoredAt is -1: it must be a whole number from 0 to 4294967295'],
  [{ tableName: 'a b' }, 'tableName is "a b": it must match ([a-zA-Z0-9_.-]{3,255})?'],
  [{ dueShards: 65 }, 'dueShards is 65: it must be a whole number from 1 to 64'],
  [{ senderConcurrency: 1 }, 'senderConcurrency is 1: it must be a whole number from 2 to 1000'],
  [{ producerAccounts: '1234' }, 'producerAccounts is "1234": it must match ([0-9]{12}(,[0-9]{12})*)?'],
  [{ unknownPartners: 'keep' as 'ignore' }, 'unknownPartners is "keep": it must be refuse or ignore'],
  [
    { production: true, marketplaceEndpoint: 'https://shops.example' },
    'production is "true", marketplaceEndpoint is "https://shops.example": ' +
      'MarketplaceEndpoint is for tests. Leave it empty in production.',
  ],
  [{ marketplaceEndpoint: 'localhost' }, 'marketplaceEndpoint is "localhost": it must match (https?://[^ ]*[^ /])?'],
  [
    { jwtIssuer: 'https://issuer.example' },
    'jwtIssuer is "https://issuer.example", jwtAudience is "": Give both JwtIssuer and JwtAudience, or neither.',
  ],
  [
    { jwtSellerClaim: 'seller' },
    'jwtSellerClaim is "seller", jwtIssuer is "": JwtSellerClaim needs JwtIssuer. The Cognito user pool\'s claim is custom:seller_id.',
  ],
  [
    { jwtAuthorizeUrl: 'https://issuer.example', jwtTokenUrl: 'https://issuer.example' },
    'jwtAuthorizeUrl is "https://issuer.example", jwtTokenUrl is "https://issuer.example", jwtIssuer is "": ' +
      'Give both JwtAuthorizeUrl and JwtTokenUrl, or neither. They need JwtIssuer.',
  ],
];

for (const [props, error] of REFUSED) {
  test(`${JSON.stringify(props)} is refused`, () => {
    assert.throws(() => example(props), new Error(error));
  });
}

test('values at the limits are taken', () => {
  for (const imeiWindowMinutes of [1, 1440]) {
    const variables = JSON.stringify(synthesized(example({ imeiWindowMinutes })).template);
    assert.ok(variables.includes(`"IMEI_WINDOW_MINUTES":"${imeiWindowMinutes}"`));
  }
});

test('an issuer may be known at the deployment only', () => {
  const { template } = synthesized(example({ jwtIssuer: Fn.importValue('issuer'), jwtAudience: 'console' }));
  const configuration = template.Resources.ApiAuthorizer?.Properties?.JwtConfiguration;
  assert.deepEqual(configuration, { Audience: ['console'], Issuer: { 'Fn::ImportValue': 'issuer' } });
  assert.equal(template.Resources.UserPool, undefined);
});

test('what decides which resources are made must be known', () => {
  const production = Lazy.any({ produce: () => true }) as unknown as boolean;
  assert.throws(() => example({ production }), new Error('production is a token: it must be known when the app is synthesized'));
});

test("a stack's name is as long as the README says, and known", () => {
  const stated = /name may have at most (\d+) characters/.exec(readFileSync(fileOf('../README.md'), 'utf8'));
  assert.equal(Number(stated?.[1]), STACK_NAME_MAX);
  example({ stackName: 's'.repeat(STACK_NAME_MAX) });
  const longer = 's'.repeat(STACK_NAME_MAX + 1);
  assert.throws(() => example({ stackName: longer }), /^Error: stackName is "s{45}": it must have at most 44 characters/);
  const nested = new NestedStack(new Stack(new App(), 'outer'), 'inner');
  assert.throws(() => new Shipconfirm(nested, 'Shipconfirm', { functions: '' }), /^Error: the stack is a nested one/);
});
