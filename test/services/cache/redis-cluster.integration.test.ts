import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { createClient } from '@keyv/redis';
import { expect } from 'chai';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RootLifecycleService } from '../../../lib/api';
import { CacheManager } from '../../../lib/services/cache';
import { eventually } from '../eventually';
import { recordingLogger } from '../recording-logger';
import { freePort } from '../scale/free-port';

const interop = join(__dirname, '../../interop');
const SLOTS = 16_384;

/** A redis server that has a part of the keys of a cluster. */
class ClusterNode {
  readonly port: number;
  readonly #folder: string;
  #child!: ChildProcess;

  constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  async start(): Promise<void> {
    this.#child = spawn(
      'redis-server',
      [
        ...['--port', String(this.port), '--bind', '127.0.0.1', '--save', ''],
        ...['--cluster-enabled', 'yes', '--cluster-config-file', `${this.port}.conf`],
        ...['--cluster-require-full-coverage', 'no', '--dir', this.#folder],
      ],
      { stdio: 'ignore' },
    );
    await eventually(() => this.command('PING'));
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async command(...words: string[]): Promise<unknown> {
    const client = createClient({
      url: `redis://127.0.0.1:${this.port}`,
      socket: { reconnectStrategy: false },
    });
    client.on('error', () => {});
    await client.connect();
    try {
      return await client.sendCommand(words);
    } finally {
      await client.disconnect();
    }
  }
}

describe('CacheManager on a cluster of redis', () => {
  const cwd = process.cwd();
  let folder: string;
  let nodes: ClusterNode[];
  let closings: Array<() => unknown> = [];

  before(async function startCluster() {
    if (spawnSync('redis-server', ['--version']).error) {
      this.test!.parent!.title += ' (skipped: redis-server is not installed)';
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'forklift-cluster-'));
    nodes = [];
    for (let i = 0; i < 3; i += 1) {
      // The nodes talk to each other 10 000 ports further up.
      let port = await freePort();
      while (port > 55_000) port = await freePort();
      const node = new ClusterNode(port, folder);
      await node.start();
      nodes.push(node);
    }
    const bounds = [0, 1, 2, 3].map(i => Math.floor((i * SLOTS) / 3));
    for (const [i, node] of nodes.entries()) {
      await node.command('CLUSTER', 'ADDSLOTSRANGE', `${bounds[i]}`, `${bounds[i + 1] - 1}`);
      await node.command('CLUSTER', 'MEET', '127.0.0.1', String(nodes[0].port));
    }
    for (const node of nodes) {
      await eventually(async () =>
        expect(await node.command('CLUSTER', 'INFO')).to.match(
          /cluster_state:ok[^]*cluster_slots_assigned:16384[^]*cluster_known_nodes:3/,
        ),
      );
    }
    process.chdir(interop); // where the client for valkey is installed
  });

  afterEach(async () => {
    for (const close of closings.reverse()) await close();
    closings = [];
  });

  after(async () => {
    process.chdir(cwd);
    for (const node of nodes ?? []) await node.stop();
    if (folder) rmSync(folder, { recursive: true });
  });

  function start(cache: JsonObject) {
    const rootLifecycle = {
      addShutdownHook: (hook: () => Promise<void>) => closings.push(hook),
    } as unknown as RootLifecycleService;
    const logger = recordingLogger();
    const manager = CacheManager.fromConfig(new ConfigReader({ backend: { cache } }), {
      logger,
      rootLifecycle,
    });
    return { manager, logger };
  }

  const stores: Array<[string, () => JsonObject]> = [
    [
      'redis',
      () => ({
        store: 'redis',
        operationTimeout: 1_000,
        redis: {
          cluster: {
            rootNodes: [{ url: `redis://127.0.0.1:${nodes[0].port}` }],
            defaults: { socket: { connectTimeout: 1_000 } },
            maxCommandRedirections: 8,
          },
        },
      }),
    ],
    [
      'valkey',
      () => ({
        store: 'valkey',
        operationTimeout: 1_000,
        valkey: {
          cluster: {
            rootNodes: [{ host: '127.0.0.1', port: nodes[0].port }],
            maxCommandRedirections: 8,
          },
        },
      }),
    ],
  ];
  for (const [store, configure] of stores) {
    describe(`with the client for ${store}`, () => {
      it('keeps values on all nodes, each plugin for itself', async () => {
        const { manager } = start(configure());
        const [a, b] = [manager.forPlugin(`${store}-a`), manager.forPlugin(`${store}-b`)];
        const keys = Array.from({ length: 60 }, (_, i) => `key ${i}`);
        await Promise.all(keys.map(key => a.set(key, { key }, { ttl: { minutes: 1 } })));
        for (const key of keys) expect(await a.get(key)).to.deep.equal({ key });
        expect(await b.get(keys[0])).to.equal(undefined);
        for (const node of nodes) expect(await node.command('DBSIZE')).to.be.greaterThan(5);
        await Promise.all(keys.map(key => a.delete(key)));
        for (const key of keys) expect(await a.get(key)).to.equal(undefined);
        expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
      });

      it('misses while the cluster is away, and works again when it is back', async () => {
        const { manager, logger } = start(configure());
        const cache = manager.forPlugin(store);
        await cache.set('key', 1);
        expect(await cache.get('key')).to.equal(1);
        for (const node of nodes) await node.stop();
        const begin = Date.now();
        expect(await cache.get('key')).to.equal(undefined);
        await cache.set('key', 2);
        expect(Date.now() - begin).to.be.lessThan(4_000);
        expect(manager.getHealth().status).to.equal('down');
        const errors = logger.lines.filter(line => line.startsWith('error'));
        expect(errors).to.have.length(1);
        expect(errors[0]).to.include(`for 127.0.0.1:${nodes[0].port},`);

        for (const node of nodes) await node.start();
        await eventually(async () => {
          await cache.set('key', 3);
          expect(await cache.get('key')).to.equal(3);
        });
        expect(manager.getHealth()).to.deep.equal({ status: 'ok' });
      });
    });
  }
});
