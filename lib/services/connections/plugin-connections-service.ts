import type { ConnectionTypeDefinition } from '@backstage/connections';
import { InputError, NotAllowedError, NotFoundError } from '@backstage/errors';
import type { ConnectionsService, LoggerService } from '../../api';
import type { UsableConnection } from './connections-for-plugin';

type Auth = UsableConnection['auth'][number];

/** A type, with what it has beside its public definition. */
type Definition = ConnectionTypeDefinition & {
  /** Chooses the way to sign in for a query; the first one without it. */
  matchAuth?(auth: Auth[], query: unknown): Auth | undefined;
};

interface FindOptions {
  type: string;
  query: unknown;
  authMethods?: readonly string[];
}

/** Finds connections for one plugin. */
export class PluginConnectionsService implements ConnectionsService {
  readonly #connections: readonly UsableConnection[];
  readonly #logger: LoggerService;

  constructor(connections: readonly UsableConnection[], logger: LoggerService) {
    this.#connections = connections;
    this.#logger = logger;
  }

  /**
   * @throws InputError when there is no such type, or the query has no valid URL
   * @throws NotFoundError when no connection fits
   * @throws NotAllowedError when the plugin may not sign in, or only by methods that it does not know
   */
  async find({ type, query, authMethods }: FindOptions): Promise<any> {
    const definition = definitionOf(type);
    const host = definition.lookupStrategy === 'host' ? hostOf(query) : undefined;
    const connection = this.#connections.find(
      candidate =>
        candidate.type === type &&
        (host === undefined || (candidate as { host?: unknown }).host === host),
    );
    if (!connection) {
      throw notFound(type);
    }
    const { auth, ...info } = connection;
    if (!authMethods) {
      return info;
    }
    const what = `type "${type}"${host === undefined ? '' : ` for host "${host}"`}`;
    if (auth.length === 0) {
      throw new NotAllowedError(
        `Connection of ${what} has no auth method available to this plugin`,
      );
    }
    const selected = definition.matchAuth ? definition.matchAuth(auth, query) : auth[0];
    if (!selected) {
      throw notFound(type);
    }
    if (!authMethods.includes(selected.method)) {
      throw new NotAllowedError(
        `Connection not found for type "${type}" with auth method "${selected.method}"`,
      );
    }
    this.#logger.debug(`Selected connection of ${what} using auth method "${selected.method}"`);
    return { ...info, auth: selected };
  }
}

function definitionOf(type: string): Definition {
  const { connectionTypes } =
    require('@backstage/connections') as typeof import('@backstage/connections');
  if (!Object.hasOwn(connectionTypes, type)) {
    throw new InputError(
      `Unknown connection type "${type}", expected one of "${Object.keys(connectionTypes).join('", "')}"`,
    );
  }
  return connectionTypes[type as keyof typeof connectionTypes] as unknown as Definition;
}

function hostOf(query: unknown): string {
  const { url } = (query ?? {}) as { url?: unknown };
  if (typeof url !== 'string' || !URL.canParse(url)) {
    throw new InputError(`Invalid url "${url}" passed to ConnectionsService.find`);
  }
  return new URL(url).host;
}

function notFound(type: string): NotFoundError {
  return new NotFoundError(`Connection not found for type "${type}"`);
}
