import { expect } from 'chai';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, parse } from 'node:path';
import {
  createParityIdentity,
  formatResult,
  runParity,
  startCommandSubject,
  type ParityIdentity,
  type ParityRequest,
} from 'backstage-forklift/parity';

type PluginRequest = string | (Partial<ParityRequest> & { path: string });

/** A file of the folder `plugins`: an old plugin file, with what it takes to run and to ask it. */
interface CorpusPlugin {
  path?: string;
  config?(stubUrl: string): object;
  requests: PluginRequest[];
}

/** The old backend on the exports of backstage-forklift/legacy, then legacyPlugin in both new ones. */
const NEW_BACKENDS = ['surface', 'ours', 'stock'];
const SAME = ['matched', 'ignored'];
const requirePlugin = createRequire(__filename);
const PLUGINS = readdirSync(join(__dirname, 'plugins')).map(file => parse(file).name);

describe('published plugins of the old backend system', () => {
  const table: string[] = [];
  let identity: ParityIdentity;
  let stub: Server;
  let stubUrl: string;
  let folder: string;

  before(async () => {
    identity = await createParityIdentity();
    stub = createServer(answerForOthers).listen(0, 'localhost');
    await new Promise(resolve => stub.once('listening', resolve));
    stubUrl = `http://localhost:${(stub.address() as AddressInfo).port}`;
    folder = createPortal();
  });

  after(async () => {
    await identity?.close();
    stub?.closeAllConnections();
    stub?.close();
    rmSync(folder, { recursive: true, force: true });
    console.log(`\n    ${'plugin'.padEnd(20)} ${NEW_BACKENDS.join('  ')}\n${table.join('\n')}\n`);
  });

  for (const name of PLUGINS) {
    it(`${name} answers everywhere as in its old backend`, async () => {
      const plugin: CorpusPlugin = requirePlugin(`./plugins/${name}.cjs`);
      const file = join(folder, `app-config.${name}.yaml`);
      writeFileSync(file, JSON.stringify(configOf(plugin, stubUrl)));
      const start = (kind: string) =>
        startCommandSubject({
          name: kind,
          command: `"${process.execPath}" "${join(__dirname, 'backend.cjs')}" ${kind} ${name} --config "${file}"`,
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
      try {
        const [left, ...others] = starts.map(valueOf);
        const requests = plugin.requests.map(request => toRequest(name, plugin, request));
        for (const right of others) {
          const { results } = await runParity({ left, right, requests, identity });
          const different = results.filter(({ verdict }) => !SAME.includes(verdict));
          row.push(different.length === 0 ? 'same' : 'DIFFERENT');
          expect(different.map(result => formatResult(result))).to.deep.equal([]);
        }
      } finally {
        table.push(`    ${name.padEnd(20)} ${row.join('  ') || 'NOT STARTED'}`);
        await Promise.all(subjects.map(subject => subject.stop()));
      }
    });
  }

  /** Stands in for the systems that plugins talk to. */
  function answerForOthers(request: { url?: string }, response: any) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ url: request.url, items: [], values: [] }));
  }
});

function valueOf<TValue>(result: PromiseSettledResult<TValue>): TValue {
  if (result.status === 'rejected') {
    throw result.reason;
  }
  return result.value;
}

/** A repository with a front end, as old backends look for one around them. */
function createPortal(): string {
  const folder = mkdtempSync(join(tmpdir(), 'forklift-corpus-'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'portal', private: true, workspaces: { packages: [] } }),
  );
  const app = join(folder, 'node_modules', 'corpus-app');
  mkdirSync(join(app, 'dist', 'static'), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{ "name": "corpus-app", "version": "1.0.0" }');
  writeFileSync(join(app, 'dist', 'index.html'), '<html><body>portal</body></html>');
  writeFileSync(join(app, 'dist', 'static', 'app.js'), 'start();');
  return folder;
}

function configOf(plugin: CorpusPlugin, stubUrl: string): object {
  return {
    app: { baseUrl: 'http://localhost:3000', title: 'Corpus' },
    organization: { name: 'Acme' },
    backend: {
      database: { client: 'better-sqlite3', connection: ':memory:' },
      reading: { allow: [{ host: new URL(stubUrl).host }] },
    },
    ...plugin.config?.(stubUrl),
  };
}

function toRequest(name: string, plugin: CorpusPlugin, request: PluginRequest): ParityRequest {
  const given = typeof request === 'string' ? { path: request } : request;
  const prefix = plugin.path ?? `/api/${name}`;
  return {
    method: 'GET',
    headers: given.body ? { 'content-type': 'application/json' } : {},
    as: 'user',
    ...given,
    path: prefix + given.path,
  };
}
