import type { ParityRoute } from './routes/parity-route';

/** One of the two backends that are compared. */
export interface ParitySubject {
  /** How reports call it, for example `old`. */
  readonly name: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Certificates (PEM) that are trusted beside those that Node.js trusts. */
  readonly ca?: string;
  /** The end of what it printed; empty for a backend that runs elsewhere. */
  logs(): string;
  /** How it ended, for example `exit code 1`, once it has ended by itself. */
  ended?(): string | undefined;
  /** The endpoints that it has now; undefined, or no such function, where they can not be seen. */
  routes?(): Promise<readonly ParityRoute[] | undefined>;
  /** Ends it, if it was started for the comparison. Idempotent. */
  stop(): Promise<void>;
}

/**
 * A backend that already runs elsewhere.
 *
 * @param ca - certificates (PEM) to trust, where those of the backend are signed by nobody known
 */
export function urlSubject(name: string, url: string, ca?: string): ParitySubject {
  const { origin, pathname } = new URL(url);
  return {
    name,
    baseUrl: `${origin}${pathname.replace(/\/+$/, '')}`,
    ca,
    logs: () => '',
    stop: async () => {},
  };
}
