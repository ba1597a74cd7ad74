import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { example, synthesized } from './synthesis';

/** The rules that are broken, each with its resource's name. */
function findings(checks: AwsSolutionsChecks, scope: IConstruct): string[] {
  const { violations } = checks.validateScope(scope);
  return violations
    .flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath }) => `${constructPath?.split('/').at(-1)}: ${ruleName}`),
    )
    .sort();
}

/** The answers of a construct, each with its resource's name. */
function answers(scope: IConstruct): string[] {
  return scope.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.keys(data as object))
        .map((id) => `${node.id}: ${id.replace(/^annotation::/i, '')}`),
    )
    .sort();
}

test('cdk-nag finds nothing that is not answered, and every answer answers something', () => {
  const { shipconfirm } = example({ production: true, tracing: true });
  assert.deepEqual(findings(new AwsSolutionsChecks(), shipconfirm), []);
  const unheard = new AwsSolutionsChecks();
  Object.assign(unheard, { isAcknowledged: () => false });
  assert.deepEqual(answers(shipconfirm), findings(unheard, shipconfirm));
});

test("CDK's own checks find nothing", () => {
  const { folder } = synthesized(example({ production: true }, true));
  const report = JSON.parse(readFileSync(join(folder, 'validation-report.json'), 'utf8')) as { pluginReports: unknown };
  assert.deepEqual(report.pluginReports, []);
});
