import { compareResponses } from './compare';
import type { IsUnordered } from './compare-json';
import type { ParityDifference } from './difference';
import type { ParityResponse } from './exchange';

/** What came of a request to one side: an answer, or why there is none. */
export interface Answer {
  readonly response?: ParityResponse;
  readonly error?: Error;
}

/** Lists what two answers do not have in common; where one is missing, that is all there is to say. */
export function compareAnswers(
  left: Answer,
  right: Answer,
  isUnordered: IsUnordered,
): ParityDifference[] {
  if (left.response && right.response) {
    return compareResponses(left.response, right.response, isUnordered);
  }
  const describe = ({ response, error }: Answer) =>
    response ? `status ${response.status}` : `no answer (${error!.message})`;
  return [{ part: 'answer', path: 'answer', left: describe(left), right: describe(right) }];
}
