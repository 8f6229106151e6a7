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
  const [, wildcard = '', name] = /^(\*\.)?(.*)$/.exec(hostname)!;
  return { hostname: wildcard + asInUrls(name), port };
}

/** In small letters, and those beyond ASCII as URLs have them. */
function asInUrls(name: string): string {
  const isName = /^[^/\\?#@]+$/.test(name) && URL.canParse(`http://${name}`);
  return isName ? new URL(`http://${name}`).hostname : name;
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
  return ({ pathname }) =>
    paths.some(path =>
      [decodeDots, decodeAll].every(decode =>
        isBelow(posix.normalize(decode(pathname)), decode === decodeAll ? decode(path) : path),
      ),
    );
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** Servers may decode an escaped slash before they resolve `..`, which would lead out of an allowed path. */
function decodeDots(pathname: string): string {
  return pathname.replace(/%2e/gi, '.').replace(/%2f|%5c|\\/gi, '/');
}

/** Some do so with what was escaped twice, and drop what follows a semicolon before. */
function decodeAll(pathname: string): string {
  const decoded = decodeDots(pathname.replace(/%25/g, '%').replace(/%3b/gi, ';'));
  return decoded === pathname
    ? decoded.replace(/(^|\/)(\.{1,2});[^/]*/g, '$1$2')
    : decodeAll(decoded);
}
