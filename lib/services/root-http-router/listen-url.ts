import type { HttpServerOptions } from './read-http-server-options';

/** Where a server listens, as a backend on the same machine reaches it. */
export function listenUrl({ listen: { host, port }, https }: HttpServerOptions): string {
  return `${https ? 'https' : 'http'}://${reachableHost(host)}:${port}`;
}

function reachableHost(host: string): string {
  if (host === '' || host === '::') {
    return 'localhost';
  }
  if (host === '0.0.0.0') {
    return '127.0.0.1';
  }
  return host.includes(':') ? `[${host}]` : host;
}
