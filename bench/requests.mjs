import autocannon from 'autocannon';
import { startSubject } from './subject.mjs';
import { atLeast, atMost, compare } from './statistics.mjs';

const PLUGINS = 500;
const CONNECTIONS = 32;
const CROWD = 500;

/**
 * Requests per second of ours beside stock Backstage and bare express, and the latency that a crowd of
 * clients sees. In each round every subject serves every route once; ours runs as two processes, the
 * second being the control.
 */
export async function measureRequests({ rounds, seconds, token, ...options }) {
  const subjects = {};
  try {
    for (const [who, name] of Object.entries({
      ours: 'ours',
      stock: 'stock',
      express: 'express',
      control: 'ours',
    })) {
      subjects[who] = await startSubject(name, { plugins: PLUGINS, ...options });
    }
    const last = `p${PLUGINS - 1}`;
    const routes = {
      'open, first': '/api/p0/open',
      'open, last': `/api/${last}/open`,
      'guarded, first': '/api/p0/guarded',
      'guarded, last': `/api/${last}/guarded`,
    };
    const rates = {};
    const latencies = {};
    for (let round = -1; round < rounds; round++) {
      for (const [route, path] of Object.entries(routes)) {
        const order = Object.keys(subjects).filter(
          who => who !== 'express' || route === 'open, first',
        );
        for (let i = 0; i < order.length; i++) {
          const who = order[(i + round + order.length) % order.length];
          const url = subjects[who].url + path;
          const { rate } = await load(url, { token, seconds });
          const crowded =
            route.endsWith('last') && (await load(url, { token, seconds, connections: CROWD }));
          if (round >= 0) {
            ((rates[route] ??= {})[who] ??= []).push(rate);
          }
          if (round >= 0 && crowded) {
            ((latencies[route] ??= {})[who] ??= []).push(crowded.p99);
          }
        }
      }
    }
    const against = (route, peerName, target) => {
      const { ours, control, [peerName]: peer } = rates[route];
      const what = `requests/s, ${route} of ${PLUGINS} plugins`;
      return compare({ what, ours, peer, peerName, control }, target);
    };
    const firstToLast = kind => {
      const { ours, control } = rates[`${kind}, last`];
      const what = `requests/s, ${kind}: last plugin against first`;
      const peer = rates[`${kind}, first`].ours;
      return compare({ what, ours, peer, peerName: 'first', control }, atLeast(0.95));
    };
    return [
      ...Object.keys(routes).map(route => against(route, 'stock', atLeast(2.5))),
      against('open, first', 'express', atLeast(1)),
      ...Object.entries(latencies).map(([route, { ours, control, stock }]) =>
        compare(
          { what: `p99 in ms, ${CROWD} clients, ${route} plugin`, ours, peer: stock, control },
          atMost(0.5),
        ),
      ),
      firstToLast('open'),
      firstToLast('guarded'),
    ];
  } finally {
    await Promise.all(Object.values(subjects).map(subject => subject.stop()));
  }
}

/**
 * Requests per second of a route under load, and the milliseconds that 99% of them took at most.
 *
 * @throws Error when an answer is not 2xx
 */
export async function load(url, { token, seconds, connections = CONNECTIONS }) {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    headers: token ? { authorization: `Bearer ${token}` } : {},
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers were not 2xx, ${result.errors} errors`);
  }
  return { rate: result.requests.total / result.duration, p99: result.latency.p99 };
}
