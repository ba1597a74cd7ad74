// Bundles each handler with all it needs into one minified CommonJS file: `node build.mjs <folder>`.
//
// - "Deploy transpiled TypeScript code in Lambda with .zip file archives", section on esbuild:
//   https://docs.aws.amazon.com/lambda/latest/dg/typescript-package.html
// - "Building Node.js Lambda functions with esbuild in AWS SAM": `MainFields` and `Minify`,
//  
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-using-build-typescript.html
//
// `mainFields` chooses the packages' ES modules, so that the bundle leaves out unused code.

import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const outdir = argv[2];
if (outdir === undefined) {
  console.error('usage: node build.mjs <output folder>');
  exit(2);
}

const source = fileURLToPath(new URL('src', import.meta.url));
const handlers = ['plain', 'powertools'].flatMap((variant) =>
  ['label-created', 'carrier-scan'].map((name) => `${source}/${variant}/${name}.mjs`),
);

await build({
  entryPoints: handlers,
  outbase: source,
  outdir,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node22',
  format: 'cjs',
  mainFields: ['module', 'main'],
});
