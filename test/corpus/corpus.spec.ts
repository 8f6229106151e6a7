import { expect } from 'chai';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createParityIdentity,
  formatResult,
  runParity,
  startCommandSubject,
  type ParityIdentity,
} from 'backstage-forklift/parity';
import { configOf, loadPlugin, PLUGINS, toRequest } from './corpus-plugin';
import { createPortal } from './portal';
import { startStub, type Stub } from './stub';

/** The old backend on the exports of backstage-forklift/legacy, and legacyPlugin in both new ones. */
const NEW_BACKENDS = ['surface', 'ours', 'stock'];
const SAME = ['matched', 'ignored'];
const MOST_CHARACTERS = 200;

describe('published plugins of the old backend system', () => {
  const table: string[] = [];
  let identity: ParityIdentity;
  let stub: Stub;
  let folder: string;

  before(async () => {
    identity = await createParityIdentity();
    stub = await startStub();
    folder = createPortal();
  });

  after(async () => {
    await identity?.close();
    stub?.stop();
    rmSync(folder, { recursive: true, force: true });
    console.log(`\n    ${'plugin'.padEnd(20)} ${NEW_BACKENDS.join('  ')}\n${table.join('\n')}\n`);
  });

  for (const name of PLUGINS) {
    it(`${name} answers everywhere as in its old backend`, async () => {
      const plugin = loadPlugin(name);
      const file = join(folder, `app-config.${name}.yaml`);
      writeFileSync(file, JSON.stringify(configOf(plugin, stub.url)));
      const start = (kind: string) =>
        startCommandSubject({
          name: kind,
          command: `"${process.execPath}" "${join(__dirname, 'backend.cjs')}" ${kind} plugins/${name}.cjs --config "${file}"`,
          cwd: folder,
          env: {
            ...identity.env,
            NODE_ENV: 'production',
            NODE_PATH: join(folder, 'node_modules'),
          },
          startTimeout: 120_000,
        });
      const starts = await Promise.allSettled(['old', ...NEW_BACKENDS].map(start));
      const subjects = starts.flatMap(started =>
        started.status === 'fulfilled' ? [started.value] : [],
      );
      const row: string[] = [];
      let cause = '';
      try {
        const [left, ...others] = starts.map(valueOf);
        const requests = plugin.requests.map(request => toRequest(name, plugin, request));
        for (const right of others) {
          const { results } = await runParity({ left, right, requests, identity });
          const different = results.filter(({ verdict }) => !SAME.includes(verdict));
          row.push(different.length === 0 ? 'same' : 'DIFFERENT');
          expect(different.map(result => formatResult(result))).to.deep.equal([]);
        }
      } catch (error) {
        cause = firstLineOf(error);
        throw error;
      } finally {
        const cells = NEW_BACKENDS.map((kind, i) => (row[i] ?? '-').padEnd(kind.length));
        table.push(`    ${name.padEnd(20)} ${cells.join('  ')}  ${cause}`.trimEnd());
        await Promise.all(subjects.map(subject => subject.stop()));
      }
    });
  }
});

/** What went wrong, as far as it fits into a row. */
function firstLineOf(error: unknown): string {
  const { message = String(error), actual } = error as { message?: string; actual?: unknown };
  const text = Array.isArray(actual) ? actual.join(' ') : message;
  return text.replace(/\s+/g, ' ').slice(0, MOST_CHARACTERS);
}

function valueOf<TValue>(result: PromiseSettledResult<TValue>): TValue {
  if (result.status === 'rejected') {
    throw result.reason;
  }
  return result.value;
}
