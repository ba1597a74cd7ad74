import { App } from 'aws-cdk-lib';
import { buildFunctions } from '../lib';
import { ExampleStack } from './stack';

const architecture = 'arm64';
const functions = buildFunctions('../..', architecture);
new ExampleStack(new App(), 'shipconfirm', { functions, architecture, production: true });
