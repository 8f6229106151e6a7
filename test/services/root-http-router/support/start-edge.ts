import { ConfigReader } from '@backstage/config';
import { AuthenticationError } from '@backstage/errors';
import type {
  HttpRouterService,
  LoggerService,
  RootHealthService,
  RootHttpRouterService,
  RootLifecycleService,
  ServiceFactory,
} from 'backstage-forklift';
import {
  httpRouterServiceFactory,
  lifecycleServiceFactory,
  rootHealthServiceFactory,
  rootHttpRouterServiceFactory,
  rootLifecycleServiceFactory,
  type ExtendedHttpServer,
  type RootHttpRouterFactoryOptions,
} from 'backstage-forklift/services';
import { RecordingLogger } from './recording-logger';

/** Options of {@link startEdge}. */
export interface EdgeOptions {
  config?: { backend?: object };
  plugins?: { [pluginId in string]: (httpRouter: HttpRouterService) => void };
  root?: (rootHttpRouter: RootHttpRouterService) => void;
  factory?: RootHttpRouterFactoryOptions;
  /** Leaves the plugins and the backend in the state before startup. */
  starting?: boolean;
}

/** The services between the network and the plugins, without a backend around them. */
export interface Edge {
  server: ExtendedHttpServer;
  port: number;
  url: string;
  health: RootHealthService;
  logger: RecordingLogger;
  start(): Promise<void>;
  /** Resolves when plugins refuse requests because of the shutdown. */
  readonly refused: Promise<void>;
  /** What a backend does first when it stops. */
  stopPlugins(): Promise<void>;
  stop(): Promise<void>;
}

type Internals = { startup(): Promise<void>; shutdown(): Promise<void> };

/**
 * Starts the HTTP services with an auth service that knows three tokens: `user`, `limited` and `none`.
 */
export async function startEdge(options: EdgeOptions = {}): Promise<Edge> {
  const logger = new RecordingLogger();
  const config = new ConfigReader({
    ...options.config,
    backend: {
      baseUrl: 'http://localhost:7007',
      listen: { host: '127.0.0.1', port: 0 },
      ...options.config?.backend,
    },
  });
  const root = { config, logger, rootLogger: logger as LoggerService };
  const lifecycle: RootLifecycleService & Internals & { beforeShutdown(): Promise<void> } =
    await create(rootLifecycleServiceFactory, root);
  const health = await create(rootHealthServiceFactory, { ...root, lifecycle });

  let server: ExtendedHttpServer;
  const rootHttpRouter: RootHttpRouterService = await create(
    rootHttpRouterServiceFactory({
      ...options.factory,
      configure(context) {
        server = context.server;
        (options.factory?.configure ?? (({ applyDefaults }) => applyDefaults()))(context);
      },
    }),
    { ...root, lifecycle, health },
  );
  options.root?.(rootHttpRouter);

  const createHttpRouter = await contextOf(httpRouterServiceFactory, {
    ...root,
    rootLifecycle: lifecycle,
  });
  const pluginLifecycles: Internals[] = [];
  for (const [pluginId, mount] of Object.entries(options.plugins ?? {})) {
    const metadata = { getId: () => pluginId };
    const pluginLifecycle: any = await create(lifecycleServiceFactory, { ...root, metadata });
    pluginLifecycles.push(pluginLifecycle);
    mount(
      await createHttpRouter({
        ...root,
        plugin: metadata,
        lifecycle: pluginLifecycle,
        rootHttpRouter,
        auth: fakeAuth,
        httpAuth: fakeHttpAuth,
      }),
    );
  }

  let refuse: () => void;
  const edge: Edge = {
    refused: new Promise(resolve => {
      refuse = resolve;
    }),
    server: server!,
    port: server!.port(),
    url: `http://127.0.0.1:${server!.port()}`,
    health,
    logger,
    async start() {
      await Promise.all(pluginLifecycles.map(plugin => plugin.startup()));
      await lifecycle.startup();
    },
    async stopPlugins() {
      await lifecycle.beforeShutdown();
      const stopped = pluginLifecycles.map(plugin => plugin.shutdown());
      refuse();
      await Promise.all(stopped);
    },
    async stop() {
      await edge.stopPlugins();
      await lifecycle.shutdown();
    },
  };
  if (!options.starting) {
    await edge.start();
  }
  return edge;
}

async function create(factory: ServiceFactory, deps: object): Promise<any> {
  return (await contextOf(factory, deps))(deps);
}

/** What makes the instances of a service for all plugins of a backend. */
async function contextOf(
  factory: ServiceFactory,
  deps: object,
): Promise<(deps: object) => Promise<any>> {
  const { createRootContext, factory: instantiate } = factory as any;
  const context = await createRootContext?.(deps);
  return pluginDeps => instantiate(pluginDeps, context);
}

const fakeAuth = {
  listPublicServiceKeys: async () => ({ keys: [{ kid: 'a' }] }),
  getNoneCredentials: async () => ({}),
};

const fakeHttpAuth = {
  async credentials(
    req: { headers: { authorization?: string } },
    options: { allowLimitedAccess?: boolean },
  ) {
    switch (req.headers.authorization) {
      case undefined:
        throw new AuthenticationError('Missing credentials');
      case 'Bearer user':
        return {};
      case 'Bearer limited':
        if (options.allowLimitedAccess) {
          return {};
        }
        throw new AuthenticationError('Illegal limited user token');
      default:
        throw Object.assign(new Error("This endpoint does not allow 'none' credentials"), {
          name: 'NotAllowedError',
        });
    }
  },
  issueUserCookie: async () => ({ expiresAt: new Date(0) }),
};
