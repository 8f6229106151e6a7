import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import Module, { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { KubernetesContainerRunner } from 'backstage-forklift/legacy';
import { expect } from 'chai';
import sinon from 'sinon';

const CLIENT = '@kubernetes/client-node';
const portal = createRequire(join(__dirname, '../../examples/legacy-portal/package.json'));

/** What is used of a cluster: it runs one container, in the phases that it is told. */
class Cluster {
  /** The jobs that it was asked to create. */
  readonly jobs: any[] = [];
  readonly #phases: string[];
  readonly #server: Server;

  static async start(phases: string[]): Promise<Cluster> {
    const cluster = new Cluster(phases);
    await once(cluster.#server, 'listening');
    return cluster;
  }

  private constructor(phases: string[]) {
    this.#phases = phases;
    this.#server = createServer((req, res) => void this.#answer(req, res)).listen(0, 'localhost');
  }

  kubeConfig(namespace?: string) {
    const { KubeConfig } = portal(CLIENT);
    const kubeConfig = new KubeConfig();
    const { port } = this.#server.address() as AddressInfo;
    kubeConfig.loadFromClusterAndUser(
      { name: 'here', server: `http://localhost:${port}` },
      { name: 'me' },
    );
    kubeConfig.getContextObject(kubeConfig.getCurrentContext()).namespace = namespace;
    return kubeConfig;
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(req: IncomingMessage, res: ServerResponse) {
    const { pathname, searchParams } = new URL(req.url!, 'http://localhost');
    res.setHeader('content-type', 'application/json');
    if (req.method === 'POST') {
      const job = JSON.parse(await text(req));
      this.jobs.push(job);
      if (pathname.includes('/forbidden/')) {
        res.writeHead(403).end(JSON.stringify({ kind: 'Status', message: 'jobs are forbidden' }));
      } else {
        res.end(JSON.stringify(job));
      }
    } else if (pathname.endsWith('/log')) {
      res.setHeader('content-type', 'text/plain');
      res.end(`log of ${pathname.split('/').at(-2)}, ${searchParams.get('container')}\n`);
    } else {
      for (const phase of this.#phases) {
        const pod = { metadata: { name: 'pod-1' }, status: { phase } };
        res.write(`${JSON.stringify({ type: 'MODIFIED', object: pod })}\n`);
      }
    }
  }
}

describe('KubernetesContainerRunner', () => {
  const clusters: Cluster[] = [];

  async function startCluster(...phases: string[]) {
    const cluster = await Cluster.start(phases);
    clusters.push(cluster);
    return cluster;
  }

  /** As if the package were installed beside ours. */
  function installClient() {
    const loader = Module as unknown as { _resolveFilename(...args: unknown[]): string };
    const original = loader._resolveFilename;
    const client = portal.resolve(CLIENT);
    sinon.replace(loader, '_resolveFilename', function resolve(this: unknown, name, ...rest) {
      return name === CLIENT ? client : original.call(this, name, ...rest);
    });
  }

  afterEach(() => {
    sinon.restore();
    clusters.splice(0).forEach(cluster => cluster.stop());
  });

  it('runs a container as a job and passes its log on', async () => {
    installClient();
    const cluster = await startCluster('Pending', 'Running', 'Succeeded');
    const runner = new KubernetesContainerRunner({
      kubeConfig: cluster.kubeConfig('docs'),
      name: 'techdocs',
      mountBase: { volumeName: 'work', basePath: '/docs' },
      podTemplate: {
        metadata: { labels: { team: 'docs' } },
        spec: { volumes: [{ name: 'work' }] },
      },
    });
    const logStream = new PassThrough();
    await runner.runContainer({
      imageName: 'mkdocs',
      command: 'mkdocs',
      args: ['build'],
      envVars: { A: '1' },
      mountDirs: { '/docs/in': '/input' },
      logStream,
    });
    expect(String(logStream.read())).to.equal('log of pod-1, executor\n');
    const { metadata, spec } = cluster.jobs[0];
    expect(metadata.generateName).to.equal('techdocs-');
    expect(spec.template.metadata.labels)
      .to.include({ team: 'docs' })
      .and.to.have.keys('team', 'task');
    expect(spec.template.spec.containers[0]).to.deep.include({
      image: 'mkdocs',
      command: ['mkdocs'],
      args: ['build'],
      env: [{ name: 'A', value: '1' }],
      volumeMounts: [{ name: 'work', mountPath: '/input', subPath: 'in' }],
    });
  });

  it('fails with the container, with the cluster and after a time', async () => {
    installClient();
    const run = async (phases: string[], options: object) => {
      const cluster = await startCluster(...phases);
      const kubeConfig = cluster.kubeConfig('docs');
      const runner = new KubernetesContainerRunner({ kubeConfig, name: 'x', ...options });
      return runner.runContainer({ imageName: 'mkdocs', args: [] }).then(
        () => 'no error',
        error => error.message,
      );
    };
    expect(await run(['Running', 'Failed'], {})).to.equal('Container execution failed');
    expect(await run(['Pending'], { namespace: 'forbidden' })).to.contain('jobs are forbidden');
    expect(await run(['Pending'], { timeoutMs: 100 })).to.equal('Failed to complete in 100 ms');
  });

  it('says what its options lack', async () => {
    const cluster = await startCluster();
    const kubeConfig = cluster.kubeConfig('docs');
    const named = { kubeConfig, name: 'x' };
    expect(
      () => new KubernetesContainerRunner({ ...named, kubeConfig: cluster.kubeConfig() }),
    ).to.throw('Pass the option namespace');
    const mountBase = { volumeName: 'work', basePath: '/docs' };
    expect(() => new KubernetesContainerRunner({ ...named, mountBase })).to.throw(
      'A Pod template containing the volume work is required',
    );
    const mounting = { imageName: 'mkdocs', args: [], mountDirs: { '/elsewhere': '/input' } };
    const error = await new KubernetesContainerRunner(named)
      .runContainer(mounting)
      .catch(failure => failure);
    expect(error.message).to.contain('must be configured to bind mount directories');
  });

  it('names the package that it needs', async () => {
    const cluster = await startCluster();
    const runner = new KubernetesContainerRunner({
      kubeConfig: cluster.kubeConfig('docs'),
      name: 'x',
    });
    const error = await runner.runContainer({ imageName: 'x', args: [] }).catch(failure => failure);
    expect(error.message).to.equal(
      `KubernetesContainerRunner needs the package '${CLIENT}'. Add it to the dependencies of your backend`,
    );
  });
});
