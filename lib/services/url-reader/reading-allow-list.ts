import { posix } from 'node:path';
import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

type UrlPredicate = (url: URL) => boolean;

/**
 * Reads `backend.reading.allow`: a list of a `host`, which may be `*.example.com` or `[::1]` and have a port or
 * a range of ports, and optional `paths`, which allow themselves and all below.
 *
 * @returns whether a URL is on the list
 * @throws InputError when a range of ports is none
 */
export function readReadingAllowList(config: Config): UrlPredicate {
  const allow = (config.getOptionalConfigArray('backend.reading.allow') ?? []).map((entry, index) =>
    readEntry(entry, `backend.reading.allow[${index}]`),
  );
  return url => /^https?:$/.test(url.protocol) && allow.some(allows => allows(url));
}

function readEntry(entry: Config, key: string): UrlPredicate {
  const { hostname, port } = splitHost(entry.getString('host'));
  const predicates = [
    hostname.startsWith('*.')
      ? (url: URL) => url.hostname.endsWith(hostname.slice(1))
      : (url: URL) => url.hostname === hostname,
    port ? inPortRange(port, `${key}.host`) : (url: URL) => url.port === '',
    inPaths(entry.getOptionalStringArray('paths')),
  ];
  return url => predicates.every(allows => allows(url));
}

/** An IPv6 address is in brackets, as in a URL: its colons begin no port. */
function splitHost(host: string): { hostname: string; port: string | undefined } {
  const [, address, addressPort] = /^(\[[^\]]*\])(?::(.*))?$/.exec(host) ?? [];
  if (address && URL.canParse(`http://${address}`)) {
    // As short as URLs have it: `[0:0:0:0:0:0:0:1]` is `[::1]`.
    return { hostname: new URL(`http://${address}`).hostname, port: addressPort };
  }
  const [hostname, port] = host.split(':');
  return { hostname, port };
}

function inPortRange(text: string, key: string): UrlPredicate {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [start, end] = [Number(first), Number(last)];
  if (!(start > 0 && start <= end)) {
    if (text.includes('-')) {
      throw new InputError(
        `Invalid config at ${key}, port range is not valid: '${text}', expected for example 8080 or 8000-8080`,
      );
    }
    // Part of a URL, perhaps: as in stock Backstage it allows nothing, and the rest of the list holds.
    return () => false;
  }
  return url => {
    const port = Number(url.port || (url.protocol === 'http:' ? 80 : 443));
    return port >= start && port <= end;
  };
}

function inPaths(paths: string[] | undefined): UrlPredicate {
  if (!paths) {
    return () => true;
  }
  return url => {
    const pathname = posix.normalize(decodeDots(url.pathname));
    return paths.some(
      path => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`),
    );
  };
}

/** Servers may decode an escaped slash before they resolve `..`, which would lead out of an allowed path. */
function decodeDots(pathname: string): string {
  return pathname.replace(/%2e/gi, '.').replace(/%2f|%5c|\\/gi, '/');
}
