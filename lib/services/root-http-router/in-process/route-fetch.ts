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

/** Where the versions of undici that are built into Node.js share the dispatcher, newest first. */
const DISPATCHER_KEYS = ['undici.globalDispatcher.2', 'undici.globalDispatcher.1'].map(Symbol.for);

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
  const dispatchers = globalThis as unknown as { [key in symbol]?: Dispatcher };
  const key = DISPATCHER_KEYS.find(candidate => dispatchers[candidate]);
  const previous = key && dispatchers[key];
  if (!previous || previous.constructor.name !== 'Agent') {
    logger.warn(
      'Calls of this backend to itself by fetch go over the network, because another dispatcher than that of Node.js is set (by a proxy or another backend, for example)',
    );
    return () => {};
  }
  // Of the same version as fetch, whatever that is.
  const agent = new (previous.constructor as AgentClass)({
    connect(_options, callback) {
      const socket = connect();
      callback(socket ? null : new Error('The server of this backend has stopped'), socket ?? null);
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
