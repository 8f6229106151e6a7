/** One of the two backends that are compared. */
export interface ParitySubject {
  /** How reports call it, for example `old`. */
  readonly name: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** The end of what it printed; empty for a backend that runs elsewhere. */
  logs(): string;
  /** Ends it, if it was started for the comparison. Idempotent. */
  stop(): Promise<void>;
}

/** A backend that already runs elsewhere. */
export function urlSubject(name: string, url: string): ParitySubject {
  const { origin, pathname } = new URL(url);
  return {
    name,
    baseUrl: `${origin}${pathname.replace(/\/+$/, '')}`,
    logs: () => '',
    stop: async () => {},
  };
}
