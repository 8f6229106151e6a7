import { expect } from 'chai';
import createKnex from 'knex';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { overlaps, readRuns } from '../services/scheduler/chaos/run-log';
import { BackendProcess } from './backend-process';
import { TASKS } from './cut-over/plugin';

const VARIABLE = 'BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING';
const BACKEND = join(__dirname, 'cut-over/backend.ts');
const CLIENTS = 4;

describe('an old backend and its forklifted twin on one PostgreSQL', function cutOver() {
  this.timeout(60_000);

  const connection = process.env[VARIABLE];
  const prefix = `cut_over_${randomBytes(5).toString('hex')}_`;
  const folder = mkdtempSync(join(tmpdir(), 'forklift-cut-over-'));
  const runsFile = join(folder, 'runs.ndjson');
  const configFile = join(folder, 'app-config.yaml');
  const backends: BackendProcess[] = [];
  let traffic: Traffic | undefined;

  before(function prepare() {
    if (!connection) {
      this.test!.parent!.title += ` (skipped: ${VARIABLE} is not set)`;
      this.skip();
    }
    const backend = {
      database: { client: 'pg', connection, prefix },
      auth: { keys: [{ secret: 'YW4gb2xkIHNlY3JldA==' }] },
    };
    const app = { baseUrl: 'http://localhost:3000' };
    writeFileSync(configFile, JSON.stringify({ app, backend, orders: { runs: runsFile } }));
  });

  after(async () => {
    await traffic?.stop();
    await Promise.all(backends.map(backend => backend.end('SIGKILL')));
    rmSync(folder, { recursive: true });
    if (connection) {
      const admin = createKnex({ client: 'pg', connection });
      await admin.raw('DROP DATABASE IF EXISTS ??', [`${prefix}orders`]);
      await admin.destroy();
    }
  });

  async function start(kind: 'old' | 'forklifted') {
    const backend = await BackendProcess.start(BACKEND, [kind], configFile);
    backends.push(backend);
    return backend;
  }

  it('lose no request and run no task twice at once while traffic moves to and fro', async () => {
    const old = await start('old');
    const oldToken = await issueToken(old);
    traffic = new Traffic(old, oldToken);
    await traffic.served(100);
    const forklifted = await start('forklifted');
    const newToken = await issueToken(forklifted);
    for (const [backend, token] of [
      [forklifted, oldToken],
      [old, newToken],
      [forklifted, newToken],
      [old, oldToken],
      [forklifted, oldToken],
    ] as const) {
      const before = countRuns();
      traffic.moveTo(backend, token);
      await traffic.served(200);
      await until(() => countRuns() >= before + TASKS);
    }
    await old.end();
    const runs = runsOf(forklifted);
    await until(() => runsOf(forklifted) > runs);
    await traffic.stop();

    expect(traffic.failures).to.deep.equal([]);
    const orders = await getJson<string[]>(`${forklifted.url}/api/orders/orders`);
    expect(orders.sort()).to.deep.equal(traffic.orders.sort());
    await forklifted.end();
    const ends = new Map(backends.map(({ pid, endedAt }) => [pid, endedAt]));
    expect(overlaps(readRuns(runsFile), pid => ends.get(pid)!)).to.deep.equal([]);
  });

  function countRuns(): number {
    return [...readRuns(runsFile).values()].flat().length;
  }

  function runsOf({ pid }: BackendProcess): number {
    return [...readRuns(runsFile).values()].flat().filter(run => run.process === pid).length;
  }
});

async function issueToken({ url }: BackendProcess): Promise<string> {
  return (await getJson<{ token: string }>(`${url}/api/orders/token`)).token;
}

async function getJson<TBody>(url: string): Promise<TBody> {
  return (await fetch(url)).json() as Promise<TBody>;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await sleep(20);
  }
}

/** Clients that place one order after the other. */
class Traffic {
  /** The orders that were taken. */
  readonly orders: string[] = [];
  readonly failures: string[] = [];
  readonly #clients: Array<Promise<void>>;
  #isStopped = false;

  constructor(
    private backend: BackendProcess,
    private token: string,
  ) {
    this.#clients = Array.from({ length: CLIENTS }, (_, client) => this.#order(client));
  }

  moveTo(backend: BackendProcess, token: string) {
    this.backend = backend;
    this.token = token;
  }

  /** Waits until so many more orders were answered. */
  async served(count: number): Promise<void> {
    const answered = () => this.orders.length + this.failures.length;
    const goal = answered() + count;
    await until(() => answered() >= goal);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#clients);
  }

  async #order(client: number): Promise<void> {
    for (let number = 0; !this.#isStopped; number += 1) {
      const id = `${client}-${number}`;
      const failure = await this.#place(id).catch(error => `${error.cause ?? error}`);
      if (failure) {
        this.failures.push(failure);
      } else {
        this.orders.push(id);
      }
      await sleep(2);
    }
  }

  async #place(id: string): Promise<string | undefined> {
    const { backend, token } = this;
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${backend.url}/api/orders/orders/${id}`, {
      method: 'POST',
      headers,
    });
    const text = await response.text();
    return response.ok ? undefined : `${response.status} ${text}`;
  }
}
