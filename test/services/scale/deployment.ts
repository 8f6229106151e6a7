import type { JsonObject } from '@backstage/types';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Balancer } from './balancer';
import { freePort } from './free-port';
import { PrivateServer } from './private-server';
import { ReplicaProcess } from './replica-process';

/**
 * Three replicas of a backend, a second deployment with one more plugin, and their PostgreSQL and Redis,
 * all on this machine.
 */
export class Deployment {
  readonly replicas: ReplicaProcess[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'forklift-scale-'));
  #balancer?: Balancer;
  #greeter?: ReplicaProcess;
  #probing?: NodeJS.Timeout;
  #next = 0;

  static async start(): Promise<Deployment> {
    const [postgres, redis] = await Promise.all([PrivateServer.postgres(), PrivateServer.redis()]);
    const deployment = new Deployment(postgres, redis);
    try {
      await deployment.#start();
    } catch (error) {
      await deployment.stop();
      throw error;
    }
    return deployment;
  }

  private constructor(
    readonly postgres: PrivateServer,
    readonly redis: PrivateServer,
  ) {}

  /** The replica whose turn it is among those that are ready, as a load balancer chooses it. */
  nextUrl(): string {
    const ready = this.replicas.filter(replica => replica.ready);
    const candidates = ready.length > 0 ? ready : this.replicas;
    return candidates[this.#next++ % candidates.length].url;
  }

  /** Where the replicas are one. */
  get balancer(): Balancer {
    return this.#balancer!;
  }

  async stop(): Promise<void> {
    clearInterval(this.#probing);
    await Promise.all([this.#greeter, ...this.replicas].map(replica => replica?.stop()));
    this.#balancer?.stop();
    await Promise.all([this.postgres.remove(), this.redis.remove()]);
    rmSync(this.#folder, { recursive: true });
  }

  async #start(): Promise<void> {
    const folder = this.#folder;
    this.#balancer = await Balancer.start(() => this.nextUrl());
    const greeterPort = await freePort();
    for (let i = 0; i < 3; i += 1) {
      const port = await freePort();
      const config = this.#config(port, { greeter: greeterPort });
      const plugins = ['auth', 'events', 'notes'];
      this.replicas.push(new ReplicaProcess({ folder, port, plugins, config }));
    }
    const { port: notesPort } = this.#balancer;
    const config = this.#config(greeterPort, { notes: notesPort, events: notesPort });
    this.#greeter = new ReplicaProcess({ folder, port: greeterPort, plugins: ['greeter'], config });
    await Promise.all([this.#greeter, ...this.replicas].map(replica => replica.start()));
    this.#probing = setInterval(() => this.replicas.forEach(replica => void replica.probe()), 100);
  }

  /** @param elsewhere the ports of plugins of the other deployment */
  #config(port: number, elsewhere: { [pluginId in string]: number }): JsonObject {
    return {
      app: { baseUrl: 'http://localhost:3000' },
      auth: {
        providers: {
          guest: {
            dangerouslyAllowOutsideDevelopment: true,
            userEntityRef: 'user:default/guest',
            ownershipEntityRefs: ['user:default/guest'],
          },
        },
      },
      backend: {
        baseUrl: `http://127.0.0.1:${port}`,
        listen: { host: '127.0.0.1', port },
        lifecycle: { serverShutdownDelay: '1s' },
        database: { client: 'pg', connection: this.postgres.url },
        cache: { store: 'redis', connection: this.redis.url, readinessCheck: true },
      },
      discovery: {
        endpoints: Object.entries(elsewhere).map(([pluginId, otherPort]) => ({
          target: `http://127.0.0.1:${otherPort}/api/{{pluginId}}`,
          plugins: [pluginId],
        })),
      },
    };
  }
}
