import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildFunctions } from '../lib';
import { functionsOf } from '../lib/functions';
import { readTemplate } from '../lib/template';
import { example, programs } from './synthesis';

test('a program that is not there is named', () => {
  const functions = programs();
  rmSync(join(functions, 'sweep', 'bootstrap'));
  const file = join(functions, 'sweep', 'bootstrap');
  const error = `functions is "${functions}", and ${file} cannot be read: it must be what \`cargo lambda build\` made`;
  assert.throws(() => example({ functions }), new Error(error));
});

test('a program for the other architecture is named', () => {
  const [arm64, x86_64] = [programs(0xb7), programs(0x3e)];
  const first = functionsOf(readTemplate())[0]?.[1] ?? '';
  const error = (architecture: string, folder: string): Error =>
    new Error(`architecture is ${architecture}, and ${join(folder, first, 'bootstrap')} is no program for it`);
  assert.throws(() => example({ functions: x86_64 }), error('arm64', x86_64));
  assert.throws(() => example({ functions: arm64, architecture: 'x86_64' }), error('x86_64', arm64));
});

/** Runs something while the machine's cargo is a script. */
function withCargo(script: string, run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'shipconfirm-cargo-'));
  const path = process.env.PATH ?? '';
  try {
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin', 'cargo'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'bin', 'cargo'), 0o755);
    process.env.PATH = `${join(folder, 'bin')}:${path}`;
    run(folder);
  } finally {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  }
}

test('each function is built by itself, for the architecture, into the folder that is returned', () => {
  withCargo('echo "$@" >> calls', (checkout) => {
    const built = buildFunctions(checkout, 'x86_64');
    assert.equal(built, join(checkout, 'target/lambda/x86_64'));
    const calls = readFileSync(join(checkout, 'calls'), 'utf8').trimEnd().split('\n');
    const expected = functionsOf(readTemplate()).map(
      ([, name]) => `lambda build --locked --release --x86-64 --package ${name} --bin ${name} --lambda-dir ${built}`,
    );
    assert.deepEqual(calls, expected);
  });
  withCargo('echo "$@" >> calls', (checkout) => {
    buildFunctions(checkout, 'arm64');
    assert.match(readFileSync(join(checkout, 'calls'), 'utf8'), /^lambda build --locked --release --arm64 /);
  });
});

test('a build that fails ends the synthesis', () => {
  withCargo('exit 101', (checkout) => {
    assert.throws(() => buildFunctions(checkout, 'arm64'), /^Error: cargo lambda build .* --package .* failed in /);
  });
});
