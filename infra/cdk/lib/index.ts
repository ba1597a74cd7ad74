export type { Architecture, ParameterProps } from './parameters';
export { buildFunctions } from './functions';
export { Shipconfirm, STACK_NAME_MAX } from './shipconfirm';
export type { QueueWithDeadLetters, ShipconfirmProps } from './shipconfirm';
