import { startSubject } from './subject.mjs';
import { median, medianRatio } from './statistics.mjs';

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
  const pick = key => who => runs[who].map(run => run[key]);
  return [
    row('start to ready, ms', pick('startMs'), 0.5),
    row('peak memory, MB', pick('peakMb'), 0.6),
  ].map(result => ({
    ...result,
    what: `${result.what}, ${plugins} plugin${plugins > 1 ? 's' : ''}`,
  }));
}

function row(what, values, goal) {
  const [ours, stock, control] = ['ours', 'stock', 'control'].map(values);
  const ratio = medianRatio(ours, stock);
  return {
    what,
    ours: median(ours),
    peer: median(stock),
    peerName: 'stock',
    ratio,
    control: medianRatio(control, ours),
    goal: `<= ${goal}`,
    met: ratio <= goal,
  };
}
