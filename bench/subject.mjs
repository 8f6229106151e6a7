import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Starts a subject and measures what its start cost: milliseconds from spawn to ready, peak memory. */
export async function startSubject(name, { plugins, env, configFile }) {
  const port = await freePort();
  const begin = performance.now();
  const child = fork(
    fileURLToPath(new URL(`./subjects/${name}.cjs`, import.meta.url)),
    ['--config', configFile],
    {
      env: {
        ...process.env,
        ...env,
        NODE_ENV: 'production',
        BENCH_PLUGINS: String(plugins),
        APP_CONFIG_backend_listen_port: String(port),
        APP_CONFIG_backend_baseUrl: JSON.stringify(`http://localhost:${port}`),
      },
      // Logs are written, as in production, but nobody reads them.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`subject '${name}' ended with exit code ${code} before it was ready`);
    }),
  ]);
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    startMs: performance.now() - begin,
    peakMb: message.peakKilobytes / 1024,
    async stop() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) {
        await once(child, 'exit');
      }
    },
  };
}

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
