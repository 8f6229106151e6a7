import { isDeepStrictEqual } from 'node:util';
import type { ParityDifference } from '../difference';
import type { ParityResponse } from '../exchange';
import { isSecretName } from '../mask-secrets';
import { readPath } from './read-path';

/**
 * What answers must hold on both sides, by path as reports name paths: `status`, `body`, a header, or
 * `$.items[0].name`. A function tells whether the value is right.
 */
export type ParityExpectations = Readonly<
  Record<string, string | number | boolean | null | object | ((actual: any) => boolean)>
>;

/** Differences from what is expected; nothing explains them but a baseline. */
export function checkExpectations(
  expected: ParityExpectations,
  left?: ParityResponse,
  right?: ParityResponse,
): ParityDifference[] {
  return Object.entries(expected).flatMap(([path, value]) => {
    const actual = [left, right].map(response => response && readPath(response, path));
    const isRight = (each: unknown) => (typeof value === 'function' ? value(each) : equal(each));
    const equal = (each: unknown) => isDeepStrictEqual(each, value);
    return actual.every(isRight)
      ? []
      : [
          {
            part: 'expectation' as const,
            path:
              typeof value === 'function' || isSecretName(path)
                ? path
                : `${path} = ${JSON.stringify(value)}`,
            left: actual[0],
            right: actual[1],
          },
        ];
  });
}
