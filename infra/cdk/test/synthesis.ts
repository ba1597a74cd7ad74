import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { App, type StackProps } from 'aws-cdk-lib';
import { ExampleStack } from '../example/stack';
import type { ParameterProps, ShipconfirmProps } from '../lib';
import { functionsOf } from '../lib/functions';
import { readTemplate, type Template } from '../lib/template';

const scratch = mkdtempSync(join(tmpdir(), 'shipconfirm-test-'));
after(() => rmSync(scratch, { recursive: true }));

/** A program that is not one: as much of its header as is read, for a machine, and a text. */
export function program(machine: number, text: string): Buffer {
  const header = Buffer.alloc(20);
  header.write('\x7fELF', 'latin1');
  header.writeUInt16LE(machine, 18);
  return Buffer.concat([header, Buffer.from(text)]);
}

/** A folder with a program for each function, which holds the function's name. */
export function programs(machine = 0xb7): string {
  const folder = mkdtempSync(join(scratch, 'functions-'));
  for (const [, name] of functionsOf(readTemplate())) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'bootstrap'), program(machine, name));
  }
  return folder;
}

/** A file of this package, whose compiled tests are two folders deep. */
export function fileOf(path: string): string {
  return join(__dirname, '..', '..', path);
}

/** The example, not synthesized yet. CDK's own checks of a template take many seconds, so one test alone has them. */
export function example(props: Partial<ShipconfirmProps> & StackProps = {}, checked = false): ExampleStack {
  const outdir = mkdtempSync(join(scratch, 'out-'));
  const app = new App({ outdir, analyticsReporting: false, builtinCloudFormationValidation: checked });
  const machine = props.architecture === 'x86_64' ? 0x3e : 0xb7;
  return new ExampleStack(app, 'shipconfirm', { functions: programs(machine), ...props });
}

/** The template of a stack, and the folder of what is deployed. */
export function synthesized(stack: ExampleStack): { template: Template; folder: string } {
  const assembly = (stack.node.root as App).synth();
  return { template: assembly.getStackByName(stack.stackName).template as Template, folder: assembly.directory };
}

/** SAM's translation with these values of the parameters, which are named as properties. */
export function bySam(props: ParameterProps): Template {
  const named = Object.entries(props).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), String(value)]);
  const printed = execFileSync(fileOf('../translation.py'), ['print', JSON.stringify(Object.fromEntries(named))], {
    maxBuffer: 2 ** 24,
  });
  const template = JSON.parse(printed.toString()) as Template;
  // A parameter's value is a text. CloudFormation takes it for the number that the CDK writes.
  const archive = template.Resources.EventArchive?.Properties;
  if (archive) {
    archive.RetentionDays = Number(archive.RetentionDays);
  }
  return template;
}

/** The program that an asset holds. */
export function assetProgram(folder: string, key: string): string {
  return readFileSync(join(folder, `asset.${key.replace(/\.zip$/, '')}`, 'bootstrap'), 'latin1');
}

/** A part of a template in which numbers are texts: CloudFormation takes either, SAM leaves a parameter's text, and CDK makes a number. */
export function asWritten(part: unknown): unknown {
  return JSON.parse(JSON.stringify(part), (_, value: unknown) => (typeof value === 'number' ? String(value) : value));
}
