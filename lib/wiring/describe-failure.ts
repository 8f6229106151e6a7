import { stringifyError } from '@backstage/errors';
import { failedServiceOf } from './service-errors';

/**
 * Tells for people why something did not start: the error that began it first, then the services that
 * could not be made because of it.
 *
 * @param indent - what lines after the first begin with
 */
export function describeFailure(error: unknown, indent: string): string {
  const making: string[] = [];
  let current = error;
  for (let id = failedServiceOf(current); id !== undefined; id = failedServiceOf(current)) {
    making.push(`'${id}'`);
    current = (current as Error).cause;
  }
  const reason = stringifyError(current);
  return making.length > 0 ? `${reason}\n${indent}while making ${making.join(' -> ')}` : reason;
}
