import type { Knex } from 'knex';

/** The database of a plugin. */
export interface DatabaseService {
  /** Connects on the first call; later calls give the same client. */
  getClient(): Promise<Knex>;
  migrations?: {
    /** True when the plugin must not migrate its database. */
    skip?: boolean;
  };
}
