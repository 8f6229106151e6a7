import type { Socket } from 'node:net';
import type { LoggerService } from '../../../api';

/** What is needed here of the dispatchers of undici, which `fetch` sends its requests by. */
interface Dispatcher {
  dispatch: Dispatch;
  compose(interceptor: (dispatch: Dispatch) => Dispatch): Dispatcher;
  destroy(): Promise<void>;
}

type Dispatch = (options: { origin?: string | URL }, handler: unknown) => boolean;

type AgentClass = new (options: {
  connect(options: unknown, callback: (error: Error | null, socket: Socket | null) => void): void;
}) => Dispatcher;

/** Where undici has the dispatcher of `fetch`. Which of them `fetch` uses depends on its version. */
const DISPATCHER_KEYS = ['undici.globalDispatcher.1', 'undici.globalDispatcher.2'].map(Symbol.for);

const dispatchers = globalThis as unknown as { [key in symbol]?: Dispatcher };

/**
 * Makes `fetch` open connections to the origin of a URL by `connect`, unless that has none.
 *
 * @returns what restores `fetch`
 */
export function routeFetch(
  { origin }: URL,
  connect: () => Socket | undefined,
  logger: LoggerService,
): () => void {
  void globalThis.Headers; // makes Node.js load its fetch, and with it the dispatcher
  const keys = DISPATCHER_KEYS.filter(key => dispatchers[key]?.constructor.name === 'Agent');
  if (keys.length === 0) {
    logger.warn(
      'Calls of this backend to itself by fetch go over the network, because another dispatcher than that of Node.js is set (by a proxy or another backend, for example)',
    );
  }
  const endings = keys.map(key => routeDispatcher(key, origin, connect));
  return () => endings.forEach(end => end());
}

function routeDispatcher(
  key: symbol,
  origin: string,
  connect: () => Socket | undefined,
): () => void {
  const previous = dispatchers[key]!;
  // Of the same version as fetch, whatever that is.
  const agent = new (previous.constructor as AgentClass)({
    connect(_options, callback) {
      const socket = connect();
      // Later, as over the network: undici expects no answer before it has finished asking.
      setImmediate(
        callback,
        socket ? null : new Error('The server of this backend has stopped'),
        socket ?? null,
      );
    },
  });
  let active = true;
  const routed = previous.compose(dispatch => (options, handler) => {
    const isOurs = active && String(options.origin) === origin;
    return isOurs ? agent.dispatch(options, handler) : dispatch(options, handler);
  });
  dispatchers[key] = routed;

  return () => {
    active = false;
    if (dispatchers[key] === routed) {
      dispatchers[key] = previous;
    }
    agent.destroy().catch(() => {});
  };
}
