import { createServer, type AddressInfo } from 'node:net';
import {
  coreServices,
  createBackend,
  createServiceFactory,
  type Backend,
  type BackendFeature,
  type LoggerService,
} from 'backstage-forklift';
import { mockServices } from 'backstage-forklift/testing';

/** A backend with real services, on a port of its own. */
export interface StartedBackend {
  url: string;
  /** What was logged, as `level message fields`. */
  logs: string[];
  get(path: string, token?: string): Promise<{ status: number; body: any }>;
}

const running: Backend[] = [];

/** Stops what the test has started. */
export async function stopBackends() {
  await Promise.all(running.splice(0).map(backend => backend.stop()));
}

/** Starts a backend with in-memory databases and the features. */
export async function startBackend(
  features: Array<BackendFeature | Promise<{ default: BackendFeature }>>,
  config: object = {},
): Promise<StartedBackend> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const logs: string[] = [];
  const backend = createBackend();
  backend.add(rootConfig(port, config));
  backend.add(recordingLogger(logs));
  for (const feature of features) {
    backend.add(feature);
  }
  running.push(backend);
  await backend.start();
  return {
    url,
    logs,
    async get(path, token) {
      const headers = token ? { authorization: `Bearer ${token}` } : undefined;
      const response = await fetch(url + path, { headers });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return { status: response.status, body: isJson ? JSON.parse(text) : text };
    },
  };
}

function rootConfig(port: number, { backend, ...rest }: { backend?: object }) {
  return mockServices.rootConfig.factory({
    data: {
      app: { baseUrl: 'http://localhost:3000' },
      backend: {
        baseUrl: `http://localhost:${port}`,
        listen: { host: 'localhost', port },
        database: { client: 'better-sqlite3', connection: ':memory:' },
        ...backend,
      },
      ...rest,
    },
  });
}

function recordingLogger(logs: string[]) {
  const record = (fields: object): LoggerService => {
    const write = (level: string) => (message: string, meta?: object) =>
      void logs.push(`${level} ${message} ${JSON.stringify({ ...fields, ...meta })}`);
    return {
      error: write('error'),
      warn: write('warn'),
      info: write('info'),
      debug: write('debug'),
      child: meta => record({ ...fields, ...meta }),
    };
  };
  return createServiceFactory({
    service: coreServices.rootLogger,
    deps: {},
    factory: () => record({}),
  });
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
