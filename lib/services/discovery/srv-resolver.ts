import type { SrvRecord } from 'node:dns';
import { ForwardedError, InputError, NotFoundError } from '@backstage/errors';

/** Options of {@link SrvResolver}. */
export interface SrvResolverOptions {
  /** How long the records of a host are reused. Milliseconds, 1000 unless told. */
  cacheTtl?: number;
  lookup?(host: string): Promise<SrvRecord[]>;
}

const SRV_PROTOCOL = /^(https?)\+srv:$/;

/** Resolves addresses like `http+srv://catalog.service.acme/api/catalog` by DNS SRV records. */
export class SrvResolver {
  readonly #records = new Map<string, { until: number; records: Promise<SrvRecord[]> }>();
  readonly #cacheTtl: number;
  readonly #lookup: (host: string) => Promise<SrvRecord[]>;

  constructor(options?: SrvResolverOptions) {
    this.#cacheTtl = options?.cacheTtl ?? 1000;
    this.#lookup = options?.lookup ?? lookupInDns;
  }

  /** Whether the address asks for a SRV lookup, which {@link SrvResolver.resolver} prepares. */
  static isSrvUrl(url: string): boolean {
    return /^[a-z]+\+srv:/i.test(url);
  }

  /**
   * Prepares the lookups of an address.
   *
   * @throws InputError when the address is malformed, or holds what a SRV record decides or a base
   * address cannot have (port, credentials, query, fragment)
   */
  resolver(url: string): () => Promise<string> {
    const { protocol, host, path } = parseSrvUrl(url);
    return async () => {
      const { name, port } = pickRecord(await this.#lookupCached(host));
      return `${protocol}://${name}:${port}${path}`;
    };
  }

  #lookupCached(host: string): Promise<SrvRecord[]> {
    const now = performance.now();
    const known = this.#records.get(host);
    if (known && now < known.until) {
      return known.records;
    }
    const records = this.#lookup(host).then(
      found => {
        if (!found.length) {
          throw new NotFoundError(`No SRV records found for ${host}`);
        }
        return found;
      },
      error => {
        throw new ForwardedError(`Failed SRV resolution for ${host}`, error);
      },
    );
    this.#records.set(host, { until: now + this.#cacheTtl, records });
    return records;
  }
}

async function lookupInDns(host: string): Promise<SrvRecord[]> {
  const { resolveSrv } = require('node:dns/promises') as typeof import('node:dns/promises');
  return resolveSrv(host);
}

function parseSrvUrl(text: string) {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new InputError(`Invalid SRV address '${text}', expected a URL like http+srv://host/path`);
  }
  const protocol = SRV_PROTOCOL.exec(url.protocol)?.[1];
  if (!protocol || !url.hostname) {
    throw new InputError(
      `Invalid SRV address '${text}', it must start with http+srv:// or https+srv:// and a host`,
    );
  }
  const unsupported = [
    url.port && 'a port',
    (url.username || url.password) && 'a username or password',
    (url.search || url.hash) && 'search params or a hash',
  ].filter(Boolean);
  if (unsupported.length) {
    throw new InputError(
      `Invalid SRV address '${text}', it cannot have ${unsupported.join(' or ')}`,
    );
  }
  return { protocol, host: url.hostname, path: url.pathname.replace(/\/+$/, '') };
}

/** Of the records with the best (lowest) priority, a random one by weight. */
function pickRecord(records: SrvRecord[]): SrvRecord {
  const best = Math.min(...records.map(record => record.priority));
  const candidates = records.filter(record => record.priority === best);
  let left = Math.random() * candidates.reduce((sum, record) => sum + record.weight, 0);
  return candidates.find(record => (left -= record.weight) <= 0) ?? candidates[0];
}
