import { Token } from 'aws-cdk-lib';
import { holds, type Declaration, type Template } from './template';

/** A processor architecture of Lambda, as the template names it. */
export type Architecture = 'arm64' | 'x86_64';

/**
 * The parameters of `infra/template.yaml`, which says what each is for. A property has its parameter's name and default, which a
 * test holds.
 *
 * Addresses and names may be tokens, such as those of a user pool in another stack.
 */
export interface ParameterProps {
  /**
   * For how many days the events are archived, so that they can be replayed onto a restored table. 0 for no archive.
   * @default 14
   */
  readonly archiveDays?: number;
  /**
   * The id of your Selling Partner API application whose `ORDER_CHANGE` notifications are taken. Without it, none are.
   * @default ''
   */
  readonly amazonApplicationId?: string;
  /**
   * The processor architecture that the functions are built for.
   * @default 'arm64'
   */
  readonly architecture?: Architecture;
  /**
   * Over how many shards of the index `due` orders are spread. It may be changed at any time.
   * @default 16
   */
  readonly dueShards?: number;
  /**
   * The name of the bus with the shipping events, on which notices are published, too. Without it, a bus is made. `eventBus` is the
   * same as a construct.
   * @default ''
   */
  readonly eventBusName?: string;
  /**
   * The most invocations of each event function at the same time.
   * @default 50
   */
  readonly eventConcurrency?: number;
  /**
   * The source of the shipping events on the bus. Events of other sources are ignored.
   * @default 'shipping'
   */
  readonly eventSource?: string;
  /**
   * Whether the rules name the seller of each event as its message group, so that no seller's backlog holds up another's events.
   * @default false
   */
  readonly fairEventQueues?: boolean;
  /**
   * How long a confirmation waits for missing IMEIs, in minutes after the label's time.
   * @default 60
   */
  readonly imeiWindowMinutes?: number;
  /**
   * The audience of the issuer's tokens, which is the client id there. It needs `jwtIssuer`.
   * @default ''
   */
  readonly jwtAudience?: string;
  /**
   * The address where people sign in at the issuer, for the console. It needs `jwtIssuer` and `jwtTokenUrl`.
   * @default ''
   */
  readonly jwtAuthorizeUrl?: string;
  /**
   * The issuer whose tokens the API accepts. Without it, a Cognito user pool is made.
   * @default ''
   */
  readonly jwtIssuer?: string;
  /**
   * The address where people sign out at the issuer, for the console. It needs `jwtAuthorizeUrl`.
   * @default ''
   */
  readonly jwtLogoutUrl?: string;
  /**
   * The claim of the issuer's tokens that names the seller. People must not be able to write it themselves.
   * @default 'custom:seller_id'
   */
  readonly jwtSellerClaim?: string;
  /**
   * The address where the issuer exchanges a code for a token. It needs `jwtAuthorizeUrl`.
   * @default ''
   */
  readonly jwtTokenUrl?: string;
  /**
   * For tests, the address of a server that stands in for the marketplaces.
   * @default ''
   */
  readonly marketplaceEndpoint?: string;
  /**
   * Whether people of the Cognito user pool must sign in with a code of an authenticator app, too.
   * @default 'OPTIONAL'
   */
  readonly mfa?: 'OPTIONAL' | 'ON';
  /**
   * The channels of which nothing is sent or read, for all sellers, with commas between them, such as `amazon,ebay`.
   * @default ''
   */
  readonly pausedChannels?: string;
  /**
   * Whether the table and the user pool are protected against deletion, the sweep and the API have concurrency of their own, and
   * alarms, a dashboard and a log of notices are made.
   * @default false
   */
  readonly production?: boolean;
  /**
   * When the system was started again on a restored table, in seconds since 1970. 0 if the table was never restored.
   * @default 0
   */
  readonly restoredAt?: number;
  /**
   * The name of a table that is there already. `table` does the same for a table of the CDK's.
   * @default ''
   */
  readonly tableName?: string;
  /**
   * Other AWS accounts whose events are taken, separated by commas.
   * @default ''
   */
  readonly producerAccounts?: string;
  /**
   * The most invocations of each channel's sender at the same time.
   * @default 10
   */
  readonly senderConcurrency?: number;
  /**
   * Whether AWS X-Ray traces the functions' invocations.
   * @default false
   */
  readonly tracing?: boolean;
  /**
   * What becomes of events of partners that are not registered: they are dead-lettered, or acknowledged and counted.
   * @default 'refuse'
   */
  readonly unknownPartners?: 'refuse' | 'ignore';
  /**
   * For how many reads, and as many writes, a second the table and its busiest indexes are warmed up. 0 leaves them as they are made.
   * @default 0
   */
  readonly warmThroughput?: number;
  /**
   * How many calls of the API all people of one seller may make in ten seconds.
   * @default 500
   */
  readonly sellerCallsMax?: number;
}

/** The property of a parameter: `JwtIssuer` is `jwtIssuer`. */
export function propertyOf(parameter: string): keyof ParameterProps {
  return (parameter.charAt(0).toLowerCase() + parameter.slice(1)) as keyof ParameterProps;
}

/**
 * The value of every parameter. CloudFormation never sees the parameters, so what it would refuse is refused here.
 */
export function parameterValues(template: Template, props: ParameterProps): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, declaration] of Object.entries(template.Parameters)) {
    const property = propertyOf(name);
    values[name] = String(props[property] ?? declaration.Default);
    refuseWrong(property, values[name], declaration);
  }
  for (const { Assert: assertion, AssertDescription: wanted } of Object.values(template.Rules).flatMap((rule) => rule.Assertions)) {
    if (!holds(assertion, template, values)) {
      const names = new Set([...JSON.stringify(assertion).matchAll(/"Ref":"(\w+)"/g)].map((found) => found[1] ?? ''));
      const given = [...names].map((name) => `${propertyOf(name)} is "${values[name]}"`);
      throw new Error(`${given.join(', ')}: ${wanted}`);
    }
  }
  return values;
}

function refuseWrong(property: string, value: string, declaration: Declaration): void {
  if (Token.isUnresolved(value)) {
    // Which resources are made depends on these, and whether a process runs on which processor.
    if (declaration.AllowedValues || declaration.Type === 'Number') {
      throw new Error(`${property} is a token: it must be known when the app is synthesized`);
    }
    return;
  }
  const { AllowedValues: allowed, AllowedPattern: pattern, MinValue: least, MaxValue: most } = declaration;
  if (allowed && !allowed.includes(value)) {
    throw new Error(`${property} is "${value}": it must be ${allowed.join(' or ')}`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(value)) {
    throw new Error(`${property} is "${value}": it must match ${pattern}`);
  }
  const number = Number(value);
  if (declaration.Type === 'Number' && !(Number.isInteger(number) && number >= (least ?? -Infinity) && number <= (most ?? Infinity))) {
    throw new Error(`${property} is ${value}: it must be a whole number from ${least} to ${most}`);
  }
}
