import { startSubject } from './subject.mjs';
import { atMost, compareWithStock } from './statistics.mjs';

/**
 * Start to ready, and peak memory, of ours and of stock Backstage with some plugins. `control` is ours
 * once more in the same round: its ratio to ours says how much of a difference is noise.
 */
export async function measureStart({ plugins, rounds, ...options }) {
  const runs = { ours: [], stock: [], control: [] };
  // One round that does not count fills the file caches.
  for (let round = -1; round < rounds; round++) {
    const order = ['ours', 'stock', 'control'];
    for (let i = 0; i < order.length; i++) {
      const who = order[(i + round + order.length) % order.length];
      const subject = await startSubject(who === 'control' ? 'ours' : who, { plugins, ...options });
      await subject.stop();
      if (round >= 0) {
        runs[who].push(subject);
      }
    }
  }
  const suffix = `${plugins} plugin${plugins > 1 ? 's' : ''}`;
  return [
    compareWithStock(runs, 'startMs', `start to ready, ms, ${suffix}`, atMost(0.5)),
    compareWithStock(runs, 'peakMb', `peak memory, MB, ${suffix}`, atMost(0.6)),
  ];
}
