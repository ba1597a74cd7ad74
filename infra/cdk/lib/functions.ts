import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Architecture } from './parameters';
import { readTemplate, type Template } from './template';

/** How each architecture's programs say what they are: the field `e_machine` of an ELF header. */
const MACHINES = { arm64: 0xb7, x86_64: 0x3e } as const;

/** The functions, by the names of their resources: `SweepFunction` is `sweep`. */
export function functionsOf(template: Template): [resource: string, name: string][] {
  const functions = Object.entries(template.Resources).filter(([, { Type: type }]) => type === 'AWS::Lambda::Function');
  return functions.map(([resource, { Properties: properties }]) => {
    const code = properties?.Code as { S3Key: string };
    return [resource, code.S3Key];
  });
}

/**
 * Builds every function of a checkout of Shipconfirm with cargo-lambda, and returns the folder for the property `functions`. The
 * functions are built one by one, as SAM does: built together, each would have the features of all.
 */
export function buildFunctions(checkout: string, architecture: Architecture): string {
  const folder = resolve(checkout, 'target', 'lambda', architecture);
  const target = architecture === 'arm64' ? '--arm64' : '--x86-64';
  for (const [, name] of functionsOf(readTemplate())) {
    const build = ['lambda', 'build', '--locked', '--release', target, '--package', name, '--bin', name, '--lambda-dir', folder];
    // Standard output belongs to the app.
    const { status, error } = spawnSync('cargo', build, { cwd: checkout, stdio: ['ignore', process.stderr, process.stderr] });
    if (status !== 0) {
      const why = error?.message ?? 'its output says why; `cargo lambda` must be installed';
      throw new Error(`cargo ${build.join(' ')} failed in ${resolve(checkout)}: ${why}`);
    }
  }
  return folder;
}

/** The folder of a function with its program, which must be there and be built for the architecture. */
export function programFolder(functions: string, name: string, architecture: Architecture): string {
  const folder = join(functions, name);
  const program = join(folder, 'bootstrap');
  const header = Buffer.alloc(20);
  try {
    const file = openSync(program, 'r');
    readSync(file, header);
    closeSync(file);
  } catch (error) {
    throw new Error(`functions is "${functions}", and ${program} cannot be read: it must be what \`cargo lambda build\` made`, {
      cause: error,
    });
  }
  if (header.readUInt16LE(18) !== MACHINES[architecture]) {
    throw new Error(`architecture is ${architecture}, and ${program} is no program for it`);
  }
  return folder;
}
