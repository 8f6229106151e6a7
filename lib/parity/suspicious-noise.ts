import type { ParityDifference } from './difference';
import type { NoiseMemory } from './noise';
import type { NoiseThresholds } from './noise-trials';
import type { ParityResult } from './report';

/** What was ignored as noise, but differs far more often than the left side differs from itself. */
export function describeSuspicious(
  memory: NoiseMemory,
  thresholds: NoiseThresholds | undefined,
): ParityResult[] {
  const percent = (count: number, trials: number) => `${Math.round((100 * count) / trials)} %`;
  return [...memory.all()].flatMap(([endpoint, noise]) =>
    noise.suspicious(thresholds).map(({ place, trials, raw, noise: own }) => {
      const [part, ...path] = place.split(' ');
      return Object.freeze({
        request: { method: 'NOISE', path: endpoint, headers: {}, as: 'none' } as const,
        observed: true,
        verdict: 'mismatched' as const,
        differences: [
          {
            part: part as ParityDifference['part'],
            path: path.join(' '),
            left: `differs from itself in ${percent(own, trials)} of ${trials} answers`,
            right: `differs in ${percent(raw, trials)}`,
          },
        ],
      });
    }),
  );
}
