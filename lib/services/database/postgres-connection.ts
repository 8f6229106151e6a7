import { azureConnection } from './azure-connection';
import { cloudSqlConnection } from './cloud-sql-connection';
import type { Settings } from './merge-settings';
import { rdsConnection } from './rds-connection';

/** What the driver leaves to the operating system, which can take minutes to notice a dead server. */
const DEFAULTS: Settings = { connectionTimeoutMillis: 10_000, keepAlive: true };

/** What knex takes as the connection: fixed settings, or a function that is asked again when they expire. */
export type PostgresConnection = Settings | (() => Promise<Settings>);

/**
 * Turns `connection` of the configuration into what the driver needs. `connection.type` selects
 * password-less log-in of a cloud; the code for a cloud loads only then.
 *
 * @throws Error for an unknown type or one that lacks settings
 */
export async function postgresConnection(connection: Settings): Promise<PostgresConnection> {
  const { type, instance, tokenCredential, ...rest } = connection;
  const plain = { ...DEFAULTS, ...rest };
  switch (type) {
    case undefined:
    case 'default':
      return plain;
    case 'azure':
      return azureConnection(plain, tokenCredential as Settings | undefined);
    case 'cloudsql':
      return cloudSqlConnection(plain, instance);
    case 'rds':
      return rdsConnection(plain);
    default:
      throw new Error(
        `Unknown connection type: ${type}, use 'default', 'azure', 'cloudsql' or 'rds'`,
      );
  }
}
