#!/usr/bin/env node
// `node bench/parity.mjs [--quick]`: how fast the harness compares, and how much memory it takes.
import { fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { atLeast, compare, printRows } from './statistics.mjs';
import { startSubject } from './subject.mjs';

const PLUGINS = 10;
const REQUESTS = 10_000;
const CONCURRENCY = 32;
const MEBIBYTE = 2 ** 20;

/**
 * Recorded requests against two backends beside what a load generator reaches on one of them, a
 * recording larger than the memory allowed, and a pair of large answers.
 */
export async function measureParity({ rounds, harBytes, ...options }) {
  const folder = await mkdtemp(join(tmpdir(), 'forklift-bench-parity-'));
  const subjects = [];
  try {
    const [short, long] = [join(folder, 'short.har'), join(folder, 'long.har')];
    await writeHar(short, REQUESTS, 0);
    await writeHar(long, Math.ceil(harBytes / MEBIBYTE), MEBIBYTE);
    for (let i = 0; i < 2; i += 1) {
      subjects.push(await startSubject('ours', { plugins: PLUGINS, ...options }));
    }
    const [left, right] = subjects.map(({ url }) => url);
    const runs = { replay: [], again: [], load: [], read: [], compare: [], compareAgain: [] };
    Object.assign(runs, { recording: [], bare: [], recordingAgain: [] });
    for (let round = -1; round < rounds; round += 1) {
      const results = {
        replay: await measure('replay', short, left, right, CONCURRENCY),
        load: await measureLoad(left),
        again: await measure('replay', short, left, right, CONCURRENCY),
        compare: await measure('compare', 20 * MEBIBYTE),
        compareAgain: await measure('compare', 20 * MEBIBYTE),
        recording: await measureProxy('recording', left, join(folder, `${round}.har`)),
        bare: await measureProxy('bare', left),
        recordingAgain: await measureProxy('recording', left, join(folder, `${round}-again.har`)),
      };
      if (round >= 0) {
        Object.entries(results).forEach(([name, result]) => runs[name].push(result));
      }
    }
    runs.read.push(await measure('read', long));
    const perSecond = name => runs[name].map(({ count, seconds }) => count / seconds);
    const peak = name => runs[name].map(({ peakMb }) => peakMb);
    const seconds = name => runs[name].map(run => run.seconds);
    return [
      compare(
        {
          what: `request pairs/s, ${REQUESTS} recorded requests`,
          ours: perSecond('replay'),
          peer: perSecond('load'),
          peerName: 'load, 1',
          control: perSecond('again'),
        },
        { goal: '>= 1000 /s', isMet: ({ ours }) => ours >= 1000 },
      ),
      compare(
        {
          what: 'the same: peak memory, MB',
          ours: peak('replay'),
          peer: peak('replay'),
          peerName: '-',
          control: peak('again'),
        },
        { goal: '<= 200 MB', isMet: ({ ours }) => ours <= 200 },
      ),
      compare(
        {
          what: `reading a HAR of ${Math.round(harBytes / MEBIBYTE)} MiB: peak memory, MB`,
          ours: peak('read'),
          peer: peak('replay').slice(0, 1),
          peerName: 'replay',
          control: peak('read'),
        },
        { goal: '<= 200 MB', isMet: ({ ours }) => ours <= 200 },
      ),
      compare(
        {
          what: 'a pair of answers of 20 MiB of JSON, s',
          ours: seconds('compare'),
          peer: seconds('compare'),
          peerName: '-',
          control: seconds('compareAgain'),
        },
        { goal: '<= 1 s', isMet: ({ ours }) => ours <= 1 },
      ),
      compare(
        {
          what: 'requests/s through the recording proxy',
          ours: perSecond('recording'),
          peer: perSecond('bare'),
          peerName: 'bare proxy',
          control: perSecond('recordingAgain'),
        },
        atLeast(0.5),
      ),
    ];
  } finally {
    await Promise.all(subjects.map(subject => subject.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** A recording as browsers save it, with answers of a size. */
async function writeHar(file, count, answerBytes) {
  const answer = 'x'.repeat(answerBytes);
  function* parts() {
    yield '{"log":{"version":"1.2","entries":[';
    for (let i = 0; i < count; i += 1) {
      const entry = {
        request: {
          method: 'GET',
          url: `http://localhost:7007/api/p${i % PLUGINS}/open?n=${i}`,
          headers: [{ name: 'accept', value: 'application/json' }],
        },
        response: { status: 200, content: { mimeType: 'text/plain', text: answer } },
      };
      yield `${i === 0 ? '' : ','}${JSON.stringify(entry)}`;
    }
    yield ']}}';
  }
  await pipeline(Readable.from(parts()), createWriteStream(file));
}

async function measureLoad(url) {
  const begin = performance.now();
  const { non2xx, errors } = await autocannon({
    url: `${url}/api/p0/open`,
    connections: CONCURRENCY,
    amount: REQUESTS,
  });
  if (non2xx > 0 || errors > 0) {
    throw new Error(`${non2xx} answers were not 2xx, ${errors} errors`);
  }
  return { count: REQUESTS, seconds: (performance.now() - begin) / 1000 };
}

async function measure(...args) {
  const { message, child } = await startChild('parity', args);
  child.kill('SIGKILL');
  return message;
}

async function measureProxy(...args) {
  const { message, child } = await startChild('proxy', args);
  try {
    return await measureLoad(message.url);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Starts a process and waits for what it has to say. */
async function startChild(subject, args) {
  const child = fork(
    fileURLToPath(new URL(`./subjects/${subject}.cjs`, import.meta.url)),
    args.map(String),
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${subject} ${args.join(' ')} ended with exit code ${code}`);
    }),
  ]);
  return { message, child };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const quick = process.argv.includes('--quick');
  const folder = await mkdtemp(join(tmpdir(), 'forklift-bench-'));
  const configFile = join(folder, 'app-config.yaml');
  await writeFile(configFile, 'app:\n  baseUrl: http://localhost:3000\nbackend: {}\n');
  const harBytes = quick ? 100 * MEBIBYTE : 1024 * MEBIBYTE;
  const rows = await measureParity({ rounds: quick ? 1 : 5, harBytes, configFile });
  await rm(folder, { recursive: true, force: true });
  printRows(rows);
}
