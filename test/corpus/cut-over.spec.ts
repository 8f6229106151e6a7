import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import createKnex from 'knex';
import { freePort } from '../legacy/start-backend';
import { Browser } from './cut-over/browser';
import { IdentityProvider } from './cut-over/identity-provider';

const VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';
const CLIENTS = 4;
/** How often each client comes to each backend, at least. */
const VISITS = 100;

interface Running {
  kind: string;
  url: string;
  process: ChildProcess;
}

describe('sessions and tokens of users while an old backend gives way to its forklifted twin', () => {
  const connection = process.env[VARIABLE];
  const prefix = `sessions_${randomBytes(5).toString('hex')}_`;
  const folder = mkdtempSync(join(tmpdir(), 'forklift-sessions-'));
  const configFile = join(folder, 'app-config.yaml');
  const backends: Running[] = [];
  let provider: IdentityProvider;

  before(async function prepare() {
    if (!connection) {
      this.test!.parent!.title += ` (skipped: ${VARIABLE} is not set)`;
      this.skip();
    }
    provider = await IdentityProvider.start();
    const oauth2 = {
      clientId: 'portal',
      clientSecret: 'secret',
      authorizationUrl: `${provider.url}/authorize`,
      tokenUrl: `${provider.url}/token`,
    };
    const config = {
      app: { baseUrl: 'http://localhost:3000' },
      backend: {
        // The address that browsers know is the same, whichever backend answers there.
        baseUrl: 'http://localhost:7007',
        database: { client: 'pg', connection, prefix },
        auth: { keys: [{ secret: 'YW4gb2xkIHNlY3JldA==' }] },
      },
      auth: {
        environment: 'development',
        session: { secret: 'a session secret' },
        providers: { oauth2: { development: oauth2 } },
      },
    };
    writeFileSync(configFile, JSON.stringify(config));
    // Old backends look for the repository around them.
    writeFileSync(join(folder, 'package.json'), '{ "name": "portal", "workspaces": [] }');
  });

  after(async () => {
    provider?.stop();
    await Promise.all(backends.map(stop));
    rmSync(folder, { recursive: true });
    if (connection) {
      const admin = createKnex({ client: 'pg', connection });
      for (const plugin of ['auth', 'catalog', 'orders']) {
        await admin.raw('DROP DATABASE IF EXISTS ??', [prefix + plugin]);
      }
      await admin.destroy();
    }
  });

  async function start(kind: string): Promise<Running> {
    const port = await freePort();
    const files = ['auth', 'catalog', 'orders'].map(name => `cut-over/${name}.cjs`);
    const child = spawn(
      process.execPath,
      [join(__dirname, 'backend.cjs'), kind, ...files, '--config', configFile],
      {
        cwd: folder,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          APP_CONFIG_backend_listen: JSON.stringify({ host: 'localhost', port }),
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const running = { kind, url: `http://localhost:${port}/api`, process: child };
    backends.push(running);
    while (!(await answers(`${running.url}/orders/health`))) {
      expect(child.exitCode, `exit code of the ${kind} backend`).to.equal(null);
      await sleep(100);
    }
    return running;
  }

  for (const kind of ['ours', 'stock', 'surface']) {
    it(`are honoured in both directions, under load, with the twin in '${kind}'`, async () => {
      const old = await start('old');
      const newcomer = await start(kind);
      const pair = [old, newcomer];
      const visits = new Map(pair.map(({ url }) => [url, 0]));
      const failures: string[] = [];
      const isDone = () => [...visits.values()].every(count => count >= VISITS * CLIENTS);

      /** Who signs in at one backend goes on at either, with tokens that either has issued. */
      async function use(client: number) {
        const browser = new Browser();
        await browser.signIn(`${pair[client % 2].url}/auth`);
        const tokens = await Promise.all(pair.map(({ url }) => browser.refresh(`${url}/auth`)));
        for (let visit = client; !isDone(); visit += 1) {
          const { url } = pair[visit % 2];
          if (visit % 10 === 0) {
            tokens[visit % 2] = await browser.refresh(`${url}/auth`);
          }
          for (const token of tokens) {
            const headers = { authorization: `Bearer ${token}` };
            const response = await fetch(`${url}/orders/who`, { headers });
            const body = await response.text();
            if (body !== '{"user":"user:default/ada"}') {
              failures.push(`${url} ${response.status} ${body}`);
            }
            visits.set(url, visits.get(url)! + 1);
          }
        }
      }

      await Promise.all(Array.from({ length: CLIENTS }, (_, client) => use(client)));
      expect(failures).to.deep.equal([]);

      const survivor = new Browser();
      await survivor.signIn(`${old.url}/auth`);
      await stop(old);
      const token = await survivor.refresh(`${newcomer.url}/auth`);
      const headers = { authorization: `Bearer ${token}` };
      const who = await fetch(`${newcomer.url}/orders/who`, { headers });
      expect(await who.json()).to.deep.equal({ user: 'user:default/ada' });
      await stop(newcomer);
    });
  }
});

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  return response?.ok ?? false;
}

async function stop({ process: child }: Running): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill();
    await once(child, 'exit');
  }
}
