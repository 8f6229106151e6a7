import type { Config } from '@backstage/config';

/** Where and how the server of a backend listens. */
export interface HttpServerOptions {
  listen: {
    port: number;
    /** Every address of the machine when empty. */
    host: string;
  };
  https?: { certificate: HttpServerCertificateOptions };
}

/** A certificate from the configuration, or one made for `hostname` and signed by nobody. */
export type HttpServerCertificateOptions =
  { type: 'pem'; key: string; cert: string } | { type: 'generated'; hostname: string };

const DEFAULT_PORT = 7007;

/**
 * Reads `listen` and `https`.
 *
 * @param config - the `backend` section
 * @throws Error when they are malformed
 */
export function readHttpServerOptions(config?: Config): HttpServerOptions {
  return { listen: readListen(config), https: readHttps(config) };
}

function readListen(config?: Config): HttpServerOptions['listen'] {
  const listen = config?.getOptional('listen');
  if (typeof listen === 'string' || typeof listen === 'number') {
    return parseAddress(String(listen));
  }
  // The host may be the empty string, which getOptionalString would refuse.
  const host = config?.getOptional('listen.host') ?? '';
  return {
    host: typeof host === 'string' ? host : config!.getString('listen.host'),
    port: checkPort(config?.getOptionalNumber('listen.port') ?? DEFAULT_PORT),
  };
}

function parseAddress(address: string): HttpServerOptions['listen'] {
  const parts = address.split(':');
  const port = parseInt(parts.pop()!, 10);
  if (parts.length > 1 || Number.isNaN(port)) {
    throw new Error(`Unable to parse listen address ${address}, expected <port> or <host>:<port>`);
  }
  return { host: parts[0] ?? '', port: checkPort(port) };
}

function checkPort(port: number): number {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(`Invalid port ${port} in backend.listen, expected a number from 0 to 65535`);
  }
  return port;
}

function readHttps(config?: Config): HttpServerOptions['https'] {
  if (config?.getOptional('https') === true) {
    const baseUrl = config.getString('baseUrl');
    if (!URL.canParse(baseUrl)) {
      throw new Error(`Invalid baseUrl "${baseUrl}"`);
    }
    return { certificate: { type: 'generated', hostname: new URL(baseUrl).hostname } };
  }
  const https = config?.getOptionalConfig('https');
  return (
    https && {
      certificate: {
        type: 'pem',
        cert: https.getString('certificate.cert'),
        key: https.getString('certificate.key'),
      },
    }
  );
}
