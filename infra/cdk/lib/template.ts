import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A part of a template. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A parameter, as the template declares it. */
export interface Declaration {
  readonly Type: string;
  readonly Default: string | number;
  readonly AllowedValues?: string[];
  readonly AllowedPattern?: string;
  readonly MinValue?: number;
  readonly MaxValue?: number;
}

/** A resource or an output: what it is, and the condition under which it is made. */
export interface Entry {
  readonly Type?: string;
  readonly Condition?: string;
  readonly Properties?: { [key: string]: Json };
}

/** SAM's translation of `infra/template.yaml`. */
export interface Template {
  readonly Parameters: Record<string, Declaration>;
  readonly Rules: Record<string, { readonly Assertions: { readonly Assert: Json; readonly AssertDescription: string }[] }>;
  readonly Conditions: Record<string, Json>;
  readonly Resources: Record<string, Entry>;
  readonly Outputs: Record<string, Entry>;
}

/** The translation, which the build puts beside the compiled files. */
export function readTemplate(): Template {
  return JSON.parse(readFileSync(join(__dirname, '..', 'template.json'), 'utf8')) as Template;
}

/** Whether a condition or a rule's assertion is met when the parameters have these values. */
export function holds(condition: Json, template: Template, values: Record<string, string>): boolean {
  const [[operator, operands] = ['', null]] = Object.entries(condition as { [operator: string]: Json });
  const of = (operand: Json): boolean => holds(operand, template, values);
  const valueOf = (operand: Json): Json | undefined =>
    typeof operand === 'object' && operand !== null && 'Ref' in operand ? values[String(operand.Ref)] : operand;
  if (operator === 'Condition') {
    return of(template.Conditions[String(operands)] ?? null);
  }
  if (!Array.isArray(operands)) {
    throw new Error(`the template has a condition that the construct cannot read: ${JSON.stringify(condition)}`);
  }
  switch (operator) {
    case 'Fn::And':
      return operands.every(of);
    case 'Fn::Or':
      return operands.some(of);
    case 'Fn::Not':
      return !operands.every(of);
    case 'Fn::Equals':
      return valueOf(operands[0] ?? null) === valueOf(operands[1] ?? null);
    default:
      throw new Error(`the template has a condition that the construct cannot read: ${JSON.stringify(condition)}`);
  }
}

/**
 * The template with its conditions decided. What is not made is left out, and every `Fn::If` is the branch that it chooses. So values
 * may be tokens, which a condition could not compare.
 */
export function decided(template: Template, values: Record<string, string>): Template {
  const isMet = (condition: string): boolean => holds({ Condition: condition }, template, values);
  const decide = (node: Json): Json => {
    if (Array.isArray(node)) {
      return node.map(decide);
    }
    if (typeof node !== 'object' || node === null) {
      return node;
    }
    const choice = node['Fn::If'];
    if (Array.isArray(choice)) {
      return decide((isMet(String(choice[0])) ? choice[1] : choice[2]) ?? null);
    }
    return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, decide(value)]));
  };
  const made = (section: Record<string, Entry>): Record<string, Entry> => {
    const entries = Object.entries(section).filter(([, { Condition: name }]) => name === undefined || isMet(name));
    return Object.fromEntries(entries.map(([key, { Condition: _, ...entry }]) => [key, decide(entry as Json) as Entry]));
  };
  return { ...template, Conditions: {}, Rules: {}, Resources: made(template.Resources), Outputs: made(template.Outputs) };
}

/**
 * The template without one of its resources, for one that exists already. Its references become those of parameters: `<resource>`
 * for the name, and `<resource>Arn`.
 */
export function without(template: Template, resource: string): Template {
  const { [resource]: _, ...others } = template.Resources;
  const declaration: Declaration = { Type: 'String', Default: '' };
  const text = JSON.stringify({ ...template, Resources: others })
    .replaceAll(`{"Fn::GetAtt":["${resource}","Arn"]}`, `{"Ref":"${resource}Arn"}`)
    .replaceAll(`\${${resource}.Arn}`, `\${${resource}Arn}`);
  const rest = JSON.parse(text) as Template;
  return { ...rest, Parameters: { ...rest.Parameters, [resource]: declaration, [`${resource}Arn`]: declaration } };
}
