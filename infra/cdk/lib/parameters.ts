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
   * The processor architecture that the functions are built for.
   * @default 'arm64'
   */
  readonly architecture?: Architecture;
  /**
   * The source of the shipping events on the bus. Events of other sources are ignored.
   * @default 'shipping'
   */
  readonly eventSource?: string;
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
   * Whether the table and the user pool are protected against deletion, and alarms are made.
   * @default false
   */
  readonly production?: boolean;
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
