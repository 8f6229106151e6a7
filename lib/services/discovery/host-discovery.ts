import type { DiscoveryService, LoggerService, RootConfigService } from '../../api';
import { listenUrl } from '../root-http-router/listen-url';
import { readHttpServerOptions } from '../root-http-router/read-http-server-options';
import { readEndpoints, type HostDiscoveryEndpoint } from './read-endpoints';
import { SrvResolver } from './srv-resolver';

/** Options of {@link HostDiscovery.fromConfig}. */
export interface HostDiscoveryOptions {
  logger: LoggerService;
  /** Used for plugins that `discovery.endpoints` does not name. */
  defaultEndpoints?: HostDiscoveryEndpoint[];
}

type Resolve = (pluginId: string) => string | Promise<string>;

/** Addresses by plugin id, with `*` for every other plugin. */
type Targets = Map<string, Resolve>;

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]', '[::]'];

/**
 * Finds plugins by configuration: those that `discovery.endpoints` names at their own addresses, all
 * others in this backend, at `backend.listen` for backends and at `backend.baseUrl` from outside.
 * Changes of the configuration take effect at once.
 */
export class HostDiscovery implements DiscoveryService {
  readonly #srv = new SrvResolver();
  #internal: Targets = new Map();
  #external: Targets = new Map();

  /** @throws Error when `backend.baseUrl` is missing or an endpoint is malformed */
  static fromConfig(config: RootConfigService, options?: HostDiscoveryOptions): HostDiscovery {
    warnAboutBaseUrl(config.getString('backend.baseUrl'), options?.logger);
    const discovery = new HostDiscovery();
    discovery.#read(config, options?.defaultEndpoints);
    config.subscribe?.(() => {
      try {
        discovery.#read(config, options?.defaultEndpoints);
      } catch (error) {
        options?.logger.error(`Failed to update discovery service: ${error}`);
      }
    });
    return discovery;
  }

  private constructor() {}

  async getBaseUrl(pluginId: string): Promise<string> {
    return (this.#internal.get(pluginId) ?? this.#internal.get('*')!)(pluginId);
  }

  async getExternalBaseUrl(pluginId: string): Promise<string> {
    return (this.#external.get(pluginId) ?? this.#external.get('*')!)(pluginId);
  }

  #read(config: RootConfigService, defaultEndpoints: HostDiscoveryEndpoint[] = []) {
    const ownUrl = listenUrl(readHttpServerOptions(config.getConfig('backend')));
    const internal: Targets = new Map([['*', fill(`${ownUrl}/api/{{pluginId}}`)]]);
    const baseUrl = config.getString('backend.baseUrl').replace(/\/+$/, '');
    const external: Targets = new Map([['*', fill(`${baseUrl}/api/{{pluginId}}`)]]);

    for (const { target, plugins } of [...defaultEndpoints, ...readEndpoints(config)]) {
      const urls = typeof target === 'string' ? { internal: target, external: target } : target;
      // A plain string serves both kinds of callers, and browsers know no SRV records.
      if (urls.external && SrvResolver.isSrvUrl(urls.external)) {
        throw new Error(
          `SRV resolver URLs cannot be used in the target for external endpoints, in discovery.endpoints: '${urls.external}'`,
        );
      }
      for (const plugin of plugins) {
        if (urls.internal) {
          internal.set(plugin, this.#internalTarget(urls.internal));
        }
        if (urls.external) {
          external.set(plugin, fill(urls.external));
        }
      }
    }
    this.#internal = internal;
    this.#external = external;
  }

  #internalTarget(pattern: string): Resolve {
    if (!SrvResolver.isSrvUrl(pattern)) {
      return fill(pattern);
    }
    const url = fill(pattern);
    this.#srv.resolver(url('plugin')); // so that a malformed address fails at start
    return pluginId => this.#srv.resolver(url(pluginId))();
  }
}

function fill(pattern: string): (pluginId: string) => string {
  return pluginId => pattern.replace(/\{\{\s*pluginId\s*\}\}/g, () => encodeURIComponent(pluginId));
}

function warnAboutBaseUrl(baseUrl: string, logger?: LoggerService) {
  let hostname: string;
  try {
    hostname = new URL(baseUrl).hostname;
  } catch {
    logger?.warn(`The value of backend.baseUrl is not a valid URL: '${baseUrl}'`);
    return;
  }
  if (process.env.NODE_ENV === 'production' && LOCAL_HOSTS.includes(hostname)) {
    logger?.warn(
      `backend.baseUrl is '${baseUrl}', which only this machine can reach, though NODE_ENV is 'production'. Set it to the address at which browsers and other backends reach this one.`,
    );
  }
}
