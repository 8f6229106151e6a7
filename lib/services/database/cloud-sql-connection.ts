import { loadOptionalPackage } from '../load-optional-package';
import type { Settings } from './merge-settings';

/** Connects to Google Cloud SQL through its connector, with IAM instead of a password. */
export async function cloudSqlConnection(
  connection: Settings,
  instance: unknown,
): Promise<Settings> {
  if (typeof instance !== 'string' || !instance) {
    throw new Error("Missing instance connection name for Cloud SQL, set 'connection.instance'");
  }
  const { Connector, IpAddressTypes, AuthTypes } = await loadOptionalPackage(
    '@google-cloud/cloud-sql-connector',
    "'backend.database.connection.type: cloudsql'",
  );
  const { ipAddressType = IpAddressTypes.PUBLIC, ...rest } = connection;
  const valid = Object.values(IpAddressTypes);
  if (!valid.includes(ipAddressType)) {
    throw new Error(
      `Invalid connection.ipAddressType: ${ipAddressType}; valid values: ${valid.join(', ')}`,
    );
  }
  const options = await new Connector().getOptions({
    instanceConnectionName: instance,
    ipType: ipAddressType,
    authType: AuthTypes.IAM,
  });
  return { ...rest, ...options };
}
