// A backend program; what it does is chosen by its arguments.
import { coreServices, createServiceFactory, createServiceRef } from 'backstage-forklift';
import { createMinimalBackend, plugin, type LogLine } from '../minimal-backend';

const programs: { [name in string]: () => unknown } = {
  'fails to start': () => start({ features: [failing(), lingering()] }),
  'fails to start, handled': () => start({ features: [failing()] }).catch(() => {}),
  'fails to start, handled, policy exit': () =>
    start({ onStartupFailure: 'exit', features: [failing(), lingering()] }).catch(() => {}),
  'fails to start, policy throw': () =>
    start({ onStartupFailure: 'throw', features: [failing()] }).catch(() => {}),
  'fails before plugins': () => start({ features: [{ $$type: 'nonsense' } as any] }),
  'fails to make services': () => start({ features: brokenServices('root') }),
  'fails to make services of a plugin': () => start({ features: brokenServices('plugin') }),
  'fails while its handler is async': async () => {
    try {
      await start({ features: [failing()] });
    } catch {
      console.log('handled');
    }
  },
  'stops on a signal': async () => {
    await start({ features: [lingering(), stopping(() => console.log('stopped'))] });
    console.log('ready');
  },
  'never stops': async () => {
    await start({ features: [lingering(), stopping(() => new Promise(() => {}))] });
    console.log('ready');
  },
  'has nothing to do': async () => {
    await start({ features: [stopping(() => console.log('stopped'))] });
  },
  'is many backends': async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `p${index}`);
    const backends = ids.map(id => {
      const stop = plugin(
        id,
        deps => deps.own.addShutdownHook(() => console.log(`stopped ${id}`)),
        {
          own: coreServices.lifecycle,
        },
      );
      const rejects = plugin('rejects', () => void Promise.reject(new Error('floating')));
      return start({ features: id === 'p7' ? [stop, rejects, lingering()] : [stop] });
    });
    await Promise.all(backends);
    console.log('ready');
  },
  'has errors that nobody handles': async () => {
    await start({
      config: settings(),
      features: [
        plugin('rejects', () => void Promise.reject(new Error('floating'))),
        plugin('throws', () => {
          setImmediate(() => {
            throw new Error('in a callback');
          });
          return new Promise(resolve => setTimeout(resolve, 50));
        }),
        stopping(() => console.log('stopped')),
      ],
    });
    console.log('ready');
  },
};

function start(options: Parameters<typeof createMinimalBackend>[0]) {
  const backend = createMinimalBackend({ onStartupFailure: undefined, ...options });
  lines.push(backend.lines);
  return backend.start();
}

/** What the backends have logged. */
const lines: LogLine[][] = [];
process.on('exit', () => {
  for (const { level, message, meta, error } of lines.flat()) {
    console.log(`${level} ${JSON.stringify(meta)} ${message}${error ? ` ${error}` : ''}`);
  }
});

const failing = () =>
  plugin('failing', () => {
    throw new Error('boom');
  });

/** A plugin that needs a service that needs one that cannot be made. */
function brokenServices(scope: 'root' | 'plugin') {
  const inner = createServiceRef<object>({ id: 'x.inner', scope: scope as any });
  const outer = createServiceRef<object>({ id: 'x.outer', scope: scope as any });
  const factory = () => {
    throw new TypeError('boom');
  };
  return [
    createServiceFactory({ service: outer, deps: { inner }, factory: () => ({}) }),
    createServiceFactory({ service: inner, deps: {}, factory }),
    plugin('broken', () => {}, { outer }),
  ];
}

/** Leaves something behind that keeps the process alive. */
const lingering = () => plugin('lingering', () => void setInterval(() => {}, 1000));

const stopping = (hook: () => unknown) =>
  plugin('stopping', deps => deps.own.addShutdownHook(hook), { own: coreServices.lifecycle });

function settings() {
  return JSON.parse(process.argv[3] ?? '{}');
}

void programs[process.argv[2]]();
