import type { ParityDifference } from './difference';
import type { ParityVerdict } from './report';
import { TRANSPORT_RULE } from './rules';

/** @param isMissing - whether the right side lacks what the left side has */
export function findVerdict(
  differences: readonly ParityDifference[],
  isMissing: boolean,
): ParityVerdict {
  if (differences.every(({ ignored }) => ignored?.rule === TRANSPORT_RULE)) {
    return 'matched';
  }
  if (differences.every(({ ignored }) => ignored)) {
    return 'ignored';
  }
  return isMissing ? 'missing' : 'mismatched';
}
